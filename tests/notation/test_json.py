from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.strategies import expressions

from frechet.errors import FrechetError, LimitError
from frechet.expressions.nodes import Expr
from frechet.language import read
from frechet.notation.json import from_json, to_json
from frechet.tensors.lower import lower


def document(source: str = "2*A'*(A*x - u)") -> dict[str, Any]:
    data: dict[str, Any] = json.loads(json.dumps(to_json(read(source).expression)))
    return data


@given(expressions())
@settings(max_examples=200, deadline=None)
def test_what_is_written_reads_back(expression: Expr) -> None:
    again = from_json(json.loads(json.dumps(to_json(expression))))
    assert again is expression or lower(again) is lower(expression)


def test_a_document_carries_text_and_latex() -> None:
    data = document()
    assert (data["text"], data["latex"]) == ("2*A'*(A*x - u)", r"2 A^{\top} \left(A x - u\right)")
    assert data["nodes"][0] == {
        "kind": "symbol", "name": "A", "structure": "general", "shape": ["m", "n"],
    }  # fmt: skip


def test_a_shared_formula_stays_small() -> None:
    parts = "; ".join(f"t{i} = t{i - 1}*(1 + t{i - 1})" for i in range(1, 391))
    expression = read(f"t390 where t0 = a; {parts}").expression
    data = to_json(expression)
    assert data["text"] is None
    assert len(json.dumps(data)) < 500_000
    assert from_json(data) is expression


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.update(format="other"), "the document is not of format"),
        (lambda d: d.update(version=2), "the document is not of format"),
        (lambda d: d.update(nodes=[]), '"nodes" must be a list with at least one node'),
        (lambda d: d.update(root=99), "the root must be the place of an earlier node"),
        (lambda d: d.update(root=True), "the root must be the place of an earlier node"),
        (lambda d: d["nodes"].__setitem__(0, 7), "node 0 must be an object"),
        (lambda d: d["nodes"][0].update(kind="exec"), "node 0: unknown kind 'exec'"),
        (lambda d: d["nodes"][0].update(name="__import__('os')"), "is not a name"),
        (lambda d: d["nodes"][0].update(structure="magic"), "node 0: unknown structure 'magic'"),
        (lambda d: d["nodes"][0].update(shape=[0, 1]), "a size is a positive whole number"),
        (lambda d: d["nodes"][0].update(shape=["n*m", 1]), "a size is a positive whole number"),
        (lambda d: d["nodes"][1].update(operands=[1]), "must be the place of an earlier node"),
        (lambda d: d["nodes"][1].update(operands=[0, 0]), "node 1: needs 1 operand"),
        (lambda d: d["nodes"][1].update(shape=["m", "n"]), "its shape is n × m, the document says otherwise"),
        (lambda d: d["nodes"][3].update(coefficient="1/0"), 'node 3: "coefficient" has the denominator 0'),
        (lambda d: d["nodes"][3].update(coefficient="1e9"), "must be a whole number or a fraction"),
        (lambda d: d["nodes"][2].update(name="A"), "node 2: 'A' is declared in two ways"),
    ],
)
def test_a_wrong_document_is_refused_with_the_node_at_fault(change: Any, message: str) -> None:
    data = document()
    change(data)
    with pytest.raises(FrechetError) as caught:
        from_json(data)
    assert message in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("data", [None, 1, "x", [], {}, {"format": "frechet-expression", "version": 1}])
def test_what_is_no_document_is_refused(data: object) -> None:
    with pytest.raises(FrechetError):
        from_json(data)


def test_numbers_and_node_counts_are_limited() -> None:
    data = document("a + 1")
    number = next(node for node in data["nodes"] if node["kind"] == "number")
    number["value"] = "9" * 5_000
    with pytest.raises(LimitError):
        from_json(data)
    data["nodes"] = data["nodes"] * 20_000
    with pytest.raises(LimitError, match="more than 20,000 nodes"):
        from_json(data)


_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 9)
    | st.text(max_size=4)
    | st.sampled_from(["n", "1", "pi", "tr", "all"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)


@given(
    st.integers(0, 7), st.sampled_from(["kind", "shape", "operands", "name", "coefficient", "chain"]), _values
)
@settings(max_examples=200, deadline=None)
def test_no_change_of_a_document_makes_anything_but_an_expression_or_a_refusal(
    place: int, key: str, value: object
) -> None:
    data = document()
    data["nodes"][place][key] = value
    assert isinstance(outcome(data), Expr | FrechetError)


def outcome(data: object) -> Expr | FrechetError:
    try:
        return from_json(data)
    except FrechetError as error:
        return error
