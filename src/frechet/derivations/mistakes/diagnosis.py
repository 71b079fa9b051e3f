"""The mistake that explains a wrong line: the first one made on purpose that gives the same.

Four sources, tried in an order that depends on the line: relations of the line to the right answer
(its negative, its transpose), mends of what was written, rules with one thing wrong, and the right
answer with a part missing. None of them knows examples; all are compared by fingerprint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from time import thread_time
from typing import Final, final

from frechet.derivations.check_claims import Kind, claim, claimed_by
from frechet.derivations.mistakes import answers, mends, relations
from frechet.derivations.mistakes import catalogue as names
from frechet.derivations.mistakes.catalogue import Mistake
from frechet.derivations.mistakes.fingerprint import Fingerprints, Values, same
from frechet.derivations.mistakes.leibniz import Differentials
from frechet.derivations.mistakes.mends import Mend
from frechet.derivations.mistakes.rules import Wrong, wrong_differentials
from frechet.errors import FrechetError
from frechet.expressions.nodes import Expr, Identity, Symbol
from frechet.language.syntax import Tree

SECONDS: Final = 0.2  # of computing, so that a busy machine names the same mistakes


@final
@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong line and what it should say.

    `source` is what is differentiated (the function, or its gradient for a Hessian), `answer` the
    right side that the line should have, `right` the same as a claim about dX. `written` is None
    where the sizes do not fit; `reread` builds a mended tree.
    """

    function: Expr
    source: Expr
    variable: Symbol
    change: Symbol
    kind: Kind
    answer: Expr | None
    right: Expr
    written: Expr | None
    tree: Tree | None
    reread: Callable[[Tree], Expr]
    symbols: tuple[Symbol, ...]
    continued: bool = False


@final
@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The named mistake; where it was found by mending the line, the mended line and the place."""

    mistake: Mistake
    mended: Expr | None = None
    place: tuple[int, int] | None = None


def diagnose(slip: Slip) -> Diagnosis | None:
    """Return the mistake that explains a line, None if no known one does."""
    try:
        return _Search(slip).run()
    except FrechetError:
        return None


@final
class _Search:
    __slots__ = ("_claimed", "_deadline", "_plain", "points", "slip")

    def __init__(self, slip: Slip) -> None:
        self.slip = slip
        self.points = self._points()
        self._deadline = thread_time() + SECONDS
        self._claimed = self._claim(slip.written)
        self._plain = None if slip.written is None else self.points.of_formula(slip.written)

    def _points(self) -> Fingerprints:
        """Draw points, those where the written line has a value if there are any."""
        slip, roots = self.slip, [self.slip.function, self.slip.right]
        if slip.written is not None:
            points = Fingerprints.of([*roots, slip.written], slip.symbols)
            if points.ready:
                return points
        return Fingerprints.of(roots, slip.symbols)

    def run(self) -> Diagnosis | None:
        for stage in self._stages():
            for found in stage:
                if found is not None:
                    return found
                if thread_time() > self._deadline:
                    break
        return None if self._fits() else Diagnosis(names.SHAPE)

    def _fits(self) -> bool:
        """Tell whether a line of this kind can have this shape."""
        slip = self.slip
        if slip.written is None or not self._has_right_shape():
            return False
        try:
            return claim(slip.kind, slip.written, slip.change).shape == slip.right.shape
        except FrechetError:
            return False

    def _has_right_shape(self) -> bool:
        answer, written = self.slip.answer, self.slip.written
        return answer is None or (written is not None and written.shape == answer.shape)

    def _stages(self) -> Iterator[Iterator[Diagnosis | None]]:
        if not self.points.ready:
            return
        if self.slip.written is None:
            yield from (self._mended(stage) for stage in self._all_mends())
            return
        fits = self._fits()
        yield self._related(fits)
        if fits:
            yield self._mended(self._transposes())
            yield self._assumed_symmetric()
        rules, other = [self._wrong_rules()], [self._mended(m) for m in self._other_mends()]
        yield from chain(other, rules) if self.slip.continued or not fits else chain(rules, other)
        if not fits:
            yield self._mended(self._transposes())
        yield self._confused_diagonals()
        yield from self._parts()
        yield self._last_resorts()

    def _claim(self, written: Expr | None) -> Values | None:
        if written is None:
            return None
        try:
            return self.points.of_formula(claim(self.slip.kind, written, self.slip.change))
        except FrechetError:
            return None

    def _related(self, fits: bool) -> Iterator[Diagnosis | None]:
        slip, written = self.slip, self.slip.written
        assert written is not None
        right = self.points.of_formula(slip.right)
        if fits and right is not None and self._claimed is not None:
            multiple = relations.multiple(self._claimed, right)
            if multiple is names.FACTOR_LOST:
                yield from self._term_of_a_product()
            yield _named(multiple)
        if slip.answer is not None:
            answer = self.points.of_formula(slip.answer)
            if self._plain is not None and answer is not None:
                yield _named(relations.layout(self._plain, answer))
            if written.is_scalar and slip.answer.shape[0] == slip.answer.shape[1]:
                unit = written * Identity.of(slip.answer.shape[0])
                yield Diagnosis(names.IDENTITY_MISSING) if self.points.agree(unit, slip.answer) else None
        yield self._other_orders()

    def _other_orders(self) -> Diagnosis | None:
        slip = self.slip
        for mistake, other in relations.other_orders(slip.function, slip.variable, slip.kind):
            found = self._if_plain(mistake, other)
            if found is not None:
                return found
        return None

    def _term_of_a_product(self) -> Iterator[Diagnosis | None]:
        """Half the answer may be one of two equal terms of a product rule."""
        for found in self._wrong_rules():
            if found is not None and found.mistake is names.PRODUCT_TERM_LOST:
                yield found
                return

    def _if_plain(self, mistake: Mistake, formula: Expr) -> Diagnosis | None:
        """Compare with the line as it stands."""
        values = self.points.of_formula(formula)
        found = values is not None and self._plain is not None and same(values, self._plain)
        return Diagnosis(mistake) if found else None

    def _if_claimed(self, mistake: Mistake, formula: Expr) -> Diagnosis | None:
        """Compare with what the line claims about dX."""
        values = self.points.of_formula(formula)
        found = values is not None and self._claimed is not None and same(values, self._claimed)
        return Diagnosis(mistake) if found else None

    def _transposes(self) -> Iterator[Mend]:
        """Toggle transposes; where constants state their sizes, these follow the new shapes."""
        tree = self.slip.tree
        if tree is None:
            return
        yield from mends.transposes(tree)
        free = mends.without_sizes(tree)
        if free is not tree:
            yield from mends.transposes(free)

    def _other_mends(self) -> Iterator[Iterator[Mend]]:
        tree, varying = self.slip.tree, frozenset({self.slip.variable.name, self.slip.change.name})
        if tree is None:
            return
        yield mends.signs(tree)
        yield mends.orders(tree)
        yield mends.terms(tree, varying)
        yield mends.products(tree)
        yield mends.inverses(tree)
        yield mends.functions(tree)

    def _all_mends(self) -> Iterator[Iterator[Mend]]:
        yield self._transposes()
        yield from self._other_mends()

    def _mended(self, found: Iterator[Mend]) -> Iterator[Diagnosis | None]:
        """Look for a mend that makes the line right."""
        right = self.points.of_formula(self.slip.right)
        seen = {self.slip.written}
        for mend in found:
            try:
                formula = self.slip.reread(mend.tree)
            except FrechetError:
                continue
            if formula not in seen:
                seen.add(formula)
                values = self._claim(formula)
                if right is not None and values is not None and same(values, right):
                    yield Diagnosis(mend.mistake, formula, mend.place)
            yield None

    def _wrong_rules(self) -> Iterator[Diagnosis | None]:
        slip = self.slip
        if slip.kind is Kind.VALUE:
            return
        right = Differentials(slip.source, slip.variable, slip.change)
        for mistake, total in wrong_differentials(right):
            yield self._if_claimed(mistake, claimed_by(slip.kind, total, slip.change))

    def _assumed_symmetric(self) -> Iterator[Diagnosis | None]:
        slip, written = self.slip, self.slip.written
        assert written is not None
        try:
            said = claim(slip.kind, written, slip.change)
        except FrechetError:
            return
        yield _named(relations.symmetric(self.points, said, slip.right, slip.symbols, slip.change))

    def _parts(self) -> Iterator[Iterator[Diagnosis | None]]:
        slip = self.slip
        if slip.kind is not Kind.VALUE:
            yield self._plainly(answers.partial(slip.source, slip.variable))
            yield self._plainly(answers.inner(slip.source, slip.variable))
            yield self._plainly(
                relations.other_questions(slip.function, slip.variable, slip.kind, slip.symbols)
            )
        if self._claimed is not None:
            yield self._scaled()
        if slip.answer is not None:
            yield self._plainly(answers.spoiled(slip.answer))

    def _confused_diagonals(self) -> Iterator[Diagnosis | None]:
        answer, written = self.slip.answer, self.slip.written
        if answer is None or written is None:
            return
        for mistake, formula in relations.diagonals(answer):
            yield self._if_plain(mistake, formula)
        values = self.points.of_formula(answer)
        for mistake, formula in relations.diagonals(written):
            said = self.points.of_formula(formula)
            if mistake is names.STRUCTURE and said is not None and values is not None and same(said, values):
                yield Diagnosis(mistake)

    def _plainly(self, wrongs: Iterator[Wrong]) -> Iterator[Diagnosis | None]:
        for mistake, formula in wrongs:
            yield self._if_plain(mistake, formula)

    def _scaled(self) -> Iterator[Diagnosis | None]:
        slip, right = self.slip, self.points.of_formula(self.slip.right)
        if right is None or self._claimed is None:
            return
        roots = [root for root in (slip.right, slip.function, slip.written) if root is not None]
        for mistake, scalar in relations.scalars(roots, slip.variable):
            values = self.points.of_formula(scalar)
            if values is not None and relations.scaled_by(self._claimed, right, values):
                yield Diagnosis(mistake)
            yield None

    def _last_resorts(self) -> Iterator[Diagnosis | None]:
        slip, written = self.slip, self.slip.written
        assert written is not None
        if slip.tree is not None:
            yield from self._mended(mends.other_names(slip.tree, {s.name: s for s in slip.symbols}))
        yield _named(self._numbers(written))

    def _numbers(self, written: Expr) -> Mistake | None:
        """Tell whether the line is right when every size is 1."""
        slip = self.slip
        points = Fingerprints.of_numbers([slip.function, slip.right, written], slip.symbols)
        left, right = points.of_formula(written), points.of_formula(slip.right)
        change = points.of_formula(slip.change)
        if not points.ready or left is None or right is None or change is None:
            return None
        if slip.kind not in (Kind.VALUE, Kind.DIFFERENTIAL, Kind.SECOND_DIFFERENTIAL):
            left = tuple([[a[0][0] * b[0][0]]] for a, b in zip(left, change, strict=True))
        return names.SCALAR_RULE if same(left, right) else None


def _named(mistake: Mistake | None) -> Diagnosis | None:
    return None if mistake is None else Diagnosis(mistake)


def all_symbols(*groups: Sequence[Symbol]) -> tuple[Symbol, ...]:
    """Return symbols without repetition."""
    return tuple(dict.fromkeys(s for group in groups for s in group))
