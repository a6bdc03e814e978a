"""Who is asking: the owner of a token, or the person of a session (and then only with the CSRF token)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.sessions import session_is_live

REALM = 'Bearer realm="Maru"'
_LONGEST = 200  # a token has 48 characters; nothing longer is looked up


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer maru_…`. Unknown, revoked, expired, and of a suspended person: one and the same refusal."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The token's owner; None where there is no Authorization header at all."""
        header = request.META.get("HTTP_AUTHORIZATION", "")
        if not header:
            return None
        owner = _owner(header)
        if owner is None:
            raise AuthenticationFailed(_("This token does not count: it is unknown, has expired or was revoked."))
        _stay_within_quota(header)
        return owner, None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 says about how to ask."""
        return REALM


def _stay_within_quota(header: str) -> None:
    most: int = settings.MARU_TOKEN_REQUESTS
    wait = ApiToken.seconds_to_wait(_secret(header), most) if most else 0
    if wait:
        told = _("This token has made %(most)s requests in a minute. Ask again in %(seconds)s seconds.")
        raise Throttled(wait, told % {"most": most, "seconds": wait})


def _secret(header: str) -> str:
    return header.partition(" ")[2].strip()


def _owner(header: str) -> User | None:
    scheme, secret = header.partition(" ")[0], _secret(header)
    usable = scheme.lower() == "bearer" and 0 < len(secret) <= _LONGEST and secret.isprintable()
    return ApiToken.owner_of(secret) if usable else None


def still_counts(request: HttpRequest) -> bool:
    """Whether the token or session that a request came with counts now; long streams ask every few seconds."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    return _owner(header) is not None if header else session_is_live(request)


class Session(SessionAuthentication):
    """The portal's session, with its CSRF token for everything that changes something."""
