"""The prompt for small base models, which continue a text: an instruction, two examples, then the passages and the question.

What it writes is checked sentence by sentence like any other draft (kb/chat/cite.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.chat.followup import Turn
from kb.retrieval.passages import Passage
from kb.serving.generation import GenerationRequest

_SYSTEM = {
    "ko": """회사 문서를 읽고 질문에 한두 문장으로 답합니다. 문서에 적힌 숫자와 말을 그대로 씁니다.

문서: 노트북은 4년마다 교체한다. 고장이 나면 그날 대체 장비를 받는다.
질문: 노트북은 몇 년마다 바꿔 주나요?
답: 노트북은 4년마다 교체합니다.

문서: 구내식당은 평일 11시 30분부터 13시까지 연다. 식권은 총무팀에서 산다. 식권 값은 5,000원이다.
질문: 점심은 몇 시부터 먹을 수 있나요?
답: 구내식당은 평일 11시 30분부터 13시까지 엽니다.
""",
    "en": """Company documents answer questions in one or two sentences, with the numbers and words of the document.

Document: Laptops are replaced every 4 years. If one breaks, a spare is handed out the same day.
Question: How often do I get a new laptop?
Answer: Laptops are replaced every 4 years.

Document: The canteen is open on weekdays from 11:30 to 13:00. Meal tickets are sold at the front desk for $5.
Question: When is lunch?
Answer: The canteen is open on weekdays from 11:30 to 13:00.
""",
}
_WORDS = {"ko": ("문서", "질문", "답"), "en": ("Document", "Question", "Answer")}
_POSES = re.compile(rf"^([ \t]*(?:{'|'.join(word for words in _WORDS.values() for word in words)})):", re.MULTILINE)
ANSWER_TOKENS = 160


@dataclass(frozen=True, slots=True)
class CompletionForm:
    """One text that the model goes on with; it stops at the next example."""

    language: str
    version: str = "completion/1"
    passages_at_most: int = 3

    @property
    def system(self) -> str:
        """The instruction and the examples."""
        return _SYSTEM[self.language]

    def passage(self, number: int, passage: Passage) -> str:
        """The passage on lines of its own, its place in front; none of its lines can pose as a further example."""
        head = " › ".join(" ".join(part.split()) for part in (passage.title, passage.path) if part)
        return _POSES.sub(r"\1 :", f"{head}\n{passage.text.strip()}")

    def turn(self, turn: Turn) -> str:
        """An earlier question and its answer."""
        _document, question, answer = _WORDS[self.language]
        return f"{question}: {turn.question}\n{answer}: {turn.answer}"

    def question(self, text: str) -> str:
        """The question behind its word."""
        _document, question, answer = _WORDS[self.language]
        return f"{question}: {' '.join(text.split())}\n{answer}:"

    def request(
        self, question: str, passages: Sequence[Passage], turns: Sequence[Turn], most: int
    ) -> GenerationRequest:
        """A completion request, greedy."""
        document, asked, _answer = _WORDS[self.language]
        told = "\n".join(self.passage(number, passage) for number, passage in enumerate(passages, 1))
        earlier = "".join(f"\n{self.turn(turn)}\n" for turn in turns)
        prompt = f"{self.system}{earlier}\n{document}: {told}\n{self.question(question)}"
        return GenerationRequest(
            prompt=prompt,
            max_tokens=min(most, ANSWER_TOKENS),
            stop=("\n\n", f"\n{document}:", f"\n{asked}:"),
            temperature=0.0,
        )
