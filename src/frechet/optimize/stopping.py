"""When an iteration ends, and what it leaves: the last good point and the path to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, final

import numpy as np

from frechet.optimize.objective import Array, Point, largest_entry
from frechet.optimize.status import Status

UNBOUNDED_VALUE: Final = -1e20
RUN_OFF: Final = 1e6
LARGEST_ENTRY: Final = 1e20
ROUNDING: Final = 64 * float(np.finfo(np.float64).eps)
ABOVE_ROUNDING: Final = 1e-8
LOOSER: Final = 1e3
GENEROUS: Final = 1e6
LONGEST_TRACE: Final = 10_000

Observer: TypeAlias = Callable[[Point], None]


@final
@dataclass(frozen=True, slots=True)
class Stopping:
    """The gradient's largest entry is to be at most `tolerance`·max(1, min(|f|, |f at the start|)).

    A value that falls without end thus does not make every gradient look small.
    """

    tolerance: float = 1e-8
    max_iterations: int = 1_000
    largest_scale: float = np.inf
    observer: Observer | None = None

    def new_trace(self) -> Trace:
        """Return an empty path; who watches the search is told of every iterate."""
        return Trace(observer=self.observer)

    def from_start(self, start: Point) -> Stopping:
        """Return the criterion for a search that begins here."""
        return replace(self, largest_scale=abs(start.value))

    def allowed(self, value: float) -> float:
        """Return the largest gradient that counts as zero."""
        return self.tolerance * max(1.0, min(abs(value), self.largest_scale))

    def is_met(self, point: Point) -> bool:
        return point.gradient_norm <= self.allowed(point.value)

    def is_generous(self, point: Point) -> bool:
        """Tell whether a gradient far above the tolerance counts as zero, because the value is so large."""
        return self.allowed(point.value) > GENEROUS * self.tolerance

    def is_met_within_rounding(self, point: Point) -> bool:
        """Tell whether the gradient is small enough where floats allow no further progress."""
        return point.gradient_norm <= LOOSER * self.allowed(point.value)

    def is_clear_of_rounding(self, point: Point, before: Point, largest: float) -> bool:
        """Tell whether value and gradient may be updates of earlier ones, of entries up to `largest`."""
        is_coarse = self.allowed(point.value) > ABOVE_ROUNDING * largest
        return is_coarse and abs(point.value) > ABOVE_ROUNDING * abs(before.value)

    def is_unbounded(self, point: Point) -> bool:
        return point.value < UNBOUNDED_VALUE or largest_entry(point.x) > LARGEST_ENTRY


def ran_off(value: float, first: float) -> bool:
    """Tell whether a value fell far below all that the first one lets expect."""
    return value < -RUN_OFF * max(1.0, abs(first))


@final
@dataclass(frozen=True, slots=True)
class Iterate:
    """One line of the path."""

    x: Array
    value: float
    gradient_norm: float
    step_length: float


@final
@dataclass(slots=True)
class Trace:
    """The path of the iterates."""

    iterates: list[Iterate] = field(default_factory=list)
    observer: Observer | None = None

    def add(self, point: Point, step_length: float = 0.0) -> None:
        if self.observer is not None:
            self.observer(point)
        if len(self.iterates) < LONGEST_TRACE:
            self.iterates.append(Iterate(point.x.copy(), point.value, point.gradient_norm, step_length))


@final
@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a method ended and why."""

    point: Point
    status: Status
    trace: Trace


def joined(first: Outcome, second: Outcome) -> Outcome:
    """Return the outcome of two searches, the second from where the first one ended."""
    path = Trace([*first.trace.iterates, *second.trace.iterates[1:]])
    return Outcome(second.point, second.status, path)


def ended_without_progress(point: Point, stopping: Stopping, trace: Trace) -> Outcome:
    """Return the outcome when no step improves: converged only if the gradient is small."""
    small = stopping.is_met_within_rounding(point)
    return Outcome(point, Status.CONVERGED if small else Status.STALLED, trace)
