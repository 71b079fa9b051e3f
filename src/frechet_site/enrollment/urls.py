"""The addresses of the feature."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "enrollment"
urlpatterns: list[URLPattern] = []
