"""The addresses of the feature."""

from __future__ import annotations

from django.urls import URLPattern, path

from frechet_site.certificates import views

app_name = "certificates"
urlpatterns: list[URLPattern] = [
    path("", views.mine, name="mine"),
    path("issuer.json", views.issuer, name="issuer"),
    path("jwks.json", views.keys, name="keys"),
    path("status/<int:block>/", views.status, name="status"),
    path("<slug:number>/", views.verify, name="verify"),
    path("<slug:number>/check/", views.check, name="check"),
    path("<slug:number>/certificate.pdf", views.pdf, name="pdf"),
    path("<slug:number>/card.png", views.picture, name="picture"),
    path("<slug:number>/credential.jwt", views.token, name="token"),
]
