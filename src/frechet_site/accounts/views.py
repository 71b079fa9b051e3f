"""One's own account: settings, data, the end."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from frechet_site.accounts.export import personal_data
from frechet_site.accounts.forms import DeletionForm, ProfileForm
from frechet_site.accounts.people import person
from frechet_site.lib.ratelimit import SHARED, seconds_to_wait, too_many


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change the settings."""
    form = ProfileForm(request.POST or None, instance=person(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your settings are saved.")
        response = redirect("accounts:profile")
        # The button in the header keeps its choice in this cookie: the later choice counts.
        response.delete_cookie("theme", samesite="Lax")
        return response
    return render(request, "accounts/profile.html", {"form": form})


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Send everything that the site keeps about the person."""
    response = JsonResponse(
        personal_data(person(request)), json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    response["Content-Disposition"] = 'attachment; filename="frechet-my-data.json"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest) -> HttpResponseBase:
    """Delete the account, after the password."""
    user = person(request)
    # Whoever finds a browser that is logged in cannot try passwords here without end.
    if request.method == "POST" and (wait := seconds_to_wait(request, "password", SHARED)):
        return too_many(request, wait)
    form = DeletionForm(user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        logout(request)
        user.delete()
        messages.success(request, "Your account and its data are deleted.")
        return redirect("account_login")
    return render(request, "accounts/delete.html", {"form": form})
