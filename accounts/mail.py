"""Mail, where SMTP is set. The one place that speaks to the mail server."""

from __future__ import annotations

import logging
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.errors import Unavailable
from accounts.models import User

log = logging.getLogger(__name__)


class MailUnavailable(Unavailable):
    """The mail server did not take a letter."""

    code = "mail_unavailable"


def is_set() -> bool:
    """Whether mail can be sent at all."""
    return bool(settings.MARU_MAIL_URL)


def send(user: User, subject: str, text: str) -> None:
    """Send one letter. Raises MailUnavailable; nothing happens for somebody without a mail address."""
    if not user.email:
        return
    try:
        EmailMessage(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email]).send()
    except (smtplib.SMTPException, OSError) as error:
        log.warning("mail to person %s was not taken: %s", user.pk, type(error).__name__)
        raise MailUnavailable(_("The mail server does not answer.")) from error
