"""The addresses of the feature."""

from __future__ import annotations

from django.urls import path

from frechet_site.pages import views

app_name = "pages"
urlpatterns = [
    path("healthz", views.health, name="health"),
    path("about/", views.about, name="about"),
    path("styleguide/", views.styleguide, name="styleguide"),
]
