"""The bell, and the letter for what stays unread."""

from __future__ import annotations

import pytest
from django.core import mail as outbox
from django.utils import translation
from django_q.models import Schedule

from accounts import mail, notices
from accounts.models import Notification, User
from accounts.models.notifications import Kind
from tests.cast import Cast


@pytest.fixture
def mail_is_set(settings):
    settings.MARU_MAIL_URL = "smtp://localhost"
    settings.MARU_ALLOWED_HOSTS = ["maru.hanbit.example"]
    settings.MARU_HTTPS = True


def test_a_notice_speaks_the_readers_language(cast: Cast):
    notice = notices.tell(cast.hana, "document_ready", url="/library/documents/1/", title="취업 규칙")
    with translation.override("en"):
        assert notices.sentence(notice) == "“취업 규칙” can be asked about now."


@pytest.mark.parametrize("kind", Kind.values)
def test_every_kind_has_a_sentence_of_its_own(cast: Cast, kind: str):
    sentences = {notices.sentence(Notification(kind=each, params={"title": "x"})) for each in Kind.values}
    assert len(sentences) == len(Kind.values)
    assert notices.sentence(Notification(kind=kind, params={}))


def test_nobody_to_tell_is_no_notice(cast: Cast):
    assert notices.tell(None, "document_ready") is None


def test_marking_read_touches_ones_own_alone(cast: Cast):
    mine, other = notices.tell(cast.hana, "signed_out"), notices.tell(cast.minsu, "signed_out")
    assert notices.unread(cast.hana) == 1
    assert notices.mark_read(cast.hana, [mine.pk, other.pk]) == 1
    assert (notices.unread(cast.hana), notices.unread(cast.minsu)) == (0, 1)
    notices.tell(cast.hana, "signed_out")
    assert notices.mark_read(cast.hana) == 1


def test_without_mail_no_letter_is_planned(cast: Cast):
    notices.tell(cast.hana, "signed_out")
    assert not Schedule.objects.exists()
    assert notices.mail_unread(cast.hana.pk) == 0


def test_a_hundred_notices_make_one_letter(cast: Cast, mail_is_set):
    for number in range(100):
        notices.tell(cast.hana, "document_failed", url=f"/library/documents/{number}/", title=f"문서 {number}")
    (planned,) = Schedule.objects.all()
    assert (planned.func, planned.args) == ("accounts.notices.mail_unread", str(cast.hana.pk))
    assert notices.mail_unread(cast.hana.pk) == 100
    (letter,) = outbox.outbox
    assert "문서 0" in letter.body and "https://maru.hanbit.example/library/documents/0/" in letter.body
    assert letter.body.count("https://") == notices.MOST_IN_A_LETTER
    assert notices.mail_unread(cast.hana.pk) == 0 and len(outbox.outbox) == 1


def test_what_was_read_in_time_is_not_mailed(cast: Cast, mail_is_set):
    notices.tell(cast.hana, "signed_out")
    notices.mark_read(cast.hana)
    assert notices.mail_unread(cast.hana.pk) == 0


def test_a_letter_that_was_not_taken_goes_out_later(cast: Cast, mail_is_set, settings):
    working = settings.EMAIL_BACKEND
    notices.tell(cast.hana, "signed_out")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(mail.MailUnavailable):
        notices.mail_unread(cast.hana.pk)
    settings.EMAIL_BACKEND = working
    assert notices.mail_unread(cast.hana.pk) == 1


def test_the_suspended_and_those_without_an_address_get_no_letter(cast: Cast, mail_is_set):
    notices.tell(cast.hana, "signed_out")
    User.objects.filter(pk=cast.hana.pk).update(is_active=False)
    assert notices.mail_unread(cast.hana.pk) == 0
    User.objects.filter(pk=cast.minsu.pk).update(email="")
    notices.tell(User.objects.get(pk=cast.minsu.pk), "signed_out")
    assert Schedule.objects.count() == 1
    assert not outbox.outbox
