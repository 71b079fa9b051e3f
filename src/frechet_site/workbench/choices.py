"""What may be chosen on the workbench, with the words for it."""

from __future__ import annotations

from typing import Final, TypeAlias

Choices: TypeAlias = tuple[tuple[str, str], ...]

ORDERS: Final[Choices] = (("1", "First"), ("2", "Second"), ("3", "Third"))
VIEWS: Final[Choices] = (
    ("steps", "Derivation"),
    ("code", "Code"),
    ("numbers", "Numbers"),
    ("graph", "Graph"),
    ("curvature", "Curvature"),
)
METHODS: Final[Choices] = (
    ("differential", "By differentials"),
    ("components", "In components"),
    ("chain", "By the chain rule"),
)
LAYOUTS: Final[Choices] = (
    ("numerator", "numerator (rows: the function)"),
    ("denominator", "denominator (transposed)"),
)
STRUCTURED: Final[Choices] = (
    ("project", "in the space of such matrices"),
    ("entries", "by the free entries (Cookbook, section 2.8)"),
    ("none", "as if it had no structure"),
)
BACKENDS: Final[Choices] = (
    ("numpy", "NumPy"),
    ("jax", "JAX"),
    ("torch", "PyTorch"),
    ("julia", "Julia"),
    ("cupy", "CuPy"),
    ("matlab", "MATLAB"),
    ("octave", "Octave"),
    ("r", "R"),
)
VECTOR_KINDS: Final = ("scalar", "vector(n)", "matrix(m, n)")
SQUARE_KINDS: Final = ("symmetric(n)", "psd(n)", "diagonal(n)", "skew(n)", "orthogonal(n)", "lower(n)")
