"""A lecture as a page needs it: plain data, every formula typeset, every result worked out.

`lecture_page` does the engine's work of a lecture once; its answer can be kept as JSON under
`content_key`, which changes when a file of the lecture, or Fréchet itself, does. Each block is a
dictionary with its `kind`: `text` (`html`, `headings`), `intuition`, `application`, `summary`
(`title`, `blocks`), `theorem`, `derivation`, `mistake`, `example`, `cookbook`, `figure`, `exercise`
and `lab`, with what the functions below give them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from importlib.metadata import version
from typing import Final, TypeAlias, assert_never

from frechet.cookbook.entry import Entry
from frechet.course.blocks import (
    Block,
    Blocks,
    CookbookPointer,
    Derivation,
    Example,
    ExercisePlace,
    FigurePlace,
    LabPlace,
    Mistake,
    Prose,
    Text,
    Theorem,
)
from frechet.course.content import Course, Lecture
from frechet.course.derivation import report_on, typeset_lines
from frechet.course.examples import result_of, values_of
from frechet.course.figure import read_figure
from frechet.course.html import headings_of, html_of, inline_html
from frechet.course.mistakes import refutation, statement_of
from frechet.course.numbers import matrix_latex, matrix_of_text, matrix_text
from frechet.course.pointers import entries_of
from frechet.course.scope import formula_in, formulas_in
from frechet.course.statements import LABELS, Statement, derivative_latex, statement_latex
from frechet.errors import FrechetError
from frechet.expressions.function import Matrix
from frechet.formula import Formula
from frechet.notation.latex import latex_of_name
from frechet.rewriting.steps import formula_latex

Data: TypeAlias = dict[str, object]
_SIZES: Final = re.compile(r"\([^)]*\)")


def lecture_page(course: Course, lecture: Lecture) -> Data:
    """Return everything that a page shows of a lecture."""
    before, after = course.next_to(lecture)
    return {
        "id": lecture.id,
        "title": lecture.title,
        "section": lecture.section,
        "duration": lecture.duration,
        "seconds": lecture.seconds,
        "preview": lecture.preview,
        "kind": lecture.kind,
        "prerequisites": list(lecture.prerequisites),
        "objectives": [inline_html(text, lecture.symbols) for text in lecture.objectives],
        "skills": list(lecture.skills),
        "references": [inline_html(text, lecture.symbols) for text in lecture.references],
        "has_lab": lecture.has_lab,
        "previous": None if before is None else before.id,
        "next": None if after is None else after.id,
        "blocks": _pages(lecture.blocks, course, lecture),
    }


def content_key(lecture: Lecture) -> str:
    """Return a text that changes whenever the page of the lecture may change."""
    digest = sha256(version("frechet").encode())
    for path in sorted(lecture.folder.rglob("*")):
        if path.is_file() and path.suffix in (".md", ".toml", ".py"):
            digest.update(path.relative_to(lecture.folder).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _pages(blocks: Blocks, course: Course, lecture: Lecture) -> list[Data]:
    return [block_page(block, course, lecture) for block in blocks]


def block_page(block: Block, course: Course, lecture: Lecture) -> Data:
    """Return one block as data; a block that the engine refuses says so under `fault`."""
    try:
        data = _page(block, course, lecture)
    except FrechetError as error:
        data = {"kind": _kind(block), "fault": error.message}
    if not isinstance(block, Text | Derivation | ExercisePlace):
        data["blocks"] = _pages(block.body, course, lecture)
    return {"line": block.place.line, **data}


def _kind(block: Block) -> str:
    match block:
        case Prose(_, kind):
            return kind
        case CookbookPointer():
            return "cookbook"
        case _:
            return type(block).__name__.removesuffix("Place").lower()


def _page(block: Block, course: Course, lecture: Lecture) -> Data:
    match block:
        case Text(_, markdown):
            html = html_of(markdown, lecture.symbols)
            return {"kind": "text", "html": html, "headings": headings_of(markdown)}
        case Prose(_, kind, title):
            return {"kind": kind, "title": title}
        case Theorem():
            return _theorem(block)
        case Derivation():
            return _derivation(block)
        case Mistake():
            return _mistake(block, course.mistakes.get(block.name, {}))
        case Example():
            return _example(block)
        case CookbookPointer():
            found = [_entry(entry) for entry in entries_of(block)]
            return {"kind": "cookbook", "title": block.title, "search": block.search, "entries": found}
        case FigurePlace(_, name):
            path = lecture.folder / "figures" / f"{name}.toml"
            return {"kind": "figure", "name": name, "figure": read_figure(path, lecture.place_of(path))}
        case ExercisePlace(_, name):
            return {"kind": "exercise", "name": name}
        case LabPlace():
            return {"kind": "lab", "name": lecture.id}
        case _:
            assert_never(block)


def _theorem(theorem: Theorem) -> Data:
    statement = Statement(theorem.formula, theorem.ask, theorem.answer, theorem.by, theorem.structured)
    left = f"{theorem.ask} of {theorem.formula}" if theorem.ask != "equals" else theorem.formula
    return {
        "kind": "theorem",
        "title": theorem.title,
        "latex": statement_latex(statement, theorem.declared),
        "text": f"{left} = {theorem.answer}",
        "formula": theorem.formula,
        "by": list(theorem.by),
        "declared": _shown(theorem.declared, f"{theorem.formula} {theorem.answer}"),
        "source": theorem.source,
    }


def _shown(declared: Mapping[str, str], text: str) -> Data:
    """Return the declarations of the names that a formula uses."""
    used = formula_names(text, declared)
    return {name: kind for name, kind in declared.items() if name in used}


def formula_names(text: str, declared: Mapping[str, str]) -> set[str]:
    """Return which declared names occur in a text of formulas."""
    letters = "".join(c if c.isalnum() or c == "_" else " " for c in text).split()
    return {name for name in declared if name in letters or f"d{name}" in letters}


def _derivation(derivation: Derivation) -> Data:
    report = report_on(derivation)
    typeset = iter(zip(typeset_lines(derivation, report), report.lines, strict=True))
    lines: list[Data] = []
    for line in derivation.lines:
        data: Data = {
            "because": inline_html(line.because, derivation.declared),
            "open": html_of(line.opened, derivation.declared) if line.opened else "",
        }
        if line.line:
            sides, found = next(typeset)
            data |= {
                "text": line.line,
                "head_latex": sides.head_latex,
                "latex": sides.latex,
                "unicode": f"{sides.head_unicode} = {sides.unicode}".strip(),
                "status": found.status.value,
                "right": found.status.accepted,
                "rule": found.rule or "",
            }
        else:
            data["html"] = html_of(line.text, derivation.declared)
        lines.append(data)
    return {
        "kind": "derivation",
        "title": derivation.title,
        "over": report.variable.name,
        "declared": dict(derivation.declared),
        "lines": lines,
    }


def _mistake(mistake: Mistake, entry: Mapping[str, object]) -> Data:
    statement = statement_of(mistake)
    formula = formula_in(mistake.formula, mistake.declared)
    found = refutation(mistake)
    data: Data = {
        "kind": "mistake",
        "title": mistake.title,
        "name": mistake.name,
        "mistake": str(entry.get("title", mistake.name)),
        "say": str(entry.get("say", "")),
        "left_latex": derivative_latex(statement, formula),
        "wrong_latex": _wrong_latex(mistake),
        "wrong": mistake.wrong,
        "formula": mistake.formula,
        "label": LABELS[mistake.ask],
        "why": found.why,
    }
    if found.numbers is not None:
        data["counterexample"] = {
            "at": _numbers(found.numbers.at),
            "wrong": _number(found.numbers.wrong),
            "right": _number(found.numbers.right),
        }
    return data


def _wrong_latex(mistake: Mistake) -> str:
    """Return the wrong answer in LaTeX; one whose sizes do not fit is read as if all were the same."""
    for declared in (mistake.declared, {name: _square(kind) for name, kind in mistake.declared.items()}):
        try:
            return formula_latex(formulas_in([mistake.formula, mistake.wrong], declared)[1].expression)
        except FrechetError:
            continue
    return ""


def _square(kind: str) -> str:
    return _SIZES.sub(lambda found: "(n, n)" if "," in found.group() else "(n)", kind)


def _number(value: Matrix) -> Data:
    return {"latex": matrix_latex(value), "text": matrix_text(value)}


def _numbers(values: Mapping[str, Matrix]) -> list[Data]:
    return [{"name": name, "name_latex": latex_of_name(name), **_number(x)} for name, x in values.items()]


def _example(example: Example) -> Data:
    formula = formula_in(example.formula, example.declared)
    results: list[Data] = []
    for ask, stated, _ in example.results:
        statement = Statement(example.formula, ask, "", example.by)
        left = derivative_latex(statement, formula)
        written = {"latex": matrix_latex(matrix_of_text(stated)[0]), "text": stated}
        results.append(
            {"ask": ask, "left_latex": left, "true": matrix_text(result_of(example, ask)), **written}
        )
    return {
        "kind": "example",
        "title": example.title,
        "latex": formula.latex(),
        "formula": example.formula,
        "by": list(example.by),
        "at": _numbers(values_of(example)),
        "results": results,
    }


def _entry(entry: Entry) -> Data:
    return {
        "id": entry.id,
        "title": entry.title,
        "statement": entry.statement,
        "latex": _statement_latex(entry),
        "source": entry.citation,
        "conditions": entry.conditions,
    }


def _statement_latex(entry: Entry) -> str:
    left, right = entry.function, Formula(entry.stated, {})
    if not entry.wrt:
        return f"{left.latex()} = {right.latex()}"
    ask = (
        "differential"
        if entry.kind.value == "differential"
        else "hessian"
        if len(entry.wrt) > 1
        else "gradient"
    )
    statement = Statement(entry.left, ask, "", tuple(entry.wrt))
    return f"{derivative_latex(statement, left)} = {right.latex()}"
