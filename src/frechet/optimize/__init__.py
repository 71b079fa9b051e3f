"""From a formula to its optimum: curvature, minimization, constraints, model and data files.

The names below are found on first use, so that the command line starts without NumPy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from frechet.errors import needing

if TYPE_CHECKING:
    from frechet.optimize.convexity.curvature import CurvatureResult, curvature
    from frechet.optimize.data import read_data
    from frechet.optimize.large_files import open_data
    from frechet.optimize.minimization import minimize
    from frechet.optimize.model import Model, read_model
    from frechet.optimize.result import Result
    from frechet.optimize.stationary import StationaryPoints, stationary_points
    from frechet.optimize.status import Status
    from frechet.optimize.tables import read_files

_HOME_OF = {
    "CurvatureResult": "frechet.optimize.convexity.curvature",
    "Model": "frechet.optimize.model",
    "Result": "frechet.optimize.result",
    "StationaryPoints": "frechet.optimize.stationary",
    "Status": "frechet.optimize.status",
    "curvature": "frechet.optimize.convexity.curvature",
    "minimize": "frechet.optimize.minimization",
    "open_data": "frechet.optimize.large_files",
    "read_data": "frechet.optimize.data",
    "read_files": "frechet.optimize.tables",
    "read_model": "frechet.optimize.model",
    "stationary_points": "frechet.optimize.stationary",
}

__all__ = [
    "CurvatureResult",
    "Model",
    "Result",
    "StationaryPoints",
    "Status",
    "curvature",
    "minimize",
    "open_data",
    "read_data",
    "read_files",
    "read_model",
    "stationary_points",
]


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'frechet.optimize' has no attribute {name!r}")
    with needing("numeric", f"frechet.optimize.{name}"):
        value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
