"""Between the engine's answer and the templates: chips, choices and links."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

from frechet_site.workbench.choices import SQUARE_KINDS, VECTOR_KINDS, Choices
from frechet_site.workbench.state import query_of


def chips(answer: Mapping[str, Any], state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each symbol with its kind, whether it was declared, and what it may be declared as."""
    declared = dict(part.split(": ", 1) for part in state["declare"].split("; ") if ": " in part)
    return [
        {**symbol, "declared": declared.get(symbol["name"], ""), "kinds": kinds(symbol["kind"])}
        for symbol in answer.get("symbols", ())
    ]


def kinds(kind: str) -> list[str]:
    """Return the kinds that a symbol may be declared as, with the sizes that it has.

    >>> kinds("matrix(m, m)")[:2]
    ['symmetric(m)', 'psd(m)']
    >>> kinds("scalar")
    ['positive', 'integer', 'vector(n)', 'matrix(m, n)']
    """
    name, _, inside = kind.partition("(")
    sizes = [size.strip() for size in inside.rstrip(")").split(",") if size.strip()]
    if name in ("scalar", "positive", "integer"):
        found = ["scalar", "positive", "integer", *VECTOR_KINDS[1:]]
    elif name == "vector":
        found = [*VECTOR_KINDS]
    else:
        size = sizes[-1] if sizes else "n"
        found = [
            *(k.replace("(n)", f"({size})") for k in SQUARE_KINDS),
            f"matrix({size}, {size})",
            *VECTOR_KINDS,
        ]
    return [k for k in dict.fromkeys(found) if k != kind]


def variables(answer: Mapping[str, Any], state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what one may differentiate by: each name, and for the second order each pair."""
    names = [symbol["name"] for symbol in answer.get("symbols", ())]
    chosen = list(dict.fromkeys(answer.get("names", [state["wrt"]])))
    groups: list[tuple[str, ...]] = [(name,) for name in names]
    if state["order"] == "2":
        groups += combinations(names, 2)
    return [{"value": ", ".join(group), "chosen": list(group) == chosen} for group in groups]


def links(state: Mapping[str, Any], field: str, choices: Choices) -> list[dict[str, Any]]:
    """Return a link for each choice of a field, the rest of the state unchanged."""
    return [
        {
            "value": value,
            "words": words,
            "chosen": state[field] == value,
            "query": query_of(state, **{field: value}),
        }
        for value, words in choices
    ]


def mend_links(answer: Mapping[str, Any], state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the mends of a refused formula, each with the state after it."""
    offered = answer.get("refusal", {}).get("mends", ())
    return [{**mend, "query": query_of(state, f=mend["text"], declare=mend["declare"])} for mend in offered]
