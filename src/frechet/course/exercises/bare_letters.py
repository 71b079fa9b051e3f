"""Letters that a text names outside `` {f}`…` ``: variants have other letters, which it would not follow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from frechet.course.exercises.exercise import Exercise
from frechet.course.exercises.letters import may_vary

_SPAN: Final = re.compile(r"`[^`]*`")
_WORD: Final = re.compile(r"(?<![\w\\'’-])[A-Za-z]\w*")
_ARTICLES: Final = ("a", "A")
_NO_NOUN: Final = re.compile(r"\s*(?:$|[.,;:)=$]|(?:is|varies|stands|has)\b)")


def bare_letters(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Yield each letter that may vary and stands bare in a text, with the text."""
    if not exercise.letters:
        return
    names = {name for name in exercise.declare if may_vary(exercise, name)}
    names |= {f"d{name}" for name in names}
    for text in _texts(exercise):
        plain = _SPAN.sub("``", text)
        for match in _WORD.finditer(plain):
            word = match.group()
            if word in names and (word not in _ARTICLES or _NO_NOUN.match(plain, match.end())):
                yield word, text


def _texts(exercise: Exercise) -> Iterator[str]:
    yield from (exercise.prompt, exercise.explain, *exercise.hints)
    yield from (mistake.say for mistake in exercise.mistakes)
    yield from (text for option in exercise.options for text in (option.text, option.say))
    yield from (candidate.say for candidate in exercise.candidates)
    for line in exercise.lines:
        yield from (line.words, line.because, *(mistake.say for mistake in line.mistakes))
