"""Where sentences are: English, section numbers, text without ends."""

from __future__ import annotations

from kb.chat.support import sentence_spans
from kb.retrieval.analysis import Analysis


def _cut(text: str, *sentences: tuple[int, int]) -> list[str]:
    analysis = Analysis(text, sentences or ((0, len(text)),), ())
    return [text[start:end] for start, end in sentence_spans(analysis)]


def test_it_ends_english_sentences():
    assert _cut("Logs are kept. Backups are not. 5 days remain.") == [
        "Logs are kept.",
        "Backups are not.",
        "5 days remain.",
    ]


def test_it_does_not_cut_at_abbreviations_and_decimals():
    text = "Ask Dr. Kim at 5 p.m. See Section 2. It costs $1.50 at ABC Co. Ltd. in Seoul."
    assert _cut(text) == ["Ask Dr. Kim at 5 p.m. See Section 2. It costs $1.50 at ABC Co. Ltd. in Seoul."]


def test_a_section_number_stays_with_its_sentence():
    text = "Section 5. Staff accrue 20 days."
    assert _cut(text, (0, 10), (11, len(text))) == [text]


def test_a_number_on_a_line_of_its_own_is_left_alone():
    text = "3.\nStaff accrue 20 days."
    assert _cut(text, (0, 2), (3, len(text))) == ["3.", "Staff accrue 20 days."]


def test_it_trims_blanks_and_drops_empty_sentences():
    assert _cut("  연차는 15일이다. \n \n", (0, 13), (13, 16)) == ["연차는 15일이다."]


def test_it_cuts_very_long_sentences_at_blanks():
    pieces = _cut("낱말 " * 1000)
    assert max(map(len, pieces)) <= 600
    assert all(piece.startswith("낱말") and piece.endswith("낱말") for piece in pieces)
