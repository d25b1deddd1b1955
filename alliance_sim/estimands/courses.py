"""The course of what can be seen: means by session, and who stays, in every replicate."""

from collections.abc import Sequence

import numpy as np

from alliance_sim.estimands.clinics import Clinics, Floats, divided
from alliance_sim.estimands.observed import aligned
from alliance_sim.estimands.seen import MEASURES, Seen, columns_of, number_of
from alliance_sim.estimands.staying import CURVE_COLUMNS, staying_curve

STAYING = "staying"
"""Share of clients who have not dropped out, %."""


def weekly_means(rows: Clinics, names: Sequence[str]) -> dict[tuple[str, int], Floats]:
    """Mean of columns of the session table in every week, by (column, week)."""
    week = rows.array("session").astype(np.int64)
    last = int(week.max())
    place = np.repeat(np.arange(len(rows.numbers)), rows.groups.sizes) * last + week - 1
    size = len(rows.numbers) * last
    made: dict[tuple[str, int], Floats] = {}
    for name in names:
        values = rows.floats(name)
        known = np.isfinite(values)
        count = np.bincount(place[known], minlength=size).astype(float)
        sums = np.bincount(place[known], weights=values[known], minlength=size).astype(float)
        means = divided(sums, count)
        for k, of_week in enumerate(means.reshape(len(rows.numbers), last).T):
            made[name, k + 1] = of_week
    return made


def courses(seen: Seen, weeks: int) -> dict[tuple[str, int], Floats]:
    """Mean of every measure by session (1 to weeks), and staying (0 to weeks): one number a replicate of the clients.

    Means are over clients who have the measure in that session; nan where nobody has.
    """
    numbers = np.unique(number_of(seen.clients))
    found: dict[tuple[str, int], Floats] = {}
    names = [name for name in MEASURES if name in seen.sessions]
    if names and len(number_of(seen.sessions)):
        rows = Clinics(columns_of(seen.sessions, {"replicate", "session", *names}))
        for (name, week), values in weekly_means(rows, names).items():
            found[str(name), int(str(week))] = aligned(numbers, rows.numbers, values)
    if set(CURVE_COLUMNS) <= seen.clients.keys():
        people = Clinics(columns_of(seen.clients, {"replicate", *CURVE_COLUMNS}))
        for week, values in enumerate(staying_curve(people, weeks).T):
            found[STAYING, week] = values
    return found
