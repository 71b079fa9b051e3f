"""Derivations that show their work: `derive` finds one, `Derivation` tells it."""
