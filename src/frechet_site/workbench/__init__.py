"""The workbench: a formula in, its derivative, steps and code out."""
