"""Where Maru is put together: settings, addresses, the ASGI application."""
