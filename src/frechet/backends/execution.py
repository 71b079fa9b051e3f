"""Running generated code: the only place that does, and it checks every word first.

The whole text is cut into words: every run of letters, digits and underscores, in strings too. Each
must be a number, a generated name (`v3`, `n0`), a name that `namespace` offers, one of the few
attributes (after a dot), or one of the few keywords. So no text can reach anything else, whatever
its grammar: there is no word to say it with. Whoever writes a template with a new word is told.
"""

from __future__ import annotations

import builtins
import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import numpy as np
from scipy import linalg

from frechet.backends import runtime
from frechet.errors import EvaluationError

_NUMPY_NAMES: Final = (
    "exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh",
    "cosh", "tanh", "maximum", "power", "tril", "eye", "einsum", "vdot", "multiply", "add", "subtract",
    "negative", "errstate", "ndarray", "float64",
)  # fmt: skip
_RUNTIME_NAMES: Final = (
    "total", "norm", "norm_along", "softplus", "softmax", "logsumexp", "cholesky", "lu",
    "cholesky_logdet", "lu_logdet", "cholesky_inverse", "lu_inverse", "cholesky_solve", "lu_solve",
    "matrix_power", "expm_derivative", "power_derivative", "expm_kernel", "power_kernel", "is_symmetric",
    "thin_product", "weighted_rows", "showing_product", "slices",
)  # fmt: skip
_ATTRIBUTES: Final = frozenset(
    {".T", ".dot", ".sum", ".max", ".min", ".any", ".reshape", ".transpose", ".shape", ".dtype", ".copy"}
)
_KEYWORDS: Final = frozenset(
    {"def", "return", "with", "if", "else", "raise", "not", "is", "and", "or", "None", "True", "axis",
     "program", "later", "inputs", "sizes", "type", "float", "all", "ignore", "for", "in"}
)  # fmt: skip
_WORDS: Final = re.compile(r"\.?\w+")
_GENERATED_OR_NUMBER: Final = re.compile(r"[vkndw][\d_]+|\.?\d+(e\d*)?")
_WORD: Final = re.compile(r"[^\W\d]\w*")
_PATTERN: Final = re.compile(r"'[a-z]+(,[a-z]+)?->[a-z]*'")
_GENERATED: Final = re.compile(r"[atn]\d+_*")
# NumPy imports some of its own modules on first use, with the builtins of the code that calls it.
_BUILTINS: Final = {"type": type, "float": float, "__import__": builtins.__import__}


class RetryError(Exception):
    """Something is out of the ordinary: the inputs must be read with care."""


def namespace(dtype: Any, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the code may call, and nothing else."""
    return {**_offered(np.dtype(dtype)), **(extra or {})}


@cache
def _offered(kind: Any) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(np, name) for name in _NUMPY_NAMES}
    found.update({name: getattr(runtime, name) for name in _RUNTIME_NAMES})
    found.update(
        adj=runtime.adjugate,
        det=np.linalg.det,
        pinv=np.linalg.pinv,
        expm=linalg.expm,
        ones=lambda shape: np.ones(shape, kind),
        zeros=lambda shape: np.zeros(shape, kind),
        eye=lambda size: np.eye(size, dtype=kind),
        isfinite=math.isfinite,
        dtype=kind,
        float64=kind.type,
        scalar=_scalar(kind),
        RetryError=RetryError,
        shape_of=_shape_of,
        __builtins__=_BUILTINS,
    )
    return found


def _shape_of(value: Any, order: int) -> tuple[int, ...]:
    if type(value) is np.ndarray and value.ndim == order:
        return tuple(value.shape)
    raise RetryError


def _scalar(kind: Any) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if type(value) in (float, int):
            return kind.type(value)
        raise RetryError

    return convert


def run(text: str, names: dict[str, Any]) -> None:
    """Execute a generated text in a namespace of `namespace`.

    Raises:
        EvaluationError: the text holds what it may not (a defect of a template, never of an input).
    """
    for word in {*_WORDS.findall(_PATTERN.sub(" ", text))} - _ATTRIBUTES - _KEYWORDS:
        if (word.startswith("__") or word not in names) and not _GENERATED_OR_NUMBER.fullmatch(word):
            raise EvaluationError(f"a program may not hold {word}", hint="Please report this.")
    exec(compile(text, "<frechet program>", "exec"), names)  # noqa: S102 (checked above)


def load(text: str, words: set[str]) -> dict[str, Any]:
    """Execute a module of which every word is in the list or generated, or a pattern of `einsum`.

    Raises:
        EvaluationError: it holds another word (a defect of a template, never of an input).
    """
    for word in _WORD.findall(_PATTERN.sub("", text)):
        if word not in words and not _GENERATED.fullmatch(word):
            raise EvaluationError(f"a program may not hold the word {word}", hint="Please report this.")
    module: dict[str, Any] = {}
    exec(compile(text, "<frechet program>", "exec"), module)  # noqa: S102 (checked above)
    return module
