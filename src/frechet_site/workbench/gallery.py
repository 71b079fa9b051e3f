"""Famous functions to start from."""

from __future__ import annotations

from typing import Final, NamedTuple

import frechet as fr
from frechet_site.workbench.reading import written_declarations


class Famous(NamedTuple):
    """A function by the name under which it is known."""

    title: str
    text: str
    wrt: str
    declarations: dict[str, str]
    remark: str


GALLERY: Final = (
    Famous("Least squares", "norm2(A*x - b)^2", "x", {}, "the first loss of every course"),
    Famous(
        "Ridge regression", "norm2(X*w - y)^2 + lambda*w'*w", "w",
        {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)", "lambda": "positive"},
        "least squares, kept small",
    ),
    Famous(
        "Logistic regression", "sum(log(vector(1) + exp(-y.*(X*w))))", "w",
        {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)"}, "labels are 1 and -1",
    ),
    Famous(
        "Softmax regression", "logsumexp(W*x) - y'*W*x", "W",
        {"W": "matrix(k, n)", "x": "vector(n)", "y": "vector(k)"}, "cross-entropy of one observation",
    ),
    Famous(
        "Gaussian log-likelihood", "-1/2*logdet(S) - 1/2*(x - m)'*inv(S)*(x - m)", "S",
        {"S": "psd(n)", "x": "vector(n)", "m": "vector(n)"}, "by the covariance",
    ),
    Famous("Log-determinant", "logdet(X)", "X", {"X": "matrix(n, n)"}, "why the inverse appears"),
    Famous("Quadratic form", "x'*A*x", "x", {}, "and why it is not 2Ax"),
    Famous("Rayleigh quotient", "(x'*A*x)/(x'*x)", "x", {"A": "symmetric(n)"}, "flat at the eigenvectors"),
    Famous(
        "Matrix factorization", "norm2(Y - U*V')^2", "U",
        {"Y": "matrix(m, n)", "U": "matrix(m, k)", "V": "matrix(n, k)"}, "of recommendations and topics",
    ),
    Famous(
        "Two-layer network", "norm2(y - W*tanh(V*x))^2", "V",
        {"W": "matrix(k, m)", "V": "matrix(m, n)", "x": "vector(n)", "y": "vector(k)"},
        "backpropagation, one layer down",
    ),
    Famous("Log-sum-exp", "logsumexp(A*x + b)", "x", {}, "the smooth maximum"),
    Famous(
        "Trace of an inverse", "tr(inv(A'*X*A))", "X",
        {"A": "matrix(n, k)", "X": "psd(n)"}, "A-optimal design of experiments",
    ),
)  # fmt: skip


def gallery(payload: object) -> dict[str, object]:
    """Return the gallery with the formulas typeset."""
    return {"famous": [_shown(famous) for famous in GALLERY]}


def _shown(famous: Famous) -> dict[str, str]:
    formula = fr.parse(famous.text, dict(famous.declarations))
    return {
        "title": famous.title,
        "text": famous.text,
        "wrt": famous.wrt,
        "declare": written_declarations(famous.declarations),
        "remark": famous.remark,
        "latex": formula.latex(),
        "unicode": formula.unicode(),
    }
