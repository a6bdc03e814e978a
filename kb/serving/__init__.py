"""The gateway to model servers: one client a dialect."""
