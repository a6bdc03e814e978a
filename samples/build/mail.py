"""Writes a mail as a mail server keeps it: headers, a body (with an HTML twin where asked), attachments."""

from __future__ import annotations

import mimetypes
from email.message import EmailMessage
from email.policy import SMTP
from zlib import crc32

from samples.build.markup import printed
from samples.build.source import FILES, Source

# Folded by the standard library, a subject loses the space at the fold: it stands between the encoded words, where it is not text.
UNFOLDED = SMTP.clone(max_line_length=998)


def build(source: Source) -> bytes:
    """The source as an EML file; attachments are files below samples/files, or the text given in the head."""
    head = source.head
    message = EmailMessage(policy=SMTP)
    for name, key in (("From", "from"), ("To", "to"), ("Cc", "cc"), ("Date", "date"), ("Message-ID", "message_id")):
        if key in head:
            message[name] = head[key]
    message["Subject"] = source.title
    charset = head.get("encoding", "utf-8")
    message.set_content(printed(source.text.strip()) + "\n", charset=charset, cte="base64")
    for attachment in head.get("attachments", []):
        _attach(message, attachment)
    if message.is_multipart():
        message.set_boundary(f"=_hanbit_{crc32(source.file.encode()):x}")
    return message.as_bytes(policy=UNFOLDED)


def _attach(message: EmailMessage, attachment: dict[str, str]) -> None:
    kind = mimetypes.guess_type(attachment["name"])[0] or "application/octet-stream"
    main, sub = kind.split("/")
    if "text" in attachment:
        message.add_attachment(attachment["text"], subtype=sub, filename=attachment["name"], cte="base64")
    else:
        data = (FILES / attachment["file"]).read_bytes()
        message.add_attachment(data, maintype=main, subtype=sub, filename=attachment["name"])
