"""Expressions: formulas as people write them, immutable and shared."""
