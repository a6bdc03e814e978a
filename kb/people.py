"""Finding a person by the name that they sign in with, for commands."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.errors import BadRequest
from accounts.models import User


def person_named(username: str) -> User:
    """The person who signs in with this name. Raises BadRequest when there is none who may."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise BadRequest(_("Nobody signs in as %(name)s.") % {"name": username})
    return user
