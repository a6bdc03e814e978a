"""Mail: EML by the standard library, MSG by its OLE streams; attachments read by the reader that fits them, one level of depth less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from kb.ingestion.readers.blocks import Block, Kind, Reason, Status, count_letters
from kb.ingestion.readers.finish import clean_line
from kb.ingestion.readers.html import read_html
from kb.ingestion.readers.reasons import ReadFailure
from kb.ingestion.readers.source import Draft, Format, Source
from kb.ingestion.readers.text import paragraphs

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".svg", ".ico", ".tif", ".tiff")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail: its name as sent (never a path to open) and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A mail: subject, lines of its head in order (From, To, ...), the two forms of its body, its files."""

    subject: str = ""
    head: tuple[tuple[str, str], ...] = ()
    plain: str = ""
    html: str = ""
    attachments: tuple[Attachment, ...] = field(default=())


def read(source: Source) -> Draft:
    """Subject, head, body, then each attachment under a block of its own. Raises ReadFailure."""
    if source.format is Format.MSG:
        from kb.ingestion.readers.mail_msg import parse
    else:
        from kb.ingestion.readers.mail_eml import parse

    message = parse(source.data)
    if source.format is Format.MSG and not (message.plain or message.html):
        return _by_xberg(source)
    files, warnings = _attachments(message, source)
    return Draft(f"mail-{source.format.value}", [*_body(message), *files], title=message.subject, warnings=warnings)


def _body(message: Message) -> Iterator[Block]:
    if message.subject:
        yield Block(Kind.HEADING, message.subject, level=1, src="mail")
    head = "\n".join(f"{name}: {clean_line(value)}" for name, value in message.head if value)
    if head:
        yield Block(Kind.PARAGRAPH, head, src="mail")
    yield from _text(message)


def _text(message: Message) -> Iterator[Block]:
    """The plain form where there is one, unless the HTML holds a table that it lost."""
    page = read_html(message.html).blocks if message.html else []
    has_table = any(block.kind is Kind.TABLE for block in page)
    if count_letters(message.plain) and not has_table:
        yield from paragraphs(message.plain, "mail")
    else:
        yield from page


def _attachments(message: Message, source: Source) -> tuple[list[Block], list[Reason]]:
    blocks: list[Block] = []
    warnings: list[Reason] = []
    files = [item for item in message.attachments if not item.name.lower().endswith(_PICTURES)]
    limit = source.limits.attachments
    if len(files) > limit:
        warnings.append(Reason("attachments_cut", {"limit": limit, "count": len(files)}))
    for item in files[:limit]:
        blocks.append(Block(Kind.ATTACHMENT, clean_line(item.name), src="mail"))
        found, failure = _read(item, source)
        blocks.extend(found)
        if failure is not None:
            warnings.append(Reason("attachment_unread", {"name": clean_line(item.name), "code": failure.code}))
    return blocks, warnings


def _read(item: Attachment, source: Source) -> tuple[list[Block], Reason | None]:
    """An attachment's blocks with its own page numbers as labels; the reason when it could not be read."""
    from kb.ingestion.readers.reading import read_bytes

    if source.depth >= source.limits.depth:
        return [], Reason("too_deep")
    if len(item.data) > source.limits.attachment_bytes:
        return [], Reason("file_too_large")
    result = read_bytes(item.data, item.name, source.limits, depth=source.depth + 1)
    if result.status is not Status.OK:
        return [], result.reason
    return [_inside(block) for block in result.blocks if block.is_body], None


def _inside(block: Block) -> Block:
    """A block of an attachment: the mail has no pages and draws none of its boxes."""
    label = block.page_label or (str(block.page) if block.page else None)
    kind = Kind.HEADING if block.kind is Kind.ATTACHMENT else block.kind
    return replace(
        block, kind=kind, level=block.level or int(kind is Kind.HEADING), page=None, page_label=label, bbox=None
    )


def _by_xberg(source: Source) -> Draft:
    """A message whose body is only compressed RTF."""
    from kb.ingestion.readers.office import by_xberg

    draft = by_xberg(source)
    if not draft.blocks:
        raise ReadFailure("broken")
    return draft
