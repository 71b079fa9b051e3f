r"""What LaTeX commands mean: operators, functions, fonts, brackets; and why others are refused."""

from __future__ import annotations

from typing import Final

from frechet.functions import FUNCTIONS

FUNCTION_OF: Final[dict[str, str]] = {
    **{
        f.latex: f.name
        for f in FUNCTIONS
        if f.latex.startswith("\\") and f.latex[1:].isalpha() and f.name != "sigmoid"
    },
    r"\ln": "log",
}
r"""The function of a command such as `\log`; taken from the function table."""

WORDS: Final[dict[str, str]] = {
    "Tr": "tr",
    "Diag": "diag",
    "Vec": "vec",
    "logdet": "logdet",
    "norm": "norm2",
    "ReLU": "relu",
}
r"""Other spellings of functions inside `\operatorname{…}`."""

PRODUCTS: Final = frozenset([r"\cdot", r"\times", "*"])
ELEMENTWISE: Final[dict[str, str]] = {r"\odot": ".*", r"\circ": ".*", r"\oslash": "./", r"\otimes": "kron"}
UPRIGHT: Final = frozenset(
    [
        r"\operatorname",
        r"\operatorname*",
        r"\mathrm",
        r"\text",
        r"\textrm",
        r"\mathsf",
        r"\mathtt",
        r"\mathop",
    ]
)
BOLD: Final = frozenset(
    [r"\mathbf", r"\boldsymbol", r"\bm", r"\bf", r"\vec", r"\mathbb", r"\mathbbm", r"\symbf", r"\pmb"]
)
BLACKBOARD: Final = frozenset([r"\mathbb", r"\mathbbm"])
ACCENTS: Final = {
    r"\hat": "hat", r"\widehat": "hat", r"\bar": "bar", r"\overline": "bar",
    r"\tilde": "tilde", r"\widetilde": "tilde", r"\dot": "dot",
}  # fmt: skip
FRACTIONS: Final = frozenset([r"\frac", r"\tfrac", r"\dfrac", r"\cfrac"])
TRANSPOSES: Final = frozenset([r"\top", r"\intercal", r"\prime", "'", "ᵀ"])

CLOSING: Final[dict[str, str]] = {
    "(": ")", "[": "]", r"\{": r"\}", "{": "}", r"\|": r"\|", r"\lVert": r"\rVert",
    "|": "|", r"\lvert": r"\rvert", r"\langle": r"\rangle",
}  # fmt: skip
NORMS: Final = frozenset([r"\|", r"\lVert"])
BARS: Final = frozenset(["|", r"\lvert"])

DERIVATIVE_HINT: Final = 'Write the formula only, and name the variable: derivative(f, "x").'


def _commands(names: str, hint: str) -> dict[str, str]:
    return {f"\\{name}": hint for name in names.split()}


REFUSED: Final[dict[str, str]] = {
    **_commands(
        "sum prod bigoplus",
        r"Index notation is not read: write \operatorname{tr}, \operatorname{sum}, or \mathbf{1}^\top x.",
    ),
    **_commands("int iint oint lim", "Integrals and limits are not in the language."),
    **_commands("partial nabla", DERIVATIVE_HINT),
    **_commands(
        "def edef gdef xdef let newcommand renewcommand providecommand DeclareMathOperator csname "
        "endcsname loop repeat iftrue relax expandafter",
        "Macros and definitions are not read; write the formula out.",
    ),
    **_commands(
        "include input write immediate newwrite openout usepackage documentclass href url htmlData htmlClass "
        "htmlId unicode require color style class rule kern smash raisebox label tag includegraphics",
        "Layout, links, files and packages are not part of a formula; leave the command out.",
    ),
    **_commands(
        "begin end \\", "Matrices by entries and environments are not read; declare a matrix by name."
    ),
    "=": "Give one side only: an equation is not a formula.",
    "&": "Alignment is not read; write one formula.",
    **_commands("tr Tr trace Trace", r"Write \operatorname{tr}."),
    **_commands("diag Diag", r"Write \operatorname{diag}."),
    **_commands("norm", r"Write \left\| x \right\|."),
    **_commands("abs", r"Write \operatorname{abs}."),
    **_commands("vect", r"Write \operatorname{vec}."),
    **_commands("softmax", r"Write \operatorname{softmax}."),
    **_commands("inf", r"Write \min for the smallest entry."),
    **_commands("sup", r"Write \max for the largest entry."),
    **_commands("infty", "Infinity is not a number of the language."),
    **_commands("argmin argmax", "Write the function that is to be minimized."),
    **_commands("dagger", r"For the pseudoinverse write X^{+}, for a transpose X^{\top}."),
    **_commands("le leq ge geq neq approx equiv in preceq succeq", "Comparisons are not formulas."),
    **_commands("mathbb mathbbm", "Expectations, probabilities and sets are not in the language."),
    **_commands("mathcal mathfrak mathscr", "Script letters are not read; use another letter."),
    **_commands("lfloor lceil", "Rounding has no derivative and is not in the language."),
    **_commands("binom", "Binomial coefficients are not in the language."),
    **_commands("pm mp", "Write one sign."),
    **_commands("right", r"Put the \left that belongs to it before, or remove it."),
}
"""Commands that people try, with what to do instead."""
