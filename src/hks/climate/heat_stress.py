"""How heat feels at a place, by the Universal Thermal Climate Index (UTCI)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np

from hks.climate.heat import SCREENING
from hks.climate.utci_coefficients import COEFFICIENTS
from hks.core.errors import InputError
from hks.core.messages import gettext_noop
from hks.core.method import Inputs, Method, Outcomes, Values
from hks.core.parameters import Input, Outcome, Parameter

ASSUMED_RADIATION = gettext_noop("Radiation in sun and shade is assumed, not measured at the place.")

HIGHEST_POWER = 6
POWERS = tuple(
    (air, wind, radiant, vapour)
    for vapour in range(HIGHEST_POWER + 1)
    for radiant in range(HIGHEST_POWER + 1 - vapour)
    for wind in range(HIGHEST_POWER + 1 - vapour - radiant)
    for air in range(HIGHEST_POWER + 1 - vapour - radiant - wind)
)
# Saturation pressure over water as the published program computes it (Hardy 1998, ITS-90).
SATURATION = (-2836.5744, -6028.076559, 19.54263612, -0.02737830188, 1.6261698e-5, 7.0229056e-10, -1.8680009e-13)
SATURATION_LOG = 2.7150305
KELVIN = 273.15
# Where the polynomial holds (Bröde et al. 2012): air, radiant minus air, wind, vapour pressure.
RANGES: Mapping[str, tuple[float, float, str]] = {
    "air_temperature": (-50.0, 50.0, "°C"),
    "radiant_excess": (-30.0, 70.0, "K"),
    "wind": (0.5, 17.0, "m/s"),
    "vapour_pressure": (0.0, 5.0, "kPa"),
}
# Upper ends of the classes of stress (Bröde et al. 2012, table 3). [°C]
CLASSES = (
    (-40.0, gettext_noop("extreme cold stress")), (-27.0, gettext_noop("very strong cold stress")),
    (-13.0, gettext_noop("strong cold stress")), (0.0, gettext_noop("moderate cold stress")),
    (9.0, gettext_noop("slight cold stress")), (26.0, gettext_noop("no thermal stress")),
    (32.0, gettext_noop("moderate heat stress")), (38.0, gettext_noop("strong heat stress")),
    (46.0, gettext_noop("very strong heat stress")), (float("inf"), gettext_noop("extreme heat stress")),
)  # fmt: skip


@dataclass(frozen=True)
class Places:
    """Places with their weather, one each; `air_temperature` [°C], `wind` at 10 m [m/s], `humidity` relative [%]."""

    names: tuple[str, ...]
    air_temperature: np.ndarray
    wind: np.ndarray
    humidity: np.ndarray


def vapour_pressure(air_temperature: np.ndarray, humidity: np.ndarray) -> np.ndarray:
    """Return the pressure of the water vapour.

    Parameters
    ----------
    air_temperature : (place,) array
        [°C]
    humidity : (place,) array
        Relative, 0 to 100. [%]

    Returns
    -------
    (place,) array
        [kPa]
    """
    kelvin = np.asarray(air_temperature, dtype=float) + KELVIN
    log = SATURATION_LOG * np.log(kelvin) + sum(g * kelvin ** (n - 2) for n, g in enumerate(SATURATION))
    return np.asarray(np.exp(log) / 1000.0 * np.asarray(humidity) / 100.0)


def utci(
    air_temperature: np.ndarray, radiant_temperature: np.ndarray, wind: np.ndarray, humidity: np.ndarray
) -> np.ndarray:
    """Return the temperature of a reference surrounding that strains the body alike.

    Parameters
    ----------
    air_temperature, radiant_temperature : (place,) array
        Of the air and, as a mean, of all around. [°C]
    wind : (place,) array
        Ten metres above ground. [m/s]
    humidity : (place,) array
        Relative. [%]

    Returns
    -------
    (place,) array
        [°C]

    Raises
    ------
    InputError
        If a value lies outside the range the polynomial was fitted to.

    References
    ----------
    Bröde et al. (2012): *Deriving the operational procedure for the Universal Thermal Climate Index*, International
    Journal of Biometeorology 56, 481-494.
    """
    air, radiant, speed, relative = (
        np.asarray(part, dtype=float) for part in (air_temperature, radiant_temperature, wind, humidity)
    )
    _within("air_temperature", air)
    if not ((relative >= 0) & (relative <= 100)).all():
        raise InputError(gettext_noop("The relative humidity must lie between 0 and 100 percent."))
    excess, pressure = radiant - air, vapour_pressure(air, relative)
    for name, values in (("radiant_excess", excess), ("wind", speed), ("vapour_pressure", pressure)):
        _within(name, values)
    bases = [[base**power for power in range(HIGHEST_POWER + 1)] for base in (air, speed, excess, pressure)]
    offset = sum(
        coefficient * bases[0][a] * bases[1][w] * bases[2][r] * bases[3][v]
        for coefficient, (a, w, r, v) in zip(COEFFICIENTS, POWERS, strict=True)
    )
    return np.asarray(air + offset)


def stress(index: float) -> str:
    """Name the class of stress, as a marked text."""
    return next(name for upper, name in CLASSES if index < upper)


def _within(name: str, values: np.ndarray) -> None:
    low, high, unit = RANGES[name]
    wrong = values[~((values >= low) & (values <= high))]
    if wrong.size:
        raise InputError(
            gettext_noop("%(name)s: %(value)s lies outside %(low)s to %(high)s %(unit)s, where the index holds."),
            name=name, value=float(wrong.flat[0]), low=low, high=high, unit=unit,
        )  # fmt: skip


def answer(inputs: Inputs, values: Values, _seed: int) -> Outcomes:
    """Tell the index in the sun and in the shade at each place, and what shade takes off."""
    places: Places = inputs["places"]
    warmer = {name: float(cast("float", values[name])) for name in ("sun", "shade")}
    if warmer["shade"] > warmer["sun"]:
        raise InputError(gettext_noop("In the shade it cannot radiate more than in the sun."))
    felt = {
        name: utci(places.air_temperature, places.air_temperature + more, places.wind, places.humidity)
        for name, more in warmer.items()
    }
    told = [
        {
            "name": name, "utci_sun": float(felt["sun"][n]), "utci_shade": float(felt["shade"][n]),
            "stress_sun": stress(float(felt["sun"][n])), "stress_shade": stress(float(felt["shade"][n])),
        }
        for n, name in enumerate(places.names)
    ]  # fmt: skip
    return {
        "places": told,
        "highest": float(felt["sun"].max()),
        "shade_effect": float((felt["sun"] - felt["shade"]).mean()),
        "warnings": [SCREENING, ASSUMED_RADIATION],
    }


HEAT_STRESS = Method(
    group="heat",
    verb="stress",
    title=gettext_noop("Heat stress at chosen places"),
    summary=gettext_noop("How hot it feels at chosen places, in the sun and in the shade."),
    inputs=(Input("places", gettext_noop("Places with air temperature, wind and humidity"), ("weather-places",)),),
    parameters=(
        Parameter("sun", gettext_noop("What surrounds a person in the sun radiates warmer than the air by"), "number",
                  27.5, unit="K", low=0.0, high=70.0, step=0.5,
                  help=gettext_noop("An assumption for a clear summer afternoon; 25 to 30 K, not verified here.")),
        Parameter("shade", gettext_noop("What surrounds a person in the shade radiates warmer than the air by"),
                  "number", 5.0, unit="K", low=-30.0, high=70.0, step=0.5,
                  help=gettext_noop("An assumption for the shade of a tree; not verified here.")),
    ),
    outcomes=(
        Outcome("places", gettext_noop("Index and stress at each place"), "°C", ("place",), "table"),
        Outcome("highest", gettext_noop("Highest index in the sun"), "°C", better="less"),
        Outcome("shade_effect", gettext_noop("What shade takes off, on average"), "K", better="more"),
    ),
    compute=answer,
    references=("Bröde et al. (2012): International Journal of Biometeorology 56, 481-494",),
)  # fmt: skip
