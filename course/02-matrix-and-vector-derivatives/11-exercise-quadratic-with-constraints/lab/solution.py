# %% [markdown]
# # The quietest mixture
#
# Ten measurements of 442 diabetes patients, and the progress of the disease a year later. Put all
# ten on the same scale, and combine them into one index with weights that add up to one. How
# quiet can such an index be? And can it be quiet and still respond to the disease?
#
# This is portfolio optimization with other words: measurements for assets, and for the expected
# return of an asset how strongly a measurement moves with the disease.

# %%
import numpy as np
from sklearn.datasets import load_diabetes

data = load_diabetes()
names = data.feature_names
measurements = data.data / data.data.std(axis=0)
progress = (data.target - data.target.mean()) / data.target.std()

S = np.cov(measurements.T)
mu = measurements.T @ progress / len(progress)
print("variance of each measurement: about", np.round(S.diagonal().mean(), 2))
for name, moves in zip(names, mu, strict=True):
    print(f"  {name:4} moves with the disease: {moves:+.2f}")

# %% [markdown]
# ## The quietest index
#
# Minimize `w'*S*w` where the weights add up to one. **Your first task:** the closed form. Solve a
# system instead of inverting `S`.


# %%
def quietest(S):
    """Return the weights that add up to one and make w'*S*w smallest."""
    v = np.linalg.solve(S, np.ones(len(S)))
    return v / v.sum()


w = quietest(S)
equal = np.full(10, 0.1)
print(f"variance: single measurement 1.00, equal weights {equal @ S @ equal:.3f}, yours {w @ S @ w:.3f}")

random = np.random.default_rng(11)
mixtures = random.dirichlet(np.ones(10), size=5000)
best_random = np.einsum("ij,jk,ik->i", mixtures, S, mixtures).min()
print(f"the best of 5000 random mixtures without negative weights: {best_random:.3f}")

# %% [markdown]
# ## Why some weights are negative
#
# Look at the weights, and at the two measurements that correlate most.

# %%
for name, weight in zip(names, w, strict=True):
    print(f"  {name:4} {weight:+.3f}")
off = np.abs(np.triu(S, 1))
i, j = np.unravel_index(np.argmax(off), off.shape)
print(f"closest pair: {names[i]} and {names[j]}, covariance {S[i, j]:.2f}")

# %% [markdown]
# ## Any conditions
#
# Now several conditions `C*w = d`, one in each row of `C`. **Your second task:** build the block
# system
#
# $$ \begin{pmatrix} S & C' \\ C & 0 \end{pmatrix} \begin{pmatrix} w \\ \nu \end{pmatrix}
# = \begin{pmatrix} 0 \\ d \end{pmatrix} $$
#
# and solve it. It belongs to the cost `w'*S*w/2`; return both parts of the solution.


# %%
def block_solve(S, C, d):
    """Return the weights that minimize w'*S*w/2 where C*w = d, and the multipliers nu."""
    n, p = len(S), len(d)
    system = np.block([[S, C.T], [C, np.zeros((p, p))]])
    solution = np.linalg.solve(system, np.concatenate([np.zeros(n), d]))
    return solution[:n], solution[n:]


# %% [markdown]
# **Your third task:** the frontier. Weights add up to one, and the index moves with the disease
# by `target`.


# %%
def frontier(S, mu, target):
    """Return the quietest weights with sum 1 and mu'*w = target."""
    C = np.vstack([np.ones(len(S)), mu])
    return block_solve(S, C, np.array([1, target]))[0]


targets = np.linspace(0, 0.6, 7)
for target in targets:
    v = frontier(S, mu, target)
    variance = v @ S @ v
    correlation = target / max(variance, 1e-9) ** 0.5
    print(f"moves {target:.1f}: variance {variance:.3f}, correlation {correlation:.2f}")

# %% [markdown]
# ## What you found
#
# The quietest index is far quieter than any single measurement and beats the best random mixture.
# It gets there by subtraction. `s1` is the total cholesterol of the blood; `s2` and `s3` are its
# two main parts, LDL and HDL, and `s5` is the logarithm of another fat. The method knows no
# chemistry. It found by itself that the total is nearly made of its parts, so that their
# difference hardly varies. In a market one would call this hedging.
#
# Asking for response to the disease costs variance. The largest correlation on the frontier is
# 0.72, which is what a linear regression on all ten measurements reaches: the weights of a
# regression, scaled to add up to one, lie on the frontier.
