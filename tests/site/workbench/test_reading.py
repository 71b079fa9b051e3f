"""What is typed or pasted is understood, and what is refused comes with mends that work."""

from __future__ import annotations

import pytest

import frechet as fr
from frechet.errors import FrechetError, ParseError
from frechet_site.workbench.mends import Mend, mends
from frechet_site.workbench.reading import declarations_of, from_numpy, read, variables_of


def mends_of(text: str, declarations: dict[str, str] | None = None) -> list[Mend]:
    with pytest.raises(FrechetError) as refused:
        read(text, declarations or {})
    return mends(text, declarations or {}, refused.value)


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        ("x.T @ A @ x", "x'*A*x"),
        (r"x^\top A x", "x'*A*x"),
        ("x^T A x", "x'*A*x"),
        ("np.linalg.norm(A @ x - b)**2", "norm2(A*x - b)^2"),
        ("jnp.sum((A @ x - b)**2)", "sum((A*x - b).^2)"),
        ("np.trace(np.linalg.inv(A))", "tr(inv(A))"),
    ],
)
def test_latex_and_python_may_be_pasted(pasted: str, meant: str) -> None:
    assert fr.equal(read(pasted, {}).formula, fr.parse(meant))


def test_in_python_a_star_multiplies_entry_by_entry() -> None:
    assert from_numpy("np.exp(x) * y / z ** 2") == "exp(x) .* y ./ z .^ 2"


def test_declarations_are_read_and_what_declares_nothing_is_refused() -> None:
    assert declarations_of("A: psd(n)\nx: vector(n); ") == {"A": "psd(n)", "x": "vector(n)"}
    with pytest.raises(ParseError, match="declares nothing"):
        declarations_of("A is symmetric")


def test_the_variable_is_the_one_asked_for_or_the_likeliest() -> None:
    formula = fr.parse("a*x'*A*x")
    assert variables_of(formula, "A", 2) == ("A", "A")
    assert variables_of(formula, "x, A", 1) == ("x", "A")
    assert variables_of(formula, "y", 1) == ("x",)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("x*x", "x'*x"),
        ("2a", "2*a"),
        ("A x", "A*x"),
        ("sin a", "sin(a)"),
        ("sin^2(a)", "sin(a)^2"),
        ("norm2(A*x - b", "norm2(A*x - b)"),
        ("expp(x)", "exp(x)"),
        ("x^2", "x.^2"),
        ("A/B", "A*inv(B)"),
        ("a)", "a"),
        ("x'*A*", "x'*A"),
        ("A*x + 1", "A*x + vector(1)*1"),
    ],
)
def test_a_refusal_comes_with_a_mend(wrong: str, right: str) -> None:
    assert right in [mend.text for mend in mends_of(wrong)]


@pytest.mark.parametrize("wrong", ["x*x", "2a", "sin a", "(a + b", "x'*A*y + z", "xTAx", "A/B"])
def test_every_mend_can_be_read(wrong: str) -> None:
    offered = mends_of(wrong)
    assert offered
    for mend in offered:
        fr.parse(mend.text, mend.declarations)


def test_names_are_declared_one_after_another_with_sizes_that_fit() -> None:
    text = "norm2(y - W2*tanh(W1*x))^2"
    first = mends_of(text)[0]
    assert first.declarations == {"W2": "matrix(m, n)"}
    second = mends_of(text, first.declarations)[0]
    assert second.declarations["W1"] == "matrix(n, q)"
    assert fr.parse(text, second.declarations).shape == ()
