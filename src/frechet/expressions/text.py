"""Plain text that the parser reads back to an equal formula.

Binding strength, loosest first: sum, sign, product (`* / .* ./`), postfix (`' ^ .^`), atom.
A formula whose written form would be very long is written with named parts:
`t2*x where t1 = …; t2 = …`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Final, NamedTuple

from frechet.errors import LimitError
from frechet.expressions.bindings import fold_with_bindings
from frechet.expressions.function import Axis
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
from frechet.expressions.traversal import fold
from frechet.limits import MAX_CHARACTERS, MAX_WRITTEN

SUM, SIGN, PRODUCT, POSTFIX, ATOM = range(5)
LET_SIZE: Final = 4_000
_LARGEST_PLAIN_DENOMINATOR: Final = 1_000
_LARGEST_LITERAL: Final = 10**200
_MOST_DECIMALS: Final = 60


class Written(NamedTuple):
    """A text and how tightly its outermost operation binds."""

    text: str
    strength: int


def write(root: Expr) -> str:
    """Return the text of a formula; long ones with `where` bindings.

    Raises:
        LimitError: even with bindings the text would be too long.
    """
    if root.size <= LET_SIZE:
        text = fold(root, _rule).text
        if len(text) <= MAX_CHARACTERS:
            return text
    return _write_with_bindings(root)


def _write_with_bindings(root: Expr) -> str:
    written, bindings = fold_with_bindings(root, _rule, lambda name, _: Written(name, ATOM))
    text = written.text
    if bindings:
        text += "\nwhere " + ";\n      ".join(f"{name} = {part}" for name, part in bindings)
    if len(text) > MAX_WRITTEN:
        raise LimitError(
            f"the written result has more than {MAX_WRITTEN:,} characters",
            hint="Evaluate or compile it instead of printing it.",
        )
    return text


def _rule(node: Expr, results: Mapping[Expr, Written]) -> Written:
    match node:
        case Number(value):
            return write_number(value)
        case Constant(name) | Symbol(name, _):
            return Written(name, ATOM)
        case Identity():
            return Written(f"eye({node.shape[0]})", ATOM)
        case Ones():
            return _constant(node, 1)
        case Zero():
            return _constant(node, 0)
        case Sum(terms):
            return _sum(terms, results)
        case Product():
            return _product(node, results)
        case Hadamard(factors):
            return _hadamard(factors, results)
        case Power():
            return _power(node, results)
        case ElementwisePower():
            return _elementwise_power(node, results)
        case Transpose(operand):
            inner = results[operand]
            plain = inner.strength == ATOM
            return Written(inner.text + "'" if plain else f"({inner.text})'", POSTFIX)
        case Kronecker(left, right):
            return Written(f"kron({results[left].text}, {results[right].text})", ATOM)
        case Apply(function, arguments):
            parts = [results[a].text for a in arguments]
            if function.axis is not Axis.ALL:
                parts.append(function.axis.value)
            return Written(f"{function.name}({', '.join(parts)})", ATOM)
    raise AssertionError(node)


def write_number(value: Fraction) -> Written:
    """Write an exact number: a whole number, a decimal where it ends, else a fraction."""
    sign = "-" if value < 0 else ""
    size = abs(value)
    if size.denominator == 1:
        return Written(sign + write_integer(size.numerator), SIGN if sign else ATOM)
    decimal = decimal_of(size)
    if decimal is not None and size.denominator > _LARGEST_PLAIN_DENOMINATOR:
        return Written(sign + decimal, SIGN if sign else ATOM)
    text = f"{sign}{write_integer(size.numerator)}/{write_integer(size.denominator)}"
    return Written(text, SIGN if sign else PRODUCT)


def write_integer(value: int) -> str:
    """Write a whole number; one beyond double precision in parts that the reader accepts.

    >>> write_integer(12), write_integer(5 * 10**200 + 3)
    ('12', '(5*10^200 + 3)')
    """
    if value < _LARGEST_LITERAL:
        return str(value)
    high, low = divmod(value, _LARGEST_LITERAL)
    rest = f" + {low}" if low else ""
    return f"({write_integer(high)}*10^200{rest})"


def decimal_of(value: Fraction) -> str | None:
    """Return the finite decimal that equals a positive number, or None.

    >>> decimal_of(Fraction(1, 8)), decimal_of(Fraction(1, 3))
    ('0.125', None)
    """
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1 or max(twos, fives) > _MOST_DECIMALS:
        return None
    places = max(twos, fives)
    digits = str(value.numerator * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}" if places else digits


def _constant(node: Expr, value: int) -> Written:
    rows, columns = node.shape
    if columns == 1:
        return Written(f"vector({value}, {rows})", ATOM)
    if rows == 1:
        return Written(f"vector({value}, {columns})'", POSTFIX)
    return Written(f"matrix({value}, {rows}, {columns})", ATOM)


def _at_least(written: Written, strength: int) -> str:
    return written.text if written.strength >= strength else f"({written.text})"


def _sum(terms: tuple[Expr, ...], results: Mapping[Expr, Written]) -> Written:
    text = ""
    for place, term in enumerate(terms):
        part = _at_least(results[term], SIGN)
        if place == 0:
            text = part
        elif part.startswith("-"):
            text += " - " + part[1:]
        else:
            text += " + " + part
    return Written(text, SUM)


def divisor_of(factor: Expr) -> Expr | None:
    """Return what a factor divides by, when it is a power with a negative number on top."""
    match factor:
        case Power(base, Number(value)) if value < 0 and base.is_scalar:
            return Power.of(base, Number.of(-value))
        case ElementwisePower(base, Number(value)) if value < 0:
            return ElementwisePower.of(base, Number.of(-value))
        case _:
            return None


def _write_divisor(divisor: Expr, results: Mapping[Expr, Written]) -> str:
    written = results.get(divisor)
    return _at_least(written if written is not None else _rule(divisor, results), POSTFIX)


def _product(node: Product, results: Mapping[Expr, Written]) -> Written:
    above, below = list[str](), list[str]()
    size = abs(node.coefficient)
    decimal = decimal_of(size) if size.denominator > _LARGEST_PLAIN_DENOMINATOR else None
    if decimal is not None:
        above.append(decimal)
    else:
        if size.numerator != 1:
            above.append(write_integer(size.numerator))
        if size.denominator != 1:
            below.append(write_integer(size.denominator))
    for factor in node.scalars:
        divisor = divisor_of(factor)
        if divisor is None:
            above.append(_at_least(results[factor], POSTFIX))
        else:
            below.append(_write_divisor(divisor, results))
    leads = not above and len(node.chain) == 1
    above.extend(_at_least(results[factor], PRODUCT if leads else POSTFIX) for factor in node.chain)
    text = ("-" if node.coefficient < 0 else "") + ("*".join(above) or "1")
    if below:
        text += "/" + (below[0] if len(below) == 1 else f"({'*'.join(below)})")
    return Written(text, SIGN if node.coefficient < 0 else PRODUCT)


def _hadamard(factors: tuple[Expr, ...], results: Mapping[Expr, Written]) -> Written:
    above, below = list[str](), list[str]()
    for factor in factors:
        divisor = divisor_of(factor)
        if divisor is None:
            above.append(_at_least(results[factor], POSTFIX))
        else:
            below.append(_write_divisor(divisor, results))
    text = ".*".join(above) or "1"
    return Written("./".join([text, *below]), PRODUCT)


def _exponent(exponent: Expr, results: Mapping[Expr, Written]) -> str:
    written = results.get(exponent) or _rule(exponent, results)
    return written.text if written.strength == ATOM else f"({written.text})"


def _base(base: Expr, results: Mapping[Expr, Written]) -> str:
    written = results[base]
    powers = isinstance(base, Power | ElementwisePower)
    return written.text if written.strength >= POSTFIX and not powers else f"({written.text})"


def _power(node: Power, results: Mapping[Expr, Written]) -> Written:
    match node:
        case Power(base, Number(value)) if value == Fraction(1, 2):
            return Written(f"sqrt({results[base].text})", ATOM)
        case Power(base, Number(value)) if value == -1 and not base.is_scalar:
            return Written(f"inv({results[base].text})", ATOM)
        case Power(base, Number(value)) if value < 0 and base.is_scalar:
            divisor = Power.of(base, Number.of(-value))
            return Written("1/" + _write_divisor(divisor, results), PRODUCT)
    return Written(f"{_base(node.base, results)}^{_exponent(node.exponent, results)}", POSTFIX)


def _elementwise_power(node: ElementwisePower, results: Mapping[Expr, Written]) -> Written:
    match node:
        case ElementwisePower(base, Number(value)) if value == Fraction(1, 2):
            return Written(f"sqrt({results[base].text})", ATOM)
        case ElementwisePower(base, Number(value)) if value in (-1, Fraction(-1, 2)):
            divisor = ElementwisePower.of(base, Number.of(-value))
            return Written("1./" + _write_divisor(divisor, results), PRODUCT)
    return Written(f"{_base(node.base, results)}.^{_exponent(node.exponent, results)}", POSTFIX)
