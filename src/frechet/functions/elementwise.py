"""Functions of a number, applied to every entry: d f(X) = f′(X) ⊙ dX.

At a kink (`abs`, `relu` at 0) the derivative is the one that `sign(0) = 0` gives.
"""

from __future__ import annotations

from fractions import Fraction
from typing import final

from frechet.expressions.function import (
    AbstractElementwise,
    Code,
    Curvature,
    Domain,
    Entry,
    Monotonicity,
    Sign,
)
from frechet.expressions.nodes import Apply, Expr, Ones, Zero
from frechet.functions.elementary import elementary


def one(x: Expr) -> Expr:
    """Return ones in the shape of `x` (the number 1 for a scalar)."""
    return Ones.of(x.shape)


@final
class Exp(AbstractElementwise):
    """The exponential of every entry (`expm` is the matrix exponential)."""

    name, latex = "exp", r"\exp"
    curvature, monotonicity, sign = Curvature.CONVEX, Monotonicity.INCREASING, Sign.POSITIVE
    code = Code("np.exp({0})")

    def derivative(self, x: Expr) -> Expr:
        return exp(x)

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).exp(x)


@final
class Log(AbstractElementwise):
    """The natural logarithm of every entry."""

    name, synonyms, latex = "log", ("ln",), r"\log"
    domain, curvature, monotonicity = Domain.POSITIVE, Curvature.CONCAVE, Monotonicity.INCREASING
    code = Code("np.log({0})")

    def derivative(self, x: Expr) -> Expr:
        return x ** (-1)

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).log(x)


@final
class Sqrt(AbstractElementwise):
    """The square root of every entry."""

    name, latex = "sqrt", r"\sqrt{{0}}"
    domain, curvature = Domain.NONNEGATIVE, Curvature.CONCAVE
    monotonicity, sign = Monotonicity.INCREASING, Sign.NONNEGATIVE
    code = Code("np.sqrt({0})")

    def derivative(self, x: Expr) -> Expr:
        return Fraction(1, 2) * x ** Fraction(-1, 2)

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).sqrt(x)


@final
class Abs(AbstractElementwise):
    """The absolute value of every entry; its derivative at 0 is taken as 0."""

    name, latex = "abs", r"\left|{0}\right|"
    curvature, sign, smooth = Curvature.CONVEX, Sign.NONNEGATIVE, False
    code = Code("np.abs({0})")

    def derivative(self, x: Expr) -> Expr:
        return sign(x)

    def scalar(self, x: Entry) -> Entry:
        return abs(x)


@final
class SignFunction(AbstractElementwise):
    """The sign of every entry, −1, 0 or 1; its derivative is 0 wherever it exists."""

    name, latex = "sign", r"\operatorname{sign}"
    monotonicity, smooth = Monotonicity.INCREASING, False
    code = Code("np.sign({0})")

    def derivative(self, x: Expr) -> Expr:
        return Zero.of(x.shape)

    def scalar(self, x: Entry) -> Entry:
        return type(x)((x > 0) - (x < 0)) if x == x else x


@final
class Sin(AbstractElementwise):
    """The sine of every entry, in radians."""

    name, latex = "sin", r"\sin"
    code = Code("np.sin({0})")

    def derivative(self, x: Expr) -> Expr:
        return cos(x)

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).sin(x)


@final
class Cos(AbstractElementwise):
    """The cosine of every entry, in radians."""

    name, latex = "cos", r"\cos"
    code = Code("np.cos({0})")

    def derivative(self, x: Expr) -> Expr:
        return -sin(x)

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).cos(x)


@final
class Tan(AbstractElementwise):
    """The tangent of every entry, in radians."""

    name, latex = "tan", r"\tan"
    code = Code("np.tan({0})")

    def derivative(self, x: Expr) -> Expr:
        return one(x) + tan(x) ** 2

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).tan(x)


@final
class Arcsin(AbstractElementwise):
    """The inverse sine of every entry."""

    name, synonyms, latex = "arcsin", ("asin",), r"\arcsin"
    domain, monotonicity = Domain.UNIT_INTERVAL, Monotonicity.INCREASING
    code = Code("np.arcsin({0})")

    def derivative(self, x: Expr) -> Expr:
        return (one(x) - x**2) ** Fraction(-1, 2)

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).asin(x)


@final
class Arccos(AbstractElementwise):
    """The inverse cosine of every entry."""

    name, synonyms, latex = "arccos", ("acos",), r"\arccos"
    domain, monotonicity, sign = Domain.UNIT_INTERVAL, Monotonicity.DECREASING, Sign.NONNEGATIVE
    code = Code("np.arccos({0})")

    def derivative(self, x: Expr) -> Expr:
        return -((one(x) - x**2) ** Fraction(-1, 2))

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).acos(x)


@final
class Arctan(AbstractElementwise):
    """The inverse tangent of every entry."""

    name, synonyms, latex = "arctan", ("atan",), r"\arctan"
    monotonicity = Monotonicity.INCREASING
    code = Code("np.arctan({0})")

    def derivative(self, x: Expr) -> Expr:
        return (one(x) + x**2) ** (-1)

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).atan(x)


@final
class Sinh(AbstractElementwise):
    """The hyperbolic sine of every entry."""

    name, latex = "sinh", r"\sinh"
    monotonicity = Monotonicity.INCREASING
    code = Code("np.sinh({0})")

    def derivative(self, x: Expr) -> Expr:
        return cosh(x)

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).sinh(x)


@final
class Cosh(AbstractElementwise):
    """The hyperbolic cosine of every entry."""

    name, latex = "cosh", r"\cosh"
    curvature, sign = Curvature.CONVEX, Sign.POSITIVE
    code = Code("np.cosh({0})")

    def derivative(self, x: Expr) -> Expr:
        return sinh(x)

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).cosh(x)


@final
class Tanh(AbstractElementwise):
    """The hyperbolic tangent of every entry."""

    name, latex = "tanh", r"\tanh"
    monotonicity = Monotonicity.INCREASING
    code = Code("np.tanh({0})")

    def derivative(self, x: Expr) -> Expr:
        return one(x) - tanh(x) ** 2

    def scalar(self, x: Entry) -> Entry:
        return elementary(x).tanh(x)


@final
class Relu(AbstractElementwise):
    """The positive part max(x, 0) of every entry; its derivative at 0 is taken as 0."""

    name, latex = "relu", r"\operatorname{relu}"
    curvature, monotonicity = Curvature.CONVEX, Monotonicity.INCREASING
    sign, smooth = Sign.NONNEGATIVE, False
    code = Code("np.maximum({0}, 0)", torch="torch.relu({0})")

    def derivative(self, x: Expr) -> Expr:
        return sign(relu(x))

    def scalar(self, x: Entry) -> Entry:
        return type(x)(0) if x <= 0 else x


@final
class Sigmoid(AbstractElementwise):
    """The logistic function 1/(1 + exp(−x)) of every entry."""

    name, latex = "sigmoid", r"\sigma"
    monotonicity, sign = Monotonicity.INCREASING, Sign.POSITIVE
    code = Code("scipy.special.expit({0})", jax="jax.nn.sigmoid({0})", torch="torch.sigmoid({0})")

    def derivative(self, x: Expr) -> Expr:
        return sigmoid(x) * (one(x) - sigmoid(x))

    def scalar(self, x: Entry) -> Entry:
        decay = elementary(x).exp(-abs(x))
        return (1 if x >= 0 else decay) / (1 + decay)


@final
class Softplus(AbstractElementwise):
    """log(1 + exp(x)) of every entry, the smooth positive part."""

    name, latex = "softplus", r"\operatorname{softplus}"
    curvature, monotonicity, sign = Curvature.CONVEX, Monotonicity.INCREASING, Sign.POSITIVE
    code = Code(
        "np.logaddexp({0}, 0)",
        jax="jax.nn.softplus({0})",
        torch="torch.nn.functional.softplus({0}, threshold=40)",
    )

    def derivative(self, x: Expr) -> Expr:
        return sigmoid(x)

    def scalar(self, x: Entry) -> Entry:
        functions = elementary(x)
        return RELU.scalar(x) + functions.log1p(functions.exp(-abs(x)))


EXP, LOG, SQRT, ABS, SIGN = Exp(), Log(), Sqrt(), Abs(), SignFunction()
SIN, COS, TAN, ARCSIN, ARCCOS, ARCTAN = Sin(), Cos(), Tan(), Arcsin(), Arccos(), Arctan()
SINH, COSH, TANH = Sinh(), Cosh(), Tanh()
RELU, SIGMOID, SOFTPLUS = Relu(), Sigmoid(), Softplus()

ELEMENTWISE: tuple[AbstractElementwise, ...] = (
    EXP, LOG, SQRT, ABS, SIGN, SIN, COS, TAN, ARCSIN, ARCCOS, ARCTAN,
    SINH, COSH, TANH, RELU, SIGMOID, SOFTPLUS,
)  # fmt: skip


def exp(x: Expr) -> Expr:
    return Apply.of(EXP, x)


def log(x: Expr) -> Expr:
    return Apply.of(LOG, x)


def sqrt(x: Expr) -> Expr:
    return Apply.of(SQRT, x)


def sign(x: Expr) -> Expr:
    return Apply.of(SIGN, x)


def sin(x: Expr) -> Expr:
    return Apply.of(SIN, x)


def cos(x: Expr) -> Expr:
    return Apply.of(COS, x)


def tan(x: Expr) -> Expr:
    return Apply.of(TAN, x)


def sinh(x: Expr) -> Expr:
    return Apply.of(SINH, x)


def cosh(x: Expr) -> Expr:
    return Apply.of(COSH, x)


def tanh(x: Expr) -> Expr:
    return Apply.of(TANH, x)


def relu(x: Expr) -> Expr:
    return Apply.of(RELU, x)


def sigmoid(x: Expr) -> Expr:
    return Apply.of(SIGMOID, x)
