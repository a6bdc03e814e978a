"""load -> split -> embed -> store."""
