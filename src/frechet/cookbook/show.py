"""What there is to say about an entry, as text: statement, proof, derivation, code, relatives."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import fill, indent
from typing import Final

from frechet.backends.source import source
from frechet.cookbook.check import Proof, prove
from frechet.cookbook.entry import Entry, Kind, entries, find
from frechet.derivations.derivation import derive
from frechet.differentiation.derivative import Derivative, derivative
from frechet.errors import FrechetError
from frechet.formula import Formula

RELATED: Final = 5
_WIDTH: Final = 96


def show(name: str) -> str:
    """Return the page of an entry, or of every entry with this equation number.

    Raises:
        FrechetError: there is none.
    """
    return "\n\n".join(page(entry) for entry in find(name))


def page(entry: Entry) -> str:
    """Return everything about one entry."""
    head = [f"{entry.id}: {entry.title}", f"  {entry.citation}", "", f"  {entry.statement}", ""]
    return "\n".join([*head, *_facts(entry, prove(entry)), *_derivation(entry), *_code(entry)])


def _facts(entry: Entry, proof: Proof) -> Iterator[str]:
    yield f"  where     {', '.join(f'{name}: {kind}' for name, kind in entry.declarations.items())}"
    if entry.conditions:
        yield f"  if        {entry.conditions}"
    if entry.kind is Kind.DERIVATIVE and entry.convention != "project":
        yield f'  meaning   structured="{entry.convention}"'
    yield f"  proof     {proof.method}; largest relative error {proof.error:.0e}"
    if entry.printed:
        yield f"  printed   {entry.printed}"
    if proof.erratum is not None:
        yield f"            {proof.erratum.message}"
        yield from (f"            {n} = {value}" for n, value in (proof.erratum.counterexample or {}).items())
    if entry.remark:
        yield fill(entry.remark, _WIDTH, initial_indent="  remark    ", subsequent_indent=" " * 12)
    yield f"  tags      {', '.join(entry.tags)}"
    yield f"  related   {', '.join(e.id for e in related(entry))}"


def _derivation(entry: Entry) -> list[str]:
    """Return the steps of the differential method, where it has a form to end in."""
    if entry.kind is Kind.IDENTITY or len(entry.wrt) > 2:
        return []
    names = entry.wrt[:1] if entry.kind is Kind.DIFFERENTIAL else entry.wrt
    try:
        steps = derive(entry.function, *names, structured=entry.convention).text()
    except FrechetError as reason:
        steps = f"no derivation: {reason.message}"
    return ["", "  derivation", indent(steps, "    ")]


def _code(entry: Entry) -> list[str]:
    """Return the NumPy program of the function and its derivative."""
    try:
        outputs: list[Formula | Derivative] = [entry.function]
        if entry.wrt:
            outputs.append(derivative(entry.function, *entry.wrt, structured=entry.convention))
        program = source(outputs, "numpy")
    except FrechetError as reason:
        program = f"no program: {reason.message}"
    return ["", "  code", indent(program.rstrip(), "    ")]


def related(entry: Entry) -> list[Entry]:
    """Return the entries that this one names, then those that share most with it."""
    named = [e for e in entries() if e.id in entry.related or entry.id in e.related]
    others = [e for e in entries() if e is not entry and e not in named and _kinship(entry, e) > 0]
    others.sort(key=lambda e: -_kinship(entry, e))
    return [*named, *others][: max(RELATED, len(named))]


def _kinship(entry: Entry, other: Entry) -> float:
    """Count what two entries share: equations most, then tags, then the chapter."""
    equations = len(set(entry.equations) & set(other.equations))
    tags = set(entry.tags) & set(other.tags)
    return 3 * equations + len(tags) / len(set(entry.tags) | set(other.tags)) if tags else 3 * equations
