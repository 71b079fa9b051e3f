"""The rules of disciplined convex programming (Grant, Boyd & Ye, 2006).

f(u) is convex when f is convex and, argument by argument, u is affine, or f increases and u is
convex, or f decreases and u is concave (Boyd & Vandenberghe §3.2.4). Two rules are added. A norm
of nonnegative convex parts is convex; to use it on `sqrt` and on powers, `root` says of a part
q ≥ 0 that sqrt(q) is convex, as it is for a sum of squares of affine parts. And a norm or an
even convex function increases where its argument is not negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import reduce
from typing import Final, final

from frechet.expressions.function import Curvature, Monotonicity
from frechet.expressions.nodes import (
    Apply,
    ElementwisePower,
    Expr,
    Hadamard,
    Kronecker,
    Number,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
)
from frechet.expressions.traversal import postorder
from frechet.functions.determinants import LOGDET
from frechet.functions.elementwise import ABS, COSH, SQRT
from frechet.functions.indexing import INDEXING
from frechet.functions.norms import NORM1, NORM2, NORM2_COLUMNS, NORM2_ROWS
from frechet.optimize.convexity.signs import (
    Facts,
    Signs,
    is_semidefinite_chain,
    sign_of_number,
    signs_of_factors,
    signs_of_scalar_chain,
    times,
)

INCREASING_WHERE_NONNEGATIVE: Final = (ABS, COSH, NORM1, NORM2, NORM2_ROWS, NORM2_COLUMNS)
ONE_HALF: Final = Fraction(1, 2)


class Shape(Enum):
    """The curvature of a part, entry by entry."""

    CONSTANT = "constant"
    AFFINE = "affine"
    CONVEX = "convex"
    CONCAVE = "concave"
    UNKNOWN = "unknown"

    @property
    def negated(self) -> Shape:
        return {Shape.CONVEX: Shape.CONCAVE, Shape.CONCAVE: Shape.CONVEX}.get(self, self)


@final
@dataclass(frozen=True, slots=True)
class Form:
    """A part's curvature, whether its square root is convex, and the rule that says so."""

    shape: Shape
    reason: str = ""
    root: bool = False


Forms = Mapping[Expr, Form]
_CONSTANT: Final = Form(Shape.CONSTANT)
_AFFINE: Final = Form(Shape.AFFINE)
_UNKNOWN: Final = Form(Shape.UNKNOWN)


def forms_of(root: Expr, variables: frozenset[Expr], facts: Facts) -> dict[Expr, Form]:
    """Return the form of every part by the composition rules."""
    forms: dict[Expr, Form] = {}
    for node in postorder(root):
        if node in variables:
            forms[node] = _AFFINE
        elif isinstance(node, Symbol) or all(forms[c].shape is Shape.CONSTANT for c in node.children):
            forms[node] = Form(Shape.CONSTANT, root=facts[node].signs.nonnegative)
        else:
            forms[node] = _form(node, forms, facts)
    return forms


def _form(node: Expr, forms: Forms, facts: Facts) -> Form:
    match node:
        case Sum(terms):
            return _sum([forms[t] for t in terms])
        case Product():
            return _product(node, forms, facts)
        case Hadamard(factors):
            return _entrywise_product(factors, Signs.POSITIVE, forms, facts)
        case Power() if not node.is_scalar:
            return _UNKNOWN
        case Power(base, exponent) | ElementwisePower(base, exponent):
            return _power(base, exponent, forms, facts)
        case Transpose(operand):
            return forms[operand]
        case Kronecker(left, right):
            constant, other = (left, right) if forms[left].shape is Shape.CONSTANT else (right, left)
            if forms[constant].shape is not Shape.CONSTANT:
                return _UNKNOWN
            return _scaled(forms[other], facts[constant].signs)
        case Apply():
            return _application(node, forms, facts)
        case _:
            return _UNKNOWN


def _sum(terms: Sequence[Form]) -> Form:
    shapes = {t.shape for t in terms} - {Shape.CONSTANT, Shape.AFFINE}
    if not shapes:
        return _AFFINE
    root = all(t.root for t in terms)
    if shapes == {Shape.CONVEX}:
        return Form(Shape.CONVEX, "a sum of convex and affine terms", root)
    if shapes == {Shape.CONCAVE}:
        return Form(Shape.CONCAVE, "a sum of concave and affine terms")
    return Form(Shape.UNKNOWN, root=root)


def _scaled(form: Form, scale: Signs, reason: str = "") -> Form:
    """Return the form of Σ cᵢuᵢ when the constants c have these signs."""
    if form.shape is Shape.AFFINE:
        return _AFFINE
    if scale.nonnegative:
        return Form(form.shape, reason or f"a nonnegative multiple of a {form.shape.value} part", form.root)
    if scale.nonpositive:
        return Form(form.shape.negated, f"a negative multiple of {reason or f'a {form.shape.value} part'}")
    return _UNKNOWN


def _product(node: Product, forms: Forms, facts: Facts) -> Form:
    scalars = [f for f in node.scalars if forms[f].shape is not Shape.CONSTANT]
    ends = [f for f in node.chain if forms[f].shape is not Shape.CONSTANT]
    constants = [f for f in node.scalars if forms[f].shape is Shape.CONSTANT]
    scale = times(sign_of_number(node.coefficient), signs_of_factors(constants, facts))
    if not ends:
        return _entrywise_product(scalars, times(scale, _signs_of_chain(node, facts)), forms, facts)
    if scalars:
        return _UNKNOWN
    if len(ends) == 1:
        fixed = [facts[f].signs for f in node.chain if f is not ends[0]]
        return _scaled(forms[ends[0]], reduce(times, fixed, scale))
    if len(ends) == 2 and node.is_scalar and _is_quadratic_form(node, ends, forms, facts):
        reason = "a quadratic form with a semidefinite matrix"
        return _scaled(Form(Shape.CONVEX, root=True), scale, reason)
    return _UNKNOWN


def _signs_of_chain(node: Product, facts: Facts) -> Signs:
    if node.chain and node.is_scalar:
        return signs_of_scalar_chain(node.chain, facts)
    return reduce(times, (facts[f].signs for f in node.chain), Signs.POSITIVE)


def _is_quadratic_form(node: Product, ends: Sequence[Expr], forms: Forms, facts: Facts) -> bool:
    """Tell u′Mu with an affine u and a constant semidefinite M."""
    affine = all(forms[end].shape is Shape.AFFINE for end in ends)
    return affine and ends[0] is ends[1].T and is_semidefinite_chain(node.chain, facts)


def _entrywise_product(factors: Sequence[Expr], scale: Signs, forms: Forms, facts: Facts) -> Form:
    """Return the form of a product of constants and one part, or a power of one part."""
    varying = [f for f in factors if forms[f].shape is not Shape.CONSTANT]
    constants = [f for f in factors if forms[f].shape is Shape.CONSTANT]
    total = times(scale, signs_of_factors(constants, facts))
    if len(set(varying)) > 1:
        return _UNKNOWN
    if len(varying) == 1:
        return _scaled(forms[varying[0]], total)
    form = _number_power(varying[0], Fraction(len(varying)), forms, facts)
    return _scaled(form, total, form.reason)


def _power(base: Expr, exponent: Expr, forms: Forms, facts: Facts) -> Form:
    if isinstance(exponent, Number):
        return _number_power(base, exponent.value, forms, facts)
    constant_base = forms[base].shape is Shape.CONSTANT and facts[base].signs.positive
    if constant_base and forms[exponent].shape is Shape.AFFINE:
        return Form(Shape.CONVEX, "a positive constant to an affine power", root=True)
    return _UNKNOWN


def _number_power(base: Expr, p: Fraction, forms: Forms, facts: Facts) -> Form:
    """Return the form of uᵖ (Boyd & Vandenberghe §3.1.5)."""
    form, signs = forms[base], facts[base].signs
    even = p.denominator == 1 and p % 2 == 0
    if p > 0 and even and form.shape is Shape.AFFINE:
        return Form(Shape.CONVEX, "an even power of an affine part", root=True)
    if form.root and p >= ONE_HALF:
        return Form(Shape.CONVEX, "a norm of parts that are affine, or convex and nonnegative", p >= 1)
    if p > 0 and even and form.shape is Shape.CONCAVE and signs.nonpositive:
        return Form(Shape.CONVEX, "an even power of a concave part that is not positive", root=True)
    if not signs.nonnegative:
        return _UNKNOWN
    if p >= 1 and form.shape in (Shape.AFFINE, Shape.CONVEX):
        return Form(Shape.CONVEX, f"a power of a nonnegative {form.shape.value} part", p >= 2)
    if 0 < p <= 1 and form.shape in (Shape.AFFINE, Shape.CONCAVE):
        return Form(Shape.CONCAVE, f"a power between 0 and 1 of a nonnegative {form.shape.value} part")
    if p < 0 and signs.positive and form.shape in (Shape.AFFINE, Shape.CONCAVE):
        return Form(Shape.CONVEX, f"a negative power of a positive {form.shape.value} part", root=True)
    return _UNKNOWN


def _application(node: Apply, forms: Forms, facts: Facts) -> Form:
    if len(node.arguments) != 1:
        return _UNKNOWN
    function, argument = node.function, node.arguments[0]
    form, fact = forms[argument], facts[argument]
    if function in INDEXING:
        return _linear(function.name, form)
    if function is SQRT and form.root:
        return Form(Shape.CONVEX, "a norm of parts that are affine, or convex and nonnegative")
    if function is LOGDET and not (fact.semidefinite and form.shape is Shape.AFFINE):
        return _UNKNOWN
    monotonicity = function.monotonicity
    if function in INCREASING_WHERE_NONNEGATIVE and fact.signs.nonnegative:
        monotonicity = Monotonicity.INCREASING
    shape = _composed(function.curvature, monotonicity, form.shape)
    if shape is Shape.UNKNOWN:
        return _UNKNOWN
    return Form(shape, _composition_in_words(function.name, function.curvature, monotonicity, form.shape))


def _linear(name: str, form: Form) -> Form:
    """Return the form of a sum of entries, or of a rearrangement of them."""
    if form.shape in (Shape.AFFINE, Shape.UNKNOWN):
        return Form(form.shape, root=form.root)
    return Form(form.shape, f"{name} adds or rearranges {form.shape.value} entries", form.root)


def _composed(curvature: Curvature, monotonicity: Monotonicity, argument: Shape) -> Shape:
    helpful = {
        Monotonicity.INCREASING: {Curvature.CONVEX: Shape.CONVEX, Curvature.CONCAVE: Shape.CONCAVE},
        Monotonicity.DECREASING: {Curvature.CONVEX: Shape.CONCAVE, Curvature.CONCAVE: Shape.CONVEX},
        Monotonicity.NONE: {},
    }[monotonicity]
    if curvature is Curvature.AFFINE:
        own = Shape.AFFINE
        return (
            own
            if argument is Shape.AFFINE
            else argument
            if monotonicity is Monotonicity.INCREASING
            else Shape.UNKNOWN
        )
    if curvature is Curvature.UNKNOWN or (
        argument is not Shape.AFFINE and helpful.get(curvature) is not argument
    ):
        return Shape.UNKNOWN
    return Shape.CONVEX if curvature is Curvature.CONVEX else Shape.CONCAVE


def _composition_in_words(
    name: str, curvature: Curvature, monotonicity: Monotonicity, argument: Shape
) -> str:
    grows = "" if argument is Shape.AFFINE else f" and {monotonicity.value}"
    return f"{name} is {curvature.value}{grows}, its argument {argument.value}"
