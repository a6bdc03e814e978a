"""Writes HWPX (OWPML 1.4), the format of Hancom Office: a ZIP of a header with styles and a section with text."""

from __future__ import annotations

from samples.build.archive import pack
from samples.build.hwpx.header import header_xml
from samples.build.hwpx.names import NAMESPACES, XML
from samples.build.hwpx.section import section_xml
from samples.build.source import Source
from samples.build.text import lines_of

_VERSION = (
    f'{XML}<hv:HCFVersion xmlns:hv="http://www.hancom.co.kr/hwpml/2011/version" tagetApplication="WORDPROCESSOR" '
    'major="5" minor="1" micro="0" buildNumber="1" os="1" xmlVersion="1.4" application="Hancom Office Hangul" '
    'appVersion="11, 0, 0, 0 WIN32LEWindows_10"/>'
)
_CONTAINER = (
    f'{XML}<ocf:container xmlns:ocf="urn:oasis:names:tc:opendocument:xmlns:container" '
    'xmlns:hpf="http://www.hancom.co.kr/schema/2011/hpf"><ocf:rootfiles>'
    '<ocf:rootfile full-path="Contents/content.hpf" media-type="application/hwpml-package+xml"/>'
    '<ocf:rootfile full-path="Preview/PrvText.txt" media-type="text/plain"/></ocf:rootfiles></ocf:container>'
)
_MANIFEST = f'{XML}<odf:manifest xmlns:odf="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
_SETTINGS = (
    f'{XML}<ha:HWPApplicationSetting xmlns:ha="http://www.hancom.co.kr/hwpml/2011/app">'
    '<ha:CaretPosition listIDRef="0" paraIDRef="0" pos="0"/></ha:HWPApplicationSetting>'
)


def build(source: Source) -> bytes:
    """The source as a HWPX file."""
    preview = "\r\n".join([source.title, *lines_of(source)])[:1000]
    members = {
        "mimetype": "application/hwp+zip",
        "version.xml": _VERSION,
        "Contents/header.xml": header_xml(),
        "Contents/section0.xml": section_xml(source),
        "Preview/PrvText.txt": preview,
        "settings.xml": _SETTINGS,
        "META-INF/container.xml": _CONTAINER,
        "META-INF/manifest.xml": _MANIFEST,
        "Contents/content.hpf": _content_hpf(source),
    }
    data = {name: text.encode("utf-16-le" if name.startswith("Preview") else "utf-8") for name, text in members.items()}
    return pack(data, stored=frozenset({"mimetype", "version.xml"}))


def _content_hpf(source: Source) -> str:
    author = source.head.get("author", "한빛정밀 주식회사")
    items = (("header", "Contents/header.xml"), ("section0", "Contents/section0.xml"), ("settings", "settings.xml"))
    manifest = "".join(f'<opf:item id="{name}" href="{href}" media-type="application/xml"/>' for name, href in items)
    return (
        f'{XML}<opf:package {NAMESPACES} version="" unique-identifier="" id=""><opf:metadata>'
        f"<opf:title>{source.title}</opf:title><opf:language>ko</opf:language>"
        f'<opf:meta name="creator" content="text">{author}</opf:meta></opf:metadata>'
        f'<opf:manifest>{manifest}</opf:manifest><opf:spine><opf:itemref idref="header" linear="yes"/>'
        '<opf:itemref idref="section0" linear="yes"/></opf:spine></opf:package>'
    )
