"""How time and distinct nodes grow with the order and with the size of the formula.

The written tree of such derivatives reaches millions of symbols; the shared graph must not.
Times are CPU seconds of parsing and differentiating, the first time the formula is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

import frechet as fr
from benchmarks.measure import OverTimeError, limit, table, timed
from frechet.tensors.nodes import count_nodes

SECONDS: Final = 40.0


class Case(NamedTuple):
    """A formula, its variables in order, and what SymPy 1.14 or tensorgrad 0.3 took."""

    title: str
    formula: str
    names: tuple[str, ...]
    declarations: Mapping[str, str] = MappingProxyType({})
    peers: str = ""


def product_of_quadratics(count: int) -> str:
    return "*".join(f"(a^2 + {i}*a + 1)" for i in range(1, count + 1))


def continued_fraction(depth: int) -> str:
    text = "a"
    for level in range(depth, 0, -1):
        text = f"a + {level}/({text})"
    return text


def nested_squares(levels: int) -> str:
    text = "(a + 1)^2"
    for _ in range(levels - 1):
        text = f"({text} + 1)^2"
    return text


def scalar_network() -> str:
    """Two layers of two units each on one input, every weight a name of its own."""
    units = [f"tanh(a{i}*x + b{i})" for i in (1, 2)]
    layer = [f"tanh({' + '.join(f'c{i}{j}*{unit}' for j, unit in enumerate(units, 1))})" for i in (1, 2)]
    return f"(d1*{layer[0]} + d2*{layer[1]} - y)^2"


def network(layers: int) -> str:
    inner = "x"
    for layer in range(1, layers + 1):
        inner = f"tanh(W{layer}*{inner})"
    return f"norm2({inner} - y)^2"


def network_sizes(layers: int) -> dict[str, str]:
    weights = {f"W{i}": f"matrix(n{i}, n{i - 1})" for i in range(1, layers + 1)}
    return {**weights, "x": "vector(n0)", "y": f"vector(n{layers})"}


def network_case(layers: int, names: tuple[str, ...], peers: str = "") -> Case:
    kind = "Hessian" if len(names) == 2 else "gradient"
    return Case(f"network of {layers} layers, {kind}", network(layers), names, network_sizes(layers), peers)


SCALAR_NAMES: Final = dict.fromkeys(
    ["a1", "a2", "b1", "b2", "c11", "c12", "c21", "c22", "d1", "d2", "x", "y"], "scalar"
)
C, X = {"C": "matrix(n, n)"}, {"x": "vector(n)"}
BLOW_UP: Final = (
    *(
        Case("product of 10 quadratics", product_of_quadratics(10), ("a",) * order, peers=peers)
        for order, peers in ((1, ""), (2, ""), (3, "SymPy 1.4 s"), (4, ""), (5, "SymPy 14.8 s"))
    ),
    Case("continued fraction, depth 6", continued_fraction(6), ("a",) * 6, peers="SymPy 3.0 s"),
    *(
        Case(f"squares nested {n} deep", nested_squares(n), ("a",), peers=peers)
        for n, peers in (
            (6, ""),
            (8, "SymPy expand 6.5 s"),
            (10, "SymPy simplify over 40 s"),
            (12, "SymPy over 40 s"),
        )
    ),
    *(
        Case(
            f"13 terms to the power {k}",
            "(" + " + ".join(f"v{i}" for i in range(13)) + f")^{k}",
            ("v0",) * order,
            {f"v{i}": "scalar" for i in range(13)},
            peers,
        )
        for k, order, peers in ((6, 1, "SymPy expand 3.1 s"), (10, 1, "SymPy expand over 40 s"), (10, 3, ""))
    ),
    Case("scalar network, 2 layers", scalar_network(), ("x", "x"), SCALAR_NAMES, "SymPy simplify over 40 s"),
    Case("scalar network, 2 layers", scalar_network(), ("x",) * 3, SCALAR_NAMES),
    Case("scalar network, 2 layers", scalar_network(), ("a1", "c11"), SCALAR_NAMES),
)
MATRICES: Final = (
    Case("tr(C^8), Hessian", "tr(C^8)", ("C", "C"), C, "tensorgrad 5.0 s"),
    Case("tr(inv(C)^4), Hessian", "tr(inv(C)^4)", ("C", "C"), C, "tensorgrad 10.3 s"),
    Case(
        "product of 6 quadratic forms, Hessian",
        "*".join(f"(x'*A{i}*x + 1)" for i in range(1, 7)),
        ("x", "x"),
        {**X, **{f"A{i}": "matrix(n, n)" for i in range(1, 7)}},
        "tensorgrad 8.6 s",
    ),
    *(
        Case("logsumexp", "logsumexp(x)", ("x",) * order, X, peers)
        for order, peers in ((1, ""), (2, ""), (3, "tensorgrad 2.4 s"), (4, "tensorgrad over 40 s"))
    ),
    *(
        network_case(layers, ("W1",), peers)
        for layers, peers in (
            (1, ""),
            (2, ""),
            (3, "tensorgrad 0.3 s"),
            (4, "tensorgrad 0.85 s"),
            (6, ""),
            (10, ""),
        )
    ),
    *(
        network_case(layers, ("W1", "W1"), peers)
        for layers, peers in ((1, ""), (2, "tensorgrad 2.1 s"), (3, "tensorgrad over 40 s"))
    ),
)


def run() -> str:
    """Measure every case and return the report."""
    header = ["formula", "order", "CPU ms", "distinct nodes", "peers, measured in November 2026"]
    scalars, matrices = (table(header, [row(case) for case in cases]) for cases in (BLOW_UP, MATRICES))
    return f"Scalar formulas\n\n{scalars}\n\nMatrix formulas\n\n{matrices}"


def row(case: Case) -> list[object]:
    """Measure one case."""
    try:
        with limit(SECONDS):
            derivative, seconds = timed(
                lambda: fr.derivative(fr.parse(case.formula, dict(case.declarations)), *case.names)
            )
    except (fr.FrechetError, OverTimeError) as error:
        return [case.title, len(case.names), type(error).__name__, "", case.peers]
    return [case.title, len(case.names), f"{1e3 * seconds:.1f}", count_nodes(derivative.tensor), case.peers]


if __name__ == "__main__":
    print(run())
