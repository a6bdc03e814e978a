"""What keeps Maru from starting, said so that a person can act on it."""

from __future__ import annotations


class StartProblem(RuntimeError):
    """Something outside the program stands in the way; the message says what and what to do about it.

    This layer lies below Django and `accounts`, so this is not a MaruError; commands print both the same way.
    """
