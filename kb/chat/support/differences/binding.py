"""A value that the source gives to another item of its list: 팀장 200만원, 팀원 50만원."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kb.chat.support.alignment import Pair
from kb.chat.support.clauses import FINITE_VERB
from kb.chat.support.differences.types import alike
from kb.chat.support.matching import holds, holds_any
from kb.chat.support.model import Difference, DifferenceKind
from kb.chat.support.quantities import Quantity, opposed, same, same_kind
from kb.chat.support.quantities.model import EVERY
from kb.chat.support.sentences import ARTICLE
from kb.chat.support.statement import Statement
from kb.chat.support.words import Word

_ITEM_END = re.compile(
    r",\s+|;\s+|/\s|(?:으며|이며|하며|하고|이고|되|고)\s+|\s(?:and|while(?!\s\w+ing\b)|but|whereas|or)\s|\s[·|]\s"
)
_LONGEST_ITEM = 6


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a list in a source sentence: its quantities and the words that name it."""

    text: str
    quantities: tuple[Quantity, ...]
    words: tuple[Word, ...]

    @property
    def forms(self) -> set[str]:
        """The forms of all its words."""
        return {word.form for word in self.words}

    @property
    def labelled_after(self) -> bool:
        """Whether its number comes first and belongs to what follows: "2 days for other relatives", not "5 are covered"."""
        if not self.words or self.words[0].start < self.quantities[0].start:
            return False
        return not FINITE_VERB.search(self.text, self.quantities[0].end, self.words[-1].end)


def binding_differences(pair: Pair) -> Iterator[Difference]:
    """A quantity whose only place in the source is an item that the clause does not name, while it names another."""
    items = items_of(pair.source)
    if len(items) < 2:
        return
    for quantity in pair.clause.quantities:
        home = _home(quantity, items)
        if home is None or (quantity.minor and quantity.unit != EVERY):
            continue
        for rival in items:
            if rival is not home and _is_rival(quantity, rival, pair) and _names_rival(pair, rival, home):
                other = next(q for q in rival.quantities if same_kind(quantity, q))
                yield Difference(
                    DifferenceKind.BINDING,
                    quantity.text,
                    other.text,
                    (quantity.start, quantity.end),
                    (other.start, other.end),
                )
                break


def items_of(source: Statement) -> list[Item]:
    """The items of a source sentence that have a quantity each; words before the first number without one go with it."""
    text = source.text
    heading = ARTICLE.match(text, source.start, source.end)
    begin = heading.end() if heading else source.start
    edges = [begin, *(m.end() for m in _ITEM_END.finditer(text, begin, source.end)), source.end]
    items: list[Item] = []
    for end in edges[1:]:
        found = tuple(q for q in source.quantities if begin <= q.start < end)
        if found:
            items.append(Item(text, found, tuple(w for w in source.words if begin <= w.start < end and w.noun)))
            begin = end
    return items


def _home(quantity: Quantity, items: list[Item]) -> Item | None:
    """The one item that has the quantity; where several have it, the one with the same bound."""
    homes = [item for item in items if any(same(quantity, q) for q in item.quantities)]
    bound = [
        item
        for item in homes
        if any(same(quantity, q) and q.bound and not opposed(quantity.bound, q.bound) for q in item.quantities)
    ]
    if len(homes) > 1 and quantity.bound and len(bound) == 1:
        homes = bound
    return homes[0] if len(homes) == 1 else None


def _is_rival(quantity: Quantity, rival: Item, pair: Pair) -> bool:
    """Whether an item has a value of the same kind that the answer does not give."""
    return any(
        same_kind(quantity, q)
        and not any(same(ours, q) and not opposed(ours.bound, q.bound) for ours in pair.answer.quantities)
        for q in rival.quantities
    )


def _names_rival(pair: Pair, rival: Item, home: Item) -> bool:
    """Whether the clause names the rival by a word of its own and the home by none.

    Words of one type are set against each other (팀원, 팀장; Colombia, Brazil). Without such a pair the labels as a whole are,
    where the order of the list tells which words are labels.
    """
    held = holds(pair.clause)
    text = pair.source.text
    named = [word for word in rival.words if word.form not in home.forms and held(word.form) == 1]
    own = [word for word in home.words if word.form not in rival.forms]
    peers = [word for word in own if any(alike(text, word, text, other) for other in named)]
    if named:  # 조부모 names the grandparents, and not the 부모 that is a part of it
        names = {word.form for word in named}
        held = holds_any(form for form in pair.clause.forms if form not in names)
    if peers:
        return not any(held(word.form) for word in peers)
    if not named:
        return False
    behind = home.labelled_after and any(word.start > rival.quantities[0].start for word in named)
    if pair.source.english and not rival.labelled_after and not behind:
        return _mirrored(named, own, rival, home) and not any(held(word.form) for word in own[-1:])
    label = _label(home, rival, own, pair.source)
    return bool(label) and not any(held(word.form) for word in label)


def _mirrored(named: list[Word], own: list[Word], rival: Item, home: Item) -> bool:
    """Whether both items end their label right before the number: "parts for 24 months and labor for 12 months"."""
    theirs = [word for word in rival.words if word.start < rival.quantities[0].start]
    ours = [word for word in home.words if word.start < home.quantities[0].start]
    return len(theirs) == 1 and theirs[0] in named and bool(ours) and own[-1:] == ours[-1:]


def _label(home: Item, rival: Item, own: list[Word], source: Statement) -> list[Word]:
    """The words that tell the home from the rival.

    In "5 days for a spouse and 2 days for others" the words before the first number name the whole list; in "숙박비는 팀장
    20만원, 팀원 9만원" those before the topic particle do.
    """
    number = home.quantities[-1].start
    if rival.labelled_after and not home.labelled_after:
        return [word for word in own if word.start > home.quantities[0].start]
    topics = [t.end for t in source.tokens if t.tag == "JX" and t.form in {"은", "는", "ᆫ"} and t.start < number]
    later = [word for word in own if topics and topics[-1] <= word.start < number]
    return later or own


def crossed_names(pair: Pair) -> Iterator[Difference]:
    """Names of two items joined into one: 부적합품에 노란색 where the source has 부적합품에 빨간색 and 재작업품에 노란색."""
    items = [words for words in _all_items(pair.source) if 2 <= len(words) <= _LONGEST_ITEM]
    held, anywhere = pair.clause.forms, holds(pair.answer)
    text = pair.source.text
    for one in items:
        for other in items:
            if one is other:
                continue
            mine = [(w, peer) for w, peer in _peers(text, one, other) if w.form in held and anywhere(peer.form) == 0]
            its = [(w, peer) for w, peer in _peers(text, other, one) if w.form in held and anywhere(peer.form) == 0]
            crossed = next(((a, b) for a in mine for b in its if a[1] is not b[0]), None)
            if crossed:
                (_, _), (taken, right) = crossed
                ours = next(word for word in pair.clause.words if word.form == taken.form)
                yield Difference(
                    DifferenceKind.BINDING,
                    pair.answer.text[ours.start : ours.end],
                    text[right.start : right.end],
                    (ours.start, ours.end),
                    (right.start, right.end),
                )
                return


def _all_items(source: Statement) -> list[list[Word]]:
    """The words of each part of a sentence between commas and joining endings."""
    edges = [source.start, *(m.end() for m in _ITEM_END.finditer(source.text, source.start, source.end)), source.end]
    parts = pairwise(edges)
    return [[w for w in source.words if start <= w.start < end and w.noun] for start, end in parts]


def _peers(text: str, one: list[Word], other: list[Word]) -> list[tuple[Word, Word]]:
    """Words that only one part has, each with a word of its type that only the other part has."""
    forms, others = {w.form for w in one}, {w.form for w in other}
    return [
        (word, peer)
        for word in one
        if word.form not in others
        for peer in other
        if peer.form not in forms and alike(text, word, text, peer)
    ]
