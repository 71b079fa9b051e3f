"""Operations that misbehave, for the tests of the engine."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

Data = Mapping[str, object]


def sleeps(payload: Data) -> dict[str, object]:
    time.sleep(60)
    return {}


def grows(payload: Data) -> dict[str, object]:
    return {"length": len(bytearray(8 * 1024**3))}


def dies(payload: Data) -> dict[str, object]:
    os.abort()


def raises(payload: Data) -> dict[str, object]:
    raise ZeroDivisionError("planted")


def looks_around(payload: Data) -> dict[str, object]:
    return {"variables": dict(os.environ), "process": os.getpid(), "folder": os.getcwd()}


def reaches_out(payload: Data) -> dict[str, object]:
    """Try what a worker has no business with; return what it was told each time."""
    told: dict[str, object] = {}
    for name, attempt in ATTEMPTS.items():
        try:
            attempt(payload)
        except OSError as error:
            told[name] = type(error).__name__
        else:
            told[name] = "done"
    return told


def connect(payload: Data) -> None:
    with socket.create_connection(("127.0.0.1", int(str(payload["port"]))), timeout=5):
        pass


ATTEMPTS: dict[str, Callable[[Data], object]] = {
    "read": lambda payload: Path(str(payload["secret"])).read_text(),
    "list": lambda payload: list(Path(str(payload["secret"])).parent.iterdir()),
    "environment of the server": lambda payload: Path(f"/proc/{payload['server']}/environ").read_bytes(),
    "write": lambda payload: Path("/tmp/frechet-test-of-a-worker").write_text("x"),
    "start a program": lambda payload: os.execv("/bin/true", ["true"]),
    "connect": connect,
}


def babbles(payload: Data) -> dict[str, object]:
    print("this must not reach the pipe")
    return {"text": "x" * int(str(payload.get("length", 1)))}


SAMPLES = (sleeps, grows, dies, raises, looks_around, reaches_out, babbles)
OPERATIONS = {f"sample.{function.__name__}": function for function in SAMPLES}
