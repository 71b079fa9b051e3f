"""Statements about a formula: what its derivative is, or what it equals; verified and typeset.

A statement is judged as a two-line derivation is: `f = …`, then `grad = …`. So it is right or wrong
exactly when the checker of derivations says so, in any form and for any shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from frechet.course.scope import formula_in, formulas_in, symbols_in
from frechet.derivations.check import check_derivation
from frechet.derivations.check_report import CheckReport
from frechet.differentiation.derivative import Derivative, derivative
from frechet.errors import DeclarationError, quoted
from frechet.expressions.nodes import Expr, Symbol
from frechet.formula import Formula
from frechet.notation.latex import latex_of_name
from frechet.rewriting.steps import formula_latex
from frechet.verification.compare import equal

LABELS: Final = {"gradient": "grad", "jacobian": "J", "hessian": "H", "differential": "df"}
_ORDER: Final = {"gradient": 1, "jacobian": 1, "hessian": 2, "differential": 1}
_FUNCTION_NAMES: Final = ("f", "F", "phi", "psi", "zeta")


@final
@dataclass(frozen=True, slots=True)
class Statement:
    """`formula` has as its `ask` by the variables `by` the `answer`; `equals` needs no variable."""

    formula: str
    ask: str
    answer: str
    by: tuple[str, ...] = ()
    structured: str = ""

    def variables(self, names: Mapping[str, Symbol]) -> tuple[Symbol, ...]:
        """Return the variables; a Hessian by one name is by that name twice.

        Raises:
            DeclarationError: one is not in the formula.
        """
        for name in self.by:
            if name not in names:
                raise DeclarationError(
                    f"{quoted(name)} is no name of {quoted(self.formula)}", hint="Mend the variable."
                )
        return tuple(names[name] for name in self.by)


@final
@dataclass(frozen=True, slots=True)
class Judgment:
    """Whether a statement is true, and if not why."""

    true: bool
    why: str = ""
    report: CheckReport | None = None


def judge(statement: Statement, declared: Mapping[str, str]) -> Judgment:
    """Decide whether a statement is true.

    Raises:
        FrechetError: one of its formulas cannot be read.
    """
    if statement.ask == "equals":
        left, right = formulas_in([statement.formula, statement.answer], declared)
        verdict = equal(left, right)
        return Judgment(bool(verdict), verdict.message)
    if statement.structured or len(set(statement.by)) > 1:
        return _compared(statement, declared)
    return _checked(statement, declared)


def _checked(statement: Statement, declared: Mapping[str, str]) -> Judgment:
    names = symbols_in(f"{statement.formula} {statement.answer}", declared)
    function = next(name for name in _FUNCTION_NAMES if name not in names)
    label = LABELS[statement.ask]
    head = f"d{function}" if label == "df" else label
    text = f"{function} = {_flat(statement.formula)}\n{head} = {_flat(statement.answer)}"
    changes = {name for name in names if name not in declared}
    kinds = {name: symbol for name, symbol in names.items() if name not in changes}
    report = check_derivation(text, kinds, statement.by[0] if statement.by else None)
    line = report.lines[1]
    return Judgment(report.ok, line.message, report)


def _compared(statement: Statement, declared: Mapping[str, str]) -> Judgment:
    true = truth(statement, declared)
    if true is None:
        return Judgment(False, "the engine has no formula in matrices for it")
    _, answer = formulas_in([statement.formula, statement.answer], declared)
    verdict = equal(true, answer)
    return Judgment(bool(verdict), verdict.message)


def truth(statement: Statement, declared: Mapping[str, str]) -> Formula | None:
    """Return what the engine finds, None where there is no formula in matrices.

    Raises:
        FrechetError: the formula cannot be read or differentiated.
    """
    formula = formula_in(statement.formula, declared)
    if statement.ask == "value":
        return formula
    found = _derivative(statement, formula)
    expression = found.differential if statement.ask == "differential" else found.expression
    if expression is None:
        return None
    if statement.ask == "jacobian" and formula.expression.is_scalar:
        expression = expression.T
    changes = {symbol.name: symbol for symbol in found.changes}
    return Formula(expression, {**formula.declarations, **changes}, formula.assumed)


def _derivative(statement: Statement, formula: Formula) -> Derivative:
    names = [symbol.name for symbol in statement.variables(formula.declarations)]
    if _ORDER[statement.ask] == 2 and len(names) == 1:
        names *= 2
    return derivative(formula, *names, structured=statement.structured or "project")


def _flat(text: str) -> str:
    return " ".join(text.split())


def statement_latex(statement: Statement, declared: Mapping[str, str]) -> str:
    """Return the statement as a book prints it.

    Raises:
        FrechetError: one of its formulas cannot be read.
    """
    formula, answer = formulas_in([statement.formula, statement.answer], declared)
    left = formula_latex(formula.expression)
    if statement.ask != "equals":
        left = derivative_latex(statement, formula)
    return f"{left} = {formula_latex(answer.expression)}"


def derivative_latex(statement: Statement, formula: Formula) -> str:
    r"""Return the left side of a statement: `\nabla_x \left(x^{\top} A x\right)`."""
    inside = _grouped(formula.expression)
    if statement.ask == "differential":
        return rf"\mathrm{{d}}{inside}"
    if statement.ask == "value":
        return formula.latex()
    variables = statement.variables(formula.declarations)
    names = [latex_of_name(symbol.name) for symbol in variables]
    second = statement.ask == "hessian"
    if second and len(names) == 1:
        names *= 2
    if all(symbol.is_scalar for symbol in variables):
        return _ordinary(names, inside, alone=len(formula.declarations) == 1)
    if not formula.expression.is_scalar:
        return rf"\frac{{\partial {inside}}}{{\partial {names[0]}}}"
    if second:
        return rf"\nabla^2_{{{names[0] if len(set(names)) == 1 else ' '.join(names)}}}\, {inside}"
    if statement.ask == "jacobian":
        return rf"\frac{{\partial}}{{\partial {names[0]}^{{\top}}}}\, {inside}"
    return rf"\nabla_{{{names[0]}}}\, {inside}"


def _ordinary(names: list[str], inside: str, *, alone: bool) -> str:
    sign = r"\mathrm{d}" if alone else r"\partial"
    power = f"^{{{len(names)}}}" if len(names) > 1 else ""
    below = f"{sign} {names[0]}{power}" if len(set(names)) == 1 else " ".join(f"{sign} {n}" for n in names)
    return rf"\frac{{{sign}{power}}}{{{below}}}\, {inside}"


def _grouped(expression: Expr) -> str:
    written = formula_latex(expression)
    return written if isinstance(expression, Symbol) else rf"\left({written}\right)"
