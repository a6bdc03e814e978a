"""The knowledge base: documents in, cited answers out."""
