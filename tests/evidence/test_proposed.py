"""Proposed studies, on clients made by hand so that the answer is known, and where it must be nothing."""

import numpy as np
import pytest

from alliance_sim.evidence.practice import Cohort, Practice, Sites, play_practice
from alliance_sim.evidence.proposed import PROPOSALS
from alliance_sim.evidence.proposed.observed import (
    after_a_hard_hour,
    drop_at_tension,
    sequel_of_tension,
    skills_together,
)
from alliance_sim.evidence.proposed.seen import Arms, ProposedRows, see
from alliance_sim.evidence.proposed.trials import MEASURES, TRIALS, adjusted_d, trained
from alliance_sim.law.world import Mechanisms, Parameters, World
from tests.evidence.made_practice import Floats, cohort, practice

N, CASELOAD, WEEKS = 2000, 20, 16
REPAIRING = {"repairing": TRIALS["repairing"]}
RANDOM = np.random.default_rng(5)


def seen(made: Cohort, **trials: Arms) -> ProposedRows:
    """Routine practice that consists of one cohort, and trials."""
    return ProposedRows(practice(made), trials)


def marks(share: float) -> Floats:
    """1 in a share of sessions, 0 in the others."""
    return (RANDOM.random((N, WEEKS)) < share).astype(float)


@pytest.mark.parametrize("effect", [0.5, 0.0])
def test_a_trial_finds_the_planted_effect_in_units_of_what_intake_leaves(effect: float) -> None:
    """Error rate: 4 standard errors of 0.032."""
    made = []
    for by in (effect, 0.0):
        intake = RANDOM.standard_normal(N)
        end = 0.8 * intake + RANDOM.standard_normal(N) - by
        made.append(cohort({"symptoms_intake": intake, "symptoms_end": end}))
    assert adjusted_d(Arms(*made)) == pytest.approx(effect, abs=0.13)


def test_what_repair_brings_more_with_trauma_is_a_difference_of_differences() -> None:
    trauma, made = (np.arange(N) % 2).astype(float), []
    for effect in (1.0, 0.0):
        ratings = RANDOM.standard_normal((N, WEEKS)) + effect * (0.5 + 0.3 * trauma)[:, None]
        made.append(cohort({"trauma": trauma}, wai_client=ratings))
    both = seen(made[0], repairing=Arms(*made))
    assert MEASURES["repairing_alliance"](both) == pytest.approx(0.65, abs=0.15)
    assert MEASURES["repairing_trauma"](both) == pytest.approx(0.3, abs=0.26)


def test_a_drop_at_a_tension_is_found_in_points_less_its_share_in_the_clients_own_mean() -> None:
    tension = marks(0.3)
    ratings = 4.0 + RANDOM.standard_normal((N, 1)) - 0.4 * tension + 0.1 * RANDOM.standard_normal((N, WEEKS))
    found = drop_at_tension(seen(cohort(wai_client=ratings, rupture_client=tension)))
    assert found == pytest.approx(0.4 * (1 - 1 / WEEKS), abs=0.01)


def test_the_hour_before_is_that_of_the_client_seen_before() -> None:
    """Clients take turns: in week w the client in place w of the caseload comes first, and has no hour before."""
    tension = marks(0.3)
    before = np.roll(tension.reshape(-1, CASELOAD, WEEKS), 1, axis=1).reshape(N, WEEKS)
    ratings = 4.0 - 0.2 * before + 0.1 * RANDOM.standard_normal((N, WEEKS))
    found = after_a_hard_hour(seen(cohort(wai_client=ratings, rupture_client=tension)))
    assert found == pytest.approx(0.2, abs=0.02)


def test_the_sequel_of_a_tension_compares_those_that_the_therapist_saw() -> None:
    tension = marks(0.3)
    both = tension * marks(0.5)
    ratings = 4.0 + 0.1 * RANDOM.standard_normal((N, WEEKS))
    ratings[:, 3:] += 0.25 * both[:, :-3]
    made = cohort(wai_client=ratings, rupture_client=tension, rupture_therapist=both)
    assert sequel_of_tension(seen(made)) == pytest.approx(0.25, abs=0.03)


@pytest.mark.parametrize(("share", "error"), [(0.0, 0.4), (0.8, 0.3)])
def test_skills_that_go_together_are_found_between_therapists_and_unrelated_ones_are_not(
    share: float, error: float
) -> None:
    """Error rate: 4 standard errors of about 0.1 (100 therapists)."""
    common, own = RANDOM.standard_normal(N // CASELOAD), RANDOM.standard_normal((3, N // CASELOAD))
    traits = np.repeat(np.sqrt(share) * common + np.sqrt(1 - share) * own, CASELOAD, axis=1)
    names = ("therapist_competence", "therapist_attunement", "therapist_repair_skill")
    # r of one trait with the sum of two others, less what observers err: sqrt(.75) and .75 / (.75 + .25 / 20)
    expected = share * 2 / np.sqrt(2 + 2 * share) * np.sqrt(0.75) * np.sqrt(1 / (1 + 1 / 3 / CASELOAD))
    found = skills_together(seen(cohort(dict(zip(names, traits, strict=True)))))
    assert found == pytest.approx(expected, abs=error)


def test_training_raises_the_mean_of_a_trait_and_nothing_else() -> None:
    world = trained("repair")(World())
    assert world.parameters.intake.repair_mean == Parameters().intake.repair_mean + 1.0
    assert world._replace(parameters=Parameters()) == World()


@pytest.fixture(scope="module")
def small() -> Practice:
    """A small practice of the law."""
    return play_practice(Parameters(), 1, 0, Sites(4, 2, 2, 2))


def test_arms_of_a_trial_are_other_people_and_the_same_under_every_mechanism(small: Practice) -> None:
    """Without ruptures the trial finds chance: 3 standard errors of 0.055 at 1,440 clients of 72 therapists an arm."""
    full, rival = (
        see(small, REPAIRING, Parameters(), mechanisms, 1).trials["repairing"]
        for mechanisms in (Mechanisms(), Mechanisms(ruptures=0))
    )
    intake = "symptoms_intake"
    assert not np.array_equal(full.experimental.clients[intake], full.control.clients[intake])
    assert np.array_equal(full.control.clients[intake], rival.control.clients[intake])
    assert abs(adjusted_d(rival)) < 0.165


def test_every_proposed_study_is_defined_in_the_law_as_shipped(small: Practice) -> None:
    found = see(small, TRIALS, Parameters(), Mechanisms(), 1)
    for proposal in PROPOSALS:
        assert np.isfinite(proposal.measure(found)), proposal.name
        assert np.isfinite(proposal.measure(found.first(proposal.people))), proposal.name
    assert len({proposal.name for proposal in PROPOSALS}) == len(PROPOSALS)
