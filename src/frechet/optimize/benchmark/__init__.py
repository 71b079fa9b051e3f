"""Machine-learning problems, as formulas and by hand, and a race of the solvers that are installed."""
