# %% [markdown]
# # Digits that double
#
# 442 counts y (here the diabetes scores, which are whole numbers). Model them as Poisson with the rate
# exp(x). Up to a constant, the negative log-likelihood is m*exp(x) - x*sum(y), with m the number of
# counts. Its minimum is known: x = log(mean(y)). So you can count the right digits after each step.

# %%
import numpy as np
from sklearn.datasets import load_diabetes

y = load_diabetes().target
best = np.log(y.mean())

# %% [markdown]
# ## 1. Value, slope, curvature


# %%
def value(y, x):
    """Return the loss m*exp(x) - x*sum(y)."""
    return len(y) * np.exp(x) - x * y.sum()


def slope_and_curvature(y, x):
    """Return the first and the second derivative of the loss by x."""
    # your code
    return 0.0, 1.0


# %% [markdown]
# ## 2. Newton's method
#
# Return the list of all points, the start first. Take `steps` steps.


# %%
def newton(y, x, steps):
    """Return the points of the pure Newton method."""
    # your code
    return [x]


def right_digits(points):
    """Return about how many digits of each point are right."""
    return [round(float(-np.log10(max(abs(x - best), 1e-16))), 1) for x in points]


print("from 4:", right_digits(newton(y, 4.0, 7)))

# %% [markdown]
# ## Three acts
#
# Now start at 0, which seems harmless. Print how far the points are from the goal, and look where they
# go first, how they come back, and how it ends. Can you explain the long middle act? (When exp(x) is
# large, what is slope over curvature?)

# %%
points = newton(y, 0.0, 155)
print("after one step:", points[1 % len(points)])
print("then:", [round(float(x), 2) for x in points[2:6]])
print("at the end, right digits:", right_digits(points)[-10:])

# %% [markdown]
# ## 3. Tame it
#
# Halve the step until the value falls: as long as value(y, x + t*s) > value(y, x), halve t, starting
# from t = 1 in each step.


# %%
def damped_newton(y, x, steps):
    """Return the points of Newton's method with halving of the step."""
    # your code
    return [x]


print("damped, from 0:", right_digits(damped_newton(y, 0.0, 8)))
