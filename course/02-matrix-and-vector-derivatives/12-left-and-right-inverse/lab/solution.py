# %% [markdown]
# # Two bad cameras
#
# An image of a handwritten digit has 64 pixels. A camera does not record the pixels. It records
# mixtures of them: each measurement is a sum of all pixels with weights of its own, a row of `A`.
# Some cameras take more measurements than there are pixels, some fewer. You undo both.

# %%
import numpy as np
from sklearn.datasets import load_digits

images = load_digits().data[:20].T / 16
random = np.random.default_rng(12)
many = random.normal(size=(90, 64)) / 8
few = random.normal(size=(40, 64)) / 8
print("images are columns:", images.shape)


def show(*columns):
    """Print images side by side, five shades of gray."""
    for row in range(8):
        pixels = [np.clip(column.reshape(8, 8)[row], 0, 0.999) for column in columns]
        print("   ".join("".join(" .+x#"[int(5 * p)] * 2 for p in line) for line in pixels))


# %% [markdown]
# ## The inverses
#
# **Your first task:** the left inverse of a tall matrix, `inv(A'*A)*A'`, and the right inverse of
# a wide one, `A'*inv(A*A')`. Use `np.linalg.solve` and form no inverse. Hint for the second:
# `A*A'` is symmetric, so the transpose of `A'*inv(A*A')` is `inv(A*A')*A`.


# %%
def left_inverse(A):
    """Return the X that makes norm2(A*X - eye(m))^2 smallest, for a tall A."""
    return np.linalg.solve(A.T @ A, A.T)


def right_inverse(A):
    """Return the smallest X with A*X = eye(m), for a wide A."""
    return np.linalg.solve(A @ A.T, A).T


from_many = left_inverse(many) @ (many @ images)
from_few = right_inverse(few) @ (few @ images)
print(f"90 measurements: largest error {np.abs(from_many - images).max():.1e}")
print(f"40 measurements: largest error {np.abs(from_few - images).max():.1e}")
print("the image, and from 90 and from 40 measurements:")
show(images[:, 0], from_many[:, 0], from_few[:, 0])

# %% [markdown]
# With 40 measurements the image is not determined. The right inverse still reproduces every
# measurement, and chooses the smallest image that does. So it cannot be larger than the true one.
# See for yourself:

# %%
print(f"what the camera would see differs by {np.abs(few @ from_few - few @ images).max():.1e}")
sizes = np.linalg.norm(images, axis=0), np.linalg.norm(from_few, axis=0)
print(f"size of the image {sizes[0][0]:.2f}, of its answer {sizes[1][0]:.2f}")

# %% [markdown]
# ## A camera that hardly sees some directions
#
# The third camera has 90 measurements and looks fine, but six directions in the space of images
# reach it a thousand times too weak. And now the measurements carry noise, as they do in life.

# %%
directions = np.linalg.qr(random.normal(size=(64, 64)))[0]
strength = np.where(np.arange(64) < 6, 1e-3, 1.0)
weak = many @ (directions * strength) @ directions.T
noisy = weak @ images + 0.02 * random.normal(size=(90, 20))
singular = np.linalg.svd(weak, compute_uv=False)
print(f"largest and smallest singular value: {singular[0]:.2f}, {singular[-1]:.5f}")

# %% [markdown]
# **Your second task:** the reconstruction with a ridge, the solution of `norm2(A*X - B)^2 +
# ridge*norm2(X)^2`, for any shape of `A`.


# %%
def reconstruct(A, B, ridge):
    """Return inv(A'*A + ridge*eye(n))*A'*B."""
    return np.linalg.solve(A.T @ A + ridge * np.eye(A.shape[1]), A.T @ B)


ridges = [0.0, 1e-6, 1e-4, 1e-2, 1.0, 100.0]
errors = []
for ridge in ridges:
    errors.append(np.linalg.norm(reconstruct(weak, noisy, ridge) - images) / np.linalg.norm(images))
    print(f"ridge {ridge:<7g} relative error {errors[-1]:.3f}")
best = ridges[int(np.argmin(errors))]
print("the image, and reconstructed without and with the best ridge:")
show(images[:, 0], reconstruct(weak, noisy, 0.0)[:, 0], reconstruct(weak, noisy, best)[:, 0])

# %% [markdown]
# ## What you found
#
# Without a ridge the left inverse divides six directions by a thousandth, and the noise in them
# with it. The answer is the best fit to the measurements and useless as a picture. A small ridge
# gives those directions up and keeps the others. A large ridge gives everything up. The best lies
# between the squares of the small and of the large singular values.
