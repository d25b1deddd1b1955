"""Cohorts of a simulated practice: who is in them, and when they are run."""

import numpy as np
import pytest

from alliance_sim.evidence import practice as practices
from alliance_sim.evidence.practice import SHORT_WEEKS, WEEKS, Player, Practice, Sites, people_until, play_practice
from alliance_sim.law.world import Parameters


@pytest.fixture(scope="module")
def small() -> Practice:
    """A small practice of the law."""
    return play_practice(Parameters(), 1, 0, Sites(8, 1, 1, 2))


def test_the_weekly_scores_of_a_year_are_those_of_the_waiting_lists_to_the_bit(small: Practice) -> None:
    untreated = small.untreated()
    for weeks, cohort in ((WEEKS, small.twins["waiting_list"]), (SHORT_WEEKS, small.short["waiting_list"])):
        assert np.array_equal(untreated.clients["symptoms_intake"], cohort.clients["symptoms_intake"])
        assert np.array_equal(untreated.session("symptoms", weeks), cohort.clients["symptoms_end"])
    assert untreated.sessions["symptoms"].shape == (len(cohort), 52)


def test_clients_without_treatment_are_run_when_asked_for_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    run = []
    real = practices.untreated_scores
    monkeypatch.setattr(practices, "untreated_scores", lambda *given: run.append(given) or real(*given))
    monkeypatch.setattr(Player, "cohort", lambda *given, **named: None)
    made = play_practice(Parameters(), 1, 0, Sites(1, 1, 1, 1))
    assert run == []
    assert made.untreated() is made.untreated()
    assert len(run) == 1


def test_the_same_clients_are_run_without_ruptures_once(small: Practice) -> None:
    calm = small.calm()
    assert small.calm() is calm
    assert np.array_equal(calm.clients["anxiety"], small.routine.clients["anxiety"][: len(calm)])
    assert np.nansum(small.routine.hidden["rupture"]) > 0
    assert np.nansum(calm.hidden["rupture"]) == 0


def test_a_sample_has_the_first_clients_of_every_cohort_in_whole_caseloads(small: Practice) -> None:
    few = small.first(25)
    assert len(few.routine) == len(few.calm()) == len(few.twins["cbt"]) == 40
    assert np.array_equal(few.untreated().sessions["symptoms"], small.untreated().sessions["symptoms"][:40])


@pytest.mark.parametrize(("treatment", "people"), [("cbt", 60), ("cbt", 480), ("cbt", 560), ("psychodynamic", 860)])
def test_so_many_clients_of_one_treatment_are_sampled(small: Practice, treatment: str, people: int) -> None:
    assert len(small.first(people_until(treatment, people)).routine.of(treatment)) == people
