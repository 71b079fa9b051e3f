# %% [markdown]
# # Robust distance
#
# The diabetes data: 442 patients, ten measurements each, and a number that says how far the
# disease has moved on after a year. A linear regression predicts that number from the
# measurements.
#
# Suppose that the decimal point slipped in ten of the 442 targets. How far do ten wrong numbers
# move the fit? And can a different outer function help?

# %%
import numpy as np
from sklearn.datasets import load_diabetes

measurements, progress = load_diabetes(return_X_y=True)
X = np.column_stack([np.ones(len(measurements)), measurements / measurements.std(axis=0)])
y = (progress - progress.mean()) / progress.std()

random = np.random.default_rng(8)
slipped = random.choice(len(y), size=10, replace=False)
wrong_progress = progress.copy()
wrong_progress[slipped] *= 10
y_wrong = (wrong_progress - progress.mean()) / progress.std()

print(X.shape, "the slipped targets:", np.round(y_wrong[slipped], 1))

# %% [markdown]
# ## Least squares, for comparison
#
# Loss `norm2(X*w - y)^2/2`, gradient `X'*(X*w - y)`. The function `fit` takes gradient steps; its
# step length is safe for both losses of this lab.


# %%
def squared_gradient(X, y, w):
    """Return the gradient of half the squared residuals."""
    return X.T @ (X @ w - y)


def fit(gradient, X, y, steps=3000):
    """Minimize by gradient descent from zero."""
    step = 1 / np.linalg.eigvalsh(X.T @ X)[-1]
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - step * gradient(X, y, w)
    return w


clean = fit(squared_gradient, X, y)
disturbed = fit(squared_gradient, X, y_wrong)
shift_squared = np.linalg.norm(disturbed - clean) / np.linalg.norm(clean)
print(f"least squares moved by {100 * shift_squared:.0f} % of its length")

# %% [markdown]
# ## Another outer function
#
# Replace the square of a residual $r$ by $h(r) = \sqrt{1 + r^2} - 1$. Near zero it looks like
# $r^2/2$, far away like $|r|$.
#
# **Your first task:** the slope $h'(r)$, for an array of residuals. This is the pull of an
# example.


# %%
def pull(r):
    """Return the slope of sqrt(1 + r^2) - 1 at each residual."""
    # your code
    return np.zeros_like(r)


print("pull of the residuals 0.1, 1, 10, 100:", pull(np.array([0.1, 1.0, 10.0, 100.0])))

# %% [markdown]
# **Your second task:** the gradient of the robust loss $\sum_i h(r_i)$ with $r = Xw - y$, by `w`.
# One number $r_i$ stands between `w` and each term. Multiply the outer slope by the gradient of
# $r_i$, which is row $i$ of `X` as a column, and add up over the examples. It fits in one line
# without a loop.


# %%
def robust_gradient(X, y, w):
    """Return the gradient of sum(sqrt(1 + (X*w - y)^2) - 1) by w."""
    # your code
    return np.zeros_like(w)


robust_clean = fit(robust_gradient, X, y)
robust_disturbed = fit(robust_gradient, X, y_wrong)
shift_robust = np.linalg.norm(robust_disturbed - robust_clean) / max(np.linalg.norm(robust_clean), 1e-9)
print(f"the robust fit moved by {100 * shift_robust:.0f} % of its length")

# %% [markdown]
# ## Along a path
#
# Start at `w` and walk in the direction `v`. **Your third task:** how fast does the robust loss
# change at the point `w + t*v`? Gradient at the current point, times velocity.


# %%
def slope_along(X, y, w, v, t):
    """Return the derivative by t of the robust loss at w + t*v."""
    # your code
    return 0.0


direction = clean - disturbed
for t in (0.0, 0.5, 1.0, 1.5):
    print(f"t = {t}: slope {slope_along(X, y_wrong, disturbed, direction, t):8.2f}")

# %% [markdown]
# ## What you found
#
# The pull of a residual is `r` for least squares and at most 1 for the robust loss. Ten examples
# out of 442 can shout as loud as they like: they get ten votes. Which of the two would you want
# for data that somebody typed in?
