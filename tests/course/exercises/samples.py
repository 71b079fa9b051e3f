"""Small exercises for tests, as their files say them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from frechet.course.content import content_folder
from frechet.course.exercises.exercise import Exercise
from frechet.course.exercises.reading import exercise_of
from frechet.course.exercises.variants import Variant
from frechet.course.practice import Library, library
from frechet.course.problems import Place
from frechet.language.names import NAME

PLACE: Final = Place("e1.toml")

QUADRATIC: Final = """
kind = "derive"
skills = ["quad-form"]
prompt = "Differentiate {f}`x'*A*x` by {f}`x`."
formula = "x'*A*x"
by = "x"
also = ["A*x + A'*x"]

[declare]
A = "matrix(n, n)"
x = "vector(n)"

[[mistake]]
answer = "2*A*x"
name = "sym-assumed"
say = "Only if {f}`A' = A`."

[[mistake]]
answer = "x'*(A + A')"
name = "row-layout"
say = "As a column, please."
"""

LEAST_SQUARES: Final = """
kind = "derive"
skills = ["ls-gradient"]
prompt = "Differentiate {f}`sumsq(X*w - y)` by {f}`w`."
formula = "sumsq(X*w - y)"
by = "w"

[declare]
X = "matrix(m, n)"
w = "vector(n)"
y = "vector(m)"

[[mistake]]
answer = "2*X*(X*w - y)"
name = "transpose-dropped"
say = "The sizes decide: {f}`X'`."
"""

FILL_IN: Final = """
kind = "fill-in"
skills = ["ls-gradient"]
prompt = "Fill in."
formula = "sumsq(X*w - y)"
by = "w"

[declare]
X = "matrix(m, n)"
w = "vector(n)"
y = "vector(m)"

[where]
r = "X*w - y"

[[line]]
line = "df = 2*r'*dr"

[[line]]
line = "= 2*r'*X*dw"
because = "the residual changes by {f}`X*dw`"
blank = true

[[line.mistake]]
answer = "2*r'*X'*dw"
name = "transpose-dropped"
say = "{f}`r'*X` exists."

[[line]]
line = "grad = 2*X'*r"
blank = true
"""

NUMBERS: Final = """
kind = "numeric"
skills = ["quad-form"]
prompt = "Give the gradient of {f}`x'*A*x`."
formula = "x'*A*x"
by = "x"

[declare]
A = "matrix(2, 2)"
x = "vector(2)"

[values]
A = "[1, 4; 0, 2]"
x = "[1; -1]"

[vary.numbers]
A = "-3..4"
x = "-3..3 nonzero"

[[mistake]]
answer = "2*A*x"
name = "sym-assumed"
say = "{f}`A` is not symmetric."
"""

TWO_NUMBERS: Final = """
kind = "numeric"
skills = ["newton-step"]
prompt = "One Newton step."
formula = "u^2 + u*v + 2*v^2 - 3*u - 5*v"
by = ["u", "v"]
ask = "newton point"

[declare]
u = "scalar"
v = "scalar"

[values]
u = "7"
v = "-2"
"""

CHOICE: Final = """
kind = "choice"
skills = ["quad-form"]
prompt = "Which is the gradient of {f}`x'*A*y` by {f}`y`?"
formula = "x'*A*y"
by = "y"

[declare]
A = "matrix(m, n)"
x = "vector(m)"
y = "vector(n)"

[[mistake]]
answer = "A*y"
name = "wrong-variable"
say = "That is by {f}`x`."
"""

WRONG_LINE: Final = """
kind = "wrong-line"
skills = ["quad-form"]
prompt = "Which line is the first wrong one?"
formula = "x'*A*x"
by = "x"
made = "sym-assumed"
explain = "The two terms differ."

[declare]
A = "matrix(n, n)"
x = "vector(n)"

[[line]]
line = "df = dx'*A*x + x'*A*dx"

[[line]]
line = "= 2*x'*A*dx"

[[line]]
line = "grad = 2*A'*x"
"""

ORDER: Final = """
kind = "order"
skills = ["quad-form"]
prompt = "Put in order."
formula = "x'*A*x"
by = "x"

[declare]
A = "matrix(n, n)"
x = "vector(n)"
"""

SHAPE: Final = """
kind = "shape"
skills = ["shape-of-derivative"]
prompt = "Which shape?"
formula = "A*x"
by = "x"
ask = "jacobian"

[declare]
A = "matrix(m, n)"
x = "vector(n)"

[[mistake]]
answer = "m x 1"
name = "value-for-derivative"
say = "That is the value."
"""

EXIST: Final = """
kind = "shape"
skills = ["matvec"]
prompt = "Which exist?"

[declare]
A = "matrix(m, n)"
x = "vector(n)"

[[candidate]]
formula = "A*x"
say = "m entries."

[[candidate]]
formula = "A'*x"
say = "n meets m."
"""

CODE: Final = """
kind = "code"
skills = ["code-gradient"]
prompt = "Double it."
function = "twice(x)"
starter = "def twice(x):\\n    return x\\n"
solution = "def twice(x):\\n    return 2 * x\\n"
tests = "assert twice(3) == 6, 'Twice three is six.'\\n"
"""


def exercise(text: str, name: str = "lecture/e1") -> Exercise:
    return exercise_of(tomllib.loads(text), name, PLACE)


def course_library() -> Library:
    return library(content_folder())


def rows(name: str) -> list[str]:
    """Return the lines of a data file beside the tests."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines()


def in_todays_letters(row: Mapping[str, str], answer: str, made: Variant) -> str:
    """Return an answer of a row in the letters that its exercise has now, which follow the old ones."""
    latex = "\\" in answer
    pairs = zip(row["names"].split(), made.exercise.declare, strict=False)
    today = {old: f"\\{new}" if latex and len(new) > 1 else new for old, new in pairs if old != new}
    return re.sub(NAME, lambda word: _renamed(word.group(), today), answer)


def _renamed(word: str, today: dict[str, str]) -> str:
    if word[:1] == "d" and word[1:] in today:
        return f"d{today[word[1:]]}"
    return today.get(word, word)
