"""Estimates among clients of each profile, measured without keeping a row."""

from collections.abc import Mapping

import pandas as pd

from alliance_sim.estimands import profiles as grouping
from alliance_sim.estimands.clinics import Flags
from alliance_sim.estimands.profiles import Profile
from alliance_sim.questions.frame.run import Simulated


def by_profile(profiles: tuple[Profile, ...], names: tuple[str, ...], arms: Mapping[str, Simulated]) -> pd.DataFrame:
    """Estimates of everyone, of each profile and of all others, in every replicate and arm: for `run_settings`.

    Who belongs to a profile is decided once, by the first arm: they are the same people in all. Columns arm, then those
    of `profiles.by_group`, in order of replicate, arm and group.
    """
    inside: dict[str, Flags] = {}
    found = []
    for arm, simulated in arms.items():
        inside = inside or grouping.groups(simulated.clients, profiles)
        sessions = simulated.sessions if len(simulated.sessions) else None
        rows = grouping.by_group(simulated.clients, sessions, inside, names)
        rows.insert(0, "arm", arm)
        found.append(rows)
    return pd.concat(found).sort_values("replicate", kind="stable", ignore_index=True)
