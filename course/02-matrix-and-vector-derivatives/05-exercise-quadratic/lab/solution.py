# %% [markdown]
# # Steering a cart
#
# A cart on a track, ten steps a second. Its state x holds position and speed, both as deviations
# from where they should be. A push u changes the speed at once and the position a little:
#
# next state = F x + B u,   cost of one step = z'Q z + u'R u, with the next state z.
#
# There is no bundled data set for control; the cart is simulated, which is also what engineers do
# first.

# %%
import numpy as np

F = np.array([[1.0, 0.1], [0.0, 1.0]])
B = np.array([[0.005], [0.1]])
Q = np.diag([1.0, 0.1])
R = np.array([[0.01]])
start = np.array([1.0, 0.0])

# %% [markdown]
# ## 1. The best push for one step
#
# The best push is u = -G x. Return G, a matrix with a row for each entry of u. Solve; do not
# invert.


# %%
def gain(F, B, Q, R):
    """Return the G for which u = -G x has the least cost after one step."""
    return np.linalg.solve(R + B.T @ Q @ B, B.T @ Q @ F)


# %% [markdown]
# ## 2. Drive
#
# `drive` applies the same gain at every step and returns the positions and the total cost.


# %%
def drive(G, steps=100):
    """Return the positions of the cart, and what the drive cost."""
    x, positions, cost = start, [start[0]], 0.0
    for _ in range(steps):
        u = -G @ x
        x = F @ x + B @ u
        positions.append(x[0])
        cost += x @ Q @ x + u @ R @ u
    return np.array(positions), cost


def show(name, G):
    """Print where the cart is after so many seconds."""
    positions, cost = drive(G)
    seconds = ", ".join(f"{positions[10 * second]:6.3f}" for second in (1, 2, 3, 5, 10))
    print(f"{name:12} position after 1, 2, 3, 5, 10 s: {seconds}   cost {cost:7.2f}")


show("no push", np.zeros((1, 2)))
show("one step", gain(F, B, Q, R))

# %% [markdown]
# Each of the pushes was the best one for its step, and yet the cart crawls home and the drive is
# dear. In a tenth of a second
# a push hardly moves the position, so it hardly seems worth its price. The question was
# short-sighted, not the answer.
#
# ## 3. What the future costs
#
# Suppose that all that comes costs z'P z if the next state is z, the price of being at z included.
# Choose the best push for P in place of Q. What all of it costs from the present state x, with the
# price x'Q x of being here, is again a form x'P x with a new matrix:
#
# new P = Q + F'P F - F'P B G,   where G is the gain for P.
#
# Return it, and symmetrize it by averaging with its transpose, so that rounding cannot creep in.


# %%
def one_step_back(P, F, B, Q, R):
    """Return the matrix of the cost from one step earlier."""
    earlier = Q + F.T @ P @ F - F.T @ P @ B @ gain(F, B, P, R)
    return (earlier + earlier.T) / 2


# %% [markdown]
# ## 4. Look farther and farther ahead
#
# Start with P = Q and step back until nothing changes. Watch how the drive improves.

# %%
P = Q
for ahead in range(1, 201):
    if ahead in (2, 3, 5, 10, 20, 50, 200):
        show(f"{ahead} steps", gain(F, B, P, R))
    P = one_step_back(P, F, B, Q, R)

G = gain(F, B, P, R)
print("the gain:", G)

# %% [markdown]
# After some twenty steps ahead nothing is gained any more: the gain has settled, and the same
# 1 × 2 matrix serves forever. That matrix times the state is all the computer in a drone evaluates.
