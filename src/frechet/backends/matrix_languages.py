"""MATLAB, Octave, Julia and R as tables: what each operation is called there, and what a function looks like.

They share what NumPy does not: indices from 1, columns first, and `'` or `t()` for a transpose. Arrays
have at most two axes. `{0}`, `{1}` are the operands; helper functions travel with a program that
calls them, so that it runs alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, final

from frechet.backends.matrix_helpers import JULIA_HELPERS, MATLAB_HELPERS, R_HELPERS
from frechet.functions.elementwise import ELEMENTWISE


@final
@dataclass(frozen=True)
class Language:
    """How a language writes the steps of a plan; `frame` holds the whole program."""

    functions: Mapping[str, str]
    helpers: Mapping[str, str]
    reserved: frozenset[str]
    frame: str
    comment: str
    indent: str = "    "
    assign: str = "{0} = {1}"
    result: str = "{0}"
    results: str = ", "
    broadcasts: bool = True

    def call(self, name: str, *arguments: str) -> str:
        return self.functions[name].format(*arguments)


_RENAMED: Final = {"arcsin": "asin", "arccos": "acos", "arctan": "atan"}
_ELEMENTWISE: Final = {f.name: f"{_RENAMED.get(f.name, f.name)}({{0}})" for f in ELEMENTWISE}
_NAMED: Final = {
    name: f"{name}({{0}})"
    for name in (
        "softmax", "logsumexp", "adj", "lu", "cholesky", "cholesky_logdet", "lu_logdet",
        "cholesky_inverse", "lu_inverse", "det", "pinv", "expm", "expm_derivative", "power_derivative",
    )
}  # fmt: skip
_CALLED: Final = {
    **_NAMED,
    "multiply numbers": "{0} * {1}",
    "add numbers": "{0} + {1}",
    "subtract numbers": "{0} - {1}",
    "softmax along": "softmax({0}, {1})",
    "logsumexp along": "logsumexp({0}, {1})",
    "cholesky_solve": "cholesky_solve({0}, {1})",
    "lu_solve": "lu_solve({0}, {1})",
    "lu_solve transposed": "lu_solve_transposed({0}, {1})",
}

_MATLAB: Final[dict[str, str]] = {
    **_ELEMENTWISE,
    **_CALLED,
    "relu": "max({0}, 0)",
    "lu": "lu_factors({0})",
    "multiply": "{0} .* {1}",
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "divide": "{0} ./ {1}",
    "raise": "{0} .^ {1}",
    "transpose": "{0}.'",
    "as row": "{0}.'",
    "product": "{0} * {1}",
    "matrix vector": "{0} * {1}",
    "dot": "{0}.' * {1}",
    "outer": "{0} * {1}.'",
    "total": "sum(sum({0}))",
    "sum over 1": "sum({0}, 1).'",
    "sum over 2": "sum({0}, 2)",
    "norm": "norm({0}, 'fro')",
    "max": "max(max({0}))",
    "min": "min(min({0}))",
    "pi": "pi",
    "ones 1": "ones({0}, 1)",
    "ones 2": "ones({0}, {1})",
    "zeros 1": "zeros({0}, 1)",
    "zeros 2": "zeros({0}, {1})",
    "mask": "tril(ones({0}, {1}))",
    "eye": "eye({0})",
    "diagonal matrix": "diag({0})",
    "diagonal": "diag({0})",
    "flatten": "reshape({0}.', [], 1)",
    "unflatten": "reshape({0}, {2}, {1}).'",
    "matrix_power": "{0} ^ round({1})",
    "size": "size({0}, {1})",
    "length": "length({0})",
    "as vector": "{0}(:)",
    "row": "{0}.'",
}

_JULIA: Final[dict[str, str]] = {
    **{name: text.replace("(", ".(", 1) for name, text in _ELEMENTWISE.items()},
    **_CALLED,
    "relu": "max.({0}, 0)",
    "multiply": "{0} .* {1}",
    "add": "{0} .+ {1}",
    "subtract": "{0} .- {1}",
    "divide": "{0} ./ {1}",
    "raise": "{0} .^ {1}",
    "transpose": "{0}'",
    "as row": "{0}'",
    "product": "{0} * {1}",
    "matrix vector": "{0} * {1}",
    "dot": "dot({0}, {1})",
    "outer": "{0} * {1}'",
    "total": "sum({0})",
    "sum over 1": "vec(sum({0}, dims=1))",
    "sum over 2": "vec(sum({0}, dims=2))",
    "norm": "norm({0})",
    "max": "maximum({0})",
    "min": "minimum({0})",
    "pi": "float(pi)",
    "ones 1": "ones({0})",
    "ones 2": "ones({0}, {1})",
    "zeros 1": "zeros({0})",
    "zeros 2": "zeros({0}, {1})",
    "mask": "tril(ones({0}, {1}))",
    "eye": "Matrix(1.0I, {0}, {0})",
    "diagonal matrix": "diagm({0})",
    "diagonal": "diag({0})",
    "flatten": "vec(permutedims({0}))",
    "unflatten": "permutedims(reshape({0}, {2}, {1}))",
    "expm": "exp({0})",
    "cholesky": "cholesky(Symmetric({0}))",
    "cholesky_logdet": "logdet({0})",
    "cholesky_inverse": "inv({0})",
    "cholesky_solve": "{0} \\ {1}",
    "lu_inverse": "inv({0})",
    "lu_solve": "{0} \\ {1}",
    "lu_solve transposed": "{0}' \\ {1}",
    "matrix_power": "{0} ^ round(Int, {1})",
    "size": "size({0}, {1})",
    "length": "length({0})",
    "as vector": "vec({0})",
    "row": "permutedims({0})",
}

_R: Final[dict[str, str]] = {
    **_ELEMENTWISE,
    **_CALLED,
    "relu": "pmax({0}, 0)",
    "multiply": "{0} * {1}",
    "add": "{0} + {1}",
    "subtract": "{0} - {1}",
    "divide": "{0} / {1}",
    "raise": "{0}^{1}",
    "transpose": "t({0})",
    "as row": "rep({0}, each = {1})",
    "product": "{0} %*% {1}",
    "matrix vector": "drop({0} %*% {1})",
    "dot": "sum({0} * {1})",
    "outer": "outer({0}, {1})",
    "spread column": "matrix({0}, {1}, {2})",
    "spread row": "matrix({0}, {1}, {2}, byrow = TRUE)",
    "total": "sum({0})",
    "sum over 1": "colSums({0})",
    "sum over 2": "rowSums({0})",
    "norm": "sqrt(sum({0}^2))",
    "max": "max({0})",
    "min": "min({0})",
    "pi": "pi",
    "ones 1": "rep(1, {0})",
    "ones 2": "matrix(1, {0}, {1})",
    "zeros 1": "rep(0, {0})",
    "zeros 2": "matrix(0, {0}, {1})",
    "mask": "1 * lower.tri(matrix(0, {0}, {1}), diag = TRUE)",
    "eye": "diag({0})",
    "diagonal matrix": "diag({0}, {1})",
    "diagonal": "diag({0})",
    "flatten": "c(t({0}))",
    "unflatten": "matrix({0}, {1}, {2}, byrow = TRUE)",
    "expm": "as.matrix(Matrix::expm({0}))",
    "cholesky": "chol({0})",
    "cholesky_inverse": "chol2inv({0})",
    "lu": "{0}",
    "lu_inverse": "solve({0})",
    "lu_solve": "solve({0}, {1})",
    "lu_solve transposed": "solve(t({0}), {1})",
    "matrix_power": "matrix_power({0}, {1})",
    "size": "dim({0})[{1}]",
    "length": "length({0})",
    "as vector": "as.vector({0})",
    "row": "matrix({0}, 1)",
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_MATLAB_WORDS: Final = _words(
    "break case catch classdef continue else elseif end for function global if otherwise parfor persistent "
    "return spmd switch try while do until unwind_protect ans eps Inf NaN i j nargin varargin endfunction "
    "endif endfor endwhile"
)
_JULIA_WORDS: Final = _words(
    "baremodule begin break catch const continue do else elseif end export false finally for function "
    "global if import let local macro module quote return struct true try using while in isa where im NaN Inf"
)
_R_WORDS: Final = _words("if else repeat while function for next break TRUE FALSE NULL Inf NaN NA in")

_MATLAB_LANGUAGE: Final = Language(
    _MATLAB,
    MATLAB_HELPERS,
    _MATLAB_WORDS,
    frame="function [{outputs}] = {name}({arguments})\n{doc}\n{body}\n{results}\nend\n{helpers}",
    comment="%",
    assign="{0} = {1};",
    result="    {1} = {0};",
    results="\n",
)

LANGUAGES: Final[dict[str, Language]] = {
    "julia": Language(
        _JULIA,
        JULIA_HELPERS,
        _JULIA_WORDS,
        frame=(
            "using LinearAlgebra\n{helpers}\n{doc}\nfunction {name}({arguments})\n{body}\n"
            "    return {results}\nend\n"
        ),
        comment="#",
    ),
    "matlab": _MATLAB_LANGUAGE,
    "octave": _MATLAB_LANGUAGE,
    "r": Language(
        _R,
        R_HELPERS,
        _R_WORDS,
        frame="{helpers}\n{doc}\n{name} <- function({arguments}) {{\n{body}\n  list({results})\n}}\n",
        comment="#",
        indent="  ",
        assign="{0} <- {1}",
        broadcasts=False,
    ),
}
