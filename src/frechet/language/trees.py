"""Syntax trees for those who change them: a text to its program, and a program to an expression."""

from __future__ import annotations

from collections.abc import Mapping

from frechet.expressions.nodes import Expr, Symbol
from frechet.language.build import build
from frechet.language.inference import infer
from frechet.language.latex import parse_latex
from frechet.language.parser import Program, parse


def program_of(text: str, declared: Mapping[str, Symbol], syntax: str = "text") -> Program:
    """Return the syntax tree of a formula with its named parts.

    Raises:
        ParseError: the text is not a formula.
    """
    return parse_latex(text, declared).program if syntax == "latex" else parse(text, declared)


def expression_of(program: Program, declared: Mapping[str, Symbol], source: str) -> Expr:
    """Return the expression of a program whose names are declared.

    Raises:
        ShapeError: the sizes do not fit.
    """
    return build(program, infer(program, declared, source), source)
