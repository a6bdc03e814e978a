"""The texts that Maru says, as its source files have them: extracted without GNU gettext."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGES = ("accounts", "config", "kb", "tuning")
TEMPLATES = "templates"

# Which argument of each function is the context, the text and its plural.
_ARGUMENTS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "N_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}


@dataclass(frozen=True, slots=True)
class Key:
    """What a catalogue finds a text by."""

    msgid: str
    context: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """One text in English, its plural where it has one, and the file that says it first."""

    key: Key
    plural: str | None
    place: str


def own_texts(root: Path) -> dict[Key, Text]:
    """Every translatable text of the Python files and templates of the source tree at `root`."""
    files = [
        path for name in PACKAGES for path in sorted((root / name).rglob("*.py")) if "migrations" not in path.parts
    ]
    return texts_in([*files, *sorted((root / TEMPLATES).rglob("*.html"))], root)


def console_texts() -> dict[Key, Text]:
    """What unfold's pages say, which brings no Korean of its own. Its optional parts are not installed here."""
    import unfold

    root = Path(unfold.__file__).parent
    files = sorted(path for path in root.rglob("*.*") if path.suffix in (".py", ".html"))
    return texts_in([path for path in files if "contrib" not in path.parts], root.parent)


def texts_in(files: list[Path], root: Path) -> dict[Key, Text]:
    """The texts of these files; a text that several say counts once, with its plural if any of them gives one."""
    found: dict[Key, Text] = {}
    for path in files:
        source = path.read_text(encoding="utf-8")
        for key, plural in python_texts(source) if path.suffix == ".py" else template_texts(source):
            if key not in found or (plural and not found[key].plural):
                found[key] = Text(key, plural, path.relative_to(root).as_posix())
    return found


def python_texts(source: str) -> Iterator[tuple[Key, str | None]]:
    """(key, plural) of every call of a translating function whose texts are literal."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or (places := _ARGUMENTS.get(_name(node.func))) is None:
            continue
        context, text, plural = (_literal(node, place) for place in places)
        if text:
            yield Key(text, context), plural


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _literal(call: ast.Call, place: int | None) -> str | None:
    if place is None or place >= len(call.args):
        return None
    argument = call.args[place]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


_BABEL = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


def template_texts(source: str) -> Iterator[tuple[Key, str | None]]:
    """(key, plural) of every translated text of a Django template."""
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    calls = f"({templatize(source)})"  # the rest is blanked out; inside brackets indentation means nothing
    for _line, given, _comments, context in extract("python", io.BytesIO(calls.encode()), keywords=_BABEL):
        text, plural = given if isinstance(given, tuple) else (given, None)
        yield Key(text, context), plural
