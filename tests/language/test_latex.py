from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frechet.errors import FrechetError, LimitError, ParseError
from frechet.language import read

DECLARED = {
    **dict.fromkeys("abcd", "scalar"),
    **dict.fromkeys("xyz", "vector(n)"),
    "u": "vector(m)",
    "A": "matrix(m, n)",
    "X": "matrix(m, n)",
    "C": "matrix(n, n)",
    "M": "matrix(n, n)",
    "S": "symmetric(n)",
    "W_1": "matrix(m, n)",
    "x_hat": "vector(n)",
    "foo": "scalar",
}


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"x^\top C x", "x'*C*x"),
        (r"x^T Cx", "x'*C*x"),
        (r"x^{T} C x", "x'*C*x"),
        (r"x^\intercal C x", "x'*C*x"),
        (r"x^{\mathsf{T}} C x", "x'*C*x"),
        ("x'Cx", "x'*C*x"),
        (r"\mathbf{x}^{\top}\mathbf{C}\mathbf{x}", "x'*C*x"),
        (r"\|Ax-u\|_2^2", "norm2(A*x - u)^2"),
        (r"\left\|Ax-u\right\|^2_2", "norm2(A*x - u)^2"),
        (r"\lVert x \rVert", "norm2(x)"),
        (r"\|x\| \|y\|", "norm2(x)*norm2(y)"),
        (r"\|X\|_F^2", "norm2(X)^2"),
        (r"\|x\|_1", "norm1(x)"),
        (r"\operatorname{tr}(C^{-1}M)", "tr(inv(C)*M)"),
        (r"\mathrm{tr}(C)", "tr(C)"),
        (r"\text{tr}\left(C\right)", "tr(C)"),
        (r"\log\det S", "logdet(S)"),
        (r"\log \det\left(C + M\right)", "logdet(C + M)"),
        (r"\ln a", "log(a)"),
        (r"\log a^2", "log(a^2)"),
        (r"\log(a)^2", "log(a)^2"),
        (r"\sin^2(a)", "sin(a)^2"),
        (r"\log a \log b", "log(a)*log(b)"),
        (r"\frac{a}{b}", "a/b"),
        (r"\frac12 a", "a/2"),
        (r"\tfrac{1}{2}\|x\|^2", "norm2(x)^2/2"),
        (r"\sqrt{a^2+1}", "sqrt(a^2 + 1)"),
        (r"\sqrt[3]{a}", "a^(1/3)"),
        (r"x \odot y", "x.*y"),
        (r"Ax \odot u", "(A*x).*u"),
        (r"x \oslash y", "x./y"),
        (r"A\otimes C", "kron(A, C)"),
        (r"a\cdot b \times c", "a*b*c"),
        (r"C^{-T}x", "inv(C)'*x"),
        (r"C^{-\top}", "inv(C)'"),
        ("A^+ u", "pinv(A)*u"),
        (r"x^{\odot 2}", "x.^2"),
        (r"x^{\circ -1}", "x.^(-1)"),
        (r"(C+\alpha I)^{-1}", "inv(C + alpha*eye(n))"),
        (r"C - \mathbf{I}_n", "C - eye(n)"),
        (r"I_{n} x", "x"),
        (r"\mathbf{1}^\top x", "vector(1, n)'*x"),
        (r"\mathbf 1_n", "vector(1, n)"),
        (r"\mathbf{1}_{m \times n} + A", "matrix(1, m, n) + A"),
        (r"e^{-a^2}", "exp(-a^2)"),
        (r"\frac{1}{1+e^{-a}}", "1/(1 + exp(-a))"),
        (r"\sigma(Ax)", "sigmoid(A*x)"),
        (r"\sigma a", "sigma*a"),
        (r"\operatorname{softmax}(x)", "softmax(x)"),
        (r"\operatorname{sum}_{\mathrm{rows}}(A)", "sum(A, rows)"),
        (r"\langle x, y\rangle", "dot(x, y)"),
        (r"\left|a\right|", "abs(a)"),
        (r"\bigl(a+b\bigr)c", "(a + b)*c"),
        (r"a\,b\;c\quad d", "a*b*c*d"),
        (r"\mathbf{Cx}", "C*x"),
        (r"W_1 x", "W_1*x"),
        (r"W_{1} x", "W_1*x"),
        (r"\hat{x}^\top x", "x_hat'*x"),
        (r"\mathit{foo} a", "foo*a"),
        (r"a^{b+1}", "a^(b + 1)"),
        ("$$a + b$$", "a + b"),
        (r"\[ a \]", "a"),
        ("a % comment \n + b", "a + b"),
        ("a − b", "a - b"),
        (r"2\pi a", "2*pi*a"),
        (r"x^{\rm T} C x", "x'*C*x"),
        (r"\text{ReLU}(x)", "relu(x)"),
        (r"\mathbb{1}_n", "vector(1, n)"),
    ],
)
def test_what_papers_write_is_read(latex: str, text: str) -> None:
    assert read(latex, DECLARED, syntax="latex").expression is read(text, DECLARED).expression


@pytest.mark.parametrize(
    ("latex", "message", "place"),
    [
        ("", "there is no formula", ""),
        (r"\sin a b", r"it is not clear where the argument of \sin a ends", "b"),
        (r"\log a \odot x", r"it is not clear where the argument of \log a ends", r"\odot"),
        ("a/bc", "a/bc may be a/(bc) or (a/b)c", "c"),
        ("|A|", "bars may mean the absolute value, a norm or a determinant", "A"),
        (r"\|A\|_2", "this norm of a matrix is the spectral norm", "A"),
        (r"\|A\|_1", "the 1-norm of a matrix is its largest column sum", "A"),
        (r"\|x\|_\infty", "the norm with subscript 'infty' is not in the language", r"\|x\|_\infty"),
        ("e^{C}", "e to the power of a vector or matrix has two meanings", "C"),
        (r"\sum_i x_i", r"the command '\\sum' is not read here", r"\sum"),
        ("x_{i+1}", "this subscript is not part of a name", "_"),
        (r"\frac{d}{dx}x^2", "this is a derivative, not a quotient", r"\frac"),
        (r"\frac{\partial f}{\partial x}", "this is a derivative, not a quotient", r"\frac"),
        ("x^12", "only the first digit is raised", "12"),
        ("C^-1", "only the minus sign is raised", "-"),
        ("x^*", "^* has several meanings", "*"),
        ("a^b^c", "a second superscript follows the first", "^"),
        ("x_a_b", "a second subscript follows the first", "_"),
        ("x^{(2)}", "a number in brackets on top is a label, not a power", "{"),
        (r"\Tr(C)", r"the command '\\Tr' is not read here", r"\Tr"),
        (r"\log_2 a", "log has no subscript '2'", "_"),
        (r"\sin^{-1} a", "this superscript of sin has two meanings", "^"),
        (r"\begin{pmatrix}a\end{pmatrix}", r"the command '\\begin' is not read here", r"\begin"),
        ("a=b", "'=' does not belong here", "="),
        ("(a=b)", "'=' stands where ) should close the group", "="),
        (r"\sum_{i=1}^n x_i^2", r"the command '\\sum' is not read here", r"\sum"),
        (r"\mathbb{E}[x]", r"the command '\\mathbb' is not read here", r"\mathbb"),
        (r"\left(x\right]", "this bracket should be )", "]"),
        ("(x", "this ( is never closed", "("),
        ("x)", "')' does not belong here", ")"),
        (r"\frac", "a value is missing at the end", ""),
        (r"\foo", r"the command '\\foo' is not read here", r"\foo"),
        ("2 3", "two numbers stand side by side", "3"),
        (r"\phi + \varphi", "two letters here would both be called 'phi'", r"\varphi"),
        (r"\operatorname{foo}(x)", "there is no function 'foo'", r"\operatorname"),
        (r"A \odot C \otimes M", "elementwise and Kronecker products are mixed", r"\otimes"),
    ],
)
def test_what_has_two_meanings_or_none_is_refused_in_words(latex: str, message: str, place: str) -> None:
    declared = DECLARED if "foo" not in latex else {}
    with pytest.raises(ParseError) as caught:
        read(latex, declared, syntax="latex")
    error = caught.value
    assert error.message == message.replace("\\\\", "\\")
    assert error.position is not None
    assert latex[slice(*error.position)] == place
    assert error.hint


def test_a_scalar_t_makes_the_superscript_t_ambiguous() -> None:
    with pytest.raises(ParseError, match="T is declared as a scalar"):
        read("x^T x", {"x": "vector(n)", "T": "scalar"}, syntax="latex")


def test_declared_names_win_over_constants_and_functions() -> None:
    declared = {"e": "scalar", "I": "matrix(n, n)", "sigma": "scalar", "a": "scalar", "x": "vector(n)"}
    assert str(read(r"e^a I x \sigma(a)", declared, syntax="latex")) == "e^a*sigma*a*I*x"


def test_the_declared_spelling_of_a_name_is_found() -> None:
    for name in ("W1", "W_1"):
        assert str(read("W_1 x", {name: "matrix(m, n)", "x": "vector(n)"}, syntax="latex")) == f"{name}*x"
    assert str(read(r"\alpha", {"α": "scalar"}, syntax="latex")) == "α"


@pytest.mark.parametrize(
    "latex", ["{" * 300 + "x" + "}" * 300, r"\frac{" * 2_000, "x" * 10_001, "x+" * 3_000, "(" * 300 + "x"]
)
def test_nesting_and_length_are_limited(latex: str) -> None:
    with pytest.raises(LimitError):
        read(latex, syntax="latex")


def test_deep_input_needs_no_recursion() -> None:
    assert str(read(r"\log " * 1_500 + "a", syntax="latex")).startswith("log(log(")
    assert str(read("{" * 250 + "a" + "}" * 250, syntax="latex")) == "a"


_COMMANDS = (
    r"\frac \sqrt \left( \right) \left\| \right\| \| \log \det \mathbf \mathrm \operatorname \top \odot \cdot"
)
_MORE = (
    r"\sigma \alpha \sum \begin \text \mathit \hat \_ \\ | { } ( ) [ ] ^ _ + - / , ' & 1 2 12 a x C e I d n T"
)
_PIECES = [*_COMMANDS.split(), *_MORE.split()]


@given(st.lists(st.sampled_from(_PIECES), max_size=14))
@settings(max_examples=500, deadline=None)
def test_any_sequence_of_pieces_is_read_or_refused_at_a_place(pieces: list[str]) -> None:
    source = " ".join(pieces)
    error = refusal(source)
    if error is not None:
        assert error.message
        assert error.position is not None
        assert 0 <= error.position[0] <= error.position[1] <= len(source)


def refusal(source: str) -> FrechetError | None:
    try:
        read(source, DECLARED, syntax="latex")
    except FrechetError as error:
        return error
    return None


def test_a_greek_letter_needs_no_declaration_even_where_its_name_is_a_word_of_python() -> None:
    assert read(r"C + \lambda I", {"C": "matrix(n, n)"}, syntax="latex").assumed == {"lambda": "scalar"}


def test_a_bold_small_letter_is_a_vector() -> None:
    formula = read(
        r"\mathbf{b}^\top \mathbf{X}\boldsymbol{\beta} + \mathbf{e}^\top\mathbf{e} a", syntax="latex"
    )
    assert formula.assumed == {
        "b": "vector(m)",
        "X": "matrix(m, n)",
        "beta": "vector(n)",
        "e": "vector(p)",
        "a": "scalar",
    }
    assert read(r"\mathbf{b} a", {"b": "scalar", "a": "scalar"}, syntax="latex").expression.is_scalar


def test_a_letter_that_is_bold_in_one_place_only_is_refused() -> None:
    with pytest.raises(ParseError, match="'b' is bold in one place only"):
        read(r"\mathbf{b}^\top x + b", syntax="latex")
