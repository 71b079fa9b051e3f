"""The words of the language: functions of the table, and those that are nodes."""

from __future__ import annotations

from typing import Final

from frechet.expressions.function import Axis
from frechet.functions import by_name

CONSTANTS: Final = ("eye", "matrix", "vector")
NODES: Final = ("kron", "transpose", "sumsq", "sym")
ABBREVIATIONS: Final = ("ones", "zeros", "rowsum")


def is_function(name: str) -> bool:
    """Tell whether a name is called with arguments (and is no constant such as `eye`)."""
    return name in (*NODES, *ABBREVIATIONS) or any(by_name(name, axis) is not None for axis in Axis)
