"""Symptoms at follow-ups: how many clients have a score there, and how it differs from intake."""

import numpy as np
import pandas as pd

from alliance_sim.estimands.seen import values
from alliance_sim.questions.data.clinic import Clinic
from alliance_sim.stats.numbers import number


def follow_ups_in_words(clinic: Clinic) -> str:
    """What the table of follow-ups shows."""
    better = "above zero means a better score" if clinic.higher_is_better else "below zero means fewer symptoms"
    return (
        "Scores after the treatment. They are no part of the estimates above, nor compared with simulated clinics. "
        f"Change is of the clients who have a score at intake too; a number {better} than at intake."
    )


def follow_up_table(clinic: Clinic) -> pd.DataFrame | None:
    """A row for each group and follow-up; None without follow-ups."""
    loaded = clinic.loaded
    if not loaded.follow_ups:
        return None
    clients = loaded.seen.clients
    none = np.full(loaded.seen.people, np.nan)
    intake = values(clients, "symptoms_intake") if "symptoms_intake" in clients else none
    if clinic.higher_is_better and clinic.scale is not None:
        intake = clinic.scale.low + clinic.scale.high - intake  # points as they stand in the table
    rows = []
    for g, group in enumerate(loaded.groups):
        own = loaded.of(g)
        for code, scores in loaded.follow_ups.items():
            there = scores[own][np.isfinite(scores[own])]
            change = (scores - intake)[own]
            change = change[np.isfinite(change)]
            rows.append(
                {
                    "group": group,
                    "follow-up": code,
                    "clients with a score": len(there),
                    "mean": number(float(there.mean()), 1) if len(there) else "–",
                    "SD": number(float(there.std(ddof=1)), 1) if len(there) > 1 else "–",
                    "clients with both scores": len(change),
                    "mean change since intake": number(float(change.mean()), 1, signed=True) if len(change) else "–",
                }
            )
    table = pd.DataFrame(rows)
    return table if len(loaded.groups) > 1 else table.drop(columns="group")
