"""What the parts of a bench share: where the shared data lies, how much is measured, and a house of their own."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from kb.management.base import use_addresses
from kb.management.bench.house import House
from kb.runtime.borrow import borrowed

SHARED = "MARU_SHARED_DATA"
Tell = Callable[[str], None]


class LeftOut(Exception):
    """A part cannot be measured here; the message says why, in words."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: chunks to search in, real passages among them, questions, queries of a retrieval set."""

    chunks: int = 100_000
    passages: int = 4_200
    questions: int = 100
    queries: int = 1_500


@dataclass
class Bench:
    """One run. `root` is the folder below which it makes a house; everything in it is gone after `close`."""

    root: Path
    shared_folder: Path | None
    tell: Tell
    sizes: Sizes = field(default_factory=Sizes)

    @classmethod
    def here(cls, root: Path, tell: Tell, sizes: Sizes) -> Bench:
        """With the shared data that the environment names."""
        named = os.environ.get(SHARED, "").strip()
        return cls(root, Path(named) if named else None, tell, sizes)

    def shared(self, name: str) -> Path:
        """A file or folder of the shared data. Raises LeftOut where it is not."""
        if self.shared_folder is None:
            raise LeftOut(f"it measures on `{name}` of the shared data, and {SHARED} names no folder")
        place = self.shared_folder / name
        if not place.exists():
            raise LeftOut(f"it measures on `{name}` of the shared data, which is not in {SHARED}")
        return place

    def shared_sets(self, names: Iterable[str]) -> list[Path]:
        """Those of these retrieval sets that are there. Raises LeftOut where none is."""
        folder = self.shared("sets")
        found = [folder / name for name in names if (folder / name).is_dir()]
        if not found:
            raise LeftOut(f"it measures on sets of the shared data, and none of {', '.join(names)} is in {folder}")
        return found

    @cached_property
    def house(self) -> House:
        """A Maru of its own with the sample company, not yet started; `start` and `answers` share it."""
        return House.made(self.root)

    def close(self) -> None:
        """Stop the house and remove it."""
        if "house" in self.__dict__:
            self.house.remove()


@contextmanager
def services(*, database: bool = False, encoder: bool = False) -> Iterator[None]:
    """Have services of this MARU_HOME inside the block; they are started for it when they do not run."""
    from django.db import connections

    with borrowed(database=database, encoder=encoder) as home:
        use_addresses(home)
        try:
            yield
        finally:
            connections.close_all()
