"""Searching without a model."""

from __future__ import annotations

import pytest

from accounts.errors import Unavailable
from tests.cast import Cast
from tests.kb.views.conftest import Browser

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _encoder(word_encoder):
    return word_encoder


def test_places_come_marked_and_lead_to_their_page(shelf: Cast, browser: Browser):
    html = browser(shelf.suji).get("/search/", {"q": "식비 한도"}).content.decode()
    assert "<mark>식비</mark>" in html and "<mark>한도</mark>" in html
    assert "/1/1/?from=0&amp;to=" in html
    assert "Words looked for:" in html and 'value="식비 한도"' in html


def test_only_what_one_may_read_is_found(shelf: Cast, browser: Browser):
    assert "12억" not in browser(shelf.suji).get("/search/", {"q": "매출원가"}).content.decode()
    assert "12억" in browser(shelf.minsu).get("/search/", {"q": "매출원가"}).content.decode()


def test_htmx_gets_the_results_alone(shelf: Cast, browser: Browser):
    html = browser(shelf.suji).get("/search/", {"q": "식비"}, headers=HTMX).content.decode()
    assert "<html" not in html and "<mark>식비</mark>" in html


def test_filters_narrow_and_keep_their_counts(shelf: Cast, browser: Browser):
    client = browser(shelf.minsu)
    both = client.get("/search/", {"q": "식비 매출원가"}).content.decode()
    assert "12억" in both and "35,000" in both
    one = client.get("/search/", {"q": "식비 매출원가", "collection": shelf.rules.pk}).content.decode()
    assert "12억" not in one and "35,000" in one
    assert f'id="collection-{shelf.finance_private.pk}"' in one  # the other choice stays in sight
    none = client.get("/search/", {"q": "식비", "format": "pdf"}).content.decode()
    assert "Nothing was found" in none


@pytest.mark.parametrize("value", ["x", "999999", "9" * 30])
def test_a_forged_collection_is_not_there(shelf: Cast, browser: Browser, value: str):
    assert browser(shelf.suji).get("/search/", {"q": "식비", "collection": value}).status_code == 404


def test_a_collection_of_others_is_not_there(shelf: Cast, browser: Browser):
    response = browser(shelf.suji).get("/search/", {"q": "식비", "collection": shelf.finance_private.pk})
    assert response.status_code == 404


def test_what_answers_badly_is_called_nearest(shelf: Cast, browser: Browser):
    html = browser(shelf.suji).get("/search/", {"q": "어린이집"}).content.decode()
    assert "No place answers this well" in html


def test_a_company_without_documents_says_so(cast: Cast, browser: Browser):
    html = browser(cast.suji).get("/search/", {"q": "식비"}).content.decode()
    assert "Nothing was found" in html


def test_an_empty_search_explains_itself(shelf: Cast, browser: Browser):
    html = browser(shelf.suji).get("/search/").content.decode()
    assert "Search without a model" in html and "autofocus" in html


@pytest.mark.parametrize(("words", "status"), [("🙂", 400), ("가" * 5000, 413)])
def test_what_cannot_be_searched_is_told_on_the_page(shelf: Cast, browser: Browser, words: str, status: int):
    response = browser(shelf.suji).get("/search/", {"q": words})
    assert response.status_code == status
    assert 'role="alert"' in response.content.decode() and 'type="search" name="q"' in response.content.decode()


@pytest.mark.parametrize(
    "words", ["'; drop table kb_chunk; --", "{{ settings.SECRET_KEY }}", "ﷺ" * 40, "a\x00b", "%_\\"]
)
def test_odd_words_are_only_words(shelf: Cast, browser: Browser, words: str):
    response = browser(shelf.suji).get("/search/", {"q": words})
    assert response.status_code in (200, 400)
    assert "SECRET" not in response.content.decode().replace("settings.SECRET_KEY", "")


def test_an_encoder_that_is_down_is_told_and_the_words_stay(shelf: Cast, browser: Browser, monkeypatch):
    def down():
        raise Unavailable("The encoder does not answer.")

    monkeypatch.setattr("kb.retrieval.search.default_encoder", down)
    response = browser(shelf.suji).get("/search/", {"q": "식비"})
    assert response.status_code == 503
    html = response.content.decode()
    assert "The encoder does not answer." in html and 'value="식비"' in html
