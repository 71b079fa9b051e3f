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
"""The function of a command such as `\\log`; taken from the function table."""

WORDS: Final[dict[str, str]] = {"Tr": "tr", "Diag": "diag", "Vec": "vec", "logdet": "logdet", "norm": "norm2"}
"""Other spellings of functions inside `\\operatorname{…}`."""

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
ACCENTS: Final = {r"\hat": "hat", r"\bar": "bar", r"\tilde": "tilde", r"\widehat": "hat", r"\widetilde": "tilde",
                  r"\overline": "bar", r"\dot": "dot"}  # fmt: skip
FRACTIONS: Final = frozenset([r"\frac", r"\tfrac", r"\dfrac", r"\cfrac"])
TRANSPOSES: Final = frozenset([r"\top", r"\intercal", r"\prime", "'", "ᵀ"])

CLOSING: Final[dict[str, str]] = {
    "(": ")", "[": "]", r"\{": r"\}", "{": "}", r"\|": r"\|", r"\lVert": r"\rVert", "|": "|", r"\lvert": r"\rvert",
    r"\langle": r"\rangle",
}  # fmt: skip
NORMS: Final = frozenset([r"\|", r"\lVert"])
BARS: Final = frozenset(["|", r"\lvert"])

_INDEX_NOTATION: Final = r"Index notation is not read: write \operatorname{tr}, \operatorname{sum}, or a product such as \mathbf{1}^\top x."
_NO_MACROS: Final = "Macros and definitions are not read; write the formula out."
_NO_LAYOUT: Final = "Layout, links, files and packages are not part of a formula; leave the command out."
_WRITTEN_OUT: Final = 'Write the formula only, and name the variable: derivative(f, "x").'

REFUSED: Final[dict[str, str]] = {
    **dict.fromkeys([r"\sum", r"\prod", r"\bigoplus"], _INDEX_NOTATION),
    **dict.fromkeys([r"\int", r"\iint", r"\oint", r"\lim"], "Integrals and limits are not in the language."),
    **dict.fromkeys([r"\partial", r"\nabla", r"\mathrm d"], _WRITTEN_OUT),
    **dict.fromkeys(
        [r"\def", r"\edef", r"\gdef", r"\xdef", r"\let", r"\newcommand", r"\renewcommand", r"\providecommand",
         r"\DeclareMathOperator", r"\csname", r"\endcsname", r"\loop", r"\repeat", r"\iftrue", r"\relax", r"\expandafter"],
        _NO_MACROS,
    ),
    **dict.fromkeys(
        [r"\include", r"\input", r"\write", r"\immediate", r"\newwrite", r"\openout", r"\usepackage", r"\documentclass",
         r"\href", r"\url", r"\htmlData", r"\htmlClass", r"\htmlId", r"\unicode", r"\require", r"\color", r"\style",
         r"\class", r"\rule", r"\kern", r"\smash", r"\raisebox", r"\label", r"\tag", r"\includegraphics"],
        _NO_LAYOUT,
    ),
    **dict.fromkeys([r"\begin", r"\end", r"\\", "&"], "Matrices by entries, alignment and environments are not read; declare a matrix by name."),
    **dict.fromkeys([r"\tr", r"\Tr", r"\trace", r"\Trace"], r"Write \operatorname{tr}."),
    **dict.fromkeys([r"\diag", r"\Diag"], r"Write \operatorname{diag}."),
    r"\vect": r"Write \operatorname{vec}.",
    r"\norm": r"Write \left\| x \right\|.",
    r"\abs": r"Write \operatorname{abs}.",
    r"\softmax": r"Write \operatorname{softmax}.",
    r"\inf": r"Write \min for the smallest entry.",
    r"\sup": r"Write \max for the largest entry.",
    r"\infty": "Infinity is not a number of the language.",
    r"\argmin": "Write the function that is to be minimized.",
    r"\dagger": r"For the pseudoinverse write X^{+}, for a transpose X^{\top}.",
    **dict.fromkeys([r"\le", r"\leq", r"\ge", r"\geq", r"\neq", r"\approx", r"\equiv", r"\in", r"\preceq", r"\succeq"],
                    "Equations and comparisons are not formulas."),
    **dict.fromkeys([r"\mathcal", r"\mathfrak", r"\mathscr"], "Script letters are not read; use another letter."),
    r"\lfloor": "Rounding has no derivative and is not in the language.",
    r"\lceil": "Rounding has no derivative and is not in the language.",
    r"\binom": "Binomial coefficients are not in the language.",
    r"\pm": "Write one sign.",
    r"\right": r"Put the \left that belongs to it before, or remove it.",
}  # fmt: skip
"""Commands that people try, with what to do instead."""
