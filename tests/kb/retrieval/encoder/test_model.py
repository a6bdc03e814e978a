"""The parts of the model's wrapper that need no model."""

from __future__ import annotations

import pytest

from kb.retrieval.encoder import model
from kb.retrieval.encoder.model import choose_dtype


@pytest.mark.parametrize(
    ("flags", "dtype"),
    [
        ({"avx2"}, "float32"),
        ({"avx2", "avx512f"}, "float32"),
        ({"avx512_bf16"}, "bfloat16"),
        ({"amx_bf16"}, "bfloat16"),
        (set(), "float32"),
    ],
)
def test_bfloat16_is_chosen_where_the_processor_computes_in_it(
    flags: set[str], dtype: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(model, "_processor_flags", lambda: flags)
    assert choose_dtype("auto") == dtype
    assert choose_dtype("float32") == "float32"
    assert choose_dtype("bfloat16") == "bfloat16"


def test_a_text_that_is_cut_keeps_its_closing_token():
    assert model._cut([0, 5, 6, 7, 8, 2], 4) == [0, 5, 6, 2]
    assert model._cut([0, 5, 2], 3) == [0, 5, 2]


def test_shorter_texts_are_padded_and_masked():
    ids, mask = model._padded([[0, 5, 2], [0, 2]], 1)
    assert ids.tolist() == [[0, 5, 2], [0, 2, 1]]
    assert mask.tolist() == [[1, 1, 1], [1, 1, 0]]
