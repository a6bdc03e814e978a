"""People, departments, and the one definition of who may see what."""
