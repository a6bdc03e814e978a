"""Maru's tests. They mirror the source tree and run against the real parts."""
