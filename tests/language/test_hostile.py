from __future__ import annotations

import time
from typing import Any

import pytest
from tests.language.hostile import cases, declarations_of, text_of

from frechet.errors import FrechetError, LimitError
from frechet.language import read
from frechet.limits import MAX_CHARACTERS
from frechet.tensors.lower import lower


def _outcome(case: dict[str, Any], text: str) -> tuple[str, FrechetError | None]:
    try:
        str(read(text, declarations_of(case)))
    except LimitError as error:
        return "limit-error", error
    except FrechetError as error:
        return "clear-error", error
    return "value", None


@pytest.mark.parametrize("case", cases("parse", "declare"), ids=lambda case: case["id"])
def test_a_hostile_input_gets_a_value_or_a_clear_refusal(case: dict[str, Any]) -> None:
    text = text_of(case["input"])
    started = time.process_time()
    outcome, error = _outcome(case, text)
    assert time.process_time() - started < 0.5
    accepted = {case["expect"], *case.get("accept", ())}
    if "clear-error" in accepted:
        accepted.add("limit-error")
    assert outcome in accepted, (case["why"], error)
    if error is not None:
        assert error.message
        assert error.hint
        assert len(str(error)) < 600
        assert all(character.isprintable() or character == "\n" for character in str(error))


@pytest.mark.parametrize(
    "case", [c for c in cases("parse") if c["expect"] == "clear-error"], ids=lambda case: case["id"]
)
def test_a_refusal_of_text_shows_the_place(case: dict[str, Any]) -> None:
    text = text_of(case["input"])
    _, error = _outcome(case, text)
    if error is not None and len(text) <= MAX_CHARACTERS and case.get("decl") in (None, "std"):
        assert error.position is not None or "symbols, more than" in error.message
        if error.position is not None:
            start, end = error.position
            assert 0 <= start <= end <= len(text)


@pytest.mark.parametrize(
    ("case", "key"),
    [(c, key) for c in cases("parse") for key in ("same_as", "not_same_as") if isinstance(c.get(key), str)],
    ids=lambda value: value["id"] if isinstance(value, dict) else value,
)
def test_a_doubtful_input_is_read_one_way(case: dict[str, Any], key: str) -> None:
    text = text_of(case["input"])
    if _outcome(case, text)[0] != "value":
        pytest.skip("refused, which the row accepts")
    left = read(text, declarations_of(case)).expression
    right = read(case[key], declarations_of(case)).expression
    assert (lower(left) is lower(right)) == (key == "same_as")


@pytest.mark.parametrize("declarations", [[["x", "vector(n)"]], "x: vector(n)", {1: "scalar"}, {"x": 3}, 7])
def test_declarations_of_the_wrong_type_are_refused(declarations: object) -> None:
    with pytest.raises(FrechetError):
        read("x", declarations)


@pytest.mark.parametrize("text", [None, 3, b"x", ["x"]])
def test_an_input_that_is_no_text_is_refused(text: Any) -> None:
    with pytest.raises(FrechetError, match="a formula is a text"):
        read(text)
