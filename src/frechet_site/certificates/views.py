"""One's own certificate, and the public pages by which anybody verifies one."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from frechet_site.accounts.people import person
from frechet_site.certificates import credential
from frechet_site.certificates.forms import IssueForm, TokenForm
from frechet_site.certificates.issuing import CertificateError, certificate_of, issue
from frechet_site.certificates.keys import public_jwk, signing_key
from frechet_site.certificates.models import Certificate
from frechet_site.certificates.pdf import certificate_pdf
from frechet_site.certificates.picture import certificate_picture
from frechet_site.certificates.requirements import completion
from frechet_site.certificates.sharing import share_links
from frechet_site.enrollment.access import may_read_all
from frechet_site.lib.origin import origin_of, whole_address
from frechet_site.lib.ratelimit import limited

# The largest number of a record, and so the last block of them.
LAST_BLOCK: Final = models.BigAutoField.MAX_BIGINT // credential.LIST_BITS


def found_or_404(number: str) -> Certificate:
    """Return a certificate by its number."""
    found = Certificate.objects.filter(number=number).first()
    if found is None:
        raise Http404
    return found


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Show one's certificate, or what is missing for it; issue it."""
    user = person(request)
    found = certificate_of(user)
    if found is not None:
        return redirect("certificates:verify", found.number)
    form = IssueForm(request.POST or None, initial={"name": user.display_name})
    done = completion(user)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("certificates:verify", issue(user, form.cleaned_data["name"]).number)
        except CertificateError as error:
            messages.error(request, f"{error.message} {error.hint}")
    context = {"done": done, "form": form, "registered": may_read_all(user)}
    return render(request, "certificates/mine.html", context)


@require_safe
def verify(request: HttpRequest, number: str) -> HttpResponse:
    """Tell everybody whether a certificate is valid."""
    found = Certificate.objects.filter(number=number).first()
    if found is None:
        return render(request, "certificates/unknown.html", status=404)
    page = whole_address(reverse("certificates:verify", args=[found.number]), request)
    context = {
        "certificate": found,
        "page": page,
        "picture": whole_address(reverse("certificates:picture", args=[found.number]), request),
        "own": request.user.is_authenticated and found.user_id == request.user.pk,
        "shares": share_links(found, page),
        "token_form": TokenForm(),
    }
    return render(request, "certificates/verify.html", context)


@require_POST
@limited("answer")
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Tell whether a credential file is genuine and belongs to a certificate."""
    found = found_or_404(number)
    form = TokenForm(request.POST)
    genuine = form.is_valid() and credential.holds(form.cleaned_data["credential"].strip(), found)
    return render(request, "certificates/checked.html", {"certificate": found, "genuine": genuine})


@require_safe
@limited("engine")
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """Send the certificate on paper; a revoked one is not handed out."""
    found = found_or_404(number)
    if not found.is_valid:
        raise Http404
    page = whole_address(reverse("certificates:verify", args=[found.number]), request)
    response = HttpResponse(certificate_pdf(found, page), content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="certificate.pdf"'
    return response


@require_safe
@limited("engine")
@cache_control(public=True, max_age=3600)
def picture(request: HttpRequest, number: str) -> HttpResponse:
    """Send the picture for social networks."""
    return HttpResponse(certificate_picture(found_or_404(number)), content_type="image/png")


@require_safe
@limited("engine")
def token(request: HttpRequest, number: str) -> HttpResponse:
    """Send the signed credential; whether it is revoked stands in the status list."""
    text = credential.signed_credential(found_or_404(number), origin_of(request))
    response = HttpResponse(text, content_type="application/vc+jwt")
    response["Content-Disposition"] = 'attachment; filename="credential.jwt"'
    return response


@require_safe
@limited("engine")
def status(request: HttpRequest, block: int) -> HttpResponse:
    """Send which certificates are revoked; a block that no certificate can lie in does not exist."""
    if block > LAST_BLOCK:
        raise Http404
    text = credential.signed_status_list(block, origin_of(request))
    return HttpResponse(text, content_type="application/vc+jwt")


@require_safe
def issuer(request: HttpRequest) -> HttpResponse:
    """Send who issues certificates here."""
    return JsonResponse({"@context": list(credential.CONTEXTS), **credential.issuer(origin_of(request))})


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Send the public key by which certificates are verified."""
    return JsonResponse({"keys": [public_jwk(signing_key())]}, content_type="application/jwk-set+json")
