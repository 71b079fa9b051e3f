"""Optimize: a function and small data in; the optimum, its path and a picture out."""

from __future__ import annotations

import base64
from typing import Any, Final, final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import FileExtensionValidator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from frechet_site.lib.context import NAVIGATION
from frechet_site.lib.engine import call
from frechet_site.lib.ratelimit import limited

LARGEST_FILE: Final = 1024 * 1024
LONGEST_LINK: Final = 2000
METHODS: Final = (
    ("auto", "chosen for the problem"),
    ("newton", "Newton's method"),
    ("trust-region", "Newton in a trust region"),
    ("l-bfgs", "L-BFGS"),
    ("gradient", "gradient descent, backtracking"),
    ("gradient-exact", "gradient descent, exact steps"),
    ("barzilai-borwein", "Barzilai and Borwein"),
    ("momentum", "momentum"),
    ("nesterov", "Nesterov"),
)
EXAMPLES: Final = (
    ("Rosenbrock's valley", {"f": "(1 - a)^2 + 100*(b - a^2)^2", "over": "a, b", "start": "a = -1.2\nb = 1"}),
    (
        "Least squares",
        {
            "f": "norm2(A*x - b)^2",
            "over": "x",
            "values": "A = 1 1; 1 2; 1 3; 1 4\nb = 1.1, 1.9, 3.2, 3.8",
            "start": "x = 2, -1",
        },
    ),
    (
        "Logistic regression",
        {
            "f": "sum(log(vector(1) + exp(-y.*(X*w)))) + 0.1*w'*w",
            "over": "w",
            "values": "X = 1 2; 2 1; 2 3; -1 -1; -2 1; -1 -2\ny = 1, 1, 1, -1, -1, -1",
            "start": "w = 3, -2",
        },
    ),
    (
        "With constraints",
        {"f": "norm2(x - c)^2", "over": "x", "values": "c = 1, 2, 3", "subject_to": "x >= 0; sum(x) == 1"},
    ),
)


def _lines(label: str, rows: int, help_text: str, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "class": "input-formula input-small", "spellcheck": "false"})
    return forms.CharField(label=label, required=False, widget=widget, help_text=help_text, **options)


@final
class OptimizeForm(forms.Form):
    """A problem: the function, its variables, data, constraints, and how to search."""

    f = forms.CharField(
        label="Minimize",
        help_text="A formula whose value is a number.",
        max_length=1500,
        widget=forms.TextInput(
            attrs={"class": "input-formula", "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    over = forms.CharField(
        label="over",
        max_length=200,
        required=False,
        help_text="The others are data.",
    )
    values = _lines(
        "Data", 4, "One name a line: A = 1 2; 3 4 is a matrix, b = 1, 2 a vector.", max_length=20_000
    )
    file = forms.FileField(
        label="Or a file",
        required=False,
        help_text="csv with names in the first row, or npz; at most 1 MB.",
        validators=[FileExtensionValidator(["csv", "npz", "npy"])],
    )
    start = _lines("Start", 2, "Where to begin, like the data; without it, at zero.", max_length=2000)
    subject_to = _lines("Subject to", 2, "Constraints: x >= 0; sum(x) == 1.", max_length=1000)
    method = forms.ChoiceField(choices=METHODS, required=False)
    declare = forms.CharField(
        label="Declarations",
        max_length=1000,
        required=False,
        help_text="For example S: psd(n); lambda: positive.",
    )

    def clean_file(self) -> UploadedFile[bytes] | None:
        """Refuse what is too large before it is read."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError("The file is larger than 1 MB. Use the library for larger data.")
        return file


@require_http_methods(["GET", "HEAD", "POST"])
@limited("engine")
@vary_on_headers("HX-Request")
def optimize(request: HttpRequest) -> HttpResponse:
    """Show the form and, with a function, the optimum."""
    given: QueryDict = request.POST if request.method == "POST" else request.GET
    form = OptimizeForm(given if "f" in given else None, request.FILES or None, initial=EXAMPLES[0][1])
    context: dict[str, Any] = {"form": form, "here": NAVIGATION[0], "examples": links()}
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        context |= {"result": call("workbench_minimize", payload_of(told)), "link": link(told)}
    part = bool(request.headers.get("HX-Request"))
    return render(request, "workbench/optimum.html" if part else "workbench/optimize.html", context)


def payload_of(told: dict[str, Any]) -> dict[str, object]:
    """Return the problem as the engine takes it; a file goes there unread."""
    texts = {name: told[name] for name in ("f", "over", "values", "start", "subject_to", "declare")}
    payload: dict[str, object] = {**texts, "method": told["method"] or "auto"}
    if told["file"] is not None:
        content = base64.b64encode(told["file"].read()).decode("ascii")
        payload |= {"file": content, "file_name": told["file"].name}
    return payload


def links() -> list[dict[str, str]]:
    """Return the examples to start from."""
    return [{"words": words, "query": urlencode(fields)} for words, fields in EXAMPLES]


def link(told: dict[str, Any]) -> str:
    """Return the query that states the problem, unless a file is part of it or it is too long."""
    fields = {name: value for name, value in told.items() if name != "file" and value}
    query = urlencode(fields)
    return "" if told["file"] is not None or len(query) > LONGEST_LINK else query
