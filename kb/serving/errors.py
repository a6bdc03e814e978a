"""What can go wrong between Maru and a model server, in words for people. None of them holds a key or a prompt.

`why` is for whoever looks after Maru: it is neither shown to people nor written to logs, since a server may repeat in it
what it was asked.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.errors import BadRequest, MaruError, Unavailable


class ModelServerDown(Unavailable):
    """Nobody listens, it is loading its model, or it broke off."""

    code = "model_server_down"

    def __init__(self, why: str = "") -> None:
        super().__init__(_("The language model is starting or does not answer. Try again in a minute."))
        self.why = why


class ModelServerSlow(Unavailable):
    """It listens, and went silent for longer than it may."""

    code = "model_server_slow"

    def __init__(self, why: str = "") -> None:
        super().__init__(_("The language model took too long. Try again, or ask more briefly."))
        self.why = why


class ModelServerBusy(Unavailable):
    """It has too much to do and says so."""

    code = "model_server_busy"

    def __init__(self, why: str = "") -> None:
        super().__init__(_("The language model is busy with other questions. Try again in a moment."))
        self.why = why


class ModelServerNonsense(MaruError):
    """What it sends is not what its protocol says."""

    code = "model_server_nonsense"
    status = 502
    retryable = True

    def __init__(self, why: str) -> None:
        super().__init__(_("The language model gave an answer that cannot be read. Try again."))
        self.why = why


class ModelServerRefused(MaruError):
    """It will not do what was asked: a wrong key, an unknown model, a parameter that it does not take."""

    code = "model_server_refused"
    status = 502

    def __init__(self, why: str) -> None:
        super().__init__(_("The language model's server refused the request. Tell whoever looks after Maru."))
        self.why = why


class ModelServerTooLong(BadRequest):
    """Prompt and answer do not fit the model's context."""

    code = "model_server_too_long"
    status = 413

    def __init__(self, why: str = "") -> None:
        super().__init__(_("Question and passages are too long for the language model. Ask more briefly."))
        self.why = why
