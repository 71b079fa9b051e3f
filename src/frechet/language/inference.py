"""Shapes by unification: every node gets a pair of sizes, every operation adds equations.

Nothing needs to be declared: in `norm2(A*x - b)` the columns of A and the length of x are one
unknown, its rows and the length of b another. What is declared is rigid, and a contradiction names
both places and both sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Final, NoReturn

from frechet.errors import FrechetError, LimitError, ParseError, ShapeError, quoted
from frechet.expressions.function import AbstractFunction, Axis
from frechet.expressions.nodes import Symbol, mend_of_product, mend_of_sum
from frechet.functions import by_name
from frechet.language.declarations import LARGEST_SIZE, size_names
from frechet.language.names import Kind, assumed_kind
from frechet.language.parser import Program
from frechet.language.sizes import ONE, Size, SizePair, Unifier, dimension, find, is_one, is_open, is_scalar, product
from frechet.language.syntax import Binary, Binding, Call, Name, Num, Postfix, Tree, Unary, parts
from frechet.language.vocabulary import CONSTANTS, is_function, mend_of_function
from frechet.limits import MAX_NAMES
from frechet.shapes import Dimension, Shape, describe, factors_of, times, written

_SIZE_NAMES: Final = "mnpqrstuvwkl"


def values_of(tree: Tree) -> tuple[Tree, ...]:
    """Return the operands of a node that are values, not sizes."""
    if isinstance(tree, Call) and tree.function in CONSTANTS:
        return () if tree.function == "eye" else tree.arguments[:1]
    return parts(tree)


def walk_values(root: Tree) -> Iterator[Tree]:
    """Yield every node that is a value, operands first, left to right."""
    order, stack = list[Tree](), [root]
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(values_of(node))
    return reversed(order)


@dataclass(slots=True)
class Inferred:
    """The result: a shape for every node that needs one, and the symbols of the undeclared names."""

    order: list[Binding]
    symbols: dict[str, Symbol]
    assumed: dict[str, Symbol]
    shapes: dict[Tree, SizePair]
    functions: dict[Tree, AbstractFunction] = field(default_factory=dict)

    def shape(self, tree: Tree) -> Shape:
        rows, columns = (dimension(size) for size in self.shapes[tree])
        assert rows is not None and columns is not None
        return (rows, columns)


def infer(program: Program, declared: Mapping[str, Symbol], source: str, latex: bool = False) -> Inferred:
    """Find the shapes of a program.

    Raises:
        ShapeError: the sizes do not fit, or do not follow from anything.
        ParseError: a name or function is unknown.
    """
    inference = _Inference(program, declared, source, latex)
    for tree in (*(b.value for b in inference.order), program.formula):
        for node in walk_values(tree):
            inference.shapes[node] = inference.shape_of(node)
    return inference.solution()


class _Inference:
    """The equations of one program."""

    def __init__(self, program: Program, declared: Mapping[str, Symbol], source: str, latex: bool) -> None:
        self.program, self.declared, self.source, self.latex = program, declared, source, latex
        self.unifier = Unifier()
        self.shapes: dict[Tree, SizePair] = {}
        self.functions: dict[Tree, AbstractFunction] = {}
        self.names: dict[str, SizePair] = {}
        self.assumed: dict[str, SizePair] = {}
        self.unsized: list[tuple[Tree, Size]] = []
        self.size_names = dict[str, Tree]()
        self.declared_sizes = size_names(declared)
        self.bound = {b.name.text: b for b in program.bindings}
        self.order = self._in_order_of_use()

    def fail(self, tree: Tree, message: str, hint: str, error: type[FrechetError] = ShapeError) -> NoReturn:
        raise error(message, hint=hint, position=(tree.start, tree.end), source=self.source)

    def text(self, tree: Tree) -> str:
        return quoted(" ".join(self.source[tree.start : tree.end].split()))

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
            raise LimitError(f"the formula has more than {MAX_NAMES} names", hint="Gather variables in vectors.")
        return shape

    def assume(self, node: Name) -> SizePair:
        """Return open sizes for an undeclared name, after its first letter."""
        name = node.text
        if name in self.declared_sizes:
            self.fail(
                node, f"{quoted(name)} is a size here, not a variable",
                f"As a number, the size is sum(vector(1, {name})); else rename the size.", ParseError,
            )  # fmt: skip
        match assumed_kind(name, self.latex):
            case Kind.SCALAR:
                return (ONE, ONE)
            case Kind.VECTOR:
                return (Size(), ONE)
            case Kind.MATRIX:
                return (Size(), Size())
            case None:
                self.fail(node, f"{quoted(name)} is not declared", self.mend_of_name(name), ParseError)

    def mend_of_name(self, name: str) -> str:
        """Say what the writer of an unknown name may have meant."""
        if is_function(name):
            return f"It is a function: write {name}(…)."
        known = [*self.declared, *self.bound]
        near = [other for other in known if other.lower() == name.lower() or (len(other) > 2 and _one_edit(other, name))]
        if near:
            return f"Did you mean {near[0]}?"
        if len(name) == 2 and name[0] == "d" and name[1].isalpha():
            return 'For a derivative write the formula only, and name the variable: derivative(f, "x").'
        first = next((c for c in name if c.isalpha()), "x")
        kind = "matrix(m, n)" if first.isupper() else "vector(n)" if "h" <= first <= "z" and len(name) < 4 else "scalar"
        declare = f'Declare it, for example "{name}": "{kind}"'
        if name.isascii() and name.isalpha() and len(name) <= 4 and name.lower() not in _WORDS:
            return f"{declare}; for a product write {_product_of_letters(name)}."
        return f"{declare}."

    def shape_of_binary(self, node: Binary, left: SizePair, right: SizePair) -> SizePair:
        match node.op:
            case "+" | "-":
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
                    self.misfit(node, left, right, f"combined entry by entry with {node.op}", _mend_of_elementwise)
                return left

    def shape_of_product(self, node: Binary, left: SizePair, right: SizePair) -> SizePair:
        if is_scalar(left) or is_scalar(right):
            return right if is_scalar(left) else left
        if not self.unify(left[1], right[0], node):
            shown = self.shown(left, right)
            self.fail(
                node,
                f"{self.text(node.left)} is {written(shown[0])} and {self.text(node.right)} is {written(shown[1])}: "
                f"in the product {_counted(shown[0][1], 'column')} {'meets' if shown[0][1] == 1 else 'meet'} {_counted(shown[1][0], 'row')}",
                mend_of_product(*shown) + self.because(left[1], right[0]),
            )
        return (left[0], right[1])

    def shape_of_power(self, node: Binary, base: SizePair, exponent: SizePair) -> SizePair:
        if not is_scalar(exponent):
            shape = self.shown(exponent)[0]
            self.fail(node, f"the exponent {self.text(node.right)} is a {describe(shape)}", "For powers entry by entry write .^")
        if is_scalar(base):
            return base
        if is_one(base[0]) or is_one(base[1]) or not self.unify(base[0], base[1], node):
            hint = "Only square matrices have one; for powers entry by entry write .^"
            if isinstance(node.right, Unary):
                hint = "Only square matrices have an inverse; 1./x inverts entry by entry, pinv(A) is the pseudoinverse."
            self.fail(node, f"{self.text(node.left)} is a {describe(self.shown(base)[0])} and has no power ^", hint)
        return base

    def cannot_divide(self, node: Binary, right: SizePair) -> NoReturn:
        shape, divisor = self.shown(right)[0], self.source[node.right.start : node.right.end]
        what = f"{self.text(node.right)} is a {describe(shape)}, and / divides by scalars only"
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
        function = by_name(node.function, Axis(node.axis) if node.axis else Axis.ALL)
        if function is None:
            self.unknown_function(node)
        self.expect_arguments(node, *function.arity)
        self.functions[node] = function
        return self.shape_of_function(node, function, shapes)

    def expect_arguments(self, node: Call, least: int, most: int) -> None:
        given = len(node.arguments)
        if least <= given <= most:
            return
        number = f"{least}" if least == most else f"{least} to {most}"
        noun = "argument" if number == "1" else "arguments"
        example = f"{node.function}({', '.join('xyzuvw'[:least])})"
        hint = f"Write {example}."
        if by_name(node.function, Axis.ROWS) is not None:
            hint = f"Write {node.function}(X), {node.function}(X, rows) or {node.function}(X, columns)."
        self.fail(node, f"{node.function} takes {number} {noun}, not {given}", hint, ParseError)

    def unknown_function(self, node: Call) -> NoReturn:
        name, place = node.function, Name(node.function, node.start, node.name_end)
        if len(name) == 1:
            self.fail(place, f"{quoted(name)} is not a function", f"For a product write {name}*(…). Single entries are not in the language.", ParseError)
        self.fail(place, f"there is no function {quoted(name)}", mend_of_function(name), ParseError)

    def shape_of_function(self, node: Call, function: AbstractFunction, shapes: list[SizePair]) -> SizePair:
        """Ask the function's own shape rule; where it refuses, make open sizes equal and ask again."""
        refusal = self.ask(function, shapes)
        for make_equal in (self.make_square, self.make_alike):
            if not isinstance(refusal, FrechetError):
                break
            if make_equal(node, shapes):
                refusal = self.ask(function, shapes)
        if isinstance(refusal, FrechetError):
            shown = self.ask(function, shapes, named=True)
            failure = shown if isinstance(shown, FrechetError) else refusal
            self.fail(node, failure.message, failure.hint)
        return refusal

    def ask(self, function: AbstractFunction, shapes: list[SizePair], named: bool = False) -> SizePair | FrechetError:
        """Return the shape rule's answer, open sizes standing in as names `?0`, `?1`, …"""
        roots: dict[str, Size] = {}
        known: dict[Size, str] = {}

        def stand_in(size: Size) -> Dimension:
            value, root = dimension(size), find(size)
            if value is not None:
                return value
            if root not in known:
                known[root] = _SIZE_NAMES[len(known) % len(_SIZE_NAMES)] if named else f"?{len(known)}"
                roots[known[root]] = root
            return known[root]

        try:
            answer = function.shape_of(*((stand_in(r), stand_in(c)) for r, c in shapes))
        except FrechetError as error:
            return error
        return _restored(answer[0], roots), _restored(answer[1], roots)

    def make_square(self, node: Call, shapes: list[SizePair]) -> bool:
        if any(is_one(r) != is_one(c) for r, c in shapes):
            return False
        return all([self.unify(r, c, node) for r, c in shapes])

    def make_alike(self, node: Call, shapes: list[SizePair]) -> bool:
        return all([self.unify_shapes(shapes[0], other, node) for other in shapes[1:]])

    def shape_of_constant(self, node: Call) -> SizePair:
        """Shapes of `eye`, `vector` and `matrix`, with their sizes or with open ones."""
        sizes = [Size(self.dimension_of(a)) for a in node.arguments[len(values_of(node)) :]]
        if values_of(node) and not is_scalar(self.shapes[node.arguments[0]]):
            self.fail(node, f"{node.function}(c) fills with a scalar, and {self.text(node.arguments[0])} is none", "Write a scalar first.")
        wanted = {"eye": 1, "vector": 1, "matrix": 2}[node.function]
        if sizes and len(sizes) != wanted:
            example = {"eye": "eye(n)", "vector": "vector(1, n)", "matrix": "matrix(1, m, n)"}[node.function]
            self.fail(node, f"{node.function} takes {wanted} {'size' if wanted == 1 else 'sizes'}, not {len(sizes)}", f"Write {example}.")
        if not sizes:
            sizes = [Size() for _ in range(wanted)]
            self.unsized.extend((node, size) for size in sizes)
        match node.function:
            case "eye":
                return (sizes[0], sizes[0])
            case "vector":
                return (sizes[0], ONE)
            case _:
                return (sizes[0], sizes[1])

    def dimension_of(self, tree: Tree) -> Dimension:
        """Read a size: a whole number, a name, or a product of them."""
        result: Dimension = 1
        stack = [tree]
        while stack:
            node = stack.pop()
            match node:
                case Num(value) if value.denominator == 1 and 1 <= value <= LARGEST_SIZE:
                    result = times(result, int(value))
                case Name(text) if text not in self.declared and text not in self.bound:
                    self.size_names.setdefault(text, node)
                    result = times(result, text)
                case Binary("*", left, right):
                    stack.extend((right, left))
                case Name(text):
                    self.fail(node, f"{quoted(text)} is a variable, and a size is due here", "Write the name of a size, such as n.")
                case _:
                    self.fail(node, f"{self.text(node)} is not a size", "A size is a whole number, a name such as n, or a product such as m*n.")
        return result

    # Messages

    def shown(self, *shapes: SizePair) -> list[Shape]:
        """Return shapes for a message, open sizes under provisional names."""
        names = (n for n in _SIZE_NAMES if n not in self.declared_sizes and n not in self.size_names)
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
                sentences.append(f" The size {root.value} follows from {quoted(self.source[start:end])}.")
        return "".join(dict.fromkeys(sentences))

    def misfit(self, node: Binary, left: SizePair, right: SizePair, verb: str, mend: object) -> NoReturn:
        shown = self.shown(left, right)
        hint = mend(*shown) if callable(mend) else ""
        self.fail(
            node,
            f"{self.text(node.left)} is a {describe(shown[0])} and {self.text(node.right)} is a {describe(shown[1])}: "
            f"they cannot be {verb}",
            hint + self.because(left[0], left[1], right[0], right[1]),
        )

    # The where list, and the solution

    def _in_order_of_use(self) -> list[Binding]:
        """Order the named parts so that each comes after those it uses."""
        order, state = list[Binding](), dict[str, bool]()
        for name in self.bound:
            stack = [(name, False)]
            while stack:
                current, done = stack.pop()
                if done:
                    state[current] = True
                    order.append(self.bound[current])
                elif current not in state:
                    state[current] = False
                    stack.append((current, True))
                    for used in self._used_names(self.bound[current].value):
                        if state.get(used) is False:
                            place = self.bound[current].name
                            self.fail(place, f"{quoted(current)} is defined by itself", "Remove the circle.", ParseError)
                        if used not in state:
                            stack.append((used, False))
        return order

    def _used_names(self, tree: Tree) -> list[str]:
        found = (node.text for node in walk_values(tree) if isinstance(node, Name))
        return [name for name in dict.fromkeys(found) if name in self.bound and name not in self.declared]

    def solution(self) -> Inferred:
        for name, place in self.size_names.items():
            if name in self.names:
                self.fail(place, f"{quoted(name)} is a variable elsewhere in this formula, and a size here", "Rename one of them.", ParseError)
        self.name_open_sizes()
        for node, size in self.unsized:
            if dimension(size) is None:
                example = {"eye": "eye(n)", "vector": "vector(1, n)", "matrix": "matrix(1, m, n)"}
                assert isinstance(node, Call)
                self.fail(node, f"the size of {self.text(node)} does not follow from the rest", f"State it: {example[node.function]}.")
        failed = self.unifier.contradiction()
        if failed is not None:
            left, right, (start, end) = failed
            place = Name("", start, end)
            self.fail(place, f"sizes {dimension(left)} and {dimension(right)} differ in {self.text(place)}", "Check the declared sizes.")
        assumed = {name: Symbol.of(name, _known(shape)) for name, shape in self.assumed.items()}
        return Inferred(self.order, {**self.declared, **assumed}, assumed, self.shapes, self.functions)

    def name_open_sizes(self) -> None:
        """Name the sizes that nothing fixes: n if it is one, else m, n, p, … in reading order."""
        roots = dict.fromkeys(
            root for shape in self.assumed.values() for size in shape for root in _atoms(size) if is_open(root)
        )
        taken = {*self.declared_sizes, *self.size_names, *self.declared, *self.names}
        pool = (name for name in chain(_SIZE_NAMES, (f"n{i}" for i in count(1))) if name not in taken)
        if len(roots) == 1 and "n" not in taken:
            pool = chain("n", pool)
        for root, name in zip(roots, pool, strict=False):
            root.value = name


_WORDS: Final = frozenset("inf nan true none null if for in not and or is def do let end min max var int".split())


def _atoms(size: Size) -> list[Size]:
    """Return the unknowns that a size is a product of."""
    root = find(size)
    return [root] if root.factors is None else [atom for factor in root.factors for atom in _atoms(factor)]


def _known(shape: SizePair) -> Shape:
    rows, columns = dimension(shape[0]), dimension(shape[1])
    assert rows is not None and columns is not None
    return (rows, columns)


def _restored(answer: Dimension, roots: Mapping[str, Size]) -> Size:
    """Turn a dimension with stand-ins back into sizes."""
    result = ONE
    for factor in factors_of(answer):
        result = product(result, roots[factor] if factor in roots else Size(factor))
    return result


def _counted(size: Dimension, noun: str) -> str:
    return f"1 {noun}" if size == 1 else f"{size} {noun}s"


def _mend_of_elementwise(left: Shape, right: Shape) -> str:
    if left == (right[1], right[0]):
        return "Did you mean to transpose one of them?"
    return "Both sides need the same shape, or one of them is a scalar."


def _product_of_letters(name: str) -> str:
    """Return `x'*A*x` for `xTAx`."""
    letters = name.replace("T", "'")
    return "*".join(letters).replace("*'", "'")


def _one_edit(left: str, right: str) -> bool:
    """Tell whether one letter makes the difference."""
    if left[:-1] == right[:-1] or left[1:] == right[1:] or sorted(left) == sorted(right):
        return True
    return left in right or right in left if abs(len(left) - len(right)) == 1 else False
