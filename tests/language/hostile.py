"""Hostile and doubtful inputs, each with what must happen; long ones are stored as recipes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

STANDARD: Final[dict[str, str]] = {
    **dict.fromkeys("abcd", "scalar"),
    **dict.fromkeys("xyzvw", "vector(n)"),
    **dict.fromkeys("up", "vector(m)"),
    **dict.fromkeys("AX", "matrix(m, n)"),
    "B": "matrix(n, k)",
    **dict.fromkeys("CMP", "matrix(n, n)"),
    "S": "symmetric(n)",
}


def cases(*doors: str) -> list[dict[str, Any]]:
    """Return the rows for these doors (`parse`, `declare`, `latex`)."""
    lines = Path(__file__).with_name("hostile.jsonl").read_text("utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row.get("op", "parse") in doors]


def text_of(recipe: Any) -> str:
    """Build the input that a recipe stands for."""
    if isinstance(recipe, str):
        return recipe
    ((word, part),) = recipe.items()
    match word:
        case "repeat":
            return text_of(part[0]) * int(part[1])
        case "concat":
            return "".join(map(text_of, part))
        case "join":
            return text_of(part[0]).join([text_of(part[1])] * int(part[2]))
        case "count_join":
            return str(part[0]).join(str(part[1]).replace("{i}", str(i)) for i in range(part[2]))
        case "nest":
            times = int(part[3])
            return text_of(part[0]) * times + text_of(part[1]) + text_of(part[2]) * times
        case "codepoints":
            return "".join(map(chr, part))
        case "hex":
            return bytes.fromhex(part).decode("utf-8", "surrogateescape")
    raise ValueError(word)


def declarations_of(case: dict[str, Any]) -> Any:
    """Return what the row declares."""
    declared = case.get("decl")
    return STANDARD if declared == "std" else declared
