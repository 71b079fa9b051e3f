"""The pages of practice: how one stands, a skill, the exercise to do now, mistakes."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from frechet.course.exercises.exercise import Exercise
from frechet.course.mastery_reviews import Review
from frechet.errors import FrechetError
from frechet_site.course.content import NAMES_OF_KINDS, course, exercise_ids, exercises, lectures_by_id
from frechet_site.course.forms import VariantForm
from frechet_site.course.marking import exercise_page
from frechet_site.mastery.learning import STATES, Learner, drills, learner, lectures_about, next_task
from frechet_site.mastery.skillmap import skill_map

LEVELS: Final = ("What you bring", "First derivatives", "The craft", "Beyond")
FEW: Final = 5
MOST_SKIPPED: Final = 3


def title_of_skill(skill: str) -> str:
    """Return the title of a skill."""
    return str(exercises().skills.get(skill, {}).get("title", skill))


def _skill_row(who: Learner, skill: str) -> dict[str, object]:
    state = who.state(skill)
    words = {"id": skill, "title": title_of_skill(skill), "state": state, "words": STATES[state]}
    return {**words, "percent": round(100 * who.standings[skill].share)}


def _review_row(who: Learner, review: Review) -> dict[str, object]:
    days = (review.due - who.now) // timedelta(days=1)
    row = {"id": review.skill, "title": title_of_skill(review.skill), "due": review.due <= who.now}
    return {**row, "days": max(1, days), "recall": round(100 * review.recall)}


def mistake_rows(who: Learner) -> list[dict[str, object]]:
    """Return the mistakes that a learner made, the most frequent first."""
    known = course().mistakes
    return [
        {"id": name, "count": count, "drills": len(drills(exercises(), name)), **_words(name)}
        for name, count in who.mistakes.items()
        if name in known
    ]


def _words(mistake: str) -> dict[str, object]:
    entry = course().mistakes[mistake]
    return {"title": entry.get("title", mistake), "say": entry.get("say", "")}


def _levels(who: Learner) -> list[dict[str, object]]:
    """Return all skills, from what one brings to what lies beyond."""
    skills: list[list[str]] = [[] for _ in LEVELS]
    for skill, entry in exercises().skills.items():
        skills[min(int(str(entry.get("level", 0))), len(LEVELS) - 1)].append(skill)
    return [
        {"name": name, "skills": [_skill_row(who, skill) for skill in level]}
        for name, level in zip(LEVELS, skills, strict=True)
    ]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show how a learner stands, and what is best done next."""
    who = learner(request.user)
    context = {
        "who": who,
        "map": skill_map(who),
        "legend": STATES.items(),
        "levels": _levels(who),
        "reviews": [_review_row(who, review) for review in who.reviews[:FEW]],
        "due": len(who.due),
        "ready": [_skill_row(who, skill) for skill in who.open[:FEW]],
        "mistakes": mistake_rows(who)[:3],
        "mastered": len(who.mastered),
        "skills": len(exercises().skills),
    }
    return render(request, "mastery/overview.html", context)


@require_safe
def skill(request: HttpRequest, name: str) -> HttpResponse:
    """Show a skill: what one can do with it, where it is taught, and how the learner stands."""
    entry = exercises().skills.get(name)
    if entry is None:
        raise Http404
    who, requires = learner(request.user), exercises().requires
    tasks = [
        {
            "kind": NAMES_OF_KINDS[exercise.kind],
            "lecture": lectures_by_id()[exercise.lecture],
            "name": exercise.id.partition("/")[2],
            "solved": any(a.right for a in who.attempts if a.exercise == exercise.id),
        }
        for exercise in exercises().of_skill(name, programs=True)
    ]
    context = {
        "entry": entry,
        "row": _skill_row(who, name),
        "standing": who.standings[name],
        "rule": exercises().rule,
        "needs": [_skill_row(who, need) for need in requires[name]],
        "leads": [_skill_row(who, other) for other, needs in requires.items() if name in needs],
        "lectures": lectures_about(name),
        "tasks": tasks,
        "review": next((_review_row(who, r) for r in who.reviews if r.skill == name), None),
    }
    return render(request, "mastery/skill.html", context)


@login_required
@require_safe
def session(request: HttpRequest) -> HttpResponse:
    """Choose the exercise to do now, and go there."""
    who = learner(request.user)
    topic, mistake = request.GET.get("topic", ""), request.GET.get("mistake", "")
    skipped = request.GET.getlist("skip")[:MOST_SKIPPED]
    try:
        task = next_task(who, topic, mistake, skipped)
        if task is None and skipped:
            task = next_task(who, topic, mistake)
    except FrechetError as error:
        raise Http404 from error
    if task is None:
        closed = bool(who.closed_exercises)
        messages.info(request, _nothing_left(closed))
        return redirect("mastery:overview")
    exercise, seed = task
    about = [("topic", topic)] * bool(topic) + [("mistake", mistake)] * bool(mistake)
    query = urlencode([("seed", seed), *about, *(("skip", name) for name in skipped)])
    lecture, _, name = exercise.id.partition("/")
    return redirect(f"{reverse('mastery:task', args=[lecture, name])}?{query}")


def _nothing_left(closed: bool) -> str:
    if closed:
        return "What comes next belongs to lectures that are open to those who are registered."
    return "Nothing is due, and every skill is mastered. Come back when a review is."


@login_required
@require_safe
def task(request: HttpRequest, lecture: str, name: str) -> HttpResponse:
    """Show an exercise in a session of practice; it is marked where all exercises are."""
    exercise = exercises().exercises.get(f"{lecture}/{name}")
    who = learner(request.user)
    form = VariantForm({"seed": request.GET.get("seed", "0")})
    if exercise is None or exercise.id in who.closed_exercises or not form.is_valid():
        raise Http404
    topic, mistake = request.GET.get("topic", ""), request.GET.get("mistake", "")
    about = {key: value for key, value in (("topic", topic), ("mistake", mistake)) if value}
    skipped = [*request.GET.getlist("skip")[-MOST_SKIPPED + 1 :], exercise.id]
    context = {
        "task": exercise_page(exercise, form.cleaned_data["seed"], _number(exercise)),
        "lecture": lectures_by_id()[lecture],
        "skills": [_skill_row(who, one) for one in exercise.skills],
        "topic_title": _topic_title(topic, mistake),
        "next": f"{reverse('mastery:session')}?{urlencode({**about, 'skip': skipped}, doseq=True)}",
        "due": len(who.due),
    }
    return render(request, "mastery/task.html", context)


def _number(exercise: Exercise) -> int:
    """Return the number under which the lecture shows an exercise."""
    return 1 + exercise_ids(exercise.lecture).index(exercise.id)


def _topic_title(topic: str, mistake: str) -> str:
    if mistake in course().mistakes:
        return str(_words(mistake)["title"])
    if topic in exercises().skills:
        return title_of_skill(topic)
    return lectures_by_id()[topic].title if topic in lectures_by_id() else ""


@login_required
@require_safe
def mistakes(request: HttpRequest) -> HttpResponse:
    """Show the mistakes that a learner made most, each with a drill."""
    return render(request, "mastery/mistakes.html", {"mistakes": mistake_rows(learner(request.user))})
