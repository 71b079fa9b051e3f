"""Shapes by unification: every node gets a pair of sizes, every operation adds equations.

Nothing needs to be declared: in `norm2(A*x - b)` the columns of A and the length of x are one
unknown, its rows and the length of b another. What is declared is rigid, and a contradiction names
both places and both sizes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import NoReturn

from frechet.errors import FrechetError, LimitError, ParseError, quoted
from frechet.expressions.function import AbstractFunction, Axis
from frechet.expressions.misfits import mend_of_elementwise, mend_of_product, mend_of_sum
from frechet.expressions.nodes import Symbol
from frechet.functions import by_name
from frechet.language.constants import (
    EXAMPLES,
    names_of_sizes,
    shape_of_constant,
    sizes_of_constant,
    values_of,
    walk_values,
)
from frechet.language.declarations import size_names
from frechet.language.mends import mend_of_name
from frechet.language.names import Kind, assumed_kind
from frechet.language.order import in_order_of_use
from frechet.language.parser import Program
from frechet.language.promotion import PromotionError, transposed_names
from frechet.language.refusals import meeting, unknown_function
from frechet.language.rules import SIZE_NAMES, apply_rule
from frechet.language.sizes import (
    ONE,
    Size,
    SizePair,
    Unifier,
    atoms,
    dimension,
    find,
    is_one,
    is_open,
    is_scalar,
    known_shape,
    product,
)
from frechet.language.source import Source
from frechet.language.syntax import Binary, Binding, Call, Name, Num, Postfix, Tree, Unary
from frechet.language.vocabulary import CONSTANTS
from frechet.limits import MAX_NAMES
from frechet.shapes import Dimension, Shape, describe, written


@dataclass(slots=True)
class Inferred:
    """The result: a shape for every node that needs one, and the symbols of the undeclared names."""

    order: list[Binding]
    symbols: dict[str, Symbol]
    assumed: dict[str, Symbol]
    shapes: dict[Tree, SizePair]
    functions: dict[Tree, AbstractFunction] = field(default_factory=dict)

    def shape(self, tree: Tree) -> Shape:
        return known_shape(self.shapes[tree])


def infer(
    program: Program,
    declared: Mapping[str, Symbol],
    source: str,
    latex: bool = False,
    vectors: Iterable[str] = (),
) -> Inferred:
    """Find the shapes of a program; `vectors` are undeclared names whose look says what they are.

    Raises:
        ShapeError: the sizes do not fit, or do not follow from anything.
        ParseError: a name or function is unknown.
    """
    promoted = dict.fromkeys(vectors, Kind.VECTOR)
    while True:
        inference = _Inference(program, declared, source, latex, promoted)
        try:
            for tree in (*(b.value for b in inference.order), program.formula):
                for node in walk_values(tree):
                    inference.shapes[node] = inference.shape_of(node)
        except PromotionError as promotion:
            promoted[promotion.name] = promotion.kind
            continue
        return inference.solution()


class _Inference:
    """The equations of one program."""

    def __init__(
        self,
        program: Program,
        declared: Mapping[str, Symbol],
        source: str,
        latex: bool,
        promoted: Mapping[str, Kind],
    ) -> None:
        self.declared, self.latex, self.source, self.promoted = declared, latex, Source(source), promoted
        self.fail, self.quote = self.source.fail, self.source.quote
        self.unifier = Unifier()
        self.shapes: dict[Tree, SizePair] = {}
        self.functions: dict[Tree, AbstractFunction] = {}
        self.names: dict[str, SizePair] = {}
        self.assumed: dict[str, SizePair] = {}
        self.unsized: list[tuple[Call, Size]] = []
        self.size_names: dict[str, Name] = {}
        self.declared_sizes = size_names(declared)
        self.bound = {b.name.text: b for b in program.bindings}
        self.order = in_order_of_use(program, declared, source)

    def unify(self, left: Size, right: Size, tree: Tree) -> bool:
        return self.unifier.unify(left, right, (tree.start, tree.end))

    def unify_shapes(self, left: SizePair, right: SizePair, tree: Tree) -> bool:
        return self.unify(left[0], right[0], tree) and self.unify(left[1], right[1], tree)

    # Shapes of nodes

    def shape_of(self, node: Tree) -> SizePair:
        match node:
            case Num():
                return (ONE, ONE)
            case Name():
                return self.shape_of_name(node)
            case Unary():
                return self.shapes[node.operand]
            case Postfix():
                rows, columns = self.shapes[node.operand]
                return (columns, rows)
            case Binary():
                return self.shape_of_binary(node, self.shapes[node.left], self.shapes[node.right])
            case Call():
                return self.shape_of_call(node)

    def shape_of_name(self, node: Name) -> SizePair:
        name = node.text
        known = self.names.get(name)
        if known is not None:
            return known
        if name in self.bound and name not in self.declared:
            shape = self.shapes[self.bound[name].value]
        elif name in self.declared:
            rows, columns = self.declared[name].shape
            shape = (Size(rows), Size(columns))
        elif name == "pi":
            return (ONE, ONE)
        else:
            shape = self.assumed[name] = self.assume(node)
        self.names[name] = shape
        if len(self.names) - len(self.bound) > MAX_NAMES:
            raise LimitError(
                f"the formula has more than {MAX_NAMES} names", hint="Gather variables in vectors."
            )
        return shape

    def assume(self, node: Name) -> SizePair:
        """Return open sizes for an undeclared name, after its first letter."""
        name = node.text
        if name in self.declared_sizes:
            self.fail(
                node, f"{quoted(name)} is a size here, not a variable",
                f"As a number, the size is sum(vector(1, {name})); else rename the size.", ParseError,
            )  # fmt: skip
        kind = self.promoted.get(name) or assumed_kind(name, self.latex)
        if kind is None:
            mend = mend_of_name(name, [*self.declared, *self.bound])
            self.fail(node, f"{quoted(name)} is not declared", mend, ParseError)
        return (ONE if kind is Kind.SCALAR else Size(), Size() if kind is Kind.MATRIX else ONE)

    def promote(self, tree: Tree, shape: SizePair, other: SizePair) -> None:
        """Let `b` be a vector in `A*x - b` when nothing is declared of it."""
        while isinstance(tree, Unary):
            tree = tree.operand
        undeclared = isinstance(tree, Name) and tree.text in self.assumed and tree.text not in self.promoted
        if undeclared and is_scalar(shape) and not is_scalar(other) and not is_one(other[0]):
            assert isinstance(tree, Name)
            raise PromotionError(tree.text, Kind.VECTOR if is_one(other[1]) else Kind.MATRIX)

    def promote_transposed(self, node: Binary) -> None:
        """Let `b` be a vector in `x'*A*x + b'*x`, where the terms fit only so."""
        for name in transposed_names(node.left, node.right):
            if name not in self.promoted and is_scalar(self.assumed.get(name, (Size(), Size()))):
                raise PromotionError(name, Kind.VECTOR)

    def shape_of_binary(self, node: Binary, left: SizePair, right: SizePair) -> SizePair:
        match node.op:
            case "+" | "-":
                self.promote(node.left, left, right)
                self.promote(node.right, right, left)
                if is_scalar(left) != is_scalar(right):
                    self.promote_transposed(node)
                if is_scalar(left) != is_scalar(right) or not self.unify_shapes(left, right, node):
                    self.misfit(node, left, right, "added" if node.op == "+" else "subtracted", mend_of_sum)
                return left
            case "*":
                return self.shape_of_product(node, left, right)
            case "/":
                if not is_scalar(right):
                    self.cannot_divide(node, right)
                return left
            case "^":
                return self.shape_of_power(node, left, right)
            case ".*" | "./" | ".^":
                if is_scalar(left) or is_scalar(right):
                    return right if is_scalar(left) else left
                if not self.unify_shapes(left, right, node):
                    self.misfit(
                        node, left, right, f"combined entry by entry with {node.op}", mend_of_elementwise
                    )
                return left

    def shape_of_product(self, node: Binary, left: SizePair, right: SizePair) -> SizePair:
        if is_scalar(left) or is_scalar(right):
            return right if is_scalar(left) else left
        if not self.unify(left[1], right[0], node):
            first, second = self.shown(left, right)
            self.fail(
                node,
                f"{self.quote(node.left)} is {written(first)} and {self.quote(node.right)} is "
                f"{written(second)}: in the product {meeting(first[1], second[0])}",
                mend_of_product(first, second) + self.because(left[1], right[0]),
            )
        return (left[0], right[1])

    def shape_of_power(self, node: Binary, base: SizePair, exponent: SizePair) -> SizePair:
        if not is_scalar(exponent):
            shape = self.shown(exponent)[0]
            self.fail(
                node,
                f"the exponent {self.quote(node.right)} is a {describe(shape)}",
                "For powers entry by entry write .^",
            )
        if is_scalar(base):
            return base
        if is_one(base[0]) or is_one(base[1]) or not self.unify(base[0], base[1], node):
            hint = "Only square matrices have one; for powers entry by entry write .^"
            if isinstance(node.right, Unary):
                hint = (
                    "Only square matrices have an inverse; 1./x inverts entries, pinv is the pseudoinverse."
                )
            what = f"{self.quote(node.left)} is a {describe(self.shown(base)[0])} and has no power ^"
            self.fail(node, what, hint)
        return base

    def cannot_divide(self, node: Binary, right: SizePair) -> NoReturn:
        shape, divisor = self.shown(right)[0], self.source.text[node.right.start : node.right.end]
        what = f"{self.quote(node.right)} is a {describe(shape)}, and / divides by scalars only"
        if is_one(right[0]) or is_one(right[1]):
            self.fail(node, what, "To divide entry by entry write ./")
        short = divisor if len(divisor) < 20 else "A"
        self.fail(node, what, f"Write inv({short}) on the side you mean, or ./ to divide entry by entry.")

    def shape_of_call(self, node: Call) -> SizePair:
        shapes = [self.shapes[a] for a in values_of(node)]
        if node.function in CONSTANTS:
            return self.shape_of_constant(node)
        if node.function == "transpose":
            self.expect_arguments(node, 1, 1)
            return (shapes[0][1], shapes[0][0])
        if node.function == "kron":
            self.expect_arguments(node, 2, 2)
            return (product(shapes[0][0], shapes[1][0]), product(shapes[0][1], shapes[1][1]))
        if node.function == "sumsq":
            self.expect_arguments(node, 1, 1)
            return (ONE, ONE)
        if node.function == "sym":
            self.expect_arguments(node, 1, 1)
            return self.shape_of_symmetric_part(node, shapes[0])
        function = by_name(node.function, Axis(node.axis) if node.axis else Axis.ALL)
        if function is None:
            place = Name(node.function, node.start, node.name_end)
            raise unknown_function(node.function, place, self.source.text)
        self.expect_arguments(node, *function.arity)
        self.functions[node] = function
        answer = apply_rule(function, shapes, lambda left, right: self.unify(left, right, node))
        if isinstance(answer, FrechetError):
            self.fail(node, answer.message, answer.hint)
        return answer

    def shape_of_symmetric_part(self, node: Call, shape: SizePair) -> SizePair:
        if not self.unify(shape[0], shape[1], node):
            what = f"sym needs a square matrix, and {self.quote(node.arguments[0])} is a "
            self.fail(node, what + describe(self.shown(shape)[0]), "sym(A) is (A + A')/2.")
        return shape

    def expect_arguments(self, node: Call, least: int, most: int) -> None:
        given = len(node.arguments)
        if least <= given <= most:
            return
        number = f"{least}" if least == most else f"{least} to {most}"
        noun = "argument" if number == "1" else "arguments"
        hint = f"Write {node.function}({', '.join('xyzuvw'[:least])})."
        if by_name(node.function, Axis.ROWS) is not None:
            hint = f"Write {node.function}(X), {node.function}(X, rows) or {node.function}(X, columns)."
        self.fail(node, f"{node.function} takes {number} {noun}, not {given}", hint, ParseError)

    def shape_of_constant(self, node: Call) -> SizePair:
        filled = values_of(node)
        if filled and not is_scalar(self.shapes[filled[0]]):
            what = f"{node.function}(c) fills with a scalar, and {self.quote(filled[0])} is none"
            self.fail(node, what, "Write a scalar first.")
        stated = node.arguments[len(filled) :]
        sizes = sizes_of_constant(node, stated, self.declared.keys() | self.bound.keys(), self.source)
        self.size_names.update((name.text, name) for name in names_of_sizes(stated))
        self.unsized.extend((node, size) for size in sizes)
        return shape_of_constant(node.function, sizes)

    # Messages

    def shown(self, *shapes: SizePair) -> list[Shape]:
        """Return shapes for a message, open sizes under provisional names."""
        names = (n for n in SIZE_NAMES if n not in self.declared_sizes and n not in self.size_names)
        given: dict[Size, str] = {}

        def show(size: Size) -> Dimension:
            value = dimension(size)
            if value is None:
                root = find(size)
                if root not in given:
                    given[root] = next(names, "…")
                return given[root]
            return value

        return [(show(r), show(c)) for r, c in shapes]

    def because(self, *sizes: Size) -> str:
        """Say where sizes that were not declared come from."""
        sentences = []
        for size in sizes:
            root = find(size)
            if size is not root and root.origin is not None and root.value is not None:
                start, end = root.origin
                sentences.append(
                    f" The size {root.value} follows from {quoted(self.source.text[start:end])}."
                )
        return "".join(dict.fromkeys(sentences))

    def misfit(self, node: Binary, left: SizePair, right: SizePair, verb: str, mend: object) -> NoReturn:
        shown = self.shown(left, right)
        hint = mend(*shown) if callable(mend) else ""
        self.fail(
            node,
            f"{self.quote(node.left)} is a {describe(shown[0])} and "
            f"{self.quote(node.right)} is a {describe(shown[1])}: they cannot be {verb}",
            hint + self.because(left[0], left[1], right[0], right[1]),
        )

    # The solution

    def solution(self) -> Inferred:
        for name, place in self.size_names.items():
            if name in self.names:
                self.fail(
                    place,
                    f"{quoted(name)} is a variable elsewhere in this formula, and a size here",
                    "Rename one of them.",
                    ParseError,
                )
        self.name_open_sizes()
        for node, size in self.unsized:
            if dimension(size) is None:
                self.fail(
                    node,
                    f"the size of {self.quote(node)} does not follow from the rest",
                    f"State it: {EXAMPLES[node.function]}.",
                )
        failed = self.unifier.contradiction()
        if failed is not None:
            left, right, (start, end) = failed
            place = Name("", start, end)
            self.fail(
                place,
                f"sizes {dimension(left)} and {dimension(right)} differ in {self.quote(place)}",
                "Declare sizes that fit.",
            )
        assumed = {name: Symbol.of(name, known_shape(shape)) for name, shape in self.assumed.items()}
        return Inferred(self.order, {**self.declared, **assumed}, assumed, self.shapes, self.functions)

    def name_open_sizes(self) -> None:
        """Name the sizes that nothing fixes: n if it is one, else m, n, p, … in reading order."""
        roots = dict.fromkeys(
            root for shape in self.assumed.values() for size in shape for root in atoms(size) if is_open(root)
        )
        taken = {*self.declared_sizes, *self.size_names, *self.declared, *self.names}
        pool = (name for name in chain(SIZE_NAMES, (f"n{i}" for i in count(1))) if name not in taken)
        if len(roots) == 1 and "n" not in taken:
            roots.popitem()[0].value = "n"
        for root, name in zip(roots, pool, strict=False):
            root.value = name
