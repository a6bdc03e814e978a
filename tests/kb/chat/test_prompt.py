"""The prompt: what fits, in which order, counted by the model's own tokenizer, and what was dropped."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from accounts.models import User
from kb.chat.budget import PromptTooLong
from kb.chat.followup import Turn
from kb.chat.prompt import write_prompt
from kb.chat.route import Route
from kb.serving.generation import ServerInfo
from tests.kb.chat.made import ask, passage, sought
from tests.servers import ScriptedServer

SOMEBODY = User(pk=1)
PASSAGES = [
    passage(f"제{number}조 식비 규정입니다. " * 20, revision=number, title=f"규정 {number}") for number in range(8)
]
TURNS = (Turn("첫 질문입니까?", "첫 답입니다."), Turn("둘째 질문입니까?", "둘째 답입니다."))


@dataclass
class Small(ScriptedServer):
    """A server of a style and with a context of its own, which counts a letter as a token."""

    answer: str = ""
    style: str = "chat"

    async def describe(self) -> ServerInfo:
        return ServerInfo("small", self.context_length, self.style, "double")  # type: ignore[arg-type]

    async def count_tokens(self, text: str) -> int:
        return len(text)


async def written(server: Small, question: str = "식비는 얼마입니까?", **values):
    asked = ask(SOMEBODY, question, **values)
    return await write_prompt(asked, Route(server), sought(question, PASSAGES))


def told(prompt) -> str:
    request = prompt.request
    return request.prompt or "\n".join(message["content"] for message in request.messages)


async def test_with_room_it_holds_the_best_passages_that_its_form_takes_and_all_turns():
    prompt = await written(Small(context_length=20_000), turns=TURNS)
    assert prompt.passages == tuple(PASSAGES[:6])
    assert prompt.budget.dropped == ()
    assert [message["role"] for message in prompt.request.messages] == [
        "system", "user", "assistant", "user", "assistant", "user",
    ]  # fmt: skip
    assert prompt.request.messages[1]["content"] == "첫 질문입니까?"
    assert prompt.request.messages[-1]["content"].endswith("질문: 식비는 얼마입니까?")


async def test_what_does_not_fit_is_dropped_from_the_worst_and_noted():
    prompt = await written(Small(context_length=2_200), turns=TURNS)
    kept = [each.key for each in prompt.passages]
    assert 0 < len(kept) < 6
    assert kept == [each.key for each in PASSAGES[: len(kept)]]
    assert set(prompt.budget.dropped) >= {each.key for each in PASSAGES[len(kept) : 6]}
    for one in PASSAGES[len(kept) :]:
        assert f"규정 {one.revision}" not in told(prompt)


async def test_the_newest_turns_stay_and_come_in_their_order():
    prompt = await written(Small(context_length=1_000), turns=(Turn("아주 긴 질문 " * 60, "네."), *TURNS))
    kept = [key for key in prompt.budget.kept if key.startswith("turn:")]
    assert kept == sorted(kept) and "turn:2" in prompt.budget.dropped
    assert "아주 긴 질문" not in told(prompt)


@pytest.mark.parametrize("style", ["chat", "completion"])
@pytest.mark.parametrize("context", [700, 1_300, 2_500, 9_000])
async def test_with_the_answer_it_never_exceeds_the_context(style: str, context: int):
    server = Small(context_length=context, style=style)
    try:
        prompt = await written(server, turns=TURNS)
    except PromptTooLong:
        assert context == 700
        return
    separators = 8 * (len(prompt.budget.kept) + 2)
    assert len(told(prompt)) <= context - prompt.budget.answer + separators
    assert prompt.request.max_tokens <= prompt.budget.answer <= context // 4


async def test_a_question_that_fills_the_context_alone_is_refused():
    with pytest.raises(PromptTooLong):
        await written(Small(context_length=1_000), "식비는 " * 500)


async def test_the_form_follows_the_servers_style_and_the_questions_language():
    completion = await written(Small(context_length=9_000, style="completion"))
    assert completion.version == "completion/1" and completion.request.prompt and not completion.request.messages
    assert len(completion.passages) == 3, "more passages confuse a small model"
    english = await written(Small(context_length=9_000), "What is the daily allowance?")
    assert english.version == "instruct/1" and english.request.messages[0]["content"].startswith("You are Maru")


async def test_without_a_server_there_is_no_prompt():
    with pytest.raises(ValueError, match="no prompt"):
        await write_prompt(ask(SOMEBODY, "?"), Route(None), sought("?"))
