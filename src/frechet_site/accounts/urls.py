"""The addresses of the feature; allauth adds login, sign-up and password reset beside them."""

from __future__ import annotations

from django.urls import path

from frechet_site.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.profile, name="profile"),
    path("export/", views.export, name="export"),
    path("delete/", views.delete, name="delete"),
]
