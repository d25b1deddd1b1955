"""How sure one clinic's numbers are: the bootstrap over therapists or clients, and intervals from it.

Whole therapists are drawn with replacement, each with all clients and sessions (cluster bootstrap; Davison & Hinkley,
1997, section 3.8; Field & Welsh, 2007), since clients of one therapist resemble each other. With few therapists, or
where they are not known, clients are drawn, and the interval is for these therapists.
"""

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Literal, NamedTuple, TypeVar

import numpy as np

from alliance_sim.estimands.clinics import Floats, Rows, Words, groups_of
from alliance_sim.estimands.seen import ClinicRows, Column, ranges_of, rows_of, session_ranges, values
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import t_quantile

By = Literal["therapists", "clients"]
K = TypeVar("K", bound=Hashable)

FEWEST_THERAPISTS = 6
"""With fewer therapists, drawing them says too little about how they differ; clients are drawn then."""

NOT_BY_CLIENTS = frozenset({"therapist_outcome_pct", "therapist_alliance_pct"})
"""Estimates that have no interval when clients are drawn: a client drawn twice makes a caseload look more similar."""

BLOCK = 200_000
"""About so many session rows of resamples are in memory at once."""


def expanded_level(n: int) -> float:
    """The lower quantile (0-1) of n resampled units that an interval of 95 % takes: Phi(-t sqrt(n / (n - 1))).

    The percentile interval is too narrow for few units, by the factor sqrt((n - 1) / n) and by the normal quantile in
    the place of t with n - 1 degrees of freedom; taking more extreme quantiles makes up for both (the expanded
    percentile interval of Hesterberg, 2015).

    >>> round(expanded_level(10), 4), round(expanded_level(10_000), 3)
    (0.0085, 0.025)
    """
    from scipy.special import ndtr

    return float(ndtr(-t_quantile(n - 1) * math.sqrt(n / (n - 1.0))))


def interval(resampled: Floats, units: int, value: float = math.nan) -> Estimate:
    """An estimate with its expanded percentile interval (95 %) and error (SD) from resamples of so many units.

    Resamples that do not define it are left out; there is no interval for fewer than two units, where fewer than nine
    in ten resamples define it, or where all of them agree (such as a share of 0 of all clients).
    """
    there = resampled[np.isfinite(resampled)]
    if units < 2 or len(there) < max(2.0, 0.9 * len(resampled)) or np.ptp(there) == 0.0:
        return Estimate(value)
    level = expanded_level(units)
    low, high = np.quantile(there, [level, 1.0 - level])
    return Estimate(value, float(low), float(high), float(there.std(ddof=1)))


class Units(NamedTuple):
    """What is drawn. Unit k has the client rows `rows[starts[k] : starts[k] + sizes[k]]`."""

    by: By
    rows: Rows
    starts: Rows
    sizes: Rows
    strata: tuple[Rows, ...]  # numbers of the units that are drawn among each other, from 0

    @property
    def number(self) -> int:
        """How many units there are."""
        return len(self.starts)

    def of(self, rows: Rows) -> int:
        """How many units hold some of the client rows."""
        inside = np.isin(self.rows, rows)
        return int((np.add.reduceat(inside, self.starts) > 0).sum()) if len(self.starts) else 0


def units_of(seen: ClinicRows, group: Rows, by: By | None = None) -> Units:
    """The units of one clinic that are drawn; `by` is chosen by the number of therapists where it is None.

    group (clients,): number of each client's group. Units are drawn within strata of units that have clients in the
    same groups, so that groups keep their therapists; therapists who see clients of several groups bring all of them.
    """
    therapist = values(seen.clients, "therapist").astype(np.int64) if "therapist" in seen.clients else None
    if by is None:
        by = "clients" if therapist is None or len(np.unique(therapist)) < FEWEST_THERAPISTS else "therapists"
    keys = therapist if by == "therapists" and therapist is not None else np.arange(seen.people)
    rows = np.argsort(keys, kind="stable")
    units = groups_of(keys[rows])
    strata: dict[tuple[int, ...], list[int]] = {}
    for unit, (start, size) in enumerate(zip(units.starts, units.sizes, strict=True)):
        strata.setdefault(tuple(np.unique(group[rows[start : start + size]]).tolist()), []).append(unit)
    return Units(by, rows, units.starts, units.sizes, tuple(np.array(own) for own in strata.values()))


def resamples_of(seen: ClinicRows, units: Units, resamples: int, seed: int) -> Iterator[tuple[ClinicRows, Rows]]:
    """Resamples of one clinic as replicates from 1 on, some at a time, with the client row that each row came from.

    A unit that is drawn twice is two therapists (or two clients of one therapist). The same for the same seed.
    """
    ranges = session_ranges(seen)
    size = max(1, BLOCK // max(1, int(ranges[1].sum())))
    generator = np.random.Generator(np.random.Philox(key=seed))
    picks = (
        np.concatenate([np.sort(generator.choice(own, len(own))) for own in units.strata]) for _ in range(resamples)
    )
    for first in range(1, resamples + 1, size):
        yield _replicates(seen, units, list(islice(picks, size)), first, ranges)


def _replicates(
    seen: ClinicRows, units: Units, picks: Sequence[Rows], first: int, ranges: tuple[Rows, Rows]
) -> tuple[ClinicRows, Rows]:
    """Some resamples as rows; a therapist who is drawn is one of their own."""
    every = np.concatenate(picks)
    source = units.rows[ranges_of(units.starts[every], units.sizes[every])]
    people = np.array([units.sizes[pick].sum() for pick in picks])
    replicate = np.repeat(np.arange(first, first + len(picks)), people)
    client = ranges_of(np.ones(len(picks), np.int64), people)
    clients: dict[str, Column] = {**rows_of(seen.clients, source), "replicate": replicate, "client": client}
    if units.by == "therapists":
        place = ranges_of(np.ones(len(picks), np.int64), np.array([len(pick) for pick in picks]))
        clients["therapist"] = np.repeat(place, units.sizes[every])
    starts, sizes = ranges
    sessions: dict[str, Column] = dict(rows_of(seen.sessions, ranges_of(starts[source], sizes[source])))
    for name in ("replicate", "therapist", "client"):
        if name in clients:
            column = clients[name]
            assert not isinstance(column, Words)
            sessions[name] = np.repeat(column, sizes[source])
    return ClinicRows(clients, sessions, seen.without), source


def intervals(
    resampled: Mapping[K, Floats], units: int, by: By, own: Mapping[K, Floats] | None = None
) -> dict[K, Estimate]:
    """Estimates of one clinic (`own`, arrays of one number) with intervals from their resamples."""
    found = {}
    for name, numbers in resampled.items():
        value = math.nan if own is None else float(own[name][0])
        never = by == "clients" and name in NOT_BY_CLIENTS
        found[name] = Estimate(value) if never else interval(numbers, units, value)
    return found
