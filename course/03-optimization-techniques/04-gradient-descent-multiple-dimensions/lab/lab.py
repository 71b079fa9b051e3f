# %% [markdown]
# # Scaling makes it fast
#
# Ten measures of 442 patients: age, body mass index, blood pressure, blood values. In their natural
# units one column runs from 0 to 1 and another from 100 to 300. You fit the progress of diabetes by
# gradient descent, once as the data come and once with standardized columns.

# %%
import numpy as np
from sklearn.datasets import load_diabetes

data, target = load_diabetes(return_X_y=True, scaled=False)
raw = data - data.mean(axis=0)
scaled = raw / raw.std(axis=0)
y = target - target.mean()

# %% [markdown]
# ## 1. The gradient
#
# The loss is half the mean of the squared errors, norm2(X*w - y)^2/(2*N) with N rows.


# %%
def gradient(X, y, w):
    """Return the gradient of half the mean squared error."""
    # your code
    return np.zeros(X.shape[1])


# %% [markdown]
# ## 2. Condition number and best rate
#
# Both come from the eigenvalues of the Hessian. Which matrix is it?


# %%
def condition_and_rate(X):
    """Return the condition number of the Hessian and the best fixed rate."""
    # your code
    return 1.0, 0.01


for name, X in (("natural units", raw), ("standardized", scaled)):
    condition, rate = condition_and_rate(X)
    print(f"{name:14s} condition number {condition:9.0f}, best rate {rate:.2g}")

# %% [markdown]
# ## 3. The run
#
# Start at zero. Stop when the norm of the gradient is below `share` times its norm at the start, or
# after `limit` steps. Return the weights and the number of steps.


# %%
def descend(X, y, rate, share=1e-3, limit=20_000):
    """Return weights and steps of gradient descent with a fixed rate."""
    # your code
    return np.zeros(X.shape[1]), 0


# %% [markdown]
# ## What one line of scaling is worth
#
# The small gradient is no proof of a good fit when the condition number is large. So compare the loss
# with the best possible one, too.

# %%
for name, X in (("natural units", raw), ("standardized", scaled)):
    w, steps = descend(X, y, condition_and_rate(X)[1])
    best = np.linalg.lstsq(X, y, rcond=None)[0]
    excess = np.mean((X @ w - y) ** 2) - np.mean((X @ best - y) ** 2)
    print(f"{name:14s} {steps:6d} steps, mean squared error above the best: {excess:.3f}")

# %% [markdown]
# ## What is still slow?
#
# The flattest direction of the standardized problem: an eigenvector. Its two largest entries name the
# columns that the data cannot tell apart.

# %%
names = load_diabetes().feature_names
flat = np.linalg.eigh(scaled.T @ scaled / len(y))[1][:, 0]
for index in np.argsort(-np.abs(flat))[:3]:
    print(f"{names[index]:4s} {flat[index]:+.2f}")
print(f"correlation of s1 and s2: {np.corrcoef(scaled[:, 4], scaled[:, 5])[0, 1]:.2f}")
