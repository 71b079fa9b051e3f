# %% [markdown]
# # Bending without turning
#
# 178 wines, thirteen chemical measures each. Predict every measure from the twelve others by
# linear regression. The thirteen rows of coefficients make a square matrix `B`: entry (i, j) says
# how much measure j counts when measure i is predicted. Nobody promised that `B` is symmetric, and
# it is not.
#
# The number x'Bx, for one wine x, adds up "measure times its prediction": it is large for a wine
# whose measures stand out together. You will see which part of `B` this number feels.

# %%
import numpy as np
from sklearn.datasets import load_wine

wine = load_wine()
X = (wine.data - wine.data.mean(axis=0)) / wine.data.std(axis=0)
precision = np.linalg.inv(X.T @ X / len(X))
B = np.eye(13) - precision / np.diag(precision)[:, None]

print("coefficients of proline for alcohol:", B[0, 12], " of alcohol for proline:", B[12, 0])

# %% [markdown]
# The line with `precision` is a shortcut for thirteen regressions. Believe it, or check it: row i
# of `B` holds the least-squares coefficients of measure i on the others, with a zero on the
# diagonal.

# %%
others = np.arange(13) != 0
regression = np.linalg.lstsq(X[:, others], X[:, 0], rcond=None)[0]
print("largest difference to a regression:", np.abs(regression - B[0, others]).max())

# %% [markdown]
# ## 1. Split the matrix
#
# Return the symmetric part and the skew part of a square matrix.


# %%
def split(A):
    """Return the symmetric part and the skew part of A."""
    return (A + A.T) / 2, (A - A.T) / 2


symmetric, skew = split(B)
print("size of the symmetric part:", np.linalg.norm(symmetric))
print("size of the skew part:     ", np.linalg.norm(skew))

# %% [markdown]
# ## 2. The form for all wines at once
#
# The rows of `X` are the points. Return one number for each row: x'Ax. A loop is right; so is
# `((X @ A) * X).sum(axis=1)`. Ask yourself why the second one is the same.


# %%
def forms(A, X):
    """Return x'Ax for each row x of X."""
    return ((X @ A) * X).sum(axis=1)


print("largest |x'Kx| over all wines, K the skew part:", np.abs(forms(skew, X)).max())

# %% [markdown]
# ## 3. The gradient for all wines at once
#
# The gradient at one point is (A + A')x, a column. Here the points are rows, so the gradients
# shall be rows too: transpose the formula.


# %%
def gradients(A, X):
    """Return the gradient of x'Ax at each row x of X, as the rows of a matrix."""
    return X @ (A + A.T)


# %% [markdown]
# ## What does the natural mistake cost?
#
# `2*A*x` instead of `(A + A')*x`: the error, in percent of the gradient's length, wine by wine.
# Compare the first line with the size of the skew part above.

# %%
right = gradients(B, X)
natural = 2 * X @ B.T
error = np.linalg.norm(natural - right, axis=1) / np.linalg.norm(right, axis=1)
print(f"error of 2*A*x: {error.mean():.0%} on average, {error.max():.0%} at worst")

# %% [markdown]
# ## And does anybody notice?
#
# Euler's check says: point times gradient is twice the value. Run it on both. Only one of them is
# right, and both pass. A check that a wrong answer passes is no proof; a step in a random direction
# is a better one.

# %%
twice = 2 * forms(B, X)
print("Euler's check, right:  ", np.abs((X * right).sum(axis=1) - twice).max())
print("Euler's check, natural:", np.abs((X * natural).sum(axis=1) - twice).max())

step = 1e-6 * np.random.default_rng(0).normal(size=13)
change = forms(B, X + step) - forms(B, X)
print("random step, right:    ", np.abs(right @ step - change).max())
print("random step, natural:  ", np.abs(natural @ step - change).max())
