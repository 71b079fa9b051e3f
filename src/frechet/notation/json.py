"""Formulas as JSON: a list of nodes, each naming its operands by their place in the list.

`docs/reference/json.md` documents the format. Reading trusts nothing: every number, name, shape
and reference is checked, and the formula is rebuilt through the constructors that check shapes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final, TypeAlias

from frechet.assumptions import Structure
from frechet.errors import LimitError, ParseError, quoted
from frechet.expressions.function import AbstractFunction, Axis
from frechet.expressions.nodes import (
    Apply,
    Constant,
    ElementwisePower,
    Expr,
    Hadamard,
    Identity,
    Kronecker,
    Number,
    Ones,
    Power,
    Product,
    Sum,
    Symbol,
    Transpose,
    Zero,
)
from frechet.expressions.text import write
from frechet.expressions.traversal import postorder
from frechet.functions import by_name
from frechet.limits import MAX_DIGITS, MAX_NAME_LENGTH, MAX_NAMES, MAX_RESULT_NODES
from frechet.notation.latex import latex
from frechet.shapes import Dimension, Shape, factors_of, times

FORMAT: Final = "frechet-expression"
VERSION: Final = 1
_LARGEST_SIZE: Final = 10**9
_HINT: Final = "The format is described in docs/reference/json.md; to_json writes it."

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Record: TypeAlias = Mapping[str, object]


def to_json(expr: Expr) -> dict[str, Json]:
    """Return a formula as JSON data; `text` and `latex` are null where they would be too long."""
    places: dict[Expr, int] = {}
    nodes: list[Json] = []
    for node in postorder(expr):
        places[node] = len(nodes)
        nodes.append({**_record(node, places), "shape": list(node.shape)})
    return {
        "format": FORMAT,
        "version": VERSION,
        "nodes": nodes,
        "root": places[expr],
        "text": _or_none(lambda: write(expr)),
        "latex": _or_none(lambda: latex(expr)),
    }


def _or_none(written: Callable[[], str]) -> str | None:
    try:
        return written()
    except LimitError:
        return None


def _record(node: Expr, places: Mapping[Expr, int]) -> dict[str, Json]:
    def at(*operands: Expr) -> list[Json]:
        return [places[operand] for operand in operands]

    match node:
        case Number(value):
            return {"kind": "number", "value": str(value)}
        case Constant(name):
            return {"kind": "constant", "name": name}
        case Symbol(name, structure):
            return {"kind": "symbol", "name": name, "structure": structure.value}
        case Identity() | Ones() | Zero():
            return {"kind": type(node).__name__.lower()}
        case Sum(operands) | Hadamard(operands):
            return {"kind": type(node).__name__.lower(), "operands": at(*operands)}
        case Product(coefficient, scalars, chain):
            parts = {"scalars": at(*scalars), "chain": at(*chain)}
            return {"kind": "product", "coefficient": str(coefficient), **parts}
        case Power(base, exponent):
            return {"kind": "power", "operands": at(base, exponent)}
        case ElementwisePower(base, exponent):
            return {"kind": "elementwise power", "operands": at(base, exponent)}
        case Transpose(operand):
            return {"kind": "transpose", "operands": at(operand)}
        case Kronecker(left, right):
            return {"kind": "kronecker", "operands": at(left, right)}
        case Apply(function, arguments):
            call = {"function": function.name, "axis": function.axis.value}
            return {"kind": "apply", **call, "operands": at(*arguments)}
    raise AssertionError(node)


def from_json(data: object) -> Expr:
    """Return the formula that `to_json` wrote.

    Raises:
        ParseError: the data are not in the format; the message names the node.
        ShapeError: the operands of a node do not fit.
        LimitError: there are more nodes or larger numbers than a request may have.
    """
    document = _mapping(data, "the document")
    if document.get("format") != FORMAT or document.get("version") != VERSION:
        raise ParseError(f'the document is not of format "{FORMAT}", version {VERSION}', hint=_HINT)
    records = document.get("nodes")
    if not isinstance(records, list) or not records:
        raise ParseError('"nodes" must be a list with at least one node', hint=_HINT)
    if len(records) > MAX_RESULT_NODES:
        raise LimitError(
            f"the document has more than {MAX_RESULT_NODES:,} nodes", hint="Send a smaller formula."
        )
    reader = _Reader()
    for record in records:
        reader.read(_mapping(record, f"node {len(reader.nodes)}"))
    return reader.node_at(document.get("root"), "the root")


def _mapping(value: object, what: str) -> Record:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise ParseError(f"{what} must be an object with named entries", hint=_HINT)
    return value


class _Reader:
    """The nodes read so far; a node may refer only to those, so there are no cycles."""

    def __init__(self) -> None:
        self.nodes: list[Expr] = []
        self._symbols: dict[str, Expr] = {}

    def refuse(self, why: str) -> ParseError:
        return ParseError(f"node {len(self.nodes)}: {why}", hint=_HINT)

    def node_at(self, place: object, what: str) -> Expr:
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(self.nodes):
            raise ParseError(f"{what} must be the place of an earlier node", hint=_HINT)
        return self.nodes[place]

    def read(self, record: Record) -> None:
        build = _BUILD.get(self._text(record, "kind"))
        if build is None:
            raise self.refuse(f"unknown kind {quoted(str(record['kind']))}")
        node = build(self, record)
        if list(node.shape) != record.get("shape"):
            raise self.refuse(f"its shape is {node.shape[0]} × {node.shape[1]}, the document says otherwise")
        self.nodes.append(node)

    def _text(self, record: Record, key: str) -> str:
        value = record.get(key)
        if not isinstance(value, str):
            raise self.refuse(f'"{key}" must be a text')
        return value

    def _operands(self, record: Record, key: str = "operands") -> list[Expr]:
        places = record.get(key)
        if not isinstance(places, list):
            raise self.refuse(f'"{key}" must be a list of places')
        return [self.node_at(place, f"node {len(self.nodes)}: an operand") for place in places]

    def _some(self, record: Record, count: int | None = None) -> list[Expr]:
        operands = self._operands(record)
        if not operands or (count is not None and len(operands) != count):
            raise self.refuse(f"needs {count or 'at least one'} operand{'s' if count != 1 else ''}")
        return operands

    def _shape(self, record: Record) -> Shape:
        shape = record.get("shape")
        if not isinstance(shape, list) or len(shape) != 2:
            raise self.refuse('"shape" must be a list of two sizes')
        return self._size(shape[0]), self._size(shape[1])

    def _size(self, size: object) -> Dimension:
        if isinstance(size, int) and not isinstance(size, bool) and 1 <= size <= _LARGEST_SIZE:
            return size
        if isinstance(size, str) and 0 < len(size) <= MAX_NAME_LENGTH * 4 and size.isascii():
            parts = size.split("*")
            if all(part.isidentifier() or (part.isdecimal() and len(part) < 10) for part in parts):
                product: Dimension = 1
                for factor in factors_of(size):
                    product = times(product, factor)
                if product == size:
                    return size
        raise self.refuse("a size is a positive whole number, a name, or a product of such")

    def _rational(self, record: Record, key: str) -> Fraction:
        text = self._text(record, key)
        above, _, below = text.removeprefix("-").partition("/")
        if max(len(above), len(below)) > 4 * MAX_DIGITS:
            raise LimitError("a number has too many digits", hint="Numbers are limited to 4,096 bits.")
        if not (
            above.isascii() and above.isdecimal() and (below or "1").isascii() and (below or "1").isdecimal()
        ):
            raise self.refuse(f'"{key}" must be a whole number or a fraction such as "-1/2", as a text')
        if not int(below or "1"):
            raise self.refuse(f'"{key}" has the denominator 0')
        return Fraction(text)

    def number(self, record: Record) -> Expr:
        return Number.of(self._rational(record, "value"))

    def constant(self, record: Record) -> Expr:
        if record.get("name") != "pi":
            raise self.refuse("the only constant is pi")
        return Constant.of("pi")

    def symbol(self, record: Record) -> Expr:
        name, structure = self._text(record, "name"), self._text(record, "structure")
        if not name.isidentifier() or len(name) > MAX_NAME_LENGTH:
            raise self.refuse(f"{quoted(name)} is not a name")
        if structure not in {known.value for known in Structure}:
            raise self.refuse(f"unknown structure {quoted(structure)}")
        symbol = Symbol.of(name, self._shape(record), Structure(structure))
        if self._symbols.setdefault(name, symbol) is not symbol:
            raise self.refuse(f"{quoted(name)} is declared in two ways")
        if len(self._symbols) > MAX_NAMES:
            raise LimitError(f"the document has more than {MAX_NAMES} names", hint="Use fewer names.")
        return symbol

    def identity(self, record: Record) -> Expr:
        rows, columns = self._shape(record)
        if rows != columns:
            raise self.refuse("an identity is square")
        return Identity.of(rows)

    def ones(self, record: Record) -> Expr:
        return Ones.of(self._shape(record))

    def zero(self, record: Record) -> Expr:
        return Zero.of(self._shape(record))

    def sum(self, record: Record) -> Expr:
        return Sum.of(self._some(record))

    def product(self, record: Record) -> Expr:
        scalars, chain = self._operands(record, "scalars"), self._operands(record, "chain")
        if not all(scalar.is_scalar for scalar in scalars):
            raise self.refuse('"scalars" must be scalar')
        parts = [Number.of(self._rational(record, "coefficient")), *scalars]
        return Product.of([*parts, Product.of(chain)] if chain else parts)

    def hadamard(self, record: Record) -> Expr:
        return Hadamard.of(self._some(record))

    def power(self, record: Record) -> Expr:
        base, exponent = self._some(record, 2)
        return Power.of(base, exponent)

    def elementwise_power(self, record: Record) -> Expr:
        base, exponent = self._some(record, 2)
        return ElementwisePower.of(base, exponent)

    def transpose(self, record: Record) -> Expr:
        return Transpose.of(*self._some(record, 1))

    def kronecker(self, record: Record) -> Expr:
        left, right = self._some(record, 2)
        return Kronecker.of(left, right)

    def apply(self, record: Record) -> Expr:
        function = self._function(record)
        operands, (fewest, most) = self._some(record), function.arity
        if not fewest <= len(operands) <= most:
            raise self.refuse(f"{function.name} does not take {len(operands)} arguments")
        return Apply.of(function, *operands)

    def _function(self, record: Record) -> AbstractFunction:
        name, axis = self._text(record, "function"), self._text(record, "axis")
        if axis not in {known.value for known in Axis}:
            raise self.refuse(f"unknown axis {quoted(axis)}")
        function = by_name(name, Axis(axis))
        if function is None:
            raise self.refuse(f"unknown function {quoted(name)}")
        return function


_BUILD: Final[dict[str, Callable[[_Reader, Record], Expr]]] = {
    "number": _Reader.number,
    "constant": _Reader.constant,
    "symbol": _Reader.symbol,
    "identity": _Reader.identity,
    "ones": _Reader.ones,
    "zero": _Reader.zero,
    "sum": _Reader.sum,
    "product": _Reader.product,
    "hadamard": _Reader.hadamard,
    "power": _Reader.power,
    "elementwise power": _Reader.elementwise_power,
    "transpose": _Reader.transpose,
    "kronecker": _Reader.kronecker,
    "apply": _Reader.apply,
}
