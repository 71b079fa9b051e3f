"""The placement test: a few questions over the map of skills, one try each.

The state is kept in the session, the right answers nowhere but in the engine. What was found is kept
with the account, so that practice begins where the learner stands.
"""

from __future__ import annotations

import secrets
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from frechet.course.exercises.exercise import Exercise
from frechet.course.mastery_placement import Placement
from frechet_site.accounts.models import Layout, User
from frechet_site.course.content import course, exercises
from frechet_site.course.forms import AnswerForm
from frechet_site.course.marking import answered, exercise_page, marked
from frechet_site.lib.ratelimit import limited
from frechet_site.mastery.learning import learner, placement
from frechet_site.mastery.models import PlacementResult
from frechet_site.mastery.views import title_of_skill

KEY: Final = "placement"
VARIANTS: Final = 40
NO_TRY: Final = frozenset({"unreadable", "ill-shaped"})


@require_http_methods(["GET", "HEAD", "POST"])
@limited("answer")
def test(request: HttpRequest) -> HttpResponse:
    """Ask the next question, take the answer, show what was found."""
    if request.method == "POST":
        return _taken(request)
    state: dict[str, Any] | None = request.session.get(KEY)
    if state is None:
        return render(request, "mastery/placement_start.html", {"taken": _taken_before(request)})
    if state["question"] is None:
        return render(request, "mastery/placement_result.html", _found(placement(state["answers"])))
    return _question(request, state)


def _taken_before(request: HttpRequest) -> PlacementResult | None:
    user = request.user
    return PlacementResult.objects.filter(user=user).first() if isinstance(user, User) else None


def _question(request: HttpRequest, state: dict[str, Any], **more: Any) -> HttpResponse:
    skill, name, seed = state["question"]
    exercise = exercises().exercises.get(name)
    if exercise is None:  # the course has changed since the test began
        return _begun(request)
    task = answered(exercise_page(exercise, seed), more.pop("answers", []))
    number = len(state["answers"])
    context = {
        "task": task,
        "number": number,
        "most": placement([]).most,
        "skill": title_of_skill(skill),
        "reads_back": exercise.id not in learner(request.user).closed_exercises,
        **more,
    }
    return render(request, "mastery/placement_question.html", context)


def _taken(request: HttpRequest) -> HttpResponse:
    state: dict[str, Any] | None = request.session.get(KEY)
    action = request.POST.get("action", "")
    if action == "begin" or state is None:
        return _begun(request)
    if state["question"] is None or request.POST.get("number") != str(len(state["answers"])):
        return redirect("mastery:placement")  # sent twice, or from a page that is out of date
    if action == "unknown":
        return _answered(request, state, right=False)
    return _judged(request, state)


def _judged(request: HttpRequest, state: dict[str, Any]) -> HttpResponse:
    _, name, seed = state["question"]
    data = request.POST.copy()
    data["seed"] = str(seed)
    form = AnswerForm(data)
    exercise = exercises().exercises.get(name)
    if exercise is None:
        return _begun(request)
    if not form.is_valid():
        return _question(request, state, fault=" ".join(map(str, form.non_field_errors())))
    layout = request.user.layout if isinstance(request.user, User) else Layout.NUMERATOR.value
    answers = form.cleaned_data["answers"]
    mark = marked(exercise, seed, answers, layout)
    if "error" in mark:
        return _question(request, state, fault=mark["error"]["message"], answers=answers)
    if mark["outcome"] in NO_TRY:
        return _question(request, state, mark=mark, answers=answers)
    return _answered(request, state, right=bool(mark["accepted"]))


def _begun(request: HttpRequest) -> HttpResponse:
    request.session[KEY] = {"answers": [], "question": _drawn(placement([]))}
    return redirect("mastery:placement")


def _answered(request: HttpRequest, state: dict[str, Any], right: bool) -> HttpResponse:
    skill = state["question"][0]
    answers = [*state["answers"], [skill, right]]
    question = _drawn(placement([(name, ok) for name, ok in answers]))
    request.session[KEY] = {"answers": answers, "question": question}
    if question is None and isinstance(request.user, User):
        kept = {"answers": answers, "taken": timezone.now()}
        PlacementResult.objects.update_or_create(user=request.user, defaults=kept)
    return redirect("mastery:placement")


def _drawn(test: Placement) -> list[object] | None:
    """Return skill, exercise and variant of the next question; None at the end."""
    skill = test.next_skill
    if skill is None:
        return None
    chosen: Exercise = secrets.choice(exercises().of_skill(skill))
    return [skill, chosen.id, 1 + secrets.randbelow(VARIANTS)]


def _found(test: Placement) -> dict[str, object]:
    known, frontier = test.known, test.frontier
    first = next((lecture for lecture in course().lectures if set(lecture.skills) & set(frontier)), None)
    return {
        "known": [title_of_skill(skill) for skill in exercises().skills if skill in known],
        "frontier": [{"id": skill, "title": title_of_skill(skill)} for skill in frontier],
        "lecture": first,
        "right": sum(right for _, right in test.answers),
        "asked": len(test.answers),
    }
