"""The door: a text and declarations in, a `Formula` out."""

from __future__ import annotations

from frechet.errors import UnsupportedError, quoted
from frechet.formula import Formula, described
from frechet.language.build import build
from frechet.language.declarations import declare
from frechet.language.inference import infer
from frechet.language.latex import LatexReading, parse_latex, settle_doubts
from frechet.language.parser import parse
from frechet.limits import budget

SYNTAXES = ("text", "latex")


def read(text: str, declarations: object = None, syntax: str = "text") -> Formula:
    """Read a formula; undeclared names are assumed by their first letter, sizes are inferred.

    >>> read("norm2(A*x - b)^2", {"b": "vector(m)"}).assumed
    {'A': 'matrix(m, n)', 'x': 'vector(n)'}

    Raises:
        ParseError: the text is not a formula.
        ShapeError: the sizes do not fit.
        DeclarationError: the declarations are malformed or contradict each other.
        LimitError: the input is too large.
    """
    if syntax not in SYNTAXES:
        raise UnsupportedError(f"there is no syntax {quoted(str(syntax))}", hint='Choose "text" or "latex".')
    declared = declare(declarations)
    reading = parse_latex(text, declared) if syntax == "latex" else LatexReading(parse(text, declared), ())
    program = reading.program
    with budget():
        inferred = infer(program, declared, text, syntax == "latex", reading.bold)
        settle_doubts(reading, inferred, text)
        expression = build(program, inferred, text)
    assumed = {name: described(symbol) for name, symbol in inferred.assumed.items()}
    return Formula(expression, inferred.symbols, assumed)
