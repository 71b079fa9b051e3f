"""Reading formulas: text and LaTeX, shapes inferred, declarations checked."""

from frechet.language.reader import read

__all__ = ["read"]
