"""The employee portal's pages."""
