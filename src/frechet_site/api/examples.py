"""An example of a request to each address: the page of the interface shows them, a test sends them."""

from __future__ import annotations

from typing import Any, Final

EXAMPLES: Final[dict[str, dict[str, Any]]] = {
    "derive": {"text": "norm2(A*x - b)^2", "wrt": ["x"]},
    "check": {
        "text": "f = x'*A*x\ndf = dx'*A*x + x'*A*dx\n= 2*x'*A*dx",
        "declarations": {"A": "matrix(n, n)", "x": "vector(n)"},
    },
    "source": {"text": "norm2(A*x - b)^2", "wrt": "x", "order": 1, "backend": "numpy"},
    "curvature": {"text": "logsumexp(A*x + b)", "wrt": ["x"]},
    "cookbook": {"query": "log(det(X))", "wrt": "X", "limit": 3},
    "preview": {"text": "x'*A*x", "declarations": {"A": "symmetric(n)"}},
}
