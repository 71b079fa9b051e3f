"""Running generated code: the only place that does, and it checks every name first.

What the code may call stands in `namespace`; every other name must be a generated one (`v3`, `n0`).
"""

from __future__ import annotations

import ast
import builtins
import math
import re
from collections.abc import Callable, Mapping
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
)  # fmt: skip
_ATTRIBUTES: Final = frozenset(
    {"T", "dot", "sum", "max", "min", "any", "reshape", "transpose", "shape", "dtype", "copy", "isfinite"}
)
_NAME: Final = re.compile(r"[vkndw][\d_]+|inputs|sizes|program|type|float")
_WORD: Final = re.compile(r"[^\W\d]\w*")
_PATTERN: Final = re.compile(r"'[a-z]+(,[a-z]+)?->[a-z]*'")
_GENERATED: Final = re.compile(r"[atn]\d+_*")
# NumPy imports some of its own modules on first use, with the builtins of the code that calls it.
_BUILTINS: Final = {"type": type, "float": float, "__import__": builtins.__import__}


class RetryError(Exception):
    """Something is out of the ordinary: the inputs must be read with care."""


def namespace(dtype: Any, extra: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return what the code may call, and nothing else."""
    found: dict[str, Any] = {name: getattr(np, name) for name in _NUMPY_NAMES}
    found.update({name: getattr(runtime, name) for name in _RUNTIME_NAMES})
    kind = np.dtype(dtype)
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
    return {**found, **(extra or {})}


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
    tree = ast.parse(text)
    for node in ast.walk(tree):
        match node:
            case ast.Name(name) if name.startswith("__") or not (name in names or _NAME.fullmatch(name)):
                raise EvaluationError(f"a program may not use the name {name}", hint="Please report this.")
            case ast.Attribute(_, name) if name not in _ATTRIBUTES:
                raise EvaluationError(f"a program may not use .{name}", hint="Please report this.")
            case ast.Import() | ast.ImportFrom() | ast.Lambda() | ast.ClassDef() | ast.Global():
                raise EvaluationError("a program may not hold this statement", hint="Please report this.")
    exec(compile(tree, "<frechet program>", "exec"), names)  # noqa: S102 (checked above)


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
