"""What is posted, checked: text that is Markdown, a lecture that exists, a reason for a report."""

from __future__ import annotations

from typing import ClassVar, Final, final

from django import forms

from frechet_site.community.lectures import sections, titles
from frechet_site.community.models import Answer, Note, Question, Report, Suggestion

HOW_TO_WRITE: Final = (
    "Markdown. A formula: <code>{f}`x'*A*x`</code> as in the workbench, or LaTeX between dollars. "
    "Code between lines of <code>```</code>."
)
TEXT: Final = forms.Textarea(attrs={"rows": 8, "data-post": "", "aria-describedby": "id_text_helptext"})


@final
class QuestionForm(forms.ModelForm[Question]):
    """A question."""

    lecture = forms.ChoiceField(required=False, label="Lecture")
    field_order = ("title", "lecture", "text", "notify", "step")
    notify = forms.BooleanField(
        required=False, initial=True, label="Send me mail when somebody answers", label_suffix=""
    )

    class Meta:
        """What is asked for."""

        model = Question
        fields: ClassVar = ["title", "text", "lecture", "step"]
        labels: ClassVar = {"title": "Your question in one line", "text": "The whole question"}
        help_texts: ClassVar = {"text": HOW_TO_WRITE}
        widgets: ClassVar = {"text": TEXT, "step": forms.HiddenInput}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        field = self.fields["lecture"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "no lecture in particular"), *sections()]
        if self.instance.pk:
            del self.fields["notify"]

    def clean_step(self) -> str:
        """A step is the anchor of a part of a page, and nothing else."""
        step: str = self.cleaned_data["step"]
        return step if step.replace("-", "").replace("_", "").isalnum() else ""


@final
class AnswerForm(forms.ModelForm[Answer]):
    """An answer."""

    class Meta:
        """What is asked for."""

        model = Answer
        fields: ClassVar = ["text"]
        labels: ClassVar = {"text": "Your answer"}
        help_texts: ClassVar = {"text": HOW_TO_WRITE}
        widgets: ClassVar = {"text": TEXT}


@final
class SuggestionForm(forms.ModelForm[Suggestion]):
    """A suggestion."""

    class Meta:
        """What is asked for."""

        model = Suggestion
        fields: ClassVar = ["title", "text"]
        labels: ClassVar = {
            "title": "Your suggestion in one line",
            "text": "What would be better, and for whom?",
        }
        help_texts: ClassVar = {"text": HOW_TO_WRITE}
        widgets: ClassVar = {"text": TEXT}


@final
class StatusForm(forms.ModelForm[Suggestion]):
    """What becomes of a suggestion."""

    class Meta:
        """What the staff sets."""

        model = Suggestion
        fields: ClassVar = ["status", "reply"]
        widgets: ClassVar = {"reply": forms.Textarea(attrs={"rows": 2})}


@final
class PreviewForm(forms.Form):
    """A text on its way to be a post."""

    text = forms.CharField(max_length=8_000, required=False, strip=False)


@final
class ReportForm(forms.ModelForm[Report]):
    """Why somebody should look at a post."""

    class Meta:
        """What is asked for."""

        model = Report
        fields: ClassVar = ["reason", "words"]
        labels: ClassVar = {"reason": "Why should we look at this?"}
        widgets: ClassVar = {"reason": forms.RadioSelect, "words": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        reason = self.fields["reason"]
        assert isinstance(reason, forms.ChoiceField)
        reason.choices = Report._meta.get_field("reason").choices or []


@final
class NoteForm(forms.ModelForm[Note]):
    """A note of one's own; an empty one is taken away."""

    text = forms.CharField(
        required=False,
        max_length=8_000,
        strip=False,
        label="Your note",
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    class Meta:
        """The text alone."""

        model = Note
        fields: ClassVar = ["text"]


SORTS: Final = [("new", "newest"), ("votes", "most votes"), ("open", "without an accepted answer")]


@final
class FindForm(forms.Form):
    """Which questions to list."""

    q = forms.CharField(required=False, max_length=200, label="Search the questions")
    lecture = forms.CharField(required=False, max_length=120)
    sort = forms.ChoiceField(required=False, choices=SORTS, label="Order")

    def clean_lecture(self) -> str:
        """A lecture that does not exist is none."""
        lecture: str = self.cleaned_data["lecture"]
        return lecture if lecture in titles() else ""
