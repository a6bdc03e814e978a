"""route: which model server answers. Adapters of departments will be chosen here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from accounts.errors import NotThere
from kb.serving.generation import ModelServer
from kb.serving.servers import model_server

if TYPE_CHECKING:
    from kb.chat.answer import Ask


class UnknownAdapter(NotThere):
    """No adapter of this name may answer: it is refused, never answered by the base in silence."""

    code = "unknown_adapter"


@dataclass(frozen=True, slots=True)
class Route:
    """Who answers. No server: the answer is quoted from the passages."""

    server: ModelServer | None
    adapter: str = ""


async def route(ask: Ask) -> Route:
    """Choose. Raises UnknownAdapter for any adapter that is asked for by name while none can be served."""
    if ask.adapter:
        raise UnknownAdapter(_("There is no adapter %(name)s that may answer you.") % {"name": ask.adapter})
    return Route(None if ask.extractive else model_server())
