"""Engine calls: answers, refusals, and every way in which a worker can go wrong."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from tests.site.lib.sample_operations import ATTEMPTS

from frechet_site.lib import engine as module
from frechet_site.lib.engine import Engine, call, operation_modules
from frechet_site.lib.landlock import CREATE_RULESET, TCP_SINCE, VERSION_FLAG, restrict_to


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """An engine that also knows the operations that misbehave."""
    with pytest.MonkeyPatch.context() as patch:
        modules = [*operation_modules(), "tests.site.lib.sample_operations"]
        patch.setattr(module, "operation_modules", lambda: modules)
        patch.setenv("PYTHONPATH", os.getcwd(), prepend=os.pathsep)
        patch.setenv("DATABASE_URL", "postgres://user:password@host/name")
        patch.setenv("FRECHET_SECRET_KEY", settings.SECRET_KEY)
        patch.setenv("FRECHET_STRIPE_KEY", "sk_test_planted")
        made = Engine()
        made.start()
        yield made  # one that is killed starts again with the same operations
        made.stop()


def ask(engine: Engine, operation: str, seconds: float = 10, **payload: object) -> dict[str, object]:
    answer: dict[str, object] = json.loads(engine.ask(operation, json.dumps(payload), seconds))
    return answer


def kind_of(answer: dict[str, object]) -> object:
    error = answer["error"]
    assert isinstance(error, dict)
    assert error["message"]
    return error["kind"]


def test_a_derivative_comes_with_steps_and_verification() -> None:
    answer = call("derive", {"text": "x'*A*x", "wrt": ["x"], "steps": True})
    assert isinstance(answer["derivative"], dict)
    assert answer["derivative"]["text"] == "(A + A')*x"
    assert answer["derivative"]["unicode"] == "(A + Aᵀ) x"
    assert answer["verdict"][0] == "verified"  # type: ignore[index]  # label and words
    assert answer["derivation"]


def test_a_preview_tells_what_was_understood() -> None:
    answer = call("preview", {"text": "norm2(A*x - b)^2", "declarations": {"b": "vector(3)"}})
    assert answer["shape"] == "scalar"
    assert answer["symbols"]["A"] == {"kind": "matrix(3, n)", "latex": "A", "assumed": True}  # type: ignore[index]


def test_an_error_of_the_user_comes_with_place_caret_and_hint() -> None:
    error = call("derive", {"text": "A*", "wrt": ["x"]})["error"]
    assert error == {
        "kind": "refused",
        "message": "after '*' a value is missing",
        "hint": "Complete the formula or remove it.",
        "position": [1, 2],
        "caret": "  A*\n   ^",
    }


@pytest.mark.parametrize(
    ("operation", "payload"),
    [
        ("derive", {"text": 7}),
        ("derive", {"text": "x'*x", "wrt": [1]}),
        ("derive", {"text": "x'*x", "wrt": ["x"], "declarations": ["x"]}),
        ("source", {"text": "x'*x", "wrt": "x", "order": "9"}),
        ("cookbook_search", {"query": "trace", "limit": 10**9}),
        ("check", {"text": ""}),
    ],
)
def test_data_of_the_wrong_type_is_refused(operation: str, payload: dict[str, object]) -> None:
    assert kind_of(call(operation, payload)) == "refused"


def test_check_source_curvature_and_search_answer() -> None:
    checked = call("check", {"text": "f = x'*A*x\ndf = dx'*A*x + x'*A*dx\ngrad = 2*A*x"})
    assert checked["first_wrong"] == 3
    assert "np." in str(call("source", {"text": "norm2(A*x - b)^2", "wrt": "x"})["code"])
    assert call("curvature", {"text": "norm2(A*x - b)^2", "wrt": ["x"]})["curvature"] == "convex"
    assert call("cookbook_search", {"query": "tr(A*X*B)", "wrt": "X"})["hits"]


def test_one_that_runs_over_its_time_is_stopped_and_others_do_not_notice(engine: Engine) -> None:
    with ThreadPoolExecutor(4) as threads:
        started = time.monotonic()
        slow = threads.submit(ask, engine, "sample.sleeps", 1)
        quick = [threads.submit(ask, engine, "preview", 10, text=f"{n}*x'*x") for n in range(3)]
        assert kind_of(slow.result()) == "time"
        assert time.monotonic() - started < 30  # of the 60 that it would take
        assert all("error" not in future.result() for future in quick)


@pytest.mark.parametrize(
    ("operation", "kind"), [("sample.grows", "memory"), ("sample.dies", "crash"), ("sample.raises", "fault")]
)
def test_a_worker_that_fails_is_told_of_kindly_and_the_next_call_works(
    engine: Engine, operation: str, kind: str
) -> None:
    assert kind_of(ask(engine, operation)) == kind
    assert "error" not in ask(engine, "preview", text="x'*x")


def test_an_answer_without_end_is_refused_and_prints_do_not_reach_the_pipe(engine: Engine) -> None:
    assert ask(engine, "sample.babbles") == {"text": "x"}
    assert kind_of(ask(engine, "sample.babbles", length=5 * 1024**2)) == "size"


def test_a_worker_knows_no_secret_of_the_settings_and_stands_in_no_folder_of_ours(engine: Engine) -> None:
    seen = ask(engine, "sample.looks_around")
    told = json.dumps(seen["variables"])
    assert "FRECHET_ENGINE_MODULES" in told
    secrets = (settings.SECRET_KEY, "user:password", "sk_test_planted")
    assert [secret for secret in secrets if secret in told] == []
    assert seen["folder"] == "/"


def landlock_version() -> int:
    system = ctypes.CDLL(None)
    return int(system.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION_FLAG))


@pytest.mark.skipif(sys.platform != "linux" or landlock_version() < TCP_SINCE, reason="needs Linux 6.7")
def test_a_worker_reaches_nothing_outside_of_python(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "secret-key").write_text("planted")
    with socket.create_server(("127.0.0.1", 0)) as server:
        secret, server_port = str(tmp_path / "secret-key"), server.getsockname()[1]
        told = ask(engine, "sample.reaches_out", secret=secret, server=os.getpid(), port=server_port)
    assert told.keys() == ATTEMPTS.keys(), told
    assert set(told.values()) == {"PermissionError"}


def test_where_there_is_no_landlock_a_worker_works_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert restrict_to([]) is False


def test_an_engine_that_was_killed_starts_again(engine: Engine) -> None:
    assert engine.daemon is not None
    os.kill(engine.daemon.pid, signal.SIGKILL)
    engine.daemon.wait()
    assert "error" not in ask(engine, "preview", text="x'*x")


def test_those_who_wait_are_told_when_the_engine_is_killed(engine: Engine) -> None:
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(ask, engine, "sample.sleeps", 30)
        while not engine.waiting:
            assert not waiting.done()
            time.sleep(0.01)
        assert engine.daemon is not None
        os.kill(engine.daemon.pid, signal.SIGKILL)
        assert kind_of(waiting.result(10)) == "crash"


def test_a_queue_that_is_full_says_so_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 0)
    assert kind_of(ask(engine, "preview", text="x'*x")) == "busy"


def test_a_long_answer_is_not_remembered(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(operation: str, payload: str, seconds: float) -> str:
        asked.append(payload)
        return json.dumps({"text": "x" * json.loads(payload)["length"]})

    monkeypatch.setattr(module.ENGINE, "ask", ask)
    for length in (11, 11, module.MOST_REMEMBERED, module.MOST_REMEMBERED):
        call("sample.babbles", {"length": length})
    assert len(asked) == 3


def test_what_somebody_uploaded_is_not_copied_into_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fault = json.dumps({"error": {"kind": "fault", "message": "", "traceback": "planted"}})
    monkeypatch.setattr(module.ENGINE, "ask", lambda *asked: fault)
    answer = call("sample.raises", {"file": "x" * 10**6})
    assert "traceback" not in str(answer)
    assert len(vars(caplog.records[0])["payload"]) == module.MOST_LOGGED
