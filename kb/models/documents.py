"""Documents, their revisions, and what was read from them: pages and chunks."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.access import access_of
from accounts.models import Audience, User
from kb.models.collections import Collection


class Readable(models.QuerySet):
    """Rows that carry the effective `audience_id` of the text that they hold."""

    def visible_to(self, user: User) -> Readable:
        """Rows whose text this person may read."""
        return self.filter(audience_id__in=access_of(user).audiences)


class DocumentQuerySet(models.QuerySet["Document"]):
    """Which documents, and for whom."""

    def visible_to(self, user: User) -> DocumentQuerySet:
        """Documents that this person may read or manages (titles and states only), without those in the trash."""
        access = access_of(user)
        return self.kept().filter(
            Q(audience_id__in=access.audiences) | Q(collection__department_id__in=access.departments)
        )

    def readable_by(self, user: User) -> DocumentQuerySet:
        """Documents whose text this person may read."""
        return self.kept().filter(audience_id__in=access_of(user).audiences)

    def managed_by(self, user: User) -> DocumentQuerySet:
        """Documents that this person may replace, date, delete and restore, also from the trash."""
        return self.filter(collection__department_id__in=access_of(user).departments)

    def kept(self) -> DocumentQuerySet:
        """Documents that are not in the trash."""
        return self.filter(deleted_at=None)


class Document(models.Model):
    """A document of a collection. Ingestion matches on `external_id` (default: its path); revisions hold what it says."""

    collection = models.ForeignKey(Collection, models.PROTECT, related_name="documents", verbose_name=_("collection"))
    external_id = models.CharField(_("matched by"), max_length=500)
    title = models.CharField(_("title"), max_length=300)
    own_audience = models.ForeignKey(
        Audience,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("audience of its own"),
        help_text=_("Counts instead of the collection's."),
    )
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+", editable=False)
    owner = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner"))
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["collection", "external_id"],
                condition=Q(deleted_at=None),
                name="one_kept_document_an_external_id",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def current_revision(self, day: date | None = None) -> Revision | None:
        """The revision in force on `day` (today)."""
        return self.revisions.filter(valid__contains=day or timezone.localdate()).first()


class Format(models.TextChoices):
    """What the bytes are, found by content."""

    HWP = "hwp", "HWP"
    HWPX = "hwpx", "HWPX"
    PDF = "pdf", "PDF"
    DOCX = "docx", "DOCX"
    XLSX = "xlsx", "XLSX"
    PPTX = "pptx", "PPTX"
    DOC = "doc", "DOC"
    XLS = "xls", "XLS"
    PPT = "ppt", "PPT"
    ODT = "odt", "ODT"
    RTF = "rtf", "RTF"
    HTML = "html", "HTML"
    MARKDOWN = "md", "Markdown"
    TEXT = "txt", _("Text")
    CSV = "csv", "CSV"
    MAIL = "eml", _("Mail")
    MSG = "msg", "Outlook"
    UNKNOWN = "unknown", _("Unknown")


class RevisionState(models.TextChoices):
    """Whether a revision's text is in."""

    PENDING = "pending", _("Being read")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Could not be read")


class Revision(models.Model):
    """One version of a document's bytes, and the days on which it counts.

    `valid` is null until it is published; published ranges of one document never overlap. `effective_from` (none: since
    ever) and `effective_to` (exclusive; none: for good) are what people asked for.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="revisions")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+", editable=False)
    number = models.PositiveIntegerField(_("revision"))
    label = models.CharField(_("called"), max_length=60, blank=True)
    file = models.UUIDField(_("stored as"), unique=True)
    filename = models.CharField(_("file name"), max_length=300)
    format = models.CharField(_("format"), max_length=8, choices=Format.choices, default=Format.UNKNOWN)
    size = models.BigIntegerField(_("bytes"))
    sha256 = models.CharField(max_length=64)
    effective_from = models.DateField(_("in force from"), null=True, blank=True)
    effective_to = models.DateField(_("in force until"), null=True, blank=True)
    valid = DateRangeField(_("in force"), null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=RevisionState.choices, default=RevisionState.PENDING)
    language = models.CharField(_("language"), max_length=2, blank=True)
    pages = models.PositiveIntegerField(_("pages"), default=0)
    characters = models.PositiveIntegerField(_("characters"), default=0)
    chunk_count = models.PositiveIntegerField(_("chunks"), default=0)
    reader = models.CharField(_("read with"), max_length=60, blank=True)
    warnings = models.JSONField(_("warnings"), default=list)
    reason = models.CharField(_("reason"), max_length=40, blank=True)
    reason_params = models.JSONField(default=dict)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", verbose_name=_("uploaded by"))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["document_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="revision_numbers_differ"),
            models.CheckConstraint(
                condition=Q(effective_to=None)
                | Q(effective_from=None)
                | Q(effective_to__gt=models.F("effective_from")),
                name="revision_ends_after_it_begins",
            ),
            ExclusionConstraint(
                name="revisions_never_overlap",
                expressions=[
                    (
                        Func(
                            "document_id",
                            "document_id",
                            models.Value("[]"),
                            function="int8range",
                            output_field=BigIntegerRangeField(),
                        ),
                        RangeOperators.EQUAL,
                    ),
                    ("valid", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} · {self.number}"

    @property
    def is_pdf(self) -> bool:
        """Whether its pages can be shown as images."""
        return self.format == Format.PDF

    def is_current(self, day: date | None = None) -> bool:
        """Whether it counts on `day` (today)."""
        day = day or timezone.localdate()
        return bool(
            self.valid
            and not self.valid.isempty
            and (self.valid.lower is None or self.valid.lower <= day)
            and (self.valid.upper is None or day < self.valid.upper)
        )


class Page(models.Model):
    """A page (sheet, slide, part) of a revision: its text, its place in the revision's text, and its blocks.

    The text of a revision is the text of its pages in order, joined by newlines; `start` is the page's first code point
    in it. Chunks and citations point into that text. `blocks` are dicts of kb/ingestion/layout.py, for showing.
    """

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="page_rows")
    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    label = models.CharField(max_length=120, blank=True)
    start = models.PositiveIntegerField()
    text = models.TextField()
    blocks = models.JSONField(default=list)

    objects = Readable.as_manager()

    class Meta:
        ordering = ["revision_id", "number"]
        constraints = [models.UniqueConstraint(fields=["revision", "number"], name="page_numbers_differ")]

    def __str__(self) -> str:
        return f"{self.revision_id}/{self.number}"


class Chunk(models.Model):
    """A passage that is found and quoted: `text` is exactly revision text[start:end]; `context` stands in front of it.

    `context` is the title, the path of headings and, for the later parts of a table, its head row: what the passage
    needs to be understood alone. Both are embedded and indexed; only `text` is quoted.
    """

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="chunks")
    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    path = models.CharField(max_length=500, blank=True)
    context = models.TextField(blank=True)
    text = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    page_first = models.PositiveIntegerField()
    page_last = models.PositiveIntegerField()
    tokens = models.PositiveIntegerField()

    objects = Readable.as_manager()

    class Meta:
        verbose_name = _("chunk")
        verbose_name_plural = _("chunks")
        ordering = ["revision_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "position"], name="chunk_positions_differ"),
            models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="chunk_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id}#{self.position}"

    @property
    def full_text(self) -> str:
        """What is embedded and indexed."""
        return f"{self.context}\n{self.text}" if self.context else self.text
