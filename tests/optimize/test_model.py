"""Model files: GENO's language, sizes from data, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import default_rng

from frechet import FrechetError
from frechet.optimize.model import read_model

RANDOM = default_rng(11)
LOGISTIC = """
parameters
  Matrix X
  Vector y
  Scalar c
variables
  Scalar beta0
  Vector beta
min
  c*beta'*beta + sum(log(exp(-y.*(X*beta + vector(beta0))) + vector(1)))
"""
PORTFOLIO = """
parameters
  Matrix S symmetric   # a covariance
  mu: vector(n)
variables
  Vector w
max
  mu'*w
  - w'*S*w
st
  sum(w) == 1
  w >= 0
"""


def test_a_model_with_greek_names_and_two_variables_is_solved() -> None:
    x, y = RANDOM.standard_normal((40, 3)), np.sign(RANDOM.standard_normal(40))
    r = read_model(LOGISTIC).minimize({"X": x, "y": y, "c": 0.5})
    assert r.status == "converged"
    assert r.x["beta"].shape == (3,)
    assert isinstance(r.x["beta0"], float)


def test_a_maximum_under_constraints_is_found() -> None:
    r = read_model(PORTFOLIO).minimize({"S": np.eye(2), "mu": np.array([1.0, 0.5])})
    assert r.x["w"] == pytest.approx([0.625, 0.375], abs=1e-6)


def test_a_matrix_variable_gets_its_size_by_unification() -> None:
    text = "parameters\nMatrix M\nvariables\nMatrix bigX\nmin\nnorm2(M - bigX)^2\n"
    assert read_model(text).minimize({"M": np.ones((3, 2))}).x["bigX"] == pytest.approx(np.ones((3, 2)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Matrix A", "stands before the first block"),
        ("variables\nVector x\n", "one block `min` or `max`"),
        ("variables\nVector x\nmin\nx'*x\nmax\nx'*x\n", "one block `min` or `max`"),
        ("min\nx'*x\n", "the block 'variables' is missing"),
        ("variables\nVector x\nmin\n", "the block 'min' is missing"),
        ("variables\nTensor x\nmin\nx'*x\n", "'Tensor x' is not a declaration"),
        ("variables\nVector x\nVector x\nmin\nx'*x\n", "'x' is declared twice"),
        ("parameters\nVector x\nvariables\nVector x\nmin\nx'*x\n", "both a parameter and a variable"),
        ("min\nx\nmin\nx\n", "appears twice"),
        ("x" * 20_000, "characters"),
    ],
)
def test_a_malformed_model_is_refused(text: str, message: str) -> None:
    with pytest.raises(FrechetError, match=message):
        read_model(text)


def test_a_parameter_without_data_is_named() -> None:
    with pytest.raises(FrechetError, match="the parameter 'X' has no value"):
        read_model(LOGISTIC).minimize({})


def test_a_variable_that_does_not_occur_is_named() -> None:
    with pytest.raises(FrechetError, match="the variable 'z' does not occur"):
        read_model("variables\nVector x(3)\n".replace("(3)", "") + "Vector z\nmin\nx'*x\n").minimize({})
