"""Conversations in the database: versions, branches, what may be remembered of them, and how an answer's row ends."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.access import as_user, revoke_membership
from accounts.models import User
from kb.chat import records
from kb.chat.budget import Budget
from kb.chat.events import Cited, Finished
from kb.chat.sentences import AnswerSentence
from kb.models import Answer, Citation, Conversation, Document, Question
from kb.models.chat import AnswerState, Basis, Channel
from kb.retrieval.question import SearchQuestion
from tests.answers import Said, answered, chunks_of
from tests.cast import Cast
from tests.kb.chat.conftest import CARRY, LOSS
from tests.kb.chat.made import begun, passage, row, sought

NONE: frozenset[int] = frozenset()


def finished(house: Cast, user: User, title: str, **values: object) -> Finished:
    """An answer that cites the first passage of a document that the person may read."""
    chunk = chunks_of(user, title)[0]
    cited = passage(
        chunk.text, document=chunk.document_id, revision=chunk.revision_id, audience=chunk.audience_id,
        chunks=(chunk.pk,), title=title,
    )  # fmt: skip
    given: dict[str, object] = {
        "text": chunk.text, "basis": Basis.SOURCED, "language": "ko", "passages": (cited,),
        "sentences": (AnswerSentence(0, len(chunk.text), "supported", (1,)),),
        "citations": (Cited(1, cited, 1, 0, len(chunk.text), ((0, len(chunk.text)),), chunk.text),),
        "found": sought("연차는?").found, "budget": Budget(99, 9, 9, 9, 9, 0, 0, kept=(cited.key,)), "draft": "초안",
    }  # fmt: skip
    return Finished(**(given | values))


def test_a_question_begins_a_conversation_or_goes_on_in_one(house: Cast):
    first = begun(house.suji, "연차는 며칠입니까?", scope=[house.rules.pk])
    with as_user(house.suji):
        second = records.begin(
            house.suji,
            SearchQuestion.of("그럼 병가는?"),
            conversation=first.question.conversation,
            previous=first.question,
        )
        assert Conversation.objects.count() == 1
    assert (first.version, first.state, first.question.scope) == (1, AnswerState.WAITING, [house.rules.pk])
    assert second.question.previous_id == first.question_id
    assert first.question.conversation.title == "연차는 며칠입니까?"
    assert first.lease_until > timezone.now() and first.reader_seen_at is not None


def test_versions_are_counted_up_and_the_database_refuses_a_second_one_of_a_number(house: Cast):
    answer = begun(house.suji, "연차는?")
    with as_user(house.suji):
        assert [records.new_version(answer.question).version for _ in range(2)] == [2, 3]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("연차는?\n자세히 알려 주세요.", "연차는?"),
        ("  연차는?  ", "연차는?"),
        ("가" * 80, "가" * 80),
        ("출장 " * 40, ("출장 " * 26).strip() + "…"),
    ],
)
def test_a_title_is_the_first_line_cut_at_a_word(question: str, title: str):
    assert records.title_of(question) == title


def test_the_path_to_a_question_leaves_out_other_branches(house: Cast):
    first = answered(house.suji, "하나?", [Said("1.")])
    conversation = first.question.conversation
    left = answered(house.suji, "둘?", [Said("2.")], conversation=conversation, previous=first.question)
    right = answered(house.suji, "셋?", [Said("3.")], conversation=conversation, previous=first.question)
    with as_user(house.suji):
        assert [each.text for each in records.path_to(right.question)] == ["하나?", "셋?"]
        assert [turn.question for turn in records.turns_before(left.question)] == ["하나?"]


def test_turns_are_the_last_few_with_the_newest_answer_that_is_done(house: Cast):
    previous, conversation = None, None
    for number in range(6):
        answer = answered(
            house.suji, f"질문 {number}", [Said(f"답 {number}.")], conversation=conversation, previous=previous
        )
        previous, conversation = answer.question, answer.question.conversation
    with as_user(house.suji):
        again = records.new_version(previous)
        Answer.objects.filter(pk=again.pk).update(state=AnswerState.DONE, text="새 답 5.")
        broken = records.new_version(previous)
        Answer.objects.filter(pk=broken.pk).update(state=AnswerState.FAILED, text="")
        last = records.begin(house.suji, SearchQuestion.of("끝?"), conversation=conversation, previous=previous)
        turns = records.turns_before(last.question)
    assert [turn.question for turn in turns] == ["질문 2", "질문 3", "질문 4", "질문 5"]
    assert turns[-1].answer == "새 답 5."


@pytest.mark.parametrize("how", ["cited", "read"])
def test_an_answer_whose_source_was_closed_is_not_remembered_in_the_next_prompt(house: Cast, how: str):
    minsu = house.minsu
    chunks = chunks_of(minsu, "결산 메모")
    values = {} if how == "cited" else {"trace": {"read": [chunks[0].document_id]}}
    answer = answered(minsu, "손실은?", [Said(LOSS, cites=[1])], chunks if how == "cited" else [], **values)
    with as_user(minsu):
        follow_up = records.begin(
            minsu,
            SearchQuestion.of("그럼 8월은?"),
            conversation=answer.question.conversation,
            previous=answer.question,
        )
        assert records.turns_before(follow_up.question)[0].answer == LOSS
    revoke_membership(minsu.memberships.get())
    with as_user(minsu):
        assert records.turns_before(follow_up.question) == ()
        assert records.is_withheld(answer)


def test_a_finished_answer_is_kept_once_with_its_citations(house: Cast):
    suji = house.suji
    answer = begun(suji, "연차는?")
    done = finished(house, suji, "취업규칙")
    for _ in range(2):
        records.finish(suji, answer.pk, done, ms_first_token=5, ms_total=9)
    kept = row(suji, answer.pk)
    assert (kept.state, kept.text, kept.basis, kept.event, kept.citation_count) == ("done", CARRY, "sourced", 1, 1)
    (cited,) = kept.citations.all()
    assert (cited.quote, cited.spans, cited.audience_id) == (CARRY, [[0, len(CARRY)]], house.rules.audience_id)
    assert kept.finished_at is not None and (kept.ms_first_token, kept.ms_total) == (5, 9)


def test_an_answer_that_failed_before_stays_failed_and_gets_no_citation(house: Cast):
    answer = begun(house.suji, "연차는?")
    with as_user(house.suji):
        records.fail(answer.pk, "interrupted")
    records.finish(house.suji, answer.pk, finished(house, house.suji, "취업규칙"), ms_first_token=None, ms_total=1)
    kept = row(house.suji, answer.pk)
    assert (kept.state, kept.error, kept.text, len(kept.citations.all())) == ("failed", "interrupted", "", 0)


def test_failing_keeps_what_was_written_or_what_it_is_given(house: Cast):
    one, two, three = (begun(house.suji, "연차는?") for _ in range(3))
    with as_user(house.suji):
        Answer.objects.filter(pk__in=[one.pk, two.pk, three.pk]).update(draft="연차는", state="working")
        records.fail(one.pk, "broken")
        records.fail(two.pk, "broken", draft="연차는 15일")
        records.fail(three.pk, "access_revoked", draft="", message="m", retryable=False)
        drafts = dict(Answer.objects.values_list("pk", "draft"))
        params = Answer.objects.get(pk=three.pk).error_params
    assert drafts == {one.pk: "연차는", two.pk: "연차는 15일", three.pk: ""}
    assert params == {"message": "m", "retryable": False}


def test_a_forged_citation_of_what_one_may_not_read_is_refused_by_the_database(house: Cast):
    """Even code that went wrong could not put another department's passage under somebody's answer."""
    from django.db.utils import ProgrammingError

    chunk = chunks_of(house.minsu, "결산 메모")[0]
    answer = begun(house.suji, "연차는?")
    with pytest.raises(ProgrammingError, match="row-level security"), as_user(house.suji):
        Citation.objects.create(
            answer=answer, owner=house.suji, audience_id=chunk.audience_id, number=1, document_id=chunk.document_id,
            revision_id=chunk.revision_id, page=1, start=0, end=3, quote="x",
        )  # fmt: skip


def test_going_on_renews_the_lease_and_writes_what_there_is(house: Cast):
    answer = begun(house.suji, "연차는?")
    with as_user(house.suji):
        Answer.objects.filter(pk=answer.pk).update(lease_until=timezone.now())
    records.keep_going(house.suji, answer.pk, NONE, draft="연차는")
    kept = row(house.suji, answer.pk)
    assert (kept.draft, kept.state, kept.event) == ("연차는", "working", 1)
    assert kept.lease_until > timezone.now() + timedelta(seconds=10)
    records.keep_draft(house.suji, answer.pk, NONE, draft="연차는 15일")
    assert row(house.suji, answer.pk).draft == "연차는 15일"


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"stop_requested": True}, "stopped"),
        ({"state": "failed"}, "ended"),
        ({"reader_seen_at": timezone.now() - timedelta(hours=1)}, "nobody_reads"),
        ({"reader_seen_at": None}, "nobody_reads"),
    ],
)
def test_what_ends_an_answer_is_said(house: Cast, values: dict[str, object], reason: str):
    answer = begun(house.suji, "연차는?")
    with as_user(house.suji):
        Answer.objects.filter(pk=answer.pk).update(**values)
    with pytest.raises(records.StoppedByUser) as stopped:
        records.keep_going(house.suji, answer.pk, NONE)
    assert stopped.value.reason == reason


def test_a_source_that_was_closed_and_a_suspended_person_end_it_too(house: Cast):
    minsu = house.minsu
    answer = begun(minsu, "손실은?")
    sources = frozenset({house.finance_private.audience_id})
    records.keep_going(minsu, answer.pk, sources)
    revoke_membership(minsu.memberships.get())
    with pytest.raises(records.AccessRevoked):
        records.keep_going(minsu, answer.pk, sources)
    records.keep_going(minsu, answer.pk, NONE)
    User.objects.filter(pk=minsu.pk).update(is_active=False)
    with pytest.raises(records.AccessRevoked):
        records.keep_going(minsu, answer.pk, NONE)


def test_nobody_writes_to_the_answer_of_another(house: Cast):
    answer = begun(house.suji, "연차는?")
    with pytest.raises(records.StoppedByUser, match="ended"):
        records.keep_going(house.minsu, answer.pk, NONE, draft="anders")
    records.keep_draft(house.minsu, answer.pk, NONE, draft="anders")
    records.finish(house.minsu, answer.pk, finished(house, house.minsu, "취업규칙"), ms_first_token=None, ms_total=1)
    assert not records.ask_to_stop(house.minsu, answer.pk)
    with as_user(house.minsu):
        records.fail(answer.pk, "broken")
    kept = row(house.suji, answer.pk)
    assert (kept.state, kept.draft, kept.stop_requested, kept.event) == ("waiting", "", False, 0)


def test_only_an_answer_at_work_can_be_asked_to_stop(house: Cast):
    answer = begun(house.suji, "연차는?")
    assert records.ask_to_stop(house.suji, answer.pk)
    with as_user(house.suji):
        records.fail(answer.pk, "stopped")
    assert not records.ask_to_stop(house.suji, answer.pk)


def test_a_trace_holds_ids_and_figures_and_no_word_of_a_document(house: Cast):
    done = finished(house, house.suji, "취업규칙")
    trace = records.trace_of(done)
    assert trace["read"] == [done.passages[0].document]
    assert trace["budget"]["context"] == 99 and trace["passages"][0]["chunks"] == done.passages[0].chunks
    assert CARRY not in str(trace) and "취업규칙" not in str(trace)


@pytest.mark.parametrize("values", [{"extractive": True}, {"basis": Basis.NOT_FOUND}])
def test_what_no_model_wrote_from_was_read_by_none(house: Cast, values: dict[str, object]):
    assert records.trace_of(finished(house, house.suji, "취업규칙", **values))["read"] == []


def test_what_did_not_fit_the_prompt_was_not_read(house: Cast):
    dropped = Budget(99, 9, 9, 9, 9, 0, 0, kept=())
    assert records.trace_of(finished(house, house.suji, "취업규칙", budget=dropped))["read"] == []


def test_the_doors_are_told_apart(house: Cast):
    with as_user(house.suji):
        records.begin(house.suji, SearchQuestion.of("연차는?"), channel=Channel.API)
        assert Conversation.objects.get().channel == Channel.API


def test_the_database_shows_nobody_elses_questions_without_any_filter(house: Cast):
    answered(house.suji, "연차는?", [Said(CARRY, cites=[1])], chunks_of(house.suji, "취업규칙")[:1])
    for other in (house.minsu, house.admin, house.hana):
        with as_user(other):
            for model in (Conversation, Question, Answer, Citation):
                assert model.objects.count() == 0, (other, model)
            with connection.cursor() as cursor:
                cursor.execute("select count(*) from kb_answer")
                assert cursor.fetchone() == (0,)
    with as_user(house.suji):
        assert Document.objects.count() == 2 and Citation.objects.count() == 1
