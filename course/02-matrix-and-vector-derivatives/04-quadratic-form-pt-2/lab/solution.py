# %% [markdown]
# # Distance in the metric of the data
#
# Fifty flowers of the species *iris versicolor*, four measures each. The measures go together: a
# flower with long petals has wide petals too. A ruler does not know this. The quadratic form
# (x - s)'P(x - s), with the mean s and the inverse covariance P, does.

# %%
import numpy as np
from sklearn.datasets import load_iris

iris = load_iris()
flowers = [iris.data[iris.target == species] for species in range(3)]
versicolor = flowers[1]
s = versicolor.mean(axis=0)
P = np.linalg.inv(np.cov(versicolor.T))

# %% [markdown]
# ## 1. The squared distance and its gradient
#
# `P` is symmetric. `x` is one flower, a vector of four numbers.


# %%
def distance(x, s, P):
    """Return (x - s)'P(x - s)."""
    return (x - s) @ P @ (x - s)


def gradient(x, s, P):
    """Return its gradient by x."""
    return 2 * P @ (x - s)


# %% [markdown]
# ## 2. Which way is down?
#
# Stand at a flower. The steepest way down is minus the gradient. Does it point at the mean? The
# angle between both directions, for the first five flowers:

# %%
for x in versicolor[:5]:
    down, home = -gradient(x, s, P), s - x
    cosine = down @ home / np.linalg.norm(down) / np.linalg.norm(home)
    angle = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    print(f"distance {distance(x, s, P):5.2f}   angle {angle:3.0f} degrees")

# %% [markdown]
# ## 3. One step with the Hessian
#
# Correct the direction by the Hessian H: go to x - inv(H)*gradient. Return the Hessian; then solve
# a linear system (`np.linalg.solve`) instead of inverting.


# %%
def hessian(P):
    """Return the Hessian of the squared distance."""
    return 2 * P


def step(x, s, P):
    """Return the point after one step with the Hessian."""
    return x - np.linalg.solve(hessian(P), gradient(x, s, P))


print("after one step, away from the mean by", np.linalg.norm(step(versicolor[0], s, P) - s))

# %% [markdown]
# ## 4. Two opinions, one center
#
# A second species has mean r and inverse covariance Q. Which flower x is the best compromise, with
# the least (x - s)'P(x - s) + (x - r)'Q(x - r)? Set the gradient to zero and solve.


# %%
def compromise(s, P, r, Q):
    """Return the x with the least sum of both squared distances."""
    return np.linalg.solve(P + Q, P @ s + Q @ r)


# %% [markdown]
# ## 5. Naming the species
#
# Call each of the 150 flowers by the species whose mean is nearest, once with the ruler and once in
# the metric of each species.

# %%
means = [X.mean(axis=0) for X in flowers]
metrics = [np.linalg.inv(np.cov(X.T)) for X in flowers]


def named_right(metrics):
    """Return the share of the flowers whose nearest mean is that of their own species."""
    nearest = [np.argmin([distance(x, m, M) for m, M in zip(means, metrics, strict=True)]) for x in iris.data]
    return (np.array(nearest) == iris.target).mean()


print(f"with the ruler:            {named_right([np.eye(4)] * 3):.1%}")
print(f"in the metric of the data: {named_right(metrics):.1%}")
