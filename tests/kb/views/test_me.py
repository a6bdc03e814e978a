"""My page, the bell, and one's own data."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from asgiref.sync import async_to_sync
from django.test import Client
from django.utils import timezone

from accounts import notices, signin
from accounts.access import as_user
from accounts.models import ApiToken, Audience, AuditEvent, Notification, User
from kb.models import Answer, Citation, Conversation, Document, Feedback, Question
from kb.models.chat import AnswerState, Basis
from tests.cast import PASSWORD, Cast
from tests.made import add_document

NEW = "twelve quiet floor boards"


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def cast(cast: Cast) -> Cast:
    User.objects.update(language="en")
    return cast


def browser(user: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_the_page_shows_who_one_is_and_what_one_may_read(cast: Cast):
    seen = text(browser(cast.hana).get("/me/"))
    for part in (
        "김하나",
        "hana@hanbit.example",
        "인사팀",
        "Editor",
        "인사팀 자료",
        "here",
        "API tokens",
        "Download my data",
    ):
        assert part in seen, part
    assert "재무팀 자료" not in seen


def test_language_theme_and_text_size_are_kept(cast: Cast):
    client = browser(cast.hana)
    response = client.post("/me/appearance/", {"language": "ko", "theme": "dark", "text_size": "larger"})
    assert response["Location"] == "/me/#appearance"
    page = client.get("/me/").content.decode()
    assert 'lang="ko"' in page and 'data-theme="dark"' in page and 'data-text="larger"' in page


@pytest.mark.parametrize("wrong", [{"language": "xx"}, {"theme": "pink"}, {"text_size": "huge"}])
def test_unknown_choices_are_refused(cast: Cast, wrong: dict):
    sent = {"language": "en", "theme": "dark", "text_size": "normal", **wrong}
    assert browser(cast.hana).post("/me/appearance/", sent).status_code == 422
    cast.hana.refresh_from_db()
    assert (cast.hana.language, cast.hana.theme, cast.hana.text_size) == ("en", "system", "normal")


def test_nobody_becomes_admin_by_posting_more_fields(cast: Cast):
    sent = {"language": "en", "theme": "dark", "text_size": "normal", "is_superuser": "on", "username": "admin2"}
    browser(cast.hana).post("/me/appearance/", sent)
    cast.hana.refresh_from_db()
    assert not cast.hana.is_superuser and cast.hana.username == "hana"


# ---- Password ----


def test_a_new_password_keeps_this_session_and_ends_the_others(cast: Cast):
    here, there = browser(cast.hana), browser(cast.hana)
    assert there.get("/me/").status_code == 200
    response = here.post("/me/password/", {"current": PASSWORD, "password": NEW})
    assert response["Location"] == "/me/#password"
    assert "Your password is changed." in text(here.get("/me/"))
    assert there.get("/me/").status_code == 302
    cast.hana.refresh_from_db()
    assert cast.hana.check_password(NEW)
    assert AuditEvent.objects.filter(action="password.change", actor="hana").count() == 1
    assert UserSession.objects.filter(user=cast.hana).count() == 1


def test_without_the_current_password_nothing_changes_and_guessing_is_locked(cast: Cast):
    client = browser(cast.hana)
    for _each in range(5):
        response = client.post("/me/password/", {"current": "wrong", "password": NEW})
        assert response.status_code == 422 and "The current password is not right." in text(response)
    assert "this door is locked" in text(client.post("/me/password/", {"current": PASSWORD, "password": NEW}))
    assert signin.locked_until("hana", None) is not None
    cast.hana.refresh_from_db()
    assert cast.hana.check_password(PASSWORD)


@pytest.mark.parametrize("weak", ["short", "hana@hanbit", "1234567890", ""])
def test_a_weak_password_is_refused_beside_its_field(cast: Cast, weak: str):
    response = browser(cast.hana).post("/me/password/", {"current": PASSWORD, "password": weak})
    assert response.status_code == 422 and 'class="wrong"' in response.content.decode()
    assert PASSWORD not in response.content.decode()


# ---- Sessions and tokens ----


def test_sessions_are_ended_one_by_one_and_all_but_this(cast: Cast):
    here, there, third = browser(cast.hana), browser(cast.hana), browser(cast.hana)
    for client in (there, third, here):
        client.get("/me/")
    place = UserSession.objects.get(session_key=there.session.session_key).pk
    here.post(f"/me/sessions/{place}/end/")
    assert there.get("/me/").status_code == 302 and third.get("/me/").status_code == 200
    here.post("/me/sessions/end-others/")
    assert third.get("/me/").status_code == 302 and here.get("/me/").status_code == 200


def test_another_persons_session_is_not_there(cast: Cast):
    theirs = browser(cast.hana)
    theirs.get("/me/")
    place = UserSession.objects.get().pk
    client = browser(cast.minsu)
    assert client.post(f"/me/sessions/{place}/end/").status_code == 404
    assert client.get(f"/me/sessions/{place}/end/").status_code == 404
    assert theirs.get("/me/").status_code == 200


def test_ending_the_session_here_leads_to_signing_out(cast: Cast):
    client = browser(cast.hana)
    client.get("/me/")
    assert client.post(f"/me/sessions/{UserSession.objects.get().pk}/end/")["Location"] == "/accounts/logout/"


def test_a_tokens_secret_is_shown_once(cast: Cast):
    client = browser(cast.hana)
    page = client.post("/me/tokens/", {"name": "보고서", "lifetime": "30"})
    secret = re.search(r"maru_[A-Za-z0-9_-]{43}", page.content.decode()).group()
    assert ApiToken.owner_of(secret) == cast.hana
    assert "no-store" in page["Cache-Control"]
    again = client.get("/me/").content.decode()
    assert "보고서" in again and secret not in again
    token = ApiToken.objects.get()
    assert client.post(f"/me/tokens/{token.pk}/revoke/").status_code == 302
    assert ApiToken.owner_of(secret) is None and "보고서" not in text(client.get("/me/")).replace("“보고서”", "")


@pytest.mark.parametrize("wrong", [{"name": ""}, {"lifetime": "9999"}, {"lifetime": ""}])
def test_a_token_needs_a_name_and_an_end(cast: Cast, wrong: dict):
    assert browser(cast.hana).post("/me/tokens/", {"name": "x", "lifetime": "30", **wrong}).status_code == 422
    assert not ApiToken.objects.exists()


def test_another_persons_token_is_not_there(cast: Cast):
    browser(cast.hana).post("/me/tokens/", {"name": "x", "lifetime": "30"})
    token = ApiToken.objects.get()
    assert browser(cast.minsu).post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.usable().count() == 1


# ---- The bell ----


def test_the_bell_counts_lists_and_forgets(cast: Cast):
    notices.tell(cast.hana, "document_ready", url="/library/documents/7/", title="취업 규칙")
    notices.tell(cast.hana, "document_failed", url="/library/documents/8/", title="급여표", reason="password")
    notices.tell(cast.minsu, "document_ready", url="/library/documents/9/", title="재무 마감")
    client = browser(cast.hana)
    assert "2 new notices" in client.get("/me/").content.decode()
    seen = text(client.get("/notices/"))
    assert "“취업 규칙” can be asked about now." in seen and "The file is protected by a password." in seen
    assert "재무 마감" not in seen
    ready = Notification.objects.get(user=cast.hana, kind="document_ready")
    assert client.get(f"/notices/{ready.pk}/")["Location"] == "/library/documents/7/"
    assert notices.unread(cast.hana) == 1
    client.post("/notices/read/")
    assert (notices.unread(cast.hana), notices.unread(cast.minsu)) == (0, 1)


def test_a_failed_files_reason_is_told_with_its_particulars(cast: Cast):
    notices.tell(
        cast.hana, "document_failed", title="설치", reason="unsupported_type", reason_params={"type": "executable"}
    )
    assert "Files of the kind program cannot be read." in text(browser(cast.hana).get("/notices/"))


def test_another_persons_notice_is_not_there(cast: Cast):
    notice = notices.tell(cast.hana, "document_ready", url="/library/documents/7/", title="취업 규칙")
    client = browser(cast.minsu)
    assert client.get(f"/notices/{notice.pk}/").status_code == 404
    client.post("/notices/read/", {"id": [notice.pk]})
    assert notices.unread(cast.hana) == 1


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_a_notice_leads_nowhere_outside(cast: Cast, url: str):
    notice = notices.tell(cast.hana, "signed_out", url=url)
    assert browser(cast.hana).get(f"/notices/{notice.pk}/")["Location"] == "/notices/"


# ---- Own data ----


def ask(user: User, document: Document, question: str, answer: str) -> Answer:
    """A question of this person, answered and citing a document."""
    with as_user(user):
        conversation = Conversation.objects.create(owner=user, title=question)
        asked = Question.objects.create(conversation=conversation, owner=user, text=question)
        made = Answer.objects.create(
            question=asked, owner=user, state=AnswerState.DONE, text=answer, basis=Basis.SOURCED, citation_count=1
        )
        Citation.objects.create(
            answer=made, owner=user, audience=document.audience, number=1, document=document,
            revision=document.revisions.get(), page=1, start=0, end=4, quote=answer[:20],
        )  # fmt: skip
        Feedback.objects.create(answer=made, owner=user, helpful=False, comment="오래된 내용이에요")
    return made


async def _whole(response: Any) -> bytes:
    return b"".join([part async for part in response.streaming_content])


def data_of(user: User) -> dict[str, Any]:
    response = browser(user).post("/me/data/")
    assert response["Content-Disposition"].startswith('attachment; filename="maru-')
    with zipfile.ZipFile(io.BytesIO(async_to_sync(_whole)(response))) as archive:
        return {name.removesuffix(".json"): json.loads(archive.read(name)) for name in archive.namelist()}


def test_own_data_holds_what_is_mine_and_nothing_of_others(cast: Cast):
    rule = add_document(cast.rules, "취업 규칙", ["연차는 15일입니다."])
    ask(cast.hana, rule, "연차는 며칠인가요?", "15일입니다.")
    ask(cast.minsu, rule, "민수의 질문", "민수의 답")
    notices.tell(cast.hana, "document_ready", title="취업 규칙")
    _token, secret = ApiToken.issue(cast.hana, "보고서", None)
    data = data_of(cast.hana)
    assert set(data) == {
        "profile",
        "conversations",
        "questions",
        "answers",
        "feedback",
        "notices",
        "tokens",
        "sessions",
    }
    assert data["profile"][0]["username"] == "hana" and data["profile"][0]["departments"][0]["department"] == "인사팀"
    assert [row["text"] for row in data["questions"]] == ["연차는 며칠인가요?"]
    assert (data["answers"][0]["text"], data["answers"][0]["withheld"]) == ("15일입니다.", False)
    assert data["answers"][0]["citations"][0]["quote"] == "15일입니다."
    assert data["feedback"][0]["comment"] == "오래된 내용이에요"
    whole = json.dumps(data, ensure_ascii=False)
    assert "민수" not in whole and secret not in whole and cast.hana.password not in whole
    assert ApiToken.objects.get().digest not in whole


def test_an_answer_whose_source_may_no_longer_be_read_comes_without_its_text(cast: Cast):
    salary = add_document(cast.hr_private, "급여표", ["기본급은 3,000,000원입니다."])
    ask(cast.hana, salary, "기본급은?", "기본급은 3,000,000원입니다.")
    closed = Audience.objects.create(name="아무도")
    from kb.documents.changes import set_audience

    with as_user(cast.admin):
        set_audience(salary, closed, actor=cast.admin)
    data = data_of(cast.hana)
    assert (
        data["answers"][0]["withheld"] and data["answers"][0]["text"] is None and data["answers"][0]["citations"] == []
    )
    assert "3,000,000" not in json.dumps(data, ensure_ascii=False)


def test_many_rows_come_in_several_looks(cast: Cast, monkeypatch):
    from kb.views import own_data

    monkeypatch.setattr(own_data, "EACH", 2)
    for number in range(5):
        notices.tell(cast.hana, "document_ready", title=f"문서 {number}")
    assert len(data_of(cast.hana)["notices"]) == 5


def test_own_data_is_fetched_by_pressing_only(cast: Cast):
    assert browser(cast.hana).get("/me/data/").status_code == 404
    assert Client().post("/me/data/").status_code == 302


def test_the_departments_of_the_past_are_in_the_profile(cast: Cast):
    cast.hana.memberships.update(ended_at=timezone.now())
    assert data_of(cast.hana)["profile"][0]["departments"][0]["ended"]
