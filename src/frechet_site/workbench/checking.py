"""A person's derivation, checked: the report as data, each wrong line with the line that would mend it."""

from __future__ import annotations

from collections.abc import Mapping

import frechet as fr
from frechet.derivations.check_report import LineReport, numbers
from frechet.notation.latex import latex


def checked(payload: Mapping[str, object]) -> dict[str, object]:
    """Check the lines of a text.

    Raises:
        FrechetError: a line cannot be read.
    """
    report = fr.check_derivation(str(payload["text"]), {}, layout=str(payload.get("layout", "numerator")))
    told = report.json()
    lines = [_line(line) for line in report.lines]
    return {**told, "lines": lines}


def _line(line: LineReport) -> dict[str, object]:
    left = line.source.partition("=")[0].strip()
    mended = line.mended if line.mended is not None else line.expected
    offered = mended is not None and not line.status.accepted
    return {
        **line.json(),
        "accepted": line.status.accepted,
        "message": line.message.splitlines(),
        "at": "" if line.counterexample is None else numbers(line.counterexample),
        "mended_line": f"{left} = {fr.Formula(mended, {})}".strip() if offered and mended is not None else "",
        "mended_latex": latex(mended) if offered and mended is not None else "",
        "certain": line.mended is not None,
    }
