"""`frechet demo`: a dozen well-known losses, derived, verified and printed for a reader."""

from __future__ import annotations

import time
from typing import Final, NamedTuple

import click

import frechet as fr
from frechet.cli.declarations import read_declarations
from frechet.cli.refusals import refusals_on_standard_error
from frechet.cli.report import describe_axes, unicode_label_of
from frechet.formula import Formula


class Loss(NamedTuple):
    """A loss people know, and the derivatives they ask of it (`x x` is the Hessian)."""

    title: str
    formula: str
    declarations: str
    derivatives: tuple[str, ...]


LOSSES: Final = (
    Loss("Least squares", "norm2(A*x - b)^2", "A: matrix(m, n); b: vector(m)", ("x", "x x")),
    Loss(
        "Ridge regression",
        "norm2(X*w - y)^2/2 + lambda/2*w'*w",
        "X: matrix(m, n); w: vector(n); y: vector(m); lambda: positive",
        ("w", "w w"),
    ),
    Loss(
        "Logistic regression, labels 1 and -1",
        "sum(softplus(-y.*(X*w)))",
        "X: matrix(m, n); w: vector(n); y: vector(m)",
        ("w", "w w"),
    ),
    Loss(
        "Softmax regression, one-hot labels Y",
        "sum(logsumexp(X*W, rows)) - tr(Y'*X*W)",
        "X: matrix(m, n); W: matrix(n, k); Y: matrix(m, k)",
        ("W",),
    ),
    Loss(
        "Poisson regression",
        "sum(exp(X*w)) - y'*X*w",
        "X: matrix(m, n); w: vector(n); y: vector(m)",
        ("w", "w w"),
    ),
    Loss(
        "Gaussian negative log-likelihood, mean and covariance",
        "logdet(S)/2 + (x - mu)'*inv(S)*(x - mu)/2",
        "S: psd(n); x: vector(n); mu: vector(n)",
        ("mu", "S"),
    ),
    Loss("Log-determinant", "log(det(X))", "X: matrix(n, n)", ("X",)),
    Loss(
        "Matrix factorization",
        "norm2(M - U*V')^2",
        "M: matrix(m, n); U: matrix(m, k); V: matrix(n, k)",
        ("U", "V"),
    ),
    Loss("Rayleigh quotient", "x'*S*x/(x'*x)", "S: symmetric(n); x: vector(n)", ("x",)),
    Loss("Principal components", "tr(W'*C*W)", "C: symmetric(n); W: matrix(n, k)", ("W",)),
    Loss(
        "Two-layer network, squared loss",
        "norm2(V*tanh(W*x + b) - y)^2/2",
        "V: matrix(k, h); W: matrix(h, n); x: vector(n); b: vector(h); y: vector(k)",
        ("V", "W"),
    ),
    Loss("Log-sum-exp of an affine map", "logsumexp(A*x + b)", "A: matrix(m, n); b: vector(m)", ("x", "x x")),
    Loss(
        "A linear map and its Jacobian", "A*X*B", "A: matrix(m, n); X: matrix(n, p); B: matrix(p, q)", ("X",)
    ),
)
INDENT: Final = "  "


@click.command()
def demo() -> None:
    """Derive a dozen well-known losses and print them."""
    started = time.perf_counter()
    with refusals_on_standard_error():
        for loss in LOSSES:
            show(loss)
    count = sum(len(loss.derivatives) for loss in LOSSES)
    click.echo(
        f"{len(LOSSES)} formulas, {count} derivatives, each compared with numerical differentiation, "
        f"in {time.perf_counter() - started:.1f} s.\n"
        'Yours next: frechet derive "norm2(A*x - b)^2" --wrt x'
    )


def show(loss: Loss) -> None:
    """Print one loss with its derivatives, and how well each agrees with numerical ones."""
    formula = fr.parse(loss.formula, read_declarations([loss.declarations]))
    click.echo(click.style(loss.title, bold=True))
    click.echo(f"{INDENT}f = {formula.unicode()}")
    for names in loss.derivatives:
        for line in lines_of(formula, names.split()):
            click.echo(INDENT + line)
    click.echo()


def lines_of(formula: Formula, names: list[str]) -> list[str]:
    """Write one derivative and its verification."""
    derivative = fr.derivative(formula, *names)
    head = f"{unicode_label_of(names)} = {derivative.unicode()}"
    shown = str(derivative)
    forms = [f"{INDENT}{name}: {form}" for name, form in derivative.forms.items() if form != shown]
    return [f"{head:56}  {describe_axes(derivative.shape)}", *forms, f"{INDENT}✓ {derivative.verification()}"]
