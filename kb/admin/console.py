"""Everything that the console shows; imported once all apps are ready."""

from kb.admin import audiences, audit, collections, departments, documents, index, jobs, people, questions, tokens

__all__ = [
    "audiences",
    "audit",
    "collections",
    "departments",
    "documents",
    "index",
    "jobs",
    "people",
    "questions",
    "tokens",
]
