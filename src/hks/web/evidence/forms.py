"""What an expert or an authority says of a record."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from hks.web.evidence.models import Review
from hks.web.shell.forms import PlainForm


class ReviewForm(PlainForm):
    """Verdict, office, words, and until when somebody waits."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("What do you say of this result?"), widget=forms.RadioSelect, choices=Review.Verdict.choices
    )
    office = forms.CharField(
        label=gettext_lazy("For which office do you sign?"), max_length=120,
        help_text=gettext_lazy("For example: lower water authority. Everyone who may see the result sees the office."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Reservation, question or note"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The administration and the council read it, also in the council paper; no names."),
    )  # fmt: skip
    due = forms.DateField(
        label=gettext_lazy("Until when (for a question or a condition)"), required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
    )  # fmt: skip


class AnswerForm(PlainForm):
    """What the town answers, and which office of it says so."""

    office = forms.CharField(
        label=gettext_lazy("Which office answers?"), max_length=120,
        help_text=gettext_lazy("For example: building office. Everyone who may see the result sees the office."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Answer"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("The administration and the council read it, also in the council paper; no names."),
    )  # fmt: skip
