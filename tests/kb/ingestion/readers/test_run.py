"""The child: whatever happens inside, the parent gets text or a true reason, in time, and nothing is left behind."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from kb.ingestion.readers import process
from kb.ingestion.readers.blocks import ReadResult, Status
from kb.ingestion.readers.limits import MIB, Limits
from kb.ingestion.readers.run import read_file
from tests.kb.ingestion.readers import made_files as made
from tests.kb.ingestion.readers.doubles import C_LOOP, misbehave

SHORT = {"wall_s": 1.5}


def ended(result: ReadResult) -> tuple[Status, str]:
    assert result.reason is not None
    return result.status, result.reason.code


def children() -> set[int]:
    """Processes that this one has started and not reaped, and theirs."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError):
            continue
    mine = {os.getpid()}
    while True:
        more = {pid for pid, parent in found.items() if parent in mine} - mine
        if not more:
            return mine - {os.getpid()}
        mine |= more


def test_a_loop_in_c_is_killed_counted_and_named(read_apart, monkeypatch) -> None:
    misbehave(monkeypatch, C_LOOP)
    before, started = children(), time.monotonic()
    result = read_apart(b"plain words", "a.txt", **SHORT)

    assert ended(result) == (Status.TIMEOUT, "wall_time")
    assert result.reason.params == {"seconds": 1.5}
    assert result.format == "txt"
    assert time.monotonic() - started < 4
    assert children() <= before


def test_a_loop_is_ended_by_its_computing_time_too(read_apart, monkeypatch) -> None:
    misbehave(monkeypatch, C_LOOP)

    assert ended(read_apart(b"plain words", "a.txt", cpu_s=1)) == (Status.TIMEOUT, "cpu_time")


def test_a_reader_that_ignores_signals_is_killed(read_apart, monkeypatch) -> None:
    misbehave(monkeypatch, "import signal, time\nfor s in (15, 2, 1): signal.signal(s, signal.SIG_IGN)\ntime.sleep(60)")

    assert ended(read_apart(b"x", "a.txt", **SHORT)) == (Status.TIMEOUT, "wall_time")


def test_what_a_reader_started_goes_with_it(read_apart, monkeypatch) -> None:
    misbehave(monkeypatch, "import subprocess, time\nsubprocess.Popen(['sleep', '61.7'])\ntime.sleep(60)")
    read_apart(b"x", "a.txt", **SHORT)

    assert "61.7" not in commands()


def commands() -> str:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:
            continue
    return "\n".join(lines)


def test_a_memory_hog_is_stopped_at_the_limit(read_apart, monkeypatch) -> None:
    misbehave(monkeypatch, "hoard = []\nwhile True: hoard.append(bytearray(10_000_000))")
    result = read_apart(b"x", "a.txt", memory_bytes=300 * MIB)

    assert ended(result) == (Status.LIMIT, "memory")
    assert result.reason.params == {"limit_mb": 300}


@pytest.mark.parametrize(
    "body",
    [
        "import os, sys\nsys.stderr.write('memory allocation of 7219238912 bytes failed')\nsys.stderr.flush()\nos.abort()",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    ],
)
def test_a_library_that_dies_for_want_of_memory_is_named_so(read_apart, monkeypatch, body: str) -> None:
    misbehave(monkeypatch, body)

    assert ended(read_apart(b"x", "a.txt")) == (Status.LIMIT, "memory")


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ("import os\nos.abort()", "SIGABRT"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        ("import os\nos._exit(3)", "exit 3"),
        ("import sys\nsys.exit(0)", "exit 0"),
        ("raise KeyError('x')", "KeyError"),
        ("def deeper(n): return deeper(n + 1) + 1\ndeeper(0)", "RecursionError"),
    ],
)
def test_a_crash_is_named(read_apart, monkeypatch, body: str, detail: str) -> None:
    misbehave(monkeypatch, body)
    result = read_apart(b"x", "a.txt")

    assert ended(result) == (Status.CRASH, "crashed")
    assert result.reason.params == {"detail": detail}


def test_endless_output_is_cut(read_apart, monkeypatch) -> None:
    misbehave(
        monkeypatch,
        "from kb.ingestion.readers.blocks import Block, Kind\nfrom kb.ingestion.readers.source import Draft\n"
        "return Draft('x', [Block(Kind.PARAGRAPH, '긴 글 ' * 1000) for _ in range(2000)])",
    )

    assert ended(read_apart(b"x", "a.txt", output_bytes=MIB)) == (Status.LIMIT, "output")


@pytest.mark.parametrize(
    "written", ["nonsense", '{"type": "end"}', '{"type": 5}', '{"type":"end","status":"ok","blocks":1,"reason":null}']
)
def test_a_child_that_writes_nonsense_is_a_crash(read_apart, monkeypatch, written: str) -> None:
    body = f"import os, glob\nfor fd in range(3, 20):\n    try: os.write(fd, {written.encode()!r} + b'\\n')\n    except OSError: pass\nos._exit(0)"
    misbehave(monkeypatch, body)
    result = read_apart(b"x", "a.txt")

    assert result.status is Status.CRASH


def test_what_a_library_prints_does_not_disturb_the_answer(read_apart, monkeypatch) -> None:
    misbehave(
        monkeypatch,
        "import os\nprint('noise')\nos.write(1, b'more noise\\n' * 9999)\nfrom kb.ingestion.readers.blocks import Block, Kind\n"
        "from kb.ingestion.readers.source import Draft\nreturn Draft('x', [Block(Kind.PARAGRAPH, '본문')])",
    )

    assert [block.text for block in read_apart(b"x", "a.txt").blocks] == ["본문"]


def test_progress_that_raises_stops_the_child_and_passes_on(read_apart, monkeypatch) -> None:
    misbehave(monkeypatch, "import time\nsource.progress(1, 9)\ntime.sleep(60)")
    before, started = children(), time.monotonic()

    def cancelled(page: int, pages: int) -> None:
        raise InterruptedError(f"{page} of {pages}")

    with pytest.raises(InterruptedError, match="1 of 9"):
        read_apart(b"x", "a.txt", progress=cancelled)
    assert time.monotonic() - started < 5
    assert children() <= before


def test_a_child_dies_with_its_parent(tmp_path: Path, monkeypatch) -> None:
    misbehave(monkeypatch, "import time\nsource.progress(1, 1)\ntime.sleep(63.1)")
    path = tmp_path / "stored"
    path.write_bytes(b"x")
    read_end, write_end = os.pipe()
    parent = os.fork()
    if parent == 0:
        read_file(path, filename="a.txt", progress=lambda page, pages: os.write(write_end, b"!") and None)
        os._exit(0)
    os.read(read_end, 1)
    child = next(pid for pid in children() if pid != parent)
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    deadline = time.monotonic() + 5
    while Path(f"/proc/{child}").exists() and "63.1" in commands() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.close(read_end)
    os.close(write_end)

    assert f'"parent": {parent}' not in commands()


def test_a_child_sees_no_environment_no_network_and_no_open_files(read_apart, monkeypatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_PARENT", "x")
    misbehave(
        monkeypatch,
        "import json, os, socket, resource\nfrom kb.ingestion.readers.blocks import Block, Kind\nfrom kb.ingestion.readers.source import Draft\n"
        "try: socket.create_connection(('127.0.0.1', 9), 1); net = 'reached'\n"
        "except OSError as error: net = type(error).__name__\n"
        "facts = {'env': sorted(os.environ), 'cwd': os.getcwd(), 'net': net, 'core': resource.getrlimit(resource.RLIMIT_CORE)[0],\n"
        "  'devices': sorted(name for _, name in socket.if_nameindex()), 'session': os.getsid(0) == os.getpid()}\n"
        "return Draft('x', [Block(Kind.CODE, json.dumps(facts))])",
    )
    import json

    result = read_apart(b"x", "a.txt")
    facts = json.loads(result.blocks[0].text)

    assert "SECRET_OF_THE_PARENT" not in facts["env"]
    assert facts["cwd"] == "/"
    assert facts["core"] == 0
    assert facts["session"] is True
    assert result.network in ("off", "open")
    if result.network == "off":
        assert facts["devices"] == ["lo"]
        assert facts["net"] == "OSError"


def test_the_child_may_not_write_large_files(read_apart, monkeypatch) -> None:
    misbehave(
        monkeypatch,
        "import signal, tempfile\nfrom kb.ingestion.readers.reasons import ReadFailure\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "with tempfile.TemporaryFile() as file:\n    try: file.write(b'x' * 3_000_000); file.flush()\n    except OSError: raise ReadFailure('broken')",
    )

    assert ended(read_apart(b"x", "a.txt", written_bytes=MIB)) == (Status.BROKEN, "broken")


def test_an_empty_file_is_told(read_apart) -> None:
    assert ended(read_apart(b"", "a.hwp")) == (Status.EMPTY, "empty_file")


def test_a_file_that_is_too_large_is_not_even_opened_by_a_child(read_apart, monkeypatch) -> None:
    monkeypatch.setattr(process, "BOOT", "raise SystemExit(9)")
    result = read_apart(b"x" * (3 * MIB), "a.txt", file_bytes=2 * MIB)

    assert ended(result) == (Status.LIMIT, "file_too_large")
    assert result.reason.params == {"size_mb": 3, "limit_mb": 2}


def test_a_file_of_two_gigabytes_is_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "stored"
    with path.open("wb") as file:
        file.truncate(2 << 30)
    result = read_file(path, filename="a.pdf")

    assert ended(result) == (Status.LIMIT, "file_too_large")
    assert result.seconds < 1


@pytest.mark.parametrize("name", ["absent", "."])
def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, name: str) -> None:
    assert ended(read_file(tmp_path / name, filename="a.txt")) == (Status.BROKEN, "unreadable")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\0b.txt", "\u202etxt.exe", "연차".encode().decode("latin-1"), "", "x" * 500_000]
)
def test_a_strange_name_is_only_a_name(read_apart, name: str) -> None:
    result = read_apart("연차는 5일이다.".encode(), name)

    assert (result.status, result.blocks[0].text) == (Status.OK, "연차는 5일이다.")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"MZ\x90\x00" + bytes(200), "unsupported_type"),
        (made.package({"a.txt": "x"}), "unsupported_type"),
        (bytes(range(256)) * 9, "unknown_type"),
        (made.ole({"Something": b"x" * 100}), "unknown_type"),
    ],
)
def test_what_is_no_document_is_refused(read_apart, data: bytes, code: str) -> None:
    assert ended(read_apart(data, "report.pdf")) == (Status.UNSUPPORTED, code)


def test_content_wins_over_a_wrong_name(read_apart) -> None:
    result = read_apart(made.pdf([["본문이다."]]), "a.docx")

    assert (result.status, result.format) == (Status.OK, "pdf")
    assert "wrong_extension" in [warning.code for warning in result.warnings]


def test_ten_children_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def read(number: int) -> str:
        path = tmp_path / str(number)
        path.write_text(f"본문 {number}")
        return read_file(path, filename="a.txt").blocks[0].text

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(read, range(10))) == [f"본문 {number}" for number in range(10)]


def test_the_parent_keeps_no_descriptor(read_apart) -> None:
    read_apart(b"x", "a.txt")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        read_apart(b"x", "a.txt")

    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_the_limits_reach_the_child() -> None:
    command = process.command({"task": "read", "filename": "a"}, Limits(cpu_s=7))

    assert command[1:4] == ["-I", "-X", "utf8"]
    assert '"cpu_s": 7' in command[-1]
