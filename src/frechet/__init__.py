"""Fréchet: matrix calculus to learn, trust and use.

The names below are found on first use: importing the package costs little.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from frechet.errors import needing

if TYPE_CHECKING:
    from frechet import cookbook
    from frechet.backends.compile import compile
    from frechet.backends.products import hessian_product
    from frechet.backends.source import source
    from frechet.backends.structured_matrix import StructuredMatrix
    from frechet.derivations.check import check_derivation
    from frechet.derivations.check_report import CheckReport
    from frechet.derivations.derivation import Derivation, derive
    from frechet.differentiation.derivative import Derivative, derivative
    from frechet.errors import (
        DeclarationError,
        DomainError,
        EvaluationError,
        FrechetError,
        LimitError,
        ParseError,
        ShapeError,
        UnsupportedError,
    )
    from frechet.formula import Formula
    from frechet.language.constructors import (
        diagonal,
        integer,
        lower,
        matrix,
        orthogonal,
        positive,
        psd,
        scalar,
        skew,
        symmetric,
        vector,
    )
    from frechet.language.reader import read as parse
    from frechet.optimize.convexity.curvature import CurvatureResult, curvature
    from frechet.optimize.minimization import minimize
    from frechet.optimize.result import Result
    from frechet.optimize.stationary import StationaryPoints, stationary_points
    from frechet.verification.compare import equal
    from frechet.verification.equality import Verdict
    from frechet.verification.verify import Verification

_HOMES = {
    "frechet.backends.compile": ("compile",),
    "frechet.backends.products": ("hessian_product",),
    "frechet.backends.source": ("source",),
    "frechet.backends.structured_matrix": ("StructuredMatrix",),
    "frechet.derivations.check": ("check_derivation",),
    "frechet.derivations.check_report": ("CheckReport",),
    "frechet.derivations.derivation": (
        "Derivation",
        "derive",
    ),
    "frechet.differentiation.derivative": (
        "Derivative",
        "derivative",
    ),
    "frechet.errors": (
        "DeclarationError",
        "DomainError",
        "EvaluationError",
        "FrechetError",
        "LimitError",
        "ParseError",
        "ShapeError",
        "UnsupportedError",
    ),
    "frechet.formula": ("Formula",),
    "frechet.language.constructors": (
        "diagonal",
        "integer",
        "lower",
        "matrix",
        "orthogonal",
        "positive",
        "psd",
        "scalar",
        "skew",
        "symmetric",
        "vector",
    ),
    "frechet.language.reader": ("parse",),
    "frechet.optimize.convexity.curvature": (
        "CurvatureResult",
        "curvature",
    ),
    "frechet.optimize.minimization": ("minimize",),
    "frechet.optimize.result": ("Result",),
    "frechet.optimize.stationary": (
        "StationaryPoints",
        "stationary_points",
    ),
    "frechet.verification.compare": ("equal",),
    "frechet.verification.equality": ("Verdict",),
    "frechet.verification.verify": ("Verification",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
_ORIGINAL_NAMES = {"parse": "read"}

__all__ = [
    "CheckReport",
    "CurvatureResult",
    "DeclarationError",
    "Derivation",
    "Derivative",
    "DomainError",
    "EvaluationError",
    "Formula",
    "FrechetError",
    "LimitError",
    "ParseError",
    "Result",
    "ShapeError",
    "StationaryPoints",
    "StructuredMatrix",
    "UnsupportedError",
    "Verdict",
    "Verification",
    "check_derivation",
    "compile",
    "cookbook",
    "curvature",
    "derivative",
    "derive",
    "diagonal",
    "equal",
    "hessian_product",
    "integer",
    "lower",
    "matrix",
    "minimize",
    "orthogonal",
    "parse",
    "positive",
    "psd",
    "scalar",
    "skew",
    "source",
    "stationary_points",
    "symmetric",
    "vector",
]


def __getattr__(name: str) -> Any:
    if name == "cookbook":
        return import_module("frechet.cookbook")
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'frechet' has no attribute {name!r}")
    with needing("numeric", f"frechet.{name}"):
        module = import_module(home)
    value = getattr(module, _ORIGINAL_NAMES.get(name, name))
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
