"""What a learner chooses: days and minutes of a plan."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Final, final

from django import forms
from django.utils import timezone

from frechet_site.course.content import course

DAYS: Final = [(str(k), name) for k, name in enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))]
LONGEST: Final = timedelta(days=366 * 2)


def _date_field(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


@final
class PlanForm(forms.Form):
    """When a learner studies; the whole plan stands in the address of the page."""

    start = _date_field("Begin on")
    weekdays = forms.MultipleChoiceField(
        label="Days of study", choices=DAYS, widget=forms.CheckboxSelectMultiple
    )
    minutes = forms.IntegerField(label="Minutes a day", min_value=15, max_value=480)
    finish = _date_field(
        "Finish by", required=False, help_text="With a date, the minutes a day follow from it."
    )
    begin = forms.TimeField(
        label="Time of day", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    section = forms.ChoiceField(label="What", required=False)
    unread = forms.BooleanField(label="Leave out what I have read", required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # passed on as they came
        choice = self.fields["section"]
        assert isinstance(choice, forms.ChoiceField)
        sections = [(section.id, section.title) for section in course().sections if section.lectures]
        choice.choices = [("", "the whole course"), *sections]

    def clean_finish(self) -> date | None:
        """The end comes after the beginning, and in our time."""
        finish: date | None = self.cleaned_data["finish"]
        start: date | None = self.cleaned_data.get("start")
        if finish and start and not start < finish <= start + LONGEST:
            raise forms.ValidationError("Choose a day after the beginning, within two years.")
        return finish


def first_plan() -> dict[str, object]:
    """Return what the form shows first."""
    return {
        "start": timezone.localdate(),
        "weekdays": ["0", "2", "4"],
        "minutes": 45,
        "begin": time(19),
        "section": "",
    }
