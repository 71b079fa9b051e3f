"""Fréchet: matrix calculus to learn, trust and use."""
