"""What fits a prompt."""

from __future__ import annotations

import pytest

from kb.chat.budget import SEPARATORS, Part, PromptTooLong, share_out

SYSTEM, QUESTION = Part("system", 100), Part("question", 20)


def parts(*lengths: int, name: str = "p") -> list[Part]:
    return [Part(f"{name}{place}", length) for place, length in enumerate(lengths)]


def test_everything_fits_a_large_context():
    budget = share_out(4096, 512, SYSTEM, QUESTION, parts(300, 300), parts(50, name="h"))
    assert budget.kept == ("p0", "p1", "h0")
    assert budget.dropped == ()
    assert budget.left > 0


def test_passages_are_cut_at_the_first_that_does_not_fit_and_not_filled_with_worse_ones():
    budget = share_out(1000, 200, SYSTEM, QUESTION, parts(300, 600, 10))
    assert budget.kept == ("p0",)
    assert budget.dropped == ("p1", "p2")


def test_passages_come_before_history_and_the_newest_turn_before_the_oldest():
    budget = share_out(1000, 200, SYSTEM, QUESTION, parts(500), parts(100, 100, name="h"))
    assert budget.kept == ("p0", "h0")
    assert budget.dropped == ("h1",)


def test_nothing_ever_exceeds_the_context():
    for context in range(150, 2000, 37):
        try:
            budget = share_out(context, 64, SYSTEM, QUESTION, parts(90, 120, 300, 40), parts(33, 70, name="h"))
        except PromptTooLong:
            continue
        assert budget.left >= SEPARATORS


def test_a_question_that_alone_fills_the_context_is_refused_with_how_much_would_fit():
    with pytest.raises(PromptTooLong, match="984"):
        share_out(1100, 0, SYSTEM, Part("question", 2000), [])
