"""The shallow water equations on the same grid: for breaches, steep reaches, and as a check of the faster scheme."""

from collections.abc import Iterator, Sequence

import numpy as np

from hks.climate.heavy_rain import SIDES, Inflow, Rain
from hks.climate.local_inertial import WET, LocalInertial

COURANT = 0.37  # a column that falls apart on dry ground on four sides loses 8/3 of it in a step


class ShallowWater(LocalInertial):
    """A run by the Riemann solver of Harten, Lax and van Leer with hydrostatic reconstruction.

    References
    ----------
    Audusse et al. (2004): *A fast and stable well-balanced scheme*, SIAM J. Sci. Comput. 25.
    Toro (2001): *Shock-Capturing Methods for Free-Surface Shallow Flows*, Wiley, ch. 10.
    """

    @property
    def fine(self) -> float:
        """Return which part of a depth the numbers cannot tell. [1]"""
        return 4.0 * float(np.finfo(self.h.dtype).eps)

    def until(self, end: float, rain: Rain, inflows: Sequence[Inflow]) -> Iterator[float]:
        """Advance to the end; give the time at every record. [s]"""
        from hks.climate.shallow_water_kernels import fill_rim, record, step_of, sweep

        places, amounts = self.inlets(inflows)
        h2, qx2, qy2 = (np.zeros_like(self.h) for _ in range(3))
        crossing = np.zeros((4, max(self.h.shape)))
        ground = float((self.z[1:-1, 1:-1] < 1e5).sum())
        cell, setting, now, noted = self.cell, self.setting, 0.0, 0.0
        courant = min(setting.courant, COURANT)
        while now < end:
            intensity, changes = rain.at(now)
            levels = np.array([self.level(side, now) for side in SIDES])
            fill_rim(self.h, self.qx, self.qy, self.z, self.sides, levels)
            goal = min(end, changes, noted + setting.recorded)
            dt = min(step_of(self.h, self.qx, self.qy, courant, cell, setting.longest), goal - now)
            crossing[:] = 0.0
            sweep(
                self.h, self.qx, self.qy, self.z, self.n2, self.crest_x, self.crest_y, self.fine, self.finest, dt, cell,
                intensity, h2, qx2, qy2, self.highest, crossing,
            )  # fmt: skip
            out = crossing * dt * cell
            self.account += (intensity * dt * ground * cell**2, -out[out < 0].sum(), out[out > 0].sum())
            self.h, h2, self.qx, qx2, self.qy, qy2 = h2, self.h, qx2, self.qx, qy2, self.qy
            np.add.at(self.h, tuple(places.T), amounts * dt / cell**2)
            self.account[1] += amounts.sum() * dt
            now = goal if goal - now - dt <= 1e-9 * end else now + dt
            self.steps += 1
            if now == goal:
                noted = now
                record(self.h, self.qx, self.qy, WET, np.float32(now), self.speed, self.product, self.arrival)
                yield now

    def flows_in(self, rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the flow to the east and to the south in some cells. [m²/s]"""
        return self.qx[rows + 1, columns + 1], self.qy[rows + 1, columns + 1]

    def flows_over(self, rows: np.ndarray, columns: np.ndarray, south: np.ndarray) -> np.ndarray:
        """Return what a step from here sends over the east or south side of some cells. [m²/s]"""
        from hks.climate.shallow_water_kernels import flows_over

        return np.asarray(
            flows_over(
                self.h,
                self.qx,
                self.qy,
                self.z,
                self.crest_x,
                self.crest_y,
                self.fine,
                self.finest,
                rows,
                columns,
                south,
            )
        )

    def warnings(self) -> tuple[str, ...]:
        """Say nothing: these equations hold for fast flow too."""
        return ()
