"""The leash: a program dies with whoever started it, or when nobody uses it any more."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import kb.runtime
from kb.runtime.identity import Identity, database_identity
from kb.runtime.locks import Lock
from kb.runtime.processes import Running, children_of
from tests.kb.runtime.conftest import until

LEASH = str(Path(kb.runtime.__file__).parent / "leash.py")


def leash(*words: str) -> list[str]:
    return [sys.executable, "-I", LEASH, *words]


def test_a_program_dies_with_the_process_that_started_it(place):
    code = (
        "import os, subprocess, sys, time\n"
        f"words = [sys.executable, '-I', {LEASH!r}, '--parent', str(os.getpid()), '--', 'sleep', '300']\n"
        "child = subprocess.Popen(words, start_new_session=True)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(300)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    until(lambda: words(child).startswith("sleep"))
    parent.kill()
    until(lambda: Running.of(child) is None, 5)
    parent.wait()


def test_a_program_whose_starter_is_gone_already_does_not_start():
    gone = subprocess.Popen(["true"])
    gone.wait()
    done = subprocess.run(leash("--parent", str(gone.pid), "--", "echo", "started"), capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stdout == b""


def test_a_program_of_another_account_dies_with_its_starter_too(place):
    # The parent-death signal is forgotten when a process changes its account: it must be set after that.
    account = database_identity() or Identity("myself", os.geteuid(), os.getegid())
    change = ["--uid", str(account.uid), "--gid", str(account.gid)] if os.geteuid() == 0 else []
    code = (
        "import os, subprocess, sys, time\n"
        f"words = [sys.executable, '-I', {LEASH!r}, '--parent', str(os.getpid()), *{change}, '--', 'sleep', '300']\n"
        "print(subprocess.Popen(words, cwd='/').pid, flush=True)\n"
        "time.sleep(300)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    until(lambda: words(child).startswith("sleep"))
    assert f"\nUid:\t{account.uid}\t" in Path(f"/proc/{child}/status").read_text()
    parent.kill()
    until(lambda: Running.of(child) is None, 5)
    parent.wait()


class Kept:
    """A program that runs while a lock is used."""

    def __init__(self, place: Path, *program: str) -> None:
        self.lock = Lock(place / "used")
        self.lock.acquire(shared=True)
        self.keeper = subprocess.Popen(
            leash("--while-used", str(place / "used"), "--stop-seconds", "1", "--", *program)
        )
        until(lambda: [one for one in children_of(self.keeper.pid) if words(one.pid).startswith(program[0])])
        self.program = children_of(self.keeper.pid)[0]


def words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def ignores(pid: int, number: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    mask = int(status.partition("SigIgn:")[2].split()[0], 16)
    return bool(mask & 1 << number - 1)


def test_a_kept_program_stops_when_its_last_user_is_gone(place):
    kept = Kept(place, "sleep", "300")
    second = Lock(place / "used")
    second.acquire(shared=True)
    kept.lock.release()
    assert not kept.program.wait(0.5)
    second.release()
    assert kept.program.wait(3)
    assert kept.keeper.wait(3) == 0


def test_halting_and_continuing_a_kept_program_does_not_end_it(place):
    kept = Kept(place, "sleep", "300")
    kept.program.send(signal.SIGSTOP)
    kept.program.send(signal.SIGCONT)
    assert not kept.program.wait(0.5)
    kept.lock.release()
    kept.keeper.wait(3)


def test_a_keeper_ends_with_its_program(place):
    kept = Kept(place, "sleep", "300")
    kept.program.send(signal.SIGKILL)
    assert kept.keeper.wait(3) == 0
    kept.lock.release()


def test_a_kept_program_that_does_not_listen_is_killed(place):
    kept = Kept(place, sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(300)")
    until(lambda: ignores(kept.program.pid, signal.SIGTERM))
    kept.keeper.terminate()
    assert kept.keeper.wait(5) == 0
    assert not kept.program.alive()
    kept.lock.release()


def test_a_killed_keeper_takes_its_program_along(place):
    kept = Kept(place, "sleep", "300")
    kept.keeper.kill()
    kept.keeper.wait()
    assert kept.program.wait(3)
    kept.lock.release()
