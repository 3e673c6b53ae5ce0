"""Units as printed beside a figure: SI, euro, `a` and `d`; `1` for none."""

from typing import Final

PERSONS: Final = "persons"
NONE: Final = "1"
PERCENT: Final = "%"
EURO: Final = "EUR"
EURO_PER_YEAR: Final = "EUR/a"
PER_THOUSAND: Final = "1/1000"
YEARS: Final = "a"
MONTHS: Final = "mo"
