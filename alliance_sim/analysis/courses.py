"""The course of what can be seen: means by session, and who stays, in every replicate."""

import numpy as np

from alliance_sim.analysis.clinics import Clinics, Floats
from alliance_sim.analysis.curves import weekly_means
from alliance_sim.analysis.observed import aligned
from alliance_sim.analysis.seen import MEASURES, Seen, columns_of, number_of
from alliance_sim.analysis.staying import CURVE_COLUMNS, staying_curve

STAYING = "staying"
"""Share of clients who have not dropped out, %."""


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
