"""Compiled loops of the cohort-component ensemble; one draw never reads another, so threads cannot change a bit."""

# ruff: noqa: C901
import numpy as np
from numba import njit, prange

FERTILE_FROM, FERTILE_AGES = 15, 35
MOMENTS, SINGLE_LIVES = 1, 2  # kinds of chance; 0 is none
MOST_LEAVE = 0.95  # our choice: nobody leaves so surely that an age is emptied
AT_ONCE = 400.0  # trials of one uniform number: powers of one half stay far above the smallest float
UNIT = np.float32(np.sqrt(3.0 / (256.0**2 - 1.0)))  # four uniforms on 0 to 255 to a variance of 1
LIVE, MOVE, BEAR, SEX, CAME, HALF, LEFT, BEFORE, ROUND = range(9)  # what a random number decides
BLOCK = 20  # draws of one piece of work
PAGE = 4096  # random numbers of one year, draw and layer


@njit(cache=True, inline="always")
def _mixed(state):
    """Mix 64 bits by splitmix64."""
    z = state + np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@njit(cache=True, inline="always")
def _numbered(state, number):
    """Return the number-th 64 bits after a state: splitmix64 counts in steps of the golden ratio."""
    return _mixed(state + np.uint64(number) * np.uint64(0x9E3779B97F4A7C15))


@njit(cache=True, inline="always")
def _place(event, s, x):
    return (event * 2 + s) * 128 + x


@njit(cache=True)
def _hashed(state, first, bits):
    """Make 32 bits a place, by two rounds of multiply and shift, a half of the state entering before each."""
    low, high = np.uint32(state & np.uint64(0xFFFFFFFF)), np.uint32(state >> np.uint64(32))
    for x in range(bits.size):  # each step is cast: numba would else go on with 64 bits, which few can do side by side
        z = np.uint32(low + np.uint32(np.uint32(first + x) * np.uint32(0x9E3779B9)))
        z = np.uint32(np.uint32(z ^ np.uint32(z >> np.uint32(16))) * np.uint32(0x21F0AAAD))
        z = np.uint32(z ^ high)
        z = np.uint32(np.uint32(z ^ np.uint32(z >> np.uint32(15))) * np.uint32(0x735A2D97))
        bits[x] = np.uint32(z ^ np.uint32(z >> np.uint32(15)))


@njit(cache=True, inline="always")
def _ring(state, first, bits, bells):
    """Make four rows, one after another, of nearly normal numbers of mean 0 and variance 1 without correlation.

    32 bits are four uniforms of 8 bits; their sum and the three sums with two signs turned have no correlation.
    """
    n = bells.size // 4
    _hashed(state, first, bits[:n])
    one, two, three, four = bells[:n], bells[n : 2 * n], bells[2 * n : 3 * n], bells[3 * n :]
    for x in range(n):
        z = bits[x]
        p, q = np.float32(np.int32(z & np.uint32(0xFF))), np.float32(np.int32((z >> np.uint32(8)) & np.uint32(0xFF)))
        r, t = np.float32(np.int32((z >> np.uint32(16)) & np.uint32(0xFF))), np.float32(np.int32(z >> np.uint32(24)))
        one[x] = ((p + q) + (r + t) - np.float32(510.0)) * UNIT
        two[x] = ((p + q) - (r + t)) * UNIT
        three[x] = ((p - q) + (r - t)) * UNIT
        four[x] = ((p - q) - (r - t)) * UNIT


@njit(cache=True, inline="always")
def _uniform(state, number):
    """Make one number strictly between 0 and 1 on 53 bits."""
    return (np.float64(_numbered(state, number) >> np.uint64(11)) + 0.5) * 2.0**-53


@njit(cache=True)
def _binomial(trials, chance, state, number):
    """Count successes by inversion, a few hundred trials per uniform number."""
    if trials <= 0.0 or chance <= 0.0:
        return 0.0
    if chance >= 1.0:
        return trials
    rare = min(chance, 1.0 - chance)
    found, left, layer = 0.0, trials, 0
    while left > 0.0:
        n = min(left, AT_ONCE)
        u = _uniform(state, number + layer * PAGE)
        if u > 1.0 - n * rare:  # Bernoulli's inequality: else there is surely no success
            probability = np.exp(n * np.log1p(-rare))
            odds = rare / (1.0 - rare)
            below, count = probability, 0.0
            while u > below and count < n:
                count += 1.0
                probability *= odds * (n - count + 1.0) / count
                below += probability
            found += count
        left -= n
        layer += 1
    return found if chance <= 0.5 else trials - found


@njit(cache=True)
def _poisson(mean, state, number):
    """Count events by inversion."""
    found, left, layer = 0.0, mean, 0
    while left > 0.0:
        m = min(left, AT_ONCE)
        u = _uniform(state, number + layer * PAGE)
        if u > 1.0 - m:
            probability = np.exp(-m)
            below, count = probability, 0.0
            while u > below and count < 20.0 * m + 60.0:
                count += 1.0
                probability *= m / count
                below += probability
            found += count
        left -= m
        layer += 1
    return found


@njit(cache=True)
def _whole(population, state, now):
    """Round to whole people without bias: one uniform number shifts all limits; the total stays if it is whole."""
    shift, run, before = _uniform(state, _place(ROUND, 0, 0)), 0.0, 0.0
    for i in range(now.size):
        run += population[i]
        upto = np.floor(run + shift)
        now[i] = upto - before
        before = upto


@njit(cache=True)
def _interpolate(low, here, high, w, survival):
    """Read survival by the parabola through three places of the table; `w` is the distance from the middle one."""
    below, above = 0.5 * w * (w - 1.0), 0.5 * w * (w + 1.0)
    centre = 1.0 - w * w
    for i in range(survival.size):
        survival[i] = below * low[i] + centre * here[i] + above * high[i]


@njit(cache=True)
def _evaluate(a, b, k, survival):
    for i in range(survival.size):
        survival[i] = np.exp(-np.exp(a[i] + b[i] * k))


@njit(cache=True)
def _mix(shares, rates, mixed):
    """Add up the parts of a rate, two at a time."""
    last = shares.size - 1
    for j in range(0, last + 1, 2):
        other = min(j + 1, last)
        one, two = shares[j], shares[other] if other > j else 0.0
        left, right = rates[j], rates[other]
        if j == 0:
            for i in range(mixed.size):
                mixed[i] = one * left[i] + two * right[i]
        else:
            for i in range(mixed.size):
                mixed[i] += one * left[i] + two * right[i]


@njit(cache=True)
def _limit(rate, low, high):
    for i in range(rate.size):
        rate[i] = min(max(rate[i], low), high)


@njit(cache=True)
def _share(people, pattern, shared):
    for i in range(shared.size):
        shared[i] = people * pattern[i]


@njit(cache=True)
def _grow(now, early, late, pattern, survival, present, after, dying):
    """Let people grow a year older; `dying` is counted at the age they would have reached.

    `early` and `late` are net migrants before and after the year's deaths; `present` holds mothers' ages alone.
    """
    ages = now.size // 2
    alive, share, comes, dead = after[1:], survival[1:], pattern[1:], dying[1:]
    for i in range(now.size - 1):
        here = now[i] + early * pattern[i]
        lives = here * share[i]
        alive[i] = lives + late * comes[i]
        dead[i] = here - lives
    for last in (ages - 1, now.size - 1):  # the oldest stay among the oldest; men's never reach the newborn women
        here = now[last] + early * pattern[last]
        lives = here * survival[last]
        after[last] += lives
        dying[last] += here - lives
    after[0], after[ages] = late * pattern[0], late * pattern[ages]
    for i in range(ages + FERTILE_FROM, ages + FERTILE_FROM + FERTILE_AGES):
        present[i] = now[i] + early * pattern[i]


@njit(cache=True)
def _leave(leaving, now, survival, after, dying, moved, spread):
    """Take departures from residents; of two exits in one year each comes first half the time (Preston, ch. 4)."""
    ages = after.size // 2
    last = ages - 1
    for s in range(2):
        for x in range(ages):
            i, j = s * ages + x, s * ages + min(x + 1, last)
            o = leaving[j - 1]
            out = now[i] * survival[j] * o
            both = 0.5 * o * now[i] * (1.0 - survival[j])  # would have died, but had left before
            after[j] -= out
            dying[j] -= both
            moved[j] -= out + both
            uneven = out * (1.0 - o)
            spread[j] = uneven if j == i + 1 else spread[j] + uneven


@njit(cache=True)
def _scatter(survival, turnover, spread, late, pattern, after, dying, moved, bits, bells, state):
    """Move each age as single lives would: deaths by n S (1 - S), movers by departures binomial and arrivals Poisson.

    Then the later migrants come. Nobody is called back from the dead: whom chance took below nobody had not left.
    Roots are taken in single precision: enough for chance, and a third of the time.
    """
    _ring(state, _place(LIVE, 0, 0), bits, bells)
    n, nothing = after.size, np.float32(0.0)
    first, second = bells[:n], bells[n : 2 * n]
    first[0] = first[n // 2] = second[0] = second[n // 2] = nothing  # the newborn follow later
    for i in range(n):
        people, come = after[i], late * pattern[i]
        died = np.float64(np.sqrt(max(np.float32(people * (1.0 - survival[i])), nothing)) * first[i])
        uneven = np.float32(people * turnover[i] + spread[i] + 2.0 * abs(come))
        went = np.float64(np.sqrt(max(uneven, nothing)) * second[i])
        left = people + died + went + come
        stay = max(left, 0.0)
        dying[i] -= died
        moved[i] += went + (stay - left)
        after[i] = stay
    for i in (0, n // 2):  # the newborn are still to come
        after[i] = late * pattern[i]
        moved[i] += min(after[i], 0.0)


@njit(cache=True)
def _total(values):
    """Add up in four running sums, always in the same order."""
    one, two, three, four = 0.0, 0.0, 0.0, 0.0
    whole = values.size // 4 * 4
    for n in range(0, whole, 4):
        one += values[n]
        two += values[n + 1]
        three += values[n + 2]
        four += values[n + 3]
    for n in range(whole, values.size):
        one += values[n]
    return (one + two) + (three + four)


@njit(cache=True, inline="always")
def _bear(present, after, fertility, shape, born, chance, bits, bells, state):
    """Count births by age of the mother, 15 to 49."""
    first = present.size // 2 + FERTILE_FROM
    before, behind = present[first : first + FERTILE_AGES], after[first : first + FERTILE_AGES]
    for a in range(FERTILE_AGES):
        born[a] = max(fertility * shape[a] * 0.5 * (before[a] + behind[a]), 0.0)
    if chance == MOMENTS:
        _ring(state, _place(BEAR, 0, 0), bits, bells)
        for a in range(FERTILE_AGES):
            born[a] += np.float64(np.sqrt(np.float32(born[a])) * bells[a])
    elif chance == SINGLE_LIVES:
        for a in range(FERTILE_AGES):
            born[a] = _poisson(born[a], state, _place(BEAR, 0, a))
    return _total(born)


@njit(cache=True, inline="always")
def _newborn(births, boys, survival, leaving, turnover, late, pattern, after, dying, moved, chance, bells, state):
    """Let the newborn live to the end of the year; they are here for half of it."""
    ages, row = after.size // 2, FERTILE_AGES  # the births' own numbers come first
    sons = births * boys
    if chance == MOMENTS:
        sons += np.sqrt(max(births, 0.0) * boys * (1.0 - boys)) * np.float64(bells[row])
    elif chance == SINGLE_LIVES:
        sons = _binomial(births, boys, state, _place(SEX, 0, 0))
    for s in range(2):
        i = s * ages
        newborn = sons if s == 0 else births - sons
        share, o = survival[i], 0.5 * leaving[i]
        alive = newborn * share
        out = alive * o
        if chance == SINGLE_LIVES:
            alive = _binomial(newborn, share, state, _place(LIVE, s, 0))
            out = _binomial(alive, o, state, _place(LEFT, s, 0))
        elif chance == MOMENTS:
            people = max(alive, 0.0)
            alive += np.sqrt(people * (1.0 - share)) * np.float64(bells[row + 1 + s])
            out += np.sqrt(people * (o + turnover[i]) + 2.0 * abs(late * pattern[i])) * np.float64(bells[row + 3 + s])
        dying[i] = newborn - alive
        after[i] += alive - out
        moved[i] -= out
        if chance > 0:
            moved[i] += max(-after[i], 0.0)
            after[i] = max(after[i], 0.0)


@njit(cache=True)
def _add(more, to):
    for i in range(to.size):
        to[i] += more[i]


@njit(cache=True)
def _exchange(rate, after, moved):
    """Add net migrants at the end of the year, by rates of those living here."""
    for i in range(after.size):
        moved[i] += after[i] * rate[i]
    for i in range(after.size):
        after[i] *= 1.0 + rate[i]


@njit(cache=True)
def _never_negative(after, moved):
    """Call back from departure those whom chance took below nobody."""
    for i in range(after.size):
        moved[i] += max(-after[i], 0.0)
    for i in range(after.size):
        after[i] = max(after[i], 0.0)


@njit(cache=True)
def _come_singly(half, moved, present, state):
    """Split net migrants by chance into those before the year's deaths and those after; the latter stay in `half`."""
    ages = half.size // 2
    for i in range(half.size):
        s, x = i // ages, i % ages
        people = _poisson(2.0 * abs(half[i]), state, _place(CAME, s, x))
        early = _binomial(people, 0.5, state, _place(HALF, s, x))
        late = people - early
        if half[i] < 0.0:
            early, late = -min(early, present[i]), -late
        present[i] += early
        moved[i] += early
        half[i] = late


@njit(cache=True)
def _live_singly(survival, leaving, now, present, after, dying, moved, state):
    """Count every person: deaths and departures are binomial; of two exits in one year each comes first half the time."""
    ages = present.size // 2
    for s in range(2):
        for x in range(ages):
            i, j = s * ages + x, s * ages + min(x + 1, ages - 1)
            o = leaving[j - 1]
            residents = min(now[i], present[i])
            alive = _binomial(residents, survival[j], state, _place(LIVE, s, x + 1))
            dead = residents - alive
            out = _binomial(alive, o, state, _place(LEFT, s, x + 1))
            both = _binomial(dead, 0.5 * o, state, _place(BEFORE, s, x + 1))
            came = present[i] - residents
            stay = _binomial(came, survival[j], state, _place(LIVE, s, x + 1) + PAGE // 2)
            if j == i + 1:
                after[j] = dying[j] = 0.0
            after[j] += alive - out + stay
            dying[j] += dead - both + came - stay
            moved[j] -= out + both


@njit(cache=True)
def _exchange_singly(rate, turnover, after, moved, state):
    ages = after.size // 2
    for i in range(after.size):
        net, page = rate[i], _place(MOVE, i // ages, i % ages)
        share = min(max(0.5 * (turnover[i] - net), max(-net, 0.0)), 1.0)
        out = _binomial(after[i], share, state, page)
        came = _poisson(after[i] * (share + net), state, page + PAGE // 2)
        after[i] += came - out
        moved[i] += came - out


@njit(cache=True)
def _lowest(values):
    """Return the smallest cell below zero, or zero."""
    below = 0
    for i in range(values.size):
        below += values[i] < 0.0
    return values.min() if below else 0.0


@njit(cache=True)
def _written(values, place):
    """Copy values; return the smallest below zero, or zero."""
    below = 0
    for i in range(values.size):
        place[i] = values[i]
        below += values[i] < 0.0
    return values.min() if below else 0.0


@njit(cache=True)
def _copy(values, place):
    for i in range(values.size):
        place[i] = values[i]


@njit(cache=True, parallel=True)
def project_draws(
    exact, a, b, table, first, step,
    population, k, fertility, shape, net, pattern, ratio, exchange, rates, leaving, leaving_rates, turnover,
    chance, seed, first_draw,
    accounts, births_by_age, deaths_by_age, out,
):  # fmt: skip
    """Fill `out` and what else is asked for; all is reckoned in float64. Return the smallest cell below zero, or zero.

    Sexes and ages lie in one row, men first.
    """
    draws, years = k.shape
    boys = ratio / (1 + ratio)
    cells = population.size
    moving, going, kept = rates.shape[0] > 0, leaving_rates.shape[0] > 0, accounts.shape[0] > 0
    lowest = np.zeros(draws)
    for block in prange((draws + BLOCK - 1) // BLOCK):  # room for the ages is made once for many draws
        survival, present, after, dying = np.empty(cells), np.empty(cells), np.zeros(cells), np.zeros(cells)
        moved, half, rate, gone = np.zeros(cells), np.zeros(cells), np.zeros(cells), np.zeros(cells)
        spread, now = np.zeros(cells), np.empty(cells)
        born, few = np.empty(FERTILE_AGES), np.empty(4 * 16, np.float32)
        sixteenths = (cells // 2 + 15) // 16 * 16
        bells, bits = np.empty(4 * sixteenths, np.float32), np.empty(sixteenths, np.uint32)
        for d in range(block * BLOCK, min((block + 1) * BLOCK, draws)):
            _copy(population, now)
            life = _mixed(_mixed(np.uint64(seed)) ^ np.uint64(first_draw + d))
            if chance == SINGLE_LIVES:
                _whole(population, life, now)
            _copy(now, out[d, 0])
            for t in range(years):
                state = _mixed(life ^ np.uint64(t))
                if exact:
                    _evaluate(a, b, k[d, t], survival)
                else:
                    place = k[d, t] / step
                    middle = int(np.floor(place + 0.5))
                    m = middle - first
                    _interpolate(table[m - 1], table[m], table[m + 1], place - middle, survival)
                if going:
                    _mix(leaving[d, t], leaving_rates, gone)
                    _limit(gone, 0.0, MOST_LEAVE)
                late = 0.5 * net[d, t]
                if chance == SINGLE_LIVES:
                    moved[:] = 0.0
                    _copy(now, present)
                    _share(late, pattern, half)
                    _come_singly(half, moved, present, state)
                    _live_singly(survival, gone, now, present, after, dying, moved, state)
                    after[0], after[cells // 2] = 0.0, 0.0
                    _add(half, after)
                    _add(half, moved)
                else:
                    _share(net[d, t], pattern, moved)
                    after_deaths = 0.0 if chance == MOMENTS else late
                    _grow(now, late, after_deaths, pattern, survival, present, after, dying)
                    if going:
                        _leave(gone, now, survival, after, dying, moved, spread)
                    if chance == MOMENTS:
                        _scatter(
                            survival, turnover, spread, late, pattern, after, dying, moved, bits, bells, state
                        )  # fmt: skip
                births = _bear(present, after, fertility[d, t], shape, born, chance, bits, few, state)
                _newborn(births, boys, survival, gone, turnover, late, pattern, after, dying, moved, chance, few, state)
                low = _lowest(after) if moving and chance == 0 else 0.0
                if chance == SINGLE_LIVES:
                    _never_negative(after, moved)
                if moving:
                    _mix(exchange[d, t], rates, rate)
                    if chance == SINGLE_LIVES:
                        _exchange_singly(rate, turnover, after, moved, state)
                    else:
                        _exchange(rate, after, moved)
                if kept:
                    accounts[d, t, 0] = births
                    accounts[d, t, 1] = _total(dying)
                    accounts[d, t, 2] = _total(moved)
                if births_by_age.shape[0] > 0:
                    _copy(born, births_by_age[d, t])
                    _copy(dying, deaths_by_age[d, t])
                lowest[d] = min(lowest[d], low, _written(after, out[d, t + 1]))
                now, after = after, now
    return lowest.min()


@njit(cache=True)
def sum_cells(values, cell, sums):
    """Add each row's columns to the cell they belong to, in float64."""
    for n in range(values.shape[0]):
        row, to = values[n], sums[n]
        to[:] = 0.0
        for x in range(row.size):
            to[cell[x]] += np.float64(row[x])
