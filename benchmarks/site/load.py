"""Answers sent at fixed times, whatever becomes of those before; what came back, and what was kept."""

from __future__ import annotations

import http.client
import re
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any, Final, final
from urllib.parse import urlencode, urlsplit

RATE: Final = 50
SECONDS: Final = 60
THREADS: Final = 64
PATIENCE: Final = 60
TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
COOKIE: Final = re.compile(r"csrf=(\w+)")
VERDICT: Final = re.compile(r"alert-(success|error|warning)|Kept\.")


@final
@dataclass(frozen=True)
class Learner:
    """A person with a browser: a session, and the two halves of the token against forged forms."""

    session: str
    cookie: str
    token: str


@final
@dataclass(frozen=True)
class Reply:
    """What became of an answer."""

    seconds: float
    status: int
    verdict: str

    @property
    def is_marked(self) -> bool:
        return self.status == 200 and bool(self.verdict)


def request(
    address: str, path: str, session: str, body: str | None = None, **headers: str
) -> tuple[int, str, Any]:
    """Send one request and return status, text and headers."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
    with closing(connection):
        cookies = f"session={session}; {headers.pop('cookie', '')}"
        sent = {"Cookie": cookies, "Connection": "close", **headers}
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("GET" if body is None else "POST", path, body, sent)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace"), answer.headers


def learner(address: str, path: str, session: str) -> Learner:
    """Open the page of an exercise, as a browser does before anything is sent."""
    _, text, headers = request(address, path, session)
    cookie, token = COOKIE.search(" ".join(headers.get_all("Set-Cookie", []))), TOKEN.search(text)
    if cookie is None or token is None:
        raise RuntimeError(f"{path} has no form: {text[:500]}")
    return Learner(session, cookie[1], token[1])


def send(address: str, who: Learner, answer: dict[str, Any], due: float) -> Reply:
    """Send an answer when it is due."""
    time.sleep(max(0.0, due - time.perf_counter()))
    fields = [("csrfmiddlewaretoken", who.token), ("seed", str(answer["seed"]))]
    body = urlencode([*fields, *(("answer", text) for text in answer["answer"])])
    try:
        status, text, _ = request(
            address,
            f"{answer['address']}check/",
            who.session,
            body,
            cookie=f"csrf={who.cookie}",
            **{"HX-Request": "true"},
        )
    except OSError as error:
        return Reply(time.perf_counter() - due, 0, str(error))
    verdict = VERDICT.search(text)
    return Reply(time.perf_counter() - due, status, verdict[0] if verdict else "")


def sent(
    address: str, people: dict[str, Any], seconds: int, meanwhile: Callable[[], None] = lambda: None
) -> list[Reply]:
    """Send answers for so long, each by the next learner, and return what became of each."""
    answers = people["answers"][: RATE * seconds]
    with ThreadPoolExecutor(THREADS) as pool:
        first = answers[0]["address"]
        learners = list(pool.map(lambda session: learner(address, first, session), people["sessions"]))
        start = time.perf_counter() + 1
        jobs = [
            pool.submit(send, address, who, answer, start + place / RATE)
            for place, (who, answer) in enumerate(zip(cycle(learners), answers, strict=False))
        ]
        meanwhile()
        return [job.result() for job in jobs]


def kept(folder: Path) -> int:
    """Count the answers of these learners in the database."""
    query = (
        "SELECT count(*) FROM course_attempt JOIN accounts_user ON accounts_user.id = user_id "
        "WHERE email LIKE 'learner%'"
    )
    with closing(sqlite3.connect(folder / "frechet.sqlite3")) as database:
        count: int = database.execute(query).fetchone()[0]
    return count
