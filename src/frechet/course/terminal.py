"""A lecture for reading in a terminal: wrapped text, formulas in letters, derivations in columns."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from markdown_it.token import Token
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db
from pylatexenc.latexwalker import LatexMacroNode

from frechet.course.blocks import (
    Block,
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
    body_of,
)
from frechet.course.content import Course, Lecture
from frechet.course.markup import parser
from frechet.course.page import block_page
from frechet.course.roles import typeset_role
from frechet.course.scope import formula_in
from frechet.course.terminal_table import table_text
from frechet.errors import FrechetError
from frechet.notation.unicode import unicode

WIDTH: Final = 88
_UNDER: Final = {"h1": "=", "h2": "-"}
_INDENT: Final = "  "
_PLAINER: Final = (
    (r"\tfrac", r"\frac"),
    (r"\dfrac", r"\frac"),
    (r"\|", "‖"),
    (r"^{-\top}", "⁻ᵀ "),
    (r"^{\top}", " ᵀ "),
    (r"^\top", " ᵀ "),
    ("''", "″"),
    (r"_{\max}", "_max "),
    (r"_{\min}", "_min "),
    (r"\,", " "),
)
_LONG_EXPONENT: Final = re.compile(r"\^\{((?!-?\w\}|-?\d+\}|\\\w+\}|\()[^{}]+)\}")
"""An exponent in braces that is more than a letter, a number or one command, and not in parentheses."""
_LONG_INDEX: Final = re.compile(r"_\{([^{}]*[-+,=][^{}]*)\}")
_SPACED: Final = (
    (re.compile(r"\s*ᵀ\s*(?=[).,;:|‖^\]}]|$)"), "ᵀ"),
    (re.compile(r"\s*ᵀ\s*"), "ᵀ "),
    (re.compile(r"\s*([≈≤≥←⟺∈∝⊙×])\s*"), r" \1 "),
    (re.compile(r"…(?=[^\s,.)\]])"), "… "),
    (re.compile(r"_(max|min) (?=[).,;])"), r"_\1"),
)
_FUNCTIONS: Final = ("det", "log", "ln", "exp", "max", "min", "sin", "cos", "tan", "tanh")
_OF: Final = re.compile(rf"\b({'|'.join(_FUNCTIONS)}) \(")


def lecture_text(course: Course, lecture: Lecture, width: int = WIDTH) -> str:
    """Return a lecture as plain text."""
    head = [lecture.title, "=" * len(lecture.title), f"{lecture.duration} · {lecture.kind}", ""]
    if lecture.objectives:
        head += ["You will be able to"]
        head += [
            _wrapped(_inline(text, lecture.symbols), width, "  • ", "    ") for text in lecture.objectives
        ]
        head += [""]
    parts = [part for block in lecture.blocks for part in _block(block, course, lecture, width)]
    return "\n".join(head) + "\n" + "\n\n".join(parts) + "\n"


def _block(block: Block, course: Course, lecture: Lecture, width: int) -> Iterator[str]:
    symbols = lecture.symbols
    if isinstance(block, Text):
        yield from markdown_text(block.markdown, symbols, width)
        return
    if isinstance(block, Derivation):
        yield _derivation(block, course, lecture, width)
        return
    yield _title(block, course, lecture)
    for inner in body_of(block):
        yield from (textwrap.indent(part, _INDENT) for part in _block(inner, course, lecture, width - 2))


def _title(block: Block, course: Course, lecture: Lecture) -> str:
    match block:
        case Prose(_, kind, title):
            return f"[{kind.capitalize()}] {title}".rstrip()
        case Theorem(_, title):
            return f"[Theorem] {title}\n\n{_INDENT}{_statement(block)}"
        case Mistake(_, title):
            return f"[Mistake] {title}\n\n{_INDENT}Wrong: {block.wrong}{_refuted(block, course, lecture)}"
        case Example(_, title):
            return f"[Example] {title}\n\n{_INDENT}{block.formula} at {block.at}"
        case CookbookPointer(_, title):
            return f"[Cookbook] {title}\n\n{_found(block, course, lecture)}"
        case FigurePlace(_, name):
            return f"[Figure {name}: to move on the site]"
        case ExercisePlace(_, name):
            return f"[Exercise: frechet practice {lecture.id}/{name}]"
        case LabPlace():
            return f"[Lab: frechet lab start {lecture.id}]"
        case _:
            return ""


def _statement(theorem: Theorem) -> str:
    formula, answer = (_letters(text, theorem.declared) for text in (theorem.formula, theorem.answer))
    if theorem.ask == "equals":
        return f"{formula} = {answer}"
    return f"{theorem.ask} of {formula} by {', '.join(theorem.by)} = {answer}"


def _letters(text: str, declared: Mapping[str, str]) -> str:
    try:
        return unicode(formula_in(text, declared).expression)
    except FrechetError:
        return text


def _refuted(block: Block, course: Course, lecture: Lecture) -> str:
    data = block_page(block, course, lecture)
    numbers = data.get("counterexample")
    if not isinstance(numbers, dict):
        return f"\n{_INDENT}{data.get('why', '')}".rstrip()
    at = ", ".join(f"{value['name']} = {value['text']}" for value in numbers["at"])
    wrong, right = numbers["wrong"]["text"], numbers["right"]["text"]
    return f"\n{_INDENT}At {at} it gives {wrong}; true is {right}."


def _found(block: Block, course: Course, lecture: Lecture) -> str:
    entries = block_page(block, course, lecture).get("entries")
    found = entries if isinstance(entries, list) else []
    return "\n".join(f"{_INDENT}{entry['id']:16} {entry['statement']}" for entry in found)


def _derivation(derivation: Derivation, course: Course, lecture: Lecture, width: int) -> str:
    data = block_page(derivation, course, lecture)
    lines = data.get("lines")
    out = [f"[Derivation] {derivation.title}", ""]
    for source, line in zip(derivation.lines, lines if isinstance(lines, list) else [], strict=False):
        if source.line:
            mark = "✓" if line["right"] else "✗"
            out.append(f"{_INDENT}{mark} {line['unicode']}")
            out.append(_wrapped(_inline(source.because, derivation.declared), width, "      ", "      "))
        else:
            out += [
                textwrap.indent(part, "    ")
                for part in markdown_text(source.text, derivation.declared, width - 4)
            ]
    return "\n".join(out)


def markdown_text(markdown: str, declared: Mapping[str, str], width: int) -> list[str]:
    """Return the paragraphs of a Markdown text as they are read in a terminal."""
    out: list[str] = []
    rows: list[list[str]] = []
    depth = 0
    tokens = parser().parse(markdown)
    for before, token in zip([None, *tokens], tokens, strict=False):
        match token.type:
            case "tr_open":
                rows.append([])
            case "table_close":
                out.append(textwrap.indent(table_text(rows, width - 4), "    "))
                rows = []
            case "list_item_open":
                depth += 1
            case "list_item_close":
                depth -= 1
            case "inline":
                text = _children(token.children or [], declared)
                tag = before.tag if before is not None else "p"
                if rows:
                    rows[-1].append(text)
                else:
                    out.append(_paragraph(text, tag, depth, width))
            case "math_block":
                out.append(textwrap.indent(letters_of_latex(token.content), "    "))
            case "fence" | "code_block":
                out.append(textwrap.indent(token.content.strip("\n"), "    "))
            case _:
                continue
    return out


def _paragraph(text: str, tag: str, depth: int, width: int) -> str:
    if tag.startswith("h") and tag != "hr":
        return f"{text}\n{_UNDER.get(tag, '~') * len(text)}"
    if depth:
        margin = "  " * depth
        return _wrapped(text, width, f"{margin}• ", f"{margin}  ")
    return "\n".join(textwrap.fill(line, width) for line in text.split("\n\n"))


def _inline(markdown: str, declared: Mapping[str, str]) -> str:
    (token,) = parser().parseInline(markdown)
    return _children(token.children or [], declared)


def _children(tokens: Sequence[Token], declared: Mapping[str, str]) -> str:
    return "".join(_letters_of(token, declared) for token in tokens)


def _letters_of(token: Token, declared: Mapping[str, str]) -> str:
    match token.type:
        case "text" | "code_inline":
            return token.content
        case "math_inline" | "math_inline_double":
            return letters_of_latex(token.content)
        case "softbreak" | "hardbreak":
            return " "
        case "myst_role":
            try:
                return typeset_role(token.meta["name"], token.content, declared).unicode
            except FrechetError:
                return token.content
        case _:
            return ""


def letters_of_latex(latex: str) -> str:
    r"""Return LaTeX in letters.

    >>> letters_of_latex(r"x^\top A x = \tfrac12 \|r\|^2")
    'xᵀ A x = 1/2 ‖r‖^2'
    >>> letters_of_latex(r"\frac{f(x + h) - f(x)}{2h} = e^{-x/2} \log\det A^{-1}")
    '(f(x + h) - f(x))/(2h) = e^(-x/2) log det A^-1'
    >>> letters_of_latex(r"\mathrm{d}\mu^\top S x_{k+1} \le e^{-x^\top x/2} \lambda_{\max}")
    'dμᵀ S x_(k+1) ≤ e^(-xᵀ x/2) λ_max'
    """
    for command, plainer in _PLAINER:
        latex = latex.replace(command, plainer)
    latex = _LONG_INDEX.sub(r"_(\1)", _LONG_EXPONENT.sub(r"^(\1)", latex))
    lines = _latex_reader().latex_to_text(latex).strip().splitlines()
    return "\n".join(_OF.sub(r"\1(", _spaced(line)) for line in lines)


def _spaced(line: str) -> str:
    """Return a line with one blank where a formula has one."""
    for sign, written in _SPACED:
        line = sign.sub(written, line)
    return " ".join(line.split())


@cache
def _latex_reader() -> LatexNodes2Text:
    context = get_default_latex_context_db()
    fraction = MacroTextSpec("frac", simplify_repl=_fraction)
    functions = [MacroTextSpec(name, f" {name} ") for name in _FUNCTIONS]
    context.add_context_category("formulas", macros=[fraction, *functions], prepend=True)
    return LatexNodes2Text(latex_context=context, math_mode="text")


def _fraction(node: LatexMacroNode, l2tobj: LatexNodes2Text) -> str:
    """Write a fraction on one line, with parentheses round what is more than one letter or number."""
    parts = [l2tobj.nodelist_to_text([part]).strip() for part in node.nodeargd.argnlist]
    return "/".join(part if part.isdigit() or len(part) == 1 else f"({part})" for part in parts)


def _wrapped(text: str, width: int, first: str, later: str) -> str:
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=later)
