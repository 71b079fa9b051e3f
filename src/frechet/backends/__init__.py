"""Numerical programs from formulas."""
