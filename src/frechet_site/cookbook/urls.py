"""The addresses of the feature."""

from __future__ import annotations

from django.urls import path

from frechet_site.cookbook import views

app_name = "cookbook"
urlpatterns = [
    path("", views.contents, name="contents"),
    path("search/", views.search, name="search"),
    path("chapters/<slug:slug>/", views.chapter, name="chapter"),
    path("<slug:entry_id>/", views.entry, name="entry"),
]
