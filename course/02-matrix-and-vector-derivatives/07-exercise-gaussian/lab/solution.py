# %% [markdown]
# # A bell for every iris
#
# Three species of iris, fifty flowers each, four measures. Fit a Gaussian to each species by the
# formulas of the lecture, see the gradients vanish, and let the three bells name the flowers.

# %%
import numpy as np
from sklearn.datasets import load_iris

iris = load_iris()
flowers = [iris.data[iris.target == species] for species in range(3)]
setosa = flowers[0]

# %% [markdown]
# ## 1. Fit
#
# The rows of `X` are the points. Return the mean and the covariance of largest likelihood: divide
# by the number of points.


# %%
def fit(X):
    """Return the mean and the covariance for which the points X are most likely."""
    mu = X.mean(axis=0)
    R = X - mu
    return mu, R.T @ R / len(X)


# %% [markdown]
# ## 2. The log-density
#
# Of each row of `X`, without the constant -n/2 log(2 pi). Use `np.linalg.slogdet(S)[1]` for the
# log-determinant and `np.linalg.solve(S, R.T)` instead of the inverse.


# %%
def log_density(X, mu, S):
    """Return the log-density of each row of X, without its constant."""
    R = X - mu
    return -np.linalg.slogdet(S)[1] / 2 - (R * np.linalg.solve(S, R.T).T).sum(axis=1) / 2


# %% [markdown]
# ## 3. Both gradients
#
# Of the negative log-likelihood of all rows (the sum, not the mean), by mu and by S. Let R have the
# rows x - mu, and let C = R'R be the scatter matrix.


# %%
def gradients(X, mu, S):
    """Return the gradients of the negative log-likelihood by the mean and by the covariance."""
    R, inverse = X - mu, np.linalg.inv(S)
    by_mu = -np.linalg.solve(S, R.sum(axis=0))
    return by_mu, (len(X) * inverse - inverse @ R.T @ R @ inverse) / 2


mu, S = fit(setosa)
print("gradients at the fit:        ", *[np.abs(slope).max() for slope in gradients(setosa, mu, S)])

# %% [markdown]
# ## 4. The wrong line
#
# Here is the gradient with the two inverses side by side, as it stands in many a forum. At the fit
# it vanishes too. Compare it with yours at another covariance, that of the second species: along a
# random symmetric change dS the likelihood has to change by tr(G'dS).
#
# Then replace `other` by `S + 0.2 * np.eye(4)` and be surprised: the wrong gradient passes. That
# matrix commutes with the scatter matrix, and where matrices commute, order does not matter. Test
# where nothing commutes.


# %%
def side_by_side(X, mu, S):
    """Return the popular wrong gradient by the covariance."""
    R, inverse = X - mu, np.linalg.inv(S)
    return len(X) * inverse / 2 - inverse @ inverse @ R.T @ R / 2


def likelihood(S):
    """Return the negative log-likelihood of setosa with its mean and the covariance S."""
    return -log_density(setosa, mu, S).sum()


print("side by side, at the fit:    ", np.abs(side_by_side(setosa, mu, S)).max())

random = np.random.default_rng(7)
other = np.cov(flowers[1].T)
change = random.normal(size=(4, 4))
change = 1e-6 * (change + change.T)
true = (likelihood(other + change) - likelihood(other - change)) / 2
print("true change, away from it:   ", true)
print("by your gradient:            ", np.sum(gradients(setosa, mu, other)[1] * change))
print("by the inverses side by side:", np.sum(side_by_side(setosa, mu, other) * change))

# %% [markdown]
# ## 5. Divide by m or by m - 1?
#
# Scale the fitted covariance by a factor and look where the likelihood is largest.

# %%
for factor in (0.9, 1.0, 50 / 49, 1.1):
    print(f"covariance times {factor:.3f}: log-likelihood {-likelihood(factor * S):.4f}")

# %% [markdown]
# ## 6. Name the flowers
#
# Each flower goes to the species with the largest log-density. Round bells (the identity as
# covariance) know only the ruler.

# %%
fits = [fit(X) for X in flowers]


def named_right(bells):
    """Return the share of the flowers whose own species has the largest density."""
    densities = np.array([log_density(iris.data, mu, S) for mu, S in bells])
    return (densities.argmax(axis=0) == iris.target).mean()


print(f"round bells:  {named_right([(mu, np.eye(4)) for mu, _ in fits]):.1%}")
print(f"fitted bells: {named_right(fits):.1%}")
