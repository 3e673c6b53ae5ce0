"""Begin a workshop, type cards, and come in by code."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.web.shell.forms import PlainForm
from hks.web.workshops.models import Workshop

WHOLE = re.compile(r"[-+]?[0-9]{1,10}")
TOLERANCES = [(n, str(n)) for n in range(4)]


class BeginForm(PlainForm):
    """The guiding question, the year it looks to, and what the room may influence."""

    question = forms.CharField(
        label=gettext_lazy("Guiding question"), max_length=200,
        help_text=gettext_lazy("One sentence that everyone understands, as in “What may our town centre be like?”"),
    )  # fmt: skip
    horizon = forms.IntegerField(
        label=gettext_lazy("Which year do we look to?"), min_value=2000, max_value=2200, required=False,
        localize=False,
    )  # fmt: skip
    influence = forms.CharField(
        label=gettext_lazy("What happens with the result, and who decides?"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everyone reads this before taking part."),
    )  # fmt: skip

    light = forms.BooleanField(
        label=gettext_lazy("Short form: two key uncertainties, four pictures, about 90 minutes"), required=False,
        help_text=gettext_lazy("Without judgements; nobody computes which futures fit together."),
    )  # fmt: skip

    @classmethod
    def about(cls, workshop: Workshop) -> BeginForm:
        """Fill the form from a workshop."""
        return cls(initial={name: getattr(workshop, name) for name in cls.base_fields})


class BeginStrategyForm(BeginForm):
    """The guiding question of a strategy workshop; it has no short form."""

    light = None  # type: ignore[assignment]


class JoinForm(PlainForm):
    """The code on the wall."""

    code = forms.CharField(
        label=gettext_lazy("Code on the wall"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )  # fmt: skip


class PaperCardsForm(PlainForm):
    """Influences from paper cards."""

    lines = forms.CharField(
        label=gettext_lazy("Type paper cards, one a line"), max_length=6000, strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip


class FactorsForm(PlainForm):
    """Factors of one's own."""

    names = forms.CharField(
        label=gettext_lazy("Further factors, one a line"), max_length=2000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class ToleranceForm(PlainForm):
    """How much inconsistency is accepted."""

    tolerance = forms.TypedChoiceField(
        label=gettext_lazy("Accepted inconsistency"), choices=TOLERANCES, coerce=int,
        help_text=gettext_lazy("0 is strict. Judgements are rough: with many of them 1 to 3 is fair."),
    )  # fmt: skip


def whole(text: Any, low: int, high: int) -> int | None:
    """Read a whole number from a form, nothing if it is none."""
    said = str(text).strip().replace("\N{MINUS SIGN}", "-")
    return int(said) if WHOLE.fullmatch(said) and low <= int(said) <= high else None


LONGEST_NAME, LONGEST_SENTENCE, LONGEST_STORY = 120, 300, 2000


def fits(text: str, most: int) -> None:
    """Refuse a text that is too long rather than cut it.

    Raises
    ------
    InputError
        If it has more signs than are kept.
    """
    if len(text) > most:
        raise InputError(
            gettext_noop("This text has %(signs)s signs; up to %(most)s can be kept. Please shorten it."),
            signs=len(text), most=most,
        )  # fmt: skip


JOINERS = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"  # a family of emoji is one sign, and Persian needs them


def typed(text: Any, most: int | None = None) -> str:
    """Read free text from a form: no sign that cannot be kept or shown, and no more than fits."""
    kept = "".join(sign for sign in str(text) if sign == "\n" or sign in JOINERS or sign.isprintable())
    return kept.strip().strip(JOINERS)[:most]
