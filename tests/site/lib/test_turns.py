"""Turns at the engine: one question in work, one that waits, and nobody else who notices."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.test import Client, RequestFactory

from frechet_site.accounts.models import User
from frechet_site.lib import engine, turns
from frechet_site.lib.ratelimit import View, limited
from frechet_site.lib.turns import PLACES_OF_AN_ADDRESS, Asker, Turns

SLOW = "slow"
Start = Callable[[Asker], Future[bool]]


def asker(who: str = "user:1", page: str = "", signed_in: bool = True, typing: bool = False) -> Asker:
    return Asker(who, page, signed_in, typing)


@pytest.fixture
def busy() -> Turns:
    """One person has a question in work."""
    made = Turns()
    assert made.enter(asker())
    return made


@pytest.fixture
def start(busy: Turns) -> Iterator[Start]:
    """Ask in another thread, and go on when the question waits or was refused."""
    with ThreadPoolExecutor(8) as threads:

        def begin(one: Asker) -> Future[bool]:
            before = busy.lanes.get(one.who)
            waiting = list(before or ())
            entered = threads.submit(busy.enter, one)
            while not entered.done() and list(busy.lanes[one.who]) == waiting:
                time.sleep(0.001)
            return entered

        yield begin
        while "user:1" in busy.lanes:
            busy.leave(asker())


def test_one_waits_and_the_next_is_refused_at_once(busy: Turns, start: Start) -> None:
    second = start(asker())
    assert start(asker()).result(1) is False
    assert not second.done()
    busy.leave(asker())
    assert second.result(1) is True


def test_others_do_not_wait(busy: Turns, start: Start) -> None:
    start(asker())
    assert busy.enter(asker("user:2"))
    assert busy.enter(asker("address:10.0.0.1", signed_in=False))


def test_a_newer_keystroke_takes_the_place_of_the_one_before(busy: Turns, start: Start) -> None:
    older = start(asker(page="a", typing=True))
    newer = start(asker(page="a", typing=True))
    assert older.result(1) is False
    assert not newer.done()
    busy.leave(asker())
    assert newer.result(1) is True


def test_a_button_takes_the_place_of_a_keystroke_and_keeps_it(busy: Turns, start: Start) -> None:
    typed = start(asker(page="a", typing=True))
    pressed = start(asker(page="a"))
    assert typed.result(1) is False
    assert start(asker(page="a", typing=True)).result(1) is False
    assert not pressed.done()


@pytest.mark.parametrize("page", ["b", ""])
def test_another_page_takes_no_place_away(busy: Turns, start: Start, page: str) -> None:
    waiting = start(asker(page=page and "a", typing=True))
    assert start(asker(page=page, typing=True)).result(1) is False
    assert not waiting.done()


def test_behind_an_address_a_few_wait_and_the_refusal_says_how_to_have_a_place() -> None:
    made, stranger = Turns(), asker("address:10.0.0.1", signed_in=False)
    assert made.enter(stranger)
    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(made.enter, stranger) for _ in range(PLACES_OF_AN_ADDRESS)]
        while len(made.lanes[stranger.who]) < PLACES_OF_AN_ADDRESS:
            time.sleep(0.001)
        assert not made.enter(stranger)
        for one in waiting:
            made.leave(stranger)
            assert one.result(1)
    made.leave(stranger)
    assert not made.lanes
    assert "log in" in stranger.refusal[2]
    assert "log in" not in asker().refusal[2]


def test_whoever_waits_too_long_loses_the_place(busy: Turns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.01)
    assert not busy.enter(asker())
    busy.leave(asker())
    assert not busy.lanes


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """An engine that answers slow formulas when the gate opens."""
    opened = threading.Event()

    def answer(operation: str, payload: str, seconds: float) -> str:
        if SLOW in payload:
            opened.wait(10)
        return json.dumps({"text": payload})

    monkeypatch.setattr(engine.ENGINE, "ask", answer)
    yield opened
    opened.set()


def asking(text: str) -> View[[]]:
    @limited("engine")
    def view(request: HttpRequest) -> HttpResponseBase:
        return JsonResponse(engine.call("preview", {"text": text}))

    return view


def told(view: View[[]], user: User | None, address: str = "10.0.0.1") -> str:
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    request.user = user or AnonymousUser()
    answer = json.loads(view(request).content)  # type: ignore[attr-defined]  # a response with content
    return str(answer["error"]["kind"]) if "error" in answer else "answer"


def test_one_person_keeps_the_engine_from_nobody(
    learner: User, instructor: User, gate: threading.Event
) -> None:
    with ThreadPoolExecutor(3) as threads:
        slow = [threads.submit(told, asking(f"{SLOW} {k}"), learner) for k in range(3)]
        while not any(one.done() for one in slow):
            time.sleep(0.001)
        assert told(asking("quick"), instructor) == "answer"
        assert told(asking("quick as well"), None) == "answer"
        gate.set()
        assert sorted(one.result(5) for one in slow) == ["answer", "answer", "turn"]
    assert not turns.TURNS.lanes


def test_a_refused_turn_is_told_to_programs_by_its_status_and_to_the_page_by_a_header(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns.TURNS, "enter", lambda one: False)
    answer = client.post("/api/preview", '{"text": "never.asked"}', content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (429, "turn")
    page = client.get("/workbench/", {"f": "never + asked"}, headers={"HX-Request": "true"})
    assert page["Retry-After"] == "1"
    assert "from your network address" in page.content.decode()
