"""`curvature`: convex, concave, affine or unknown, with the argument for it.

First the composition rules, then a certificate from the second differential; both need a convex
domain. Every proof is compared with random segments, and where nothing is proved the same search
looks for a counterexample. Curvature is claimed on the domain of the formula, for every value of
the other names that their declarations admit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final, final

from frechet.backends.stable import stabilize
from frechet.errors import DeclarationError, FrechetError, UnsupportedError, quoted
from frechet.expressions.nodes import Apply, Expr, Symbol
from frechet.expressions.text import write
from frechet.expressions.traversal import postorder, rebuild, symbols_of
from frechet.formula import Formula, checked_formula
from frechet.functions.norms import DOT, OUTER
from frechet.limits import budget
from frechet.notation.latex import latex
from frechet.optimize.convexity.certificate import Certificate, certify
from frechet.optimize.convexity.composition import Shape, forms_of
from frechet.optimize.convexity.counterexample import Bends, search
from frechet.optimize.convexity.domain import contradictory, imposed_signs, obstacle_to_convex_domain
from frechet.optimize.convexity.signs import facts_of

TRIALS: Final = 400
CHECKS: Final = 40
LONGEST_PART: Final = 200
KNOWN: Final = (Shape.CONVEX, Shape.CONCAVE, Shape.AFFINE)


@final
@dataclass(frozen=True, slots=True)
class Line:
    """One line of the argument: a part, what it is, and why."""

    part: Expr
    claim: str
    reason: str

    @property
    def text(self) -> str:
        shown = write(self.part) if self.part.size <= LONGEST_PART else "a part"
        return f"{shown} is {self.claim}: {self.reason}."

    @property
    def latex(self) -> str:
        return rf"{latex(self.part)} &\ \text{{{self.claim}: {_in_latex_text(self.reason)}}}"


@final
@dataclass(frozen=True, slots=True)
class CurvatureResult:
    """The curvature of a formula, the argument, and segments that refute what is not so.

    `curvature` is "convex", "concave", "affine" or "unknown". `how` is "composition",
    "second differential", "counterexample" (neither convex nor concave for all admissible values)
    or "undecided".
    """

    curvature: str
    how: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    bends: Bends

    @property
    def is_convex(self) -> bool | None:
        """Return True when proved, False when refuted, None otherwise."""
        if self.curvature in ("convex", "affine"):
            return True
        return False if self.bends.not_convex else None

    @property
    def is_concave(self) -> bool | None:
        """Return True when proved, False when refuted, None otherwise."""
        if self.curvature in ("concave", "affine"):
            return True
        return False if self.bends.not_concave else None

    @property
    def argument(self) -> str:
        """Return the argument, a sentence a line."""
        return "\n".join((*(line.text for line in self.lines), *self.notes))

    def latex(self) -> str:
        """Return the argument as an aligned display."""
        rows = [line.latex for line in self.lines]
        rows += [rf"&\ \text{{{_in_latex_text(note)}}}" for note in self.notes]
        return r"\begin{aligned}" + "\n" + " \\\\\n".join(rows) + "\n" + r"\end{aligned}"

    def _repr_latex_(self) -> str:
        return f"$${self.latex()}$$"

    def __str__(self) -> str:
        return self.curvature


def curvature(function: Formula, *names: str, positive: Iterable[str] = ()) -> CurvatureResult:
    """Return the curvature of a scalar formula in the named variables, jointly.

    `positive` names inputs whose entries are all positive.

    >>> from frechet import parse
    >>> str(curvature(parse("norm2(A*x - b)^2"), "x"))
    'convex'

    Raises:
        FrechetError: a name is not declared, or the formula is not a scalar.
    """
    function = checked_formula(function)
    if not function.expression.is_scalar:
        raise UnsupportedError(
            "curvature is defined for a scalar formula", hint="Sum the entries, or ask for one of them."
        )
    signs = frozenset(declared_symbol(function, name).name for name in positive)
    variables = tuple(declared_symbol(function, name) for name in names)
    if not variables:
        raise FrechetError("no variable", hint='Name one: curvature(f, "x").')
    with budget():
        return _decide(function, variables, signs)


def declared_symbol(function: Formula, name: object) -> Symbol:
    """Return the symbol that a formula declares by this name."""
    symbol = function.declarations.get(name) if isinstance(name, str) else None
    if symbol is None:
        known = ", ".join(sorted(function.declarations)) or "none"
        raise DeclarationError(f"{quoted(str(name))} is not declared", hint=f"There are: {known}.")
    return symbol


def _decide(function: Formula, variables: tuple[Symbol, ...], positive: Collection[str]) -> CurvatureResult:
    root = stabilize(_defined(function.expression))[0]
    proved = _proof(Formula(root, function.declarations), variables, positive)
    if proved is not None:
        bends = search(function.expression, variables, CHECKS, positive)
        if not _contradicted(proved.curvature, bends):
            return proved
    bends = search(function.expression, variables, TRIALS, positive)
    if bends.not_convex and bends.not_concave:
        found = "Neither convex nor concave for all admissible values: segments that refute both were found."
        how = "counterexample"
    else:
        found = "No proof was found, and no counterexample to " + _open_claims(bends) + "."
        how = "undecided"
    notes = (found, *_condition(Formula(root, function.declarations), variables, positive))
    return CurvatureResult("unknown", how, (), notes, bends)


def _contradicted(claim: str, bends: Bends) -> bool:
    against_convex = bends.not_convex is not None and claim in ("convex", "affine")
    return against_convex or (bends.not_concave is not None and claim in ("concave", "affine"))


def _open_claims(bends: Bends) -> str:
    words = {"convexity": bends.not_convex, "concavity": bends.not_concave}
    return " or ".join(word for word, bend in words.items() if bend is None)


def _condition(formula: Formula, variables: tuple[Symbol, ...], positive: Collection[str]) -> tuple[str, ...]:
    """Return a sentence that says which signs would give a proof."""
    names = {v.name for v in variables}
    others = [n for n in symbols_of(formula.expression) if n not in names and n not in positive]
    candidates = [[name] for name in others] + ([others] if len(others) > 1 else [])
    for extra in candidates:
        proved = _proof(formula, variables, {*positive, *extra})
        if proved is not None:
            named = ", ".join(extra)
            entries = "entries of " + named if len(extra) == 1 else "entries of each of " + named
            return (
                f"It is {proved.curvature} when the {entries} are positive: say so with positive={extra!r}.",
            )
    return ()


def _proof(
    formula: Formula, variables: tuple[Symbol, ...], positive: Collection[str]
) -> CurvatureResult | None:
    root = formula.expression
    domain = imposed_signs(root, positive)
    facts, unrestricted = facts_of((root,), domain, positive), facts_of((root,), {}, positive)
    if contradictory(facts):
        return None
    forms = forms_of(root, frozenset(variables), facts)
    if obstacle_to_convex_domain(root, facts, unrestricted, forms) is not None:
        return None
    shape = forms[root].shape
    notes = ("On the domain of the formula.",) if domain else ()
    if shape is Shape.CONSTANT:
        return CurvatureResult(
            "affine", "composition", (Line(root, "constant", "no variable occurs"),), (), Bends(None, None)
        )
    if shape in KNOWN:
        lines = [
            Line(node, forms[node].shape.value, forms[node].reason)
            for node in postorder(root)
            if forms[node].shape in (Shape.CONVEX, Shape.CONCAVE) and forms[node].reason
        ] or [Line(root, "affine", "sums and constant multiples of the variables")]
        return CurvatureResult(shape.value, "composition", tuple(lines), notes, Bends(None, None))
    found = certify(formula, variables[0], domain, positive) if len(variables) == 1 else None
    return None if found is None else _certified(root, found, notes)


def _certified(root: Expr, found: Certificate, notes: tuple[str, ...]) -> CurvatureResult:
    line = Line(root, found.shape.value, f"{found.reason}, {write(found.evidence)}")
    return CurvatureResult(found.shape.value, "second differential", (line,), notes, Bends(None, None))


def _defined(root: Expr) -> Expr:
    """Write inner and outer products as products."""
    results: dict[Expr, Expr] = {}
    for node in postorder(root):
        inner = rebuild(node, results)
        match inner:
            case Apply(function, arguments) if function is DOT or function is OUTER:
                results[node] = (DOT if function is DOT else OUTER).definition(*arguments)
            case _:
                results[node] = inner
    return results[root]


def _in_latex_text(text: str) -> str:
    special = {
        "\\": r"\textbackslash{}",
        "^": r"\^{}",
        "_": r"\_",
        "&": r"\&",
        "#": r"\#",
        "%": r"\%",
        "⪰": r"$\succeq$",
    }
    return "".join(special.get(c, c) for c in text)
