"""The addresses of the feature: its page, and those of the interface (`/api/openapi.json` describes them)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from frechet_site.api import views
from frechet_site.api.endpoints import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.docs, name="api-home"),
    path("docs", views.docs, name="api-docs"),
    path("", api.urls),
]
