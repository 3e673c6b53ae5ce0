"""The rules of equalisation against the figures carried together from the laws, and the keys of all Saxon towns."""

import csv
from pathlib import Path

import numpy as np
import pytest

from hks.finance.equalisation import allocation
from hks.workbench.catalogues import finance_rules

# The shared table lacks Schönau-Berzdorf a. d. Eigen (14626500); its keys from the annexes of the GFRGDVO.
LEFT_OUT = {"schluessel_est": 0.0003132, "schluessel_ust": 0.000143854}
SN, ST = (finance_rules().rules(land, 2024) for land in ("SN", "ST"))


@pytest.fixture
def published(shared: Path) -> dict[tuple[str, str], str]:
    with (shared / "demography" / "fag_parameters.csv").open(encoding="utf-8") as file:
        return {(row["land"], row["parameter"]): row["value"] for row in csv.DictReader(file, delimiter=";")}


def numbers(text: str) -> list[float]:
    return [float(part) for part in text.split(",")]


def test_saxony_stands_as_published(published: dict[tuple[str, str], str]) -> None:
    of = {name: numbers(value) for (land, name), value in published.items() if land == "SN" and value[0].isdigit()}
    assert list(SN.weight_points) == of["hauptansatz_stuetzstellen_einwohner"]
    assert list(SN.weight_percent) == of["hauptansatz_gewichte"]
    assert [100 * w for w in SN.child_weights] == pytest.approx(of["kinder_gewicht_u3_3-5_6-10"])
    assert [100 * SN.child_factor] == pytest.approx(of["ansatz_fruehkindlich"])
    pupils = [100 * SN.pupil_weights[kind] for kind in ("primary", "secondary", "grammar")]
    assert pupils == pytest.approx(of["schueler_gewicht_GS_OS_GYM"])
    assert [SN.trade_level_cap, SN.level_step] == [
        *of["nivellierung_gewerbesteuer_max"], *of["nivellierung_grundsteuer_rundung"],
    ]  # fmt: skip
    assert [SN.equalised_share, SN.floor_share, SN.floor_top_up] == [
        *of["ausgleichsquote"], *of["mindestausstattung_grenze"], *of["mindestausstattung_quote"],
    ]  # fmt: skip
    assert list(SN.levy_rates) == of["finanzausgleichsumlage_jahr1_2_3"]


def test_saxony_anhalt_stands_as_published(published: dict[tuple[str, str], str]) -> None:
    of = {name: value for (land, name), value in published.items() if land == "ST"}
    assert [ST.equalised_share, ST.floor_share, ST.floor_top_up] == [
        float(of[name]) for name in ("ausgleichsquote", "mindest_finanzkraft_grenze", "mindest_finanzkraft_quote")
    ]
    assert [ST.levy_threshold, *ST.levy_rates] == numbers(of["umlage_schwelle_und_satz"])
    assert list(ST.levelled_rates) == numbers(of["nivellierung_GrA_GrB_GewSt_kreisangehoerig"])
    assert [ST.centre_supplement, ST.child_factor] == [
        float(of[name]) for name in ("zuschlag_mittelzentrum", "nebenansatz_u6_faktor")
    ]


def test_the_keys_of_all_saxon_towns_add_up_to_one(shared: Path) -> None:
    path = shared / "demography" / "SN_Schluesselzahlen_ESt_USt_GFRGDVO.csv"
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert "14626500" not in {row["ags"] for row in rows}
    for name, left_out in LEFT_OUT.items():
        assert sum(float(row[name]) for row in rows) + left_out == pytest.approx(1.0, abs=1e-6)


def test_four_hundred_invented_towns_share_a_pool_without_anyone_losing_rank(shared: Path) -> None:
    # With the real keys as tax power and equal need per head, equalisation narrows the span and keeps the order.
    with (shared / "demography" / "SN_Schluesselzahlen_ESt_USt_GFRGDVO.csv").open(encoding="utf-8") as file:
        power = np.array([1.6e9 * float(row["schluessel_est"]) for row in csv.DictReader(file, delimiter=";")])
    need = np.full(len(power), 1.5 * np.median(power))
    settled = allocation(need, power, SN, levy_rate=0.4)
    after = power + settled.total - settled.levy
    assert (np.argsort(power, kind="stable") == np.argsort(after, kind="stable")).all()
    assert np.ptp(after) < np.ptp(power)
    assert (after >= 0.89 * 0.9 * need).all()
