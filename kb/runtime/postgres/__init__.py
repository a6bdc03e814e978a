"""PostgreSQL: the embedded server with pgvector, its roles, and the check of a server that somebody else runs."""
