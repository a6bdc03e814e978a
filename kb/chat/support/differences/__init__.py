"""The differences between a clause of the answer and the one source sentence that it is checked against."""

from kb.chat.support.differences.all import differences, missing_numbers

__all__ = ["differences", "missing_numbers"]
