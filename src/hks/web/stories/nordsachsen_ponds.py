"""The reservoirs and the weather of the story of Nordsachsen: all invented, always the same."""

from __future__ import annotations

import random

from hks.core.evidence import Source

INVENTED = "Demodaten (erfunden), kein Nachweis"
PONDS_SOURCE = Source(INVENTED, table="hks-reservoirs", key_date="2026-01-01", licence="CC0-1.0")
WEATHER_SOURCE = Source(INVENTED, table="hks-weather", key_date="2025-12-31", licence="CC0-1.0")
FIRST_YEAR, YEARS = 2006, 20
NAMES = (
    "Ahorn", "Birke", "Buche", "Eberesche", "Eibe", "Eiche", "Erle", "Esche", "Espe", "Fichte", "Flieder", "Hasel",
    "Holunder", "Kastanie", "Kiefer", "Linde", "Pappel", "Robinie", "Schlehe", "Tanne", "Ulme", "Weide", "Weißdorn",
    "Zeder",
)  # fmt: skip
IN_USE = 9
CHOICES = {"A": 3, "B": 8, "C": 15}
HEAD = (
    "Speicher;Zustand;Speicherraum bis zum Überlauf;Fläche bei Vollstau;Eigenes Einzugsgebiet;"
    "Teil des Regens, der ankommt;Versickerung;Fließt zum Speicher;Nutzung;Bedarf;Bedarf wann;Bleibt dem Bach;"
    "Art des Eigentums;Wasserrecht"
)
RAIN = (42, 34, 40, 38, 55, 60, 72, 66, 46, 40, 45, 46)  # invented, as the plains of the region may have it [mm]
EVAPORATION = (8, 14, 35, 66, 96, 112, 118, 100, 62, 32, 13, 8)  # of open water; invented [mm]


def name_of(place: int) -> str:
    """Name a reservoir so that nobody takes it for a real one."""
    return f"Demoteich {NAMES[place]}"


def volumes() -> list[int]:
    """Return the storage of each reservoir; of those out of use the larger come first. [m³]"""
    drawn = random.Random(14730)  # noqa: S311 - the same invented ponds at every start, no secret
    found = [1000 * drawn.randint(6, 45) for _ in NAMES]
    return found[:IN_USE] + sorted(found[IN_USE:], reverse=True)


def cadastre() -> bytes:
    """Write the table of 24 reservoirs."""
    drawn = random.Random(30)  # noqa: S311 - as above
    rows = [HEAD]
    for place, volume in enumerate(volumes()):
        used = place < IN_USE
        state = "in Betrieb" if used else drawn.choice(("außer Betrieb", "verlandet", "Damm schadhaft"))
        use, season = drawn.choice((("Bewässerung", "April bis September"), ("Bewässerung", "April bis September"),
                                    ("Löschwasser", "ganzjährig"), ("Tränke", "ganzjährig")))  # fmt: skip
        below = name_of(place + 1) if place % 4 == 0 and place + 1 < len(NAMES) else ""
        owner = drawn.choice(("Gemeinde", "Gemeinde", "Betrieb", "privat", "ungeklärt"))
        legal = "gültig" if used else drawn.choice(("abgelaufen", "nicht bekannt"))
        rows.append(
            f"{name_of(place)};{state};{volume};{round(volume / 1.6)};{drawn.randint(4, 16) / 10};0,06;0,8;{below};"
            f"{use};{round(1.3 * volume)};{season};{round(0.1 * volume)};{owner};{legal}".replace(".", ",")
        )
    return "\n".join(rows).encode()


def weather() -> bytes:
    """Write 20 years of months: dry years are drier in summer and evaporate more."""
    drawn = random.Random(2001)  # noqa: S311 - as above
    rows = ["Jahr;Monat;Niederschlag;Verdunstung offener Wasserflächen"]
    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
        wet = drawn.uniform(0.7, 1.25)
        for month in range(12):
            rain = RAIN[month] * wet * drawn.uniform(0.55, 1.5)
            rows.append(f"{year};{month + 1};{rain:.1f};{EVAPORATION[month] * (1.9 - 0.9 * wet):.1f}".replace(".", ","))
    return "\n".join(rows).encode()
