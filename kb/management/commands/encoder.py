"""`manage.py encoder`: the process that holds the embedding model and the Korean analyser."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from kb.retrieval.encoder.process import EncoderSettings, run


class Command(BaseCommand):
    """Embeddings and Korean analysis for web and workers. `up` starts it."""

    help = "Embeddings and Korean analysis for web and workers, until SIGTERM. Prints one line when it is ready."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Where it listens, and where its models lie; by default as MARU_HOME has it."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=urlsplit(settings.ENCODER_URL).port)
        parser.add_argument("--models", type=Path, default=settings.MARU.models, help="folder of the model files")
        parser.add_argument(
            "--key-file", type=Path, help="file with the key; else MARU_ENCODER_KEY, else MARU_HOME's own"
        )
        parser.add_argument("--dtype", choices=["auto", "float32", "bfloat16"], default="auto")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it."""
        run(
            EncoderSettings(
                host=options["host"],
                port=options["port"],
                key=_key(options["key_file"]),
                models=options["models"],
                embedder=settings.MARU_EMBEDDER,
                threads=max(1, settings.MARU_TORCH_THREADS),
                dtype=options["dtype"],
            )
        )


def _key(file: Path | None) -> str:
    if file is None:
        return os.environ.get("MARU_ENCODER_KEY", "").strip() or settings.SECRETS.encoder_key
    try:
        key = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}") from error
    if not key:
        raise CommandError(f"{file} is empty")
    return key
