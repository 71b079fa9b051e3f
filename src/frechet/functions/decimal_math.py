"""The elementary functions for `Decimal`, to the precision of the active context.

Same names as in `math`. Sine and arctangent are summed as Taylor series after the argument is made
small; the rest follows from these, from exp and from ln.
"""

from __future__ import annotations

from decimal import Decimal, getcontext, localcontext
from functools import cache
from typing import Final

_GUARD: Final = 12
_LARGEST_ARGUMENT: Final = 400


@cache
def _pi(digits: int) -> Decimal:
    """Return π to `digits` digits by Machin's formula π/4 = 4 arctan 1/5 − arctan 1/239."""
    with localcontext() as context:
        context.prec = digits + _GUARD
        value = 4 * (4 * _arctangent_of_reciprocal(5) - _arctangent_of_reciprocal(239))
        context.prec = digits
        return +value


def _arctangent_of_reciprocal(n: int) -> Decimal:
    power, result, k = 1 / Decimal(n), Decimal(0), 0
    while result + power / (2 * k + 1) != result:
        result += power / (2 * k + 1) if k % 2 == 0 else -power / (2 * k + 1)
        power /= n * n
        k += 1
    return result


def pi() -> Decimal:
    return _pi(getcontext().prec)


def exp(x: Decimal) -> Decimal:
    return x.exp()


def log(x: Decimal) -> Decimal:
    if x <= 0:
        raise ValueError
    return x.ln()


def log1p(x: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec += max(0, -x.adjusted())
        return log(1 + x)


def sqrt(x: Decimal) -> Decimal:
    return x.sqrt()


def fabs(x: Decimal) -> Decimal:
    return abs(x)


def _series_of_sine(x: Decimal) -> Decimal:
    term, result, k, square = x, x, 1, x * x
    while True:
        term = -term * square / ((k + 1) * (k + 2))
        if result + term == result:
            return result
        result += term
        k += 2


def sin(x: Decimal) -> Decimal:
    if abs(x.adjusted()) > _LARGEST_ARGUMENT and x != 0:
        raise OverflowError
    with localcontext() as context:
        context.prec += _GUARD + max(0, x.adjusted())
        half_turns = (x / pi()).to_integral_value()
        small = x - half_turns * pi()
        context.prec = context.prec - max(0, x.adjusted())
        value = _series_of_sine(small) if small else Decimal(0)
        if half_turns % 2:
            value = -value
    return +value


def cos(x: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec += _GUARD + max(0, x.adjusted())
        value = sin(x + pi() / 2)
    return +value


def tan(x: Decimal) -> Decimal:
    return sin(x) / cos(x)


def atan(x: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec += _GUARD
        halvings = 0
        while abs(x) > Decimal("0.1"):
            x = x / (1 + (1 + x * x).sqrt())
            halvings += 1
        power, result, k, square = x, x, 1, x * x
        while power:
            power = -power * square
            k += 2
            if result + power / k == result:
                break
            result += power / k
        value = result * Decimal(2) ** halvings
    return +value


def asin(x: Decimal) -> Decimal:
    if abs(x) > 1:
        raise ValueError
    return x * pi() / 2 if abs(x) == 1 else atan(x / (1 - x * x).sqrt())


def acos(x: Decimal) -> Decimal:
    return pi() / 2 - asin(x)


def sinh(x: Decimal) -> Decimal:
    with localcontext() as context:
        context.prec += max(0, min(-x.adjusted(), _LARGEST_ARGUMENT)) + 2
        value = (x.exp() - (-x).exp()) / 2
    return +value


def cosh(x: Decimal) -> Decimal:
    return (x.exp() + (-x).exp()) / 2


def tanh(x: Decimal) -> Decimal:
    return sinh(x) / cosh(x)
