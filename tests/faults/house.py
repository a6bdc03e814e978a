"""A whole house that runs: the processes of `up`, clients of its people, and a look at its rows from outside."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg

from kb.runtime.addresses import embedded_url
from kb.runtime.home import Home, resolve_home
from kb.runtime.ports import load_ports
from kb.runtime.processes import Running, children_of
from tests.faults.word_server import WordServer
from tests.kb.runtime.conftest import REPOSITORY, free_port, open_place, processes_about, until

HERE = Path(__file__).parent
SETTINGS = {
    "MARU_DEMO": "0",
    "MARU_WORKERS": "2",
    "MARU_MODEL_SERVER": "none",
    "MARU_LEASE_SECONDS": "3",
    "MARU_HEARTBEAT_SECONDS": "0.5",
    "MARU_SWEEP_SECONDS": "1",
    "MARU_DATABASE_POOL": "2",
    "MARU_ENCODER_SECONDS": "3",
    "MARU_JOB_ATTEMPTS": "3",
}
ENDED = ("done", "failed", "cancelled")


def rules(name: str, count: int = 3) -> str:
    """A small document of `count` articles about `name`; each becomes a passage of its own."""
    filler = "신청은 전자결재로 하고 부서장이 승인한다. 승인한 내용은 인사 시스템에 남기며 다음 달에 알린다. " * 8
    articles = [f"## 제{n}조({name} {n})\n\n{name}의 한도는 {n}0만 원이다. {filler}" for n in range(1, count + 1)]
    return f"# {name}\n\n" + "\n\n".join(articles)


def multipart(name: str, content: str | bytes, **fields: str) -> tuple[bytes, dict[str, str]]:
    """A form with a file, its name byte for byte as given: a client's library would tidy it up."""
    mark = b"--xXx"
    data = content.encode() if isinstance(content, str) else content
    parts = [
        b'\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (key.encode(), value.encode())
        for key, value in fields.items()
    ]
    head = b'\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n' % name.encode()
    body = mark + mark.join([*parts, head + data + b"\r\n"]) + mark + b"--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=xXx"}


class Person:
    """Somebody's two doors: the API with their token, and the portal with their session."""

    def __init__(self, url: str, keys: dict[str, str]) -> None:
        headers = {"Authorization": f"Bearer {keys['token']}", "Accept-Language": "ko"}
        self.api = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=30)
        self.portal = httpx.Client(base_url=url, cookies={"sessionid": keys["session"]}, timeout=30)

    def upload(
        self, name: str, content: str | bytes, collection: str = "rules", language: str = "ko"
    ) -> httpx.Response:
        """Send a file through the API, to be answered in this language."""
        return self.send_by_api(name, content, collection, language)

    def send_by_api(self, name: str, content: str | bytes, collection: str, language: str = "ko") -> httpx.Response:
        """Send a file through the API."""
        body, headers = multipart(name, content)
        headers["Accept-Language"] = language
        return self.api.post(f"/collections/{collection}/documents/", content=body, headers=headers)

    def send_by_portal(self, name: str, content: str | bytes, collection: str) -> httpx.Response:
        """Send a file as the library's page does."""
        body, headers = multipart(name, content, csrfmiddlewaretoken=self._token(f"/library/{collection}/"))
        return self.portal.post(
            f"/library/{collection}/upload/", content=body, headers=headers | self._same | {"Maru-Upload": "one"}
        )

    def ask_by_page(self, question: str) -> httpx.Response:
        """Ask as the page does without script, and follow to the answer."""
        data = {"q": question, "csrfmiddlewaretoken": self._token("/")}
        return self.portal.post("/ask/", data=data, headers=self._same, follow_redirects=True)

    @property
    def _same(self) -> dict[str, str]:
        return {"Origin": str(self.portal.base_url).rstrip("/")}

    def _token(self, path: str) -> str:
        page = self.portal.get(path).text
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert found is not None, page[:500]
        return found[1]

    def job(self, name: str, content: str | bytes) -> int:
        """Upload a file; the id of its job."""
        answer = self.upload(name, content)
        assert answer.status_code == 202, answer.text
        return int(answer.json()["job"]["id"])

    def finds(self, words: str) -> list[str]:
        """The texts that a search finds."""
        answer = self.api.post("/search/", json={"question": words})
        assert answer.status_code == 200, answer.text
        return [hit["text"] for hit in answer.json()["hits"]]


class House:
    """What runs, and what its rows say."""

    def __init__(self, home: Home, env: dict[str, str], output: Path, words: WordServer) -> None:
        self.home, self.env, self.output, self.words = home, env, output, words
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        with output.open("wb") as file:
            command = [sys.executable, str(HERE / "whole_house.py"), str(self.port)]
            self.process = subprocess.Popen(command, env=env, stdout=file, stderr=subprocess.STDOUT, cwd=REPOSITORY)
        until(lambda: "Maru is ready" in self.said or self.process.poll() is not None, 180, "ready")
        assert "Maru is ready" in self.said, self.said
        made = subprocess.run(
            [sys.executable, str(HERE / "people.py")],
            env=env,
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr
        self.people = {name: Person(self.url, keys) for name, keys in json.loads(made.stdout).items()}
        self.hana, self.minsu, self.suji = (self.people[name] for name in ("hana", "minsu", "suji"))
        until(lambda: len(self.parts()) == 6, 60, "the workers run")

    @property
    def said(self) -> str:
        return self.output.read_text()

    def parts(self) -> dict[str, Running]:
        """The cluster's processes by what they are; once a worker was started again, those below the sentinel by age only."""
        (main,) = [one for one in children_of(self.process.pid) if "kb.runtime.workers" in _words(one.pid)] or [None]
        sentinel = children_of(main.pid) if main else []
        below = sorted(children_of(sentinel[0].pid), key=lambda one: one.pid) if sentinel else []
        names = ("main", "sentinel", "worker 1", "worker 2", "monitor", "pusher")
        return dict(zip(names, [one for one in (main, *sentinel, *below) if one is not None], strict=False))

    def web(self) -> Running:
        """The web server's process."""
        return next(one for one in children_of(self.process.pid) if "uvicorn" in _words(one.pid))

    def rows(self, statement: str, *values: Any) -> list[tuple]:
        """Rows as the superuser sees them."""
        with psycopg.connect(embedded_url(self.home, "superuser"), autocommit=True) as held:
            result = held.execute(statement, values)
            return result.fetchall() if result.description else []

    def state(self, job: int) -> str:
        """How a job stands."""
        return self.rows("select state from kb_job where id = %s", job)[0][0]

    def worker_of(self, job: int) -> Running:
        """The process that holds the job."""
        name = self.rows("select worker from kb_job where id = %s and state = 'running'", job)[0][0]
        found = Running.of(int(name.rpartition(":")[2]))
        assert found is not None
        return found

    def finish(self, job: int, seconds: float = 40.0) -> str:
        """Wait for the job's end; its state."""
        until(lambda: self.state(job) in ENDED, seconds, f"job {job} ends")
        return self.state(job)

    def passages(self, job: int) -> list[tuple[int, int]]:
        """(position, index rows) of each passage of the job's revision, in order of rows: twice the same is twice there."""
        return self.rows(
            "select c.position, (select count(*) from kb_indexentry e where e.chunk_id = c.id)"
            " from kb_chunk c join kb_job j on j.revision_id = c.revision_id where j.id = %s order by c.position, c.id",
            job,
        )

    def assert_whole(self, job: int, count: int = 3) -> None:
        """Exactly the passages of `rules(…, count)`, each once, with one index row each, and nothing left in between."""
        assert self.finish(job) == "done", self.rows("select reason, reason_params from kb_job where id = %s", job)
        assert self.passages(job) == [(position, 1) for position in range(count)]
        file = self.rows("select r.file from kb_revision r join kb_job j on j.revision_id = r.id where j.id = %s", job)
        folder = self.home.files / file[0][0].hex[:2] / str(file[0][0])
        until(lambda: [path.name for path in folder.iterdir()] == ["original"], 5, "the work folder is gone")
        assert self.rows("select count(*) from kb_job where id = %s and lease_until is not null", job) == [(0,)]

    def works(self, seconds: float = 60.0) -> None:
        """Wait until the whole house works: pages answer, and a small file goes through it."""
        until(self.answers, seconds, "pages answer")
        name = f"점검{time.monotonic_ns()}"
        assert self.finish(self.hana.job(f"{name}.md", rules(name, 1)), seconds) == "done"

    def answers(self) -> bool:
        """Whether the API answers somebody."""
        try:
            return self.hana.api.get("/collections/").status_code == 200
        except httpx.HTTPError:
            return False

    def stored(self) -> list[str]:
        """Everything that lies below files/ and uploads/."""
        roots = (self.home.files, self.home.uploads)
        return sorted(str(path) for root in roots for path in root.rglob("*") if path.is_file())


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


@contextmanager
def whole_house(**settings: str) -> Iterator[House]:
    """A house for the length of the block; nothing of it is left behind."""
    with open_place() as place:
        env = {"PATH": os.environ["PATH"], "MARU_HOME": str(place / "home"), "PYTHONPATH": str(REPOSITORY)}
        env |= SETTINGS | settings
        home = resolve_home(env)
        words = WordServer(load_ports(home).encoder)
        words.start()
        house = House(home, env, place / "out", words)
        try:
            yield house
        finally:
            words.stop()
            house.process.terminate()
            assert house.process.wait(20) == 0, house.said
            assert processes_about(place) == []
