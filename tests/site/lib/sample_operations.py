"""Operations that misbehave, for the tests of the engine."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping

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
    return {"variables": sorted(os.environ), "process": os.getpid()}


def babbles(payload: Data) -> dict[str, object]:
    print("this must not reach the pipe")
    return {"text": "x" * int(str(payload.get("length", 1)))}


SAMPLES = (sleeps, grows, dies, raises, looks_around, babbles)
OPERATIONS = {f"sample.{function.__name__}": function for function in SAMPLES}
