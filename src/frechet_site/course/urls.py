"""The addresses of the feature."""

from __future__ import annotations

from django.urls import URLPattern, path

from frechet_site.course import exercise_views, reference_views, views

app_name = "course"
urlpatterns: list[URLPattern] = [
    path("", views.contents, name="contents"),
    path("search/", reference_views.find, name="search"),
    path("glossary/", reference_views.words, name="glossary"),
    path("formulas/", reference_views.formulas, name="formulas"),
    path("layout/", views.choose_layout, name="layout"),
    path("sections/<slug:section_id>/", views.section, name="section"),
    path("<slug:lecture_id>/", views.lecture, name="lecture"),
    path("<slug:lecture_id>/read/", views.mark_read, name="mark-read"),
    path("<slug:lecture_id>/place/", views.note_place, name="place"),
    path("<slug:lecture_id>/lab.<slug:form>", views.lab, name="lab"),
    path("<slug:lecture_id>/exercises/<slug:name>/", exercise_views.show, name="exercise"),
    path("<slug:lecture_id>/exercises/<slug:name>/check/", exercise_views.check, name="check"),
    path("<slug:lecture_id>/exercises/<slug:name>/read/", exercise_views.read, name="read"),
    path("<slug:lecture_id>/exercises/<slug:name>/hint/", exercise_views.give_hint, name="hint"),
]
