"""The addresses of the feature."""

from __future__ import annotations

from django.urls import URLPattern, path

from frechet_site.enrollment import instructor_views, views, webhooks

app_name = "enrollment"
urlpatterns: list[URLPattern] = [
    path("", views.offer, name="offer"),
    path("register/", views.register, name="register"),
    path("orders/<uuid:key>/", views.order, name="order"),
    path("orders/<uuid:key>/pay/", views.pay, name="pay"),
    path("orders/<uuid:key>/look/", views.look, name="look"),
    path("orders/<uuid:key>/cancel/", views.cancel, name="cancel"),
    path("stripe/", webhooks.stripe, name="stripe"),
    path("instructor/", instructor_views.overview, name="instructor"),
    path("instructor/learners/", instructor_views.learners, name="learners"),
    path("instructor/learners.csv", instructor_views.learners_csv, name="learners-csv"),
    path("instructor/announcements/", instructor_views.announcements, name="announcements"),
    path(
        "instructor/announcements/<int:announcement_id>/send/", instructor_views.send_rest, name="send-rest"
    ),
]
