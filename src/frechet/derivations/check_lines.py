r"""Reading the lines that a person writes: `f = …`, `df = …`, `= …`, `grad = …`, `H = …`.

The label says what the right side is. In LaTeX the same with `\nabla f`, `\mathrm{d}f`, `&=` and
`\\`. A line `A: matrix(m, n)` declares, `over x` names the variable, `#` and `%` begin comments,
and another name on the left (`r = A*x - b`) names a part to be used below.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, final

from frechet.derivations.check_claims import Kind
from frechet.errors import LimitError, ParseError, quoted
from frechet.language.names import NAME
from frechet.limits import LET_CHARACTERS

MOST_LINES: Final = 200
_COMMENT: Final = re.compile(r"(?<!\\)[#%].*")
_ENVIRONMENT: Final = re.compile(r"\\(?:begin|end)\s*\{[^}]*\}|\$\$?|\\\[|\\\]|\\(?:no)?number\b|\\notag")
_DECLARATION: Final = re.compile(rf"\s*(?:declare\s+)?({NAME}|d[A-Za-z]\w*)\s*:\s*(.+?)\s*")
_OVER: Final = re.compile(rf"\s*(?:over|wrt)\s*:?\s+({NAME})\s*")
_LATEX: Final = re.compile(r"\\[A-Za-z]+")
_SPACES: Final = re.compile(r"\\[,;:! ]|\\q?quad|[\s{}&~]")
_ACCENTS: Final = re.compile(r"\\(?:mathrm|operatorname|text|mathbf|bm|boldsymbol|mathit)\b")
_COMMANDS: Final = {r"\nabla": "∇", r"\partial": "∂", r"\top": "", r"\frac": "", r"\left": "", r"\right": ""}
_GRADIENT: Final = re.compile(
    r"grad(?:ient)?(?:\(?\w*\)?)?|∇(?:_\w+)?\w?(?:\(\w+\))?|[d∂]\w/?[d∂]\w+|\w'(?:\(\w+\))?|[gG]"
)
_HESSIAN: Final = re.compile(
    r"H|hess(?:ian)?\w?|∇(?:\^2|²)(?:_\w+)?\w?(?:\(\w+\))?|[d∂](?:\^?2|²)\w/?[d∂]\w+\^?[2²]"
)
_JACOBIAN: Final = re.compile(r"J|jac(?:obian)?\w?|D\w?(?:\(\w+\))?")
_DERIVED: Final = re.compile("|".join(p.pattern for p in (_GRADIENT, _HESSIAN, _JACOBIAN)))
_HEAD: Final = re.compile(r"(?:(?<![A-Za-z0-9_\\])d|\\(?:mathrm|operatorname)\{d\})\s*(?:\\left\s*)?\(")
_SECOND: Final = re.compile(r"d(?:\^?2|²)(\w+)")
_DIFFERENTIAL: Final = re.compile(r"d\(?(\w+)\)?")
_NAMED: Final = re.compile(rf"({NAME})(?:\([\w, ]*\))?")


@final
@dataclass(frozen=True, slots=True)
class Line:
    """One line: what it is, of which quantity, its right side, and where it stands."""

    number: int
    source: str
    label: str
    body: str
    kind: Kind
    quantity: str
    continued: bool = False


@final
@dataclass(frozen=True, slots=True)
class Reading:
    """The lines, what they declare, the variable if it is named, and the syntax."""

    lines: tuple[Line, ...]
    function: str
    declared: dict[str, str] = field(default_factory=dict)
    over: str | None = None
    syntax: str = "text"


def read_lines(text: object, declared_names: Iterable[str], syntax: str = "auto") -> Reading:
    """Split a text into lines and say what each is.

    Raises:
        ParseError: a line has no `=`, or the text has no function.
        LimitError: it has too many lines.
    """
    if not isinstance(text, str):
        raise ParseError(
            f"a derivation is a text, not a {type(text).__name__}", hint="Pass its lines as one text."
        )
    if len(text) > LET_CHARACTERS:
        raise LimitError(
            f"the derivation has more than {LET_CHARACTERS:,} characters", hint="Check it in parts."
        )
    latex = bool(_LATEX.search(text)) if syntax == "auto" else syntax == "latex"
    declared, over, pairs = dict[str, str](), None, list[tuple[str, str, str]]()
    for raw in _raw_lines(text, latex):
        if (match := _OVER.fullmatch(raw)) is not None:
            over = match.group(1)
        elif "=" not in raw and (match := _DECLARATION.fullmatch(raw)) is not None:
            declared[match.group(1)] = match.group(2)
        else:
            pairs.append(_parted(raw, len(pairs) + 1))
    if len(pairs) > MOST_LINES:
        raise LimitError(f"the derivation has more than {MOST_LINES} lines", hint="Check it in parts.")
    labels = [_plain_label(label) for _, label, _ in pairs]
    function = _function_among(labels)
    taken = {*declared_names, *declared}
    lines = list[Line]()
    for number, ((raw, label, body), plain) in enumerate(zip(pairs, labels, strict=True), 1):
        lines.append(_line(Line(number, raw, label, body, Kind.VALUE, function), plain, lines, taken))
    return Reading(tuple(lines), function, declared, over, "latex" if latex else "text")


def _raw_lines(text: str, latex: bool) -> Iterable[str]:
    if latex:
        text = _ENVIRONMENT.sub(" ", text).replace(r"\\", "\n").replace("&", " ")
    for raw in text.splitlines():
        line = _COMMENT.sub("", raw).strip()
        if line:
            line = " ".join(line.split())
            yield line.rstrip(";,") if latex else line


def _parted(raw: str, number: int) -> tuple[str, str, str]:
    label, equals, body = raw.partition("=")
    if not equals or not body.strip():
        raise ParseError(
            f"line {number}, {quoted(raw)}, states nothing",
            hint="Write f = …, df = …, grad = …, H = …, or = … to go on from the line before.",
        )
    return raw, label.strip(), body.strip()


def _plain_label(label: str) -> str:
    r"""Return a label without marks of LaTeX: `\nabla_x f` is `∇_xf`."""
    plain = _ACCENTS.sub("", label)
    for command, sign in _COMMANDS.items():
        plain = plain.replace(command, sign)
    return _SPACES.sub("", plain).replace("\\", "")


def _function_among(labels: list[str]) -> str:
    """Return the name of the function: f if there is one, else the first that is differentiated."""
    found = [_NAMED.fullmatch(label) for label in labels if len(label) == 1 or not _DERIVED.fullmatch(label)]
    named = [match.group(1) for match in found if match is not None]
    for name in ("f", "F"):
        if name in named:
            return name
    later = set(labels)
    for name in named:
        if f"d{name}" in later:
            return name
    if not named:
        raise ParseError("no line says what is differentiated", hint="Begin with f = …")
    return named[0]


def _line(line: Line, plain: str, before: list[Line], taken: set[str]) -> Line:
    """Say what a line is, from its label and the lines before it."""
    if not plain:
        if not before:
            raise ParseError("the first line continues nothing", hint="Begin with f = …")
        return replace(line, kind=before[-1].kind, quantity=before[-1].quantity, continued=True)
    known = {earlier.quantity for earlier in before}
    named = _NAMED.fullmatch(plain)
    if named is not None and (named.group(1) == line.quantity or named.group(1) in known):
        name = named.group(1)
        again = any(e.kind is Kind.VALUE and e.quantity == name for e in before)
        return replace(line, kind=Kind.VALUE, quantity=name, continued=again)
    derived = any(e.quantity == line.quantity for e in before) and _DERIVED.fullmatch(plain)
    if plain in taken and not derived:
        raise ParseError(f"{quoted(plain)} is declared and defined", hint="Give the part another name.")
    for pattern, kind in ((_SECOND, Kind.SECOND_DIFFERENTIAL), (_DIFFERENTIAL, Kind.DIFFERENTIAL)):
        match = pattern.fullmatch(plain)
        if match is not None and match.group(1) in {*known, line.quantity}:
            again = any(e.kind is kind and e.quantity == match.group(1) for e in before)
            return replace(line, kind=kind, quantity=match.group(1), continued=again)
    for pattern, kind in ((_HESSIAN, Kind.HESSIAN), (_GRADIENT, Kind.GRADIENT), (_JACOBIAN, Kind.JACOBIAN)):
        if pattern.fullmatch(plain) is not None and (derived or named is None or len(plain) > 1):
            return replace(line, kind=kind, continued=any(e.kind is kind for e in before))
    if named is None:
        raise ParseError(
            f"line {line.number}: {quoted(line.label)} is no quantity that can be checked",
            hint="Write f = …, df = …, grad = …, J = …, H = …, or = … to go on from the line before.",
        )
    return replace(line, quantity=named.group(1))


def innermost_differential(body: str) -> tuple[int, int, str] | None:
    """Return where the last `d(…)` stands, and what it is of; None if there is none."""
    heads = list(_HEAD.finditer(body))
    if not heads:
        return None
    start, inside = heads[-1].span()
    depth = 1
    for place in range(inside, len(body)):
        depth += (body[place] == "(") - (body[place] == ")")
        if depth == 0:
            inner = body[inside:place]
            return start, place + 1, inner.removesuffix(r"\right")
    return None


def with_joined_differentials(body: str, names: Iterable[str]) -> str:
    """Return a LaTeX formula with every `dX` and `d X` as one name."""
    for name in names:
        body = re.sub(rf"(?<![A-Za-z\\])d\s*(?={re.escape(name)}(?![A-Za-z]))", r"\\mathrm{d}", body)
    return re.sub(r"\\mathrm\s*d\b\s*", r"\\mathrm{d}", body)
