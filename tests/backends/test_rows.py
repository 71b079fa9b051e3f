from __future__ import annotations

import pytest

import frechet as fr
from frechet.backends.rows import Separation, separations_of
from frechet.backends.targets import targets_of
from frechet.expressions.text import write
from frechet.tensors.recover import recover

DATA = {
    "X": "matrix(m, n)", "y": "vector(m)", "w": "vector(n)", "c": "positive", "N": "scalar",
    "d": "vector(m)", "P": "psd(n)", "W": "matrix(n, k)", "Y": "matrix(m, k)", "V": "matrix(n, k)",
    "U": "matrix(m, k)", "D": "diagonal(m)", "S": "matrix(n, m)", "M": "matrix(m, n)",
}  # fmt: skip


def separated(text: str, over: str | None = None) -> Separation:
    """Return the only way to go through the rows for a formula and its first two derivatives."""
    f = fr.parse(text, {name: kind for name, kind in DATA.items() if name in text})
    derived = [] if over is None else [fr.derivative(f, over), fr.derivative(f, over, over)]
    (found,) = separations_of(*targets_of([f, *derived]))
    return found


def written(found: Separation, place: int) -> tuple[str, str]:
    part = found.parts[place]
    return (
        "" if part.over_rows is None else write(recover(part.over_rows.tensor)),
        "" if part.rest is None else write(recover(part.rest.tensor)),
    )


@pytest.mark.parametrize(
    ("text", "over", "carriers"),
    [
        ("norm2(X*w - y)^2", "w", "Xy"),
        ("sum(softplus(-y.*(X*w))) + c/2*w'*w", "w", "Xy"),
        ("(X*w - y)'*diag(d)*(X*w - y)/N + c*norm2(w)", "w", "Xyd"),
        ("sum(logsumexp(X*W, rows)) - tr(Y'*X*W) + c*norm2(W)^2", "W", "XY"),
        ("norm2(M - U*V')^2", "V", "MU"),
        ("tr((X - vector(1)*w')*P*(X - vector(1)*w')') - N*logdet(P)", "w", "X"),
        ("sum(norm2(X - Y*V', rows))", "V", "XY"),
        ("w'*(X'*X + c*eye)*w", "w", "X"),
        ("sum((X*w).^2.*exp(-X*w))", "w", "X"),
    ],
)
def test_the_rows_of_an_objective_and_its_derivatives_are_found(text: str, over: str, carriers: str) -> None:
    found = separated(text, over)
    assert found.size == "m"
    assert sorted(found.carriers) == sorted(carriers)
    assert all(part.over_rows is not None for part in found.parts)


def test_a_regularizer_is_split_off_value_gradient_and_hessian() -> None:
    found = separated("sum(exp(X*w)) + c/2*w'*w", "w")
    assert written(found, 0) == ("sum(exp(X*w))", "c*w'*w/2")
    assert written(found, 1) == ("X'*exp(X*w)", "c*w")
    assert written(found, 2) == ("X'*diag(exp(X*w))*X", "c*eye(n)")


def test_a_factor_that_is_free_of_the_rows_is_distributed() -> None:
    assert written(separated("exp(c)*(norm2(X*w - y)^2 + w'*w)"), 0) == (
        "exp(c)*norm2(y - X*w)^2",
        "exp(c)*w'*w",
    )


ENTANGLED = ", and cannot be added up row by row"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("X*w - y", "X*w - y has a value for every row (m) and no sum over them"),
        ("norm2(X*w - y)", f"norm2(y - X*w) takes all rows (m) together{ENTANGLED}"),
        ("log(sum(exp(X*w)))", f"logsumexp(X*w) takes all rows (m) together{ENTANGLED}"),
        ("c + max(X*w)", f"max(X*w) takes all rows (m) together{ENTANGLED}"),
        (
            "norm2(X*w)^2*sum(exp(X*w))",
            f"sum(exp(X*w))*norm2(X*w)^2 multiplies or divides by a sum over all rows (m){ENTANGLED}",
        ),
        ("sum(X*X'*y)", f"y'*X*sum(X, columns) lets different rows (m) meet{ENTANGLED}"),
        (
            "(X*w - y)'*D*(X*w - y)",
            f"diag(D) has m, the number of rows, elsewhere than along its first axis{ENTANGLED}",
        ),
        ("c + N", "no input has rows to go through: their number must be a name"),
    ],
)
def test_what_is_no_sum_over_rows_is_refused_with_the_place(text: str, message: str) -> None:
    with pytest.raises(fr.UnsupportedError) as caught:
        separated(text)
    assert caught.value.message == message
    assert caught.value.hint


def test_data_with_a_sample_per_column_have_no_rows() -> None:
    with pytest.raises(fr.UnsupportedError, match="takes all rows") as caught:
        separated("sum(exp(S'*w))")
    assert caught.value.hint


def test_a_number_of_rows_that_is_written_as_a_number_must_become_a_name() -> None:
    f = fr.parse("sum(log(X*w))", {"X": "matrix(5, n)", "w": "vector(n)"})
    with pytest.raises(fr.UnsupportedError, match="their number must be a name"):
        separations_of(*targets_of([f]))


def test_a_gradient_with_a_value_per_row_is_refused() -> None:
    with pytest.raises(fr.UnsupportedError, match="has a value for every row"):
        separated("norm2(M - U*V')^2", "U")


def test_the_number_of_rows_itself_is_a_sum_over_rows() -> None:
    found = separated("sum((X*w - vector(1)).^2)", "w")
    assert found.parts[0].over_rows is not None
