"""Examples of bodies, for the description of the API. A test holds them and the serializers together."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

ASK: dict[str, Any] = {"question": "연차는 며칠까지 이월되나요?", "collections": ["rules"], "stream": False}
SEARCH: dict[str, Any] = {"question": "KX-2300 보증 기간", "limit": 3}
PROBLEM: dict[str, Any] = {
    "type": "/api/v1/docs/#problem-same_name",
    "title": "Something else changed meanwhile",
    "status": 409,
    "detail": "취업규칙.hwpx is there already. Say whether the file replaces it or is a document of its own.",
    "code": "same_name",
    "retryable": False,
    "document": 12,
}
ANSWER: dict[str, Any] = {
    "answer_id": 31,
    "url": "/api/v1/answers/31/",
    "state": "done",
    "question": "연차는 며칠까지 이월되나요?",
    "answer": "연차는 최대 5일까지 다음 해 3월 31일까지 이월됩니다.",
    "basis": "sourced",
    "citations": [
        {
            "number": 1,
            "collection": "rules",
            "document": "취업규칙",
            "document_id": 12,
            "external_id": "취업규칙_제9판.hwpx",
            "revision": 2,
            "revision_id": 40,
            "page": 4,
            "start": 2120,
            "end": 2158,
            "quote": "미사용 연차는 5일을 한도로 다음 해 3월 31일까지 이월한다.",
        }
    ],
    "sentences": [{"start": 0, "end": 33, "verdict": "supported", "citations": [1], "differences": []}],
    "extractive": False,
    "replaced": False,
    "elsewhere": [],
    "language": "ko",
    "model": "gemma-3-270m",
    "adapter": "",
    "withheld": False,
    "error": None,
    "ms_first_token": 640,
    "ms_total": 2110,
    "created_at": "2026-12-01T09:30:00+09:00",
}
FOUND: dict[str, Any] = {
    "question": "KX-2300 보증 기간",
    "language": "ko",
    "relevant": True,
    "hits": [
        {
            "collection": "products",
            "document": "제품보증기준",
            "document_id": 21,
            "revision": 1,
            "revision_id": 52,
            "chunk_id": 803,
            "page": 2,
            "heading": "제2장 보증 > 제5조 (보증 기간)",
            "text": "KX-2300의 보증 기간은 출하일부터 24개월로 한다.",
            "start": 611,
            "end": 642,
            "score": 2.318,
            "dense": 0.871,
            "lexical": 0.576,
        }
    ],
    "index_version": 1,
    "ms": 41,
}
JOB: dict[str, Any] = {
    "id": 77,
    "url": "/api/v1/jobs/77/",
    "kind": "ingest",
    "state": "running",
    "stage": "embed",
    "percent": 62.0,
    "place": None,
    "reason": None,
    "attempts": 1,
    "cancel_requested": False,
    "collection": "rules",
    "document": 12,
    "revision": 40,
    "created_at": "2026-12-01T09:00:00+09:00",
    "started_at": "2026-12-01T09:00:01+09:00",
    "heartbeat_at": "2026-12-01T09:00:09+09:00",
    "finished_at": None,
}


def example(name: str, value: dict[str, Any], *, request: bool = False) -> OpenApiExample:
    """An example of a request's or an answer's body."""
    return OpenApiExample(name, value, request_only=request, response_only=not request)
