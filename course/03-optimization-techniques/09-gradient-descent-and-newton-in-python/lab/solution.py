# %% [markdown]
# # Your own optimizer library
#
# Three methods, two problems on real data, one table. Each method takes a problem with f, g and H, and
# returns the last point and the number of steps.

# %%
import time

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes

import frechet as fr


class LeastSquares:
    """Half the mean squared error."""

    def __init__(self, X, y):
        self.X, self.y = X, y

    def f(self, w):
        """Return the value."""
        residual = self.X @ w - self.y
        return float(residual @ residual) / (2 * len(self.y))

    def g(self, w):
        """Return the gradient."""
        return self.X.T @ (self.X @ w - self.y) / len(self.y)

    def H(self, w):
        """Return the Hessian."""
        return self.X.T @ self.X / len(self.y)


class Logistic:
    """The mean logistic loss with a penalty."""

    def __init__(self, X, y, lam):
        self.X, self.y, self.lam = X, y, lam

    def _probabilities(self, w):
        return 0.5 * (1 + np.tanh(self.X @ w / 2))

    def f(self, w):
        """Return the value."""
        scores = self.X @ w
        return float((np.logaddexp(0, scores) - self.y * scores).mean() + self.lam * (w @ w) / 2)

    def g(self, w):
        """Return the gradient."""
        return self.X.T @ (self._probabilities(w) - self.y) / len(self.y) + self.lam * w

    def H(self, w):
        """Return the Hessian."""
        p = self._probabilities(w)
        return self.X.T @ ((p * (1 - p))[:, None] * self.X) / len(self.y) + self.lam * np.eye(len(w))


def standardized(data):
    """Return the columns with mean zero and variance one."""
    return (data - data.mean(axis=0)) / data.std(axis=0)


data, target = load_diabetes(return_X_y=True)
tumors, labels = load_breast_cancer(return_X_y=True)
regression = LeastSquares(standardized(data), target - target.mean())
classification = Logistic(standardized(tumors), labels.astype(float), 0.01)

# %% [markdown]
# ## 1. Gradient descent
#
# Stop when the norm of the gradient is below the tolerance. Compute the gradient once in each step, and
# do not change the start.


# %%
def gradient_descent(problem, start, rate, tolerance=1e-6, limit=20_000):
    """Return the last point and the number of steps."""
    x = np.array(start, float)
    for steps in range(limit):
        g = problem.g(x)
        if np.linalg.norm(g) < tolerance:
            return x, steps
        x = x - rate * g
    return x, limit


# %% [markdown]
# ## 2. Momentum
#
# v <- beta*v - rate*g(x), then x <- x + v. The velocity starts at zero.


# %%
def momentum(problem, start, rate, beta=0.9, tolerance=1e-6, limit=20_000):
    """Return the last point and the number of steps."""
    x = np.array(start, float)
    v = np.zeros_like(x)
    for steps in range(limit):
        g = problem.g(x)
        if np.linalg.norm(g) < tolerance:
            return x, steps
        v = beta * v - rate * g
        x = x + v
    return x, limit


# %% [markdown]
# ## 3. Damped Newton
#
# Solve H s = -g. Start with t = 1 and halve t as long as f(x + t*s) > f(x) + 1e-4*t*(g's).


# %%
def newton(problem, start, tolerance=1e-6, limit=50):
    """Return the last point and the number of steps."""
    x = np.array(start, float)
    for steps in range(limit):
        g = problem.g(x)
        if np.linalg.norm(g) < tolerance:
            return x, steps
        s, t = np.linalg.solve(problem.H(x), -g), 1.0
        while problem.f(x + t * s) > problem.f(x) + 1e-4 * t * (g @ s) and t > 1e-10:
            t = t / 2
        x = x + t * s
    return x, limit


# %% [markdown]
# ## The race
#
# The rate comes from the largest curvature: for least squares it is the largest eigenvalue of the Hessian;
# for the logistic loss the Hessian is largest at zero.

# %%
METHODS = {
    "descent": gradient_descent,
    "momentum": momentum,
    "Newton": lambda problem, start, rate: newton(problem, start),
}

for title, problem in (("least squares", regression), ("logistic", classification)):
    start = np.zeros(problem.X.shape[1])
    rate = 1 / np.linalg.eigvalsh(problem.H(start))[-1]
    for name, method in METHODS.items():
        begin = time.perf_counter()
        point, steps = method(problem, start, rate)
        spent = 1000 * (time.perf_counter() - begin)
        print(f"{title:14s} {name:9s} {steps:6d} steps {spent:8.1f} ms, value {problem.f(point):.8f}")

# %% [markdown]
# ## The referee
#
# `fr.minimize` takes the formula and the data; it derives gradient and Hessian itself.

# %%
loss = fr.parse(
    "(sum(softplus(X*w)) - y'*X*w)/N + lam*norm2(w)^2/2",
    {"X": "matrix(m, n)", "w": "vector(n)", "y": "vector(m)", "N": "positive", "lam": "positive"},
)
given = {
    "X": classification.X,
    "y": classification.y,
    "N": float(len(labels)),
    "lam": classification.lam,
}
result = fr.minimize(loss, over="w", data=given)
print(result.status, "after", result.iterations, "steps by", result.method, f"value {result.value:.8f}")
mine, _ = newton(classification, np.zeros(30))
print("largest difference of the weights:", np.abs(mine - result.x["w"]).max())
