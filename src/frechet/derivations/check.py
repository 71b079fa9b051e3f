"""A person's derivation, checked line by line.

Every line is compared with what is true of the function: a value with the function, `df` with its
differential, `grad`, `J` and `H` by what they say of a change. The first wrong line is diagnosed
(`mistakes`); of later ones it is said whether they follow from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from frechet.derivations.check_claims import ORDER, Kind, claim, claimed_by
from frechet.derivations.check_judge import Judge
from frechet.derivations.check_lines import (
    Line,
    Reading,
    read_lines,
)
from frechet.derivations.check_report import CheckReport, LineReport, Status
from frechet.derivations.check_rules import Road
from frechet.derivations.check_scope import Scope
from frechet.derivations.check_truth import Truth
from frechet.derivations.check_variable import variable_of
from frechet.derivations.mistakes import catalogue as names
from frechet.derivations.mistakes.diagnosis import Slip, diagnose
from frechet.derivations.mistakes.fingerprint import Fingerprints
from frechet.errors import DeclarationError, FrechetError, ShapeError, UnsupportedError, quoted
from frechet.expressions.nodes import Expr, Symbol
from frechet.expressions.text import write
from frechet.expressions.traversal import symbols_of
from frechet.language.declarations import declare
from frechet.language.parser import Program
from frechet.language.syntax import Tree
from frechet.limits import budget
from frechet.rewriting.pending import differential_symbol
from frechet.shapes import written as shape_text
from frechet.verification.equality import Verdict, equal_expressions
from frechet.verification.reference import evaluate_all

STRIDE: Final = 8
LAYOUTS: Final = ("numerator", "denominator", "either")


def check_derivation(
    text: str,
    declarations: object = None,
    over: object = None,
    stride: object = STRIDE,
    layout: str = "numerator",
    syntax: str = "auto",
) -> CheckReport:
    r"""Check the lines of a derivation; the first wrong one gets a counterexample and a diagnosis.

    `over` names the variable; left out, it is the one with a `d` in front, or the one for which the
    lines are right. A line that uses more than `stride` rules at once is right, but said to skip.
    `layout` is that of Jacobians; "either" accepts a transposed gradient as well.

    >>> report = check_derivation("f = x'*A*x\ndf = x'*A*dx\ngrad = A'*x", {"A": "matrix(n, n)"})
    >>> report.first_wrong, report.mistake
    (2, 'product rule term lost')

    Raises:
        FrechetError: a line cannot be read, or an option is unknown.
    """
    if layout not in LAYOUTS:
        raise UnsupportedError(
            f"there is no layout {quoted(str(layout))}", hint=f"Choose {', '.join(LAYOUTS)}."
        )
    if isinstance(stride, bool) or not isinstance(stride, int) or stride < 1:
        raise UnsupportedError("the stride is a whole number from 1", hint="Pass stride=8, say.")
    given = declare(declarations)
    reading = read_lines(text, given, syntax)
    declared = {**given, **declare(reading.declared)}
    with budget():
        return _Check(reading, declared, over or reading.over, stride, layout).run()


@final
@dataclass(frozen=True, slots=True)
class _Said:
    """A line as far as later ones build on it."""

    kind: Kind
    quantity: str
    written: Expr
    claimed: Expr


@final
class _Check:
    __slots__ = (
        "_before",
        "_judge",
        "_layout",
        "_notes",
        "_over",
        "_places",
        "_reading",
        "_reports",
        "_road",
        "_scope",
        "_stride",
        "_truths",
        "_wrong",
    )

    def __init__(
        self, reading: Reading, declared: Mapping[str, Symbol], over: object, stride: int, layout: str
    ) -> None:
        self._reading, self._over, self._stride, self._layout = reading, over, stride, layout
        self._scope = Scope(dict(declared), reading.syntax)
        self._truths: dict[str, Truth] = {}
        self._reports: list[LineReport] = []
        self._before: _Said | None = None
        self._wrong: _Said | None = None
        self._road: Road | None = None
        self._judge: Judge | None = None
        self._places = 0
        self._notes: list[str] = []

    def run(self) -> CheckReport:
        self._define()
        truth = self._truths[self._reading.function]
        for line in self._reading.lines:
            self._reports.append(self._line(line))
        return CheckReport(truth.variable, tuple(self._reports), tuple(self._notes))

    def _define(self) -> None:
        """Read the function and the parts, choose the variable, and give every part its change."""
        values: dict[str, Expr] = {}
        for line in self._reading.lines:
            if line.kind is Kind.VALUE and line.quantity not in values:
                value = self._read(line)
                values[line.quantity] = value
                if line.quantity != self._reading.function:
                    self._name_part(line.quantity, value)
        if self._reading.function not in values:
            raise FrechetError("no line says what is differentiated", hint="Begin with f = …")
        function = values[self._reading.function]
        variable, note = variable_of(self._reading, function, self._scope.symbols, self._over)
        self._notes += [note] if note else []
        change = differential_symbol(variable, symbols_of(function))
        self._scope.symbols[change.name] = change
        self._scope.differential_of = Truth(function, variable, change).differential_of
        for name, value in values.items():
            self._truths[name] = Truth(value, variable, change)
            if name != self._reading.function and variable.name in symbols_of(value):
                symbol = Symbol.of(f"d{name}", value.shape)
                self._scope.symbols.setdefault(symbol.name, symbol)
                self._scope.meanings[symbol] = self._truths[name].differential

    def _name_part(self, name: str, value: Expr) -> None:
        if name in self._scope.symbols:
            raise DeclarationError(
                f"{quoted(name)} is used before it is defined", hint="Define parts first, under new names."
            )
        symbol = Symbol.of(name, value.shape)
        self._scope.symbols[name] = symbol
        self._scope.meanings[symbol] = value

    def _read(self, line: Line) -> Expr:
        try:
            return self._scope.expression(line.body)
        except FrechetError as error:
            error.message = f"line {line.number}: {error.message}"
            raise

    def _line(self, line: Line) -> LineReport:
        truth = self._truths[line.quantity]
        kind = truth.kind(line.kind)
        if kind is Kind.VALUE and not line.continued:
            self._before = _Said(kind, line.quantity, truth.function, truth.function)
            return LineReport(line.number, line.source, kind, Status.GIVEN, written=truth.function)
        try:
            written = self._scope.expression(line.body)
        except ShapeError as misfit:
            return self._ill_shaped(line, kind, truth, misfit)
        except FrechetError as error:
            error.message = f"line {line.number}: {error.message}"
            raise
        return self._judged(line, kind, truth, written)

    def _judged(self, line: Line, kind: Kind, truth: Truth, written: Expr) -> LineReport:
        try:
            claimed, right = claim(kind, written, truth.change), truth.right(kind)
            fits = claimed.shape == right.shape and self._has_shape(kind, truth, written)
        except ShapeError:
            fits = False
        if not fits:
            return self._misshapen(line, kind, truth, written)
        said = _Said(kind, line.quantity, written, claimed)
        verdict = self._verdict(claimed, right, truth)
        if (
            verdict
            or _differ_in_domain(verdict, said, right, truth)
            or self._by_convention(kind, truth, written)
        ):
            return self._right(line, said, truth)
        return self._wrong_line(line, said, truth, verdict)

    def _verdict(self, claimed: Expr, right: Expr, truth: Truth) -> Verdict:
        if self._judge is None:
            symbols = [s for s in self._scope.symbols.values() if s not in self._scope.meanings]
            self._judge = Judge([truth.function, truth.differential], symbols)
        return self._judge.verdict(claimed, right)

    def _has_shape(self, kind: Kind, truth: Truth, written: Expr) -> bool:
        if kind is Kind.GRADIENT:
            return written.shape == truth.variable.shape
        answer = truth.answer(kind) if kind in (Kind.JACOBIAN, Kind.HESSIAN) else None
        return answer is None or written.shape == answer.shape

    def _by_convention(self, kind: Kind, truth: Truth, written: Expr) -> bool:
        """Accept the derivative by the free entries of a structured variable."""
        if kind is not Kind.GRADIENT or not truth.variable.structure.symmetric:
            return False
        entries = truth.by_entries
        if entries is None or entries.shape != written.shape or not equal_expressions(written, entries):
            return False
        self._notes.append(f"The gradient counts the free entries of {truth.variable.name} (Cookbook §2.8).")
        return True

    def _right(self, line: Line, said: _Said, truth: Truth) -> LineReport:
        self._before = said
        if said.kind is Kind.GRADIENT and truth.variable.structure.symmetric:
            self._note_on_symmetry(said, truth)
        rule, skipped = self._rules(line, said, truth)
        report = LineReport(
            line.number, line.source, said.kind, Status.RIGHT, "", rule, skipped, said.written
        )
        if skipped <= self._stride:
            return report
        message = f"Right, but {skipped} rules at once."
        return LineReport(
            line.number, line.source, said.kind, Status.SKIPS, message, rule, skipped, said.written
        )

    def _note_on_symmetry(self, said: _Said, truth: Truth) -> None:
        """Say so when a gradient is right for symmetric changes without being symmetric itself."""
        if not self._notes and truth.first is not None and not equal_expressions(said.written, truth.first):
            name = truth.variable.name
            self._notes.append(
                f"{name} is symmetric, so a gradient is determined up to a skew part; "
                f"the symmetric one is {write(truth.first)}."
            )

    def _rules(self, line: Line, said: _Said, truth: Truth) -> tuple[str | None, int]:
        if line.quantity != self._reading.function or ORDER[said.kind] > 1:
            return None, 0
        if self._road is None:
            self._road = Road(truth.function, truth.variable)
        start = self._places
        self._places = max(start, self._road.place(said.kind, said.written, start))
        return self._road.rules(start, self._places), self._road.count(start, self._places)

    def _wrong_line(self, line: Line, said: _Said, truth: Truth, verdict: Verdict) -> LineReport:
        if self._wrong is not None:
            return self._later(line, said, truth)
        self._wrong = said
        return self._diagnosed(line, said.kind, truth, said.written, Status.WRONG, verdict)

    def _later(self, line: Line, said: _Said, truth: Truth) -> LineReport:
        """Say of a wrong line after the first whether it follows from the one before."""
        before, self._wrong = self._wrong, said
        follows = before is not None and self._follows(before, said, truth)
        status = Status.FOLLOWS if follows else Status.WRONG
        message = "" if follows else "This is not right either, and does not follow from the line before."
        return LineReport(line.number, line.source, said.kind, status, message, written=said.written)

    def _follows(self, before: _Said, said: _Said, truth: Truth) -> bool:
        steps = ORDER[said.kind] - ORDER[before.kind]
        if before.quantity != said.quantity or steps not in (0, 1):
            return False
        try:
            consequence = before.claimed
            if steps == 1:
                source = before.written if said.kind is Kind.HESSIAN else before.claimed
                consequence = truth.differential_of(source)
            consequence = claimed_by(said.kind, consequence, truth.change)
            return bool(
                consequence.shape == said.claimed.shape and equal_expressions(consequence, said.claimed)
            )
        except FrechetError:
            return False

    def _ill_shaped(self, line: Line, kind: Kind, truth: Truth, misfit: ShapeError) -> LineReport:
        if self._reports and any(not r.status.accepted for r in self._reports):
            return LineReport(line.number, line.source, kind, Status.ILL_SHAPED, f"{misfit.message}.")
        return self._diagnosed(line, kind, truth, None, Status.ILL_SHAPED, misfit.message)

    def _misshapen(self, line: Line, kind: Kind, truth: Truth, written: Expr) -> LineReport:
        answer = truth.answer(kind)
        if answer is not None and self._accepts_transposed(kind) and equal_expressions(written, answer.T):
            self._before = _Said(kind, line.quantity, answer, truth.right(kind))
            return LineReport(line.number, line.source, kind, Status.RIGHT, written=written)
        wanted = f", not {shape_text(answer.shape)}" if answer is not None else ""
        fault = f"The {kind.value} is {shape_text(written.shape)} here{wanted}"
        if any(not r.status.accepted for r in self._reports):
            return LineReport(line.number, line.source, kind, Status.ILL_SHAPED, f"{fault}.", written=written)
        return self._diagnosed(line, kind, truth, written, Status.ILL_SHAPED, fault)

    def _accepts_transposed(self, kind: Kind) -> bool:
        return self._layout == "either" or (self._layout == "denominator" and kind is Kind.JACOBIAN)

    def _diagnosed(
        self, line: Line, kind: Kind, truth: Truth, written: Expr | None, status: Status, why: Verdict | str
    ) -> LineReport:
        """Report the first wrong line with its likely mistake."""
        found = diagnose(self._slip(line, kind, truth, written))
        if found is not None and found.mistake is names.LAYOUT:
            status = Status.OTHER_LAYOUT
        parts = [f"{why}."] if isinstance(why, str) else [_difference(why, kind)]
        if found is not None:
            parts.append(f"{found.mistake.says} {found.mistake.advice}")
        return LineReport(
            line.number, line.source, kind, status, "\n".join(p for p in parts if p),
            written=written, expected=self._expected(kind, truth),
            mistake=None if found is None else found.mistake,
            mended=None if found is None else found.mended,
            counterexample=None if isinstance(why, str) else why.counterexample,
        )  # fmt: skip

    def _expected(self, kind: Kind, truth: Truth) -> Expr | None:
        try:
            return truth.answer(kind)
        except FrechetError:
            return None

    def _slip(self, line: Line, kind: Kind, truth: Truth, written: Expr | None) -> Slip:
        try:
            program: Program | None = self._scope.program(line.body)
        except FrechetError:
            program = None

        def reread(tree: Tree) -> Expr:
            return self._scope.mended(Program(tree, () if program is None else program.bindings), line.body)

        parts = set(self._scope.meanings)
        return Slip(
            truth.function,
            truth.source(kind),
            truth.variable,
            truth.change,
            kind,
            truth.answer(kind),
            truth.right(kind),
            written,
            None if program is None else program.formula,
            reread,
            tuple(s for s in self._scope.symbols.values() if s not in parts),
            line.continued and self._before is not None and self._before.kind is kind,
        )


def _differ_in_domain(verdict: Verdict, said: _Said, right: Expr, truth: Truth) -> bool:
    """Tell whether two formulas agree wherever both have values, and only their domains differ."""
    if verdict.counterexample is None or verdict.sizes is None:
        return False
    try:
        evaluate_all((said.claimed, right), verdict.counterexample, verdict.sizes)
        return False
    except FrechetError:
        points = Fingerprints.of([truth.function, said.claimed, right], [truth.variable, truth.change])
        return points.agree(said.claimed, right)


def _difference(verdict: Verdict, kind: Kind) -> str:
    """Say in numbers how a line differs from the right one."""
    said = (
        "this line"
        if ORDER[kind] == 0 or kind is Kind.DIFFERENTIAL
        else f"the change that this {kind.value} gives"
    )
    message = verdict.message.removeprefix("They differ: ")
    message = message.replace("the left side", said).replace("the right side", "the right one")
    return message[:1].upper() + message[1:]
