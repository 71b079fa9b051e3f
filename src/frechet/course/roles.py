"""The two roles of a text: `` {f}`x'*A*x` `` and `` {d}`x'*A*x by x = (A + A')*x` ``.

With `=` between, the first says that all parts are equal; the second says what the derivative of
the first part by the named variables is. Both are proved when the course is checked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final, final

from frechet.course.data import parts_of
from frechet.course.problems import CourseError, Place, told_by
from frechet.course.scope import formula_in, formulas_in
from frechet.course.statements import Statement, derivative_latex, judge
from frechet.errors import FrechetError, ParseError, quoted
from frechet.notation.unicode import unicode
from frechet.rewriting.steps import formula_latex
from frechet.verification.compare import equal

ROLES: Final = ("f", "d")
_BY: Final = re.compile(r"(.+?)\s+by\s+([\w\s,]+)", re.DOTALL)


@final
@dataclass(frozen=True, slots=True)
class Typeset:
    """A formula of a text, three times: LaTeX, letters for a terminal, and as typed."""

    latex: str
    unicode: str
    text: str


def typeset_role(role: str, content: str, declared: Mapping[str, str]) -> Typeset:
    """Typeset a role.

    Raises:
        FrechetError: it cannot be read.
    """
    return _typeset(role, content, tuple(sorted(declared.items())))


@lru_cache(maxsize=4096)
def _typeset(role: str, content: str, declared: tuple[tuple[str, str], ...]) -> Typeset:
    names = dict(declared)
    if role == "d":
        statement = derivative_statement(content, names)
        formula, answer = formulas_in([statement.formula, statement.answer], names)
        by = ", ".join(statement.by)
        latex = f"{derivative_latex(statement, formula)} = {formula_latex(answer.expression)}"
        letters = f"∂({formula.unicode()})/∂{by} = {unicode(answer.expression)}"
        return Typeset(latex, letters, content)
    formulas = [formula.expression for formula in formulas_in(sides(content), names)]
    return Typeset(" = ".join(map(formula_latex, formulas)), " = ".join(map(unicode, formulas)), content)


def sides(content: str) -> list[str]:
    """Return the parts of an equation."""
    return list(parts_of(content, "="))


def derivative_statement(content: str, declared: Mapping[str, str]) -> Statement:
    """Read `f by x = g`; of a number it is the gradient, of a vector the Jacobian, by x, x the Hessian.

    Raises:
        FrechetError: the text has another form.
    """
    left, *right = sides(content)
    match = _BY.fullmatch(left.strip())
    if match is None or len(right) != 1:
        raise ParseError(
            f"{quoted(content)} does not say what is differentiated by what",
            hint="Write f by x = derivative, as in x'*x by x = 2*x.",
        )
    by = tuple(name.strip() for name in match.group(2).split(","))
    if len(by) > 2:
        raise ParseError("a derivative here is by one or two variables", hint="Write it in LaTeX.")
    scalar = formula_in(match.group(1), declared).expression.is_scalar
    ask = "hessian" if len(by) == 2 else "gradient" if scalar else "jacobian"
    names = by[:1] if len(set(by)) == 1 else by
    return Statement(match.group(1).strip(), ask, right[0].strip(), names)


def check_role(role: str, content: str, declared: Mapping[str, str], place: Place) -> CourseError | None:
    """Return what is wrong with a role, None if it can be read and what it says is true."""
    if role not in ROLES:
        return CourseError(f"there is no role {quoted(role)}", place, hint="The roles are {f} and {d}.")
    try:
        if role == "d":
            judgment = judge(derivative_statement(content, declared), declared)
            true, why = judgment.true, judgment.why
        else:
            true, why = _all_equal(content, declared)
        _typeset(role, content, tuple(sorted(declared.items())))
    except FrechetError as error:
        return told_by(error, place, f"{quoted(content, 80)}: ")
    if true:
        return None
    return CourseError(f"{quoted(content, 80)} is not true: {why}", place, hint="Mend the formula.")


def _all_equal(content: str, declared: Mapping[str, str]) -> tuple[bool, str]:
    formulas = formulas_in(sides(content), declared)
    for left, right in pairwise(formulas):
        verdict = equal(left, right)
        if not verdict:
            return False, verdict.message
    return True, ""
