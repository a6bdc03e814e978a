"""Which form a server is asked in."""

from __future__ import annotations

import pytest

from kb.chat.completion_form import CompletionForm
from kb.chat.instruct_form import InstructForm
from kb.chat.templates import form_for


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_chat_model_gets_instructions_and_a_base_model_a_text_to_continue(language: str):
    assert form_for("chat", language) == InstructForm(language)
    assert form_for("completion", language) == CompletionForm(language)


def test_forms_name_their_editions_apart():
    assert form_for("chat", "ko").version != form_for("completion", "ko").version
