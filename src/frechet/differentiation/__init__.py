"""Derivatives: which variable, which structure, which layout, and every form of the answer."""
