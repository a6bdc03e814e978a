"""The sample company: its documents, and the scripts that build them."""
