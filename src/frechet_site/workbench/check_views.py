"""Check my derivation: lines in, marks out."""

from __future__ import annotations

from typing import Any, Final, final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from frechet_site.lib.context import NAVIGATION
from frechet_site.lib.engine import call
from frechet_site.lib.ratelimit import limited
from frechet_site.workbench.choices import LAYOUTS

LONGEST: Final = 6000
LONGEST_LINK: Final = 2000
EXAMPLES: Final = (
    ("Quadratic form", "f = x'*A*x\ndf = dx'*A*x + x'*A*dx\n= 2*x'*A*dx\ngrad = 2*A*x"),
    (
        "Least squares",
        "f = norm2(A*x - b)^2\ndf = 2*(A*x - b)'*d(A*x - b)\n= 2*(A*x - b)'*A*dx\ngrad = 2*A*(A*x - b)",
    ),
    ("Log-determinant", "X: matrix(n, n)\n\nf = log(det(X))\ndf = tr(inv(X)*dX)\ngrad = inv(X)"),
    ("All right", "f = tr(X'*X)\ndf = tr(dX'*X) + tr(X'*dX)\n= 2*tr(X'*dX)\ngrad = 2*X"),
)


@final
class CheckForm(forms.Form):
    """The lines and the layout that they are written in."""

    text = forms.CharField(
        label="Your lines",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 9, "class": "input-formula", "spellcheck": "false"}),
        help_text="f = … is the function, df = … its differential, grad = …, J = … or H = … the end. "
        "A: matrix(m, n) declares a name. LaTeX works too.",
    )
    layout = forms.ChoiceField(choices=LAYOUTS, required=False, label="Layout of Jacobians")


@require_http_methods(["GET", "HEAD", "POST"])
@limited("engine")
@vary_on_headers("HX-Request")
def check(request: HttpRequest) -> HttpResponse:
    """Show the form and, with lines, the marks."""
    given = request.POST if request.method == "POST" else request.GET
    data = given.dict()
    if "mend" in data and "text" in data:
        data["text"] = mended(data["text"], data["mend"])
    form = CheckForm(data if "text" in data else None, initial={"text": EXAMPLES[0][1]})
    context: dict[str, Any] = {"form": form, "here": NAVIGATION[0], "examples": links()}
    if form.is_valid():
        text, layout = form.cleaned_data["text"], form.cleaned_data["layout"] or "numerator"
        context |= {"report": call("workbench_check", {"text": text, "layout": layout}), "link": link(text)}
    part = bool(request.headers.get("HX-Request"))
    return render(request, "workbench/check_report.html" if part else "workbench/check.html", context)


def links() -> list[dict[str, str]]:
    """Return the examples to start from."""
    return [{"words": words, "query": urlencode({"text": text})} for words, text in EXAMPLES]


def link(text: str) -> str:
    """Return the query that shows these lines, if it is short enough for an address."""
    query = urlencode({"text": text})
    return query if len(query) <= LONGEST_LINK else ""


def mended(text: str, mend: str) -> str:
    r"""Put a mended line in the place of a wrong one; `mend` holds both, the wrong one first.

    >>> mended("f = x'*A*x\ngrad = 2*A*x", "grad = 2*A*x -> grad = (A + A')*x")
    "f = x'*A*x\ngrad = (A + A')*x"
    """
    wrong, _, right = mend.partition(" -> ")
    lines = text.splitlines()
    place = next((k for k, line in enumerate(lines) if line.strip() == wrong.strip()), None)
    if place is not None and right:
        lines[place] = right
    return "\n".join(lines)
