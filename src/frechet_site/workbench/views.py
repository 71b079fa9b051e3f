"""The workbench: `/`, and its answer alone for htmx."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from frechet_site.lib.context import NAVIGATION
from frechet_site.lib.csp import style_attributes
from frechet_site.lib.engine import call
from frechet_site.lib.ratelimit import limited
from frechet_site.workbench.choices import BACKENDS, METHODS, VIEWS
from frechet_site.workbench.presenting import chips, links, mend_links, variables
from frechet_site.workbench.state import StateForm, query_of, state_of

# Refusals of the engine that are over in a moment: the page asks again by itself.
SOON: Final = frozenset({"busy", "turn", "crash"})


@require_safe
@style_attributes
@limited("typing")
@vary_on_headers("HX-Request")
def workbench(request: HttpRequest) -> HttpResponse:
    """Show a formula and its derivative."""
    state = state_of(request.GET)
    context = {**answered(state), "state": state, "here": NAVIGATION[0]}
    if request.headers.get("HX-Request"):
        response = render(request, "workbench/answer.html", context)
        response["HX-Replace-Url"] = f"{request.path}?{context['query']}"
        if context["answer"].get("refusal", {}).get("kind") in SOON:
            response["Retry-After"] = "1"
        response["X-Formula"] = "refused" if "latex" not in context["answer"] else "read"
        return response
    context["form"] = StateForm(initial=state)
    context["famous"] = call("workbench_gallery", {}).get("famous", [])
    return render(request, "workbench/workbench.html", context)


@require_safe
@limited("engine")
def code(request: HttpRequest) -> JsonResponse:
    """Return the program that a state asks for, to be copied."""
    state = {**state_of(request.GET), "view": "code"}
    answer = answered(state)["answer"]
    found = answer.get("view", {}).get("code")
    return JsonResponse(
        {"code": found} if found else {"refusal": "There is no program."}, status=200 if found else 400
    )


def answered(state: dict[str, Any]) -> dict[str, Any]:
    """Return what the templates show of the engine's answer."""
    answer: dict[str, Any] = (
        {"error": state["refusal"]} if "refusal" in state else call("workbench_answer", state)
    )
    if "error" in answer:
        answer = {"refusal": answer["error"]}
    view = answer.get("view", {}).get("name", "steps")
    return {
        "answer": answer,
        "query": query_of(state),
        "mends": mend_links(answer, state),
        "hidden": [(name, state[name]) for name in ("declare", "view", "method", "backend", "seed")],
        "chips": chips(answer, state),
        "variables": variables(answer, state),
        "views": links(state, "view", VIEWS),
        "view_template": f"workbench/view_{view}.html",
        "methods": links(state, "method", METHODS),
        "backends": links(state, "backend", BACKENDS),
        "copied": links({**state, "view": "code"}, "backend", BACKENDS[:4]),
        "another_seed": query_of({**state, "values": {}}, seed=state["seed"] + 1, view="numbers"),
    }
