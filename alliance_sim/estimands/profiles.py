"""Profiles of clients: named conditions on what can be known of a client at intake, and estimates among those clients.

A profile is stated before anything is simulated. Its clients are found among the clients of a clinic, so that a
therapist's caseload stays mixed; profiles may overlap, and a client may belong to none.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from alliance_sim.estimands.catalogue import ESTIMANDS
from alliance_sim.estimands.clinics import Clinics, Flags, Floats, among
from alliance_sim.estimands.estimand import Estimand

if TYPE_CHECKING:
    import pandas as pd

TRAITS: Mapping[str, tuple[str, str]] = {
    "anxiety": ("attachment anxiety", "SD among clients"),
    "avoidance": ("attachment avoidance", "SD among clients"),
    "trauma": ("history of relational trauma", "0 none to 1 severe"),
    "priority": ("priority", "0 relief of symptoms to 1 relationships and meaning"),
    "preference": ("preferred way of working", "0 open exploration to 1 clear structure"),
    "intake_distress": ("distress at intake", "SD above the community mean"),
    "symptoms_intake": ("symptom score at intake", "points"),
}
"""Columns of the client table that a profile may name, in words and with their unit: what one could ask at intake."""

EVERYONE, REST = "everyone", "all but "
BY_NAME: Mapping[str, Estimand] = {each.name: each for each in ESTIMANDS}


class Condition(NamedTuple):
    """low <= trait <= high; an end may be infinite."""

    trait: str
    low: float
    high: float

    def words(self) -> str:
        """As a reader would say it.

        >>> Condition("avoidance", 1.0, math.inf).words(), Condition("trauma", 0.0, 0.0).words()
        ('attachment avoidance 1 or more', 'history of relational trauma 0')
        """
        name = TRAITS[self.trait][0]
        low, high = (f"{end:g}".replace("-", "−") for end in (self.low, self.high))
        if self.low == self.high:
            return f"{name} {low}"
        if math.isinf(self.high):
            return f"{name} {low} or more"
        return f"{name} {high} or less" if math.isinf(self.low) else f"{name} {low} to {high}"


class Profile(NamedTuple):
    """Clients for whom all conditions hold."""

    name: str
    conditions: tuple[Condition, ...]

    def words(self) -> str:
        """All conditions in words, with the unit of each trait behind it."""
        return "; ".join(f"{each.words()} ({TRAITS[each.trait][1]})" for each in self.conditions)


def members(clients: Clinics, profile: Profile) -> Flags:
    """Which rows of a client table belong to a profile."""
    inside = np.ones(len(clients), bool)
    for each in profile.conditions:
        values = clients.floats(each.trait)
        inside &= (values >= each.low) & (values <= each.high)
    return inside


def groups(clients: Clinics, profiles: Sequence[Profile]) -> dict[str, Flags]:
    """Which rows of a client table are everyone, those of each profile, and for each profile all others."""
    found = {EVERYONE: np.ones(len(clients), bool)}
    for profile in profiles:
        inside = members(clients, profile)
        found |= {profile.name: inside, f"{REST}{profile.name}": ~inside}
    return found


def by_group(
    clients: Clinics, sessions: Clinics | None, inside: Mapping[str, Flags], names: Sequence[str]
) -> "pd.DataFrame":
    """Estimates in every replicate among the clients of each group.

    clients: rows of clients; sessions: rows of their sessions, None when no estimate needs them; inside: for each group
    which client rows are in it; names: estimates. Returns columns replicate, group, clients (how many) and one an
    estimate, nan in replicates where a group has no clients.
    """
    import pandas as pd

    parts = []
    needed = {"client", *(column for name in names for column in BY_NAME[name].columns)}
    for group, flags in inside.items():
        own = clients.take(np.flatnonzero(flags), needed)
        seen = None
        if sessions is not None:
            seen = sessions.take(np.flatnonzero(np.isin(sessions.client_codes, own.client_codes)), needed | {"session"})
        columns = {name: _measured(BY_NAME[name], own, seen, clients) for name in names}
        count = np.bincount(clients.clinic_of_row[flags], minlength=len(clients.numbers))
        parts.append(pd.DataFrame({"replicate": clients.numbers, "group": group, "clients": count, **columns}))
    return pd.concat(parts, ignore_index=True)


def _measured(each: Estimand, clients: Clinics, sessions: Clinics | None, everyone: Clinics) -> Floats:
    """An estimate in every replicate of `everyone`."""
    rows = clients if each.table == "clients" else sessions
    if rows is None or not len(rows):
        return np.full(len(everyone.numbers), np.nan)
    return among(everyone.numbers, rows.numbers, each.measure(rows))
