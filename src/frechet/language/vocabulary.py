"""The words of the language: functions of the table, and those that are nodes."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from frechet.expressions.function import Axis
from frechet.functions import by_name, function_names

CONSTANTS: Final = ("eye", "matrix", "vector")
NODES: Final = ("kron", "transpose")
_ELSEWHERE: Final = {
    "mean": "Divide the sum by the length: sum(x)/sum(vector(1, n)).",
    "log10": "Write log(a)/log(10).",
    "log2": "Write log(a)/log(2).",
    "square": "Write x.^2.",
    "cot": "Write 1./tan(x).",
    "power": "Write x.^a.",
    "ones": "Write vector(1, n) or matrix(1, m, n).",
    "zeros": "Write vector(0, n) or matrix(0, m, n).",
    "frobenius": "norm2(A) is the Frobenius norm of a matrix.",
    "nuclear": "The nuclear norm is not in the language.",
    "rank": "The rank has no derivative and is not in the language.",
}


def is_function(name: str) -> bool:
    """Tell whether a name is called with arguments (and is no constant such as `eye`)."""
    return name in NODES or any(by_name(name, axis) is not None for axis in Axis)


def mend_of_function(name: str) -> str:
    """Say what the writer of an unknown function may have meant."""
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    if name == "d" or (len(name) > 1 and name[0] == "d" and len(name) <= 3):
        return 'For a derivative write the formula only, and name the variable: derivative(f, "x").'
    known = [*function_names(), *NODES, *CONSTANTS]
    near = get_close_matches(name, known, n=1, cutoff=0.6) or get_close_matches(
        name.lower(), known, n=1, cutoff=0.6
    )
    if near:
        return f"Did you mean {near[0]}?"
    return f"For a product write {name}*(…). Functions are exp, log, tr, det, inv, sum, norm2 and others."
