"""The addresses of the feature."""

from __future__ import annotations

from django.urls import URLPattern, path

from frechet_site.community import note_views, post_views, question_views, suggestion_views

app_name = "community"
urlpatterns: list[URLPattern] = [
    path("", question_views.index, name="index"),
    path("ask/", question_views.ask, name="ask"),
    path("questions/<int:number>/", question_views.show, name="question"),
    path("questions/<int:number>/answers/", question_views.answer, name="answer"),
    path("questions/<int:number>/follow/", question_views.set_follow, name="follow"),
    path("answers/<int:number>/accept/", question_views.accept, name="accept"),
    path("preview/", post_views.preview, name="preview"),
    path("posts/<slug:kind>/<int:number>/vote/", post_views.vote, name="vote"),
    path("posts/<slug:kind>/<int:number>/edit/", post_views.edit, name="edit"),
    path("posts/<slug:kind>/<int:number>/delete/", post_views.delete, name="delete"),
    path("posts/<slug:kind>/<int:number>/report/", post_views.report, name="report"),
    path("posts/<slug:kind>/<int:number>/moderate/", post_views.moderate, name="moderate"),
    path("reports/", post_views.reports, name="reports"),
    path("suggestions/", suggestion_views.suggestions, name="suggestions"),
    path("suggestions/<int:number>/status/", suggestion_views.set_status, name="status"),
    path("beside/<slug:lecture>/", note_views.beside, name="beside"),
    path("notes/", note_views.notes, name="notes"),
    path("notes/<slug:lecture>/", note_views.note, name="note"),
    path("notices/", note_views.notices, name="notices"),
    path("notices/set/", note_views.set_notices, name="set-notices"),
    path("stop/<str:token>/", note_views.stop_mail, name="stop"),
]
