"""The embedded model server as a process: llama.cpp's own HTTP server, on this machine only, with a key.

    python -m kb.serving.embedded.process --port 20001 --models DIR [--model FILE.gguf] [--key-env NAME]

llama.cpp ignores the `model` of a request, shares its context out among its slots, and answers 503 until it has loaded;
the page that it could serve and its slot listing stay off. Django is not imported here.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

from kb.runtime.problems import StartProblem
from kb.serving.embedded.weights import MODEL, bundled_weights

DEFAULT_KEY_VARIABLE = "MARU_EMBEDDED_KEY"
# OpenMP would keep both cores spinning between tokens: on a busy machine that is the difference between 20 and 0 tokens/s.
_QUIET = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}
_SILENT = 0  # llama.cpp's verbosity: errors only; prompts hold company text and must not reach a log


@dataclass(frozen=True, slots=True, repr=False)
class ServerSettings:
    """How the server runs. `context` is in tokens and per slot; `parallel` answers are written at the same time."""

    port: int
    key: str
    file: Path
    name: str
    parallel: int = 2
    context: int = 4096
    threads: int = 2


def parse(arguments: Sequence[str]) -> tuple[ServerSettings, Path]:
    """Settings from the command line and the environment, and the folder of models. Exits with 2 on wrong use."""
    parser = argparse.ArgumentParser(prog="python -m kb.serving.embedded.process")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--models", type=Path, required=True, help="folder that the bundled model is joined in")
    parser.add_argument("--model", type=Path, help="another GGUF file in place of the bundled model")
    parser.add_argument("--key-env", default=DEFAULT_KEY_VARIABLE, help="environment variable that holds the key")
    parser.add_argument("--parallel", type=int, default=2, help="answers written at the same time")
    parser.add_argument("--context", type=int, default=4096, help="tokens of one prompt with its answer")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args(arguments)
    key = os.environ.get(options.key_env, "").strip()
    if not key:
        parser.error(f"the environment variable {options.key_env} holds no key")
    file = options.model or Path()
    name = options.model.stem if options.model else MODEL
    settings = ServerSettings(options.port, key, file, name, options.parallel, options.context, max(1, options.threads))
    return settings, options.models


def parameters(settings: ServerSettings) -> Any:
    """llama.cpp's parameters for these settings."""
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(settings.file)
    params.model_alias = {settings.name}
    params.hostnames = ["127.0.0.1"]
    params.port = settings.port
    params.api_keys = [settings.key]
    params.n_parallel = settings.parallel
    params.n_ctx = settings.context * settings.parallel
    params.cpuparams.n_threads = settings.threads
    params.cpuparams_batch.n_threads = settings.threads
    params.ui = False
    params.endpoint_slots = False
    params.endpoint_props = False
    params.cors_origins = ""
    params.cors_origins_explicit = True
    params.cors_credentials = False
    params.offline = True
    # Gemma attends within a window; only with the whole of it kept can the next prompt reuse the instructions and examples
    # that all prompts begin with. Answers that ended are not kept beside it: that cache grew by 5 MB a question.
    params.swa_full = True
    params.n_ctx_checkpoints = 0
    params.cache_ram_mib = 0
    params.verbosity = _SILENT
    return params


def main(arguments: Sequence[str]) -> NoReturn:
    """Serve until SIGTERM or SIGINT."""
    begun = time.perf_counter()
    settings, models = parse(arguments)
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    _on_stop(signal.SIG_DFL)  # while llama.cpp loads, no handler of Python's would run
    server = _start(settings, models)
    stop = threading.Event()
    _on_stop(lambda *_: stop.set())
    print(f"READY {server.listening_address} {settings.name} {time.perf_counter() - begun:.1f} s", flush=True)
    stop.wait()
    _leave()


def _on_stop(handler: Any) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handler)


def _leave() -> NoReturn:
    """End at once. There is nothing to save, and an orderly end waits for the answer that is being written."""
    sys.stdout.flush()
    os._exit(0)


def _start(settings: ServerSettings, models: Path) -> Any:
    import xllamacpp

    file = settings.file if settings.file.name else bundled_weights(models)
    if not file.is_file():
        raise StartProblem(f"There is no model file {file}.")
    try:
        return xllamacpp.Server(parameters(replace(settings, file=file)))
    except Exception as error:  # the binding raises RuntimeError and others with llama.cpp's words
        raise StartProblem(f"The model server cannot start with {file.name}: {error}") from error


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except StartProblem as problem:
        print(problem, file=sys.stderr, flush=True)
        sys.exit(1)
