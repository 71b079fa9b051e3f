"""Entries of the Cookbook as data: cards for lists, pages with proof, derivation and program."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

import frechet as fr
from frechet.cookbook.check import Proof, prove
from frechet.cookbook.entry import Entry, Kind, entries
from frechet.cookbook.show import related
from frechet.errors import FrechetError
from frechet.notation.latex import latex
from frechet.rewriting.steps import formula_latex
from frechet_site.lib.derivation_lines import lines_of

NO_WORD: Final = re.compile(r"[^a-z0-9]+")
MOST_OF_DERIVATION: Final = 2
KINDS: Final = {Kind.DERIVATIVE: "derivative", Kind.DIFFERENTIAL: "differential", Kind.IDENTITY: "identity"}


def slug(title: str) -> str:
    """Return a chapter's place in an address.

    >>> slug("Kronecker products, vec, norms")
    'kronecker-products-vec-norms'
    """
    return NO_WORD.sub("-", title.lower()).strip("-")


@cache
def by_id() -> dict[str, Entry]:
    """Return the entries by name."""
    return {entry.id: entry for entry in entries()}


def card(entry: Entry) -> dict[str, object]:
    """Return what a list shows of an entry."""
    return _card(entry.id)


@cache
def _card(name: str) -> dict[str, object]:
    entry = by_id()[name]
    left, right = formula_latex(entry.function.expression), formula_latex(entry.stated)
    return {
        "id": entry.id,
        "title": entry.title,
        "chapter": entry.chapter,
        "latex": stated(entry, left, right),
        "text": entry.statement,
        "citation": entry.citation,
        "erratum": bool(entry.printed),
        "conditions": entry.conditions,
    }


def stated(entry: Entry, left: str, right: str) -> str:
    """Return the statement in LaTeX."""
    names = [latex(entry.function.declarations[name]) for name in entry.wrt]
    below = r"\,".join(rf"\partial {name}" for name in names)
    match entry.kind:
        case Kind.IDENTITY:
            return f"{left} = {right}"
        case Kind.DIFFERENTIAL:
            return rf"\mathrm{{d}}\left({left}\right) = {right}"
        case Kind.DERIVATIVE if entry.stacked:
            change = rf"\operatorname{{vec}}\left(\mathrm{{d}}{names[0]}\right)"
            return rf"\mathrm{{d}}\operatorname{{vec}}\left({left}\right) = \left({right}\right) {change}"
    power = f"^{{{len(names)}}}" if len(names) > 1 else ""
    point = ", ".join(f"{name} = {value}" for name, value in entry.at.items())
    where = rf"\quad\text{{at }} {point}" if point else ""
    return rf"\frac{{\partial{power}}}{{{below}}}\; {left} = {right}{where}"


@cache
def chapters() -> tuple[dict[str, object], ...]:
    """Return the chapters with the number of their entries and a first one to show."""
    titles = dict.fromkeys(entry.chapter for entry in entries())
    return tuple(
        {"title": title, "slug": slug(title), "count": len(within(title)), "sample": _shortest(title)}
        for title in titles
    )


def _shortest(title: str) -> dict[str, object]:
    return card(min(within(title), key=lambda entry: len(entry.statement)))


@cache
def within(title: str) -> tuple[Entry, ...]:
    """Return the entries of a chapter."""
    return tuple(entry for entry in entries() if entry.chapter == title)


@cache
def page(name: str) -> dict[str, object]:
    """Return everything about an entry."""
    entry = by_id()[name]
    order = within(entry.chapter)
    place = order.index(entry)
    kinds = [{"name": name, "kind": kind} for name, kind in entry.declarations.items()]
    return {
        **card(entry),
        "kind": KINDS[entry.kind],
        "slug": slug(entry.chapter),
        "kinds": kinds,
        "convention": entry.convention if entry.kind is Kind.DERIVATIVE else "project",
        "remark": entry.remark,
        "tags": list(entry.tags),
        "proof": proved(entry, prove(entry)),
        "derivation": derivation(entry),
        "code": program(entry),
        "related": [card(other) for other in related(entry)],
        "before": card(order[place - 1]) if place else None,
        "after": card(order[place + 1]) if place + 1 < len(order) else None,
        "workbench": {
            "f": entry.left,
            "wrt": ", ".join(entry.wrt),
            "declare": "; ".join(f"{name}: {kind}" for name, kind in entry.declarations.items()),
            "structured": entry.convention,
        },
    }


def proved(entry: Entry, proof: Proof) -> dict[str, object]:
    """Return how the entry was proved, and for an erratum what refutes the print."""
    found: dict[str, object] = {
        "ok": proof.ok,
        "method": proof.method,
        "error": f"{proof.error:.0e}" if proof.error else "none",
    }
    if proof.erratum is not None:
        found["printed"] = entry.printed
        found["printed_latex"] = formula_latex(entry.side(entry.printed))
        found["refuted"] = proof.erratum.message
        values = proof.erratum.counterexample or {}
        found["numbers"] = [f"{name} = {value}" for name, value in values.items()]
    return found


def derivation(entry: Entry) -> dict[str, object] | None:
    """Return the lines of the differential method, where there are such."""
    if entry.kind is Kind.IDENTITY or len(entry.wrt) > MOST_OF_DERIVATION:
        return None
    names = entry.wrt[:1] if entry.kind is Kind.DIFFERENTIAL else entry.wrt
    try:
        told = fr.derive(entry.function, *names, structured=entry.convention)
    except FrechetError:
        return None
    return lines_of(told)


def program(entry: Entry) -> str:
    """Return the NumPy program of the function and its derivative; empty if there is none."""
    try:
        outputs: list[fr.Formula | fr.Derivative] = [entry.function]
        if entry.wrt:
            outputs.append(fr.derivative(entry.function, *entry.wrt, structured=entry.convention))
        return fr.source(outputs, "numpy")
    except FrechetError:
        return ""
