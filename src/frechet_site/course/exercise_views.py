"""An exercise by itself, and what is done with it: read back, checked, hinted at, varied.

Every address answers a plain form with the whole page, and htmx with the part that changes.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from frechet.course.exercises.exercise import Exercise
from frechet_site.accounts.models import User
from frechet_site.course.content import exercise_ids, exercise_or_404, lecture_or_404
from frechet_site.course.forms import HINT_GRADES, MOST_SEEDS, AnswerForm, ReadForm, VariantForm
from frechet_site.course.marking import (
    answered,
    exercise_page,
    hints_up_to,
    marked,
    names_of,
    open_hint,
    read_back,
    record,
)
from frechet_site.course.views import layout_of, readable_or_404
from frechet_site.lib.ratelimit import limited

FRESH: Final = "new"


def _readable(request: HttpRequest, lecture_id: str, name: str) -> Exercise:
    readable_or_404(request, lecture_id)
    return exercise_or_404(lecture_id, name)


def _answer(
    request: HttpRequest, exercise: Exercise, seed: int, part: str = "exercise", **more: Any
) -> HttpResponse:
    """Return a part of an exercise to htmx, the page to everybody else."""
    if request.headers.get("HX-Request") and part != "exercise":
        return render(request, f"course/parts/{part}.html", {"task": names_of(exercise), **more})
    ids = exercise_ids(exercise.lecture)
    task = answered(exercise_page(exercise, seed, ids.index(exercise.id) + 1), more.get("answers", []))
    context = {"task": task, "lecture": lecture_or_404(exercise.lecture), **more}
    is_part = bool(request.headers.get("HX-Request"))
    return render(request, "course/parts/exercise.html" if is_part else "course/exercise.html", context)


@require_safe
@vary_on_headers("HX-Request")
def show(request: HttpRequest, lecture_id: str, name: str) -> HttpResponse:
    """Show a variant; `?seed=new` draws a fresh one."""
    exercise = _readable(request, lecture_id, name)
    if request.GET.get("seed") == FRESH:
        seed = 1 + secrets.randbelow(MOST_SEEDS - 1)
        address = reverse("course:exercise", args=[lecture_id, name])
        return redirect(f"{address}?seed={seed}")
    form = VariantForm({"seed": request.GET.get("seed", "0")})
    return _answer(request, exercise, form.cleaned_data["seed"] if form.is_valid() else 0)


@require_POST
@limited("answer")
def check(request: HttpRequest, lecture_id: str, name: str) -> HttpResponse:
    """Mark an answer; those who are signed in have it kept."""
    exercise = _readable(request, lecture_id, name)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        seed = form.cleaned_data.get("seed", 0)
        error = {
            "message": " ".join(map(str, form.non_field_errors())) or "This exercise cannot be found again."
        }
        return _answer(request, exercise, seed, "verdict", error=error)
    seed, answers = form.cleaned_data["seed"], form.cleaned_data["answers"]
    mark = marked(exercise, seed, answers, layout_of(request))
    if "error" in mark:
        return _answer(request, exercise, seed, "verdict", error=mark["error"], answers=answers)
    if isinstance(request.user, User):
        record(request.user, exercise, seed, answers, mark)
    return _answer(request, exercise, seed, "verdict", mark=mark, answers=answers, **_opened(form, exercise))


def _opened(form: AnswerForm, exercise: Exercise) -> dict[str, object]:
    """Return the hints that stand open on the page already."""
    grade = form.cleaned_data.get("hints") or 0
    return {"hints": hints_up_to(exercise, form.cleaned_data["seed"], grade), "hint_grade": grade}


@require_POST
@limited("typing")
def read(request: HttpRequest, lecture_id: str, name: str) -> HttpResponse:
    """Typeset what is typed, before it counts."""
    exercise = _readable(request, lecture_id, name)
    form = ReadForm(request.POST)
    if not form.is_valid():
        return HttpResponse("")
    told = read_back(
        exercise, form.cleaned_data["seed"], form.cleaned_data["answer"], form.cleaned_data["blank"] or 0
    )
    return render(request, "course/parts/read.html", {"read": told})


@require_POST
@limited("engine")
def give_hint(request: HttpRequest, lecture_id: str, name: str) -> HttpResponse:
    """Open the next hint."""
    exercise = _readable(request, lecture_id, name)
    form = VariantForm(request.POST)
    if not form.is_valid():
        return redirect("course:exercise", lecture_id, name)
    seed = form.cleaned_data["seed"]
    grade = min(HINT_GRADES, (form.cleaned_data["hints"] or 0) + 1)
    open_hint(request.user, exercise, seed, grade)
    found = hints_up_to(exercise, seed, grade)
    answers = request.POST.getlist("answer")
    return _answer(request, exercise, seed, "hints", hints=found, hint_grade=grade, answers=answers)
