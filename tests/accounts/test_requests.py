"""Where Maru is reached, for links that it mails: by the settings, never by a request."""

from __future__ import annotations

import pytest

from accounts.requests import site_url


@pytest.mark.parametrize(
    ("https", "host", "port", "names", "address"),
    [
        (False, "127.0.0.1", 8000, [], "http://127.0.0.1:8000"),
        (False, "0.0.0.0", 8000, [], "http://127.0.0.1:8000"),
        (False, "0.0.0.0", 8000, ["maru.hanbit.example"], "http://maru.hanbit.example:8000"),
        (False, "0.0.0.0", 80, ["maru.hanbit.example"], "http://maru.hanbit.example"),
        (False, "127.0.0.1", 8000, ["maru.hanbit.example"], "http://maru.hanbit.example"),
        (True, "127.0.0.1", 8000, ["maru.hanbit.example"], "https://maru.hanbit.example"),
        (True, "0.0.0.0", 8000, ["*", ".hanbit.example"], "https://hanbit.example"),
    ],
)
def test_links_lead_to_where_people_reach_it(settings, https, host, port, names, address):
    settings.MARU_HTTPS, settings.HOST, settings.PORT, settings.MARU_ALLOWED_HOSTS = https, host, port, names
    assert site_url() == address
