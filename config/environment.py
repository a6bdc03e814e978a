"""Every setting that the environment can give: its name, its form, its default, and what it is for.

docs/settings.md lists this table (a test holds the two together). A wrong value stops the start and names the setting.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def _text(value: str) -> str:
    return value


def _whole(value: str) -> int:
    number = int(value)
    if number < 0:
        raise ValueError("must not be negative")
    return number


def _port(value: str) -> int:
    number = int(value)
    if not 1 <= number <= 65535:
        raise ValueError("must lie between 1 and 65535")
    return number


def _seconds(value: str) -> float:
    number = float(value)
    if not 0 < number < 86_400 * 30:
        raise ValueError("must be a positive number of seconds")
    return number


def _switch(value: str) -> bool:
    if value not in ("0", "1"):
        raise ValueError("must be 0 or 1")
    return value == "1"


def _names(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _database(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("postgres", "postgresql") or not parts.hostname or not parts.path.strip("/"):
        raise ValueError("must look like postgresql://user:password@host:5432/name")
    return value


def _model_server(value: str) -> str:
    if value == "none":
        return value
    parts = urlsplit(value)
    dialects = {"tgi", "vllm", "openai", "llamacpp"}
    dialect, _, transport = parts.scheme.partition("+")
    if dialect not in dialects or transport not in ("http", "https") or not parts.hostname:
        raise ValueError("must be none, or look like tgi+http://host:port, vllm+http://…, openai+https://…")
    return value


def _embedder(value: str) -> str:
    if "://" in value:
        parts = urlsplit(value)
        if parts.scheme not in ("tei+http", "tei+https") or not parts.hostname:
            raise ValueError("must be a folder, a hub name, or look like tei+http://host:port")
    return value


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: `parse` turns its text into a value or raises ValueError saying what is wrong."""

    name: str
    parse: Callable[[str], Any]
    default: Any
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("MARU_HOME", _text, "", "Everything that is written lies here. Default: `var/` beside manage.py."),
    Setting("HOST", _text, "127.0.0.1", "Address that the web server listens on."),
    Setting("PORT", _port, 8000, "Port that the web server listens on."),
    Setting("DATABASE_URL", _database, "", "PostgreSQL for the web's role. Unset: the embedded server."),
    Setting("DATABASE_OWNER_URL", _database, "", "The same database as the role that owns the tables (migrations)."),
    Setting("DATABASE_WORKER_URL", _database, "", "The same database as the workers' role (BYPASSRLS)."),
    Setting(
        "MARU_MODEL_SERVER",
        _model_server,
        "",
        "Unset: the embedded one. Or tgi+http://…, vllm+http://…, openai+https://…, none.",
    ),
    Setting("MARU_MODEL_SERVER_KEY", _text, "", "Bearer key of that server."),
    Setting("MARU_MODEL_NAME", _text, "", "Model to ask for where the server has several."),
    Setting(
        "MARU_EMBEDDER",
        _embedder,
        "",
        "Unset: the bundled multilingual-e5-small. Or a folder, a hub name, tei+http://….",
    ),
    Setting("MARU_EMBEDDER_KEY", _text, "", "Bearer key of a TEI server."),
    Setting("MARU_DEMO", _switch, True, "1 loads the sample company at the first start; 0 leaves the house empty."),
    Setting("MARU_ALLOWED_HOSTS", _names, [], "Host names under which people reach Maru, separated by commas."),
    Setting(
        "MARU_HTTPS",
        _switch,
        False,
        "1 when a proxy in front speaks TLS: secure cookies, HSTS, X-Forwarded-Proto believed.",
    ),
    Setting("MARU_TRUSTED_PROXIES", _names, [], "Addresses of proxies whose X-Forwarded-For is believed."),
    Setting("MARU_WORKERS", _whole, 2, "Worker processes."),
    Setting("MARU_TORCH_THREADS", _whole, 2, "Threads of the encoder."),
    Setting("MARU_TIME_ZONE", _text, "Asia/Seoul", "Time zone of dates that rules come into force on."),
    Setting("MARU_LEASE_SECONDS", _seconds, 60.0, "A job whose worker is silent this long is taken over."),
    Setting("MARU_HEARTBEAT_SECONDS", _seconds, 15.0, "How often a worker shows that it lives."),
    Setting("MARU_SWEEP_SECONDS", _seconds, 20.0, "How often forgotten jobs are looked for."),
    Setting("MARU_JOB_ATTEMPTS", _whole, 3, "Times that a job is begun before it counts as failed."),
    Setting("MARU_TASK_SECONDS", _whole, 600, "Time-out of one queue task."),
    Setting("MARU_UPLOAD_BYTES", _whole, 100 * 1024 * 1024, "Largest file."),
    Setting("MARU_READER_SECONDS", _seconds, 60.0, "Wall clock of a reader process."),
    Setting("MARU_READER_CPU_SECONDS", _whole, 30, "CPU time of a reader process."),
    Setting("MARU_READER_BYTES", _whole, 1536 * 1024 * 1024, "Memory of a reader process."),
    Setting("MARU_READERLESS_SECONDS", _seconds, 10.0, "An answer that nobody reads is stopped after this long."),
    Setting("MARU_TOKEN_REQUESTS", _whole, 300, "Requests of one API token in a minute; 0: as many as it likes."),
    Setting("MARU_ANSWER_SECONDS", _seconds, 120.0, "Longest time that an answer may take."),
    Setting("MARU_FIRST_TOKEN_SECONDS", _seconds, 60.0, "Longest wait for a model server's first token."),
    Setting("MARU_TOKEN_GAP_SECONDS", _seconds, 20.0, "Longest silence of a model server between tokens."),
    Setting("MARU_ENCODER_SECONDS", _seconds, 30.0, "Longest wait for the encoder's answer to a question."),
    Setting("MARU_DATABASE_POOL", _whole, 16, "Connections of one web process."),
    Setting("MARU_DISK_FREE_BYTES", _whole, 500 * 1024 * 1024, "Below this much free disk no file is taken."),
    Setting("MARU_MAIL_URL", _text, "", "smtp://user:password@host:587 or smtps://…. Unset: no mail is sent."),
    Setting("MARU_MAIL_FROM", _text, "maru@localhost", "Sender of mails."),
    Setting("MARU_DEBUG", _switch, False, "1 shows developers' error pages. Never where others reach it."),
)


def read_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """All settings by name. Raises ImproperlyConfigured that names the first wrong one."""
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        raw = environ.get(setting.name, "").strip()
        if not raw:
            values[setting.name] = setting.default
            continue
        try:
            values[setting.name] = setting.parse(raw)
        except ValueError as error:
            raise ImproperlyConfigured(f"{setting.name}={raw!r} cannot be used: {error}.") from None
    _databases_belong_together(values)
    return values


def _databases_belong_together(values: Mapping[str, Any]) -> None:
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_WORKER_URL")
    given = [name for name in names if values[name]]
    if given and len(given) < len(names):
        missing = ", ".join(name for name in names if name not in given)
        raise ImproperlyConfigured(f"{given[0]} is set, and {missing} is not: give all three, or none.")
