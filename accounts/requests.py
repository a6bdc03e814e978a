"""What a request says about where it comes from, and where Maru is reached."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest | None) -> str | None:
    """The client's address; None without a request or where it is not an address.

    The web server has put it there; X-Forwarded-For is believed by it from MARU_TRUSTED_PROXIES alone.
    """
    raw = request.META.get("REMOTE_ADDR", "") if request is not None else ""
    try:
        return str(ipaddress.ip_address(raw))
    except ValueError:
        return None


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, or the /64 that one IPv6 customer has."""
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)


def site_url() -> str:
    """Where people reach Maru, without a slash at the end. From the settings, never from a request's Host header.

    Who listens on this machine alone has a proxy in front, on the usual port; who listens to others is reached on its own.
    """
    scheme = "https" if settings.MARU_HTTPS else "http"
    proxied = settings.MARU_HTTPS or settings.HOST in ("127.0.0.1", "localhost", "::1") or settings.PORT == 80
    for host in settings.MARU_ALLOWED_HOSTS:
        if host != "*":
            return f"{scheme}://{host.lstrip('.')}" + ("" if proxied else f":{settings.PORT}")
    host = "127.0.0.1" if settings.HOST in ("0.0.0.0", "::") else settings.HOST  # noqa: S104
    return f"{scheme}://{host}:{settings.PORT}"
