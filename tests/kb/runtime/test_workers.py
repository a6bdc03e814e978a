"""Matrix row 6: whichever process of the queue's cluster is killed, the queue works again within a minute, without orphans."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from kb.runtime.addresses import embedded_url
from kb.runtime.home import Home, resolve_home
from kb.runtime.processes import Running, children_of, members_of
from tests.kb.runtime.conftest import HERE, free_port, open_place, processes_about, until


class Queue:
    """The real cluster under `up`, with one worker."""

    def __init__(self, home: Home, process: subprocess.Popen[bytes], output: Path) -> None:
        self.home, self.process, self.output = home, process, output

    def parts(self) -> dict[str, Running]:
        """Its processes by what they are; fewer while it starts."""
        (main,) = [one for one in children_of(self.process.pid) if "kb.runtime.workers" in words(one.pid)] or [None]
        sentinel = children_of(main.pid) if main else []
        below = sorted(children_of(sentinel[0].pid), key=lambda one: one.pid) if sentinel else []
        names = ("main", "sentinel", "worker", "monitor", "pusher")
        return dict(zip(names, [one for one in (main, *sentinel, *below) if one is not None], strict=False))

    def recorded_since(self, moment: str) -> int:
        with psycopg.connect(embedded_url(self.home, "worker")) as held:
            return held.execute("select count(*) from django_q_task where started > %s", [moment]).fetchone()[0]

    def now(self) -> str:
        with psycopg.connect(embedded_url(self.home, "worker")) as held:
            return held.execute("select clock_timestamp()::text").fetchone()[0]


def words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@pytest.fixture(scope="module")
def queue() -> Iterator[Queue]:
    with open_place() as place:
        env = {"PATH": os.environ["PATH"], "MARU_HOME": str(place / "home"), "MARU_DEMO": "0", "MARU_WORKERS": "1"}
        env |= {"MARU_MODEL_SERVER": "none", "PYTHONPATH": str(HERE.parents[2])}
        output = place / "out"
        with output.open("wb") as file:
            command = [sys.executable, str(HERE / "queue_house.py"), str(free_port())]
            process = subprocess.Popen(command, env=env, stdout=file, stderr=subprocess.STDOUT, cwd=HERE.parents[2])
        until(lambda: "Maru is ready" in output.read_text() or process.poll() is not None, 120, "ready")
        assert "Maru is ready" in output.read_text(), output.read_text()
        yield Queue(resolve_home(env), process, output)
        if process.poll() is None:
            process.terminate()
            assert process.wait(15) == 0
        assert processes_about(place) == []


@pytest.fixture(autouse=True)
def whole_before_each(queue: Queue) -> None:
    began = queue.now()
    until(lambda: queue.recorded_since(began) > 0 and len(queue.parts()) == 5, 60, "the queue works")


@pytest.mark.parametrize("name", ["worker", "monitor", "pusher", "sentinel", "main"])
def test_the_queue_works_again_after_a_part_was_killed(queue, name):
    before = queue.parts()
    victim = before[name]
    victim.send(signal.SIGKILL)
    assert victim.wait(5)
    began = queue.now()
    until(lambda: queue.recorded_since(began) > 0 and len(queue.parts()) == 5, 60, f"the queue works after {name}")
    if queue.parts()["main"] != before["main"]:
        assert members_of(before["main"].pid) == []


def test_a_cluster_that_is_halted_as_a_whole_is_replaced(queue):
    before = queue.parts()
    os.killpg(before["main"].pid, signal.SIGSTOP)
    until(lambda: members_of(before["main"].pid) == [], 60, "the halted group is gone")
    until(lambda: len(queue.parts()) == 5, 60, "a new one runs")
    assert "The workers stopped (no sign of life for 5 s)" in queue.output.read_text()


def test_the_whole_cluster_dies_with_the_process_that_started_it():
    code = (
        "import os, subprocess, sys, time\n"
        "from kb.runtime.workers import bind_forks_to_parents\n"
        "bind_forks_to_parents()\n"
        "if os.fork() == 0:\n"
        "    if os.fork() == 0:\n"
        "        print(os.getpid(), flush=True)\n"
        "        time.sleep(300)\n"
        "    time.sleep(300)\n"
        "time.sleep(300)\n"
    )
    first = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=HERE.parents[2])
    last = Running.of(int(first.stdout.readline()))
    first.kill()
    assert last.wait(5)
    first.wait()


def test_a_working_queue_is_left_alone(queue):
    before = queue.parts()
    time.sleep(7)
    assert queue.parts() == before


def test_killing_up_takes_the_whole_cluster_and_the_database_along(queue):  # the last one: it ends them all
    place = queue.output.parent
    assert len(processes_about(place)) > 6
    queue.process.kill()
    queue.process.wait()
    until(lambda: processes_about(place) == [], 10, "nothing is left")
