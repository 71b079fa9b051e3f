"""What stands across the lectures: search, glossary, formula sheet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from frechet_site.course.content import Data, course, page_of, walk
from frechet_site.course.forms import SearchForm
from frechet_site.course.search import glossary, search
from frechet_site.course.views import layout_of
from frechet_site.lib.ratelimit import limited
from frechet_site.lib.remembered import remembered


@require_safe
@limited("typing")
@vary_on_headers("HX-Request")
def find(request: HttpRequest) -> HttpResponse:
    """Search the lectures."""
    form = SearchForm(request.GET)
    query = form.cleaned_data["q"].strip() if form.is_valid() else ""
    part = "parts/hits" if request.headers.get("HX-Request") else "search"
    return render(request, f"course/{part}.html", {"query": query, "hits": search(query)})


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """Show the glossary."""
    return render(request, "course/glossary.html", {"entries": glossary()})


@require_safe
def formulas(request: HttpRequest) -> HttpResponse:
    """Show the results of all lectures, to be printed."""
    context = {"sections": formula_sheet(), "layout": layout_of(request)}
    return render(request, "course/formulas.html", context)


@remembered
def formula_sheet() -> tuple[Data, ...]:
    """Return the theorems, lecture by lecture, of the sections that have any."""
    found = []
    for section in course().sections:
        lectures = [
            {"lecture": lecture, "theorems": theorems}
            for lecture in section.lectures
            if (
                theorems := [
                    b
                    for b in walk(page_of(lecture.id)["blocks"])
                    if b.get("latex") and b["kind"] == "theorem"
                ]
            )
        ]
        if lectures:
            found.append({"section": section, "lectures": lectures})
    return tuple(found)
