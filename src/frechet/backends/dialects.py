"""The back ends whose source people read: what each operation is called there.

Every dialect is a table of templates (those of the entrywise functions are the function table's
own) and of small helper functions, which a program carries along when it needs them, so that it
runs alone. JAX and CuPy speak NumPy and differ in a few entries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, final

from frechet.backends.code import Dialect
from frechet.functions.elementwise import ELEMENTWISE

_HELPED: Final = (
    "softmax", "logsumexp", "adj", "lu", "cholesky_logdet", "lu_logdet",
    "cholesky_inverse", "lu_inverse",
)  # fmt: skip


@final
@dataclass(frozen=True)
class Backend:
    """A dialect, the imports it needs, and its helper functions by name."""

    dialect: Dialect
    imports: str
    helpers: dict[str, str]
    array: str = "numpy.ndarray"
    prepare: str = "{0} = np.asarray({0}, dtype=float)"
    scalar: str = "float({0})"


_NUMPY: Final[dict[str, str]] = {
    **{function.name: function.code.numpy for function in ELEMENTWISE},
    **{name: f"{name}({{0}})" for name in _HELPED},
    "softmax along": "softmax({0}, axis={1})",
    "logsumexp along": "logsumexp({0}, axis={1})",
    "total": "np.sum({0})",
    "norm": "np.sqrt(np.sum({0} * {0}))",
    "norm_along": "np.sqrt(np.sum({0} * {0}, axis={1}))",
    "max": "np.max({0})",
    "min": "np.min({0})",
    "number": "{0}",
    "pi": "np.pi",
    "raise": "np.power({0}, {1})",
    "mask": "np.tril(np.ones({0}))",
    "ones": "np.ones({0})",
    "zeros": "np.zeros({0})",
    "eye": "np.eye({0})",
    "det": "np.linalg.det({0})",
    "pinv": "np.linalg.pinv({0})",
    "expm": "scipy.linalg.expm({0})",
    "cholesky": "np.linalg.cholesky({0})",
    "cholesky_solve": "cholesky_solve({0}, {1})",
    "lu_solve": "lu_solve({0}, {1})",
    "lu_solve transposed": "lu_solve({0}, {1}, 1)",
    "matrix_power": "np.linalg.matrix_power({0}, int({1}))",
    "expm_derivative": "expm_derivative({0})",
    "power_derivative": "power_derivative({0})",
    "einsum": "np.einsum({0}, {1})",
    "vdot": "np.sum({0} * {1})",
}
_NUMPY_HELPERS: Final[dict[str, str]] = {
    "softmax": """
def softmax(x, axis=None):
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)
""",
    "logsumexp": """
def logsumexp(x, axis=None):
    top = np.max(x, axis=axis, keepdims=True)
    return np.log(np.sum(np.exp(x - top), axis=axis)) + np.squeeze(top, axis=axis)
""",
    "adj": """
def adj(x):
    u, s, vt = np.linalg.svd(x)
    others = np.array([np.prod(np.delete(s, i)) for i in range(len(s))])
    return np.linalg.det(u) * np.linalg.det(vt) * (vt.T * others) @ u.T
""",
    "cholesky_logdet": """
def cholesky_logdet(factor):
    return 2 * np.sum(np.log(np.diag(factor)))
""",
    "cholesky_solve": """
def cholesky_solve(factor, b):
    return scipy.linalg.cho_solve((factor, True), b)
""",
    "cholesky_inverse": """
def cholesky_inverse(factor):
    return scipy.linalg.cho_solve((factor, True), np.eye(len(factor)))
""",
    "lu": """
def lu(x):
    return scipy.linalg.lu_factor(x)
""",
    "lu_solve": """
def lu_solve(factors, b, transposed=0):
    return scipy.linalg.lu_solve(factors, b, trans=transposed)
""",
    "lu_inverse": """
def lu_inverse(factors):
    return scipy.linalg.lu_solve(factors, np.eye(len(factors[0])))
""",
    "lu_logdet": """
def lu_logdet(factors):
    diagonal, pivots = np.diag(factors[0]), factors[1]
    exchanges = np.sum(pivots != np.arange(len(pivots)))
    sign = np.prod(np.sign(diagonal)) * (-1.0) ** exchanges
    return np.where(sign > 0, np.sum(np.log(np.abs(diagonal))), np.nan)
""",
    "expm_derivative": """
def expm_derivative(x, *directions):
    size, jet = len(x), x
    for k, e in enumerate(directions):
        jet = np.block([[jet, np.kron(np.eye(2**k), e)], [np.zeros_like(jet), jet]])
    return scipy.linalg.expm(jet)[:size, -size:]
""",
    "power_derivative": """
def power_derivative(x, exponent, *directions):
    size, jet = len(x), x
    for k, e in enumerate(directions):
        jet = np.block([[jet, np.kron(np.eye(2**k), e)], [np.zeros_like(jet), jet]])
    return np.linalg.matrix_power(jet, int(exponent))[:size, -size:]
""",
}
_TORCH: Final[dict[str, str]] = {
    **{name: text.replace("np.", "torch.") for name, text in _NUMPY.items()},
    **{function.name: function.code.torch for function in ELEMENTWISE if function.code.torch},
    "softmax along": "torch.softmax({0}, dim={1})",
    "logsumexp along": "torch.logsumexp({0}, dim={1})",
    "norm": "torch.linalg.vector_norm({0})",
    "norm_along": "torch.linalg.vector_norm({0}, dim={1})",
    "number": "torch.tensor({0}, **kind)",
    "pi": "torch.tensor(torch.pi, **kind)",
    "raise": "torch.pow({0}, {1})",
    "mask": "torch.tril(torch.ones({0}, **kind))",
    "ones": "torch.ones({0}, **kind)",
    "zeros": "torch.zeros({0}, **kind)",
    "eye": "torch.eye({0}, **kind)",
    "expm": "torch.linalg.matrix_exp({0})",
    "lu": "torch.linalg.lu_factor({0})",
}
_TORCH_HELPERS: Final[dict[str, str]] = {
    "softmax": """
def softmax(x):
    return torch.softmax(x.reshape(-1), dim=0).reshape(x.shape)
""",
    "logsumexp": """
def logsumexp(x):
    return torch.logsumexp(x.reshape(-1), dim=0)
""",
    "adj": """
def adj(x):
    u, s, vt = torch.linalg.svd(x)
    others = torch.stack([torch.prod(torch.cat([s[:i], s[i + 1 :]])) for i in range(len(s))])
    return torch.linalg.det(u) * torch.linalg.det(vt) * (vt.T * others) @ u.T
""",
    "cholesky_logdet": """
def cholesky_logdet(factor):
    return 2 * torch.sum(torch.log(torch.diagonal(factor)))
""",
    "cholesky_solve": """
def cholesky_solve(factor, b):
    return torch.cholesky_solve(b.reshape(len(b), -1), factor).reshape(b.shape)
""",
    "cholesky_inverse": """
def cholesky_inverse(factor):
    return torch.cholesky_inverse(factor)
""",
    "lu_solve": """
def lu_solve(factors, b, transposed=0):
    return torch.linalg.lu_solve(*factors, b.reshape(len(b), -1), adjoint=bool(transposed)).reshape(b.shape)
""",
    "lu_inverse": """
def lu_inverse(factors):
    eye = torch.eye(len(factors[0]), dtype=factors[0].dtype, device=factors[0].device)
    return torch.linalg.lu_solve(*factors, eye)
""",
    "lu_logdet": """
def lu_logdet(factors):
    diagonal, pivots = torch.diagonal(factors[0]), factors[1]
    exchanges = torch.sum(pivots != torch.arange(1, len(pivots) + 1, device=pivots.device))
    sign = torch.prod(torch.sign(diagonal)) * (-1.0) ** exchanges
    return torch.where(sign > 0, torch.sum(torch.log(torch.abs(diagonal))), torch.nan)
""",
    "expm_derivative": """
def expm_derivative(x, *directions):
    size, jet = len(x), x
    for k, e in enumerate(directions):
        tile = torch.kron(torch.eye(2**k, dtype=x.dtype, device=x.device), e)
        jet = torch.cat([torch.cat([jet, tile], 1), torch.cat([torch.zeros_like(jet), jet], 1)])
    return torch.linalg.matrix_exp(jet)[:size, -size:]
""",
    "power_derivative": """
def power_derivative(x, exponent, *directions):
    size, jet = len(x), x
    for k, e in enumerate(directions):
        tile = torch.kron(torch.eye(2**k, dtype=x.dtype, device=x.device), e)
        jet = torch.cat([torch.cat([jet, tile], 1), torch.cat([torch.zeros_like(jet), jet], 1)])
    return torch.linalg.matrix_power(jet, int(exponent))[:size, -size:]
""",
}


def vocabulary(backend: Backend) -> set[str]:
    """Return every word that a program of generated names may hold."""
    parts = [backend.imports, backend.prepare, backend.scalar, *backend.helpers.values()]
    dialect = backend.dialect
    parts += [dialect.dot, dialect.transpose, dialect.sum_over, *dialect.functions.values(), _FRAME]
    return {word for part in parts for word in _WORD.findall(part)}


_WORD: Final = re.compile(r"[^\W\d]\w*")
_FRAME: Final = (
    "def program return T None reshape shape einsum kind dtype device import scipy linalg special cupyx jax"
)


def _renamed(table: dict[str, str], module: str, scipy: str) -> dict[str, str]:
    return {k: t.replace("np.", f"{module}.").replace("scipy.", f"{scipy}.") for k, t in table.items()}


_CUPY_HELPERS: Final[dict[str, str]] = {
    **_renamed(_NUMPY_HELPERS, "cp", "cupyx.scipy"),
    "cholesky_solve": """
def cholesky_solve(factor, b):
    half = cupyx.scipy.linalg.solve_triangular(factor, b, lower=True)
    return cupyx.scipy.linalg.solve_triangular(factor, half, lower=True, trans=1)
""",
    "cholesky_inverse": """
def cholesky_inverse(factor):
    half = cupyx.scipy.linalg.solve_triangular(factor, cp.eye(len(factor)), lower=True)
    return half.T @ half
""",
}

READABLE: Final[dict[str, Backend]] = {
    "numpy": Backend(Dialect(_NUMPY), "import numpy as np", _NUMPY_HELPERS),
    "jax": Backend(
        Dialect(
            {
                **_renamed(_NUMPY, "jnp", "jax.scipy"),
                **{function.name: function.code.jax for function in ELEMENTWISE if function.code.jax},
            }
        ),
        'import jax\nimport jax.numpy as jnp\n\njax.config.update("jax_enable_x64", True)',
        _renamed(_NUMPY_HELPERS, "jnp", "jax.scipy"),
        array="jax.Array",
        prepare="{0} = jnp.asarray({0}, dtype=float)",
        scalar="{0}",
    ),
    "torch": Backend(
        Dialect(_TORCH, transpose="{0}.permute({1})", sum_over="{0}.sum(dim={1})"),
        "import torch",
        _TORCH_HELPERS,
        array="torch.Tensor",
        prepare="{0} = torch.as_tensor({0}, dtype=torch.float64)",
        scalar="{0}",
    ),
    "cupy": Backend(
        Dialect(_renamed(_NUMPY, "cp", "cupyx.scipy")),
        "import cupy as cp",
        _CUPY_HELPERS,
        array="cupy.ndarray",
        prepare="{0} = cp.asarray({0}, dtype=float)",
        scalar="{0}",
    ),
}
