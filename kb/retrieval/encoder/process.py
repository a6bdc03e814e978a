"""The encoder process: says where it listens at once, loads its models meanwhile, and stops when it is told to.

Thread settings of OpenMP must stand in the environment before torch is imported; `prepare_environment` sees to it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from kb.retrieval.encoder.service import Service, return_memory
from kb.retrieval.profiles import BUNDLED
from kb.runtime.problems import StartProblem

_TEI = ("tei+http://", "tei+https://")
_KEEP_ALIVE = 75  # seconds; longer than the client keeps a connection, so that the client closes first


@dataclass(frozen=True, slots=True, repr=False)
class EncoderSettings:
    """How the process runs. `embedder` is MARU_EMBEDDER: empty for the bundled model, a folder, a hub name, tei+http://."""

    host: str
    port: int
    key: str
    models: Path
    embedder: str = ""
    threads: int = 2
    dtype: str = "auto"

    @property
    def embeds(self) -> bool:
        """Whether embeddings are made here; with a TEI server only texts are analysed."""
        return not self.embedder.startswith(_TEI)


def prepare_environment(environ: MutableMapping[str, str], settings: EncoderSettings) -> None:
    """Set what native libraries read when they are loaded. What is set already is kept."""
    wanted = {
        "OMP_NUM_THREADS": str(settings.threads),
        "MKL_NUM_THREADS": str(settings.threads),
        "OMP_WAIT_POLICY": "passive",
        "GOMP_SPINCOUNT": "0",
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }
    if not settings.embedder or Path(settings.embedder).is_dir():
        wanted["HF_HUB_OFFLINE"] = "1"  # nothing has to be asked for outside
    for name, value in wanted.items():
        environ.setdefault(name, value)


def run(settings: EncoderSettings) -> NoReturn:
    """Serve until SIGTERM or SIGINT. Exits with 1 and a reason when a model cannot be loaded."""
    prepare_environment(os.environ, settings)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    service = Service(embeds=settings.embeds)
    threading.Thread(target=_load_all, args=(service, settings), daemon=True).start()
    asyncio.run(_serve(service, settings))
    _leave()


def _leave(*_signal: object) -> NoReturn:
    """End at once: threads in native code would keep an orderly exit waiting, and there is nothing to save."""
    sys.stdout.flush()
    os._exit(0)


async def _serve(service: Service, settings: EncoderSettings) -> None:
    import uvicorn

    from kb.retrieval.encoder.app import EncoderApp

    config = uvicorn.Config(
        EncoderApp(service, settings.key),
        host=settings.host,
        port=settings.port,
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=0,
        limit_concurrency=256,
        backlog=256,
    )
    await uvicorn.Server(config).serve()


def _load_all(service: Service, settings: EncoderSettings) -> None:
    begun = time.perf_counter()
    try:
        analyser = threading.Thread(target=_load_analyser, args=(service,), daemon=True)
        analyser.start()
        name = _load_embedder(service, settings) if settings.embeds else "analysis only"
        analyser.join()
        if service.analyser is None:
            raise StartProblem("The Korean analyser cannot be loaded.")
    except StartProblem as problem:
        _fail(str(problem))
    except Exception as error:  # an unready encoder that stays would be waited for in vain
        _fail(f"The encoder cannot be loaded: {error}")
    return_memory()
    seconds = time.perf_counter() - begun
    print(f"READY http://{settings.host}:{settings.port} {name} {seconds:.1f} s", flush=True)


def _fail(reason: str) -> NoReturn:
    print(reason, file=sys.stderr, flush=True)
    os._exit(1)


def _load_analyser(service: Service) -> None:
    from kb.retrieval.encoder.analyser import Analyser

    service.analyser = Analyser()


def _load_embedder(service: Service, settings: EncoderSettings) -> str:
    from kb.retrieval.encoder.export import bundled_model
    from kb.retrieval.encoder.model import choose_dtype, load_embedder

    place = settings.embedder or str(bundled_model(settings.models))
    name = settings.embedder.rstrip("/") or BUNDLED
    dtype = choose_dtype(settings.dtype)
    service.embedder = load_embedder(
        place, name=name, cache=settings.models / "hub", threads=settings.threads, dtype=dtype
    )
    facts = service.embedder.facts
    return f"{facts.name} {facts.dimensions} {facts.dtype}"
