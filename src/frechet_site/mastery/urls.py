"""The addresses of the feature."""

from __future__ import annotations

from django.urls import URLPattern, path

from frechet_site.mastery import placement_views, plan_views, views

app_name = "mastery"
urlpatterns: list[URLPattern] = [
    path("", views.overview, name="overview"),
    path("skills/<slug:name>/", views.skill, name="skill"),
    path("session/", views.session, name="session"),
    path("session/<slug:lecture>/<slug:name>/", views.task, name="task"),
    path("mistakes/", views.mistakes, name="mistakes"),
    path("plan/", plan_views.study_plan, name="plan"),
    path("plan/calendar.ics", plan_views.study_calendar, name="calendar"),
    path("placement/", placement_views.test, name="placement"),
]
