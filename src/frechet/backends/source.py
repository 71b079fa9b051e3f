"""The source of a program, to be read: named inputs, a formula and a shape beside every line.

The same plan as that of the compiled program, written in plain array code that runs alone.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Mapping, Sequence
from typing import Final, final

from frechet.backends.code import Coder
from frechet.backends.dialects import READABLE, Backend
from frechet.backends.matrix_languages import LANGUAGES
from frechet.backends.matrix_source import matrix_source
from frechet.backends.named_plan import NamedPlan, Result, count_of_values, formula_of
from frechet.backends.targets import Output, Target, targets_of
from frechet.errors import UnsupportedError, quoted
from frechet.expressions.nodes import Symbol
from frechet.limits import budget
from frechet.shapes import describe, public_shape

COMMENT_COLUMN: Final = 44
SOURCES: Final = (*READABLE, *LANGUAGES)
_RESERVED: Final = frozenset({"np", "jnp", "cp", "jax", "torch", "scipy", "cupyx", "kind", *dir(builtins)})
_WORD: Final = re.compile(r"[^\W\d]\w*")
_SCIPY: Final = re.compile(r"(?:\b\w+\.)?scipy\.(?:linalg|special)\b")
_HELPER_CALL: Final = re.compile(r"(?<![\w.])([a-z_]+)\(")


def source(
    outputs: Output | Sequence[Output],
    backend: str = "numpy",
    function_name: str = "program",
    sizes: Mapping[str, int] | None = None,
) -> str:
    """Return the source of a function that computes all outputs together.

    `backend` is an array library of Python ("numpy", "jax", "torch", "cupy"), whose function returns a
    list, or another language ("julia", "matlab", "octave", "r"). The order of the operations is the best
    for `sizes`, where given; the program is right for all.

    Raises:
        UnsupportedError: there is no such back end, it cannot express a part of the formula, or
            `function_name` is not a name.
    """
    if backend not in SOURCES:
        raise UnsupportedError(
            f"there is no back end {quoted(str(backend))}", hint=f"There are: {', '.join(SOURCES)}."
        )
    if not str(function_name).isidentifier() or keyword.iskeyword(function_name):
        raise UnsupportedError(
            f"{quoted(str(function_name))} is not a name for a function", hint="Use letters, digits and _."
        )
    if backend in READABLE and function_name in _RESERVED | READABLE[backend].helpers.keys():
        raise UnsupportedError(
            f"{quoted(function_name)} is not a name for a function there",
            hint="Take a name that Python, its libraries and the program's own functions do not use.",
        )
    targets, declared = targets_of(outputs)
    with budget():
        if backend in LANGUAGES:
            return matrix_source(LANGUAGES[backend], targets, declared, sizes or {}, function_name)
        return SourceText(READABLE[backend], targets, declared, sizes or {}).written(function_name)


@final
class SourceText:
    """What the text is made of. With `generated` names nothing that a user wrote is part of it."""

    def __init__(
        self,
        backend: Backend,
        targets: Sequence[Target],
        declared: Mapping[str, Symbol],
        sizes: Mapping[str, int],
        generated: bool = False,
    ) -> None:
        self.backend, self.generated = backend, generated
        reserved = _RESERVED | frozenset(backend.helpers)
        self.named = named = NamedPlan(targets, declared, sizes, reserved, generated)
        self.symbols, self.plan = named.symbols, named.plan
        self.coder = Coder(self.plan, backend.dialect, named.names.__getitem__, named.sizes.__getitem__)

    def written(self, name: str) -> str:
        lines = self._lines()
        lines.append(f"return [{', '.join(self._returned(r) for r in self.named.results)}]")
        words = set(_WORD.findall(" ".join(line.partition("#")[0] for line in lines)))
        body = [*self._preparation(words), *lines]
        text = "\n".join(f"    {line}".rstrip() for line in body)
        described = "" if self.generated else f"{self._docstring()}\n"
        head = f"def {name}({', '.join(self.named.arguments.values())}):\n{described}"
        helpers = self._helpers(text)
        imports = self._imports(text + helpers)
        return f"{imports}\n{helpers}\n\n{head}{text}\n"

    def _imports(self, text: str) -> str:
        modules = sorted(set(_SCIPY.findall(text)))
        lines = [*self.backend.imports.split("\n"), *(f"import {module}" for module in modules)]
        imports = sorted(line for line in lines if line.startswith("import"))
        return "\n".join([*imports, *(line for line in lines if not line.startswith("import"))])

    def _helpers(self, text: str) -> str:
        """Return the helper functions that the text calls."""
        called = set(_HELPER_CALL.findall(text))
        return "".join(f"\n{code}" for name, code in self.backend.helpers.items() if name in called)

    def _preparation(self, words: set[str]) -> list[str]:
        arguments = self.named.arguments
        lines = [self.backend.prepare.format(n) for n in arguments.values()]
        for name, argument, axis, _ in self.named.sizes_read_off(words):
            lines.append(f"{name} = {argument}.shape[{axis}]")
        if "kind" in words and arguments:
            first = next(iter(arguments.values()))
            lines.append(f'kind = {{"dtype": {first}.dtype, "device": {first}.device}}')
        for register in self.named.live:
            step = self.plan.steps[register]
            if step.kind == "input":
                lines.extend(self._squeezed(self.named.inputs[step.parameters[0]], len(step.dims)))
        return lines

    def _squeezed(self, symbol: Symbol, order: int) -> list[str]:
        """Bring an input into the program's form: rows as vectors, diagonal matrices as diagonals."""
        name, shape = self.named.arguments[symbol.name], public_shape(symbol.shape)
        if order == len(shape):
            return []
        if 1 in shape or order == 0:
            return [f"{name} = {name}.reshape({-1 if order else '()'})"]
        return [f"{name} = {self.backend.dialect.call('einsum', repr('ii->i'), name)}"]

    def _lines(self) -> list[str]:
        lines = []
        for register in self.named.live:
            step = self.plan.steps[register]
            if step.kind == "input":
                continue
            try:
                code = f"{self.named.names[register]} = {self.coder.code(register)}"
            except KeyError:
                raise UnsupportedError(
                    "the derivative of a matrix function with all its axes has no short program",
                    hint="Ask for it in a direction, or compile it for NumPy.",
                ) from None
            comment = "" if self.generated else self._comment(register)
            lines.append(f"{code:{COMMENT_COLUMN}}  # {comment}" if comment else code)
        return lines

    def _comment(self, register: int) -> str:
        dims = self.plan.steps[register].dims
        shape = f"({', '.join(map(str, dims))}{',' if len(dims) == 1 else ''})" if dims else "scalar"
        return f"{shape}  {self.named.meaning(register)}".rstrip()

    def _returned(self, result: Result) -> str:
        text = self.coder.reordered(result.register, result.places)
        if not self.plan.steps[result.register].dims:
            return self.backend.scalar.format(text)
        return f"{text}.reshape(1, -1)" if result.target.is_row else text

    def _docstring(self) -> str:
        lines = [
            f'"""Compute {count_of_values(len(self.named.results))} together.',
            "",
            "Parameters",
            "----------",
        ]
        for name, symbol in self.named.inputs.items():
            shape = public_shape(symbol.shape)
            kind = f"{self.backend.array}, {describe(symbol.shape)}" if shape else "float"
            structure = "" if symbol.structure.value == "general" else f", {symbol.structure.value}"
            lines.append(f"{self.named.arguments[name]} : {kind}{structure}")
        lines += ["", "Returns", "-------"]
        for k, result in enumerate(self.named.results):
            dims = result.target.tensor.dims
            shape_text = (
                f"shape ({', '.join(map(str, dims))}{',' if len(dims) == 1 else ''})" if dims else "scalar"
            )
            lines.append(f"value {k + 1} : {shape_text}")
            formula = formula_of(result.target.tensor)
            if formula:
                lines.append(f"    {formula}")
        lines.append('"""')
        return "\n".join(f"    {line}".rstrip() for line in lines)
