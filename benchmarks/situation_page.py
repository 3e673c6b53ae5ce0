"""The situation page of a town with fifty indicators of its own: its time on the server against our limit of 150 ms.

The table stands in for what a town brings in: six towns, eleven years. ALL ITS NUMBERS ARE INVENTED. A test brings the
same table in through the screen. The time of the processor stands beside that of the clock, which a busy machine slows.
"""

import os
import tempfile
import time

import numpy as np

LIMIT, TIMES = 0.150, 15  # seconds for one page on the server; looks at each tab
YEARS = range(2015, 2026)
HEAD = "ags;day;indicator;value;unit;source;second_hand"
SOURCE = "Erfundene Zahlen zum Ausprobieren"
# invented: residents in the first year, and the step by which all else differs from town to town
TOWNS = {
    "15084590": (28_000, 0), "15084550": (39_000, 1), "14730110": (15_500, 2), "14730310": (19_800, 3),
    "14521035": (20_400, -1), "14729050": (19_200, -2),
}  # fmt: skip
# invented: how many for each 1,000 residents in the first year, and the change per year
PER_THOUSAND = {
    "births": (7.9, -0.025), "deaths": (15.2, 0.004), "in_migration": (48.0, 0.01), "out_migration": (46.0, -0.003),
    "in_migration_18_24": (9.0, 0.0), "out_migration_18_24": (12.0, -0.02), "population_18_24": (62.0, -0.005),
    "in_migration_family": (19.0, 0.02), "out_migration_family": (18.0, 0.0), "population_family": (390.0, -0.004),
    "foreign_residents": (41.0, 0.07), "people_in_care": (48.0, 0.03), "vacant_dwellings": (92.0, 0.012),
    "dwellings": (592.0, 0.001), "dwellings_permitted": (1.4, -0.02), "children_in_day_care": (39.0, -0.006),
    "day_care_places": (41.0, 0.0), "primary_entrants": (8.4, -0.004), "care_home_demand": (13.4, 0.02),
    "care_home_places": (12.6, 0.01), "population_80_plus": (84.0, 0.02), "pv_power": (310.0, 0.09),
    "unemployed": (47.0, -0.012), "long_term_unemployed": (18.0, -0.008), "employees": (338.0, 0.002),
    "in_commuters": (172.0, 0.01), "out_commuters": (214.0, 0.004), "businesses_opened": (6.1, -0.01),
    "businesses_closed": (6.8, -0.015), "ordinary_result_total": (-38_000.0, 0.05), "cash_credit": (310_000.0, 0.02),
    "ordinary_expense": (1_920_000.0, 0.03), "investment": (240_000.0, -0.01), "payments": (2_100_000.0, 0.02),
    "key_allocations": (520_000.0, 0.015), "own_taxes": (690_000.0, 0.02), "voters": (410.0, 0.004),
    "entitled_to_vote": (835.0, -0.002), "candidates": (2.9, -0.02), "council_seats": (1.1, 0.0),
    "associations": (6.2, -0.01),
}  # fmt: skip
# invented: the value in the first year, and the change per year as a share of it
VALUES = {
    "share_65_plus": (27.2, 0.009), "share_under_18": (14.6, 0.002), "youth_ratio": (28.4, 0.006),
    "old_age_ratio": (49.0, 0.012), "share_80plus": (8.4, 0.02), "mean_age": (48.1, 0.002),
    "replacement_ratio": (0.58, 0.004), "tfr": (1.52, -0.015), "fee_water_waste": (292.0, 0.015),
    "hot_days": (14.0, 0.02), "tropical_nights": (1.0, 0.05), "heavy_rain_days": (5.0, 0.01),
    "climatic_water_balance_veg": (-182.0, 0.03), "drought_soil_share": (31.0, 0.03),
    "groundwater_trend": (-0.55, 0.04), "sealed_area": (13.2, 0.006), "drinking_water_use": (97.0, 0.003),
    "unemployment_rate": (9.4, -0.02), "young_unemployment_rate": (9.9, -0.015), "retail_centrality": (93.0, -0.01),
    "tax_capacity": (640.0, 0.025), "debt": (1_480.0, 0.03), "kreisumlage_rate": (37.6, 0.006),
}  # fmt: skip
WHOLE = 50.0  # from here on a value is written without decimals


def invented_table() -> bytes:
    """Write six towns' figures of eleven years in our own form. All numbers are invented."""
    rows = [HEAD]
    for ags, (residents, step) in TOWNS.items():
        for year in YEARS:
            people = round(residents * (1 - 0.006 * (year - YEARS[0])))
            rows.append(f"{ags};{year}-12-31;population;{people};persons;{SOURCE};")
            for name, (base, change) in (PER_THOUSAND | VALUES).items():
                value = base * (1 + 0.02 * step) * (1 + change * (year - YEARS[0]))
                if name in PER_THOUSAND:
                    value = round(value * people / 1000)
                text = f"{value:.0f}" if abs(value) >= WHOLE else f"{value:.2f}"
                rows.append(f"{ags};{year}-12-31;{name};{text.replace('.', ',')};;{SOURCE};")
    return ("\n".join(rows) + "\n").encode()


def page_seconds(tab: str, client: object) -> tuple[list[float], list[float]]:
    """Time a tab of the situation page from the request to the answer, by the clock and by the processor. [s]"""
    clock, processor = [], []
    for _ in range(TIMES + 1):
        start, worked = time.perf_counter(), time.process_time()
        answer = client.get("/regions/15084590/", {"tab": tab})  # type: ignore[attr-defined]
        clock.append(time.perf_counter() - start)
        processor.append(time.process_time() - worked)
        assert answer.status_code == 200
    return clock[1:], processor[1:]  # the first look fills the caches of the templates


def signed_in_caretaker() -> object:
    """Bring the table in for Zeitz and sign its caretaker in."""
    from django.test import Client

    from hks.web.accounts.models import Organisation
    from hks.web.accounts.services import ensure_demo_member
    from hks.web.regions.services import import_table, load_region

    load_region()
    town = Organisation.objects.create(slug="zeitz", name="Stadt Zeitz", kind="town", ags="15084590", land="ST")
    person = ensure_demo_member(town, "caretaker")
    rows = import_table(invented_table(), "invented.csv", town, by=person).rows
    print(f"{rows} invented figures of {len(TOWNS)} towns, {TIMES} looks at each tab on {os.cpu_count()} cores")
    client = Client()
    client.force_login(person)
    return client


def main() -> None:
    """Print the time of each tab on a fresh site."""
    folder = tempfile.TemporaryDirectory(prefix="hks-benchmark-")
    os.environ |= {"HKS_DATA_DIR": folder.name, "HKS_DEMO": "1", "HKS_HOSTS": "testserver"}
    from hks.cli.site import open_site, prepared

    open_site()
    prepared()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from hks.workbench.region import TABS

    client = signed_in_caretaker()
    for tab, _title in TABS:
        with CaptureQueriesContext(connection) as asked:
            client.get("/regions/15084590/", {"tab": tab})  # type: ignore[attr-defined]
        queries = len(asked)
        clock, processor = page_seconds(tab, client)
        middle = float(np.median(clock))
        print(
            f"{tab}: median {1000 * middle:.0f} ms, {1000 * min(clock):.0f} to {1000 * max(clock):.0f} (limit "
            f"{1000 * LIMIT:.0f}, {'kept' if middle <= LIMIT else 'NOT KEPT'}); processor "
            f"{1000 * float(np.median(processor)):.0f} ms; {queries} queries"
        )
    connection.close()
    folder.cleanup()


if __name__ == "__main__":
    main()
