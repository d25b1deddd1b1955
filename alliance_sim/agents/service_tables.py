"""Tidy tables of what happened in a service."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from alliance_sim.agents.referred import NAN, ReferredClient
from alliance_sim.agents.tables import tallied
from alliance_sim.law.service import CASE_COLUMNS, STAFF_COLUMNS

StaffRow = tuple[float, ...]
"""A therapist's week: the numbers of STAFF_COLUMNS."""


def case_row(client: ReferredClient) -> tuple[float, ...]:
    """The numbers of CASE_COLUMNS of one client; one who is in treatment is measured now."""
    end = (client.distress_end, client.symptoms_end)
    if client.in_treatment:
        end = (client.distress, client.symptoms)
    return (
        client.referred,
        client.waited,
        client.therapist.number if client.started else 0,
        client.started or NAN,
        client.ended or NAN,
        client.standing,
        *client.at_referral,
        client.distress_start,
        end[0],
        client.distress_later,
        client.symptoms_intake,
        client.symptoms_start,
        end[1],
        client.symptoms_later,
        *tallied(client.history),
    )


def case_table(replicate: int, clients: Iterable[ReferredClient]) -> pd.DataFrame:
    """A row per referral, in order: replicate, client (number of the referral), CASE_COLUMNS."""
    people = list(clients)
    rows = np.array([case_row(client) for client in people], np.float64).reshape(-1, len(CASE_COLUMNS))
    frame = pd.DataFrame(rows, columns=list(CASE_COLUMNS))
    frame.insert(0, "client", np.array([client.number for client in people], np.int32))
    frame.insert(0, "replicate", np.int32(replicate))
    return frame


def staff_table(replicate: int, weeks: Sequence[Sequence[StaffRow]]) -> pd.DataFrame:
    """A row per week and therapist: replicate, week, therapist, STAFF_COLUMNS; `weeks`: rows of each therapist."""
    rows = np.array(weeks, np.float64).reshape(len(weeks), -1, len(STAFF_COLUMNS))
    therapists, length = rows.shape[:2]
    frame = pd.DataFrame(rows.swapaxes(0, 1).reshape(-1, len(STAFF_COLUMNS)), columns=list(STAFF_COLUMNS))
    frame.insert(0, "therapist", np.tile(np.arange(1, therapists + 1, dtype=np.int32), length))
    frame.insert(0, "week", np.repeat(np.arange(1, length + 1, dtype=np.int32), therapists))
    frame.insert(0, "replicate", np.int32(replicate))
    return frame
