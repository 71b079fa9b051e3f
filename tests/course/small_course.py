"""A course of one lecture that is right in every way, written where a test can spoil it."""

from __future__ import annotations

from pathlib import Path

LECTURE = """---
id: first
title: First
duration: 3:20
preview: true
kind: tool
objectives: [see it]
skills: [matvec]
symbols: {A: "matrix(m, n)", x: "vector(n)", b: "vector(m)", S: "symmetric(n)"}
---

# A heading

The residual {f}`A*x - b` has the square {f}`norm2(A*x - b)^2 = (A*x - b)'*(A*x - b)`, and
{d}`norm2(A*x - b)^2 by x = 2*A'*(A*x - b)` is its gradient; $\\sum_i r_i^2$ is the same.

:::{theorem} Gradient
:formula: norm2(A*x - b)^2
:by: x
:gradient: 2*A'*(A*x - b)
:source: a book
For all sizes.
:::

:::{derivation} By differentials
over: x
lines:
  - line: r = A*x - b
    because: the residual has a name
  - line: f = r'*r
    because: what is differentiated
  - text: Let {f}`x` vary.
  - line: df = 2*r'*d(A*x - b)
    because: both factors are the same
    open: |
      The product rule gives two equal terms.
  - line: = 2*r'*A*dx
    because: A and b are constant
  - line: grad = 2*A'*r
    because: transpose what stands before dx
:::

:::{figure} bowl
Drag the point.
:::

:::{mistake} The transpose
:formula: norm2(A*x - b)^2
:by: x
:wrong: 2*A*(A*x - b)
:name: transpose-dropped
The sizes say no.
:::

:::{mistake} Symmetric by habit
:declare: {B: "matrix(n, n)"}
:formula: x'*B*x
:by: x
:wrong: 2*B*x
:name: sym-assumed
Not for every matrix.
:::

:::{example} By hand
:declare: {A: "matrix(2, 2)", x: "vector(2)"}
:at: A = [2, 1; 0, 3], x = [1; 2]
:formula: x'*A*x
:by: x
:value: 16
:gradient: [6; 13]
:hessian: [4, 1; 1, 6]
Multiply out.
:::

::::{intuition} Inside
Two blocks, one in the other.

:::{exercise} e1
:::
::::

:::{cookbook} In the Cookbook
:search: norm2(A*x - b)^2
:by: x
Equation (84) has it.
:::

See [the same](lecture:first) and [equation 81](cookbook:mc-81).

:::{summary}
One line.
:::
"""

FIGURE = """kind = "plane"
title = "A bowl"
description = "Level lines."
formula = "x'*S*x/2 - b'*x"
over = "x"
show = ["gradient", "newton"]
window = [-3, 3, -3, 3]

[declare]
S = "symmetric(2)"
x = "vector(2)"
b = "vector(2)"

[values]
S = [[2, 1], [1, 3]]
x = [1, 1]
b = [1, 0.5]

[[slider]]
name = "S[0][0]"
label = "corner"
min = 1
max = 4
step = 0.1

[[reading]]
label = "length of the gradient"
formula = "norm2(gradient)"
"""

SKILLS = """[[skill]]
id = "matvec"
title = "Products"
level = 0
can = "multiply"
requires = []
"""

MISTAKES = """[[mistake]]
id = "transpose-dropped"
title = "Transpose"
say = "A transpose is missing."

[[mistake]]
id = "sym-assumed"
title = "Symmetry"
say = "Not symmetric."
"""

GLOSSARY = """[[entry]]
symbol = "A'"
name = "transpose"
meaning = "Rows become columns."
lecture = "first"
"""

EXERCISE = """kind = "derive"
skills = ["matvec"]
prompt = "Give the gradient of {f}`x'*A*x`."
formula = "x'*A*x"
by = "x"

[declare]
A = "matrix(n, n)"
x = "vector(n)"

[[mistake]]
answer = "2*A*x"
name = "sym-assumed"
say = "Not for every matrix."
"""

FILES = {
    "course.toml": 'id = "c"\ntitle = "C"\nlanguage = "en"\n',
    "skills.toml": SKILLS,
    "mistakes.toml": MISTAKES,
    "glossary.toml": GLOSSARY,
    "01-one/section.toml": 'title = "One"\nsummary = "All of it."\n',
    "01-one/01-first/lecture.md": LECTURE,
    "01-one/01-first/figures/bowl.toml": FIGURE,
    "01-one/01-first/exercises/e1.toml": EXERCISE,
}


def write_course(folder: Path, **changed: str) -> Path:
    """Write the course; `lecture`, `figure` and `skills` may be given otherwise."""
    names = {"lecture": "01-one/01-first/lecture.md", "figure": "01-one/01-first/figures/bowl.toml"}
    files = FILES | {names.get(key, f"{key}.toml"): text for key, text in changed.items()}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
