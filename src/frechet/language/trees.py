"""Syntax trees for those who change them: a text to its tree, and a tree to an expression."""

from __future__ import annotations

from collections.abc import Mapping

from frechet.expressions.nodes import Expr, Symbol
from frechet.language.build import build
from frechet.language.inference import infer
from frechet.language.latex import parse_latex
from frechet.language.parser import Program, parse
from frechet.language.syntax import Tree


def tree_of(text: str, declared: Mapping[str, Symbol], syntax: str = "text") -> Tree:
    """Return the syntax tree of a formula.

    Raises:
        ParseError: the text is not a formula.
    """
    program = parse_latex(text, declared).program if syntax == "latex" else parse(text, declared)
    return program.formula


def expression_of(tree: Tree, declared: Mapping[str, Symbol], source: str) -> Expr:
    """Return the expression of a tree whose names are declared.

    Raises:
        ShapeError: the sizes do not fit.
    """
    program = Program(tree)
    return build(program, infer(program, declared, source), source)
