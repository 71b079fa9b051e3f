# %% [markdown]
# # A two-layer network by hand
#
# 1797 handwritten digits of 8 × 8 pixels. The network has 64 inputs, 20 hidden units with a
# hyperbolic tangent and 10 outputs, one for each digit. You write its four gradients, have them
# compared with the engine's, and train it.

# %%
import numpy as np
from sklearn.datasets import load_digits

digits = load_digits()
X, target = digits.data / 16, digits.target
Y = np.eye(10)[target]
X_train, Y_train, X_test, target_test = X[:1000], Y[:1000], X[1000:], target[1000:]


def start():
    """Return small random weights, the same each time."""
    random = np.random.default_rng(10)
    return [random.normal(0, 0.2, (64, 20)), np.zeros(20), random.normal(0, 0.2, (20, 10)), np.zeros(10)]


# %% [markdown]
# ## A batch in rows
#
# The lecture had one example as a column, `W1*x`. In code a batch is a matrix with one example in
# each **row**, so each layer is `X @ V + b`, with the weights on the right and the bias added to
# every row. With $m$ examples the loss is
#
# $$ f = \frac{1}{2m}\,\| \tanh(XV + \mathbf 1 b')\,W + \mathbf 1 c' - Y \|^2. $$
#
# The rules do not change: sides stay sides, everything comes back transposed.


# %%
def forward(P, X):
    """Return what leaves the hidden layer and what leaves the network."""
    V, b, W, c = P
    A = np.tanh(X @ V + b)
    return A, A @ W + c


def loss(P, X, Y):
    """Return half the mean squared error."""
    return np.sum((forward(P, X)[1] - Y) ** 2) / (2 * len(X))


# %% [markdown]
# **Your first task:** the slope of tanh, as a function of what leaves the hidden layer.


# %%
def slope_of_tanh(A):
    """Return the slopes of tanh where its values are A."""
    # your code
    return np.zeros_like(A)


# %% [markdown]
# **Your second task:** the four gradients. Start with `A, output = forward(P, X)` and go
# backwards:
#
# 1. the error at the output, divided by $m$, with the shape of `Y`;
# 2. the gradients of `W` and `c` from it (the bias is added to every row, so its gradient sums
# over the rows); 3. the error at the hidden layer: pull back through `W`, then multiply by the
# slopes, `slope(A)`; 4. the gradients of `V` and `b` from it.


# %%
def gradients(P, X, Y, slope=slope_of_tanh):
    """Return the gradients of the loss by V, b, W and c, each in the shape of its variable."""
    V, b, W, c = P
    # your code
    return [np.zeros_like(V), np.zeros_like(b), np.zeros_like(W), np.zeros_like(c)]


# %% [markdown]
# ## Training


# %%
def train(slope, steps=300, rate=0.2):
    """Return the weights after gradient descent and the loss on the way."""
    P, losses = start(), []
    for _ in range(steps):
        losses.append(loss(P, X_train, Y_train))
        P = [p - rate * g for p, g in zip(P, gradients(P, X_train, Y_train, slope), strict=True)]
    return P, losses


def accuracy(P):
    """Return the share of the test digits that are read correctly."""
    return np.mean(np.argmax(forward(P, X_test)[1], axis=1) == target_test)


P, losses = train(slope_of_tanh)
print(f"loss {losses[0]:.3f} -> {losses[-1]:.3f}, test digits read correctly: {accuracy(P):.1%}")

# %% [markdown]
# ## The same with a mistake
#
# Now the slopes are left out: every hidden unit gets the slope 1. This is the mistake of the
# lecture.

# %%
P_broken, broken_losses = train(np.ones_like)
print(f"loss {broken_losses[0]:.3f} -> {broken_losses[-1]:.3f}, test: {accuracy(P_broken):.1%}")

right = gradients(P_broken, X_train, Y_train)[0]
wrong = gradients(P_broken, X_train, Y_train, np.ones_like)[0]
cosine = np.sum(right * wrong) / max(np.linalg.norm(right) * np.linalg.norm(wrong), 1e-12)
angle = np.degrees(np.arccos(cosine))
print(f"at the end the two gradients by V differ by an angle of {angle:.0f} degrees")

# %% [markdown]
# ## What you found
#
# The wrong gradient trains too. Its loss falls, its digits are read. A falling loss does not
# prove a gradient, and neither does a good accuracy: all entries have the right sign, and that is
# enough to go downhill for a long time. What proves it is a comparison with a derivative that
# comes from somewhere else, which is what the checks of this lab do.
