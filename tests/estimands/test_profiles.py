"""Profiles hold exactly the clients they say, and estimates are those of these clients alone."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.profiles import EVERYONE, Condition, Profile, by_group, groups, members

AVOIDANT = Profile("avoidant", (Condition("avoidance", 1.0, math.inf),))
CALM = Profile("calm", (Condition("anxiety", -math.inf, 0.0), Condition("trauma", 0.0, 0.0)))


def people(**columns: list[float]) -> Clinics:
    """Clients with some columns; one clinic where none is stated."""
    rows = len(next(iter(columns.values())))
    whole = {"replicate": [1] * rows, "client": list(range(1, rows + 1)), **columns}
    return Clinics.from_frame(pd.DataFrame(whole))


def test_both_ends_of_a_range_belong_to_the_profile() -> None:
    assert list(members(people(avoidance=[0.99, 1.0, 5.0]), AVOIDANT)) == [False, True, True]
    closed = Profile("some", (Condition("avoidance", 0.0, 1.0),))
    assert list(members(people(avoidance=[-0.1, 0.0, 1.0, 1.1]), closed)) == [False, True, True, False]


def test_all_conditions_must_hold() -> None:
    rows = people(anxiety=[-1.0, -1.0, 1.0], trauma=[0.0, 0.7, 0.0])
    assert list(members(rows, CALM)) == [True, False, False]


@given(st.lists(st.floats(-3, 3), min_size=1, max_size=20))
def test_a_profile_and_all_others_are_everyone(values: list[float]) -> None:
    inside = groups(people(avoidance=values), [AVOIDANT])
    assert list(inside["avoidant"] ^ inside["all but avoidant"]) == list(inside[EVERYONE])
    assert list(inside["avoidant"]) == [value >= 1.0 for value in values]


def test_estimates_are_of_the_clients_of_a_profile_alone() -> None:
    rows = people(
        replicate=[1, 1, 1, 2, 2], avoidance=[2.0, 2.0, 0.0, 2.0, 0.0], symptoms_end=[4.0, 6.0, 9.0, 1.0, 3.0]
    )
    table = by_group(rows, None, groups(rows, [AVOIDANT]), ["symptoms_end"]).set_index(["group", "replicate"])
    assert list(table.loc["avoidant", "symptoms_end"]) == [5.0, 1.0]
    assert list(table.loc["all but avoidant", "symptoms_end"]) == [9.0, 3.0]
    assert list(table.loc["avoidant", "clients"]) == [2, 1]


def test_a_clinic_without_such_clients_does_not_define_the_estimate() -> None:
    rows = people(replicate=[1, 2], avoidance=[0.0, 2.0], symptoms_end=[4.0, 6.0])
    table = by_group(rows, None, groups(rows, [AVOIDANT]), ["symptoms_end"])
    own = table[table["group"] == "avoidant"]
    assert np.isnan(own["symptoms_end"].iloc[0])
    assert list(own["clients"]) == [0, 1]


def test_estimates_of_sessions_are_those_of_the_sessions_of_these_clients() -> None:
    rows = people(avoidance=[2.0, 0.0])
    sessions = Clinics.from_frame(
        pd.DataFrame(
            {"replicate": [1, 1, 1], "client": [1, 1, 2], "session": [1, 2, 1], "wai_therapist": [3.0, 5.0, 1.0]}
        )
    )
    table = by_group(rows, sessions, groups(rows, [AVOIDANT]), ["wai_therapist"]).set_index("group")
    assert table.loc["avoidant", "wai_therapist"] == 4.0
    assert table.loc[EVERYONE, "wai_therapist"] == 2.5


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Condition("trauma", 0.5, 1.0), "history of relational trauma 0.5 to 1"),
        (Condition("anxiety", -math.inf, -1.0), "attachment anxiety −1 or less"),
    ],
)
def test_a_condition_says_itself_in_words(condition: Condition, words: str) -> None:
    assert condition.words() == words
