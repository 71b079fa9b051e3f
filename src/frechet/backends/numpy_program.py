"""A plan as a Python function over NumPy, with as little overhead per call as hand-written code.

The text of the function is made of templates and of generated names (`v3`, `n0`); nothing that a
user wrote is part of it, and `execution.py` checks every name in it. It trusts nothing: whatever is
out of the ordinary (another type, another shape, a result that is not finite) raises `RetryError`,
and `Program` looks into it with care.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Final, NamedTuple, final

from frechet.assumptions import Structure
from frechet.backends.code import Coder, Dialect, decimal
from frechet.backends.finiteness import finite_checks
from frechet.backends.fusion import Fusion, fused
from frechet.backends.plan import Plan
from frechet.backends.row_blocks import RowBlocks, row_blocks
from frechet.backends.sparing import is_data_times_variable, showing_products, sparing_code
from frechet.expressions.nodes import Symbol

_BARE: Final = (
    "exp", "log", "sqrt", "abs", "sign", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
    "sinh", "cosh", "tanh", "softplus", "softmax", "logsumexp", "total", "norm", "det", "adj", "pinv",
    "expm", "cholesky", "lu", "cholesky_logdet", "lu_logdet", "cholesky_inverse", "lu_inverse",
)  # fmt: skip
_FUNCTIONS: Final[dict[str, str]] = {
    **{name: f"{name}({{0}})" for name in _BARE},
    "relu": "maximum({0}, 0.0)",
    "sigmoid": "1.0 / (1.0 + exp(-({0})))",
    "sigmoid of minus": "1.0 / (1.0 + exp({0}))",
    "softmax along": "softmax({0}, {1})",
    "logsumexp along": "logsumexp({0}, {1})",
    "norm_along": "norm_along({0}, {1})",
    "max": "{0}.max()",
    "min": "{0}.min()",
    "number": "float64({0})",
    "pi": "float64(3.141592653589793)",
    "raise": "power({0}, {1})",
    "mask": "tril(ones({0}))",
    "ones": "ones({0})",
    "zeros": "zeros({0})",
    "eye": "eye({0})",
    "cholesky_solve": "cholesky_solve({0}, {1})",
    "lu_solve": "lu_solve({0}, {1})",
    "lu_solve transposed": "lu_solve({0}, {1}, True)",
    "matrix_power": "matrix_power({0}, {1})",
    "expm_derivative": "expm_derivative({0})",
    "power_derivative": "power_derivative({0})",
    "expm_kernel": "expm_kernel({0}, {1})",
    "power_kernel": "power_kernel({0}, {1})",
    "einsum": "einsum({0}, {1})",
    "vdot": "vdot({0}, {1})",
}
NUMPY: Final = Dialect(
    _FUNCTIONS, dot="{0}.dot({1})", narrow_dot="{1}.dot({0}).T", in_place=True, largest_product=4
)
_QUIET_FUNCTIONS: Final = frozenset(
    {"softplus", "softmax", "logsumexp", "relu", "abs", "sign", "tanh", "sin", "cos", "max", "min"}
)
_ALIASES: Final = frozenset({"transpose", "reshape", "diagonal", "input"})
_OWNED: Final = frozenset(
    {"linear", "multiply", "scale", "power", "unary", "add_diagonal", "zeros", "matmul"}
)


OTHERS: Final = 1_000_000


class Output(NamedTuple):
    """A register, its axes in the order wanted, and whether a vector is to be shown as a row."""

    register: int
    places: tuple[int, ...]
    is_row: bool


@final
class NumpyCode:
    """The lines that compute the live registers of a plan.

    Inputs named in `data` were checked to be finite, and stay the same while the others change. The last
    `deferred` outputs come as a function, to be called at most once, that goes on from the others.
    """

    def __init__(
        self,
        plan: Plan,
        outputs: Sequence[Output],
        others: Sequence[Symbol] = (),
        fuse: bool = False,
        data: Collection[str] = (),
        deferred: int = 0,
    ) -> None:
        self.plan, self.outputs, self._data, self._deferred = plan, outputs, data, deferred
        general = [s for s in others if s.structure is not Structure.DIAGONAL and s.shape[0] != 1]
        self.others = {f"k{OTHERS + k}": symbol for k, symbol in enumerate(general)}
        self._first = plan.live(o.register for o in outputs[: len(outputs) - deferred])
        self._later = sorted({*plan.live(o.register for o in outputs)}.difference(self._first))
        self.live = [*self._first, *self._later]
        self.inputs = [r for r in self.live if plan.steps[r].kind == "input"]
        self._size_names: dict[str, str] = {}
        self._coder = Coder(plan, NUMPY, lambda r: f"v{r}", self._size)
        users = [(o, plan.steps[r].kind) for r in self.live for o in plan.steps[r].operands]
        kept = {o for o, kind in users if kind in _ALIASES} | {o.register for o in outputs}
        self.fusion = fused(plan, self.live, kept) if fuse else Fusion({}, {})
        self._last: dict[int, int] = {}
        for r in self.live:
            for o in plan.steps[r].operands:
                self._last[o] = r if deferred else max(self._last.get(o, r), self.fusion.ends.get(r, r))
        self._reusable = {r for r in self.live if plan.steps[r].kind in _OWNED} - kept
        results = [o.register for o in outputs]
        self.blocks = row_blocks(plan, self.live, results, data) if data and not deferred else None
        if self.blocks is not None:
            self._keep_between_blocks(self.blocks)
        self.showing = showing_products(plan, self._first, data) if data else {}

    @cached_property
    def statements(self) -> list[tuple[int, str]]:
        """Return the line of every step, in order."""
        return [(r, self._statement(r)) for r in self.live if self.plan.steps[r].kind != "input"]

    @property
    def size_names(self) -> dict[str, str]:
        """Return the program's own names for the sizes that it uses, known when it is written."""
        _ = self.statements
        return self._size_names

    def _keep_between_blocks(self, blocks: RowBlocks) -> None:
        """Let no step write over what a step of another part reads, or another block."""
        part = {r: k for k, registers in enumerate((blocks.before, blocks.rows)) for r in registers}
        for register in (*blocks.before, *blocks.rows):
            self._reusable -= {o for o in self.plan.steps[register].operands if part.get(o) != part[register]}

    def _size(self, name: str) -> str:
        return self._size_names.setdefault(name, f"n{len(self._size_names)}")

    def _statement(self, register: int) -> str:
        step = self.plan.steps[register]
        if step.kind == "add_diagonal":
            return self._added_in_place(register)
        if register in self.showing:
            return f"v{register} = showing_product(v{{}}.T, v{{}}, inputs)".format(*step.operands)
        if self._data and self.blocks is None:
            results = [o.register for o in self.outputs]
            text = sparing_code(self.plan, self.live, results, register, self._data)
            if text is not None:
                return f"v{register} = {text}"
        reused = self._reused(register)
        if reused is not None:
            return reused
        return f"v{register} = {self._coder.code(register)}"

    def _reused(self, register: int) -> str | None:
        """Write a product, a sum or a difference into an operand that is not used afterwards."""
        step = self.plan.steps[register]
        if step.kind == "scale" and step.dims and self._is_free(step.operands[0], register):
            factor, scaled = decimal(step.parameters[0]), f"v{step.operands[0]}"
            return f"v{register} = multiply({scaled}, {factor}, {scaled})"
        if step.kind not in ("multiply", "linear") or len(step.operands) != 2 or not step.dims:
            return None
        maps = step.parameters[-1]
        identity = tuple(range(len(step.dims)))
        name = "multiply"
        if step.kind == "linear":
            number, coefficients, _ = step.parameters
            if number or coefficients not in ((1, 1), (1, -1)):
                return None
            name = "add" if coefficients[1] == 1 else "subtract"
        for k, operand in enumerate(step.operands):
            free = self._is_free(operand, register)
            if free and maps[k] == identity and step.operands.count(operand) == 1:
                texts = [self._coder.seen(r, m) for r, m in zip(step.operands, maps, strict=True)]
                return f"v{register} = {name}({texts[0]}, {texts[1]}, v{operand})"
        return None

    def _is_free(self, operand: int, register: int) -> bool:
        """Tell an array of the program's own that nothing needs after this step."""
        return operand in self._reusable and self._last[operand] == register

    def _added_in_place(self, register: int) -> str:
        step = self.plan.steps[register]
        coefficient, labels = step.parameters
        base, diagonal = step.operands
        kept = tuple(dict.fromkeys(labels))
        letters = "".join("ijklmnpq"[kept.index(label)] for label in labels)
        view = "".join(dict.fromkeys(letters))
        seen = self._coder.seen(diagonal, tuple(label if label >= 0 else -1 for label in kept))
        sign = "-" if coefficient < 0 else "+"
        factor = "" if abs(coefficient) == 1 else f"{float(abs(coefficient))!r} * "
        free = self._is_free(base, register)
        start = f"v{base}" if free else f"v{base}.copy()"
        at = f"einsum('{letters}->{view}', v{register})"
        return f"v{register} = {start}; w{register} = {at}; w{register} {sign}= {factor}{seen}"

    def function(
        self,
        keys: Mapping[int, str],
        buckets: Mapping[str, tuple[int, int]],
        *,
        trusting: bool = False,
        sharing: bool = False,
    ) -> str:
        """Write the whole function: guards, statements, a check that the results are finite.

        The trusting one has neither guards nor check, and its caller keeps NumPy from warning; with
        `sharing` a result may be an input itself.
        """
        body = self._body()
        results = self.results(sharing=sharing)
        lines = ["def program(inputs, sizes):"]
        if self._deferred:
            lines.append("    def later():")
            lines.extend(f"        {code}" for code in self._lines(self._later))
            lines.append(f"        return [{', '.join(results[-self._deferred :])}]")
            results = [*results[: -self._deferred], "later"]
        lines += self._trusted(keys) if trusting else self._guards(keys, buckets)
        if body and not trusting and not all(self._is_quiet(r) for r in self.live):
            lines.append("    with errstate(all='ignore'):")
            lines.extend(f"        {code}" for code in body)
        else:
            lines.extend(f"    {code}" for code in body)
        checks = [] if trusting else self._checks()
        if checks:
            lines.append(f"    if not ({' and '.join(checks)}): raise RetryError")
        lines.append(f"    return [{', '.join(results)}]")
        return "\n".join(lines)

    def _body(self) -> list[str]:
        if self.blocks is not None:
            return self._body_in_blocks(self.blocks)
        return self._lines(self._first)

    def _lines(self, registers: Sequence[int]) -> list[str]:
        texts = dict(self.statements)
        written = [self.fusion.statement(r, texts[r]) for r in registers if r in texts]
        return [code for code in written if code is not None]

    def _body_in_blocks(self, blocks: RowBlocks) -> list[str]:
        """Write the part before the rows, the loop over their blocks, and the part after it."""
        texts, steps = dict(self.statements), self.plan.steps
        products = [r for r in blocks.rows if is_data_times_variable(self.plan, steps[r], self._data)]
        for r in products:
            x, v = steps[r].operands
            shape = ", ".join([f"v{x}.shape[0]", *(f"v{v}.shape[1]" for _ in steps[r].dims[1:])])
            texts[r] = f"v{r} = {self._coder.code(r)} if d{v} else zeros(({shape},))"
        lines = [texts[r] for r in blocks.before]
        lines += [f"d{v} = v{v}.any()" for v in dict.fromkeys(steps[r].operands[1] for r in products)]
        lines += [f"d{r} = 0.0" for r in blocks.sums]
        lines.append(f"for d_ in slices(d{blocks.inputs[0]}, {blocks.length}, inputs):")
        lines += [f"    v{r} = d{r}[d_]" for r in blocks.inputs]
        for r in blocks.rows:
            sum_of_block = texts[r].removeprefix(f"v{r} = ")
            lines.append(f"    d{r} = d{r} + {sum_of_block}" if r in blocks.sums else f"    {texts[r]}")
        lines += [f"v{r} = d{r}" for r in blocks.sums]
        return [*lines, *(texts[r] for r in blocks.after)]

    def _checks(self) -> list[str]:
        outputs = dict.fromkeys(o.register for o in self.outputs)
        return finite_checks(self.plan, outputs, self.fusion.ends)

    def _is_quiet(self, register: int) -> bool:
        """Tell a step in which NumPy has nothing to warn of as long as the results are finite."""
        step = self.plan.steps[register]
        match step.kind:
            case "unary":
                name = step.parameters[0]
                positive = self.plan.nonnegative[step.operands[0]]
                return name in _QUIET_FUNCTIONS or (name == "sqrt" and positive)
            case "power":
                return bool(step.parameters[0].denominator == 1 and step.parameters[0] > 0)
            case "function":
                return step.parameters[0] in _QUIET_FUNCTIONS
            case kind:
                return kind not in ("raise", "matrix_power", "frechet", "kernel")

    def _origin(self, register: int) -> int:
        while self.plan.steps[register].kind in ("transpose", "reshape"):
            register = self.plan.steps[register].operands[0]
        return register

    def results(self, *, sharing: bool = False) -> list[str]:
        """Write the outputs as they are returned; none shares memory with an input or another.

        With `sharing` they may.
        """
        texts, given = [], set[int]()
        for register, places, is_row in self.outputs:
            origin = self._origin(register)
            shared = origin in given or self.plan.steps[origin].kind in ("input", "diagonal")
            given.add(origin)
            if not self.plan.steps[register].dims:
                texts.append(f"float(v{register})")
                continue
            text = self._coder.reordered(register, places) + (".copy()" if shared and not sharing else "")
            texts.append(f"{text}.reshape(1, -1)" if is_row else text)
        return texts

    def _trusted(self, keys: Mapping[int, str]) -> list[str]:
        lines = []
        by_rows = self.blocks.inputs if self.blocks is not None else ()
        for register in self.inputs:
            name = f"d{register}" if register in by_rows else f"v{register}"
            lines.append(f"    {name} = inputs[{keys[register]}]")
            step = self.plan.steps[register]
            if not step.dims and step.parameters[0] not in self._data:
                lines.append(f"    if type({name}) is not float64: {name} = scalar({name})")
        return [*lines, *(f"    {n} = sizes['{n}']" for n in self.size_names.values())]

    def _guards(self, keys: Mapping[int, str], buckets: Mapping[str, tuple[int, int]]) -> list[str]:
        lines, known, conditions = [], set[str](), []
        for register in self.inputs:
            step = self.plan.steps[register]
            name, structure = f"v{register}", step.parameters[1]
            lines.append(f"    {name} = inputs[{keys[register]}]")
            if not step.dims:
                lines.append(f"    if type({name}) is not float64: {name} = scalar({name})")
                if structure is not Structure.GENERAL:
                    conditions.append(_STRUCTURED[structure].format(name))
                continue
            conditions.append(f"type({name}) is not ndarray or {name}.dtype is not dtype")
            lines.append(f"    if {conditions.pop()}: raise RetryError")
            lengths = []
            for k, dimension in enumerate(step.dims):
                if isinstance(dimension, str) and "*" not in dimension and dimension not in known:
                    known.add(dimension)
                    lengths.append(self._size(dimension))
                else:
                    lengths.append(f"d{register}_{k}")
                    conditions.append(f"d{register}_{k} != {self._coder.dimension(dimension)}")
            trailing = "," if len(lengths) == 1 else ""
            lines.append(f"    {', '.join(lengths)}{trailing} = {name}.shape")
            if structure in _STRUCTURED:
                conditions.append(_STRUCTURED[structure].format(name))
        lines.extend(self._other_sizes([n for n in self.size_names if n not in known]))
        for name, (low, high) in buckets.items():
            if name in self.size_names and self.plan.depends_on_sizes:
                conditions.append(f"not {low} <= {self.size_names[name]} < {high}")
        if conditions:
            lines.append(f"    if {' or '.join(conditions)}: raise RetryError")
        return lines

    def _other_sizes(self, names: list[str]) -> list[str]:
        """Read sizes that no input in use has off the declared ones, or take those given."""
        lines = []
        for name in names:
            size = self.size_names[name]
            source = next(
                ((k, s, s.shape.index(name)) for k, s in self.others.items() if name in s.shape), None
            )
            if source is None:
                lines.append(f"    {size} = sizes['{size}']")
            else:
                key, symbol, axis = source
                order = sum(d != 1 for d in symbol.shape)
                read = f"shape_of(inputs[{key}], {order})[{axis}]"
                lines.append(f"    {size} = sizes['{size}'] if sizes else {read}")
        return lines


_STRUCTURED: Final[dict[Structure, str]] = {
    Structure.SYMMETRIC: "not is_symmetric({0})",
    Structure.PSD: "not is_symmetric({0})",
    Structure.POSITIVE: "not {0} > 0",
    Structure.INTEGER: "{0} % 1 != 0",
    Structure.SKEW: "({0} + {0}.T).any()",
    Structure.LOWER: "(tril({0}) - {0}).any()",
    Structure.ORTHOGONAL: "abs({0}.T.dot({0}) - eye({0}.shape[0])).max() > 1e-9",
}
