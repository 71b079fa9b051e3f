"""Tensors: the same value in index notation, as the machine computes it."""
