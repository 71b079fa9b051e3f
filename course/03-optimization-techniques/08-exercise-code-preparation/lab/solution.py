# %% [markdown]
# # A test bench
#
# Three tools that every later experiment uses: a loss that is safe against shapes, a test of gradients,
# and a runner that logs. And first the accident that makes them necessary.

# %%
import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_diabetes

data, target = load_diabetes(return_X_y=True, scaled=False)
X = np.column_stack([np.ones(len(data)), (data - data.mean(axis=0)) / data.std(axis=0)])
y = target

# %% [markdown]
# ## The accident
#
# The weights are made a column, the targets are a plain list. Everything runs. Look at the predictions.


# %%
def careless_loss(w):
    """Return what looks like the mean squared error."""
    residual = X @ w.reshape(-1, 1) - y
    return (residual**2).mean()


weights = minimize(careless_loss, np.zeros(11)).x
predictions = X @ weights
print("shape of the residual:", (X @ weights.reshape(-1, 1) - y).shape)
print(f"predictions from {predictions.min():.2f} to {predictions.max():.2f}, mean of y: {y.mean():.2f}")

# %% [markdown]
# ## 1. A safe loss
#
# It must take `y` of shape (m,) or (m, 1) and `w` of shape (n,) or (n, 1). It returns half the mean
# squared error as a float, and its gradient with shape (n,). Convert at the door.


# %%
def loss_and_gradient(X, y, w):
    """Return half the mean squared error, a float, and its gradient of shape (n,)."""
    y, w = np.asarray(y, float).reshape(-1), np.asarray(w, float).reshape(-1)
    residual = X @ w - y
    return float(residual @ residual) / (2 * len(y)), X.T @ residual / len(y)


# %% [markdown]
# ## 2. A test of gradients
#
# Compare g(x)'d with the central difference along `directions` random directions d. Return the largest
# relative error, |numeric - exact| / max(1, |numeric|, |exact|). Use the step 1e-6.


# %%
def gradient_error(f, g, x, directions=10):
    """Return the largest relative error of the gradient g of f at x along random directions."""
    dice = np.random.default_rng(0)
    exact_gradient, step, worst = g(x), 1e-6, 0.0
    for _ in range(directions):
        d = dice.normal(size=x.shape)
        numeric = (f(x + step * d) - f(x - step * d)) / (2 * step)
        exact = np.sum(exact_gradient * d)
        worst = max(worst, abs(numeric - exact) / max(1.0, abs(numeric), abs(exact)))
    return worst


class Banana:
    """The banana function 100*(v - u^2)^2 + (1 - u)^2, a long curved valley."""

    def f(self, x):
        """Return the value."""
        return 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2

    def g(self, x):
        """Return the gradient."""
        off = x[1] - x[0] ** 2
        return np.array([-400 * x[0] * off - 2 * (1 - x[0]), 200 * off])

    def H(self, x):
        """Return the Hessian."""
        return np.array([[1200 * x[0] ** 2 - 400 * x[1] + 2, -400 * x[0]], [-400 * x[0], 200.0]])


banana = Banana()
somewhere = np.array([-1.2, 1.0])
print("error of the gradient:        ", gradient_error(banana.f, banana.g, somewhere))
print("error with one entry halved:  ", gradient_error(banana.f, lambda x: banana.g(x) / [1, 2], somewhere))

# %% [markdown]
# ## 3. A runner
#
# `method(problem, x)` returns the next point. The runner calls it until the norm of the gradient is below
# the tolerance ("converged"), the value is not finite ("diverged") or `limit` steps are taken ("limit").
# It returns the last point, the reason, and the log: one pair (value, norm of the gradient) for each
# point visited, the start included.


# %%
def run(method, problem, start, tolerance=1e-6, limit=1000):
    """Return the last point, the reason for stopping, and the log."""
    x, log = np.array(start, float), []
    while True:
        value, size = float(problem.f(x)), float(np.linalg.norm(problem.g(x)))
        log.append((value, size))
        if not np.isfinite(value):
            return x, "diverged", log
        if size < tolerance:
            return x, "converged", log
        if len(log) > limit:
            return x, "limit", log
        x = method(problem, x)


def newton(problem, x):
    """Return the point after one Newton step."""
    return x - np.linalg.solve(problem.H(x), problem.g(x))


def descent(rate):
    """Return gradient descent with a fixed rate, as a method."""
    return lambda problem, x: x - rate * problem.g(x)


# %% [markdown]
# ## The first report
#
# Newton's method and two rates on the banana. The last rate is ten times as large as the one before: read
# the reason.

# %%
for name, method in (("Newton", newton), ("rate 0.001", descent(0.001)), ("rate 0.01", descent(0.01))):
    with np.errstate(over="ignore", invalid="ignore"):
        point, reason, log = run(method, banana, somewhere)
    print(f"{name:10s} {reason:10s} after {len(log) - 1:4d} steps at {np.round(point, 3)}")
