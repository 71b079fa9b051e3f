"""A program in a matrix language, to be read: named inputs, a formula and a shape beside every line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, final

from frechet.backends.matrix_code import MatrixCoder
from frechet.backends.matrix_languages import Language
from frechet.backends.named_plan import NamedPlan, Result, count_of_values, formula_of
from frechet.backends.plan import Dimensions
from frechet.backends.targets import Target
from frechet.errors import UnsupportedError, quoted
from frechet.expressions.nodes import Symbol
from frechet.shapes import describe, public_shape

COMMENT_COLUMN: Final = 44
_WORD: Final = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z]\w*", re.ASCII)


def matrix_source(
    language: Language,
    targets: Sequence[Target],
    declared: Mapping[str, Symbol],
    sizes: Mapping[str, int],
    function_name: str,
) -> str:
    """Return the source of a function that computes all targets together.

    Raises:
        UnsupportedError: the language cannot express a part of the formula, or `function_name`.
    """
    reserved = _vocabulary(language)
    if not _NAME.fullmatch(function_name) or function_name in reserved:
        raise UnsupportedError(
            f"{quoted(function_name)} is not a name for a function there",
            hint="Use letters, digits and _, and not a word of the language.",
        )
    named = NamedPlan(targets, declared, sizes, reserved | {function_name}, ascii_only=True)
    return MatrixText(language, named).written(function_name)


@final
class MatrixText:
    """The parts of a program, put into the frame of the language."""

    def __init__(self, language: Language, named: NamedPlan) -> None:
        self.language, self.named = language, named
        self.coder = MatrixCoder(named, language)
        self.outputs = [named.free(f"value{k + 1}") for k in range(len(named.results))]

    def written(self, name: str) -> str:
        language = self.language
        lines = self._lines()
        returned = [self._returned(r) for r in self.named.results]
        words = set(
            _WORD.findall(" ".join([*(line.partition(language.comment)[0] for line in lines), *returned]))
        )
        body = [f"{language.indent}{line}".rstrip() for line in (*self._preparation(words), *lines)]
        results = [language.result.format(t, o) for t, o in zip(returned, self.outputs, strict=True)]
        text = language.frame.format(
            name=name,
            arguments=", ".join(self.named.arguments.values()),
            outputs=", ".join(self.outputs),
            doc="\n".join(f"{language.comment} {line}".rstrip() for line in self._documentation()),
            body="\n".join(body),
            results=language.results.join(results),
            helpers=self._helpers(words),
        )
        return text.strip("\n") + "\n"

    def _helpers(self, words: set[str]) -> str:
        """Return the helper functions that the program calls, and those that they call."""
        helpers, needed = self.language.helpers, list[str]()
        pending = sorted(words & helpers.keys())
        while pending:
            name = pending.pop(0)
            if name not in needed:
                needed.append(name)
                pending += sorted(set(_WORD.findall(helpers[name])) & helpers.keys())
        return "".join(helpers[name] for name in needed)

    def _assigned(self, name: str, text: str) -> str:
        return self.language.assign.format(name, text)

    def _preparation(self, words: set[str]) -> list[str]:
        """Read the sizes off, and bring inputs into the form of the program."""
        call, lines = self.language.call, []
        for name, argument, axis, axes in self.named.sizes_read_off(words):
            length = call("length", argument) if axes == 1 else call("size", argument, str(axis + 1))
            lines.append(self._assigned(name, length))
        steps = [self.named.plan.steps[register] for register in self.named.live]
        orders = {s.parameters[0]: len(s.dims) for s in steps if s.kind == "input"}
        for name, symbol in self.named.inputs.items():
            argument, shape = self.named.arguments[name], public_shape(symbol.shape)
            if orders.get(name) == 1:
                form = "diagonal" if len(shape) == 2 and 1 not in shape else "as vector"
                lines.append(self._assigned(argument, call(form, argument)))
        return lines

    def _lines(self) -> list[str]:
        lines = []
        for register in self.named.live:
            step = self.named.plan.steps[register]
            if step.kind != "input":
                code = self._assigned(self.named.names[register], self.coder.code(register))
                comment = f"{_kind(step.dims)}  {self.named.meaning(register)}".rstrip()
                lines.append(f"{code:{COMMENT_COLUMN}}  {self.language.comment} {comment}")
        return lines

    def _returned(self, result: Result) -> str:
        order = result.places if len(result.places) == 2 else ()
        if len(self.named.plan.steps[result.register].dims) > 2:
            self.coder.code(result.register)
        text = self.coder.name(result.register, order)
        return self.language.call("row", text) if result.target.is_row else text

    def _documentation(self) -> list[str]:
        lines = [f"Compute {count_of_values(len(self.outputs))} together.", ""]
        for name, symbol in self.named.inputs.items():
            structure = "" if symbol.structure.value == "general" else f", {symbol.structure.value}"
            lines.append(f"{self.named.arguments[name]}: {describe(symbol.shape)}{structure}")
        lines += ["", "Values:"]
        for k, result in enumerate(self.named.results):
            tensor = result.target.tensor
            formula = formula_of(tensor)
            lines.append(f"{k + 1}. {_kind(tensor.dims)}" + (f": {formula}" if formula else ""))
        return lines


def _kind(dims: Dimensions) -> str:
    """Return what an array is in the words of a declaration."""
    if not dims:
        return "scalar"
    return f"{'vector' if len(dims) == 1 else 'matrix'}({', '.join(map(str, dims))})"


def _vocabulary(language: Language) -> frozenset[str]:
    """Return the words that a name must not hide."""
    texts = [*language.functions.values(), *language.helpers, language.frame]
    return language.reserved | {word for text in texts for word in _WORD.findall(text)}
