"""What happens inside a worker: limits first, then one operation at a time, JSON in and out.

A worker is forked from a process that has imported everything and derived a few formulas, so that
a fresh one is ready at once.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final

from frechet.course.content import content_folder
from frechet.errors import FrechetError, LimitError
from frechet_site.lib.engine_protocol import MODULES_VARIABLE, failure
from frechet_site.lib.landlock import restrict_to
from frechet_site.lib.operations import Operation

MAX_ANSWER: Final = 4 * 1024 * 1024
MEGABYTE: Final = 1024 * 1024
OPEN_FILES: Final = 64
GRACE_SECONDS: Final = 2
SYSTEM: Final = (
    "/usr",
    "/lib",
    "/lib64",
    "/dev/urandom",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system",
)
WARM_UP: Final = (
    ("preview", {"text": "x'*A*x"}),
    ("derive", {"text": "norm2(A*x - b)^2", "wrt": ["x"], "steps": True}),
    ("derive", {"text": "log(det(X)) + tr(A*X)", "wrt": ["X"], "steps": True, "method": "components"}),
    ("check", {"text": "f = x'*A*x\ndf = dx'*A*x + x'*A*dx\ngrad = 2*A*x"}),
    ("source", {"text": "sum(log(vector(1) + exp(-(A*x))))", "wrt": "x"}),
    ("curvature", {"text": "norm2(A*x - b)^2", "wrt": ["x"]}),
    ("cookbook_search", {"query": "tr(A*X*B)", "wrt": "X"}),
)


def gathered(modules: str) -> MappingProxyType[str, Operation]:
    """Return the operations of the named modules by name; no two may share one."""
    found: dict[str, Operation] = {}
    for module in modules.split(","):
        operations: dict[str, Operation] = import_module(module).OPERATIONS
        if twice := found.keys() & operations.keys():
            raise RuntimeError(f"two modules define the operation {', '.join(sorted(twice))}")
        found |= operations
    return MappingProxyType(found)


OPERATIONS: Final = gathered(os.environ.get(MODULES_VARIABLE, "frechet_site.lib.operations"))


def confine(memory_mb: int) -> None:
    """Give up what a worker does not need: memory, files, core dumps, and all that lies outside of Python."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTE, MEGABYTE))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MEGABYTE, memory_mb * MEGABYTE))
    restrict_to(readable())


def readable() -> list[Path]:
    """Return what a worker reads: Python, the packages, the course, and what the machine is like."""
    packages = [Path(entry) for entry in sys.path if os.path.isabs(entry)]
    with suppress(FrechetError):
        packages.append(content_folder())
    return [*packages, *map(Path, (sys.prefix, sys.base_prefix, *SYSTEM))]


def run(name: str, payload: str, seconds: float) -> str:
    """Do one operation and return its answer, or what was wrong with the input."""
    # The processor time is limited too: it backs the clock that the parent watches.
    soft = int(time.process_time() + seconds) + GRACE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
    try:
        answer = json.dumps(OPERATIONS[name](json.loads(payload)), ensure_ascii=False)
    except FrechetError as error:
        return json.dumps({"error": refusal(error)}, ensure_ascii=False)
    except MemoryError:
        return failure("memory", "This needs more memory than one request may use.")
    except Exception:
        told = failure("fault", "The engine stumbled over this formula.", "Try to write it in another way.")
        return json.dumps({"error": {**json.loads(told)["error"], "traceback": traceback.format_exc()}})

    if len(answer) > MAX_ANSWER:
        return failure("size", "The answer is too long to send.")
    return answer


def refusal(error: FrechetError) -> dict[str, object]:
    """Return an error of the user as data."""
    kind = "limit" if isinstance(error, LimitError) else "refused"
    position = None if error.position is None else list(error.position)
    return {
        "kind": kind,
        "message": error.message,
        "hint": error.hint,
        "position": position,
        "caret": error.caret(),
    }


def warm_up() -> None:
    """Do one operation of each kind, and what the features name, so that a fork starts with full caches."""
    modules = [import_module(name) for name in os.environ.get(MODULES_VARIABLE, "").split(",") if name]
    for name, payload in (*WARM_UP, *(one for module in modules for one in getattr(module, "WARM_UP", ()))):
        OPERATIONS[name](payload)
    gc.collect()
    gc.freeze()
