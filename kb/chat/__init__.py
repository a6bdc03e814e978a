"""ask -> route -> retrieve -> prompt -> generate -> cite."""
