"""Mails of the sample company."""

from __future__ import annotations

import email
from email import policy

import pytest

from samples.build import mail
from samples.build.source import Source, load_all

MAILS = [source for source in load_all() if source.suffix == "eml"]


@pytest.mark.parametrize("source", MAILS, ids=lambda source: source.file)
def test_a_mail_says_its_subject_to_the_last_space(source: Source):
    read = email.message_from_bytes(mail.build(source), policy=policy.default)
    assert read["Subject"] == source.title
