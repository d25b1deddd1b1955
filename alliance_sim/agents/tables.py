"""Tidy tables of what happened to agents."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from alliance_sim.agents.people import Client
from alliance_sim.agents.straight import straight
from alliance_sim.law.state import Events, Levels, SessionRecord
from alliance_sim.law.tally import CLIENT_COLUMNS, Tally, empty_tally, tally

IDS = ("replicate", "therapist", "client")


def session_table(replicate: int, clients: Iterable[Client]) -> pd.DataFrame:
    """A row per scheduled session: ids, levels (floats), events (16-bit integers); by client and session."""
    people = list(clients)
    history = [record for client in people for record in client.history]
    lengths = [len(client.history) for client in people]
    ids = {
        "replicate": np.full(len(history), replicate, np.int32),
        "therapist": np.repeat(np.array([c.therapist.number for c in people], np.int32), lengths),
        "client": np.repeat(np.array([c.number for c in people], np.int32), lengths),
    }
    levels = np.array([record.levels for record in history], np.float64).reshape(-1, len(Levels._fields))
    events = np.array([record.events for record in history], np.int16).reshape(-1, len(Events._fields))
    columns = dict(zip(Levels._fields, levels.T, strict=True)) | dict(zip(Events._fields, events.T, strict=True))
    return pd.DataFrame(ids | columns)


def tallied(history: Iterable[SessionRecord]) -> Tally:
    """The tally of a client's sessions."""
    so_far: Tally = straight(empty_tally)()
    add = straight(tally)
    for record in history:
        so_far = add(so_far, record)
    return so_far


def client_table(replicate: int, clients: Iterable[Client]) -> pd.DataFrame:
    """A row per client: ids, own and therapist's traits, symptoms and distress as they are now, tally."""
    people = list(clients)
    ids = pd.DataFrame([(replicate, c.therapist.number, c.number) for c in people], columns=list(IDS), dtype=np.int32)
    rows = [
        (*c.traits, *c.therapist.traits, c.symptoms_intake, c.symptoms, c.distress, *tallied(c.history)) for c in people
    ]
    return ids.join(pd.DataFrame(rows, columns=list(CLIENT_COLUMNS), dtype=np.float64))
