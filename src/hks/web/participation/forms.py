"""Open a consultation, take part, moderate."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from hks.web.contributions.models import Contribution
from hks.web.projects.forms import day
from hks.web.projects.models import OptionVersion, Project
from hks.web.shell.forms import PlainForm

LEVELS = [
    ("2", gettext_lazy("I would take part")),
    ("1", gettext_lazy("I agree")),
    ("0", gettext_lazy("I can live with it")),
    ("-1", gettext_lazy("I am sceptical")),
    ("-2", gettext_lazy("I reject it")),
]


class OpenForm(PlainForm):
    """What is asked, about which option, from when to when?"""

    question = forms.CharField(label=gettext_lazy("Question to the people affected"), max_length=160)
    option = forms.ChoiceField(label=gettext_lazy("About which solution?"))
    opens = day(gettext_lazy("From"))
    closes = day(gettext_lazy("To"))
    council_day = day(gettext_lazy("When does the council decide?"), required=False)
    other_ways = forms.CharField(
        label=gettext_lazy("Paper and phone: place, hours, number"), max_length=300,
        help_text=gettext_lazy("Stands beside the form for everyone who cannot or will not answer online."),
    )  # fmt: skip
    open_to_all = forms.BooleanField(
        label=gettext_lazy("Also without a card: anyone may take a code online"), required=False
    )

    def __init__(self, data: Any, versions: list[OptionVersion], **options: Any) -> None:
        super().__init__(data, **options)
        choice = self.fields["option"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(v.option.letter, f"{v.option.letter} {v.title}") for v in versions]


class CodeForm(PlainForm):
    """The code of the card."""

    code = forms.CharField(
        label=gettext_lazy("Code on your card"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )  # fmt: skip


class VoteForm(PlainForm):
    """Group, level, and perhaps a condition; the code travels in the form, never in the address."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=40)
    group = forms.ChoiceField(label=gettext_lazy("I belong to"), widget=forms.RadioSelect)
    level = forms.ChoiceField(label=gettext_lazy("What do you say?"), choices=LEVELS, widget=forms.RadioSelect)
    condition = forms.CharField(
        label=gettext_lazy("I agree if …"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Is read and then published without a name. Please name no one."),
    )  # fmt: skip

    def __init__(self, project: Project, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        group = self.fields["group"]
        assert isinstance(group, forms.ChoiceField)
        group.choices = [(name, name) for name in project.groups.values_list("name", flat=True)]


SAID = [("", gettext_lazy("nothing ticked")), ("1", gettext_lazy("I agree")), ("-1", gettext_lazy("I disagree")),
        ("0", gettext_lazy("Pass"))]  # fmt: skip


class PaperForm(VoteForm):
    """One card from paper with its ticks at the statements; the keyboard is enough."""

    code = forms.CharField(label=gettext_lazy("Code on the card"), max_length=40)

    def __init__(self, project: Project, statements: Iterable[Contribution], data: Any = None, **options: Any) -> None:
        super().__init__(project, data, **options)
        self.statements = list(statements)
        for row in self.statements:
            self.fields[f"s{row.pk}"] = forms.ChoiceField(label=row.text, choices=SAID, required=False)

    @property
    def said(self) -> dict[int, int]:
        """Return what was ticked, by statement."""
        given = {row.pk: self.cleaned_data[f"s{row.pk}"] for row in self.statements}
        return {key: int(vote) for key, vote in given.items() if vote}


class SayForm(forms.Form):
    """One answer to one statement, or a statement of one's own."""

    code = forms.CharField(max_length=40)
    statement = forms.IntegerField(required=False)
    vote = forms.IntegerField(required=False)
    own = forms.CharField(required=False, max_length=1000)


class StatementsForm(PlainForm):
    """The town's own statements."""

    lines = forms.CharField(
        label=gettext_lazy("Statements, one a line"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("Short and clear, one thought each; people answer with agree, disagree or pass."),
    )  # fmt: skip


class CardsForm(PlainForm):
    """How many cards are to be printed?"""

    count = forms.IntegerField(label=gettext_lazy("How many cards?"), min_value=1, max_value=500)


class ModerationForm(PlainForm):
    """Publish a text or not, and answer it."""

    status = forms.ChoiceField(label=gettext_lazy("Publish?"), choices=Contribution.Status.choices)
    answer = forms.CharField(
        label=gettext_lazy("Answer"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
