"""What a person says of the ground and of the rain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hks.core.evidence import Source
from hks.web.regions.grounds import KINDS, TITLES
from hks.web.shell.forms import PlainForm, at_most
from hks.web.shell.translated import in_words_lazily
from hks.web.studies.rain import MOST_MM, SCENARIOS
from hks.workbench.terrain import LARGEST_FILE, MOST_SEWER, PROJECTIONS


class GroundForm(PlainForm):
    """A file of elevations or of outlines, and where it comes from."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What is in the file?"),
        choices=[(kind.value, in_words_lazily(TITLES[kind])) for kind in KINDS],
    )
    file = forms.FileField(
        label=gettext_lazy("File"), validators=[at_most(LARGEST_FILE >> 20)],
        help_text=gettext_lazy(
            "Terrain: GeoTIFF, ASCII grid (.asc), list of x y z (.xyz), or a ZIP file of such tiles. "
            "Buildings: GeoJSON in metres, or a table of corners. Rain: KOSTRA-DWD as CSV. "
            "Land cover: classes as GeoTIFF or ASCII grid, their table as Excel or CSV. "
            "Streets: lines with names as GeoJSON or GeoPackage. Official map: depths or classes as GeoTIFF or ASCII "
            "grid."
        ),
    )  # fmt: skip
    publisher = forms.CharField(
        label=gettext_lazy("Publisher"), max_length=200,
        help_text=gettext_lazy("For example GeoSN or LVermGeo Sachsen-Anhalt."),
    )  # fmt: skip
    product = forms.CharField(label=gettext_lazy("Product"), max_length=40, initial="DGM1")
    key_date = forms.DateField(
        label=gettext_lazy("Measured or published on"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    licence = forms.CharField(
        label=gettext_lazy("Licence"), max_length=60, initial="dl-de/by-2-0",
        help_text=gettext_lazy("It stands beside the download; please check it."),
    )  # fmt: skip
    crs = forms.ChoiceField(
        label=gettext_lazy("Projection, if the file does not name it"), required=False,
        choices=[("", gettext_lazy("as the file says")), *((name, name) for name in PROJECTIONS)],
        help_text=gettext_lazy("Saxony: EPSG:25833, Saxony-Anhalt: EPSG:25832."),
    )  # fmt: skip

    def source(self) -> Source:
        """Return where the file comes from, as it is printed beside it."""
        given = self.cleaned_data
        return Source(
            given["publisher"], table=given["product"], key_date=given["key_date"].isoformat(),
            licence=given["licence"], attribution=f"{given['publisher']}, {given['licence']}",
        )  # fmt: skip

    def content(self) -> tuple[str, bytes]:
        """Return the name and the bytes of the file."""
        file: UploadedFile[Any] = self.cleaned_data["file"]
        return str(file.name), file.read()


class RainForm(PlainForm):
    """Which scenario, how much falls in the hour, and who says so."""

    scenario = forms.ChoiceField(label=gettext_lazy("Scenario"), widget=forms.RadioSelect)
    depth_mm = forms.FloatField(
        label=gettext_lazy("Rain in one hour (mm), for “exceptional”"), required=False, localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("Depth once in 100 years, 60 minutes, from KOSTRA-DWD for your town."),
    )  # fmt: skip
    source = forms.CharField(
        label=gettext_lazy("Where does this depth stand?"), max_length=200, required=False,
        help_text=gettext_lazy("For example: KOSTRA-DWD-2020, number of the cell, day you looked it up."),
    )  # fmt: skip
    cell = forms.IntegerField(
        label=gettext_lazy("Or the cell of the table of KOSTRA-DWD (index_rc)"), required=False, min_value=1,
        localize=False, help_text=gettext_lazy("Then the depth and where it stands come from the table you loaded."),
    )  # fmt: skip
    sewer_mm_h = forms.FloatField(
        label=gettext_lazy("Sewer below streets takes (mm an hour), for “exceptional”"), required=False, localize=True,
        min_value=0.0, max_value=MOST_SEWER, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy(
            "From your sewer plan, for each street cell. Empty: the sewer takes nothing. In “extreme” it counts as "
            "full."
        ),
    )  # fmt: skip
    sewer_most_mm = forms.FloatField(
        label=gettext_lazy("and in all at most (mm)"), required=False, localize=True, min_value=0.0,
        max_value=MOST_SEWER, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=gettext_lazy("Empty: no limit."),
    )  # fmt: skip
    public = forms.BooleanField(label=gettext_lazy("Everyone may see the result"), required=False)
    scheme = forms.ChoiceField(
        label=gettext_lazy("Equations"), required=False, initial="inertial",
        choices=[
            ("inertial", gettext_lazy("fast (local-inertial)")), ("swe", gettext_lazy("shallow water equations, slow")),
        ],
        help_text=gettext_lazy(
            "The shallow water equations are worth it where a dyke breaks or water shoots down steep reaches. They "
            "take ten to thirty times as long and know no culverts."
        ),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, grounds: Mapping[str, Any], **options: Any) -> None:
        super().__init__(data, **options)
        if "storms" not in grounds:
            del self.fields["cell"]
        if "land_cover" not in grounds:
            del self.fields["sewer_mm_h"], self.fields["sewer_most_mm"]
        choices = [(entry.slug, f"{_(entry.title)} ({_(entry.about)})") for entry in SCENARIOS.values()]
        self.fields["scenario"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Ask for the depth and its source where the scenario does not say them."""
        given: dict[str, Any] = super().clean() or {}
        scenario = SCENARIOS.get(given.get("scenario", ""))
        if scenario is None or scenario.depth_mm is not None or given.get("cell") is not None or "cell" in self.errors:
            return given
        depth = given.get("depth_mm")
        if "depth_mm" not in self.errors and (depth is None or not 0.0 < depth <= MOST_MM):
            self.add_error(
                "depth_mm", _("The rain of one hour must be above 0 and up to %(most)s mm.") % {"most": round(MOST_MM)}
            )
        if not given.get("source"):
            self.add_error("source", _("Please say where the depth of the rain stands."))
        return given

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """Return what everybody is asked."""
        return [field for field in self.visible_fields() if field.name != "scheme"]

    @property
    def looked_up(self) -> str | None:
        """Say at which field a refusal of the library belongs: only the cell is looked up there."""
        return "cell" if self.cleaned_data.get("cell") is not None else None
