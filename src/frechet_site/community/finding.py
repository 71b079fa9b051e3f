"""Which questions a list shows: those that hold every word, of a lecture, in an order."""

from __future__ import annotations

from typing import Final

from django.db.models import Count, F, Q, QuerySet

from frechet_site.community.models import Question
from frechet_site.community.posts import Reader, visible, with_votes

MOST_WORDS: Final = 8


def questions(reader: Reader, words: str = "", lecture: str = "", sort: str = "new") -> QuerySet[Question]:
    """Return the questions that hold every word, themselves or in an answer."""
    found = visible(Question.objects.all(), reader)
    if lecture:
        found = found.filter(lecture=lecture)
    for word in words.split()[:MOST_WORDS]:
        answered = Q(answers__text__icontains=word, answers__hidden=False)
        matching = Question.objects.filter(Q(title__icontains=word) | Q(text__icontains=word) | answered)
        found = found.filter(pk__in=matching.values("pk"))
    if sort == "open":
        found = found.filter(accepted=None)
    shown = Count("answers", filter=Q(answers__hidden=False), distinct=True)
    listed = with_votes(found, reader, "question").annotate(answer_count=shown)
    first = [F("score").desc()] if sort == "votes" else []
    return listed.order_by(*first, "-created", "-id")
