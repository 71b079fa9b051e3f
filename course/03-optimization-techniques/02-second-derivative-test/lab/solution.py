# %% [markdown]
# # The curvature of a real loss
#
# 569 breast tumors, thirty measurements each, benign or malignant. The loss of logistic regression
# is sum(softplus(X*w)) - y'*X*w. You will compute its Hessian, classify a point by eigenvalues, and
# find out what kind of bowl this loss is.

# %%
import numpy as np
from sklearn.datasets import load_breast_cancer

raw, y = load_breast_cancer(return_X_y=True)
standardized = (raw - raw.mean(axis=0)) / raw.std(axis=0)


def sigmoid(z):
    """Return 1/(1 + exp(-z)) for each entry, without overflow."""
    return 0.5 * (1 + np.tanh(z / 2))


# %% [markdown]
# ## 1. The Hessian
#
# The gradient is X'(s - y) with s = sigmoid(Xw). Differentiate once more: ds = s*(1 - s)*(X dw), entry
# by entry, so the Hessian is X' diag(s*(1 - s)) X. Build it without the 569 by 569 diagonal matrix:
# multiply the rows of X by the weights.


# %%
def hessian(X, w):
    """Return the Hessian of the logistic loss at w."""
    s = sigmoid(X @ w)
    return X.T @ ((s * (1 - s))[:, None] * X)


# %% [markdown]
# ## 2. The test
#
# Return "min", "max", "saddle" or "silent" for the Hessian H of a stationary point. An eigenvalue
# counts as zero when it is smaller than `tol` times the largest one in absolute value. Both signs
# make a saddle, even if there is a zero as well.


# %%
def verdict(H, tol=1e-10):
    """Classify a stationary point by the eigenvalues of its Hessian."""
    curvatures = np.linalg.eigvalsh(H)
    small = tol * np.abs(curvatures).max()
    up, down = (curvatures > small).any(), (curvatures < -small).any()
    if up and down:
        return "saddle"
    if (np.abs(curvatures) <= small).any():
        return "silent"
    return "min" if up else "max"


print("u^2 + s^2 + 3us at the origin:", verdict(np.array([[2.0, 3.0], [3.0, 2.0]])))

# %% [markdown]
# ## 3. How long is the valley?
#
# Return the largest eigenvalue divided by the smallest. At w = 0 every s is one half, so the weights
# are all one quarter.


# %%
def spread(H):
    """Return the largest curvature divided by the smallest."""
    curvatures = np.linalg.eigvalsh(H)
    return curvatures[-1] / curvatures[0]


start = np.zeros(30)
print(f"measurements as they are: {spread(hessian(raw, start)):.1e}")
print(f"standardized columns:     {spread(hessian(standardized, start)):.1e}")

# %% [markdown]
# ## What is the flat direction?
#
# The eigenvector of the smallest eigenvalue is the direction that the data hardly determine. Look at
# its largest entries after standardizing. Are you surprised that a radius, a perimeter and an area
# cannot be told apart?

# %%
names = load_breast_cancer().feature_names
flat = np.linalg.eigh(hessian(standardized, start))[1][:, 0]
for index in np.argsort(-np.abs(flat))[:4]:
    print(f"{names[index]:20s} {flat[index]:+.2f}")

# %% [markdown]
# Walk one unit along this direction and one along the steepest, and compare what the loss says.


# %%
def loss(X, w):
    """Return the logistic loss."""
    return np.logaddexp(0, X @ w).sum() - y @ (X @ w)


steep = np.linalg.eigh(hessian(standardized, start))[1][:, -1]
for name, direction in (("flat", flat), ("steep", steep)):
    bend = loss(standardized, direction) + loss(standardized, -direction) - 2 * loss(standardized, start)
    print(f"second difference along the {name} direction: {bend:.4f}")
