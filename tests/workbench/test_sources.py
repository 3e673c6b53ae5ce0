"""Every source of indicator values: recognised, read, and each kind of bad input one sentence with its place."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.adapters.test_own_registers import LIST, SERIES
from tests.adapters.test_spreadsheet_templates import written
from tests.web.regions.conftest import HEAD, UNEMPLOYMENT, regions_table

from hks.adapters.written_numbers import decimal_sign, read_ags, read_number
from hks.core.errors import InputError
from hks.workbench.imports import computation_of, import_table, made_safe, refuse_open, template
from hks.workbench.inputs import Dataset
from hks.workbench.region import DEFINITIONS, population_table
from hks.workbench.sources import INDICATOR_SOURCES, source_for
from hks.workbench.tables import inspect

# Every number below is invented.
LONG = (
    "Bereich;ID;Kuerzel;Indikator;Raumbezug;Kennziffer;Name;Zeitbezug;Wert\n"
    "Arbeit;1;q_alo;Arbeitslosenquote;Kreise;15084;Burgenlandkreis;2020;7,6\n"
    "Arbeit;1;q_alo;Arbeitslosenquote;Kreise;15084;Burgenlandkreis;2021;7,1\n"
    "Raum;9;x;Gartenzwerge je Einwohner;Kreise;15084;Burgenlandkreis;2021;3,0\n"
)
WIDE = (
    "Kennziffer;Raumeinheit;Aggregat;Arbeitslosenquote;Arbeitslosenquote\n;;;2020;2021\n"
    "15084;Burgenlandkreis;Kreis;7,6;7,1\n14730;Nordsachsen;Kreis;6,5;\n"
)
YEARS = (
    "Wegweiser Kommune\nIndikator;Kommune;AGS;2019;2020\n"
    "Einwohnerzahl;Zeitz;15084590;27.900;27.700\nAnteil unter 18-Jährige (%);Zeitz;15084590;14,1;k.A.\n"
)
OWN = "15084590;2023-12-31;population;28100;persons;Amt;"


def taken(data: str | bytes, name: str = "t.csv", **answers: str):
    return import_table(Dataset(name, data.encode() if isinstance(data, str) else data), answers)


def values(found) -> dict[tuple[str, str, str], float]:
    return {(f.indicator, f.ags, f.day[:4]): f.value for f in found.figures}


SAMPLES = {
    "protected-tables": made_safe(Dataset("t.csv", (SERIES + "2000;18642;107;152;648;675\n").encode())).data,
    "filled-tables": written("measures", [("Bäume", "Strategie", 2027, 2028, 24000, 1200, "geplant")]),
    "own-figures": template(),
    "inkar": LONG.encode(),
    "wegweiser": YEARS.encode(),
    "town-register": (SERIES + "2000;18642;107;152;648;675\n").encode(),
    "vacancy-list": (LIST + "".join(f"Nordring;Nordring {n};10;2\n" for n in range(9))).encode(),
    "official": UNEMPLOYMENT,
}


@pytest.mark.parametrize("slug", INDICATOR_SOURCES)
def test_each_source_knows_its_own_file_says_what_it_is_and_makes_a_record(slug: str) -> None:
    data = SAMPLES[slug]
    assert source_for(data, "t.csv").slug == slug
    found = taken(data)
    assert found.seen == INDICATOR_SOURCES[slug].seen
    assert {"dialect", "table", "title", "key_dates", "units", "rows", "missing"} <= found.described.keys()
    assert found.source.publisher
    assert computation_of(found).record.kind in ("table", "computation")
    assert inspect(Dataset("t.csv", data))["rows"] >= 1
    for figure in found.figures:
        assert figure.unit == DEFINITIONS.units[figure.indicator]
    refuse_open(found)


@settings(max_examples=100)
@given(st.binary(max_size=120), st.sampled_from(sorted(SAMPLES)), st.integers(0, 400))
def test_a_broken_file_of_any_source_ends_in_figures_or_a_sentence(noise: bytes, slug: str, place: int) -> None:
    data = SAMPLES[slug]
    for broken in (data[:place], data[:place] + noise + data[place:], noise + data):
        with contextlib.suppress(InputError):
            taken(broken)


def test_readers_from_a_description_say_so() -> None:
    assert {slug for slug, source in INDICATOR_SOURCES.items() if not source.seen} == {
        "inkar", "wegweiser", "vacancy-list",
    }  # fmt: skip
    for text in (LONG, WIDE, YEARS):
        found = taken(text)
        assert "no real file was seen" in str(found.notes[0])
        assert all(figure.second_hand for figure in found.figures)


def test_places_of_other_kinds_are_passed_over() -> None:
    more = "Arbeit;1;q_alo;Arbeitslosenquote;Raumordnungsregionen;1502;Halle;2020;8,0\n"
    assert values(taken(LONG + more)) == values(taken(LONG))


def test_both_forms_of_inkar_and_wegweiser_by_hand() -> None:
    rates = {("unemployment_rate", "15084", "2020"): 7.6, ("unemployment_rate", "15084", "2021"): 7.1}
    assert values(taken(LONG)) == rates
    assert [row["row"] for row in taken(LONG).skipped] == ["Gartenzwerge je Einwohner"]
    assert values(taken(WIDE)) == {**rates, ("unemployment_rate", "14730", "2020"): 6.5}
    assert taken(WIDE).described["missing"] == {".": 1}
    assert values(taken(YEARS)) == {
        ("population", "15084590", "2019"): 27_900, ("population", "15084590", "2020"): 27_700,
        ("share_under_18", "15084590", "2019"): 14.1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "told"),
    [
        # a table of the wrong statistic
        (UNEMPLOYMENT.replace(b"13211-02-05-4", b"99999-0001"), "feeds no indicator yet"),
        (UNEMPLOYMENT.replace(b"13211-02-05-4", b"22411-02-03-4"), "is it the right statistic"),
        (UNEMPLOYMENT.replace(b";1;1;1;1;1;1;7,4;7,6;1;1;.;1", b";7,6;1;1"), "t.csv:6: 4 columns of values stand here; table 13211-02-05-4 has at least 13"),
        (UNEMPLOYMENT.replace(b"7,4;7,6", b"7,4;6389"), "cannot be 6389 % .*is it the right statistic"),
        (LONG.replace("Arbeitslosenquote", "Gartenzwerge"), "None of these indicators is one of ours"),
        # keys
        (LONG.replace("15084", "1084"), "t.csv:2: '1084' lost its leading zero, as Excel does to it; '01084' would be"),
        (YEARS.replace("15084590", "1508459"), "lost its leading zero"),
        (regions_table(OWN.replace("15084590", "1508459")), "t.csv:2:1: '1508459' lost its leading zero"),
        (YEARS.replace("15084590", "150845900590"), "regional key"),
        # numbers
        (LONG.replace("7,6", "7.6"), "does not fit a table whose decimal sign is ','"),
        (LONG.replace("7,6", "sieben"), "'sieben' is not a number"),
        (regions_table(OWN.replace("28100", "6,5"), OWN.replace("28100", "6.5").replace("2023", "2022")), "t.csv:3:4: '6.5' has a decimal point, '6,5' a decimal comma"),
        (regions_table(OWN.replace("28100", "-28100")), "people are counted from 0"),
        (YEARS.replace("27.900", "27.90"), "does not fit a table whose decimal sign"),
        # shape
        (LONG.replace(";2020;7,6", ";2020"), "t.csv:2: 8 cells stand here; 9"),
        (LONG.replace(";2020;", ";20;"), "'20' is not a year"),
        (LONG.replace("2021", "2020"), "stand here twice"),
        (WIDE.replace(";;;2020;2021\n", ""), "names no year"),
        (YEARS.replace(";k.A.", ""), "t.csv:4: 4 cells stand here; 5"),
    ],
)  # fmt: skip
def test_bad_input_is_a_sentence_that_names_place_and_remedy(data: str | bytes, told: str) -> None:
    with pytest.raises(InputError, match=told):
        taken(data)


def test_years_missing_in_the_middle_are_named_and_never_filled() -> None:
    rows = [OWN.replace("2023", year) for year in ("2015", "2016", "2019", "2020")]
    found = taken(regions_table(*rows))
    assert [str(sentence) for sentence in found.notes] == [
        "Missing in the middle of 'People living here': 2017, 2018. No value is put in their place."
    ]
    assert len(found.figures) == 4
    every_two = [OWN.replace("2023", year) for year in ("2015", "2017", "2019")]
    assert taken(regions_table(*every_two)).notes == ()


RATE = "15084590;2023-12-31;unemployment_rate;{};%;Amt;"


def test_percentages_between_0_and_1_are_asked_for_and_the_answer_is_recorded() -> None:
    data = regions_table(RATE.format("0,07"), RATE.format("0,065").replace("2023", "2022"))
    found = taken(data)
    assert [question.name for question in found.questions] == ["percent"]
    assert "'Unemployment rate' lie between 0 and 1, for example 0.07" in str(found.questions[0].sentence)
    with pytest.raises(InputError, match="Please answer first: percent=share, percent=percent"):
        refuse_open(found)
    share, percent = taken(data, percent="share"), taken(data, percent="percent")
    assert values(share)["unemployment_rate", "15084590", "2023"] == pytest.approx(7.0)
    assert values(percent)["unemployment_rate", "15084590", "2023"] == 0.07
    assert share.questions == percent.questions == ()
    assert computation_of(share).record.content["values"] == {"percent": "share"}
    assert taken(data, percent="maybe").questions  # an answer nobody offered is none
    assert taken(regions_table(RATE.format("7,0"))).questions == ()
    assert taken(regions_table(RATE.format("0"))).questions == ()
    assert (
        computation_of(taken(regions_table(RATE.format("7,0")), percent="share")).record.content.get("values") is None
    )


EURO = "15084590;2023-12-31;tax_capacity;{};EUR;Amt;"


def test_a_point_that_may_be_both_is_asked_for() -> None:
    found = taken(regions_table(EURO.format("1.250")))
    assert [question.name for question in found.questions] == ["decimal"]
    assert (
        values(taken(regions_table(EURO.format("1.250")), decimal="comma"))["tax_capacity", "15084590", "2023"] == 1250
    )
    assert (
        values(taken(regions_table(EURO.format("1.250")), decimal="point"))["tax_capacity", "15084590", "2023"] == 1.25
    )
    other = EURO.format("980,5").replace("2023", "2022")  # the same table says it elsewhere
    assert values(taken(regions_table(EURO.format("1.250"), other)))["tax_capacity", "15084590", "2023"] == 1250
    assert taken(regions_table(OWN.replace("28100", "28.100"))).questions == ()  # no 28.1 people
    assert taken(regions_table(OWN.replace("28100", "28.000"))).questions


numbers = st.decimals(min_value=-(10**6), max_value=10**6, places=2).map(float)


@given(numbers)
def test_a_number_written_in_german_or_english_comes_back(value: float) -> None:
    english = f"{value:,.2f}"
    german = english.replace(",", "x").replace(".", ",").replace("x", ".")
    assert read_number(english, "t", ".") == read_number(german, "t", ",") == pytest.approx(value)
    assert decimal_sign([(german, "t", False)]) == ","
    assert decimal_sign([(english, "t", False)]) == "."


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_a_sentence(text: str) -> None:
    for sign in ",.":
        with contextlib.suppress(InputError):
            assert abs(read_number(text, "t", sign)) < 1e15
    with contextlib.suppress(InputError):
        assert read_ags(text, "t").isdigit()


def test_the_other_dialects_still_read_as_before() -> None:
    assert values(taken(UNEMPLOYMENT))["unemployment_rate", "15084", "2024"] == 7.6
    assert taken(population_table().data, "12411-0018.csv").method == "region-age-structure"
    with pytest.raises(InputError, match="no row"):
        taken(HEAD)


FLAT = (
    "statistics_code;statistics_label;time_code;time_label;time;1_variable_code;1_variable_label;"
    "1_variable_attribute_code;1_variable_attribute_label;2_variable_code;2_variable_label;2_variable_attribute_code;"
    "2_variable_attribute_label;value;value_unit;value_variable_code;value_variable_label;value_q\n"
)
ROW = "13211;Arbeitsmarkt;JAHR;Jahr;2024;KREISE;Kreise;15084;Burgenlandkreis;X;Gruppe;{};{};Prozent;Q;{};e\n"
QUOTE = "Arbeitslosenquote bez. auf alle zivile Erwerbsp."


def test_a_flat_file_feeds_the_same_indicators_by_its_words() -> None:
    rows = (
        ROW.format(";Insgesamt", "7,6", QUOTE), ROW.format("A;15 bis unter 25 Jahre", "9,1", QUOTE),
        ROW.format("B;Frauen", "5,1", QUOTE), ROW.format(";Insgesamt", "6389", "Arbeitslose"),
        ROW.format("C;langzeitarbeitslos", ".", "Arbeitslose"),
    )  # fmt: skip
    found = taken(FLAT + "".join(rows), "13211-02-05-4.csv")
    assert values(found) == {
        ("unemployment_rate", "15084", "2024"): 7.6, ("young_unemployment_rate", "15084", "2024"): 9.1,
        ("unemployed", "15084", "2024"): 6389,
    }  # fmt: skip
    assert len(found.skipped) == 1
    assert found.source.table == "13211-02-05-4"
    with pytest.raises(InputError, match="counts Gartenzwerge, Zwerge; none of it is known"):
        taken(
            FLAT + ROW.format(";Insgesamt", "1", "Gartenzwerge") + ROW.format(";Insgesamt", "1", "Zwerge"),
            "13211-02-05-4.csv",
        )
    with pytest.raises(InputError, match="feeds no indicator yet"):
        taken(FLAT + "".join(rows), "tabelle.csv")  # a flat file itself names its statistic only
    with pytest.raises(InputError, match="17 cells stand here; 18"):
        taken((FLAT + rows[0])[:-40], "13211-02-05-4.csv")


@pytest.mark.shared
def test_a_real_flat_file_of_residents_gives_the_published_people(shared: Path) -> None:
    path = next((shared / "demography").glob("12411-0013_*.csv"))
    found = import_table(Dataset(path.name, path.read_bytes()))
    totals = {  # the rows "Insgesamt" of both, added up by hand from the file: not what the reader adds up
        cells[7]: int(cells[17])
        for line in path.read_text(encoding="utf-8-sig").splitlines()[1:]
        if (cells := line.split(";"))[11] == "" and cells[15] == ""
    }
    told = values(found)
    assert totals == {"14": 4_054_689, "15": 2_144_570}
    assert {ags: told["population", ags, "2023"] for ags in totals} == totals
    assert 26 < told["share_65_plus", "14", "2023"] < 27
    assert found.source.table == "12411-0013"
