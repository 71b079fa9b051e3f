"""What a lecture needs to be installed: the libraries that its lab imports, read off the file itself."""

from __future__ import annotations

import ast
import sys
from typing import Final

from frechet.course.content import Course, read_course
from frechet.course.labs import lab_of

PACKAGES: Final = {"sklearn": "scikit-learn"}
"""Module → the package that brings it, where the names differ."""


def needs(lecture: str, course: Course | None = None) -> dict[str, str]:
    """Return the modules that a lecture's lab imports, each with the package that brings it.

    >>> needs("quadratic-form-pt-1")
    {'frechet': 'frechet', 'numpy': 'numpy', 'sklearn': 'scikit-learn'}
    """
    found = (course or read_course()).lecture(lecture)
    if not found.has_lab:
        return {}
    lab = lab_of(found)
    sources = [file.read_text(encoding="utf-8") for file in (lab.solution, lab.checks)]
    modules = sorted({module for source in sources for module in _imported(source)})
    return {module: PACKAGES.get(module, module) for module in modules}


def _imported(source: str) -> set[str]:
    """Return the outermost modules that a program imports, the standard library's apart."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None and not node.level:
            names.add(node.module)
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names
