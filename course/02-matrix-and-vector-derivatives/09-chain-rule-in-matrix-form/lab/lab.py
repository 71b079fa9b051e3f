# %% [markdown]
# # Logistic regression from its gradient
#
# 569 breast tumors, thirty measurements of the cell nuclei of each, and a diagnosis: 1 for
# benign, 0 for malignant. The model gives a tumor the score `x'*w` and the probability
# `sigmoid(x'*w)` of being benign. You derive what is needed to learn `w`, and train it with the
# gradient alone.

# %%
import numpy as np
from scipy.special import expit
from sklearn.datasets import load_breast_cancer

measurements, y = load_breast_cancer(return_X_y=True)
measurements = (measurements - measurements.mean(axis=0)) / measurements.std(axis=0)
X = np.column_stack([np.ones(len(y)), measurements])
y = y.astype(float)
names = ["constant", *load_breast_cancer().feature_names]
print(X.shape, f"{y.mean():.0%} benign")


def sigmoid(z):
    """Return 1/(1 + exp(-z)), entry by entry, without overflow."""
    return expit(z)


# %% [markdown]
# ## The chain
#
# Scores $z = Xw$, then `sum(softplus(z)) - y'*z`. Softplus is $\log(1 + e^z)$; `np.logaddexp(0,
# z)` computes it for large `z` too, where $e^z$ overflows.
#
# **Your first task:** the loss.


# %%
def loss(X, y, w):
    """Return sum(softplus(X*w)) - y'*X*w, finite even for scores in the thousands."""
    # your code
    return 0.0


# %% [markdown]
# **Your second task:** the gradient. The gradient by the scores is the sigmoid minus the label.
# Pull it back through `X`.


# %%
def gradient(X, y, w):
    """Return the gradient of the loss by w."""
    # your code
    return np.zeros_like(w)


# %% [markdown]
# **Your third task:** the Hessian. The slopes of the sigmoid stand on a diagonal between `X'` and
# `X`. A 569 × 569 diagonal matrix is almost all zeros: multiply the rows of `X` by the slopes and
# never build it.


# %%
def slopes(X, w):
    """Return the slope of the sigmoid at each score."""
    # your code
    return np.zeros(len(X))


def hessian(X, w):
    """Return the Hessian of the loss by w."""
    # your code
    return np.eye(len(w))


# %% [markdown]
# ## Training
#
# Gradient steps from zero. The slopes of the sigmoid are at most 1/4, so the curvature is at most
# a quarter of the largest eigenvalue of `X'*X`, and the step below is safe.


# %%
def train(X, y, steps=2000):
    """Return the weights after gradient descent from zero."""
    step = 4 / np.linalg.eigvalsh(X.T @ X)[-1]
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - step * gradient(X, y, w)
    return w


w = train(X, y)
print(f"loss {loss(X, y, w):.1f}, right on {np.mean((X @ w > 0) == (y == 1)):.1%} of the tumors")
for i in np.argsort(-np.abs(w))[:5]:
    print(f"  {w[i]:+.2f}  {names[i]}")

# %% [markdown]
# ## Who shapes the bowl?
#
# The Hessian is a sum over tumors, each with its slope as weight. Sort the weights and see how
# many tumors it takes to make up nine tenths of their sum.

# %%
weights = np.sort(slopes(X, w))[::-1]
share = np.cumsum(weights) / max(weights.sum(), 1e-9)
needed = int(np.searchsorted(share, 0.9)) + 1
print(f"{needed} of {len(y)} tumors hold 90 % of the weight")

# %% [markdown]
# ## What you found
#
# The model is sure about most tumors. Their slopes are almost zero, and they have no say in how
# the loss bends. The few undecided ones near the dividing plane shape the bowl. They are also the
# ones to show to a physician.
