# %% [markdown]
# # One gradient for four models
#
# Two species of iris, *versicolor* and *virginica*: fifty flowers each, four measures. A linear
# score s = w'x + b shall be positive for virginica and negative for versicolor.
#
# Four famous models do this. They differ in one thing only: in how strongly a score wants to
# rise or fall. All the rest is the linear form, and you write it once.

# %%
import numpy as np
from scipy.special import expit
from sklearn.datasets import load_iris

iris = load_iris()
chosen = iris.target > 0
X = iris.data[chosen]
X = (X - X.mean(axis=0)) / X.std(axis=0)
t = np.where(iris.target[chosen] == 2, 1.0, -1.0)

# %% [markdown]
# ## 1. The scores
#
# One score for each flower: the rows of `X` are the flowers.


# %%
def scores(X, w, b):
    """Return w'x + b for each row x of X."""
    # your code
    return X[:, 0]


# %% [markdown]
# ## 2. How the four models pull at a score
#
# Each loss is a sum over the flowers. Its slope by the score of each flower is given:
#
# | model | loss of one flower | slope by its score |
# | --- | --- | --- |
# | least squares | (s - t)^2 / 2 | s - t |
# | logistic regression | log(1 + exp(-t s)) | -t / (1 + exp(t s)) |
# | support vector machine | max(0, 1 - t s) | -t where t s < 1, else 0 |
# | ReLU neuron with target 0 or 2 | (max(0, s) - (1 + t))^2 / 2 | max(0, s) - (1 + t) where s > 0, else 0 |

# %%
slopes_of = {
    "least squares": lambda s: s - t,
    "logistic regression": lambda s: -t * expit(-t * s),
    "support vector machine": lambda s: np.where(t * s < 1, -t, 0.0),
    "ReLU neuron": lambda s: np.where(s > 0, np.maximum(0, s) - (1 + t), 0.0),
}

# %% [markdown]
# ## 3. From slopes to gradients
#
# Let `u` hold the slopes, one for each flower. The scores change by X dw + 1 db (the constant b
# enters every score), so the loss changes by u'X dw + u'1 db. Read off both gradients.


# %%
def gradients(X, u):
    """Return the gradient by w and the slope by b, where u holds the slopes by the scores."""
    # your code
    return X[0], 0.0


# %% [markdown]
# ## 4. The same ten lines train all four
#
# Steps against the gradient. Nothing in `train` knows which model it is training.


# %%
def train(slopes, steps=2000, rate=0.1):
    """Return weights and constant after so many steps against the mean gradient."""
    w, b = np.zeros(X.shape[1]), 0.5
    for _ in range(steps):
        by_w, by_b = gradients(X, slopes(scores(X, w, b)))
        w, b = w - rate * by_w / len(X), b - rate * by_b / len(X)
    return w, b


def accuracy(w, b, threshold):
    """Return the share of flowers on the right side of the threshold."""
    return ((scores(X, w, b) > threshold) == (t > 0)).mean()


for model, slopes in slopes_of.items():
    w, b = train(slopes)
    threshold = 1.0 if model == "ReLU neuron" else 0.0
    print(f"{model:24} right: {accuracy(w, b, threshold):.0%}   direction: {w / np.linalg.norm(w)}")

# %% [markdown]
# Four models, one gradient. Look at the directions: all four lean on the petals (the last two
# measures). What distinguishes the models is in `slopes_of` alone, a vector with one number for
# each flower.
