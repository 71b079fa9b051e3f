"""A rule is a typed Python function that returns its two sides.

    @rule("Cookbook (16)")
    def cyclic_property_of_the_trace(A: MatrixMN, B: MatrixNM) -> Sides:
        '''The trace does not change when its factors are rotated, so {left} = {right}.'''
        return tr(A @ B), tr(B @ A)

The parameters are the pattern variables, their annotations the conditions, the function's name is
the name of the step, its docstring the sentence for the learner (`{A}`, `{left}`, `{right}` stand
for the quantities at hand), the argument is the reference. Since the body is ordinary Python, a
rule is applied by calling it with the sub-expressions themselves: no substitution is needed, and
the statement, the step, the matcher and the numerical check all come from one object.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from inspect import Parameter as PythonParameter
from inspect import signature
from string import Formatter
from typing import Annotated, Any, Final, TypeAlias, final, get_args, get_type_hints

from frechet.assumptions import Structure
from frechet.expressions.nodes import Expr, Symbol
from frechet.shapes import SCALAR as SCALAR_SHAPE
from frechet.shapes import Shape

LONGEST_QUOTED: Final = 36
Sides: TypeAlias = tuple[Expr, Expr]
Words: TypeAlias = tuple[str | Expr, ...]


@final
@dataclass(frozen=True, slots=True)
class Kind:
    """What a pattern variable stands for: a shape, a structure, perhaps a constant."""

    shape: Shape
    structure: Structure = Structure.GENERAL
    constant: bool = False


Scalar: TypeAlias = Annotated[Expr, Kind(SCALAR_SHAPE)]
Positive: TypeAlias = Annotated[Expr, Kind(SCALAR_SHAPE, Structure.POSITIVE)]
Whole: TypeAlias = Annotated[Expr, Kind(SCALAR_SHAPE, Structure.INTEGER, constant=True)]
ConstantScalar: TypeAlias = Annotated[Expr, Kind(SCALAR_SHAPE, constant=True)]
PositiveConstant: TypeAlias = Annotated[Expr, Kind(SCALAR_SHAPE, Structure.POSITIVE, constant=True)]
PositiveVector: TypeAlias = Annotated[Expr, Kind(("n", 1), Structure.POSITIVE)]
VectorM: TypeAlias = Annotated[Expr, Kind(("m", 1))]
VectorN: TypeAlias = Annotated[Expr, Kind(("n", 1))]
RowM: TypeAlias = Annotated[Expr, Kind((1, "m"))]
MatrixMN: TypeAlias = Annotated[Expr, Kind(("m", "n"))]
MatrixNM: TypeAlias = Annotated[Expr, Kind(("n", "m"))]
MatrixNP: TypeAlias = Annotated[Expr, Kind(("n", "p"))]
MatrixPQ: TypeAlias = Annotated[Expr, Kind(("p", "q"))]
MatrixQP: TypeAlias = Annotated[Expr, Kind(("q", "p"))]
MatrixMP: TypeAlias = Annotated[Expr, Kind(("m", "p"))]
Square: TypeAlias = Annotated[Expr, Kind(("n", "n"))]
SquareP: TypeAlias = Annotated[Expr, Kind(("p", "p"))]
PositiveDefinite: TypeAlias = Annotated[Expr, Kind(("n", "n"), Structure.PSD)]
Symmetric: TypeAlias = Annotated[Expr, Kind(("n", "n"), Structure.SYMMETRIC)]
ConstantSymmetric: TypeAlias = Annotated[Expr, Kind(("n", "n"), Structure.SYMMETRIC, constant=True)]
ConstantMN: TypeAlias = Annotated[Expr, Kind(("m", "n"), constant=True)]
ConstantNP: TypeAlias = Annotated[Expr, Kind(("n", "p"), constant=True)]
ConstantPQ: TypeAlias = Annotated[Expr, Kind(("p", "q"), constant=True)]


@final
@dataclass(frozen=True, slots=True)
class Parameter:
    """A pattern variable of a rule; a `variadic` one stands for one or more operands."""

    name: str
    kind: Kind
    variadic: bool = False


@final
@dataclass(frozen=True, slots=True)
class Rule:
    """A named equality of two formulas in pattern variables."""

    name: str
    reference: str
    sentence: str
    parameters: tuple[Parameter, ...]
    body: Callable[..., Sides]

    def at(self, *values: Expr) -> Application:
        """Apply the rule to the given sub-expressions."""
        before, after = self.body(*values)
        return Application(self, values, before, after)

    def symbols(self, copies: int = 2) -> tuple[Symbol, ...]:
        """Return a symbol for each pattern variable, several for a variadic one."""
        return tuple(symbol for _, symbol in self._named_symbols(copies))

    def _named_symbols(self, copies: int) -> Iterator[tuple[Parameter, Symbol]]:
        for parameter in self.parameters:
            kind = parameter.kind
            names = [parameter.name]
            if parameter.variadic:
                names = [f"{parameter.name}{i + 1}" for i in range(copies)]
            for name in names:
                yield parameter, Symbol.of(name, kind.shape, kind.structure)

    def constants(self, copies: int = 2) -> frozenset[str]:
        """Return the names of the symbols whose differential is zero."""
        return frozenset(s.name for p, s in self._named_symbols(copies) if p.kind.constant)

    def statement(self, copies: int = 2) -> Sides:
        """Return both sides written in the pattern variables."""
        return self.body(*self.symbols(copies))


@final
@dataclass(frozen=True, slots=True)
class Application:
    """A rule applied to sub-expressions: `before` may be replaced by `after`."""

    rule: Rule
    values: tuple[Expr, ...]
    before: Expr
    after: Expr

    def words(self) -> Words:
        """Return the rule's sentence about the quantities at hand, formulas apart from words."""
        fields: dict[str, Words] = {"left": (self.before,), "right": (self.after,)}
        for place, parameter in enumerate(self.rule.parameters[: len(self.values)]):
            fields[parameter.name] = (
                listed(self.values[place:]) if parameter.variadic else (self.values[place],)
            )
        sentence = self.rule.sentence
        if self.before.size + self.after.size > LONGEST_QUOTED:
            sentence = re.sub(r"(: |, so )\{left\} = \{right\}", "", sentence)
        return filled(sentence, fields)


def listed(items: tuple[Expr, ...]) -> Words:
    """Return `a`, `a and b`, `a, b and c`."""
    parts: list[str | Expr] = []
    for place, item in enumerate(items):
        if place:
            parts.append(" and " if place == len(items) - 1 else ", ")
        parts.append(item)
    return tuple(parts)


def filled(template: str, fields: dict[str, Words]) -> Words:
    """Fill `{name}` places with formulas, keeping words and formulas apart."""
    parts: list[str | Expr] = []
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            parts.append(literal)
        if name:
            parts.extend(fields[name])
    return tuple(parts)


def rule(reference: str) -> Callable[[Callable[..., Sides]], Rule]:
    """Make a rule of a function; its annotations must be kinds of this module."""

    def make(body: Callable[..., Sides]) -> Rule:
        hints: dict[str, Any] = get_type_hints(body, include_extras=True)
        parameters = tuple(
            Parameter(p.name, _kind(hints[p.name]), p.kind is PythonParameter.VAR_POSITIONAL)
            for p in signature(body).parameters.values()
        )
        sentence = re.sub(r"\s+", " ", body.__doc__ or "").strip()
        return Rule(body.__name__.replace("_", " "), reference, sentence, parameters, body)

    return make


def _kind(annotation: Any) -> Kind:
    found = [part for part in get_args(annotation) if isinstance(part, Kind)]
    return found[0]
