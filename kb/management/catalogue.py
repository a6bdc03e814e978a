"""Whether a .po file says in another language what Maru says in English: all of it, and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from pathlib import Path

import polib
from django.apps import apps
from django.conf import locale as django_locale

from kb.management.messages import Key, Text

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|%%|\{\w*\}")
_NAMED = re.compile(r"%\(\w+\)[sd]")


def complaints(catalogue: polib.POFile, own: Mapping[Key, Text], borrowed: Mapping[Key, Text]) -> list[str]:
    """What is wrong with the catalogue, a line each.

    `own` are the texts that it must hold; `borrowed` those of libraries that it must hold too. An entry for anything else is unused.
    """
    wanted = {**borrowed, **own}
    held = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    lines = [
        f"no translation: {_said(text.key)} ({text.place})"
        for key, text in wanted.items()
        if not _filled(held.get(key))
    ]
    lines += [f"unused: {_said(key)}" for key in held if key not in wanted]
    lines += [f"fuzzy: {_said(key)}" for key, entry in held.items() if entry.fuzzy]
    lines += [f"commented out: {_said(key_of(entry))}" for entry in catalogue if entry.obsolete]
    lines += [line for key, entry in held.items() if key in wanted for line in _differences(entry, wanted[key])]
    return lines


def _said(key: Key) -> str:
    return repr(key.msgid) + (f" [{key.context}]" if key.context else "")


def key_of(entry: polib.POEntry) -> Key:
    """The key of a catalogue's entry."""
    return Key(entry.msgid, entry.msgctxt)


def _filled(entry: polib.POEntry | None) -> bool:
    return entry is not None and all(_translations(entry))


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _differences(entry: polib.POEntry, text: Text) -> Iterator[str]:
    if (entry.msgid_plural or None) != text.plural:
        yield f"another plural: {_said(text.key)} has {entry.msgid_plural!r}, {text.place} says {text.plural!r}"
    english = text.plural or text.key.msgid
    for translation in filter(None, _translations(entry)):
        if placeholders(translation) != placeholders(english):
            yield f"placeholders differ: {_said(text.key)} -> {translation!r}"
        elif english.startswith("\n") != translation.startswith("\n") or english.endswith("\n") != translation.endswith(
            "\n"
        ):
            yield f"line breaks at an end differ: {_said(text.key)} -> {translation!r}"


def placeholders(text: str) -> tuple[Counter[str], bool]:
    """What is filled in, and whether a percent sign would break that. A named one may be said again."""
    found = Counter(match for match in _PLACEHOLDER.findall(text) if match != "%%")
    once = Counter({name: 1 if _NAMED.fullmatch(name) else count for name, count in found.items()})
    return once, bool(found) and "%" in _PLACEHOLDER.sub("", text)


def renewed(catalogue: polib.POFile, own: Mapping[Key, Text], borrowed: Mapping[Key, Text]) -> polib.POFile:
    """The catalogue with an entry for every wanted text, empty where there is none yet, and no other; in order of the texts."""
    wanted = {**borrowed, **own}
    held = {key_of(entry): entry for entry in catalogue if not entry.obsolete}
    fresh = polib.POFile(wrapwidth=0)
    fresh.header, fresh.metadata = catalogue.header, catalogue.metadata
    for key in sorted(wanted, key=lambda key: (key.msgid, key.context or "")):
        fresh.append(_entry(wanted[key], held.get(key)))
    return fresh


def _entry(text: Text, held: polib.POEntry | None) -> polib.POEntry:
    entry = polib.POEntry(msgid=text.key.msgid, msgctxt=text.key.context)
    if _NAMED.search(text.key.msgid + (text.plural or "")):
        entry.flags.append("python-format")
    known = _translations(held)[0] if held is not None else ""
    if text.plural:
        entry.msgid_plural, entry.msgstr_plural = text.plural, {0: known}
    else:
        entry.msgstr = known
    return entry


def libraries_know(language: str) -> Set[Key]:
    """The texts that Django and the installed apps translate themselves."""
    folders = [
        Path(django_locale.__file__).parent,
        *(Path(config.path) / "locale" for config in apps.get_app_configs()),
    ]
    files = [folder / language / "LC_MESSAGES" / "django.mo" for folder in folders]
    return {key_of(entry) for file in files if file.exists() for entry in polib.mofile(str(file)) if _filled(entry)}
