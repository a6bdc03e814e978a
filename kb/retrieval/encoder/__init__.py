"""The encoder: a process that holds the embedding model and the Korean analyser, and the client that web and workers use."""
