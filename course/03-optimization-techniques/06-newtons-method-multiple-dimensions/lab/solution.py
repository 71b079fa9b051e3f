# %% [markdown]
# # Nine steps against twenty thousand
#
# 569 breast tumors, thirty measurements each (standardized), benign or malignant. The model is logistic
# regression with a penalty: sum(softplus(X*w)) - y'*X*w + lam*norm2(w)^2/2. You write gradient and
# Hessian, and race Newton's method against gradient descent.

# %%
import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression

data, labels = load_breast_cancer(return_X_y=True)
X = (data - data.mean(axis=0)) / data.std(axis=0)
y = labels.astype(float)
penalty = 1.0


def sigmoid(z):
    """Return 1/(1 + exp(-z)) for each entry, without overflow."""
    return 0.5 * (1 + np.tanh(z / 2))


# %% [markdown]
# ## 1. Gradient and Hessian
#
# Do not forget the penalty: it adds lam*w to the gradient and lam on the diagonal of the Hessian.


# %%
def gradient(X, y, w, lam):
    """Return the gradient of the penalized logistic loss."""
    return X.T @ (sigmoid(X @ w) - y) + lam * w


def hessian(X, y, w, lam):
    """Return the Hessian of the penalized logistic loss."""
    s = sigmoid(X @ w)
    return X.T @ ((s * (1 - s))[:, None] * X) + lam * np.eye(X.shape[1])


# %% [markdown]
# ## 2. Newton's method
#
# Start at zero, stop when the norm of the gradient is below the tolerance. Solve, do not invert.


# %%
def newton(X, y, lam, tolerance=1e-6, limit=50):
    """Return the weights and the number of Newton steps."""
    w = np.zeros(X.shape[1])
    for steps in range(limit):
        g = gradient(X, y, w, lam)
        if np.linalg.norm(g) < tolerance:
            return w, steps
        w = w - np.linalg.solve(hessian(X, y, w, lam), g)
    return w, limit


# %% [markdown]
# ## 3. A safe rate for gradient descent
#
# The curvature s*(1 - s) is at most one quarter. So the Hessian is nowhere larger than X'X/4 + lam*I.
# Return one divided by the largest eigenvalue of that matrix.


# %%
def safe_rate(X, lam):
    """Return one over a bound of the largest curvature."""
    return 1 / (np.linalg.eigvalsh(X.T @ X)[-1] / 4 + lam)


def descend(X, y, lam, tolerance=1e-6, limit=50_000):
    """Return the weights and the number of steps of gradient descent with the safe rate."""
    w, rate = np.zeros(X.shape[1]), safe_rate(X, lam)
    for steps in range(limit):
        g = gradient(X, y, w, lam)
        if np.linalg.norm(g) < tolerance:
            return w, steps
        w = w - rate * g
    return w, limit


# %% [markdown]
# ## The race

# %%
by_newton, newton_steps = newton(X, y, penalty)
by_descent, descent_steps = descend(X, y, penalty)
model = LogisticRegression(C=1 / penalty, fit_intercept=False, tol=1e-10, max_iter=10_000).fit(X, labels)
print("steps of Newton's method: ", newton_steps)
print("steps of gradient descent:", descent_steps)
print("largest difference to scikit-learn:", np.abs(by_newton - model.coef_[0]).max())
print("largest difference of the two:     ", np.abs(by_newton - by_descent).max())

# %% [markdown]
# ## Watch the digits
#
# The norm of the gradient after each Newton step. In the last steps the exponent doubles. Do you see
# where the fast phase begins?

# %%
w = np.zeros(30)
for step in range(newton_steps + 1):
    g = gradient(X, y, w, penalty)
    print(step, f"{np.linalg.norm(g):.1e}")
    w = w - np.linalg.solve(hessian(X, y, w, penalty), g)

# %% [markdown]
# ## Kilograms and grams
#
# Five measures, no penalty, four steps. Then the same with one column in units a thousand times smaller,
# so that its numbers are a thousand times as large. The weights differ. Do the predictions?

# %%
few = X[:, :5]
other_units = few * np.array([1, 1000, 1, 1, 1])
w, _ = newton(few, y, 0.0, tolerance=0.0, limit=4)
v, _ = newton(other_units, y, 0.0, tolerance=0.0, limit=4)
print("second weight in both units:", w[1], v[1])
print("largest difference of the predictions:", np.abs(sigmoid(few @ w) - sigmoid(other_units @ v)).max())
