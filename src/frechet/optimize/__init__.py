"""From a formula to its optimum: curvature, minimization, constraints, model files.

The public names are `curvature` (`convexity/curvature.py`), `minimize` (`minimize.py`) and
`stationary_points` (`stationary.py`). Curvature needs no NumPy.
"""
