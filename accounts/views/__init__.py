"""Pages at the door: signing in, choosing a password."""
