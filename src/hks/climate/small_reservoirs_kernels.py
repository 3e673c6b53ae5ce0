"""Compiled daily balance of small reservoirs, from the uppermost down."""

import numpy as np
from numba import njit

INFLOW, FROM_ABOVE, RAIN, EVAPORATED, SEEPED, SUPPLIED, RETURNED, SPILLED, EMPTY = range(9)
DEMANDED, GIVEN, ASKED_DAYS, FULL_DAYS = range(4)
NEARLY = 1e-9  # of a demand that may be missing by rounding [1]


@njit(cache=True)
def route(order, below, active, capacity, area, shape, dead, seepage, catchment, yields, stored, water, rain, evaporation,
          period, month, year, first, demand, above, back, empty, months, accounts, uses):  # fmt: skip
    """Step day by day; `stored` holds the storage at the beginning and then at the end.

    `months` (reservoir, period) gets the storage at the end of each month, `accounts` (reservoir, year, 9) and `uses`
    (use, year, 4) the sums. The area is that of the storage after the day's inflow; evaporation and seepage share what
    is there, then uses draw by priority, then what does not fit spills. What passes goes down on the same day. Out of
    use, only what flows on entirely is met, from what passes.
    """
    passes = np.zeros(order.size)
    for day in range(rain.size):
        y, m = year[day], month[day]
        passes[:] = 0.0
        for r in order:
            inflow = catchment[r] * yields[r, m] * water[day]
            account = accounts[r, y]
            account[INFLOW] += inflow
            account[FROM_ABOVE] += passes[r]
            volume = stored[r] + inflow + passes[r]
            if not active[r]:
                onwards = 0.0
                for u in range(first[r], first[r + 1]):
                    wanted = demand[u, period[day]]
                    if wanted <= 0.0:
                        continue
                    given = min(wanted, volume - onwards) if back[u] == 1.0 else 0.0
                    onwards += given
                    uses[u, y, DEMANDED] += wanted
                    uses[u, y, GIVEN] += given
                    uses[u, y, ASKED_DAYS] += 1.0
                    uses[u, y, FULL_DAYS] += given >= wanted * (1.0 - NEARLY)
                account[SUPPLIED] += onwards
                account[RETURNED] += onwards
                account[SPILLED] += volume - onwards
                if below[r] >= 0:
                    passes[below[r]] += volume
                stored[r] = 0.0
                continue
            surface = area[r] * min(volume / capacity[r], 1.0) ** shape[r]
            falls = surface * rain[day]
            volume += falls
            account[RAIN] += falls
            air, soil = surface * evaporation[day], surface * seepage[r]
            part = min(1.0, volume / (air + soil)) if air + soil > 0.0 else 0.0
            volume = max(volume - part * (air + soil), 0.0)
            account[EVAPORATED] += part * air
            account[SEEPED] += part * soil
            onwards = 0.0
            for u in range(first[r], first[r + 1]):
                wanted = demand[u, period[day]]
                if wanted <= 0.0:
                    continue
                given = min(wanted, max(volume - max(dead[r], above[u] * capacity[r]), 0.0))
                volume -= given
                onwards += given * back[u]
                account[SUPPLIED] += given
                account[RETURNED] += given * back[u]
                uses[u, y, DEMANDED] += wanted
                uses[u, y, GIVEN] += given
                uses[u, y, ASKED_DAYS] += 1.0
                uses[u, y, FULL_DAYS] += given >= wanted * (1.0 - NEARLY)
            spilled = max(volume - capacity[r], 0.0)
            volume = min(volume, capacity[r])
            account[SPILLED] += spilled
            account[EMPTY] += volume <= dead[r] + empty * capacity[r]
            if below[r] >= 0:
                passes[below[r]] += spilled + onwards
            stored[r] = volume
            months[r, period[day]] = volume
