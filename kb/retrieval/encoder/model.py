"""The embedding model in memory, behind sentence-transformers. Only the encoder process imports it.

One thread owns `embed`; `tokenize` and `count` have a tokenizer of their own and may run beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.runtime.problems import StartProblem

_BF16_FLAGS = {"avx512_bf16", "amx_bf16"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A token: its id, its text, whether it is special, and the code points it covers (None for specials)."""

    id: int
    text: str
    special: bool
    start: int | None
    stop: int | None


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What `/info` says of the model. `max_tokens` counts the special tokens."""

    name: str
    sha: str
    dimensions: int
    max_tokens: int
    dtype: str


def choose_dtype(wanted: str) -> str:
    """`float32` or `bfloat16`; for `auto`, bfloat16 where the processor computes in it.

    Elsewhere it is emulated: eight times slower than float32 on a CPU with AVX2 alone (docs/decisions/encoder.md).
    """
    if wanted != "auto":
        return wanted
    return "bfloat16" if _BF16_FLAGS & _processor_flags() else "float32"


def _processor_flags() -> set[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return set(next((line.partition(":")[2] for line in lines if line.startswith("flags")), "").split())


class Embedder:
    """A loaded model. Vectors are float32 of unit length.

    Texts are tokenised here and not by sentence-transformers, which changes padding and truncation of the tokenizer for
    each call: nothing may read a tokenizer meanwhile, and a second one costs 270 MB with 250,000 pieces.
    """

    def __init__(self, model: Any, facts: ModelFacts) -> None:
        self.facts = facts
        self._model = model
        self._pad = model.tokenizer.pad_token_id or 0
        self._tokenizer = model.tokenizer.backend_tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors (n, dimensions) of texts with their prefixes; of longer ones than `max_tokens` the rest is cut off."""
        import torch

        rows = [_cut(each.ids, self.facts.max_tokens) for each in self._tokenizer.encode_batch_fast(list(texts))]
        ids, mask = _padded(rows, self._pad)
        with torch.inference_mode():
            found = self._model({"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)})
        vectors = found["sentence_embedding"].float().numpy()
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, with the special ones."""
        return [len(encoding) for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def tokenize(self, texts: Sequence[str], *, specials: bool = True) -> list[list[Piece]]:
        """The tokens of each text."""
        return [_pieces(each) for each in self._tokenizer.encode_batch(list(texts), add_special_tokens=specials)]


def _cut(ids: list[int], most: int) -> list[int]:
    """At most `most` ids, the closing special one among them."""
    return ids if len(ids) <= most else ids[: most - 1] + ids[-1:]


def _padded(rows: Sequence[Sequence[int]], pad: int) -> tuple[np.ndarray, np.ndarray]:
    """Ids and mask, (n, longest)."""
    ids = np.full((len(rows), max(map(len, rows))), pad, np.int64)
    mask = np.zeros_like(ids)
    for place, row in enumerate(rows):
        ids[place, : len(row)] = row
        mask[place, : len(row)] = 1
    return ids, mask


def _pieces(encoding: Any) -> list[Piece]:
    rows = zip(encoding.ids, encoding.tokens, encoding.special_tokens_mask, encoding.offsets, strict=True)
    return [
        Piece(number, text, bool(special), None if special else start, None if special else stop)
        for number, text, special, (start, stop) in rows
    ]


def load_embedder(place: str, *, name: str, cache: Path, threads: int, dtype: str) -> Embedder:
    """Load a sentence-transformers or transformers folder, or a hub model, and warm it up.

    `name` is what `/info` calls it; hub models are kept under `cache`. Raises StartProblem that says what is wrong.
    """
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    torch.set_num_threads(threads)
    try:
        model = SentenceTransformer(place, device="cpu", cache_folder=str(cache), trust_remote_code=False)
    except Exception as error:  # the library raises its own, the hub's, torch's and OSError alike
        raise StartProblem(f"The embedding model {place} cannot be loaded: {_first_line(error)}") from error
    if getattr(model.tokenizer, "backend_tokenizer", None) is None:
        raise StartProblem(f"The embedding model {place} has no tokenizer.json, which is needed.")
    model = model.to(getattr(torch, dtype)).eval()
    dimensions = int(model.get_embedding_dimension() or 0)
    embedder = Embedder(model, ModelFacts(name, _sha(Path(place)), dimensions, _longest(model), dtype))
    embedder.embed(["query: 마루"])  # what is set up at the first call is set up now
    return embedder


def _longest(model: Any) -> int:
    return int(min(model.max_seq_length or 512, 8192))


def _sha(folder: Path) -> str:
    """A short name of the weights: the manifest's checksum, or one of the files' names, sizes and times."""
    from kb.retrieval.encoder.export import read_manifest

    manifest = read_manifest(folder)
    if manifest is not None:
        return manifest.source_sha256
    files = sorted(path for path in folder.glob("*.safetensors")) if folder.is_dir() else []
    told = [f"{path.name}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in files]
    return hashlib.sha256("\n".join(told).encode()).hexdigest() if told else ""


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
