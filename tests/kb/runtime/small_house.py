"""Runs `up` with a real database and toys for the rest, so that its tests take seconds.

Usage: small_house.py PORT FOLDER [option…]: `sick` (the canary is silent while FOLDER/sick exists), `failing-step`,
`failing-web`, `no-encoder` (it never becomes ready).
"""

import os
import sys
from pathlib import Path

from kb.runtime import children, up
from kb.runtime.children import ChildSpec, Watch, WebSite
from kb.runtime.home import resolve_home
from kb.runtime.ports import load_ports
from kb.runtime.problems import StartProblem
from kb.runtime.timing import Timing

HERE = Path(__file__).parent
port, folder, options = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
home = resolve_home(os.environ)
stops = str(folder / "stops")


def toy(name, label, number, check, **more):
    command = (sys.executable, str(HERE / "toy_server.py"), str(number), stops)
    return ChildSpec(name=name, label=label, command=command, env=dict(os.environ), ready=check, **more)


def web(env, site):
    spec = children.web_spec(env, site)
    command = (sys.executable, "-c", "raise SystemExit('no such module')")
    if "failing-web" not in options:
        command = (sys.executable, str(HERE / "toy_server.py"), str(port), stops)
    return ChildSpec(
        name="web",
        label=spec.label,
        command=command,
        env=dict(os.environ),
        ready=spec.ready,
        tries=spec.tries,
        stop_seconds=4.3,
    )


def workers(env, canary):
    command = (sys.executable, str(HERE / "toy_workers.py"), str(folder))
    return ChildSpec(
        name="workers",
        label="The workers",
        command=command,
        env=dict(os.environ),
        ready=(folder / "workers").exists,
        watch=canary,
        stop_seconds=1.0,
    )


def step(env, label, arguments, role):
    code = "raise SystemExit('the tables are in the way')" if "failing-step" in options else "pass"
    return ChildSpec(
        name="prepare", label=label, command=(sys.executable, "-c", code), env=dict(os.environ), ready=lambda: True
    )


def encoder(home, env):
    ready = (folder / "encoder").exists if "no-encoder" in options else lambda: children.encoder_ready(home)
    return toy("encoder", "The encoder", load_ports(home).encoder, ready)


up.web_spec, up.workers_spec, up.step_spec = web, workers, step
children.encoder_spec = encoder
canary = Watch(lambda: not (folder / "sick").exists(), every=0.2, patience=1.0) if "sick" in options else None
whole = up.Whole(WebSite("127.0.0.1", port), (up.Step("Preparing", ("prepare",)),), canary)
try:
    up.run_up(
        home,
        os.environ,
        whole,
        lambda line: print(line, flush=True),
        Timing(first_delay=0.2, settled=5.0, orphans=0.5, workers_wait=3.0),
    )
except StartProblem as problem:
    sys.exit(f"StartProblem: {problem}")
