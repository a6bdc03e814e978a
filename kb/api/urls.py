"""Addresses of the REST API, below /api/v1/."""

from __future__ import annotations

from django.urls import path, re_path

from kb.api.answers import OneAnswer
from kb.api.ask import ask
from kb.api.collections import Collections, OneCollection
from kb.api.describe import Docs, Schema
from kb.api.documents import Documents, OneDocument, RestoreDocument
from kb.api.elsewhere import Elsewhere
from kb.api.jobs import CancelJob, Jobs, OneJob, RetryJob
from kb.api.revisions import Chunks, OneRevision, Original
from kb.api.searching import Search
from kb.api.uploads import Revisions, UploadDocument

app_name = "api"

urlpatterns = [
    path("collections/", Collections.as_view(), name="collections"),
    path("collections/<slug:slug>/", OneCollection.as_view(), name="collection"),
    path("collections/<slug:slug>/documents/", UploadDocument.as_view(), name="upload"),
    path("documents/", Documents.as_view(), name="documents"),
    path("documents/<int:pk>/", OneDocument.as_view(), name="document"),
    path("documents/<int:pk>/restore/", RestoreDocument.as_view(), name="restore"),
    path("documents/<int:pk>/revisions/", Revisions.as_view(), name="revisions"),
    path("revisions/<int:pk>/", OneRevision.as_view(), name="revision"),
    path("revisions/<int:pk>/chunks/", Chunks.as_view(), name="chunks"),
    path("revisions/<int:pk>/original/", Original.as_view(), name="original"),
    path("jobs/", Jobs.as_view(), name="jobs"),
    path("jobs/<int:pk>/", OneJob.as_view(), name="job"),
    path("jobs/<int:pk>/cancel/", CancelJob.as_view(), name="cancel"),
    path("jobs/<int:pk>/retry/", RetryJob.as_view(), name="retry"),
    path("search/", Search.as_view(), name="search"),
    path("ask/", ask, name="ask"),  # type: ignore[arg-type]  # Django takes async views too
    path("answers/<int:pk>/", OneAnswer.as_view(), name="answer"),
    path("schema/", Schema.as_view(), name="schema"),
    path("docs/", Docs.as_view(), name="docs"),
    re_path("", Elsewhere.as_view()),
]
