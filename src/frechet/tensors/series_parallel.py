"""From an index graph to a matrix formula: series–parallel reduction.

Axes are vertices, matrices are edges, vectors are marks on a vertex. Parallel edges merge into a
Hadamard product; a summed vertex with one edge becomes a matrix–vector product, with two edges a
matrix product (marks between them as diag); a loop is the diagonal of a matrix; a closed cycle is
a trace. This ends with the outputs alone exactly when the graph has treewidth ≤ 2. Otherwise two
summed vertices are fused into one of product size, with kron, and the reduction goes on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from frechet.expressions.nodes import Expr, Identity, Kronecker, Ones, Product
from frechet.limits import spend
from frechet.shapes import SCALAR, Dimension, times
from frechet.tensors.writing import Writer


@dataclass(slots=True)
class IndexGraph:
    """Vertices with dimensions, marks and edges; `outputs` are kept, the rest is summed."""

    writer: Writer
    dims: dict[int, Dimension]
    outputs: tuple[int, ...]
    marks: dict[int, list[Expr]] = field(default_factory=dict)
    edges: list[tuple[int, int, Expr]] = field(default_factory=list)

    def mark(self, vertex: int, vector: Expr) -> None:
        self.marks.setdefault(vertex, []).append(vector)

    def connect(self, row: int, column: int, matrix: Expr) -> None:
        if row == column:
            self.mark(row, self.writer.diagonal_of(matrix))
        else:
            self.edges.append((row, column, matrix))

    def reduce(self) -> Expr:
        """Return the formula: a scalar, a column vector, or a matrix for 0, 1, 2 outputs."""
        while True:
            spend()
            vertex = self._removable()
            if vertex is None:
                closed = self._cycle_of_two()
                if closed is not None:
                    return closed
                if self._merge_parallel():
                    continue
                if not self._inner():
                    return self._written()
                self._fuse_two()
            else:
                self._eliminate(vertex)

    def reduce_open(self) -> None:
        """Reduce as far as matrix notation goes, for any number of outputs."""
        while True:
            spend()
            vertex = self._removable()
            if vertex is not None:
                self._eliminate(vertex)
            elif not self._merge_parallel():
                return

    def open_vertices(self) -> list[int]:
        """Return the vertices that marks and edges are on, outputs first."""
        touched = [v for u, w, _ in self.edges for v in (u, w)] + [v for v, m in self.marks.items() if m]
        return list(dict.fromkeys([*self.outputs, *touched]))

    def _incident(self, vertex: int) -> list[tuple[int, int, Expr]]:
        return [e for e in self.edges if vertex in (e[0], e[1])]

    def _inner(self) -> list[int]:
        """Return the summed vertices that edges still touch."""
        touched = {v for u, w, _ in self.edges for v in (u, w)}
        return sorted(touched - set(self.outputs))

    def _removable(self) -> int | None:
        """Return a summed vertex of degree 1, else one of degree 2 between two others, unmarked first."""
        series = None
        for vertex in self._inner():
            incident = self._incident(vertex)
            if len(incident) == 1:
                return vertex
            if len(incident) == 2:
                others = {_other(e, vertex) for e in incident}
                if len(others) == 2 and (
                    series is None or (self.marks.get(series) and not self.marks.get(vertex))
                ):
                    series = vertex
                elif len(others) == 1 and not self.marks.get(vertex) and not self._closes(others.pop()):
                    return vertex
        return series

    def _closes(self, other: int) -> bool:
        """Tell whether two parallel edges to `other` are all that is left of a closed cycle."""
        return other not in self.outputs and len(self.edges) == 2 and not self.marks.get(other)

    def _eliminate(self, vertex: int) -> None:
        incident = self._incident(vertex)
        self.edges = [e for e in self.edges if e not in incident]
        marks = self.marks.pop(vertex, [])
        shape = (self.dims[vertex], 1)
        if len(incident) == 1:
            other = _other(incident[0], vertex)
            matrix = self._oriented(incident[0], other)
            if marks:
                self.mark(other, self.writer.chain((matrix, self.writer.hadamard(marks, shape))))
            else:
                self.mark(other, self.writer.row_sums(matrix))
            return
        first, second = incident
        start, end = _other(first, vertex), _other(second, vertex)
        middle = [self.writer.diagonal(self.writer.hadamard(marks, shape))] if marks else []
        product = self.writer.chain((self._oriented(first, start), *middle, self._oriented(second, vertex)))
        self.connect(start, end, product)

    def _oriented(self, edge: tuple[int, int, Expr], row: int) -> Expr:
        """Return the matrix of an edge with its rows at the given end."""
        return edge[2] if edge[0] == row else self.writer.turn(edge[2])

    def _cycle_of_two(self) -> Expr | None:
        """Return tr(AB) when two unmarked summed vertices with two edges are all there is."""
        if self.outputs or len(self.edges) != 2 or any(self.marks.values()):
            return None
        (u, v, _), second = self.edges
        if {u, v} != {second[0], second[1]}:
            return None
        return self.writer.trace(self.writer.chain((self.edges[0][2], self._oriented(second, v))))

    def _merge_parallel(self) -> bool:
        seen: dict[frozenset[int], tuple[int, int, Expr]] = {}
        for edge in self.edges:
            ends = frozenset(edge[:2])
            if ends in seen:
                first = seen[ends]
                merged = self._hadamard(first, edge)
                self.edges = [e for e in self.edges if e is not first and e is not edge]
                self.edges.append(merged)
                return True
            seen[ends] = edge
        return False

    def _hadamard(self, first: tuple[int, int, Expr], second: tuple[int, int, Expr]) -> tuple[int, int, Expr]:
        one = [first[2], self._oriented(second, first[0])]
        two = [self._oriented(first, second[0]), second[2]]
        shape = (self.dims[first[0]], self.dims[first[1]])
        forward = self.writer.hadamard(one, shape)
        backward = self.writer.hadamard(two, (self.dims[second[0]], self.dims[second[1]]))
        if self.writer.cost(backward) < self.writer.cost(forward):
            return second[0], second[1], backward
        return first[0], first[1], forward

    def _written(self) -> Expr:
        """Write what is left: outputs with marks and at most one edge between them."""
        if not self.outputs:
            closed = [self.writer.total(m) for m in self.marks.values() if m]
            return Product.of(closed) if closed else Ones.of(SCALAR)
        if len(self.outputs) == 1:
            return self._vector(self.outputs[0])
        row, column = self.outputs
        if row == column:
            return self.writer.diagonal(self._vector(row))
        if not self.edges and not self.marks.get(row) and not self.marks.get(column):
            return Ones.of((self.dims[row], self.dims[column]))
        if not self.edges:
            return self.writer.chain((self._vector(row), self.writer.turn(self._vector(column))))
        matrix = self._oriented(self.edges[0], row)
        left = [self.writer.diagonal(self._vector(row))] if self.marks.get(row) else []
        right = [self.writer.diagonal(self._vector(column))] if self.marks.get(column) else []
        return self.writer.chain((*left, matrix, *right))

    def _vector(self, vertex: int) -> Expr:
        shape = (self.dims[vertex], 1)
        marks = self.marks.get(vertex, [])
        return self.writer.hadamard(marks, shape) if marks else Ones.of(shape)

    def _fuse_two(self) -> None:
        """Fuse the two summed vertices that share most neighbors into one of product size."""
        inner = self._inner()
        degree = {v: len(self._incident(v)) for v in inner}
        if len(inner) == 1:
            raise AssertionError("a lone summed vertex has at most two neighbors left")
        first, second = sorted(inner, key=lambda v: degree[v])[:2]
        fused = max(self.dims) + 1
        self.dims[fused] = times(self.dims[first], self.dims[second])
        sides = {first: (self.dims[second], True), second: (self.dims[first], False)}
        between = [e for e in self.edges if {e[0], e[1]} == {first, second}]
        self._fuse_marks(fused, first, second, [self._oriented(e, second) for e in between])
        edges = []
        for edge in self.edges:
            if edge in between:
                continue
            for vertex, (size, leading) in sides.items():
                if vertex in edge[:2]:
                    ones = Ones.of((size, 1))
                    matrix = self._oriented(edge, vertex)
                    wide = Kronecker.of(matrix, ones) if leading else Kronecker.of(ones, matrix)
                    edge = (fused, _other(edge, vertex), wide)
                    break
            edges.append(edge)
        self.edges = edges

    def _fuse_marks(self, fused: int, first: int, second: int, between: list[Expr]) -> None:
        """Carry over marks, and a matrix (second × first) as vec, to the fused vertex."""
        for vertex, size, leading in (
            (first, self.dims[second], True),
            (second, self.dims[first], False),
        ):
            for vector in self.marks.pop(vertex, []):
                ones = Ones.of((size, 1))
                self.mark(fused, Kronecker.of(vector, ones) if leading else Kronecker.of(ones, vector))
        for matrix in between:
            self.mark(fused, self.writer.vectorized(matrix))


def _other(edge: tuple[int, int, Expr], vertex: int) -> int:
    return edge[1] if edge[0] == vertex else edge[0]


def selection(dims: Iterable[Dimension], place: int) -> Expr:
    """Return the 0/1 matrix that reads the given axis off a fused one, first axis slowest."""
    parts = [Identity.of(d) if k == place else Ones.of((d, 1)) for k, d in enumerate(dims)]
    result = parts[0]
    for part in parts[1:]:
        result = Kronecker.of(result, part)
    return result
