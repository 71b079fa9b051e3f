"""The value of a formula in plain Python, node by node, as the definitions say.

It shares nothing with the tensors, the rules of differentiation, or the back ends, and so can
judge them. Values are lists of rows; `Arithmetic` chooses the kind of number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import reduce

from frechet.errors import DomainError, EvaluationError, FrechetError
from frechet.expressions.function import AbstractElementwise, Entry, Matrix
from frechet.expressions.nodes import (
    Apply,
    Constant,
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from frechet.expressions.text import write
from frechet.expressions.traversal import postorder
from frechet.functions.elementary import elementary
from frechet.functions.linear_algebra import (
    add,
    hadamard,
    identity,
    is_finite,
    kron,
    matmul,
    power,
    scale,
    transpose,
    whole,
    zero_of,
)
from frechet.functions.modular import Modular
from frechet.shapes import value_of
from frechet.verification.arithmetic import FLOAT, Arithmetic

Value = Entry | Sequence[Entry] | Sequence[Sequence[Entry]]
_LARGEST_SHOWN = 60


def evaluate(
    root: Expr, values: Mapping[str, Value], sizes: Mapping[str, int], arithmetic: Arithmetic = FLOAT
) -> Matrix:
    """Return the value of a formula as a list of rows.

    `values` gives a number, a list or a list of rows for every symbol, in the arithmetic's kind of
    number; `sizes` a number for every size name.

    Raises:
        DomainError: the formula has no finite value there; the message names the part.
        EvaluationError: a value is missing.
    """
    return evaluate_all((root,), values, sizes, arithmetic)[0]


def evaluate_all(
    roots: Sequence[Expr],
    values: Mapping[str, Value],
    sizes: Mapping[str, int],
    arithmetic: Arithmetic = FLOAT,
    known: dict[Expr, Matrix] | None = None,
) -> list[Matrix]:
    """Return the values of several formulas, their common parts computed once.

    `known` keeps the values of parts from one call to the next, at one point.
    """
    results: dict[Expr, Matrix] = {} if known is None else known
    with arithmetic.context():
        for node in postorder(*roots):
            if node not in results:
                results[node] = _checked(node, results, values, dict(sizes), arithmetic)
    return [results[root] for root in roots]


def matrix_of(value: Value) -> Matrix:
    """Return a number, a list or a list of rows as a list of rows; a list is a column."""
    if not isinstance(value, Sequence):
        return [[value]]
    return [list(row) if isinstance(row, Sequence) else [row] for row in value]


def _checked(
    node: Expr,
    results: Mapping[Expr, Matrix],
    values: Mapping[str, Value],
    sizes: dict[str, int],
    arithmetic: Arithmetic,
) -> Matrix:
    try:
        value = _rule(node, results, values, sizes, arithmetic)
    except FrechetError as error:
        error.hint = error.hint or f"It happens in {_shown(node)}."
        raise
    except (ValueError, ArithmeticError):
        raise DomainError(f"{_shown(node)} has no finite value there", hint="Choose other values.") from None
    if not all(is_finite(entry) for row in value for entry in row):
        raise DomainError(f"{_shown(node)} is not finite there", hint="Choose other values.")
    return value


def _shown(node: Expr) -> str:
    return write(node) if node.size <= _LARGEST_SHOWN else "a part of the formula"


def _rule(
    node: Expr,
    results: Mapping[Expr, Matrix],
    values: Mapping[str, Value],
    sizes: dict[str, int],
    arithmetic: Arithmetic,
) -> Matrix:
    match node:
        case Number(value):
            return [[arithmetic.number(value)]]
        case Symbol(name, _):
            return _value_of_symbol(node, name, values, sizes)
        case Identity():
            return identity(value_of(node.shape[0], sizes), arithmetic.number(Fraction(1)))
        case Ones() | Zero():
            entry = arithmetic.number(Fraction(isinstance(node, Ones)))
            return [[entry] * value_of(node.shape[1], sizes) for _ in range(value_of(node.shape[0], sizes))]
        case Sum(terms):
            return reduce(add, [results[term] for term in terms])
        case Product():
            return _product(node, results, arithmetic)
        case Hadamard(factors):
            return reduce(hadamard, [results[factor] for factor in factors])
        case Transpose(operand):
            return transpose(results[operand])
        case Kronecker(left, right):
            return kron(results[left], results[right])
        case Power(base, exponent) if not base.is_scalar:
            return power(results[base], whole(results[exponent][0][0]))
        case Power(base, exponent) | ElementwisePower(base, exponent):
            return _elementwise_power(results[base], results[exponent], arithmetic)
        case Apply():
            return _application(node, [results[a] for a in node.arguments], sizes, arithmetic)
        case Constant() if arithmetic.pi is not None:
            return [[arithmetic.pi()]]
    raise EvaluationError("pi has no exact value", hint="Evaluate with floats.")


def _value_of_symbol(symbol: Symbol, name: str, values: Mapping[str, Value], sizes: dict[str, int]) -> Matrix:
    if name not in values:
        raise EvaluationError(f"{name} has no value", hint=f"Give a value for {name}.")
    value = matrix_of(values[name])
    expected = (value_of(symbol.shape[0], sizes), value_of(symbol.shape[1], sizes))
    if (len(value), len(value[0])) != expected:
        raise EvaluationError(
            f"{name} is {len(value)} × {len(value[0])}, but it is declared {expected[0]} × {expected[1]}",
            hint="Check the sizes.",
        )
    return value


def _product(node: Product, results: Mapping[Expr, Matrix], arithmetic: Arithmetic) -> Matrix:
    factor = arithmetic.number(node.coefficient)
    for scalar in node.scalars:
        factor = factor * results[scalar][0][0]
    if not node.chain:
        return [[factor]]
    chain = [results[part] for part in node.chain]
    if len(chain[-1][0]) == 1:
        value = reduce(lambda right, left: matmul(left, right), reversed(chain))
    else:
        value = reduce(matmul, chain)
    return value if node.coefficient == 1 and not node.scalars else scale(factor, value)


def _elementwise_power(base: Matrix, exponent: Matrix, arithmetic: Arithmetic) -> Matrix:
    if len(base) == len(base[0]) == 1:
        return [[number_power(base[0][0], e, arithmetic) for e in row] for row in exponent]
    if len(exponent) == len(exponent[0]) == 1:
        return [[number_power(b, exponent[0][0], arithmetic) for b in row] for row in base]
    pairs = [list(zip(p, q, strict=True)) for p, q in zip(base, exponent, strict=True)]
    return [[number_power(b, e, arithmetic) for b, e in row] for row in pairs]


def number_power(base: Entry, exponent: Entry, arithmetic: Arithmetic) -> Entry:
    """Return a real power; a negative base has whole powers only."""
    if isinstance(exponent, Modular):
        return _modular_power(base, exponent, arithmetic)
    if exponent == round(exponent):
        return base ** int(exponent)
    if base < 0 or (base == 0 and exponent < 0):
        raise DomainError(f"{base} has no real power {exponent}", hint="The base must be positive.")
    if base == 0:
        return zero_of(base)
    functions = elementary(base)
    return functions.sqrt(base) ** int(2 * exponent) if 2 * exponent == int(2 * exponent) else base**exponent


def _modular_power(base: Modular, exponent: Modular, arithmetic: Arithmetic) -> Modular:
    """Split a power into a whole one, which is exact, and the power of an unknown function."""
    if abs(exponent.signed) <= _LARGEST_WHOLE:
        return base**exponent.signed
    assert arithmetic.unknown is not None
    denominator = next((d for d in _ROOTS if abs((exponent * d).signed) <= _LARGEST_WHOLE), None)
    if denominator is None:
        return Modular(arithmetic.unknown("power", [[base, exponent]]))
    full, rest = divmod((exponent * denominator).signed, denominator)
    root = Modular(arithmetic.unknown(f"root {denominator}", [[base]]))
    return base**full * root**rest


_LARGEST_WHOLE = 1000
_ROOTS = (2, 3, 4, 5, 6, 7, 8, 9, 10)


def _application(
    node: Apply, arguments: list[Matrix], sizes: dict[str, int], arithmetic: Arithmetic
) -> Matrix:
    function, unknown = node.function, arithmetic.unknown
    if unknown is None or function.exact:
        return function.evaluate(*arguments)
    if isinstance(function, AbstractElementwise):
        key = "root 2" if function.name == "sqrt" else function.key
        return [[unknown(key, [[entry]]) for entry in row] for row in arguments[0]]
    rows, columns = value_of(node.shape[0], sizes), value_of(node.shape[1], sizes)
    return [[unknown(f"{function.key} {i} {j}", *arguments) for j in range(columns)] for i in range(rows)]
