"""The one kind of error that people meet: what happened, what to do, and whether trying again helps."""

from __future__ import annotations

from django.utils.functional import Promise


class MaruError(Exception):
    """Base of every error that reaches a person.

    `message` is a translated sentence for people. `code` is stable and for programs. `retryable` says whether the same
    request may succeed later. `status` is the HTTP status that views and the API answer with.
    """

    code = "error"
    status = 500
    retryable = False

    def __init__(self, message: str | Promise, *, code: str | None = None, retryable: bool | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code is not None:
            self.code = code
        if retryable is not None:
            self.retryable = retryable

    def __str__(self) -> str:
        return str(self.message)


class BadRequest(MaruError):
    """The person's input cannot be used as it is."""

    code = "bad_request"
    status = 400


class NotThere(MaruError):
    """Nothing that this person may see is at this address: absent and forbidden look the same."""

    code = "not_found"
    status = 404


class Unavailable(MaruError):
    """A part that is needed does not answer now."""

    code = "unavailable"
    status = 503
    retryable = True
