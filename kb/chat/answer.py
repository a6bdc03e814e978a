"""ask -> route -> retrieve -> prompt -> generate -> cite: the one way to an answer.

The portal, the API, the command line and the evaluation all come through `answer`. It holds no database connection while
a model generates, and writes nothing: kb/chat/streams.py keeps what it yields.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date

from accounts.models import User
from kb.chat.cite import cite
from kb.chat.events import Event, Searched, Stage, StageName, Written
from kb.chat.followup import Turn
from kb.chat.generate import Draft, generate
from kb.chat.prompt import write_prompt
from kb.chat.quoting import quote_passages
from kb.chat.refuse import not_found
from kb.chat.retrieve import retrieve
from kb.chat.route import route
from kb.chat.threads import in_thread
from kb.retrieval.question import SearchQuestion


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with all that its answer depends on: who asks, where to look, and the conversation before it."""

    user: User
    question: SearchQuestion
    collections: tuple[int, ...] | None = None
    turns: tuple[Turn, ...] = ()
    day: date | None = None
    adapter: str = ""
    extractive: bool = False


async def answer(ask: Ask) -> AsyncGenerator[Event, None]:
    """Yield stages, what was found, tokens, and last a Finished. Raises MaruError where no answer can be given."""
    yield Stage(StageName.ROUTING)
    chosen = await route(ask)
    yield Stage(StageName.SEARCHING, {"collections": len(ask.collections or ())})
    sought = await in_thread(retrieve, ask)
    yield Searched(sought.found, sought.passages)
    if not sought.found.relevant:
        yield await in_thread(not_found, ask, sought)
        return
    if chosen.server is None:
        yield await in_thread(quote_passages, ask, sought)
        return
    yield Stage(StageName.READING, {"passages": len(sought.passages)})
    prompt = await write_prompt(ask, chosen, sought)
    yield Stage(StageName.WRITING)
    draft = Draft()
    async for state, text in generate(chosen, prompt):
        draft = state
        if text:
            yield Written(text)
    yield Stage(StageName.CHECKING)
    yield await in_thread(cite, ask, sought, prompt, draft)
