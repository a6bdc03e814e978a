"""Profiles of embedders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kb.retrieval.profiles import profile_for, profile_named, profile_of_model


@pytest.mark.parametrize("embedder", ["", "intfloat/multilingual-e5-small", "/srv/models/multilingual-e5-small/"])
def test_the_bundled_model_has_its_measured_constants(embedder: str):
    profile = profile_for(embedder)
    assert (profile.name, profile.dimensions, profile.calibrated) == ("multilingual-e5-small", 384, True)
    assert (profile.query_prefix, profile.passage_prefix) == ("query: ", "passage: ")
    assert (profile.max_tokens, profile.chunk_tokens, profile.overlap_tokens) == (480, 300, 50)
    assert (profile.dense_weight, profile.centring, profile.k1, profile.b) == (4.0, 0.6, 1.2, 0.75)
    assert profile.confidence(0.4, 0.5) == pytest.approx(60 * 0.4 + 25 * 0.5 - 26)
    assert (profile.threshold("ko"), profile.threshold("en")) == (0.0, -0.6)


def test_an_indexs_own_calibration_wins():
    profile = profile_for("")
    own = {"dense": 10, "lexical": 1, "bias": -5, "english": -2}
    assert profile.confidence(0.5, 1, own) == 1
    assert profile.threshold("en", own) == -2
    assert profile.confidence(0.4, 0.5, {"bias": 0}) == pytest.approx(60 * 0.4 + 25 * 0.5)
    with pytest.raises(TypeError):
        profile.confidence(0.5, 1, {"unknown": 1})


def test_a_calibration_that_was_measured_with_other_vectors_is_not_used_and_is_due():
    profile = profile_for("")
    now = {"dense": 60.0, "lexical": 25.0, "centring": 0.6, "bias": -20.0}
    assert profile.confidence(0, 0, now) == -20
    assert profile.calibrated_by(now)
    assert profile.confidence(0, 0, now | {"centring": 0.0}) == -26
    for changed in ({"centring": 0.0}, {"dense": 69.9}, {"lexical": 1.0}):
        assert not profile.calibrated_by(now | changed)
    assert not profile.calibrated_by({"bias": -66.0, "english": -0.8})


def test_a_model_that_is_not_listed_gets_defaults_and_says_so():
    profile = profile_for("somebody/else")
    assert (profile.name, profile.model, profile.dimensions, profile.calibrated) == (
        "generic",
        "somebody/else",
        0,
        False,
    )
    assert profile.query_prefix == profile.passage_prefix == ""
    assert profile_of_model("somebody/else", 512).dimensions == 512


def test_without_a_calibration_not_found_rests_on_words_alone():
    profile = profile_for("somebody/else")
    assert profile.confidence(0.99, 0.1) < profile.threshold("ko") < profile.confidence(0.01, 0.3)


@pytest.mark.parametrize(
    ("file", "row"),
    [
        ("1_Pooling/config.json", {"embedding_dimension": 768}),
        ("1_Pooling/config.json", {"word_embedding_dimension": 768}),
        ("config.json", {"hidden_size": 768}),
    ],
)
def test_a_folder_tells_its_dimensions(tmp_path: Path, file: str, row: dict[str, int]):
    (tmp_path / "1_Pooling").mkdir()
    (tmp_path / file).write_text(json.dumps(row))
    profile = profile_for(str(tmp_path))
    assert (profile.dimensions, profile.model) == (768, str(tmp_path))


def test_a_folder_that_cannot_be_read_leaves_the_dimensions_to_the_encoder(tmp_path: Path):
    (tmp_path / "config.json").write_text("{")
    assert profile_for(str(tmp_path)).dimensions == 0


def test_an_index_finds_its_profile_by_name():
    assert profile_named("multilingual-e5-small") == profile_for("")
    assert profile_named("gone").name == "generic"
