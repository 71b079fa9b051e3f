"""An entry of the Cookbook: one identity with its declarations, its source and its conditions.

A file of `entries/` is a chapter. What stands at its head (source, section, tags, declarations)
holds for each of its entries unless the entry says otherwise; of the declarations an entry keeps
those of the names that it mentions. The kind follows from the fields:

* derivative: `expr`, `wrt`, `expected` (with `layout = "vec"`: the Jacobian of the stacked columns);
* differential: `expr`, `wrt`, `differential`, in which `dX` is the change of `X`;
* identity: `left`, `right`.

`printed` is what the source prints where that is wrong: the check shows that it is.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
from typing import Final, final

from frechet.errors import FrechetError, quoted
from frechet.expressions.nodes import Expr
from frechet.expressions.traversal import substitute
from frechet.formula import Formula
from frechet.language import read

_NAME: Final = re.compile(r"[^\W\d_]\w*")
_FORMULAS: Final = ("expr", "expected", "differential", "left", "right", "printed")
_TEXTS: Final = (
    *_FORMULAS,
    "id",
    "title",
    "source",
    "section",
    "conditions",
    "convention",
    "layout",
    "remark",
)
_LISTS: Final = ("equations", "wrt", "tags", "related")
_TABLES: Final = ("declare", "at")
_HEAD: Final = ("title", "source", "section", "tags", "declare", "entry")
_CONVENTIONS: Final = ("project", "entries", "none")
_LAYOUTS: Final = ("vec",)


class Kind(Enum):
    """What an entry states."""

    DERIVATIVE = "derivative"
    DIFFERENTIAL = "differential"
    IDENTITY = "identity"


_STATED: Final[dict[Kind, tuple[str, str]]] = {
    Kind.DERIVATIVE: ("expr", "expected"),
    Kind.DIFFERENTIAL: ("expr", "differential"),
    Kind.IDENTITY: ("left", "right"),
}


@final
@dataclass(frozen=True, slots=True)
class Entry:
    """One identity: `left` and `right` are the function and its derivative, or two equal values."""

    id: str
    title: str
    chapter: str
    kind: Kind
    left: str
    right: str
    wrt: tuple[str, ...]
    declarations: Mapping[str, str]
    source: str
    section: str
    equations: tuple[int, ...]
    conditions: str
    convention: str
    stacked: bool
    at: Mapping[str, str]
    printed: str
    remark: str
    tags: tuple[str, ...]
    related: tuple[str, ...]

    @property
    def function(self) -> Formula:
        """Return the function that is differentiated, or the left side."""
        return read(self.left, dict(self.declarations))

    @property
    def stated(self) -> Expr:
        """Return the stated right side."""
        return self.side(self.right)

    def side(self, text: str) -> Expr:
        """Read another side in the names of the function and the changes of its variables."""
        known = self.function.declarations
        names: dict[str, object] = {**self.declarations, **known}
        if self.kind is Kind.DIFFERENTIAL:
            names |= {f"d{name}": _change(name, self.declarations) for name in self.wrt}
        points: dict[Expr, Expr] = {known[name]: read(value).expression for name, value in self.at.items()}
        return substitute(read(text, names).expression, points)

    @property
    def citation(self) -> str:
        """Return the source with equation numbers, or else the section where it is known."""
        numbers = ", ".join(f"({n})" for n in self.equations)
        place = f"eq. {numbers}" if numbers else f"section {self.section}" if self.section else ""
        return f"{self.source}, {place}" if place else self.source

    @property
    def statement(self) -> str:
        """Return the statement as one line of text."""
        below = "".join(f" d{name}" for name in self.wrt)
        point = ", ".join(f"{name} = {value}" for name, value in self.at.items())
        where = f" at {point}" if point else ""
        match self.kind:
            case Kind.IDENTITY:
                return f"{self.left} = {self.right}"
            case Kind.DIFFERENTIAL:
                return f"d({self.left}) = {self.right}"
            case Kind.DERIVATIVE if self.stacked:
                return f"d vec({self.left}) = ({self.right}) * vec(d{self.wrt[0]})"
            case Kind.DERIVATIVE:
                power = str(len(self.wrt)) if len(self.wrt) > 1 else ""
                return f"d{power}({self.left}) /{below} = {self.right}{where}"


def _change(name: str, declarations: Mapping[str, str]) -> str:
    return declarations[name].replace("psd(", "symmetric(").replace("positive", "scalar")


@cache
def entries() -> tuple[Entry, ...]:
    """Return every entry, chapter by chapter.

    Raises:
        FrechetError: a file is malformed; the message names the file and the entry.
    """
    folder = resources.files("frechet.cookbook").joinpath("entries")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    found = [e for f in files for e in chapter(f.read_text(encoding="utf-8"), f.name)]
    _check_links(found)
    return tuple(found)


def find(name: str) -> list[Entry]:
    """Return the entry of this id, or those with this equation number of The Matrix Cookbook.

    Raises:
        FrechetError: there is none.
    """
    wanted = name.strip().strip("()").strip()
    by_id = [e for e in entries() if e.id == wanted]
    numbered = [e for e in entries() if wanted in map(str, e.equations)]
    if not by_id and not numbered:
        raise FrechetError(
            f"the Cookbook has no entry {quoted(name)}", hint="Search for it by words or by a formula."
        )
    return by_id or numbered


def chapter(text: str, file: str) -> list[Entry]:
    """Read the entries of one file.

    Raises:
        FrechetError: the file is malformed.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FrechetError(f"{file} is not TOML: {error}", hint="Mend the file.") from None
    _check_keys(data, _HEAD, file)
    raws = data.get("entry")
    if not isinstance(raws, list) or not all(isinstance(raw, dict) for raw in raws):
        raise FrechetError(f"{file} has no entries", hint="Begin each entry with [[entry]].")
    return [_entry(raw, data, f"{file}, entry {raw.get('id', place)}") for place, raw in enumerate(raws, 1)]


def _check_keys(data: Mapping[str, object], allowed: Iterable[str], where: str) -> None:
    for key in data:
        if key not in allowed:
            raise FrechetError(
                f"{where}: unknown key {quoted(key)}", hint=f"The keys are {', '.join(allowed)}."
            )


def _entry(raw: dict[str, object], head: dict[str, object], where: str) -> Entry:
    _check_keys(raw, (*_TEXTS, *_LISTS, *_TABLES), where)
    _check_types(raw, where)
    text = {key: str(value) for key, value in (head | raw).items() if key in _TEXTS}
    stated: dict[str, str] = {key: str(raw[key]) for key in _FORMULAS if key in raw}
    kind = _kind(raw, where)
    left, right = _STATED[kind]
    _check_texts(raw, text, where)
    return Entry(
        id=text["id"],
        title=text["title"],
        chapter=str(head.get("title", "")),
        kind=kind,
        left=stated[left],
        right=stated[right],
        wrt=_texts(raw, "wrt"),
        declarations=_mentioned(_table(head, "declare") | _table(raw, "declare"), stated.values()),
        source=text["source"],
        section=text.get("section", ""),
        equations=tuple(int(n) for n in _texts(raw, "equations") if n.isdecimal()),
        conditions=text.get("conditions", ""),
        convention=text.get("convention", "project"),
        stacked=text.get("layout") == "vec",
        at=_table(raw, "at"),
        printed=text.get("printed", ""),
        remark=text.get("remark", ""),
        tags=tuple(dict.fromkeys((*_texts(head, "tags"), *_texts(raw, "tags")))),
        related=_texts(raw, "related"),
    )


def _check_texts(raw: Mapping[str, object], text: Mapping[str, str], where: str) -> None:
    for key in ("id", "title", "source"):
        if not (raw.get(key) or (key == "source" and text.get(key))):
            raise FrechetError(
                f"{where}: {key} is missing", hint="Every entry has an id, a title and a source."
            )
    for key, choices in (("convention", _CONVENTIONS), ("layout", _LAYOUTS)):
        if text.get(key, choices[0]) not in choices:
            raise FrechetError(
                f"{where}: unknown {key} {quoted(text[key])}", hint=f"Choose {' or '.join(choices)}."
            )


def _check_types(raw: Mapping[str, object], where: str) -> None:
    for key, value in raw.items():
        wanted = str if key in _TEXTS else list if key in _LISTS else dict
        if not isinstance(value, wanted):
            raise FrechetError(f"{where}: {key} is not a {wanted.__name__}", hint="See the other entries.")


def _kind(raw: Mapping[str, object], where: str) -> Kind:
    given = {key for pair in _STATED.values() for key in pair if raw.get(key)}
    for kind, pair in _STATED.items():
        if given == set(pair) and bool(raw.get("wrt")) == (kind is not Kind.IDENTITY):
            return kind
    raise FrechetError(
        f"{where}: the statement is incomplete or ambiguous",
        hint="Give expr, wrt and expected; or expr, wrt and differential; or left and right.",
    )


def _texts(data: Mapping[str, object], key: str) -> tuple[str, ...]:
    values = data.get(key)
    return tuple(map(str, values)) if isinstance(values, list) else ()


def _table(data: Mapping[str, object], key: str) -> dict[str, str]:
    table = data.get(key)
    return {k: str(v) for k, v in table.items()} if isinstance(table, dict) else {}


def _mentioned(declarations: Mapping[str, str], formulas: Iterable[str]) -> dict[str, str]:
    names = {name for text in formulas for name in _NAME.findall(text)}
    return {name: kind for name, kind in declarations.items() if name in names}


def _check_links(found: list[Entry]) -> None:
    ids = [e.id for e in found]
    for entry in found:
        if ids.count(entry.id) > 1:
            raise FrechetError(f"two entries have the id {quoted(entry.id)}", hint="Rename one.")
        for other in entry.related:
            if other not in ids:
                raise FrechetError(
                    f"{entry.id} is related to {quoted(other)}, which is no entry", hint="Mend the id."
                )
