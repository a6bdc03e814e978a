"""One version of an answer on its page: badge, sentences, notes, feedback, what was read, what is withheld."""

from __future__ import annotations

import re

import pytest

from accounts.access import as_user
from accounts.models import Audience
from kb.documents import changes
from kb.models import Document, Feedback
from kb.models.chat import AnswerState, Basis
from tests.answers import Said, answered, chunks_of
from tests.cast import Cast
from tests.database import as_worker
from tests.kb.views.conftest import Browser
from tests.made import add_document

HTMX = {"HX-Request": "true"}


def page_of(browser: Browser, person, answer) -> str:
    return browser(person).get(f"/conversations/{answer.question.conversation_id}/").content.decode()


def cited(cast: Cast, *said: Said, **values):
    chunks = chunks_of(cast.suji, "출장여비 규정")
    return answered(cast.suji, "식비는 얼마예요?", said, chunks[:1], found=chunks[1:], **values)


@pytest.mark.parametrize(
    ("basis", "said", "word", "count"),
    [
        (Basis.SOURCED, [Said("가.", cites=[1]), Said("나.", cites=[1])], "Sourced", "All 2 sentences have a source"),
        (Basis.MIXED, [Said("가.", cites=[1]), Said("나.", "unsupported")], "Partly sourced", "1 of 2 sentences"),
        (Basis.MODEL, [Said("가.", "unsupported")], "Model&#x27;s own words", "No sentence has a source"),
        (
            Basis.SOURCED,
            [Said("다음과 같습니다.", "not_a_claim"), Said("나.", cites=[1])],
            "Sourced",
            "Its sentence has",
        ),
    ],
)
def test_the_badge_says_what_the_answer_stands_on_and_counts_claims_alone(
    shelf: Cast, browser: Browser, basis, said, word: str, count: str
):
    html = page_of(browser, shelf.suji, cited(shelf, *said, basis=basis))
    assert f'data-basis="{basis}"' in html and word in html and count in html


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"extractive": True}, "quoted from the documents, without a model"),
        ({"extractive": True, "replaced": True}, "the model&#x27;s answer had no source"),
        ({"state": AnswerState.STOPPED}, "stopped here"),
    ],
)
def test_what_is_special_about_an_answer_is_said(shelf: Cast, browser: Browser, values, words: str):
    assert words in page_of(browser, shelf.suji, cited(shelf, Said("가.", cites=[1]), **values))


def test_the_card_and_the_notes_hold_the_quote_and_where_it_stands(shelf: Cast, browser: Browser):
    html = page_of(browser, shelf.suji, cited(shelf, Said("식비는 35,000원입니다.", cites=[1])))
    assert "<mark>식비는 1일 35,000원을 한도로 실비를 지급한다.</mark>" in html
    assert "Also found 1" in html
    assert "p. 1 · revision 1" in html


def test_copying_gives_numbers_and_a_list_of_sources(shelf: Cast, browser: Browser):
    html = page_of(browser, shelf.suji, cited(shelf, Said("가.", cites=[1]), Said("나.", "unsupported")))
    copied = html.split('<template id="copy-')[1].split(">", 1)[1].split("</template>")[0]
    assert copied == "가. [1] 나.\n\nSources\n[1] 출장여비 규정, p. 1 · revision 1"


def test_the_whole_answer_is_withheld_with_one_of_its_sources(shelf: Cast, browser: Browser):
    answer = cited(shelf, Said("식비는 35,000원입니다.", cites=[1]))
    assert "35,000원입니다" in page_of(browser, shelf.suji, answer)
    with as_user(shelf.hana):
        document = Document.objects.get(title="출장여비 규정")
        changes.set_audience(document, Audience.objects.get(name="인사팀 자료"), actor=shelf.hana)
    for html in (
        page_of(browser, shelf.suji, answer),
        browser(shelf.suji).get(f"/answers/{answer.pk}/", headers=HTMX).content.decode(),
    ):
        assert "This answer is closed." in html
        assert "35,000" not in html and "출장여비" not in html


def test_the_trace_hides_what_is_no_longer_open_and_counts_it(shelf: Cast, browser: Browser):
    answer = cited(shelf, Said("식비는 35,000원입니다.", cites=[1]))
    client = browser(shelf.suji)
    html = client.get(f"/answers/{answer.pk}/read/").content.decode()
    assert html.count("출장여비 규정") >= 2 and "0.900" in html and "cited" in html
    assert "One part did not fit" in html and "1000 tokens" in html
    with as_user(shelf.hana):
        changes.set_audience(
            Document.objects.get(title="출장여비 규정"), Audience.objects.get(name="인사팀 자료"), actor=shelf.hana
        )
    html = client.get(f"/answers/{answer.pk}/read/").content.decode()
    assert "출장여비" not in html and "2 places are no longer open to you." in html


def test_not_found_names_the_nearest_readable_documents(shelf: Cast, browser: Browser):
    chunks = chunks_of(shelf.suji, "출장여비 규정")
    theirs = chunks_of(shelf.minsu, "10월 결산 메모")
    answer = answered(
        shelf.suji,
        "어린이집은?",
        [Said("찾지 못했습니다.", "not_a_claim")],
        found=[*theirs, *chunks],
        basis=Basis.NOT_FOUND,
    )
    html = page_of(browser, shelf.suji, answer)
    assert html.count("출장여비 규정") == 1
    assert "결산" not in html and "There is something" not in html


def test_a_discoverable_collection_names_its_keeper_and_never_a_title(shelf: Cast, browser: Browser):
    with as_worker():
        shelf.finance_private.discoverable = True
        shelf.finance_private.contact = shelf.minsu
        shelf.finance_private.save()
    trace = {"query": "매출원가", "passages": [], "elsewhere": [shelf.finance_private.pk, shelf.hr_private.pk]}
    answer = answered(shelf.suji, "매출원가는?", [Said("찾지 못했습니다.")], basis=Basis.NOT_FOUND, trace=trace)
    html = page_of(browser, shelf.suji, answer)
    assert "Finance keeps it." in html and "Ask 이민수" in html
    assert "결산" not in html and "재무팀 자료" not in html
    assert "HR keeps it" not in html


def test_a_failed_answer_says_what_happened_and_offers_two_ways_on(shelf: Cast, browser: Browser):
    answer = answered(
        shelf.suji,
        "식비는?",
        [Said("식비는 하루")],
        state=AnswerState.FAILED,
        error="answer_timeout",
        basis="",
        text="",
    )
    html = page_of(browser, shelf.suji, answer)
    assert "The model took too long" in html and "식비는 하루" in html
    assert f'action="/questions/{answer.question_id}/again/"' in html and "/search/?q=" in html


def test_a_thumb_is_kept_changed_and_taken_back(shelf: Cast, browser: Browser):
    answer = cited(shelf, Said("가.", cites=[1]))
    client = browser(shelf.suji)
    address = f"/answers/{answer.pk}/feedback/"

    def held():
        with as_user(shelf.suji):
            row = Feedback.objects.filter(answer=answer).first()
            return (row.helpful, row.reason, row.comment) if row else None

    client.post(address, {"helpful": "1"}, headers=HTMX)
    assert held() == (True, "", "")
    response = client.post(address, {"helpful": "0", "reason": "outdated", "comment": " 6판을 보세요 "}, headers=HTMX)
    assert held() == (False, "outdated", "6판을 보세요")
    assert response["HX-Trigger"] == "maru:dialog-close"
    client.post(address, {"helpful": "1"})
    client.post(address, {"helpful": "1"})
    assert held() is None


def test_an_unknown_reason_and_a_long_comment_do_no_harm(shelf: Cast, browser: Browser):
    answer = cited(shelf, Said("가.", cites=[1]))
    browser(shelf.suji).post(
        f"/answers/{answer.pk}/feedback/", {"helpful": "0", "reason": "<b>", "comment": "가\x00" * 5000}
    )
    with as_user(shelf.suji):
        row = Feedback.objects.get(answer=answer)
    assert (row.reason, len(row.comment)) == ("", 1000)


def test_pages_of_fragments_work_without_script(shelf: Cast, browser: Browser):
    answer = cited(shelf, Said("가.", cites=[1]))
    client = browser(shelf.suji)
    for address in (
        f"/answers/{answer.pk}/feedback/",
        f"/answers/{answer.pk}/read/",
        f"/questions/{answer.question_id}/edit/",
    ):
        assert "<!doctype html>" in client.get(address).content.decode(), address
    assert client.get(f"/answers/{answer.pk}/").url.endswith(f"?answer={answer.pk}")


def test_markup_of_documents_and_people_stays_text(cast: Cast, browser: Browser):
    evil = "<script>alert(1)</script>"
    add_document(cast.rules, evil, [f"{evil} 식비"])
    chunks = chunks_of(cast.suji, evil)
    answer = answered(
        cast.suji,
        f"{evil}?",
        [Said(f"값은 {evil}입니다.", cites=[1]), Said("[x](javascript:alert(1)) ![y][r]")],
        chunks,
    )
    html = page_of(browser, cast.suji, answer)
    assert "<script>alert" not in html and not re.search(r"(href|src)=.?javascript", html) and "<img" not in html
    assert "&lt;script&gt;" in html
