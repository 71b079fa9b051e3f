"""The state of the workbench: all of it stands in the address, so that a link shows what one sees.

    /?f=norm2(A*x - b)^2&wrt=x&order=2&declare=A: matrix(m, n)&view=graph

A field `d_A` declares the one name A and wins over `declare`; a field `v_A` is a value for A in the
playground (`values_of` tells of which formula, so that a changed one starts afresh). What is wrong in
an address is taken for its default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, final
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict

from frechet_site.workbench.choices import (
    BACKENDS,
    LAYOUTS,
    METHODS,
    ORDERS,
    STRUCTURED,
    VIEWS,
    Choices,
)

EXAMPLE: Final = "norm2(A*x - b)^2"
LONGEST: Final = 1500
MOST_VALUES: Final = 32
NAME: Final = re.compile(r"[^\W\d]\w{0,31}")
DEFAULTS: Final[dict[str, Any]] = {
    "f": EXAMPLE, "wrt": "", "order": "1", "declare": "", "view": "steps", "method": "differential",
    "layout": "numerator", "structured": "project", "backend": "numpy", "seed": 0,
}  # fmt: skip


def _choice(choices: Choices, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices, required=False, **options)


@final
class StateForm(forms.Form):
    """The fields of the address; those that are not hidden are shown beside the formula."""

    f = forms.CharField(max_length=LONGEST, required=False, empty_value=EXAMPLE)
    wrt = forms.CharField(max_length=200, required=False)
    order = _choice(ORDERS)
    declare = forms.CharField(max_length=2000, required=False)
    view = _choice(VIEWS)
    method = _choice(METHODS)
    layout = _choice(LAYOUTS, label="Layout of Jacobians")
    structured = _choice(STRUCTURED, label="Derivative by a symmetric, diagonal, … variable")
    backend = _choice(BACKENDS)
    seed = forms.IntegerField(min_value=0, max_value=10**6, required=False)


def state_of(query: QueryDict) -> dict[str, Any]:
    """Return the state that an address tells, complete."""
    form = StateForm(query)
    form.is_valid()
    told = {name: value for name, value in form.cleaned_data.items() if value not in ("", None)}
    state = {**DEFAULTS, **told}
    state["declare"] = merged(state["declare"], _fields(query, "d_"))
    meant = query.get("values_of", state["f"]) == state["f"]
    state["values"] = _fields(query, "v_") if meant else {}
    if len(query.get("f", "")) > LONGEST:
        message = f"A formula here has at most {LONGEST:,} characters."
        state["refusal"] = {"message": message, "hint": "Give its parts names, or use the library."}
    return state


def _fields(query: QueryDict, prefix: str) -> dict[str, str]:
    names = [key.removeprefix(prefix) for key in query if key.startswith(prefix)]
    return {name: str(query[prefix + name]) for name in names[:MOST_VALUES] if NAME.fullmatch(name)}


def merged(declare: str, chips: Mapping[str, str]) -> str:
    """Return the declarations with those of the chips; an empty chip takes a declaration back.

    >>> merged("A: matrix(m, n); x: vector(n)", {"A": "psd(n)", "x": ""})
    'A: psd(n)'
    """
    parts = [part.partition(":") for part in re.split(r"[;\n]", declare) if part.strip()]
    known = {name.strip(): kind.strip() for name, _, kind in parts}
    known |= {name: kind.strip() for name, kind in chips.items()}
    return "; ".join(
        f"{name}: {kind}" if kind else name for name, kind in known.items() if kind or name not in chips
    )


def query_of(state: Mapping[str, Any], **changes: Any) -> str:
    """Return the shortest query that tells the state."""
    wanted = {**state, **changes}
    told = [(name, wanted[name]) for name, usual in DEFAULTS.items() if str(wanted[name]) != str(usual)]
    told += [(f"v_{name}", value) for name, value in wanted.get("values", {}).items()]
    return urlencode(told)
