"""What can go wrong between Maru and the encoder, in words for people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.errors import MaruError, Unavailable


class EncoderDown(Unavailable):
    """Nobody listens, or it is still loading."""

    code = "encoder_down"

    def __init__(self) -> None:
        super().__init__(_("The search engine is starting or does not answer. Try again in a minute."))


class EncoderSlow(Unavailable):
    """It listens, and the answer did not come in time."""

    code = "encoder_slow"

    def __init__(self) -> None:
        super().__init__(_("The search engine is busy and did not answer in time. Try again in a minute."))


class EncoderNonsense(MaruError):
    """The answer is not what was asked for. Nothing of it is used or kept."""

    code = "encoder_nonsense"
    status = 502
    retryable = True

    def __init__(self, why: str) -> None:
        super().__init__(_("The search engine gave an answer that cannot be used, so nothing of it was kept."))
        self.why = why


class EncoderRefused(MaruError):
    """It will not do what was asked: a wrong key, a text that does not fit, a server of another kind."""

    code = "encoder_refused"
    status = 502

    def __init__(self, why: str) -> None:
        super().__init__(_("The search engine refused the text or the key. Tell whoever looks after Maru."))
        self.why = why
