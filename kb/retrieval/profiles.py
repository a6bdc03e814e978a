"""What belongs to one embedder: its prefixes, limits, weights and thresholds. Constants live here, not in the code.

The figures of multilingual-e5-small were fitted on Korean and English sets (docs/decisions/retrieval.md). A model that is
not listed gets the defaults of `GENERIC`, and says so by `calibrated = False`: its "not found" then rests on words alone,
because another model's cosines lie elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

BUNDLED = "multilingual-e5-small"


@dataclass(frozen=True, slots=True)
class Calibration:
    """`z = dense * best inner product + lexical * best share of words + bias`; found where z >= 0, in English z >= `english`."""

    dense: float
    lexical: float
    bias: float
    english: float = 0.0


E5_CALIBRATION = Calibration(dense=60.0, lexical=25.0, bias=-26.0, english=-0.6)
WORDS_ALONE = Calibration(dense=0.0, lexical=25.0, bias=-5.0)


@dataclass(frozen=True, slots=True)
class Profile:
    """One embedder.

    `model` is its name as the index keeps it, `dimensions` the length of its vectors (0: the encoder must be asked).
    `max_tokens` is the hard limit of a passage with prefix and specials; chunks are cut to `chunk_tokens` and share
    `overlap_tokens`. `centring` is the share of its language's mean question that is taken out of a question's vector
    (kb.retrieval.centring); what then is left of a foreign passage's disadvantage is the words that it cannot share with
    the question: `foreign_bonus`. `k1` and `b` are BM25's.
    """

    name: str
    model: str
    dimensions: int
    query_prefix: str = ""
    passage_prefix: str = ""
    max_tokens: int = 480
    chunk_tokens: int = 300
    overlap_tokens: int = 50
    dense_weight: float = 2.0
    centring: float = 0.0
    foreign_bonus: float = 0.05
    calibration: Calibration = WORDS_ALONE
    calibrated: bool = False
    k1: float = 1.2
    b: float = 0.75

    def confidence(
        self, best_dense: float, best_lexical: float, calibration: Mapping[str, float] | None = None
    ) -> float:
        """How surely something relevant was found. `calibration` holds an index's own constants and wins."""
        fitted = self._fitted(calibration)
        return fitted.dense * best_dense + fitted.lexical * best_lexical + fitted.bias

    def threshold(self, language: str, calibration: Mapping[str, float] | None = None) -> float:
        """The least confidence that counts as found, for a question in `language` (ko or en)."""
        return self._fitted(calibration).english if language == "en" else 0.0

    def _fitted(self, own: Mapping[str, float] | None) -> Calibration:
        if not own or own.get("centring", self.centring) != self.centring:
            return self.calibration  # measured with vectors that lay elsewhere
        return replace(self.calibration, **{key: float(own[key]) for key in own if key != "centring"})

    def calibrated_by(self, own: Mapping[str, float]) -> bool:
        """Whether an index's own constants were measured with this profile as it is now."""
        fitted = self.calibration
        now = {"dense": fitted.dense, "lexical": fitted.lexical, "centring": self.centring}
        return all(own.get(key) == value for key, value in now.items())


def _e5(name: str, dimensions: int, *, calibrated: bool = False) -> Profile:
    """The e5 family: the same prefixes, and cosines in the same narrow band."""
    return Profile(
        name,
        name,
        dimensions,
        query_prefix="query: ",
        passage_prefix="passage: ",
        dense_weight=4.0,
        centring=0.6,
        foreign_bonus=0.04,
        calibration=E5_CALIBRATION,
        calibrated=calibrated,
    )


GENERIC = Profile("generic", "", 0)
PROFILES: dict[str, Profile] = {
    profile.name: profile
    for profile in (
        _e5(BUNDLED, 384, calibrated=True),
        _e5("multilingual-e5-base", 768),
        _e5("multilingual-e5-large", 1024),
        Profile("bge-m3", "bge-m3", 1024),
        GENERIC,
    )
}


def profile_named(name: str) -> Profile:
    """The profile that an index version was made with; the generic one for a name that is not known any more."""
    return PROFILES.get(name, GENERIC)


def profile_of_model(model: str, dimensions: int = 0) -> Profile:
    """The profile for a model by its name or folder (`intfloat/multilingual-e5-small`): the listed one, or the generic
    one under that name with `dimensions`."""
    known = PROFILES.get(model.rstrip("/").rpartition("/")[2].lower())
    return known or replace(GENERIC, model=model, dimensions=dimensions)


def profile_for(embedder: str) -> Profile:
    """The profile for the setting MARU_EMBEDDER: unset, a folder, a hub name, or a TEI server.

    What a TEI server or an unlisted hub model serves is known only to it: then `dimensions` is 0, and
    `kb.retrieval.encoder.connection.profile_in_use` asks.
    """
    if not embedder:
        return PROFILES[BUNDLED]
    return profile_of_model(embedder, _dimensions_of_folder(Path(embedder)))


def _dimensions_of_folder(folder: Path) -> int:
    """Length of the vectors of a sentence-transformers or transformers folder; 0 when it is none."""
    places = (
        ("1_Pooling/config.json", "embedding_dimension"),
        ("1_Pooling/config.json", "word_embedding_dimension"),
        ("config.json", "hidden_size"),
    )
    for file, key in places:
        try:
            return int(json.loads((folder / file).read_text(encoding="utf-8"))[key])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return 0
