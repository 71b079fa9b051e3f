"""Constraints: projection onto bounds, elimination of affine equalities, augmented Lagrangian, barrier."""
