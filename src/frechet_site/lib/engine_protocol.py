"""What both sides of the pipe to the engine know; nothing of the engine itself is imported here."""

from __future__ import annotations

import json
from typing import Final

MODULES_VARIABLE: Final = "FRECHET_ENGINE_MODULES"


def failure(kind: str, message: str, hint: str = "Simplify the formula, or ask for a lower order.") -> str:
    """Return a failure that is nobody's typing error."""
    error = {"kind": kind, "message": message, "hint": hint, "position": None, "caret": ""}
    return json.dumps({"error": error}, ensure_ascii=False)
