# %% [markdown]
# # One step from anywhere
#
# Ten measures of 442 patients, and the progress of their diabetes. Least squares by one Newton step, from
# wild starts; what a lost factor does; and how many digits a solver can lose.

# %%
import numpy as np
from sklearn.datasets import load_diabetes

X, y = load_diabetes(return_X_y=True)
y = y - y.mean()
dice = np.random.default_rng(0)


def loss(X, y, w):
    """Return the sum of the squared residuals."""
    residual = X @ w - y
    return residual @ residual


# %% [markdown]
# ## 1. The Newton step
#
# Gradient, Hessian, solve. The third argument `factor` multiplies the Hessian that is used: 1 is right;
# one half is the Hessian that lost its 2.


# %%
def newton_step(X, y, w, factor=1.0):
    """Return the point after one Newton step on the loss, with a Hessian that is off by a factor."""
    # your code
    return w


best = np.linalg.lstsq(X, y, rcond=None)[0]
for size in (1, 1e3, 1e6):
    start = size * dice.normal(size=10)
    print(
        f"start of size {size:9.0f}: error after one step {np.abs(newton_step(X, y, start) - best).max():.1e}"
    )

# %% [markdown]
# ## Lose the 2
#
# The loss over six steps with half of the Hessian. Then with twice of it.

# %%
for factor in (0.5, 2.0):
    w = 1000 * dice.normal(size=10)
    trace = [loss(X, y, w)]
    for _ in range(6):
        w = newton_step(X, y, w, factor)
        trace.append(loss(X, y, w))
    print(f"Hessian times {factor}:", [f"{value:.4e}" for value in trace])

# %% [markdown]
# ## 2. Ridge
#
# One Newton step on the loss plus lam*norm2(w)^2. The penalty belongs to the gradient *and* to the
# Hessian.


# %%
def ridge_step(X, y, w, lam):
    """Return the point after one Newton step on the loss with a ridge penalty."""
    # your code
    return w


# %% [markdown]
# ## 3. Two solvers, one truth
#
# Factor X = QR with `np.linalg.qr(X)` and solve R w = Q'y. On paper this is the same as the normal
# equations.


# %%
def by_qr(X, y):
    """Return the least-squares weights by a QR factorization."""
    # your code
    return np.zeros(X.shape[1])


def by_normal_equations(X, y):
    """Return the least-squares weights by solving X'X w = X'y."""
    return np.linalg.solve(X.T @ X, X.T @ y)


# %% [markdown]
# Now add an eleventh column: a copy of the first, disturbed by a tiny amount. The data are made from the
# weights (1, …, 1), so the truth is known. Which solver keeps its digits?

# %%
disturbance = dice.normal(size=len(X)) / np.sqrt(len(X))
for size in (1e-1, 1e-3, 1e-5, 1e-7):
    wide = np.column_stack([X, X[:, 0] + size * disturbance])
    made = wide @ np.ones(11)
    errors = [np.abs(solver(wide, made) - 1).max() for solver in (by_normal_equations, by_qr)]
    print(f"condition of X {np.linalg.cond(wide):.0e}: normal equations {errors[0]:.0e}, QR {errors[1]:.0e}")
