# %% [markdown]
# # All at once, or one patient at a time
#
# The diabetes data: 442 patients, ten measures each, and a number that says how far the disease has
# moved on after a year. First you fit a regression to the whole table. Then you pretend that the
# patients come one by one, and that you may keep only what you believe, never the table.

# %%
import numpy as np
from sklearn.datasets import load_diabetes

X, y = load_diabetes(return_X_y=True)
y = y - y.mean()
print(X.shape)

# %% [markdown]
# ## 1. The gradient
#
# Of the squared length of `X w - y`, by w.


# %%
def gradient(X, y, w):
    """Return the gradient of the squared length of X w - y by w."""
    # your code
    return w


# %% [markdown]
# ## 2. The ridge weights
#
# Set the gradient, penalty included, to zero and solve. With `lam = 0` these are the least-squares
# weights.


# %%
def ridge(X, y, lam):
    """Return the w with the least norm2(X*w - y)^2 + lam*norm2(w)^2."""
    # your code
    return np.zeros(X.shape[1])


w = ridge(X, y, 0.0)
print(f"explained: {1 - ((X @ w - y) ** 2).sum() / (y**2).sum():.1%} of the variation")
print("columns times residual:", np.abs(X.T @ (X @ w - y)).max())

# %% [markdown]
# The last number is the right angle: the residual has nothing left in common with any column.
#
# ## 3. What a slip costs
#
# `X.T @ X + lam` instead of `X.T @ X + lam * np.eye(10)` runs without an error. Compare the loss.


# %%
def loss(w, lam):
    """Return the ridge loss of the weights."""
    return ((X @ w - y) ** 2).sum() + lam * (w**2).sum()


slip = np.linalg.solve(X.T @ X + 0.5, X.T @ y)
print(f"loss of the ridge weights {loss(ridge(X, y, 0.5), 0.5):.4g}, of the slip {loss(slip, 0.5):.4g}")

# %% [markdown]
# ## 4. One patient at a time
#
# You believe that the weights are near `s`, with covariance `P`. A patient comes with measures `h`
# (one row of the table) and outcome `z`; the noise has variance `R`, a number. The update of the
# lecture, for a single number z:
#
# new s = s + P h (z - h's) / (h'P h + R),   new P = P - P h h'P / (h'P h + R).
#
# Nothing is inverted; there is one division. Return both.


# %%
def update(s, P, h, z, R):
    """Return belief and covariance after one patient with measures h and outcome z."""
    # your code
    return s, P


# %% [markdown]
# Begin with the belief that all weights are zero, with covariance I/lam, and let the patients come.

# %%
lam = 0.5
s, P = np.zeros(10), np.eye(10) / lam
for patient, (h, z) in enumerate(zip(X, y, strict=True), start=1):
    s, P = update(s, P, h, z, 1.0)
    if patient in (1, 10, 50, 100, 200, 442):
        gap = np.linalg.norm(s - ridge(X, y, lam))
        print(f"after {patient:3} patients: away from the ridge weights by {gap:.3g}")

# %% [markdown]
# After the last patient the difference is rounding. The order does not matter either: shuffle the
# patients and try. What you kept all the time were ten numbers and a 10 × 10 matrix, and the
# matrix tells how sure you may be: it is the inverse of X'X + lam*I.

# %%
print("P times (X'X + lam I) minus I:", np.abs(P @ (X.T @ X + lam * np.eye(10)) - np.eye(10)).max())
