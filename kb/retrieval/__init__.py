"""Finding passages: the encoder's client, lexical terms, and search(user, question) -> hits."""
