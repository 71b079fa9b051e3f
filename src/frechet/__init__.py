"""Fréchet: matrix calculus to learn, trust and use."""

from frechet.backends.compile import compile
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
from frechet.language import read as parse
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
from frechet.verification.compare import equal
from frechet.verification.equality import Verdict
from frechet.verification.verify import Verification

__all__ = [
    "DeclarationError",
    "Derivation",
    "Derivative",
    "DomainError",
    "EvaluationError",
    "Formula",
    "FrechetError",
    "LimitError",
    "ParseError",
    "ShapeError",
    "UnsupportedError",
    "Verdict",
    "Verification",
    "compile",
    "derivative",
    "derive",
    "diagonal",
    "equal",
    "integer",
    "lower",
    "matrix",
    "orthogonal",
    "parse",
    "positive",
    "psd",
    "scalar",
    "skew",
    "symmetric",
    "vector",
]
