"""Posts and reports in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from frechet_site.community.models import Answer, Question, Report, Suggestion


@admin.register(Question, Answer, Suggestion)
class PostAdmin(admin.ModelAdmin[Any]):
    """Lists posts; a text is changed on the site, where its HTML is made."""

    list_display = ("__str__", "author", "created", "hidden")
    list_filter = ("hidden", "created")
    search_fields = ("text", "author__display_name", "author__email")
    readonly_fields = ("author", "text", "created", "edited")


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin[Report]):
    """Lists reports."""

    list_display = ("__str__", "reporter", "created", "settled", "settled_by")
    list_filter = ("settled", "reason")
    list_select_related = ("reporter", "settled_by", "question", "answer__question", "suggestion")
