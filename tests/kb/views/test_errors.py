"""Every error in the portal's look, and nothing of the inside in it."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import path
from django.utils import translation

from accounts.access import OutsideAsUser
from accounts.errors import BadRequest, MaruError, Unavailable
from kb.urls import urlpatterns as portal
from kb.views import errors
from tests.cast import Cast
from tests.kb.views.conftest import Browser

RAISED: list[BaseException] = []


def _raise(request):
    raise RAISED[-1]


urlpatterns = [*portal, path("raise/", _raise), path("accounts/login/", _raise, name="account_login")]
handler400, handler403 = "kb.views.errors.bad_request", "kb.views.errors.forbidden"
handler404, handler500 = "kb.views.errors.not_found", "kb.views.errors.broken"


@pytest.fixture
def raising(cast: Cast, browser: Browser):
    """raising(error, **headers): the response of a view that raises it."""

    def respond(error: BaseException, **headers: str):
        RAISED.append(error)
        client = browser(cast.suji)
        client.raise_request_exception = False
        with override_settings(ROOT_URLCONF=__name__):
            return client.get("/raise/", headers=headers)

    return respond


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (BadRequest("Write a word."), 400, "Write a word."),
        (Unavailable("The encoder rests."), 503, "The encoder rests."),
        (MaruError("Something."), 500, "Something."),
        (OperationalError("connection to 10.0.0.1 refused"), 503, "The database does not answer now."),
    ],
)
def test_an_error_of_ours_has_its_status_and_its_sentence(raising, error, status: int, words: str):
    response = raising(error)
    html = response.content.decode()
    assert response.status_code == status
    assert words in html and "10.0.0.1" not in html
    assert 'class="brand"' in html
    assert (response.headers.get("Retry-After") is not None) == (status == 503)


def test_a_fragment_gets_a_notice_for_the_page_it_stands_in(raising):
    response = raising(BadRequest("Write a word."), **{"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#problems", "innerHTML")


@pytest.mark.parametrize("error", [ValueError("secret inside"), OutsideAsUser("secret inside")])
def test_a_mistake_of_ours_shows_a_number_and_nothing_else(raising, error, caplog):
    response = raising(error)
    html = response.content.decode()
    assert response.status_code == 500
    assert "secret" not in html
    number = html.split('class="mono">')[1].split("<")[0]
    assert number in caplog.text


def test_a_page_that_is_not_there(cast: Cast, browser: Browser):
    response = browser(cast.suji).get("/nothing/here/")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()


def test_an_old_page_is_told_to_load_again(cast: Cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.suji)
    response = client.post("/theme/", {"theme": "dark"})
    assert response.status_code == 403
    assert 'class="brand"' in response.content.decode()


def test_the_error_page_needs_no_database():
    request = RequestFactory().get("/")
    with translation.override("en"):
        response = errors.answer(request, errors.Problem(503, "Down", "Later."))
    assert b"Later." in response.content


@pytest.mark.parametrize("address", ["/search/", "/nothing/here/"])
async def test_a_database_that_is_down_before_the_view_is_told_too(monkeypatch: pytest.MonkeyPatch, address: str):
    def down(request):
        raise OperationalError("connection to 10.0.0.1 refused")

    monkeypatch.setattr("accounts.middleware.get_user", down)
    monkeypatch.setattr("django.contrib.messages.storage.default_storage", down)
    client = AsyncClient()
    client.raise_request_exception = False
    response = await client.get(address, headers={"Accept-Language": "en"})
    assert response.status_code == 503
    assert "The database does not answer now." in response.content.decode()
