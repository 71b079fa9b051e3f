"""What the benchmark asks of another system."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from frechet.expressions.nodes import Expr


class UnsupportedProblemError(Exception):
    """The other system has no such function or notation."""


class AbstractPeer(ABC):
    """Another system. Building the formula is not timed; differentiating and simplifying is."""

    name: str

    @abstractmethod
    def formulations(self) -> Sequence[str]:
        """Return the ways to state a problem; the best one counts."""

    @abstractmethod
    def build(self, formula: Expr, names: Sequence[str], formulation: str) -> Any:
        """Return the problem in the peer's own objects, or raise `UnsupportedProblemError`."""

    @abstractmethod
    def differentiate(self, problem: Any) -> Any:
        """Return the derivative, simplified as the peer's manual does: this is timed."""

    @abstractmethod
    def evaluate(
        self, problem: Any, derivative: Any, inputs: Mapping[str, Any], sizes: Mapping[str, int]
    ) -> Any:
        """Return the derivative's value as an array, its axes as in the corpus."""
