"""Fréchet: matrix calculus to learn, trust and use."""

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

__all__ = [
    "DeclarationError",
    "DomainError",
    "EvaluationError",
    "Formula",
    "FrechetError",
    "LimitError",
    "ParseError",
    "ShapeError",
    "UnsupportedError",
    "parse",
]
