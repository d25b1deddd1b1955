"""Repair and outcome between clients and between therapists, on made-up practices whose truth is known."""

import numpy as np
import pytest

from alliance_sim.estimands.repair_rates import RateSlopes, group_difference, randomised, rate_slopes


def practice(
    seed: int, therapists: int, caseload: int, effect: float, selection: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, share of ruptures repaired, intake and therapist of clients.

    A share of 1 is worth `effect`; `selection` is how much better therapists do who repair more, for other reasons.
    """
    rng = np.random.default_rng(seed)
    therapist = np.repeat(np.arange(therapists), caseload)
    skill = rng.standard_normal(therapists)[therapist]
    ruptures = 1 + rng.poisson(2.0, len(therapist))
    share = rng.binomial(ruptures, 1.0 / (1.0 + np.exp(-0.8 * skill))) / ruptures
    intake = rng.standard_normal(len(therapist))
    outcome = effect * share + selection * skill + 0.6 * intake + rng.standard_normal(len(therapist))
    return outcome, share, intake[:, None], therapist


def slopes(*made: float) -> RateSlopes:
    outcome, share, intake, therapist = practice(*made)  # type: ignore[arg-type]
    return rate_slopes(outcome, share, intake, therapist)


def test_without_selection_all_slopes_are_the_effect() -> None:
    found = slopes(1, 200, 20, 1.0, 0.0)
    for slope in found:
        assert slope.value == pytest.approx(1.0, abs=4.0 * slope.error)
        assert slope.error < 0.15


def test_selection_of_therapists_shows_between_them_and_not_within() -> None:
    found = slopes(2, 200, 20, 0.0, 0.5)
    assert found.within.low < 0.0 < found.within.high
    assert found.between.low > 1.0
    assert 0.0 < found.overall.value < found.between.value


def test_shrinking_undoes_what_few_clients_do_to_the_means_of_therapists() -> None:
    """Outcome rises by 1 with the therapist's true rate and not with the client's own: small caseloads dilute that."""
    rng = np.random.default_rng(3)
    therapist = np.repeat(np.arange(800), 4)
    true = 0.15 * rng.standard_normal(800)[therapist]
    share = 0.5 + true + 0.3 * rng.standard_normal(len(therapist))
    outcome = true + 0.2 * rng.standard_normal(len(therapist))
    found = rate_slopes(outcome, share, np.empty((len(therapist), 0)), therapist)
    assert found.between.value == pytest.approx(0.5, abs=0.06)  # reliability .0225 / (.0225 + .09 / 4) = .5
    assert found.shrunken.value == pytest.approx(1.0, abs=0.12)


def test_rates_that_do_not_differ_between_therapists_have_no_shrunken_slope() -> None:
    rng = np.random.default_rng(4)
    therapist = np.repeat(np.arange(10), 5)
    share = np.tile([0.0, 0.25, 0.5, 0.75, 1.0], 10)
    found = rate_slopes(rng.standard_normal(50), share, np.empty((50, 0)), therapist)
    assert np.isfinite(found.overall.value)
    assert not np.isfinite(found.between.value)
    assert not np.isfinite(found.shrunken.value)
    assert not any(np.isfinite(slope.value) for slope in slopes(5, 2, 20, 1.0, 0.0))  # two therapists are too few


def test_groups_of_clients_differ_by_what_was_given_to_one() -> None:
    rng = np.random.default_rng(6)
    therapist = np.repeat(np.arange(50), 20)
    intake = rng.standard_normal((1000, 1))
    exposed = np.where(rng.random(1000) < 0.2, np.nan, (intake[:, 0] + rng.standard_normal(1000) > 0).astype(float))
    outcome = 0.8 * np.nan_to_num(exposed) + intake[:, 0] + rng.standard_normal(1000)
    found = group_difference(outcome, exposed, intake, therapist)
    assert found.value == pytest.approx(0.8, abs=4.0 * found.error)
    assert not np.isfinite(group_difference(outcome, np.ones(1000), intake, therapist).value)


def test_a_trial_finds_an_advantage_by_chance_as_often_as_it_says() -> None:
    """2.5 % of intervals above zero where training does nothing; 4 Monte-Carlo errors of 400 trials."""
    rng = np.random.default_rng(7)
    therapist = np.repeat(np.arange(16), 10)
    trained = (therapist % 2).astype(float)
    above = 0
    for _ in range(400):
        outcome = 0.4 * rng.standard_normal(16)[therapist] + rng.standard_normal(160)
        above += randomised(outcome, trained, np.empty((160, 0)), therapist).low > 0.0
    assert above / 400 == pytest.approx(0.025, abs=4.0 * np.sqrt(0.025 * 0.975 / 400))


def test_a_trial_finds_what_training_is_worth() -> None:
    rng = np.random.default_rng(8)
    therapist = np.repeat(np.arange(400), 10)
    trained = (therapist % 2).astype(float)
    found = randomised(0.5 * trained + rng.standard_normal(4000), trained, np.empty((4000, 0)), therapist)
    assert found.value == pytest.approx(0.5, abs=4.0 * found.error)
