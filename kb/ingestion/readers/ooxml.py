"""The package that Office writes: parts, their relations, XML parsed without entities, network or depth."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lxml import etree

from kb.ingestion.readers import zips
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Source

Element = Any
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class Relation:
    """A part's link to another: the last word of its type ("slide", "notesSlide"), and the target's name in the package."""

    kind: str
    target: str


class Package:
    """An opened package. Part names carry no leading slash."""

    def __init__(self, package: zipfile.ZipFile) -> None:
        self._zip = package
        self._names = {name.lower(): name for name in package.namelist()}

    def bytes(self, name: str) -> bytes | None:
        """A part's bytes; None when it is absent or damaged. Names differ in case between writers."""
        stored = self._names.get(name.lower())
        return zips.read(self._zip, stored) if stored else None

    def xml(self, name: str) -> Element | None:
        """A part's root element, None when it is absent. Raises ReadFailure for XML that is damaged or an attack."""
        data = self.bytes(name)
        return parse_xml(data) if data else None

    def relations(self, name: str) -> dict[str, Relation]:
        """The relations of a part by id; external ones are left out."""
        folder, base = posixpath.split(name)
        root = self.xml(f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels")
        found = {}
        for item in children(root, "Relationship"):
            if item.get("TargetMode") != "External":
                kind = (item.get("Type") or "").rsplit("/", 1)[-1]
                found[item.get("Id") or ""] = Relation(kind, _join(folder, item.get("Target") or ""))
        return found

    def main(self, usual: str) -> str:
        """The name of the main part: by the package's relations, else the usual one."""
        for relation in self.relations("").values():
            if relation.kind == "officeDocument":
                return relation.target
        return usual

    def title(self) -> str:
        """The title in the document's properties."""
        root = self.xml("docProps/core.xml")
        return next((text_of(item) for item in children(root, "title")), "")


def open_package(source: Source) -> Package:
    """The package of a file whose bounds were checked. Raises ReadFailure."""
    return Package(zips.open_zip(source.data, source.limits))


def parse_xml(data: bytes) -> Element:
    """The root element. No entities, no network, bounded depth. Raises ReadFailure: xml_entities, too_deep, broken."""
    if _DOCTYPE.search(data[:_HEAD].replace(b"\x00", b"")):
        raise ReadFailure("xml_entities")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, load_dtd=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadFailure("too_deep" if "depth" in str(error).lower() else "broken") from None


def local(element: Element) -> str:
    """The tag without its namespace: strict and transitional files differ only there."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Direct children of these names, of any when none is given."""
    if element is not None:
        for item in element:
            if not names or local(item) in names:
                yield item


def child(element: Element | None, *path: str) -> Element | None:
    """The first descendant along a path of names."""
    for name in path:
        element = next(children(element, name), None)
    return element


def attribute(element: Element | None, name: str, default: str = "") -> str:
    """An attribute by its local name, whatever its namespace."""
    if element is not None:
        for key, value in element.attrib.items():
            if key.rsplit("}", 1)[-1] == name:
                return str(value)
    return default


def number(value: str, default: int = 0) -> int:
    """A whole number out of an attribute, `default` when it is none."""
    try:
        return int(value)
    except ValueError:
        return default


def text_of(element: Element) -> str:
    """All character data below an element."""
    return "".join(element.itertext()).strip()


def _join(folder: str, target: str) -> str:
    target = unquote(target)
    joined = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return joined.lstrip("/")
