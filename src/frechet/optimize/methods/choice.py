"""The methods by name, and which one suits a problem."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from typing import Final, NamedTuple, TypeAlias, final

import numpy as np

from frechet.errors import UnsupportedError, quoted
from frechet.optimize.methods.conjugate_gradient import (
    minimize_by_conjugate_gradients,
    steps_of_a_hessian,
)
from frechet.optimize.methods.descents import (
    AbstractDescent,
    BarzilaiBorwein,
    LimitedMemory,
    Newton,
    SteepestDescent,
)
from frechet.optimize.methods.line_search import minimize_along_lines
from frechet.optimize.methods.momentum import minimize_by_nesterov, minimize_with_momentum
from frechet.optimize.methods.newton_cg import ConjugateGradientModels
from frechet.optimize.methods.preconditioned import minimize_preconditioned
from frechet.optimize.methods.quadratic import minimize_quadratic
from frechet.optimize.methods.scalar import minimize_in_one_dimension
from frechet.optimize.methods.searches import (
    AbstractSearch,
    Backtracking,
    ExactOnQuadratics,
    FixedStep,
    Wolfe,
)
from frechet.optimize.methods.stochastic import DEFAULT_SAMPLING, Sampling, minimize_by_sampling
from frechet.optimize.methods.trust_region import (
    exact_model,
    minimize_in_trust_region,
)
from frechet.optimize.objective import Objective, Point
from frechet.optimize.status import Status
from frechet.optimize.stopping import Outcome, Stopping, joined

LARGEST_FOR_NEWTON: Final = 150
SMALLEST_FOR_STEPS: Final = 100
LARGEST_FOR_CHANGE: Final = 1_000
DEFAULT_STEP_LENGTH: Final = 1e-2
NEWTON_STEPS: Final = 10
DEAR: Final = 2
GRADIENT_STEPS: Final = 60
LAST_HESSIANS: Final = 4
CALL: Final = 1e-4
MULTIPLICATIONS: Final = 5e9
MEMORY_BOUND: Final = 1e9


@final
@dataclass(frozen=True, slots=True)
class Options:
    """What a method may be told besides when to stop."""

    step_length: float = DEFAULT_STEP_LENGTH
    memory: int = 20
    sampling: Sampling = DEFAULT_SAMPLING


Run: TypeAlias = Callable[[Objective, Point, Stopping, Options], Outcome]


class Method(NamedTuple):
    """A method, what it is in words, whether it needs second derivatives, and begins with a Hessian."""

    run: Run
    words: str
    second_order: bool = False
    hessian_first: bool = False


class Choice(NamedTuple):
    """The name of a method and why it was chosen."""

    name: str
    reason: str


def _lines(descent: Callable[[Options], AbstractDescent], search: Callable[[Options], AbstractSearch]) -> Run:
    def run(objective: Objective, start: Point, stopping: Stopping, options: Options) -> Outcome:
        return minimize_along_lines(objective, start, stopping, descent(options), search(options))

    return run


def _steepest(search: Callable[[Options], AbstractSearch]) -> Run:
    return _lines(lambda _: SteepestDescent(), search)


def _fixed(options: Options) -> AbstractSearch:
    return FixedStep(options.step_length)


def _with_second_try(objective: Objective, start: Point, stopping: Stopping, options: Options) -> Outcome:
    first = minimize_preconditioned(objective, start, stopping)
    if first.status is not Status.STALLED:
        return first
    return joined(first, METHODS["l-bfgs"].run(objective, first.point, stopping, options))


def _changing_over(objective: Objective, start: Point, stopping: Stopping, options: Options) -> Outcome:
    """Go on with Hessians once gradients have cost as much as these would have.

    Where the function is not known to be convex, trust regions could need many.
    """
    n = objective.size
    patience = max(GRADIENT_STEPS, ceil(LAST_HESSIANS * steps_of_a_hessian(n, objective.work)))
    left = stopping.max_iterations - patience
    limited = stopping if left <= 0 else replace(stopping, max_iterations=patience)
    first = METHODS["l-bfgs"].run(objective, start, limited, options)
    if left <= 0 or first.status is not Status.ITERATION_LIMIT:
        return first
    rest = replace(stopping, max_iterations=left)
    go_on = _with_second_try if objective.is_convex() else METHODS["l-bfgs"].run
    return joined(first, go_on(objective, first.point, rest, options))


METHODS: Final[dict[str, Method]] = {
    "quadratic": Method(
        lambda f, x, stop, _: minimize_quadratic(f, x, stop), "one linear system for a quadratic", True
    ),
    "conjugate-gradient": Method(
        lambda f, x, stop, _: minimize_by_conjugate_gradients(f, x, stop),
        "conjugate gradients for a convex quadratic, and one linear system where they are slow",
        True,
    ),
    "newton": Method(
        _lines(lambda _: Newton(), lambda _: Backtracking()),
        "Newton's method, modified where the Hessian is not positive definite, with backtracking",
        True,
        True,
    ),
    "newton-full": Method(
        _lines(lambda _: Newton(), lambda _: FixedStep(1.0)), "Newton's method with full steps", True, True
    ),
    "trust-region": Method(
        lambda f, x, stop, _: minimize_in_trust_region(f, x, stop, exact_model),
        "Newton's method in a trust region, the subproblem solved exactly",
        True,
        True,
    ),
    "preconditioned-l-bfgs": Method(
        _with_second_try, "L-BFGS that starts from a Hessian, which is computed every few steps", True, True
    ),
    "l-bfgs-then-newton": Method(
        _changing_over, "L-BFGS, and where it is slow on a convex function L-BFGS from Hessians", True
    ),
    "newton-cg": Method(
        lambda f, x, stop, _: minimize_in_trust_region(f, x, stop, ConjugateGradientModels()),
        "Newton's method in a trust region, by conjugate gradients from products Hv",
        True,
    ),
    "newton-1d": Method(
        lambda f, x, stop, _: minimize_in_one_dimension(f, x, stop),
        "Newton's method for f' in one dimension, safeguarded by bisection",
        True,
    ),
    "l-bfgs": Method(
        _lines(lambda o: LimitedMemory(o.memory), lambda _: Wolfe()), "L-BFGS with strong Wolfe steps"
    ),
    "gradient": Method(_steepest(lambda _: Backtracking()), "gradient descent with backtracking"),
    "gradient-fixed": Method(_steepest(_fixed), "gradient descent with a fixed step length"),
    "gradient-wolfe": Method(
        _steepest(lambda _: Wolfe(curvature_condition=0.1)), "gradient descent with strong Wolfe steps"
    ),
    "gradient-exact": Method(
        _steepest(lambda _: ExactOnQuadratics()), "gradient descent with exact steps on quadratics", True
    ),
    "barzilai-borwein": Method(
        _lines(lambda _: BarzilaiBorwein(), lambda _: Backtracking()),
        "gradient descent with Barzilai-Borwein step lengths",
    ),
    "momentum": Method(
        lambda f, x, stop, o: minimize_with_momentum(f, x, stop, o.step_length),
        "gradient descent with momentum",
    ),
    "nesterov": Method(
        lambda f, x, stop, _: minimize_by_nesterov(f, x, stop), "Nesterov's accelerated gradient, restarted"
    ),
    "stochastic-gradient": Method(
        lambda f, x, stop, o: minimize_by_sampling(f, x, stop, o.sampling, reduced=False),
        "stochastic gradient descent over minibatches of the rows",
    ),
    "svrg": Method(
        lambda f, x, stop, o: minimize_by_sampling(f, x, stop, o.sampling, reduced=True),
        "stochastic gradient descent with variance reduction",
    ),
}
SAMPLING: Final = ("stochastic-gradient", "svrg")
SYNONYMS: Final = {
    "gradient-descent": "gradient",
    "gd": "gradient",
    "cg": "conjugate-gradient",
    "lbfgs": "l-bfgs",
    "bfgs": "l-bfgs",
    "trust-exact": "trust-region",
    "bb": "barzilai-borwein",
    "stochastic gradient descent": "stochastic-gradient",
    "stochastic-gradient-descent": "stochastic-gradient",
    "sgd": "stochastic-gradient",
}


def run(choice: Choice, objective: Objective, start: Point, stopping: Stopping, options: Options) -> Outcome:
    """Run the chosen method; overflow inside it is its own business.

    Where equalities leave no unknown, every method has reached the only point.
    """
    if not objective.size:
        trace = stopping.new_trace()
        trace.add(start)
        return Outcome(start, Status.CONVERGED, trace)
    with np.errstate(all="ignore"):
        return METHODS[choice.name].run(objective, start, stopping.from_start(start), options)


def method_named(
    name: object,
    objective: Objective,
    *,
    smooth: bool,
    quadratic: bool,
    work: int = 0,
    matrices: bool = False,
) -> Choice:
    """Return the choice that a name stands for; "auto" looks at the problem.

    Raises:
        UnsupportedError: there is no such method, or it needs what the problem lacks.
    """
    if name == "auto":
        return automatic(objective, smooth=smooth, quadratic=quadratic, work=work, matrices=matrices)
    known = SYNONYMS.get(str(name), str(name))
    if known not in METHODS:
        raise UnsupportedError(
            f"there is no method {quoted(str(name))}", hint=f"There are: auto, {', '.join(METHODS)}."
        )
    if METHODS[known].second_order and objective.hessian_at is None and objective.product_at is None:
        raise UnsupportedError(f"{known} needs second derivatives", hint="Pass hessian=, or choose l-bfgs.")
    if known in SAMPLING and objective.minibatches is None:
        raise UnsupportedError(
            f"{known} needs an objective that is a sum over the rows of its data",
            hint="State the function as a formula without constraints, or choose gradient.",
        )
    if known in ("quadratic", "conjugate-gradient") and not quadratic:
        raise UnsupportedError("the function is not quadratic", hint="Choose newton or trust-region.")
    if known == "newton-1d" and objective.size != 1:
        raise UnsupportedError(
            f"newton-1d is for one unknown, and there are {objective.size}", hint="Choose newton."
        )
    return Choice(known, "as asked")


def automatic(
    objective: Objective, *, smooth: bool, quadratic: bool, work: int, matrices: bool = False
) -> Choice:
    """Choose by structure: quadratic, small with second derivatives, or large.

    `work` is the number of data entries. A Newton method takes some ten Hessians of about
    work·n + n³ multiplications, L-BFGS some sixty gradients of about 4·work, at a slower pace
    because they are bound by memory; both pay a fixed price per step. `matrices` tells whether an
    unknown is a matrix.
    """
    n = objective.size
    if quadratic and objective.product_at is not None and n >= SMALLEST_FOR_STEPS and objective.is_convex():
        return Choice("conjugate-gradient", f"a convex quadratic of {n} unknowns: a few gradients may do")
    if quadratic:
        return Choice("quadratic", "the Hessian is constant: one linear system gives the minimum")
    if objective.hessian_at is None:
        return Choice("l-bfgs", "only first derivatives are at hand")
    hessian = CALL + (2 * work * n + n**3) / MULTIPLICATIONS
    gradient = CALL + 4 * work / MEMORY_BOUND
    if n > LARGEST_FOR_NEWTON and smooth and matrices and objective.product_at and objective.is_convex():
        return Choice("newton-cg", f"{n} unknowns in a convex function of matrices: products Hv are cheap")
    if NEWTON_STEPS * hessian > GRADIENT_STEPS * gradient:
        return _gradients_first(n, f"{n} unknowns, {work:,} data: Hessians would cost more than they save")
    if n <= LARGEST_FOR_NEWTON and (not smooth or hessian > DEAR * gradient):
        return Choice("preconditioned-l-bfgs", f"{n} unknowns: a Hessian serves for several steps")
    if n <= LARGEST_FOR_NEWTON:
        return Choice("trust-region", f"{n} unknowns and second derivatives: the Hessian is cheap")
    return _gradients_first(n, f"{n} unknowns: a Hessian would cost more than it saves")


def _gradients_first(size: int, reason: str) -> Choice:
    if size > LARGEST_FOR_CHANGE:
        return Choice("l-bfgs", reason)
    return Choice("l-bfgs-then-newton", f"{reason}, unless L-BFGS is slow")
