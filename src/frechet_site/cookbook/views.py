"""The Cookbook: chapters, entries, search."""

from __future__ import annotations

from typing import Any, Final, final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from frechet_site.lib.engine import call
from frechet_site.lib.ratelimit import limited

EXAMPLES: Final = ("tr(A*X*B)", "log(det(X))", "x'*B*x", "inverse Woodbury", "Kronecker", "eq. 84")


@final
class SearchForm(forms.Form):
    """A formula or words, and for a formula perhaps its variable."""

    q = forms.CharField(
        label="Formula, words, or an equation number",
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "class": "input-formula", "autocomplete": "off"}),
    )
    wrt = forms.CharField(label="differentiated by", max_length=32, required=False)


@require_safe
@limited("engine")
def contents(request: HttpRequest) -> HttpResponse:
    """Show the chapters."""
    return _shown(request, "contents", call("cookbook_contents", {}), form=SearchForm())


@require_safe
@limited("engine")
def chapter(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the entries of a chapter."""
    return _shown(request, "chapter", call("cookbook_chapter", {"slug": slug}))


@require_safe
@limited("engine")
def entry(request: HttpRequest, entry_id: str) -> HttpResponse:
    """Show an entry with its proof."""
    return _shown(request, "entry", call("cookbook_entry", {"id": entry_id}))


@require_safe
@limited("engine")
@vary_on_headers("HX-Request")
def search(request: HttpRequest) -> HttpResponse:
    """Search by formula or by words."""
    form = SearchForm(request.GET)
    context: dict[str, Any] = {"form": form, "examples": EXAMPLES}
    if form.is_valid() and form.cleaned_data["q"]:
        context["query"] = form.cleaned_data["q"]
        told = {"query": form.cleaned_data["q"], "wrt": form.cleaned_data["wrt"]}
        context["found"] = call("cookbook_find", told)
    part = bool(request.headers.get("HX-Request"))
    return render(request, "cookbook/hits.html" if part else "cookbook/search.html", context)


def _shown(request: HttpRequest, page: str, answer: dict[str, Any], **more: Any) -> HttpResponse:
    """Show an answer of the engine, or say kindly that there is none."""
    if not answer:
        raise Http404
    if "error" in answer:
        told = {"title": answer["error"]["message"], "advice": answer["error"]["hint"]}
        return render(request, "pages/error.html", told, status=503)
    return render(request, f"cookbook/{page}.html", {page: answer, **more})
