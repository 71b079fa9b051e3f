"""The addresses of the interface. Each hands its input to the engine's processes and sends what they say.

Nobody need log in; how often one may ask is limited, as is the size of a request. An error is always
`{"error": {"kind", "message", "hint", "position", "caret"}}`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from ninja import NinjaAPI, Query, Schema, Status
from ninja.decorators import decorate_view
from ninja.errors import HttpError, ValidationError

from frechet_site.api.schemas import (
    CheckIn,
    CheckOut,
    CurvatureIn,
    CurvatureOut,
    DeriveIn,
    DeriveOut,
    ErrorOut,
    FormulaIn,
    PreviewOut,
    SearchIn,
    SearchOut,
    SourceIn,
    SourceOut,
)
from frechet_site.lib.engine import call
from frechet_site.lib.ratelimit import limited

logger = logging.getLogger("frechet.api")
VERSION: Final = "1.0"
LARGEST_REQUEST: Final = 64 * 1024
STATUS_OF_KIND: Final = {
    **dict.fromkeys(("time", "memory", "size", "limit"), 422),
    **dict.fromkeys(("busy", "crash"), 503),
    "turn": 429,
    "fault": 500,
}
REFUSALS: Final = {400: ErrorOut, 413: ErrorOut, 422: ErrorOut, 429: ErrorOut, 500: ErrorOut, 503: ErrorOut}

api = NinjaAPI(
    title="Fréchet",
    version=VERSION,
    description="Derivatives of matrix formulas, derivations checked line by line, programs, curvature, "
    "and the Matrix Cookbook.",
    docs_url=None,
    urls_namespace="api",
)
Answer = Status[dict[str, Any]]


def small(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Refuse a request that is larger than any formula."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_too_large(request):
            return refused(413, "size", f"A request has at most {LARGEST_REQUEST // 1024} kB.", "Send less.")
        return view(request, *args, **kwargs)

    return guarded


def is_too_large(request: HttpRequest) -> bool:
    """Tell whether a request is larger than the interface reads, or than the site does."""
    try:
        return len(request.body) > LARGEST_REQUEST
    except RequestDataTooBig:
        return True


guarded = decorate_view(small, limited("engine"))


def refused(status: int, kind: str, message: str, hint: str = "") -> JsonResponse:
    """Return an error in the form that all errors have."""
    error = {"kind": kind, "message": message, "hint": hint, "position": None, "caret": ""}
    return JsonResponse({"error": error}, status=status)


@api.exception_handler(ValidationError)
def ill_formed(request: HttpRequest, error: ValidationError) -> JsonResponse:
    """Say which part of a request is not as it should be."""
    first = error.errors[0]
    place = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "data"))
    words = str(first["msg"])
    message = (
        f"'{place}': {words[0].lower()}{words[1:]}"
        if place
        else "The request is not the JSON that is asked for."
    )
    return refused(422, "request", message, "/api/docs shows an example of each request.")


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> JsonResponse:
    """Say that a body is not JSON."""
    hint = "Send JSON, with Content-Type: application/json."
    return refused(error.status_code, "request", str(error), hint)


@api.exception_handler(Exception)
def failed(request: HttpRequest, error: Exception) -> JsonResponse:
    """Keep what went wrong for the log, and tell nobody else."""
    logger.error("%s failed", request.path, exc_info=error)
    return refused(500, "fault", "Something went wrong on our side.", "Try again in a moment.")


def asked(operation: str, payload: Schema) -> Answer:
    """Return what the engine answers, with the status that goes with it."""
    answer: dict[str, Any] = call(operation, payload.dict(exclude_none=True))
    error = answer.get("error")
    return Status(200 if error is None else STATUS_OF_KIND.get(error["kind"], 400), answer)


@api.post("preview", response={200: PreviewOut, **REFUSALS}, tags=["formulas"], summary="Read a formula")
@guarded
def preview(request: HttpRequest, payload: FormulaIn) -> Answer:
    """Read a formula and say what was understood: its notation, its shape, what each name stands for."""
    return asked("preview", payload)


@api.post("derive", response={200: DeriveOut, **REFUSALS}, tags=["formulas"], summary="Differentiate")
@guarded
def derive(request: HttpRequest, payload: DeriveIn) -> Answer:
    """Differentiate, verify the result at random points, and send the derivation if it is asked for."""
    return asked("derive", payload)


@api.post("check", response={200: CheckOut, **REFUSALS}, tags=["derivations"], summary="Check a derivation")
@guarded
def check(request: HttpRequest, payload: CheckIn) -> Answer:
    """Check a derivation line by line: the first wrong line, the mistake by name, a counterexample."""
    return asked("check", payload)


@api.post("source", response={200: SourceOut, **REFUSALS}, tags=["programs"], summary="Write a program")
@guarded
def source(request: HttpRequest, payload: SourceIn) -> Answer:
    """Write a program for a formula and its derivatives that computes shared parts once."""
    return asked("source", payload)


@api.post("curvature", response={200: CurvatureOut, **REFUSALS}, tags=["formulas"], summary="Tell curvature")
@guarded
def curvature(request: HttpRequest, payload: CurvatureIn) -> Answer:
    """Tell whether a function is convex, concave or affine, and by which rules."""
    return asked("curvature", payload)


@api.get("cookbook", response={200: SearchOut, **REFUSALS}, tags=["cookbook"], summary="Search the Cookbook")
@guarded
def cookbook(request: HttpRequest, payload: Query[SearchIn]) -> Answer:
    """Search the Matrix Cookbook by formula up to names, by words, or by number."""
    return asked("cookbook_search", payload)
