"""Posts of three kinds, votes and reports about them, who wants mail, and notes of one's own.

A vote and a report are about exactly one post, and a person has one of each for a post: the
database sees to that.
"""

from __future__ import annotations

from typing import ClassVar, Final, Self, final

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from frechet_site.community.formulas import formula_post_html
from frechet_site.community.lectures import title_of

POST_CHARACTERS: Final = 8_000


class AbstractPost(models.Model):
    """What all posts have: an author, a text and its HTML, made once when it is saved."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="%(class)ss")
    text = models.TextField(max_length=POST_CHARACTERS)
    html = models.TextField(editable=False)
    unfinished = models.BooleanField(default=False, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    edited = models.DateTimeField(null=True, editable=False)
    hidden = models.BooleanField(default=False)

    score: int
    """How many votes there are, where the query has counted them."""

    class Meta:
        """No table of its own."""

        abstract = True

    def render(self) -> Self:
        """Make the HTML from the text."""
        rendered = formula_post_html(self.text)
        self.html, self.unfinished = rendered.html, rendered.unfinished
        return self


@final
class Question(AbstractPost):
    """A question, about a lecture and a step of it, or about anything."""

    title = models.CharField(max_length=140)
    lecture = models.CharField(max_length=120, blank=True)
    step = models.CharField(max_length=120, blank=True)
    accepted = models.ForeignKey(
        "Answer", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-created", "-id"]
        indexes: ClassVar = [models.Index(fields=["lecture", "-created"], name="questions_of_lecture")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("community:question", args=[self.pk])

    @property
    def lecture_title(self) -> str:
        return title_of(self.lecture)


@final
class Answer(AbstractPost):
    """An answer to a question."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="answers")

    class Meta:
        """In the order in which they came."""

        ordering: ClassVar = ["created", "id"]

    def __str__(self) -> str:
        return f"Answer to “{self.question.title}”"

    def get_absolute_url(self) -> str:
        return f"{self.question.get_absolute_url()}#answer-{self.pk}"


class Status(models.TextChoices):
    """What becomes of a suggestion."""

    NEW = "new", "new"
    PLANNED = "planned", "planned"
    DONE = "done", "done"
    DECLINED = "declined", "not planned"


@final
class Suggestion(AbstractPost):
    """Something that should be different, or should exist."""

    title = models.CharField(max_length=140)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    reply = models.TextField(max_length=1_000, blank=True)

    class Meta:
        """The newest first."""

        ordering: ClassVar = ["-created", "-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"{reverse('community:suggestions')}#suggestion-{self.pk}"


Post = Question | Answer | Suggestion
KINDS: Final[dict[str, type[Question] | type[Answer] | type[Suggestion]]] = {
    "question": Question,
    "answer": Answer,
    "suggestion": Suggestion,
}


def kind_of(post: Post) -> str:
    """Return the name of the kind of a post."""
    return post._meta.model_name or ""


def _about_one(name: str) -> models.CheckConstraint:
    """Return the condition that exactly one of the three references is set."""
    condition = Q()
    for kind in KINDS:
        condition |= Q(**{f"{other}__isnull": other != kind for other in KINDS})
    return models.CheckConstraint(condition=condition, name=f"{name}_about_one_post")


def _one_each(name: str, person: str) -> list[models.UniqueConstraint]:
    return [models.UniqueConstraint(fields=[person, kind], name=f"one_{name}_for_{kind}") for kind in KINDS]


@final
class Vote(models.Model):
    """A person finds a post useful."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="votes")
    question = models.ForeignKey(Question, models.CASCADE, null=True, related_name="votes")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="votes")
    suggestion = models.ForeignKey(Suggestion, models.CASCADE, null=True, related_name="votes")
    created = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        """One vote a person and post."""

        constraints: ClassVar = [_about_one("vote"), *_one_each("vote", "user")]

    def __str__(self) -> str:
        return f"{self.user} for {self.question or self.answer or self.suggestion}"


class Reason(models.TextChoices):
    """Why a post is reported."""

    WRONG = "wrong", "it is mathematically wrong and misleading"
    OFFENSIVE = "offensive", "it is insulting"
    SPAM = "spam", "it is advertising"
    SOLUTION = "solution", "it gives away the solution of an exercise"
    OTHER = "other", "something else"


@final
class Report(models.Model):
    """A person asks the staff to look at a post."""

    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="reports")
    question = models.ForeignKey(Question, models.CASCADE, null=True, related_name="reports")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="reports")
    suggestion = models.ForeignKey(Suggestion, models.CASCADE, null=True, related_name="reports")
    reason = models.CharField(max_length=10, choices=Reason)
    words = models.TextField("What should we know?", max_length=1_000, blank=True)
    created = models.DateTimeField(default=timezone.now, editable=False)
    settled = models.DateTimeField(null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False
    )

    class Meta:
        """One report a person and post; the oldest first."""

        ordering: ClassVar = ["created", "id"]
        constraints: ClassVar = [_about_one("report"), *_one_each("report", "reporter")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.post}"

    @property
    def post(self) -> Post:
        """Return what was reported."""
        found = self.question or self.answer or self.suggestion
        assert found is not None
        return found

    @property
    def kind(self) -> str:
        return kind_of(self.post)


@final
class Follower(models.Model):
    """A person who wants mail when a question is answered."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    question = models.ForeignKey(Question, models.CASCADE, related_name="followers")

    class Meta:
        """Once a question."""

        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "question"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user} follows “{self.question}”"


@final
class Silence(models.Model):
    """A person who wants no mail from the community at all."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="silence")

    def __str__(self) -> str:
        return f"No mail to {self.user}"


@final
class Note(models.Model):
    """A learner's own note beside a lecture; nobody else reads it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notes")
    lecture = models.CharField(max_length=120)
    text = models.TextField(max_length=POST_CHARACTERS)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        """One note a lecture; the last changed first."""

        ordering: ClassVar = ["-changed"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "lecture"], name="one_note")]

    def __str__(self) -> str:
        return f"Note of {self.user} on {self.lecture}"
