"""Runs a learner's lab and its checks: `python -m frechet.course.lab_runner LAB CHECKS RESULT`.

It stands in a process of its own, so that a lab that hangs or crashes takes nothing with it. The
result is a JSON file; what the lab prints goes where it always goes.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType


def run(lab: Path, checks: Path) -> dict[str, object]:
    """Execute a lab, then call every `check_…` of its checks."""
    try:
        learned = loaded("lab", lab)
    except BaseException as error:
        return {"failure": told(error, lab), "checks": []}
    module = loaded("lab_checks", checks)
    found = [value for name, value in vars(module).items() if name.startswith("check_") and callable(value)]
    return {"failure": "", "checks": [outcome(check, learned) for check in found]}


def loaded(name: str, path: Path) -> ModuleType:
    """Execute a file as a module of this name."""
    spec = spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def outcome(check: Callable[[ModuleType], None], lab: ModuleType) -> dict[str, object]:
    """Call one check; its first docstring line says what it looks at."""
    says = (check.__doc__ or check.__name__.removeprefix("check_").replace("_", " ")).strip().splitlines()[0]
    try:
        check(lab)
    except AssertionError as error:
        return {"name": check.__name__, "says": says, "right": False, "message": str(error)}
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
        return {"name": check.__name__, "says": says, "right": False, "message": message}
    return {"name": check.__name__, "says": says, "right": True, "message": ""}


def told(error: BaseException, lab: Path) -> str:
    """Say what went wrong, and in which line of the lab."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(lab)]
    where = f"line {frames[-1].lineno}: " if frames else ""
    if isinstance(error, SyntaxError) and error.lineno is not None:
        where = f"line {error.lineno}: "
    return f"{where}{type(error).__name__}: {error}".rstrip(": ")


if __name__ == "__main__":
    result = run(Path(sys.argv[1]), Path(sys.argv[2]))
    Path(sys.argv[3]).write_text(json.dumps(result), encoding="utf-8")
