# %% [markdown]
# # One weight, real data
#
# 442 patients: the body mass index x, and a measure y of how their diabetes progressed within a year.
# Both are centered, so that a line through the origin fits: y is about w*x. The loss is the sum of
# (w*x - y)^2, a parabola in the single weight w. Predict the border for the rate; then test it.

# %%
from sklearn.datasets import load_diabetes

data, target = load_diabetes(return_X_y=True, scaled=False)
x = data[:, 2] - data[:, 2].mean()
y = target - target.mean()

# %% [markdown]
# ## 1. The slope


# %%
def slope(x, y, w):
    """Return the derivative by w of the sum of (w*x - y)^2."""
    # your code
    return 0.0


# %% [markdown]
# ## 2. The border
#
# Differentiate the slope once more. From which rate on does gradient descent no longer converge?


# %%
def border(x):
    """Return the smallest rate at which gradient descent stops converging."""
    # your code
    return 1.0


print("predicted border:", border(x))

# %% [markdown]
# ## 3. The loop
#
# Stop as soon as the slope is smaller than `tolerance` in absolute value, or after `limit` steps.
# Return the weight and the number of steps taken. If w is no longer finite, raise a ValueError.


# %%
def descend(slope_at, w, rate, tolerance=1e-6, limit=2000):
    """Return the last weight and the number of steps of gradient descent."""
    # your code
    return w, 0


# %% [markdown]
# ## One percent decides
#
# Run one percent below your border and one percent above.

# %%
best = x @ y / (x @ x)
for share in (0.1, 0.5, 0.99, 1.01):
    w, steps = descend(lambda w: slope(x, y, w), 0.0, share * border(x))
    print(f"rate {share:4.0%} of the border: {steps:4d} steps, error {abs(w - best):.1e}")

# %% [markdown]
# Half of the border is one over the curvature: the best rate. Is your run done after one step?
#
# ## Other units, other border
#
# Measure the index in thousandths of its unit. The fit is the same line, but the numbers x are a
# thousand times as large. By which factor does the border change?

# %%
print("border in thousandths:", border(1000 * x), " was:", border(x))
