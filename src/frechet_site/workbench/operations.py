"""What the workbench asks of the engine; runs in worker processes, knows nothing of Django."""

from __future__ import annotations

from typing import Final

from frechet_site.lib.operations import Data, Operation
from frechet_site.workbench.answers import answer
from frechet_site.workbench.checking import checked
from frechet_site.workbench.gallery import gallery
from frechet_site.workbench.searching import search

OPERATIONS: Final[dict[str, Operation]] = {
    "workbench_answer": answer,
    "workbench_gallery": gallery,
    "workbench_check": checked,
    "workbench_minimize": search,
}
WARM_UP: Final[tuple[tuple[str, Data], ...]] = (
    ("workbench_gallery", {}),
    ("workbench_answer", {"f": "norm2(A*x - b)^2"}),
    ("workbench_answer", {"f": "logdet(S)", "declare": "S: psd(n)", "view": "code"}),
    ("workbench_answer", {"f": "x'*A*x", "order": "2", "view": "numbers"}),
    ("workbench_answer", {"f": "x*x"}),
    ("workbench_minimize", {"f": "(a - 1)^2 + b^2", "start": "a = 3\nb = 1"}),
)
