"""An indicator is one entry; it follows from its series and warns for a reason."""

import datetime

import pytest
from django.test import Client

from hks.core.errors import InputError
from hks.indicators.definitions import Definitions, parse
from hks.indicators.early_warning import finding, light
from hks.indicators.series import compared, concentration, derived
from hks.workbench.derived import Known, derive
from hks.workbench.region import DEFINITIONS, INDICATORS

NEW = {
    "slug": "births_per_1000", "title": {"en": "Births per 1,000", "de": "Geburten je 1.000"}, "group": "demography",
    "unit": "1/1000", "table": "12612-01-01-5", "publisher": "Amt", "fetch": "regional", "shape": "per_thousand",
    "of": ["births", "population"], "better": "more", "yellow": 8.0, "red": 6.0, "yearly": True,
}  # fmt: skip


def day(year: int) -> datetime.date:
    return datetime.date(year, 12, 31)


def known(name: str, year: int, value: float, second_hand: bool = False, digest: str = "a" * 64) -> Known:
    return Known("15084590", name, day(year), value, second_hand, digest)


def test_one_entry_more_is_one_indicator_more() -> None:
    added = parse({"indicators": [NEW]})
    (found,) = derive([known("births", 2017, 194), known("population", 2017, 28381)], added, {})
    assert found.figures[0].value == pytest.approx(1000 * 194 / 28381)
    assert found.figures[0].unit == "1/1000"
    assert found.computation.record.parents == {"figures-1": "a" * 64}


def test_the_page_shows_a_new_entry_at_once(zeitz: object, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = parse({"indicators": [NEW]}).indicators["births_per_1000"]
    monkeypatch.setitem(INDICATORS, entry.slug, entry)  # type: ignore[arg-type]
    client.cookies["hks_language"] = "de"
    assert "Geburten je 1.000" in client.get("/regions/15084590/").content.decode()
    client.cookies["hks_language"] = "en"
    assert "Births per 1,000" in client.get("/regions/data/").content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"group": "sky"}, "'sky' is not offered"),
        ({"shape": "formula"}, "'formula' is not offered"),
        ({"function": "eval"}, "'eval' is not offered"),
        ({"of": ["births"]}, "2 series"),
        ({"colour": "red"}, "one too many"),
        ({"title": {"en": "Births"}}, "title is missing"),
    ],
)
def test_a_wrong_entry_is_a_sentence_with_its_name(change: dict[str, object], said: str) -> None:
    with pytest.raises(InputError, match=said) as refused:
        parse({"indicators": [{**NEW, **change}]})
    assert "births_per_1000" in str(refused.value)


def test_all_fifty_of_the_catalogue_are_listed_once() -> None:
    assert sorted(entry.catalogue for entry in INDICATORS.values() if entry.catalogue) == list(range(1, 51))


COUNTS_OF_PEOPLE = {
    "in_migration", "out_migration", "in_migration_18_24", "out_migration_18_24", "population_18_24",
    "in_migration_family", "out_migration_family", "population_family", "foreign_residents", "children_in_day_care",
    "primary_entrants", "population_80_plus", "in_commuters", "out_commuters", "voters", "entitled_to_vote",
    "candidates", "people_taking_part",
}  # fmt: skip


def test_no_series_of_the_list_is_misspelt() -> None:
    known = INDICATORS.keys() | {entry.name for entry in DEFINITIONS.series} | DEFINITIONS.stated.keys()
    assert {name for entry in INDICATORS.values() for name in entry.of} - known == COUNTS_OF_PEOPLE


def test_what_an_indicator_follows_from_stands_above_it() -> None:
    late = {**NEW, "slug": "late", "of": ["births_per_1000", "population"]}
    assert list(parse({"indicators": [NEW, late]}).indicators) == ["births_per_1000", "late"]
    with pytest.raises(InputError, match="must stand above"):
        parse({"indicators": [late, NEW]})


def test_an_indicator_that_follows_from_another_names_its_record() -> None:
    late = {**NEW, "slug": "late", "shape": "difference", "of": ["births_per_1000", "births"]}
    first, second = derive(
        [known("births", 2017, 194), known("population", 2017, 28381)], parse({"indicators": [NEW, late]}), {}
    )
    assert second.figures[0].value == pytest.approx(1000 * 194 / 28381 - 194)
    assert first.computation.record.digest in second.computation.record.parents.values()


def test_a_change_of_residents_crosses_no_census_and_one_of_jobs_does() -> None:
    five = {"shape": "change", "of": ["population"], "over": 5, "unit": "%"}
    figures = [known("population", 2019, 100.0), known("population", 2024, 90.0)]
    census = [datetime.date(2022, 5, 15)]
    residents = parse({"indicators": [NEW | five | {"table": "12411-01-01-5"}]})
    assert derive(figures, residents, {}, census) == []
    assert derive(figures, residents, {})[0].figures[0].value == pytest.approx(-10.0)
    jobs = parse({"indicators": [NEW | five | {"table": "13111-01-03-4"}]})
    assert derive(figures, jobs, {}, census)[0].figures[0].value == pytest.approx(-10.0)


def test_a_unit_stated_for_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="no indicator follows"):
        parse({"indicators": [NEW], "units": {"deaths": "persons"}})


@pytest.mark.parametrize(
    ("shape", "values", "wanted"),
    [
        ("share", (1.0, 4.0), 25.0),
        ("per_thousand", (5.0, 100.0), 50.0),
        ("balance", (3.0, 8.0, 1000.0), -5.0),
        ("difference", (3.0, 8.0), -5.0),
        ("ratio", (3.0, 8.0), 0.375),
    ],
)
def test_a_shape_by_hand(shape: str, values: tuple[float, ...], wanted: float) -> None:
    assert derived(shape, "", [{day(2020): value} for value in values])[day(2020)][0] == wanted


def test_a_year_without_all_series_is_left_out() -> None:
    assert derived("share", "", [{day(2020): 1.0, day(2021): 1.0}, {day(2021): 0.0}]) == {}


def test_june_and_december_of_one_year_belong_together_and_june_names_the_value() -> None:
    june = datetime.date(2017, 6, 30)
    assert derived("per_thousand", "", [{june: 10.0}, {day(2017): 100.0}]) == {june: (100.0, (june, day(2017)))}


def test_no_change_crosses_a_break() -> None:
    series = [{day(2008): 26_883.0, day(2011): 30_148.0}]
    assert day(2011) in derived("change", "", series, 3)
    assert derived("change", "", series, 3, [datetime.date(2010, 1, 1)]) == {}


def test_concentration_lies_between_equal_parts_and_one_part() -> None:
    assert concentration(1, 1, 1, 1) == pytest.approx(0.25)
    assert concentration(0, 0, 7) == 1.0


def test_what_follows_from_a_second_hand_figure_is_second_hand() -> None:
    added: Definitions = parse({"indicators": [NEW]})
    assert (
        derive([known("births", 2017, 194, True), known("population", 2017, 28381)], added, {})[0]
        .figures[0]
        .second_hand
    )
    both = [known("births", 2017, 194), known("births", 2017, 200, True), known("population", 2017, 28381)]
    assert derive(both, added, {})[0].figures[0].value == pytest.approx(1000 * 194 / 28381)


def test_a_figure_given_by_a_source_is_not_replaced() -> None:
    added = parse({"indicators": [NEW]})
    given = [known("births", 2017, 194), known("population", 2017, 28381), known("births_per_1000", 2017, 6.9)]
    assert derive(given, added, {}) == []


@pytest.mark.parametrize(("value", "colour"), [(6.9, "green"), (7.0, "yellow"), (9.9, "yellow"), (10.0, "red")])
def test_less_is_better_and_more_is_better_are_mirror_images(value: float, colour: str) -> None:
    assert light(value, "less", (7.0, 10.0)) == colour
    assert light(-value, "more", (-7.0, -10.0)) == colour


def test_a_trend_across_a_break_does_not_warn() -> None:
    days, values = [day(year) for year in range(2016, 2024)], [100.0, 100, 100, 100, 100, 80, 80, 80]
    judged = {"better": "more", "measure": "change", "limits": (-0.5, -1.0)}
    assert finding(days, values, [day(2021)], **judged).light == "green"
    assert finding(days, values, [], **judged).light == "red"


def test_two_years_are_a_difference_and_give_no_light() -> None:
    judged = finding([day(2016), day(2017)], [100.0, 90.0], [], better="more", measure="change", limits=(-0.5, -1.0))
    assert (judged.light, judged.change is not None) == ("", True)


def test_a_sure_trend_towards_red_is_worth_watching_before_it_is_there() -> None:
    days = [day(year) for year in range(2018, 2023)]
    judged = finding(days, [20.0, 21, 22, 23, 24], [], better="less", measure="value", limits=(25.0, 30.0))
    assert (judged.light, judged.reaches) == ("yellow", 2028)
    calm = finding(days, [24.0, 23, 22, 21, 20], [], better="less", measure="value", limits=(25.0, 30.0))
    assert (calm.light, calm.reaches) == ("green", None)


COMPARED = {
    "slug": "own_growth", "title": {"en": "Own growth", "de": "Eigenes Wachstum"}, "group": "economy", "unit": "%",
    "table": "x", "publisher": "Amt", "fetch": "regional", "function": "regional_shift", "of": ["births"], "over": 3,
    "against": "DG",
}  # fmt: skip


def growth_apart(before: list[float], now: list[float], then: list[float], later: list[float]) -> float:
    return now[0] / before[0] - later[0] / then[0]


def test_a_comparison_takes_both_units_now_and_some_years_before() -> None:
    own, other = [{day(2015): 100.0, day(2018): 120.0}], [{day(2015): 10.0, day(2018): 11.0}]
    found = compared(growth_apart, own, other, 3)
    assert found == {day(2018): (pytest.approx(0.1), (day(2015), day(2018)))}
    assert compared(growth_apart, own, other, 2) == {}
    assert compared(growth_apart, own, [{day(2018): 11.0}], 3) == {}
    assert compared(growth_apart, own, other, 3, [datetime.date(2016, 1, 1)]) == {}
    assert compared(growth_apart, [], [], 3) == {}


def test_a_year_that_cannot_be_compared_is_left_out() -> None:
    def refusing(*_cells: object) -> float:
        raise InputError("no")

    series = [{day(2015): 1.0, day(2018): 1.0}]
    assert compared(refusing, series, series, 3) == {}


def test_a_comparison_is_bound_to_the_figures_of_both_units() -> None:
    added = parse({"indicators": [COMPARED]}, ["regional_shift"])
    assert added.references == {"DG": {"births"}}
    figures = [
        Known(ags, "births", day(year), value, False, digest * 64)
        for ags, year, value, digest in (
            ("14521", 2015, 100.0, "a"), ("14521", 2018, 120.0, "b"), ("DG", 2015, 10.0, "c"), ("DG", 2018, 11.0, "d"),
        )
    ]  # fmt: skip
    (found,) = derive(figures, added, {})
    assert [(f.ags, f.day) for f in found.figures] == [("14521", "2018-12-31")]
    assert found.figures[0].value == pytest.approx(10.0)  # one branch: 20 percent against 10
    assert set(found.computation.record.parents.values()) == {letter * 64 for letter in "abcd"}
    assert derive(figures[:2], added, {}) == []


@pytest.mark.parametrize("change", [{"against": ""}, {"over": 0}, {"function": "concentration"}])
def test_a_comparison_names_unit_and_years(change: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"own_growth.*'against'"):
        parse({"indicators": [{**COMPARED, **change}]}, ["regional_shift"])
