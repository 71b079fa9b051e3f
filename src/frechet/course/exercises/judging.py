"""One formula that is asked for, and what there is to say of an answer to it.

Right is what has the right value, however it is written. A wrong answer is compared first with the
mistakes that the exercise lists, then explained by the engine's search for mistakes, and refuted by
small numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, final

from frechet.course.exercises.counterexamples import counterexample
from frechet.course.exercises.exercise import Listed
from frechet.course.exercises.marks import Mark, Outcome
from frechet.course.exercises.names import Names, Written
from frechet.course.exercises.points import Points, drawn_points
from frechet.course.exercises.quantities import KINDS
from frechet.course.exercises.sketch import same_wrong_text, sketched, tree_of
from frechet.derivations.check_claims import Kind, claim
from frechet.derivations.check_scope import Scope
from frechet.derivations.check_truth import Truth
from frechet.derivations.mistakes import catalogue
from frechet.derivations.mistakes.catalogue import Mistake
from frechet.derivations.mistakes.diagnosis import Slip, diagnose
from frechet.errors import FrechetError, ShapeError
from frechet.expressions.function import Matrix
from frechet.expressions.nodes import Expr, Symbol
from frechet.language.parser import Program
from frechet.language.syntax import Tree
from frechet.rewriting.pending import differential_symbol
from frechet.rewriting.steps import formula_latex
from frechet.shapes import written as shape_text

POINTS: Final = 3
LAYOUTS: Final = ("course", "numerator", "denominator", "either")
_TRANSPOSED: Final = {
    "gradient": ("numerator", "either"),
    "jacobian": ("denominator", "either"),
}
_LENGTHY: Final = 6
_COURSE_NAME: Final = {"layout": "row-layout"}


@final
@dataclass(frozen=True)
class Asked:
    """A formula that is asked for: the right one, and what it is of.

    `function` is what is differentiated. `shown` are formulas that the exercise itself shows and that
    are no answer. `changes` says that a differential is asked for.
    """

    names: Names
    right: Expr
    ask: str
    function: Expr
    listed: tuple[Listed, ...] = ()
    also: tuple[Expr, ...] = ()
    shown: tuple[Expr, ...] = ()
    sizes: tuple[str, ...] = ()
    changes: bool = False

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        changes = [s for s, value in self.names.changes.items() if s is value] if self.changes else []
        return (*self.names.symbols.values(), *changes)

    @cached_property
    def points(self) -> Points:
        """Return the points at which answers are compared."""
        points = Points(tuple(drawn_points([self.right], self.symbols, self.sizes, POINTS)))
        points.learn(self.right)
        return points

    @cached_property
    def shortest(self) -> int:
        return min(root.size for root in (self.right, *self.also))

    @cached_property
    def expected(self) -> list[_Expected]:
        return [_Expected.of(listed, self) for listed in self.listed]

    def mark(self, text: str, layout: str = "course") -> Mark:
        """Mark an answer."""
        try:
            written = self.names.read(text, changes=self.changes)
        except ShapeError as misfit:
            return self._misshapen(text, misfit)
        except FrechetError as refused:
            return unreadable(refused)
        return replace(self._judged(written, layout), latex=formula_latex(written.shown))

    def _judged(self, written: Written, layout: str) -> Mark:
        said = written.expression
        if written.shown in self.shown:
            reply = "That line is there already: take it one step further."
            return Mark(Outcome.ILL_SHAPED, False, reply)
        if said.shape == self.right.shape and self.points.agree(said, self.right):
            lengthy = said.size > 2 * self.shortest + _LENGTHY
            return Mark(Outcome.NOT_SIMPLIFIED if lengthy else Outcome.RIGHT, True)
        return self._in_other_layout(written, layout) or self._mistaken(written)

    def _in_other_layout(self, written: Written, layout: str) -> Mark | None:
        said = written.expression
        if self.ask not in _TRANSPOSED or said.T.shape != self.right.shape:
            return None
        if not self.points.agree(said.T, self.right):
            return None
        if layout in _TRANSPOSED[self.ask]:
            return Mark(Outcome.OTHER_LAYOUT, True)
        named = self._listed(said)
        if named is not None:
            return named
        reply = f"{catalogue.LAYOUT.says} {catalogue.LAYOUT.advice}"
        return Mark(Outcome.OTHER_LAYOUT, False, escaped(reply), course_name(catalogue.LAYOUT))

    def _mistaken(self, written: Written) -> Mark:
        said = written.expression
        named = self._listed(said)
        if said.shape != self.right.shape:
            return named or self._of_wrong_shape(written)
        numbers = counterexample(self.right, said, self.symbols, self.sizes)
        if named is not None:
            return replace(named, counterexample=numbers)
        found = self._diagnosed(written.text, written.expression, written.scope)
        if found is not None and found is not catalogue.SHAPE:
            return replace(named_mistake(found), counterexample=numbers)
        return Mark(Outcome.WRONG, False, "This is not the right one.", counterexample=numbers)

    def _listed(self, said: Expr) -> Mark | None:
        found = next((e for e in self.expected if e.matches(said, self)), None)
        return None if found is None else reply_to(found.listed)

    def _of_wrong_shape(self, written: Written) -> Mark:
        said, right = written.expression, self.right
        found = self._diagnosed(written.text, said, written.scope)
        if found is not None and found is not catalogue.SHAPE:
            return named_mistake(found)
        reply = f"This is {shape_text(said.shape)}, and {shape_text(right.shape)} is asked for."
        return Mark(Outcome.ILL_SHAPED, False, reply, hint="Write the size under each factor.")

    def _misshapen(self, text: str, misfit: ShapeError) -> Mark:
        """Mark an answer whose sizes do not fit together."""
        latex = _sketch(text, self.names)
        for expected in self.expected:
            if expected.formula is None and same_wrong_text(text, expected.listed.answer, self.names):
                return replace(reply_to(expected.listed), latex=latex)
        scope = self.names.scope(changes=self.changes)
        found = self._diagnosed(text, None, scope)
        named = "" if found is None or found is catalogue.SHAPE else escaped(f" {found.says} {found.advice}")
        return Mark(
            Outcome.ILL_SHAPED,
            False,
            f"{escaped(misfit.message)}.{named}",
            course_name(found) if named and found is not None else "",
            latex,
            misfit.hint,
            misfit.position,
        )

    def _diagnosed(self, text: str, said: Expr | None, scope: Scope) -> Mistake | None:
        try:
            found = diagnose(self._slip(text, said, scope))
        except FrechetError:
            return None
        return None if found is None else found.mistake

    def _slip(self, text: str, said: Expr | None, scope: Scope) -> Slip:
        program = _program(scope, text)
        kind = KINDS.get(self.ask, Kind.VALUE)
        variable = self.names.symbols[self.names.by[0]] if self.names.by else self.symbols[0]
        change = differential_symbol(variable, self.names.symbols)
        source, right = self.right, self.right
        if kind is not Kind.VALUE:
            truth = Truth(self.function, variable, change)
            source, right = truth.source(kind), truth.right(kind)
            claim(kind, self.right, change)
        bindings = () if program is None else program.bindings

        def reread(tree: Tree) -> Expr:
            return scope.mended(Program(tree, bindings), text)

        return Slip(
            self.function if kind is not Kind.VALUE else self.right,
            source,
            variable,
            change,
            kind,
            self.right,
            right,
            said,
            None if program is None else program.formula,
            reread,
            tuple(dict.fromkeys((*self.symbols, change))),
        )


@final
@dataclass(frozen=True, slots=True)
class _Expected:
    """A listed mistake made ready: its formula, and its values where it has any."""

    listed: Listed
    formula: Expr | None
    values: tuple[Matrix, ...] | None
    own: Points | None

    @classmethod
    def of(cls, listed: Listed, asked: Asked) -> _Expected:
        try:
            formula = asked.names.expression(listed.answer, changes=asked.changes)
        except FrechetError:
            return cls(listed, None, None, None)
        values = asked.points.values(formula)
        own = None if values is not None else _own_points(formula, asked.symbols)
        return cls(listed, formula, values, own)

    def matches(self, said: Expr, asked: Asked) -> bool:
        if self.formula is None or said.shape != self.formula.shape:
            return False
        if said is self.formula:
            return True
        points = asked.points if self.values is not None else self.own
        return points is not None and points.agree(said, self.formula)


def _own_points(formula: Expr, symbols: Sequence[Symbol]) -> Points | None:
    """Return points at which a mistake has values though the right answer may have none."""
    try:
        return Points(tuple(drawn_points([formula], symbols, (), POINTS)))
    except FrechetError:
        return None


def _program(scope: Scope, text: str) -> Program | None:
    try:
        return scope.program(text)
    except FrechetError:
        return None


def _sketch(text: str, names: Names) -> str:
    tree = tree_of(text, names) or tree_of(text, names, "latex")
    return "" if tree is None else sketched(tree)


def reply_to(listed: Listed) -> Mark:
    """Return the mark of a mistake that the exercise lists."""
    return Mark(Outcome.NAMED_MISTAKE, False, listed.say, listed.name)


def named_mistake(found: Mistake) -> Mark:
    """Return the mark of a mistake that the engine explains."""
    reply = escaped(f"{found.says} {found.advice}")
    return Mark(Outcome.NAMED_MISTAKE, False, reply, course_name(found))


def course_name(found: Mistake) -> str:
    """Return the name under which the course files a mistake of the checker's catalogue."""
    return found.skills[0]


def unreadable(refused: FrechetError) -> Mark:
    """Return the mark of what cannot be read."""
    return Mark(
        Outcome.UNREADABLE,
        False,
        escaped(f"{refused.message[:1].upper()}{refused.message[1:]}."),
        hint=refused.hint,
        place=refused.position,
    )


def escaped(text: str) -> str:
    """Return a plain text as Markdown."""
    return "".join(f"\\{c}" if c in "*_`$<[" else c for c in text)


def worst(marks: Iterable[Mark]) -> Mark:
    """Return the mark of several blanks: right when all are, else what is wrong with the first."""
    found = list(marks)
    first = next((mark for mark in found if not mark.accepted), None)
    return replace(first or Mark(Outcome.RIGHT, True), parts=tuple(found))
