"""The index: one row per chunk and index version holds all that one search statement needs."""

from __future__ import annotations

from django.contrib.postgres.fields import DateRangeField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex, SparseVectorField

from accounts.models import Audience
from kb.models.collections import Collection
from kb.models.documents import Chunk, Document, Readable

SPARSE_DIMENSIONS = 1_000_000_000  # pgvector's limit for sparsevec


class IndexState(models.TextChoices):
    """Which index version answers."""

    BUILDING = "building", _("Being built")
    LIVE = "live", _("Live")
    RETIRED = "retired", _("Retired")


class IndexVersion(models.Model):
    """One embedder, one set of constants. The live one answers; a further one is built beside it."""

    number = models.PositiveIntegerField(_("version"), unique=True)
    embedder = models.CharField(_("embedder"), max_length=200)
    dimensions = models.PositiveIntegerField(_("dimensions"))
    profile = models.CharField(_("profile"), max_length=60)
    state = models.CharField(_("state"), max_length=8, choices=IndexState.choices, default=IndexState.BUILDING)
    average_length = models.FloatField(_("mean terms of a chunk"), default=100.0)
    chunk_count = models.PositiveIntegerField(_("chunks counted"), default=0)
    calibration = models.JSONField(_("calibration of 'not found'"), default=dict)
    refreshed_at = models.DateTimeField(_("term counts refreshed"), null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("index version")
        verbose_name_plural = _("index versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state="live"), name="one_live_index"),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.embedder}"


class IndexEntry(models.Model):
    """A chunk in an index version. `valid` is empty while its revision is not in force for anybody."""

    chunk = models.ForeignKey(Chunk, models.CASCADE, related_name="entries")
    version = models.PositiveIntegerField()
    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    collection = models.ForeignKey(Collection, models.PROTECT, related_name="+")
    audience = models.ForeignKey(Audience, models.PROTECT, related_name="+")
    valid = DateRangeField()
    dense = HalfVectorField()
    sparse = SparseVectorField(dimensions=SPARSE_DIMENSIONS)
    terms = SearchVectorField()
    length = models.PositiveIntegerField()
    language = models.CharField(max_length=2, default="ko")

    objects = Readable.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["chunk", "version"], name="one_entry_a_chunk_and_version")]
        indexes = [
            models.Index(fields=["version", "audience"], name="entry_by_audience"),
            models.Index(fields=["document"], name="entry_by_document"),
            GinIndex(fields=["terms"], name="entry_by_terms"),
            # A later version gets an index of its own, built by the owner beside this one.
            HnswIndex(
                OpClass(Cast("dense", HalfVectorField(dimensions=384)), name="halfvec_ip_ops"),
                name="entry_dense_v1",
                m=16,
                ef_construction=128,
                condition=Q(version=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.chunk_id} v{self.version}"


class Term(models.Model):
    """In how many chunks of an index version a term stands. Refreshed by a job, never in the write path."""

    version = models.PositiveIntegerField()
    term = models.CharField(max_length=100)
    df = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "term"], name="one_count_a_term_and_version")]

    def __str__(self) -> str:
        return f"{self.term}: {self.df}"
