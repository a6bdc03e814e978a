"""Every row of the knowledge base."""

from kb.models.chat import Answer, Citation, Conversation, Feedback, Question
from kb.models.collections import Collection
from kb.models.documents import Chunk, Document, Page, Revision
from kb.models.evaluation import GoldenQuestion, QuestionSet
from kb.models.index import IndexEntry, IndexVersion, Term
from kb.models.jobs import Job

__all__ = [
    "Answer",
    "Chunk",
    "Citation",
    "Collection",
    "Conversation",
    "Document",
    "Feedback",
    "GoldenQuestion",
    "IndexEntry",
    "IndexVersion",
    "Job",
    "Page",
    "Question",
    "QuestionSet",
    "Revision",
    "Term",
]
