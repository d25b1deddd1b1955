"""Drops in the ratings of a clinic beside their null band: what the same rule finds where nothing has happened."""

import numpy as np
import pandas as pd

from alliance_sim.estimands.detection import RELIABLE_DROP
from alliance_sim.estimands.null_band import null_band
from alliance_sim.estimands.seen import part, ratings
from alliance_sim.estimates.found import records
from alliance_sim.questions.data.clinic import Clinic
from alliance_sim.stats.numbers import interval, number

WORDS = (
    "Clients with a fall of their rating by more than rating error (reliable change from one session to the next), by "
    "what became of the last one; % of those with two ratings or more. Rating error alone makes such falls, and makes "
    "them good again (regression to the mean): beside each share stands what the same rule finds in ratings of as many "
    "clients and sessions, with the same spread, reliability and drift, in which nothing has happened. The band "
    "holds one more such share with a chance of 95 %. A share inside it is no evidence of ruptures, nor of repairs."
)

SHARES = {
    "flagged": "with a drop",
    "repaired": "… the last one made good (“repaired”)",
    "unrepaired": "… the last one not made good (“unrepaired”)",
    "stronger": "… made good, and higher than before (“stronger”)",
}

FEWEST = 10
"""Clients of a group with two ratings or more, below which components of variance mean nothing."""


def drops_table(clinic: Clinic, dependability: float, seed: int) -> pd.DataFrame | None:
    """A row a group and share: observed, mean and band of the null; None where no group has ratings of enough clients.

    `dependability` of one rating (0-1).
    """
    loaded = clinic.loaded
    if "wai_client" not in loaded.seen.sessions:
        return None
    rows = []
    for g, group in enumerate(loaded.groups):
        rated = ratings(part(loaded.seen, loaded.of(g)), clinic.plan.planned)
        rated = rated[np.isfinite(rated).sum(axis=1) > 1]
        if len(rated) >= FEWEST:
            rows += [
                {
                    "group": group,
                    "clients": f"{SHARES[row['share']]} (of {len(rated)})",
                    "the clinic, %": number(row["observed"], 1),
                    "if nothing had happened, %": number(row["null"], 1),
                    "null band": interval(row["low"], row["high"], 1),
                    "": "" if row["low"] <= row["observed"] <= row["high"] else "outside",
                }
                for row in records(null_band(rated, RELIABLE_DROP, dependability, seed=seed))
            ]
    table = pd.DataFrame(rows)
    return None if table.empty else table if len(loaded.groups) > 1 else table.drop(columns="group")
