"""Is this container's process well? `python docker/healthcheck.py web|workers|encoder|llamacpp` ends with 0 or 1."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from kb.runtime import addresses, health
from kb.runtime.children import encoder_ready
from kb.runtime.home import Home, resolve_home

# The sweep is a task a minute: a queue that recorded nothing for longer, and holds no lease, does nothing.
_SIGNS = """
select coalesce((select max(stopped) from django_q_task) > now() - interval '150 seconds', false)
    or exists (select 1 from kb_job where state = 'running' and lease_until > now())
"""


def web(_home: Home) -> bool:
    """Whether the web server answers."""
    return health.page_answers("http://127.0.0.1:8000/healthz")


def encoder(home: Home) -> bool:
    """Whether the encoder has loaded its models."""
    return encoder_ready(home)


def llamacpp(_home: Home) -> bool:
    """Whether the model server of the profile has loaded its model."""
    return health.model_server_answers("http://127.0.0.1:8081", os.environ.get("MARU_MODEL_SERVER_KEY", ""))


def workers(home: Home) -> bool:
    """Whether a task was recorded lately, or a job is being worked on. Company text is not looked at."""
    import psycopg

    url = addresses.database_url(home, "worker", os.environ)
    try:
        with psycopg.connect(url, connect_timeout=5, application_name="maru healthcheck") as held:
            row = held.execute(_SIGNS).fetchone()
    except psycopg.OperationalError:
        return False
    return bool(row and row[0])


CHECKS: dict[str, Callable[[Home], bool]] = {
    "web": web,
    "encoder": encoder,
    "llamacpp": llamacpp,
    "workers": workers,
}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in CHECKS:
        sys.exit(f"usage: python docker/healthcheck.py {'|'.join(CHECKS)}")
    sys.exit(0 if CHECKS[sys.argv[1]](resolve_home(os.environ)) else 1)
