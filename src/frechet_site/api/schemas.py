"""What the interface takes and gives: every text with its greatest length."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Field, Schema

Formula = Annotated[str, Field(max_length=10_000)]
Name = Annotated[str, Field(max_length=60)]
Declarations = Annotated[
    dict[Name, Name],
    Field(
        max_length=100,
        description="What a name stands for, such as matrix(m, n), symmetric(n), vector(n), scalar. "
        "What is left out is inferred.",
    ),
]
Layout = Literal["numerator", "denominator"]


class FormulaIn(Schema):
    """A formula."""

    text: Formula = Field(description="The formula, in the language of the workbench.")
    declarations: Declarations = Field(default_factory=dict)
    syntax: Literal["text", "latex", "python", "auto"] = "text"


class DeriveIn(FormulaIn):
    """What to differentiate, and how."""

    wrt: Annotated[list[Name], Field(min_length=1, max_length=4)] = Field(
        description="The variables, one for each order."
    )
    layout: Layout = "numerator"
    structured: Literal["project", "entries", "none"] = Field(
        "project",
        description="How a structured matrix varies: in the space of such matrices, by its free entries, "
        "or as if it had no structure.",
    )
    steps: bool = Field(False, description="Send the derivation too.")
    method: Literal["differential", "components", "chain"] = "differential"
    granularity: Literal["coarse", "normal", "fine"] = "normal"


class CheckIn(Schema):
    """A derivation, a line for each step."""

    text: Annotated[str, Field(max_length=20_000)]
    declarations: Declarations = Field(default_factory=dict)
    over: Name = Field("", description="The variable; inferred where there is only one.")
    layout: Layout = "numerator"


class SourceIn(FormulaIn):
    """The formula of a program."""

    wrt: Name = Field("", description="With a variable, its derivatives come with the value.")
    order: Annotated[int, Field(ge=0, le=2)] | None = Field(None, description="2 with a variable, else 0.")
    backend: Literal["numpy", "jax", "torch"] = "numpy"


class CurvatureIn(FormulaIn):
    """The function whose curvature is asked for."""

    wrt: Annotated[list[Name], Field(max_length=10)] = Field(default_factory=list)


class SearchIn(Schema):
    """What is searched for in the Cookbook."""

    query: Formula = Field(description="A formula, words, or the number of an equation.")
    wrt: Name = Field("", description="The variable of a formula.")
    limit: int = Field(20, ge=1, le=100)


class Symbol(Schema):
    """What a name stands for."""

    kind: str
    latex: str
    assumed: bool


class PreviewOut(Schema):
    """How a formula was understood."""

    text: str
    latex: str
    unicode: str
    shape: str
    symbols: dict[str, Symbol]
    notes: list[str]


class DeriveOut(Schema):
    """A derivative with its verification; `derivation` is there when steps were asked for."""

    function: dict[str, Any]
    wrt: list[str]
    layout: str
    derivative: dict[str, Any]
    shape: str
    label: str
    assumed: dict[str, str]
    verification: dict[str, Any] | None = None
    verdict: list[str]
    derivation: dict[str, Any] | None = None
    notes: list[Any]


class CheckOut(Schema):
    """The verdict on each line, and the first that is wrong."""

    ok: bool
    over: str | None = None
    first_wrong: int | None = None
    mistake: str | None = None
    advice: str | None = None
    summary: str
    lines: list[dict[str, Any]]
    notes: list[Any]


class SourceOut(Schema):
    """A program."""

    code: str
    backend: str


class CurvatureOut(Schema):
    """The curvature and why."""

    curvature: str
    argument: str
    latex: str


class Hit(Schema):
    """An entry of the Cookbook."""

    id: str
    title: str
    statement: str
    citation: str
    latex: str
    why: str


class SearchOut(Schema):
    """What was found, the best first."""

    hits: list[Hit]


class ErrorData(Schema):
    """What is wrong, and what to do."""

    kind: str
    message: str
    hint: str = ""
    position: list[int] | None = Field(
        None, description="Where in the text: first character, and one past the last."
    )
    caret: str = ""


class ErrorOut(Schema):
    """An answer that is an error."""

    error: ErrorData
