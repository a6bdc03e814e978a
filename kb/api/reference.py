"""The OpenAPI description as rows for a page. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Schema = Mapping[str, Any]
_VERBS = ("get", "post", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a member of a body."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of an operation."""

    status: str
    kind: str
    text: str
    body: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One verb of one address."""

    id: str
    verb: str
    path: str
    summary: str
    text: str
    parameters: tuple[Field, ...]
    form: str
    body: tuple[Field, ...]
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Operations of one kind."""

    name: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Body:
    """A named body and its members."""

    name: str
    text: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """All of it."""

    sections: tuple[Section, ...]
    bodies: tuple[Body, ...]


def told(text: str) -> SafeString:
    """A description as HTML: escaped, with what stands in backticks as code."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S308 - escaped right there


def reference(described: Schema) -> Reference:
    """The page's rows, in the order of the description."""
    found: dict[str, list[Operation]] = {}
    for path, item in described["paths"].items():
        for verb in _VERBS:
            if verb in item:
                operation = item[verb]
                found.setdefault(operation["tags"][0], []).append(_operation(described, path, verb, operation))
    sections = tuple(Section(name, tuple(rows)) for name, rows in found.items())
    return Reference(sections, tuple(_bodies(described)))


def _bodies(described: Schema) -> Iterator[Body]:
    for name, body in described["components"]["schemas"].items():
        if "properties" in body:
            yield Body(name, told(body.get("description", "")), tuple(_fields(body)))


def _operation(described: Schema, path: str, verb: str, operation: Schema) -> Operation:
    form, body = _request(described, operation)
    return Operation(
        operation["operationId"],
        verb.upper(),
        path,
        operation.get("summary", ""),
        told(operation.get("description", "")),
        tuple(_parameter(each) for each in operation.get("parameters", ())),
        form,
        body,
        tuple(_replies(operation)),
    )


def _parameter(row: Schema) -> Field:
    return Field(row["name"], kind_of(row["schema"]), bool(row.get("required")), told(row.get("description", "")))


def _request(described: Schema, operation: Schema) -> tuple[str, tuple[Field, ...]]:
    content = operation.get("requestBody", {}).get("content", {})
    for form, media in content.items():
        return form, tuple(_fields(_resolved(described, media["schema"])))
    return "", ()


def _fields(body: Schema) -> Iterator[Field]:
    required = set(body.get("required", ()))
    for name, each in body.get("properties", {}).items():
        yield Field(name, kind_of(each), name in required, told(each.get("description", "")))


def _replies(operation: Schema) -> Iterator[Reply]:
    for status, reply in operation["responses"].items():
        if not reply.get("content"):
            yield Reply(status, "", told(reply.get("description", "")), "", "")
        for kind, media in reply.get("content", {}).items():
            examples = [each["value"] for each in media.get("examples", {}).values()]
            example = examples[0] if examples else ""
            shown = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
            yield Reply(status, kind, told(reply.get("description", "")), kind_of(media["schema"]), shown)


def _resolved(described: Schema, schema: Schema) -> Schema:
    name = name_of(schema)
    return described["components"]["schemas"][name] if name else schema


def name_of(schema: Schema) -> str:
    """The named body that a schema points to; empty for none."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def kind_of(schema: Schema) -> str:
    """A schema in a few words: "string (date)", "list of integer", "Document", "ready | failed"."""
    if name := name_of(schema):
        return name
    for joined in ("allOf", "oneOf", "anyOf"):
        if joined in schema:
            kinds = [kind_of(each) for each in schema[joined]]
            return " or ".join(dict.fromkeys(kind for kind in kinds if kind))
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"] if each not in (None, ""))
    if schema.get("type") == "array":
        return f"list of {kind_of(schema['items'])}"
    kinds = schema.get("type", "")
    name = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    return f"{name} ({schema['format']})" if "format" in schema and schema["format"] != "int64" else name
