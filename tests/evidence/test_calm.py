"""The world without ruptures beside a practice, and samples without anybody."""

import numpy as np
import pytest

from alliance_sim.evidence.practice import Practice, Sites, play_practice
from alliance_sim.evidence.studies import STUDIES
from alliance_sim.law.world import Parameters


@pytest.fixture(scope="module")
def practice() -> Practice:
    return play_practice(Parameters(), 3, 0, Sites(1, 1, 1, 1))


def test_the_same_clients_are_played_without_ruptures(practice: Practice) -> None:
    assert practice.calm is not None
    calm = practice.calm()
    assert (calm.clients["anxiety"] == practice.routine.clients["anxiety"]).all()
    assert np.nansum(practice.routine.hidden["rupture"]) > 0
    assert np.nansum(calm.hidden["rupture"]) == 0


def test_they_are_played_once_and_a_sample_has_the_first_of_them(practice: Practice) -> None:
    assert practice.calm is not None
    sample = practice.first(25)
    assert practice.calm() is practice.calm()
    assert sample.calm is not None
    assert len(sample.calm()) == len(sample.routine) == 40


@pytest.mark.parametrize("finding", sorted(STUDIES))
def test_a_study_of_nobody_finds_nothing(practice: Practice, finding: str) -> None:
    found = STUDIES[finding].measure(practice.first(0))
    assert len(found) == len(STUDIES[finding].parts)
    assert np.isnan(found).all()
