"""The mistakes that have a name, with what to say and what to do about each.

`name` is what a report shows; `skills` are the names under which a course files the same mistake,
the closest one first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final


@final
@dataclass(frozen=True, slots=True)
class Mistake:
    """A named mistake: what happened, and what to do."""

    name: str
    skills: tuple[str, ...]
    says: str
    advice: str


def _mistake(name: str, skills: str, says: str, advice: str) -> Mistake:
    return Mistake(name, tuple(skills.split()), says, advice)


TRANSPOSE_MISSING: Final = _mistake(
    "transpose missing",
    "transpose-dropped sym-assumed",
    "A transpose is missing.",
    "df = tr(G'*dX) and df = g'*dx: the gradient is the transpose of what stands with the differential. "
    "Test with a matrix that is not square: the sizes decide.",
)
TRANSPOSE_ADDED: Final = _mistake(
    "transpose added",
    "transpose-dropped sym-assumed",
    "Something is transposed that should not be.",
    "(A*B)' = B'*A'; everything else stays as it is. Test with a matrix that is not square.",
)
LAYOUT: Final = _mistake(
    "layout",
    "row-layout transpose-dropped",
    "These are the right entries in the other layout: the transpose of what is asked for.",
    "A gradient has the shape of its variable; a Jacobian has a row for each entry of the function.",
)
SHAPE: Final = _mistake(
    "shape",
    "nonconforming transpose-dropped order broadcast",
    "The sizes do not fit.",
    "Write the size under each factor; neighbors in a product must agree.",
)
IDENTITY_MISSING: Final = _mistake(
    "identity missing",
    "identity-lost broadcast",
    "A number stands where that number times the identity matrix belongs.",
    "d(c*x) = c*dx = c*eye(n)*dx: the matrix in front of dx is c*eye(n).",
)
PRODUCT_TERM_LOST: Final = _mistake(
    "product rule term lost",
    "one-occurrence term-lost hess-terms factor",
    "The variable occurs more than once, and not every occurrence was varied.",
    "Product rule: let each factor vary in turn, and add the terms.",
)
TERM_LOST: Final = _mistake(
    "term lost",
    "term-lost one-occurrence hess-terms",
    "A term of the sum is missing.",
    "Count the terms before and after.",
)
SIGN: Final = _mistake(
    "sign", "sign", "A sign is wrong.", "Follow the minus through every line, inner derivatives included."
)
FACTOR_LOST: Final = _mistake(
    "factor lost",
    "factor double-count sum-vs-mean",
    "A constant factor is lost or gained.",
    "Follow the 2, the 1/2 and the constants through every line.",
)
SYMMETRY_ASSUMED: Final = _mistake(
    "symmetry assumed",
    "sym-assumed transpose-dropped",
    "This is right only for a symmetric matrix, and symmetry was not declared.",
    "Keep A and A' apart, or declare the matrix symmetric.",
)
COMMUTED: Final = _mistake(
    "commuted",
    "order cyclic-illegal scalar-rule",
    "Factors of a product changed places.",
    "Matrix products do not commute: keep the order that the differential produces.",
)
NOT_CYCLIC: Final = _mistake(
    "not cyclic",
    "cyclic-illegal order",
    "Factors inside a trace changed places, but not as a rotation.",
    "tr(A*B*C) = tr(C*A*B): take factors from one end to the other, never past a neighbor.",
)
ELEMENTWISE: Final = _mistake(
    "elementwise product confused",
    "elementwise",
    "The elementwise product and the matrix product are mixed up.",
    "An elementwise function acts as diag(f'(u)): write f'(u).*du, or diag(f'(u))*du.",
)
CHAIN_FACTOR_LOST: Final = _mistake(
    "chain rule factor lost",
    "inner-missing outer-missing scalar-rule",
    "A factor of the chain rule is missing.",
    "d f(u) = f'(u)*du: both the slope of the outer function and the change of the inner one.",
)
CHAIN_ORDER: Final = _mistake(
    "chain rule order",
    "chain-reversed order",
    "The factors of the chain rule stand in reverse order.",
    "Jacobians are multiplied from the outer function to the inner one, left to right.",
)
INVERSE_RULE: Final = _mistake(
    "inverse rule",
    "inverse-rule scalar-rule term-lost",
    "The differential of the inverse is not right.",
    "d(X^-1) = -X^-1*dX*X^-1: the change stands between two inverses.",
)
INVERSE_MISPLACED: Final = _mistake(
    "inverse misplaced",
    "inverse-side wrong-inverse",
    "A matrix stands where its inverse belongs, or the reverse.",
    "Follow the inverse through the lines; d log det X = tr(X^-1*dX).",
)
NORM_NOT_SQUARED: Final = _mistake(
    "norm not squared",
    "square-vs-norm factor",
    "The norm and its square are mixed up.",
    "d(norm2(x)^2) = 2*x'*dx, and d norm2(x) = x'*dx/norm2(x).",
)
LOGDET_CONFUSED: Final = _mistake(
    "logdet confused",
    "det-factor inner-missing",
    "The determinant and its logarithm are mixed up.",
    "d det X = det(X)*tr(X^-1*dX); d log det X has no factor det(X).",
)
QUOTIENT_RULE: Final = _mistake(
    "quotient rule",
    "one-occurrence scalar-rule",
    "The quotient rule was not applied.",
    "d(u/v) = du/v - u*dv/v^2.",
)
POWER_RULE: Final = _mistake(
    "power rule",
    "scalar-rule factor outer-missing",
    "The power rule was not applied as it stands.",
    "d(u^p) = p*u^(p-1)*du; for a matrix, one factor at a time.",
)
SCALAR_RULE: Final = _mistake(
    "rule for numbers",
    "scalar-rule order concept cyclic-illegal",
    "This is right for numbers, not for matrices.",
    "Matrices may not be moved past each other or merged.",
)
WRONG_VARIABLE: Final = _mistake(
    "wrong variable",
    "wrong-variable",
    "This is the derivative by another variable, or one name stands for another.",
    "Read again what varies and what is constant.",
)
CONSTANT_KEPT: Final = _mistake(
    "constant kept",
    "const-kept",
    "A constant term is still there.",
    "A term that does not contain the variable has the differential zero.",
)
COUNTED_TWICE: Final = _mistake(
    "term added",
    "double-count const-kept",
    "There is a term too many.",
    "Count the terms before and after.",
)
VALUE: Final = _mistake(
    "value for derivative",
    "value-for-derivative",
    "The function itself stands where its derivative belongs.",
    "Differentiate it: sigmoid has the slope sigmoid.*(1 - sigmoid), tanh the slope 1 - tanh.^2.",
)
GRADIENT_FOR_HESSIAN: Final = _mistake(
    "gradient for Hessian",
    "grad-for-hess",
    "The orders of the derivatives are mixed up.",
    "The gradient has the shape of the variable; the Hessian is the Jacobian of the gradient.",
)
SOFTMAX: Final = _mistake(
    "softmax off-diagonal lost",
    "softmax-diag term-lost",
    "Every output of softmax depends on every input.",
    "The Jacobian of softmax is diag(p) - p*p'.",
)
ROWWISE_VEC: Final = _mistake(
    "row-wise vec",
    "vec-order order",
    "The factors of a Kronecker product changed places.",
    "vec stacks columns: vec(A*X*B) = kron(B', A)*vec(X).",
)
WRONG_POINT: Final = _mistake(
    "wrong point",
    "stale-point",
    "The outer slope is taken at the wrong point.",
    "d f(u) = f'(u)*du: the slope is taken at u, not at the variable.",
)
DIAGONAL_ONLY: Final = _mistake(
    "diagonal only",
    "diag-only softmax-diag structure",
    "Only the diagonal is there.",
    "Mixed second derivatives count too.",
)
STRUCTURE: Final = _mistake(
    "structure",
    "structure",
    "A diagonal matrix and the vector of its entries are mixed up.",
    "diag of a vector is a matrix, diag of a matrix the vector of its diagonal.",
)
TRACE_KEPT: Final = _mistake(
    "trace kept",
    "concept",
    "A trace or a sum stands around what should be read off.",
    "tr(G'*dX) is the differential; the gradient is G alone.",
)

MISTAKES: Final[tuple[Mistake, ...]] = tuple(
    value for value in list(globals().values()) if isinstance(value, Mistake)
)
