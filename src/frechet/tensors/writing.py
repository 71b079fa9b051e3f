"""How a person would write it: lengths of formulas, transposes pushed to where they are short.

`Writer` builds expressions for `recover.py`. It knows which expressions are symmetric, so that
their transposes vanish, and counts the symbols of each form to choose the shortest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Final

from frechet.assumptions import Structure
from frechet.expressions.function import Axis
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from frechet.expressions.traversal import postorder
from frechet.functions.exponentials import SOFTMAX_COLUMNS, SOFTMAX_ROWS
from frechet.functions.indexing import DIAGONAL, SUM, SUM_COLUMNS, SUM_ROWS, TRACE, VEC
from frechet.functions.inverses import INVERSE, PSEUDOINVERSE
from frechet.functions.norms import NORM2
from frechet.functions.triangles import TRIL
from frechet.shapes import Shape, times
from frechet.tensors.nodes import Tensor

TWO: Final = Number.of(2)
MINUS_ONE: Final = Number.of(-1)


class Writer:
    """Builds short expressions; remembers lengths, transposes and what is symmetric."""

    def __init__(self, preferred: Mapping[Tensor, Expr] | None = None) -> None:
        self.preferred = preferred or {}
        self.symmetric: set[Expr] = set()
        self.selections = 0
        self._cost: dict[Expr, int] = {}
        self._turned: dict[Expr, Expr] = {}

    def cost(self, root: Expr) -> int:
        """Return the number of symbols that writing the formula takes."""
        found = self._cost.get(root)
        if found is None:
            for node in postorder(root):
                if node not in self._cost:
                    self._cost[node] = self._cost_of(node)
            found = self._cost[root]
        return found

    def _cost_of(self, node: Expr) -> int:
        parts = sum(self._cost[c] for c in node.children)
        match node:
            case Number(value):
                return 1 + (value < 0) + 2 * (value.denominator != 1)
            case Ones() | Zero():
                return 4 + 2 * (1 not in node.shape) + (node.shape[0] == 1)
            case Identity():
                return 2
            case Sum(terms):
                return parts + len(terms) - 1 - sum(1 for t in terms[1:] if _is_negative(t))
            case Product(coefficient, scalars, chain):
                size = abs(coefficient)
                numbers = 2 * (size.numerator != 1) + 2 * (size.denominator != 1)
                return parts + numbers + (coefficient < 0) + len(scalars) + len(chain) - 1
            case Hadamard(factors):
                return parts + 2 * (len(factors) - 1)
            case Power(_, Number(value)) if value in (Fraction(1, 2), -1):
                return parts
            case Power():
                return parts + 1
            case ElementwisePower(_, Number(value)) if value == Fraction(1, 2):
                return parts
            case ElementwisePower():
                return parts + 2
            case Transpose():
                return parts + 1
            case Apply(function, arguments):
                return parts + len(arguments) + 2 * (function.axis is not Axis.ALL)
            case _:
                return parts + 2 if node.children else 1

    def shortest(self, candidates: Iterable[Expr]) -> Expr:
        """Return the shortest form; among equals the one with the fewest minus signs, then the first."""
        forms = list(candidates)
        least = min(self.cost(form) for form in forms)
        best = [form for form in forms if self.cost(form) == least]
        if len(best) == 1:
            return best[0]
        return min(best, key=lambda form: sum(_is_negative(node) for node in postorder(form)))

    def turn(self, node: Expr) -> Expr:
        """Return the transpose, pushed inside where that is shorter."""
        if node in self.symmetric or node.is_scalar:
            return node
        found = self._turned.get(node)
        if found is None:
            found = self._turn(node)
            self._turned[node] = found
            self._turned.setdefault(found, node)
        return found

    def _turn(self, node: Expr) -> Expr:
        match node:
            case Product(coefficient, scalars, chain):
                turned = Product.of(self.turn(f) for f in reversed(chain))
                return Product.of((Number.of(coefficient), *scalars, turned))
            case Sum(terms):
                return self.shortest((Transpose.of(node), Sum.of(self.turn(t) for t in terms)))
            case Hadamard(factors):
                return self.shortest((Transpose.of(node), Hadamard.of(self.turn(f) for f in factors)))
            case Apply(function, (argument,)) if function is DIAGONAL and argument.shape[1] == 1:
                return node
            case Apply(function, (argument,)) if function.axis is Axis.ALL and function.preserves_symmetry:
                if isinstance(argument, Transpose):
                    return Apply.of(function, argument.operand)
                return Transpose.of(node)
            case _:
                return Transpose.of(node)

    def applied(self, node: Expr) -> Expr:
        """Pull a transpose out of a function that commutes with it: exp(X') is exp(X)'."""
        if not isinstance(node, Apply) or len(node.arguments) != 1 or 1 in node.arguments[0].shape:
            return node
        function, argument = node.function, node.arguments[0]
        if not function.preserves_symmetry and node.shape != argument.shape:
            return node
        partner = {SOFTMAX_ROWS: SOFTMAX_COLUMNS, SOFTMAX_COLUMNS: SOFTMAX_ROWS}.get(function, function)
        if function is TRIL:
            return node
        return self.shortest((node, Transpose.of(Apply.of(partner, self.turn(argument)))))

    def hadamard(self, factors: list[Expr], shape: Shape) -> Expr:
        """Return the entrywise product; a diagonal matrix multiplies, a mask takes a triangle."""
        diagonals = [f.children[0] for f in factors if _is_diagonal_symbol(f)]
        rest = [f for f in factors if not _is_diagonal_symbol(f)]
        masks = [f for f in rest if _is_mask(f)]
        rest = [f for f in rest if not _is_mask(f)]
        rest.sort(key=lambda f: isinstance(f, ElementwisePower) and _is_negative_number(f.exponent))
        if diagonals and not rest:
            return factors[0] if len(factors) == 1 else Apply.of(DIAGONAL, Product.of(diagonals))
        body = Hadamard.of(rest) if rest else Ones.of(shape)
        for mask in masks:
            body = self.triangle(mask, body)
        return Product.of((*diagonals, body)) if diagonals else body

    def triangle(self, mask: Expr, body: Expr) -> Expr:
        if isinstance(mask, Transpose):
            return Transpose.of(Apply.of(TRIL, self.turn(body)))
        return Apply.of(TRIL, body)

    def diagonal(self, vector: Expr) -> Expr:
        """Return diag(v), or what it is the diagonal of."""
        match vector:
            case Ones():
                return Identity.of(vector.shape[0])
            case Apply(function, (argument,)) if function is DIAGONAL and _is_diagonal_symbol(vector):
                return argument
            case ElementwisePower(base, exponent) if _is_diagonal_symbol(base) and exponent is MINUS_ONE:
                assert isinstance(base, Apply)
                return Apply.of(INVERSE, base.arguments[0])
            case Product(coefficient, scalars, (single,)):
                inner = self.diagonal(single)
                return Product.of((Number.of(coefficient), *scalars, inner))
            case _:
                return Apply.of(DIAGONAL, vector)

    def diagonal_of(self, matrix: Expr) -> Expr:
        """Return the vector of diagonal entries."""
        return Apply.of(DIAGONAL, self.shortest((matrix, self.turn(matrix))))

    def vectorized(self, matrix: Expr) -> Expr:
        """Return vec(M)."""
        if isinstance(matrix, Ones):
            return Ones.of((times(matrix.shape[0], matrix.shape[1]), 1))
        return Apply.of(VEC, matrix)

    def row_sums(self, matrix: Expr) -> Expr:
        if isinstance(matrix, Transpose):
            return Apply.of(SUM_COLUMNS, matrix.operand)
        return Apply.of(SUM_ROWS, matrix)

    def total(self, marks: list[Expr]) -> Expr:
        """Return Σᵢ of an entrywise product of vectors as people write it."""
        if len(marks) == 1:
            return self._sum_of(marks[0])
        ranked: list[Expr] = []
        for place, mark in enumerate(marks):
            rest = self.hadamard(marks[:place] + marks[place + 1 :], mark.shape)
            ranked.append(self.chain((self.turn(mark), rest)))
        return self.shortest(ranked)

    def _sum_of(self, mark: Expr) -> Expr:
        match mark:
            case ElementwisePower(base, Number(value)) if value == 2:
                return self.square_of(base)
            case Apply(function, (argument,)) if function in (SUM_ROWS, SUM_COLUMNS):
                return self._sum_of(argument)
            case Product(coefficient, scalars, (single,)):
                return Product.of((Number.of(coefficient), *scalars, self._sum_of(single)))
            case Apply(function, (argument,)) if function is DIAGONAL and argument.shape[1] != 1:
                return self.trace(argument)
            case Ones() if mark.shape[1] == 1:
                return Apply.of(TRACE, Identity.of(mark.shape[0]))
            case _:
                return Apply.of(SUM, mark)

    def square_of(self, base: Expr) -> Expr:
        """Return x'*x for a vector, norm2(X)^2 for a matrix, whichever is shorter."""
        norm = Power.of(Apply.of(NORM2, base), TWO)
        if base.shape[1] != 1:
            return norm
        return self.shortest((self.chain((self.turn(base), base)), norm))

    def trace(self, matrix: Expr) -> Expr:
        """Return tr(M), its factors rotated and transposed to the shortest form."""
        match matrix:
            case Product(coefficient, scalars, chain) if len(chain) > 1:
                forms = [self.chain(chain[k:] + chain[:k]) for k in range(len(chain))]
                forms += [self.turn(form) for form in forms]
                body = min(forms, key=lambda f: (self.cost(f), _names(f)))
                return Product.of((Number.of(coefficient), *scalars, Apply.of(TRACE, body)))
            case _:
                return Apply.of(TRACE, self.shortest((matrix, self.turn(matrix))))

    def without_minus(self, product: Expr) -> Expr:
        """Carry a minus sign into a difference where that is shorter: −(b − A x) is A x − b."""
        if not isinstance(product, Product) or product.coefficient >= 0:
            return product
        forms: list[Expr] = [product]
        for place, factor in enumerate(product.chain):
            flipped = _negated(factor)
            if flipped is not None:
                chain = (*product.chain[:place], flipped, *product.chain[place + 1 :])
                forms.append(
                    Product.of((Number.of(-product.coefficient), *product.scalars, Product.of(chain)))
                )
        for place, factor in enumerate(product.scalars):
            flipped = _negated(factor)
            if flipped is not None:
                scalars = (*product.scalars[:place], flipped, *product.scalars[place + 1 :])
                body = (Product.of(product.chain),) if product.chain else ()
                forms.append(Product.of((Number.of(-product.coefficient), *scalars, *body)))
        return self.shortest(forms)

    def chain(self, factors: Iterable[Expr]) -> Expr:
        """Return a matrix product with equal neighbors written as powers."""
        product = Product.of(factors)
        if not isinstance(product, Product) or len(product.chain) < 2:
            return product
        merged: list[Expr] = []
        for factor in _with_pseudoinverses(product.chain):
            before = merged[-1] if merged else None
            combined = _joined(before, factor) if before is not None else None
            if combined is None:
                merged.append(factor)
            else:
                merged[-1] = combined
        if merged == list(product.chain):
            return product
        return Product.of((Number.of(product.coefficient), *product.scalars, Product.of(merged)))


def _with_pseudoinverses(chain: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """Write inv(X'X)X' as pinv(X), which it is whenever the inverse exists; likewise X'inv(XX')."""
    for place in range(len(chain) - 1):
        left, right = chain[place : place + 2]
        found = None
        match left, right:
            case Apply(function, (Product(c, (), (first, second)),)), _ if function is INVERSE and c == 1:
                if first is right and second is first.T:
                    found = Apply.of(PSEUDOINVERSE, second)
            case _, Apply(function, (Product(c, (), (first, second)),)) if function is INVERSE and c == 1:
                if second is left and first is second.T:
                    found = Apply.of(PSEUDOINVERSE, first)
        if found is not None:
            if isinstance(found.children[0], Transpose):
                found = Transpose.of(Apply.of(PSEUDOINVERSE, found.children[0].children[0]))
            return _with_pseudoinverses((*chain[:place], found, *chain[place + 2 :]))
    return chain


def _negated(node: Expr) -> Expr | None:
    """Return −node when it is a difference (or has one as entrywise factor) that starts with a plus."""
    match node:
        case Sum(terms):
            flipped = [-t for t in terms]
            flipped.sort(key=_is_negative)
            return None if _is_negative(flipped[0]) else Sum.of(flipped)
        case Transpose(operand):
            inner = _negated(operand)
            return None if inner is None else Transpose.of(inner)
        case Hadamard(factors):
            for place, factor in enumerate(factors):
                inner = _negated(factor)
                if inner is not None:
                    return Hadamard.of((*factors[:place], inner, *factors[place + 1 :]))
            return None
        case Apply(function, (argument,)) if function is DIAGONAL:
            inner = _negated(argument)
            return None if inner is None else Apply.of(function, inner)
        case _:
            return None


def _joined(left: Expr, right: Expr) -> Expr | None:
    """Return the power that two equal square neighbors make, or None."""
    (left_base, left_count), (right_base, right_count) = _base_and_count(left), _base_and_count(right)
    if left_base is right_base and left_base.shape[0] == left_base.shape[1] and not left_base.is_scalar:
        power = Power.of(_untransposed(left_base), Number.of(left_count + right_count))
        return Transpose.of(power) if isinstance(left_base, Transpose) else power
    return None


def _untransposed(node: Expr) -> Expr:
    return node.operand if isinstance(node, Transpose) else node


def _base_and_count(node: Expr) -> tuple[Expr, int]:
    match node:
        case Power(base, Number(value)) if value > 1:
            return base, int(value)
        case Transpose(Power(base, Number(value))) if value > 1:
            return Transpose.of(base), int(value)
        case _:
            return node, 1


def _names(node: Expr) -> list[str]:
    return [n.name for n in postorder(node) if isinstance(n, Symbol)]


def _is_negative(node: Expr) -> bool:
    return (isinstance(node, Product) and node.coefficient < 0) or _is_negative_number(node)


def _is_negative_number(node: Expr) -> bool:
    return isinstance(node, Number) and node.value < 0


def _is_diagonal_symbol(node: Expr) -> bool:
    match node:
        case Apply(function, (Symbol(_, Structure.DIAGONAL),)):
            return function is DIAGONAL
        case _:
            return False


def _is_mask(node: Expr) -> bool:
    match node:
        case Apply(function, (Ones(),)) | Transpose(Apply(function, (Ones(),))):
            return function is TRIL
        case _:
            return False
