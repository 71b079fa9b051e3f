"""Derivations that show their work: `derive` finds one, `Derivation` tells it."""

from frechet.derivations.derivation import Derivation, derive

__all__ = ["Derivation", "derive"]
