"""Reading formulas: text and LaTeX, shapes inferred, declarations checked."""
