"""The words of the language: functions of the table, and those that are nodes."""

from __future__ import annotations

from typing import Final

from frechet.functions import function_names

CONSTANTS: Final = ("eye", "matrix", "vector")
NODES: Final = ("kron", "transpose", "sumsq", "sym")
ABBREVIATIONS: Final = ("ones", "zeros", "rowsum")


_FUNCTIONS: Final = frozenset((*NODES, *ABBREVIATIONS, *function_names()))


def is_function(name: str) -> bool:
    """Tell whether a name is called with arguments (and is no constant such as `eye`)."""
    return name in _FUNCTIONS
