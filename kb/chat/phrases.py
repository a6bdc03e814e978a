"""What Maru itself says in an answer. Answers are a record: 하십시오체 in Korean, plain sentences in English."""

from __future__ import annotations

import re

NOT_FOUND = {
    "ko": "읽을 수 있는 자료에서 이 질문의 답을 찾지 못했습니다. 추측하여 답하지 않습니다.",
    "en": "The documents that you can read do not answer this question. Maru does not guess.",
}
QUOTED = {
    "ko": "자료의 해당 부분을 그대로 옮깁니다.",
    "en": "This is what the documents say, in their own words.",
}

# What a model writes when it finds nothing: such an answer becomes "not found", whatever else it says.
REFUSAL = re.compile(
    r"(문서|자료|제공된|주어진|본문|내용)[^.\n]{0,30}(찾을 수 없|찾지 못|없습니다|나와 있지 않|언급되어 있지 않|포함되어 있지 않)"
    r"|알 수 없습니다|정보가 없습니다"
    r"|not found in the (documents?|passages?|text)|(documents?|passages?|context)[^.\n]{0,40}do(es)? not (say|mention|contain|answer)"
    r"|no information (is |was )?(found|given|available)",
    re.IGNORECASE,
)


def is_refusal(text: str) -> bool:
    """Whether a draft says that nothing was found, and little besides."""
    return bool(REFUSAL.search(text)) and len(text) < 240
