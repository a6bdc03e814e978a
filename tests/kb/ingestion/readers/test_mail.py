"""Mail: head, body, Korean charsets, attachments read by the reader that fits."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from kb.ingestion.readers.blocks import Kind, Status, heading_path
from kb.ingestion.readers.mail_eml import words
from tests.kb.ingestion.readers import made_files as made


def message(**fields: str) -> EmailMessage:
    mail = EmailMessage()
    for name, value in {
        "From": "hana@hanbit.example",
        "To": "minsu@hanbit.example",
        "Subject": "연차 안내",
        **fields,
    }.items():
        mail[name] = value
    mail.set_content("연차는 5일까지 이월합니다.\n")
    return mail


def test_subject_head_and_body(read) -> None:
    result = read(message().as_bytes(), "a.eml")

    assert (result.status, result.title) == (Status.OK, "연차 안내")
    assert [(block.kind, block.text) for block in result.blocks] == [
        (Kind.HEADING, "연차 안내"),
        (Kind.PARAGRAPH, "From: hana@hanbit.example\nTo: minsu@hanbit.example"),
        (Kind.PARAGRAPH, "연차는 5일까지 이월합니다."),
    ]


def test_a_ks_c_5601_mail_is_read_as_cp949(read) -> None:
    body = "똠방각하께서 연차를 쓰십니다."
    raw = (
        b"From: x@hanbit.example\r\nSubject: =?ks_c_5601-1987?B?"
        + _b64("똠방각하 연차")
        + b"?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: text/plain; charset="ks_c_5601-1987"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
        + body.encode("cp949")
    )
    result = read(raw, "a.eml")

    assert result.title == "똠방각하 연차"
    assert result.blocks[-1].text == body


def _b64(text: str) -> bytes:
    import base64

    return base64.b64encode(text.encode("cp949"))


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("=?utf-8?q?=EC=97=B0=EC=B0=A8?=", "연차"),
        ("=?utf-8?b?7Jc=?= =?utf-8?b?sOywqA==?=", "연차"),
        ("Re: =?euc-kr?b?v6zC9w==?= (2)", "Re: 연차 (2)"),
        ("plain =? not a word", "plain =? not a word"),
        ("연차".encode("cp949").decode("ascii", "surrogateescape"), "연차"),
        ("=?utf-8?b?!!!?=", ""),
    ],
)
def test_encoded_words(raw: str, shown: str) -> None:
    assert words(raw) == shown


def test_html_counts_where_it_holds_a_table(read) -> None:
    mail = message()
    mail.add_alternative("<p>급여표</p><table><tr><th>이름<th>급여<tr><td>하나<td>3</table>", subtype="html")
    result = read(mail.as_bytes(), "a.eml")

    assert [block.plain for block in result.blocks][2:] == ["급여표", "이름 | 급여\n하나 | 3"]


def test_attachments_are_read_under_their_name(read) -> None:
    mail = message()
    rules = made.hwpx(["제1장 총칙", "제1조(목적) 이 규칙은 목적을 정한다."])
    mail.add_attachment(rules, maintype="application", subtype="octet-stream", filename="취업규칙.hwpx")
    mail.add_attachment("이름,급여\n하나,3\n".encode("cp949"), maintype="text", subtype="csv", filename="급여.csv")
    result = read(mail.as_bytes(), "a.eml")
    body = next(block for block in result.blocks if "목적을 정한다" in block.text)
    table = next(block for block in result.blocks if block.kind is Kind.TABLE)

    assert heading_path(result.blocks, body) == ("취업규칙.hwpx", "제1장 총칙", "제1조(목적)")
    assert heading_path(result.blocks, table) == ("급여.csv",)
    assert (body.page, body.page_label, body.bbox) == (None, "1", None)


def test_a_mail_in_a_mail_is_read_to_a_depth(read) -> None:
    inner = message(Subject="가장 안")
    for name in ("셋째", "둘째", "첫째"):
        outer = message(Subject=name)
        outer.add_attachment(inner)
        inner = outer
    result = read(inner.as_bytes(), "a.eml")

    assert [block.text for block in result.blocks if block.kind is Kind.ATTACHMENT] == ["둘째.eml"]
    assert "셋째" in [block.text for block in result.blocks]
    assert "가장 안" not in [block.text for block in result.blocks]


def test_an_attachment_that_cannot_be_read_is_told_and_the_rest_stays(read) -> None:
    mail = message()
    mail.add_attachment(made.pdf([["x"]], password="p"), maintype="application", subtype="pdf", filename="암호.pdf")
    result = read(mail.as_bytes(), "a.eml")

    assert result.status is Status.OK
    assert [(warning.code, warning.params) for warning in result.warnings] == [
        ("attachment_unread", {"name": "암호.pdf", "code": "password"})
    ]


def test_too_many_attachments_are_cut_and_told(read) -> None:
    mail = message()
    for number in range(5):
        mail.add_attachment(b"x,y\n", maintype="text", subtype="csv", filename=f"{number}.csv")
    result = read(mail.as_bytes(), "a.eml", attachments=3)

    assert len([block for block in result.blocks if block.kind is Kind.ATTACHMENT]) == 3
    assert ("attachments_cut", {"limit": 3, "count": 5}) in [
        (warning.code, warning.params) for warning in result.warnings
    ]


def test_pictures_in_a_signature_are_left_out(read) -> None:
    mail = message()
    mail.add_attachment(made.png_head(5, 5), maintype="image", subtype="png", filename="logo.png")

    assert [block.kind for block in read(mail.as_bytes(), "a.eml").blocks] == [
        Kind.HEADING,
        Kind.PARAGRAPH,
        Kind.PARAGRAPH,
    ]


def test_a_name_with_a_path_is_only_a_name(read) -> None:
    mail = message()
    mail.add_attachment(b"x", maintype="text", subtype="plain", filename="../../etc/passwd\u202e.txt")

    assert [b.text for b in read(mail.as_bytes(), "a.eml").blocks if b.kind is Kind.ATTACHMENT] == [
        "../../etc/passwd.txt"
    ]


def test_a_mail_without_end_or_sense_is_read(read) -> None:
    raw = b"From: a\nSubject: b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nhello"

    assert read(raw, "a.eml").blocks[-1].text == "hello"


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def test_an_outlook_message_with_an_attachment(read) -> None:
    data = made.ole(
        {
            "__properties_version1.0": b"\0" * 32,
            "__substg1.0_0037001F": wide("연차 안내"),
            "__substg1.0_0C1A001F": wide("하나"),
            "__substg1.0_0E04001E": "민수".encode("cp949"),
            "__substg1.0_1000001F": wide("본문입니다.\r\n\r\n끝입니다."),
            "__attach_version1.0_#00000000/__substg1.0_3707001F": wide("급여.csv"),
            "__attach_version1.0_#00000000/__substg1.0_37010102": "이름,급여\n하나,3\n".encode("cp949"),
        }
    )
    result = read(data, "a.msg")

    assert (result.status, result.title) == (Status.OK, "연차 안내")
    assert [block.plain for block in result.blocks] == [
        "연차 안내",
        "From: 하나\nTo: 민수",
        "본문입니다.",
        "끝입니다.",
        "급여.csv",
        "이름 | 급여\n하나 | 3",
    ]


def test_the_time_of_sending_is_read_from_its_property(read) -> None:
    import struct
    from datetime import UTC, datetime

    ticks = int((datetime(2026, 3, 1, 9, 30, tzinfo=UTC) - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 10**7)
    properties = b"\0" * 32 + struct.pack("<IIQ", 0x0E060040, 6, ticks)
    data = made.ole(
        {
            "__properties_version1.0": properties,
            "__substg1.0_0037001F": wide("제목"),
            "__substg1.0_1000001F": wide("본문"),
        }
    )

    assert "Date: 2026-03-01 09:30 UTC" in [block.text for block in read(data, "a.msg").blocks]


def test_a_message_with_only_html_is_read_in_its_encoding(read) -> None:
    data = made.ole(
        {
            "__properties_version1.0": b"\0" * 32,
            "__substg1.0_0037001F": wide("제목"),
            "__substg1.0_10130102": '<meta charset="euc-kr"><p>연차 안내'.encode("cp949"),
        }
    )

    assert read(data, "a.msg").blocks[-1].text == "연차 안내"


def test_a_message_without_a_body_is_given_to_the_fallback(read_apart) -> None:
    result = read_apart(
        made.ole({"__properties_version1.0": b"\0" * 32, "__substg1.0_0037001F": wide("제목")}), "a.msg"
    )

    assert result.status in (Status.OK, Status.BROKEN, Status.EMPTY)
    assert result.reason is not None or result.status is Status.OK


def test_an_attachment_that_is_too_large_is_told(read) -> None:
    mail = message()
    mail.add_attachment(b"a,b\n" * 999, maintype="text", subtype="csv", filename="큰.csv")

    assert [w.params["code"] for w in read(mail.as_bytes(), "a.eml", attachment_bytes=999).warnings] == [
        "file_too_large"
    ]
