"""Heavy rain on the example terrain by both schemes, one thread each, in turn: how many times longer one takes.

The page of a town says "ten to thirty times"; a ratio outside asks for another word there and in `runoff.SLOWER`.
"""

import numpy as np

from hks.climate.example_terrain import example_terrain
from hks.climate.heavy_rain import SIDES, Rain, Scheme, Setting, run_off
from hks.climate.runoff import SLOWER

ROUNDS, END = 5, 900.0  # [s]
SCHEMES: tuple[Scheme, ...] = ("inertial", "shallow-water")


def main() -> None:
    """Print the ratio of the medians, after one round that compiles."""
    rain = Rain(np.array([0.0, 3600.0]), np.array([100.0]))
    seconds: dict[Scheme, list[float]] = {scheme: [] for scheme in SCHEMES}
    steps: dict[Scheme, int] = {}
    for turn in range(ROUNDS + 1):
        for scheme in SCHEMES:
            setting = Setting(sides=dict.fromkeys(SIDES, "free"), scheme=scheme, threads=1)
            done = run_off(example_terrain(), end=END, rain=rain, setting=setting)
            steps[scheme] = done.steps
            if turn:
                seconds[scheme].append(done.seconds)
    fast, slow = (float(np.median(seconds[scheme])) for scheme in SCHEMES)
    print(f"shallow water takes {slow / fast:.0f} times as long as inertial (the estimate says {SLOWER:.0f} times)")
    print(f"steps: {steps['shallow-water'] / steps['inertial']:.2f} times as many")


if __name__ == "__main__":
    main()
