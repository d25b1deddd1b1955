"""Proposed studies, on clients made by hand so that the answer is known, and on worlds in which it must be nothing."""

import numpy as np
import pytest

from alliance_sim.evidence.practice import SHORT, TWINS, Cohort, Practice, Sites, play_practice
from alliance_sim.evidence.proposed import PROPOSALS, Seen, see
from alliance_sim.evidence.proposed.observed import (
    after_a_hard_hour,
    drop_at_tension,
    sequel_of_tension,
    skills_together,
)
from alliance_sim.evidence.proposed.proposal import Arms, shifted
from alliance_sim.evidence.proposed.trials import REPAIRING, TRIALS, adjusted_d, more_with_trauma, rating_d
from alliance_sim.law.repair import RepairEffect
from alliance_sim.law.world import Mechanisms, Parameters, World

N, CASELOAD, WEEKS = 2000, 20, 16
LUCK = np.random.default_rng(5)


def cohort(clients: dict[str, np.ndarray], sessions: dict[str, np.ndarray]) -> Cohort:
    """A cohort of N clients with some columns."""
    return Cohort(CASELOAD, np.zeros(N, np.int64), clients, sessions, {})


def seen(made: Cohort) -> Seen:
    """Routine practice that consists of one cohort."""
    return Seen(
        Practice(
            0, made, made, made, dict.fromkeys(TWINS, made), dict.fromkeys(SHORT, made), lambda: made, lambda: made
        ),
        {},
    )


def arms(shift: float) -> Arms:
    """Two arms whose outcome differs by so many points of SD 1, after what intake foretells."""
    made = []
    for by in (shift, 0.0):
        intake = LUCK.standard_normal(N)
        end = 0.8 * intake + LUCK.standard_normal(N) - by
        made.append(cohort({"symptoms_intake": intake, "symptoms_end": end}, {}))
    return Arms(*made)


def test_a_trial_finds_the_planted_effect_in_units_of_what_intake_leaves() -> None:
    """Error rate: 4 standard errors of 0.032."""
    assert adjusted_d(arms(0.5)) == pytest.approx(0.5, abs=0.13)
    assert adjusted_d(arms(0.0)) == pytest.approx(0.0, abs=0.13)


def test_what_repair_brings_more_with_trauma_is_a_difference_of_differences() -> None:
    made = []
    for effect in (1.0, 0.0):
        trauma = (np.arange(N) % 2).astype(float)
        ratings = LUCK.standard_normal((N, WEEKS)) + effect * (0.5 + 0.3 * trauma)[:, None]
        made.append(cohort({"trauma": trauma}, {"wai_client": ratings}))
    both = seen(made[0])._replace(trials={"repairing": Arms(*made)})
    assert rating_d(both, "repairing") == pytest.approx(0.65, abs=0.15)
    assert more_with_trauma(both, "repairing") == pytest.approx(0.3, abs=0.26)


def test_a_drop_at_a_tension_is_found_in_points_less_its_share_in_the_clients_own_mean() -> None:
    tension = (LUCK.random((N, WEEKS)) < 0.3).astype(float)
    ratings = 4.0 + LUCK.standard_normal((N, 1)) - 0.4 * tension + 0.1 * LUCK.standard_normal((N, WEEKS))
    made = seen(cohort({}, {"wai_client": ratings, "rupture_client": tension}))
    assert drop_at_tension(made) == pytest.approx(0.4 * (1 - 1 / WEEKS), abs=0.01)


def test_the_hour_before_is_that_of_the_client_seen_before() -> None:
    """Clients take turns: in week w the client in place w of the caseload comes first, and has no hour before."""
    tension = (LUCK.random((N, WEEKS)) < 0.3).astype(float)
    before = np.roll(tension.reshape(-1, CASELOAD, WEEKS), 1, axis=1).reshape(N, WEEKS)
    ratings = 4.0 - 0.2 * before + 0.1 * LUCK.standard_normal((N, WEEKS))
    made = seen(cohort({}, {"wai_client": ratings, "rupture_client": tension}))
    assert after_a_hard_hour(made) == pytest.approx(0.2, abs=0.02)


def test_the_sequel_of_a_tension_compares_those_that_the_therapist_saw() -> None:
    tension = (LUCK.random((N, WEEKS)) < 0.3).astype(float)
    both = tension * (LUCK.random((N, WEEKS)) < 0.5)
    ratings = 4.0 + 0.1 * LUCK.standard_normal((N, WEEKS))
    ratings[:, 3:] += 0.25 * both[:, :-3]
    columns = {"wai_client": ratings, "rupture_client": tension, "rupture_therapist": both}
    assert sequel_of_tension(seen(cohort({}, columns))) == pytest.approx(0.25, abs=0.03)


def test_skills_that_go_together_are_found_between_therapists_and_unrelated_ones_are_not() -> None:
    """Error rate: 4 standard errors of about 0.1 (100 therapists)."""
    therapists = N // CASELOAD
    common = LUCK.standard_normal(therapists)
    for share in (0.0, 0.8):
        traits = np.sqrt(share) * common + np.sqrt(1 - share) * LUCK.standard_normal((3, therapists))
        names = ("therapist_competence", "therapist_attunement", "therapist_repair_skill")
        made = cohort({name: np.repeat(trait, CASELOAD) for name, trait in zip(names, traits, strict=True)}, {})
        # r of one trait with the sum of two others, less what observers err: sqrt(.75) and .75 / (.75 + .25 / 20)
        expected = share * 2 / np.sqrt(2 + 2 * share) * np.sqrt(0.75) * np.sqrt(1 / (1 + 1 / 3 / CASELOAD))
        assert skills_together(seen(made)) == pytest.approx(expected, abs=0.4 if share == 0 else 0.3)


def test_training_raises_the_mean_of_a_trait_and_nothing_else() -> None:
    world = shifted(World(), repair_mean=1.0)
    assert world.parameters.intake.repair_mean == Parameters().intake.repair_mean + 1.0
    assert world._replace(parameters=Parameters()) == World()


@pytest.fixture(scope="module")
def small() -> Practice:
    """A small practice of the law."""
    return play_practice(Parameters(), 1, 0, Sites(4, 2, 2, 2))


@pytest.mark.slow
def test_arms_of_a_trial_are_other_people_and_the_same_under_every_mechanism(small: Practice) -> None:
    full = see(small, (REPAIRING,), Parameters(), Mechanisms(), 1).trials["repairing"]
    rival = see(small, (REPAIRING,), Parameters(), Mechanisms(repair_effect=RepairEffect.NONE), 1).trials["repairing"]
    intake = "symptoms_intake"
    assert not np.array_equal(full.experimental.clients[intake], full.control.clients[intake])
    assert np.array_equal(full.control.clients[intake], rival.control.clients[intake])


def test_without_ruptures_a_trial_of_repair_finds_only_chance(small: Practice) -> None:
    """Error rate: 3 standard errors of 0.055 at 1,440 clients of 72 therapists an arm (the SD over thirty seeds)."""
    found = see(small, (REPAIRING,), Parameters(), Mechanisms(ruptures=0), 1)
    assert abs(adjusted_d(found.trials["repairing"])) < 0.165


def test_every_proposed_study_is_defined_in_the_law_as_shipped(small: Practice) -> None:
    found = see(small, TRIALS, Parameters(), Mechanisms(), 1)
    for proposal in PROPOSALS:
        assert np.isfinite(proposal.measure(found)), proposal.name
        assert np.isfinite(proposal.measure(found.first(proposal.people))), proposal.name
    assert len({proposal.name for proposal in PROPOSALS}) == len(PROPOSALS)
