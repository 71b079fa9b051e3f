"""What the workbench asks of the engine; runs in worker processes, knows nothing of Django."""

from __future__ import annotations

from typing import Final

from frechet_site.lib.operations import Operation
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
