"""What the API answers with: rows as JSON. Text of documents is only in chunks, hits and answers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from accounts.access import current_access
from kb.api.examples import JOB, PROBLEM, example
from kb.api.fields import DaysBody
from kb.ingestion.reasons import WayOn, explain
from kb.jobs.figures import places
from kb.models import Collection, Document, Job, Revision
from kb.models.documents import Format, RevisionState
from kb.models.jobs import JobKind, JobState


class DepartmentBody(serializers.Serializer):
    """A department."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class CollectionBody(serializers.Serializer):
    """A collection that you may read or that your department keeps."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    name_en = serializers.CharField(help_text="Empty where there is none.")
    description = serializers.CharField()
    department = DepartmentBody(help_text="Who keeps it.")
    discoverable = serializers.BooleanField(
        help_text="Whether people who may not read it are told that something exists, never a title."
    )
    readable = serializers.SerializerMethodField(help_text="Whether you may read what its audience reads.")
    managed = serializers.SerializerMethodField(help_text="Whether you may load, date and delete its documents.")
    documents = serializers.IntegerField(source="document_count", help_text="Documents that you may see.")

    def get_readable(self, collection: Collection) -> bool:
        """By the collection's audience; a document may have one of its own."""
        return collection.audience_id in current_access().audiences

    def get_managed(self, collection: Collection) -> bool:
        """By the department that keeps it."""
        return collection.department_id in current_access().departments


class Username(serializers.CharField):
    """The name that a person signs in with; null where nobody is named or the person is gone."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_null=True, default=None, **options)


class ReasonBody(serializers.Serializer):
    """Why something failed: a code for programs, and for people a sentence and what to do."""

    code = serializers.CharField()
    text = serializers.CharField()
    todo = serializers.CharField(help_text="Empty where there is nothing to do.")
    way_on = serializers.ChoiceField([(str(each), str(each)) for each in WayOn], help_text="The one thing to do.")


def reason_of(code: str, params: dict[str, Any]) -> dict[str, str] | None:
    """A stored reason in the reader's language; None where there is none."""
    if not code:
        return None
    told = explain(code, params)
    return {"code": code, "text": told.text, "todo": told.todo, "way_on": str(told.way_on)}


class RevisionBody(serializers.Serializer):
    """One version of a document's file, and the days on which it counts."""

    id = serializers.IntegerField()
    document = serializers.IntegerField(source="document_id")
    number = serializers.IntegerField()
    label = serializers.CharField()  # type: ignore[assignment]  # the body's own name
    filename = serializers.CharField()
    format = serializers.ChoiceField(Format.choices)
    bytes = serializers.IntegerField(source="size")
    sha256 = serializers.CharField()
    effective_from = serializers.DateField(allow_null=True, help_text="As asked for; null: since ever.")
    effective_to = serializers.DateField(allow_null=True, help_text="As asked for, exclusive; null: for good.")
    in_force = serializers.SerializerMethodField(
        help_text="The days on which it really counts, beside the other revisions; null: on none."
    )
    current = serializers.SerializerMethodField(help_text="Whether it counts today.")
    state = serializers.ChoiceField(RevisionState.choices)
    reason = serializers.SerializerMethodField(help_text="Why it could not be read; null otherwise.")
    language = serializers.CharField()
    pages = serializers.IntegerField()
    characters = serializers.IntegerField()
    chunks = serializers.IntegerField(source="chunk_count")
    reader = serializers.CharField()
    created_at = serializers.DateTimeField()
    created_by = Username(source="created_by.username")

    @extend_schema_field(DaysBody(allow_null=True))
    def get_in_force(self, revision: Revision) -> dict[str, date | None] | None:
        """The range, if there is one and a day is in it."""
        if revision.valid is None or revision.valid.isempty:
            return None
        return {"from": revision.valid.lower, "to": revision.valid.upper}

    def get_current(self, revision: Revision) -> bool:
        """On the company's today."""
        return revision.is_current(timezone.localdate())

    @extend_schema_field(ReasonBody(allow_null=True))
    def get_reason(self, revision: Revision) -> dict[str, str] | None:
        """In the reader's language."""
        return reason_of(revision.reason, revision.reason_params)


class DocumentBody(serializers.Serializer):
    """A document that you may read or manage; managing shows titles and states, not text."""

    id = serializers.IntegerField()
    collection = serializers.SlugField(source="collection.slug")
    external_id = serializers.CharField(help_text="What an upload is matched by.")
    title = serializers.CharField()
    owner = Username(source="owner.username")
    review_on = serializers.DateField(allow_null=True)
    readable = serializers.SerializerMethodField(help_text="Whether you may read its text.")
    managed = serializers.SerializerMethodField(help_text="Whether you may change it.")
    state = serializers.SerializerMethodField(help_text="Of the newest revision.")
    current = serializers.SerializerMethodField(help_text="The revision in force today; null where none is.")
    newest = serializers.SerializerMethodField(help_text="The revision that was loaded last.")
    created_at = serializers.DateTimeField()
    deleted_at = serializers.DateTimeField(allow_null=True, help_text="Set while it lies in the trash.")

    def get_readable(self, document: Document) -> bool:
        """By the audience that counts for it."""
        return document.audience_id in current_access().audiences

    def get_managed(self, document: Document) -> bool:
        """By the department that keeps its collection."""
        return document.collection.department_id in current_access().departments

    @extend_schema_field(serializers.ChoiceField(RevisionState.choices))
    def get_state(self, document: Document) -> str:
        """Of the newest revision; a document without one is about to get it."""
        newest = self._newest(document)
        return str(newest.state) if newest else str(RevisionState.PENDING)

    @extend_schema_field(RevisionBody(allow_null=True))
    def get_current(self, document: Document) -> Any:
        """The one whose range holds today."""
        today = timezone.localdate()
        found = next((each for each in document.revisions.all() if each.is_current(today)), None)
        return RevisionBody(found).data if found else None

    @extend_schema_field(RevisionBody(allow_null=True))
    def get_newest(self, document: Document) -> Any:
        """The one with the highest number."""
        newest = self._newest(document)
        return RevisionBody(newest).data if newest else None

    def _newest(self, document: Document) -> Revision | None:
        return max(document.revisions.all(), key=lambda each: each.number, default=None)


class ChunkBody(serializers.Serializer):
    """A passage: exactly the revision's text from `start` to `end`, counted in Unicode code points."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    heading = serializers.CharField(source="path", help_text="The headings above it.")
    context = serializers.CharField(  # type: ignore[assignment]  # the body's own name
        help_text="What stands in front of it in the index: title, headings, a table's head."
    )
    text = serializers.CharField()
    start = serializers.IntegerField()
    end = serializers.IntegerField()
    page_first = serializers.IntegerField()
    page_last = serializers.IntegerField()
    tokens = serializers.IntegerField()


@extend_schema_serializer(examples=[example("A file being read", JOB)])
class JobBody(serializers.Serializer):
    """Work in the background: where it stands, and why it ended as it did."""

    id = serializers.IntegerField()
    url = serializers.SerializerMethodField(help_text="Ask here how it goes.")
    kind = serializers.ChoiceField(JobKind.choices)
    state = serializers.ChoiceField(JobState.choices)
    stage = serializers.CharField(help_text="load, split, embed or store while a file is read.")
    percent = serializers.FloatField()
    place = serializers.SerializerMethodField(help_text="Place in the queue, 1 is next; null once it is not waiting.")
    reason = serializers.SerializerMethodField(help_text="Why it failed, or what it waits for; null otherwise.")
    attempts = serializers.IntegerField()
    cancel_requested = serializers.BooleanField()
    collection = serializers.SlugField(source="collection.slug", allow_null=True, default=None)
    document = serializers.IntegerField(source="revision.document_id", allow_null=True, default=None)
    revision = serializers.IntegerField(source="revision_id", allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    heartbeat_at = serializers.DateTimeField(allow_null=True, help_text="The worker's last sign of life.")
    finished_at = serializers.DateTimeField(allow_null=True)

    def get_url(self, job: Job) -> str:
        """The job's address."""
        return reverse("api:job", args=[job.pk])

    def get_place(self, job: Job) -> int | None:
        """Looked up once for a whole list, by whoever makes it."""
        known = self.context.get("places")
        return (places([job.pk]) if known is None else known).get(job.pk)

    @extend_schema_field(ReasonBody(allow_null=True))
    def get_reason(self, job: Job) -> dict[str, str] | None:
        """In the reader's language."""
        return reason_of(job.reason, job.reason_params)


class TakenBody(serializers.Serializer):
    """A file that was taken in. `unchanged`: the document says this already, and nothing was done."""

    document = DocumentBody()
    revision = RevisionBody()
    job = JobBody(allow_null=True, help_text="The work that reads the file; null where none is needed.")
    unchanged = serializers.BooleanField()


class ProblemField(serializers.Serializer):
    """A field of the request that cannot be used."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


@extend_schema_serializer(examples=[example("A document of this name is there", PROBLEM)])
class ProblemBody(serializers.Serializer):
    """What went wrong (RFC 9457), in your language. `code` is for programs and stays as it is."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What happened and what to do.")
    code = serializers.CharField()
    retryable = serializers.BooleanField(help_text="Whether the same request may succeed later.")
    errors = ProblemField(many=True, required=False)  # type: ignore[assignment]  # the body's own name
    document = serializers.IntegerField(required=False, help_text="With same_name: the document that is there.")
