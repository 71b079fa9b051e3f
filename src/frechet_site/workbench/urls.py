"""The addresses of the feature."""

from __future__ import annotations

from django.urls import path

from frechet_site.workbench import check_views, optimize_views, views

app_name = "workbench"
urlpatterns = [
    path("", views.workbench, name="home"),
    path("workbench/", views.workbench, name="workbench"),
    path("workbench/code/", views.code, name="code"),
    path("workbench/check/", check_views.check, name="check"),
    path("workbench/optimize/", optimize_views.optimize, name="optimize"),
]
