"""What the writer of an unknown name or function may have meant."""

from __future__ import annotations

import keyword
from difflib import get_close_matches
from typing import Final

from frechet.functions import function_names
from frechet.language.vocabulary import CONSTANTS, NODES, is_function

_DERIVATIVE: Final = 'For a derivative write the formula only, and name the variable: derivative(f, "x").'
_NO_NUMBERS: Final = frozenset(["inf", "infinity", "nan", "null", "none", "true", "false", "undefined"])
_ELSEWHERE: Final = {
    "mean": "Divide the sum by the length: sum(x)/sum(vector(1, n)).",
    "log10": "Write log(a)/log(10).",
    "log2": "Write log(a)/log(2).",
    "square": "Write x.^2.",
    "cot": "Write 1./tan(x).",
    "power": "Write x.^a.",
    "frobenius": "norm2(A) is the Frobenius norm of a matrix.",
    "nuclear": "The nuclear norm is not in the language.",
    "rank": "The rank has no derivative and is not in the language.",
}


def mend_of_name(name: str, known: list[str]) -> str:
    """Say what the writer of an unknown name may have meant."""
    if is_function(name):
        return f"It is a function: write {name}(…)."
    near = [other for other in known if other.lower() == name.lower()]
    near = near or get_close_matches(name, known, n=1, cutoff=0.75)
    if near:
        return f"Did you mean {near[0]}?"
    if len(name) == 2 and name[0] == "d" and name[1].isalpha():
        return _DERIVATIVE
    if name.lower() in _NO_NUMBERS:
        return "Numbers are finite, and there are no truth values; declare the name if it is a variable."
    declare = f'Declare it, for example "{name}": "{_likely_kind(name)}"'
    if keyword.iskeyword(name) or not (name.isascii() and name.isalpha() and len(name) <= 4):
        return f"{declare}."
    return f"{declare}; for a product write {_product_of_letters(name)}."


def _likely_kind(name: str) -> str:
    if name[0].isupper():
        return "matrix(m, n)"
    return "vector(n)" if "h" <= name[0] <= "z" and len(name) < 4 else "scalar"


def mend_of_function(name: str) -> str:
    """Say what the writer of an unknown function may have meant."""
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    if name == "d" or (len(name) > 1 and name[0] == "d" and len(name) <= 3):
        return _DERIVATIVE
    known = [*function_names(), *NODES, *CONSTANTS]
    near = get_close_matches(name, known, n=1, cutoff=0.7) or get_close_matches(
        name.lower(), known, n=1, cutoff=0.7
    )
    if near:
        return f"Did you mean {near[0]}?"
    return f"For a product write {name}*(…). Functions are exp, log, tr, det, inv, sum, norm2 and others."


def _product_of_letters(name: str) -> str:
    """Return `x'*A*x` for `xTAx`."""
    letters = name.replace("T", "'")
    return "*".join(letters).replace("*'", "'")
