"""Measurements, reflection and lesson."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from hks.web.labs.models import Reflection
from hks.web.shell.forms import PlainForm, at_most


class MeasureForm(PlainForm):
    """What was measured, and the table."""

    what = forms.CharField(label=gettext_lazy("What was measured?"), max_length=120)
    unit = forms.CharField(label=gettext_lazy("Unit"), max_length=20)
    file = forms.FileField(
        label=gettext_lazy("Table as CSV file"), validators=[at_most(5)],
        help_text=gettext_lazy("Columns date, value and phase (before or after), at least four values each."),
    )  # fmt: skip


class ReflectionForm(PlainForm):
    """What did one side learn?"""

    side = forms.ChoiceField(label=gettext_lazy("Side"), choices=Reflection.Side.choices)
    text = forms.CharField(
        label=gettext_lazy("What did you learn?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )


class LessonForm(PlainForm):
    """What can others learn, and who carries it on?"""

    text = forms.CharField(
        label=gettext_lazy("What can another town learn from it?"), max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    carried_on_by = forms.CharField(label=gettext_lazy("Who carries it on after the funding?"), max_length=200)
    offered = forms.BooleanField(label=gettext_lazy("Offer this lesson to other towns"), required=False)
