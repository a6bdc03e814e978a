"""The API's own description: the OpenAPI file, and a page made from it on the server, without anything from outside."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views import View
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer

from accounts.requests import site_url
from kb.api.codes import PROBLEMS
from kb.api.reference import reference


def schema() -> dict[str, Any]:
    """The OpenAPI description, in English, whoever asks."""
    with translation.override("en"):
        return SchemaGenerator().get_schema(request=None, public=True)


def as_yaml(described: dict[str, Any]) -> str:
    """A description as docs/openapi.yaml holds it."""
    return OpenApiYamlRenderer().render(described, renderer_context={}).decode()


class Schema(View):
    """`/api/v1/schema/`: for programs that make clients. It names addresses and fields, and nothing of the company."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """OpenAPI 3 as YAML."""
        return HttpResponse(as_yaml(schema()), content_type="application/vnd.oai.openapi; charset=utf-8")


class Docs(View):
    """`/api/v1/docs/`: for people."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """One page with every operation, its fields and its answers."""
        return render(
            request, "api/docs.html", {"reference": reference(schema()), "problems": PROBLEMS, "origin": site_url()}
        )
