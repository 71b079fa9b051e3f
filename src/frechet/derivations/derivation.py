"""A derivation: the function, the lines that lead to its derivative, and what was verified.

`derive` runs one of three methods: the differential method of Magnus & Neudecker, the same in
components (indices and sums), or the chain rule over intermediate quantities. Its end is compared
with the derivative that the index-notation engine finds on its own road.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

from frechet.derivations.chain import chain_steps
from frechet.derivations.components import component_steps
from frechet.derivations.differential import Form, Outcome, differential_steps
from frechet.derivations.example import worked_example
from frechet.derivations.lines import Granularity, lines
from frechet.derivations.presentation import to_html, to_json, to_latex, to_markdown, to_text
from frechet.derivations.witness import same_value
from frechet.derivations.workbench import FineStep, Theme
from frechet.differentiation.derivative import Derivative, derivative
from frechet.errors import DeclarationError, UnsupportedError, quoted
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.traversal import symbols_of
from frechet.formula import Formula, checked_formula
from frechet.limits import budget
from frechet.rewriting.pending import differential_symbol
from frechet.rewriting.rules import Words
from frechet.rewriting.steps import Phase, Step
from frechet.tensors.lower import lower

HESSIAN_REFERENCE: Final = "Magnus & Neudecker, ch. 10 (second identification)"
METHODS: Final = {"differential": differential_steps, "components": component_steps, "chain": chain_steps}


@final
@dataclass(frozen=True, slots=True)
class Derivation:
    """The lines of a derivation and its result.

    `complete` tells that the lines reach the result; `verified` that every line was checked in
    numbers and that the end equals the engine's own answer.
    """

    function: Formula
    variables: tuple[Symbol, ...]
    method: str
    granularity: Granularity
    fine_steps: tuple[FineStep, ...]
    result: Expr
    forms: tuple[Form, ...]
    complete: bool
    verified: bool
    notes: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """Return the lines at the chosen granularity; a line's `substeps` open it."""
        return lines(self.fine_steps, self.granularity)

    def at(self, granularity: str) -> Derivation:
        """Return the same derivation told at another granularity."""
        chosen = _granularity(granularity)
        return Derivation(
            self.function, self.variables, self.method, chosen, self.fine_steps,
            self.result, self.forms, self.complete, self.verified, self.notes,
        )  # fmt: skip

    def text(self, *, shapes: bool = False) -> str:
        """Return the lines in plain text, each with its reason."""
        return to_text(self.function.expression, self.steps, self.notes, self.forms[0].value, shapes=shapes)

    def latex(self) -> str:
        """Return an `align*` environment with the reasons as text."""
        return to_latex(self.function.expression, self.steps, self.forms[0].value)

    def markdown(self) -> str:
        """Return the lines as Markdown with `$…$` formulas."""
        return to_markdown(self.function.expression, self.steps, self.notes, self.forms[0].value)

    def html(self) -> str:
        """Return an HTML fragment with KaTeX-ready spans."""
        return to_html(self.function.expression, self.steps, self.notes, self.forms[0].value)

    def example(self) -> str:
        """Return the derivation worked through in small whole numbers; empty if none fits."""
        return worked_example(self.function.expression, self.steps)

    def json(self) -> dict[str, object]:
        """Return the derivation as plain data."""
        return {
            **to_json(self.function.expression, self.steps, self.forms[0].value),
            "method": self.method,
            "granularity": self.granularity.value,
            "complete": self.complete,
            "verified": self.verified,
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        return self.text()


def derive(
    formula: Formula,
    *variables: str,
    method: str = "differential",
    granularity: str = "normal",
    structured: str = "project",
) -> Derivation:
    """Derive the derivative of a formula step by step; two variables give the second derivative.

    Raises:
        FrechetError: a variable is not declared, or an option is unknown.
    """
    if method not in METHODS:
        raise UnsupportedError(f"there is no method {quoted(method)}", hint=f"Choose {' or '.join(METHODS)}.")
    chosen, formula = _granularity(granularity), checked_formula(formula)
    symbols = tuple(_variable(formula, name) for name in variables)
    if not 1 <= len(symbols) <= 2:
        raise UnsupportedError(
            "a derivation has one or two variables", hint="Name the variable: derive(f, 'x')."
        )
    answer = derivative(formula, *variables, structured=structured)
    with budget():
        stages = _stages(formula.expression, symbols, method, structured)
        return _concluded(formula, symbols, method, chosen, stages, answer)


def _stages(function: Expr, variables: Sequence[Symbol], method: str, structured: str) -> list[Outcome]:
    """Derive by each variable in turn, the next stage from the result of the one before."""
    stages: list[Outcome] = []
    current: Expr | None = function
    for variable in variables:
        if current is None or (stages and stages[-1].form in (Form.DIFFERENTIAL, Form.VEC_JACOBIAN)):
            break
        outcome = METHODS[method](current, variable, structured)
        if stages and stages[-1].form is Form.GRADIENT and variables[0] is variables[1]:
            outcome = _second_identification(outcome, differential_symbol(variable, symbols_of(current)))
        stages.append(outcome)
        current = outcome.derivative
    return stages


def _second_identification(outcome: Outcome, differential: Symbol) -> Outcome:
    """Say that what is read off the differential of the gradient is the Hessian."""
    words: Words = ("The gradient changes by H*", differential, ": H is the Hessian, a symmetric matrix.")
    steps = tuple(
        replace(
            fine,
            step=replace(fine.step, rule="identify the Hessian", words=words, reference=HESSIAN_REFERENCE),
        )
        if fine.step.phase is Phase.IDENTIFICATION
        else fine
        for fine in outcome.steps
    )
    return replace(outcome, steps=steps)


def _concluded(
    formula: Formula,
    variables: tuple[Symbol, ...],
    method: str,
    granularity: Granularity,
    stages: Sequence[Outcome],
    answer: Derivative,
) -> Derivation:
    """Compare the end with the engine's answer, and say what was verified."""
    steps = [fine for stage in stages for fine in stage.steps]
    own = stages[-1].derivative if len(stages) == len(variables) else None
    complete, notes = own is not None, list[str]()
    expected = answer.expression
    agrees = own is not None
    if own is not None and expected is not None and own.shape == expected.shape:
        agrees = lower(own) is lower(expected) or same_value(own, expected)
    if own is None or not agrees:
        complete = False
        notes.append(
            "No readable derivation was found beyond the last line. "
            f"The result is the engine's; {answer.verification()}."
        )
        own = expected if expected is not None else answer.differential
    elif expected is not None and own.shape == expected.shape and expected.size < own.size:
        words = ("Written more shortly.",)
        step = Step("simplify", own, expected, words, phase=Phase.DERIVATIVE, checked=agrees)
        steps.append(FineStep(step, Theme.SIMPLIFY))
        own = expected
    if any(stage.method != method for stage in stages):
        notes.append(
            f"The method {method} does not fit this function; these lines are the differential method's."
        )
    verified = complete and all(fine.step.checked for fine in steps)
    if complete and not verified:
        notes.append("Some lines could not be checked in numbers: no suitable point was found.")
    forms = tuple(stage.form for stage in stages)
    if forms[-1] is Form.DIFFERENTIAL:
        notes.append(
            f"No Kronecker form is known, so the differential itself is the answer: it says how "
            f"the function changes with {variables[-1].name}."
        )
    return Derivation(
        formula, variables, method, granularity, tuple(steps), own, forms, complete, verified, tuple(notes)
    )


def _granularity(name: str) -> Granularity:
    try:
        return Granularity(name)
    except ValueError:
        raise UnsupportedError(
            f"there is no granularity {quoted(str(name))}", hint="Choose brief, normal or full."
        ) from None


def _variable(formula: Formula, name: str) -> Symbol:
    found = formula.declarations.get(name)
    if found is None:
        known = ", ".join(formula.declarations) or "none"
        raise DeclarationError(
            f"{quoted(str(name))} does not occur in the formula", hint=f"Its names: {known}."
        )
    return found
