"""About, health and the style guide."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from frechet_site.lib.csp import style_attributes
from frechet_site.pages.samples import SAMPLE_CODE, SAMPLE_ERROR, SAMPLE_FORM_DATA, SampleForm


@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """Tell whether the site can serve: the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"ok": False, "database": "no answer"}, status=503)
    return JsonResponse({"ok": True, "database": "answers"})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Tell what Fréchet is."""
    return render(request, "pages/about.html")


@require_safe
@style_attributes
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component, to those who build the site."""
    if not (settings.DEBUG or (request.user.is_authenticated and request.user.is_staff)):
        raise Http404
    context = {
        "sample_form": SampleForm(SAMPLE_FORM_DATA),
        "sample_error": SAMPLE_ERROR,
        "sample_code": SAMPLE_CODE,
    }
    return render(request, "pages/styleguide.html", context)
