"""The codes of problems that programs may meet, with their status and meaning. A test looks for codes that are missing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """A code, its status, and what it means."""

    code: str
    status: int
    text: str


PROBLEMS = tuple(
    ProblemCode(*each)
    for each in (
        ("not_authenticated", 401, "No token and no session came with the request."),
        ("authentication_failed", 401, "The token is unknown, has expired or was revoked, or its owner is suspended."),
        ("permission_denied", 403, "A session's request that changes something came without its CSRF token."),
        ("not_found", 404, "It is not there, or not open to you: both look the same."),
        ("unknown_collection", 404, "A collection that was named is not there for you to read."),
        ("original_lost", 404, "The original is not on the server's disk."),
        ("unknown_adapter", 404, "There is no such adapter for you."),
        ("access_revoked", 404, "In a stream: a source, the token or the person is no longer open."),
        ("method_not_allowed", 405, "The address has no such verb."),
        ("invalid", 400, "Members of the request cannot be used; `errors` names them."),
        ("parse_error", 400, "The body is not what its content type says."),
        ("bad_request", 400, "The request cannot be used as it is."),
        ("unsupported_media_type", 415, "The body is of a kind that this address does not read."),
        ("wrong_cursor", 400, "The cursor is none that a list gave."),
        ("empty_question", 400, "There is no word in the question."),
        ("question_too_long", 413, "The question has more characters than can be asked at once."),
        ("request_too_large", 413, "The body is larger than Maru reads."),
        ("file_empty", 400, "The file has no bytes."),
        ("file_too_large", 413, "The file is larger than Maru takes."),
        ("wrong_dates", 400, "A revision must end after it begins."),
        ("same_name", 409, "A document of this name is there; `document` is its id. Say replace or keep_both."),
        ("name_taken", 409, "Another document took the place of one in the trash."),
        ("in_trash", 409, "The document lies in the trash; restore it first."),
        ("job_ended", 409, "The job is at its end, so that it cannot be cancelled."),
        ("job_not_ended", 409, "Only a job that failed or was cancelled is tried again."),
        ("stopped", 409, "Somebody stopped the answer while it was made."),
        ("throttled", 429, "Too many requests; `Retry-After` says when to ask again."),
        ("broken", 500, "Something that nobody expected; `number` is what an admin finds in the log."),
        ("database_down", 503, "The database does not answer."),
        ("encoder_down", 503, "The encoder does not answer."),
        ("encoder_slow", 503, "The encoder takes too long."),
        ("encoder_nonsense", 502, "The encoder answers something that cannot be used."),
        ("encoder_refused", 502, "The encoder refuses what it was given."),
        ("model_server_down", 503, "The model server does not answer."),
        ("model_server_slow", 503, "The model server takes too long."),
        ("model_server_busy", 503, "The model server has too much to do."),
        ("model_server_nonsense", 502, "The model server answers something that cannot be used."),
        ("model_server_refused", 502, "The model server refuses what it was asked."),
        ("model_server_too_long", 413, "The question and its passages are longer than the model reads."),
        ("prompt_too_long", 413, "The question alone is longer than the model reads."),
        ("no_index", 503, "There is no index yet."),
        ("unavailable", 503, "A part that is needed does not answer."),
        ("answer_timeout", 503, "The answer took longer than it may."),
        ("interrupted", 503, "The server stopped while the answer was made."),
        ("disk_full", 507, "The disk of the server is (nearly) full."),
    )
)
STATUS = {each.code: each.status for each in PROBLEMS}
