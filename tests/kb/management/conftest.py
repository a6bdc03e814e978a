"""Homes of their own, as in the tests of the runtime."""

from tests.kb.runtime.conftest import bare_env, home, place

__all__ = ["bare_env", "home", "place"]
