from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.optimize.lost_worker import ROWS, rows

import frechet as fr

PROGRAM = Path(__file__).with_name("lost_worker.py")


@pytest.mark.slow
def test_a_worker_that_is_killed_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "kill").touch()
    finished = subprocess.run(
        [sys.executable, str(PROGRAM), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr[-2000:]
    found = json.loads(finished.stdout.splitlines()[-1])
    assert not (tmp_path / "kill").exists()
    assert found["processes"] >= 2, (
        "both workers read chunks, and perhaps the one that took the place of the dead"
    )
    assert found["status"] == "converged"
    y = np.where(np.arange(ROWS) * 37 % 100 < 60, 1.0, -1.0)
    f = fr.parse("sum(softplus(-y.*(X*w))) + c*w'*w")
    in_memory = fr.minimize(f, over="w", data={"X": rows(0, ROWS), "y": y, "c": 0.5}, method="newton")
    np.testing.assert_allclose(found["w"], in_memory.x["w"], rtol=1e-8, atol=1e-10)
