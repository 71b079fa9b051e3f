"""Other letters for the same question: each from a pool of its kind, none to be taken for another.

Letters are replaced in the texts of formulas, so that a variant reads exactly as its template does.
In a prompt that is inside `` `…` `` and `` {f}`…` ``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from frechet.course.exercises.dice import Dice
from frechet.course.exercises.exercise import Exercise, TextMap
from frechet.language.declarations import declare, size_names
from frechet.language.names import NAME

_POOLS: Final = {
    "matrix": "A B C G K M P Q R S T U V W X Y Z",
    "symmetric": "A B C G K M P Q R S W",
    "psd": "A B C G K M P Q R S W",
    "vector": "a b c g h p q r s u v w x y z",
    "scalar": "alpha beta gamma lambda tau c r s t",
    "positive": "alpha beta gamma lambda tau c r s t",
}
_ALIKE: Final = (
    {"u", "v", "nu", "mu"},
    {"w", "omega"},
    {"p", "rho"},
    {"a", "alpha"},
    {"b", "beta"},
    {"t", "tau"},
    {"x", "chi"},
    {"y", "gamma", "g"},
    {"q", "g"},
    {"k", "kappa"},
)
_WORD: Final = re.compile(NAME)
_SPAN: Final = re.compile(r"`([^`]+)`")


def renamed(exercise: Exercise, dice: Dice) -> Exercise:
    """Return the exercise in other letters."""
    return replaced(exercise, letters_for(exercise, dice))


def letters_for(exercise: Exercise, dice: Dice) -> dict[str, str]:
    """Choose a letter for every declared name that has a pool."""
    declared = exercise.declare
    fixed = {*exercise.where, *size_names(declare(declared)), "m", "n", "k"}
    fixed |= {name for name in declared if not may_vary(exercise, name)}
    folded = [name.casefold() for name in declared]
    chosen: dict[str, str] = {}
    for name, kind in declared.items():
        if name in fixed:
            continue
        taken = fixed | set(chosen.values())
        free = [letter for letter in _pool(kind) or () if not _clashes(letter, taken)]
        twins = folded.count(name.casefold()) > 1
        chosen[name] = name if twins or not free else dice.choice(free)
    return chosen if len({*chosen.values()}) == len(chosen) and not fixed & {*chosen.values()} else {}


def may_vary(exercise: Exercise, name: str) -> bool:
    """Tell whether a declared name is a letter of a kind that has others."""
    return _pool(exercise.declare[name]) is not None and _is_letter(name)


def _pool(kind: str) -> list[str] | None:
    pool = _POOLS.get(kind.partition("(")[0].strip())
    return None if pool is None else pool.split()


def _is_letter(name: str) -> bool:
    return len(name) == 1 or name in _POOLS["scalar"].split()


def _clashes(letter: str, taken: Iterable[str]) -> bool:
    """Tell whether a letter looks like one that is taken."""
    low = letter.casefold()
    alike = {low}.union(*(group for group in _ALIKE if low in group))
    return any(name.casefold() in alike for name in taken)


def replaced(exercise: Exercise, letters: Mapping[str, str]) -> Exercise:
    """Return an exercise with names replaced by other names or by numbers."""
    if not letters:
        return exercise
    formula = _in_formulas(letters)
    return exercise.mapped(formula, lambda name: letters.get(name, name), _in_markdown(formula))


def _in_formulas(letters: Mapping[str, str]) -> TextMap:
    def word(match: re.Match[str]) -> str:
        name = match.group()
        if name in letters:
            return letters[name]
        if name.startswith("d") and name[1:] in letters:
            return f"d{letters[name[1:]]}"
        return name

    return lambda text: _WORD.sub(word, text)


def in_words(text: str, names: Mapping[str, str]) -> str:
    """Return a text in which whole words are replaced."""
    return _WORD.sub(lambda match: names.get(match.group(), match.group()), text)


def _in_markdown(formula: TextMap) -> TextMap:
    return lambda text: _SPAN.sub(lambda match: f"`{formula(match.group(1))}`", text)


def reordered(exercise: Exercise, dice: Dice) -> Exercise:
    """Return the exercise with the terms of a sum in another order, a positive one first."""
    question = exercise.question
    if len(question.formulas) != 1 or exercise.lines or exercise.kind != "derive":
        return exercise
    (formula,) = question.formulas
    terms = _terms(formula)
    first = [place for place, term in enumerate(terms) if term[0] == "+"]
    if len(terms) < 2 or not first:
        return exercise
    start = dice.choice(first)
    rest = dice.shuffled([term for place, term in enumerate(terms) if place != start])
    other = " ".join([terms[start][1:].strip(), *(f"{term[0]} {term[1:].strip()}" for term in rest)])
    return exercise.mapped(
        lambda text: other if text == formula else text,
        lambda name: name,
        lambda text: text.replace(f"`{formula}`", f"`{other}`"),
    )


def _terms(formula: str) -> list[str]:
    """Return the terms of a sum, each with its sign in front.

    >>> _terms("x'*A*x/2 - b'*(x + y)")
    ["+x'*A*x/2", "- b'*(x + y)"]
    """
    terms, depth, start = list[str](), 0, 0
    for place, character in enumerate(formula):
        depth += (character in "([") - (character in ")]")
        before = formula[:place].rstrip()[-1:]
        if character in "+-" and depth == 0 and before and before not in "*/^(,+-":
            terms.append(formula[start:place].strip())
            start = place
    terms.append(formula[start:].strip())
    return [term if term[0] in "+-" else f"+{term}" for term in terms]
