"""Calibration: it sees what it may see, and finds what is known."""

import json
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.evidence.calibration import targets as aims
from alliance_sim.evidence.calibration.config import free_defaults, load_calibration
from alliance_sim.evidence.calibration.emulator import emulation_error, fit_emulator, predicted
from alliance_sim.evidence.calibration.prior import Prior
from alliance_sim.evidence.calibration.recovery import recover
from alliance_sim.evidence.calibration.sampling import sample, sample_chains
from alliance_sim.evidence.findings import finding, published
from alliance_sim.scenario.library import shipped, shipped_file

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "configs" / "calibration.yaml"


def test_targets_are_all_findings_that_may_set_parameters_and_no_other() -> None:
    every = {target.finding for target in aims.targets()}
    assert every == {one.id for one in published("fit")}
    assert {target.finding for target in aims.targets(["A01"])} == every - {"A01"}


def test_the_calibration_never_asks_for_findings_that_are_held_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def only_fit(tier=None):
        assert tier == "fit", "findings of other tiers were asked for"
        return published(tier)

    from alliance_sim.evidence.calibration import config

    monkeypatch.setattr(aims, "published", only_fit)
    monkeypatch.setattr(config, "published", only_fit)
    assert aims.targets()
    assert load_calibration(SHIPPED).prior.paths


def test_no_file_of_the_calibration_names_a_finding_that_is_held_out() -> None:
    held_out = {one.id for one in published("validate")}
    for file in [*(ROOT / "alliance_sim/evidence/calibration").glob("*.py"), SHIPPED]:
        assert not any(name in file.read_text(encoding="utf-8") for name in held_out), file


def test_every_target_has_an_error_and_says_where_it_comes_from() -> None:
    bases = ("published interval", "size of the sample", "assumed: ", "only the sign was verified: wide error")
    for target in aims.targets():
        assert target.error > 0, target.key
        assert target.basis.startswith(bases), target.key
    wide = {target.finding for target in aims.targets() if target.basis == bases[-1]}
    assert wide == {"N01", "N02", "N40", "N41", "N50", "N51"}


def test_a_number_of_which_only_the_sign_was_verified_has_a_wide_error() -> None:
    """Half of the printed interval is one standard error, on Fisher's z for correlations."""
    growth, slope = (
        aims.standard_error(finding(name), 0, fisher)[0] for name, fisher in (("N01", False), ("N40", True))
    )
    assert growth == pytest.approx(0.5 * (0.5 - 0.0))
    assert slope == pytest.approx(0.5 * (np.arctanh(0.12) - np.arctanh(0.03)))
    verified, basis = aims.standard_error(finding("N40")._replace(status="verified"), 0, True)
    assert (slope / verified, basis) == (pytest.approx(1.96, abs=0.001), "published interval")


def test_quick_lowers_the_effort() -> None:
    assert load_calibration(SHIPPED, quick=True).effort.points < load_calibration(SHIPPED).effort.points


def test_the_shipped_draws_are_of_the_shipped_config_and_the_defaults_are_their_centre() -> None:
    prior, about = load_calibration(SHIPPED).prior, shipped_file().with_name("calibration.json")
    draws = np.array(shipped().draws)[:, [shipped().paths.index(path) for path in prior.paths]]
    assert np.all((draws >= prior.low) & (draws <= prior.high))
    centre = json.loads(about.read_text(encoding="utf-8"))["centre"]
    assert set(centre) == set(shipped().paths) == set(prior.paths)
    assert [centre[path] for path in prior.paths] == free_defaults(prior).tolist()


PRIOR = Prior(("a", "b"), np.array([0.0, -1.0]), np.array([1.0, 3.0]))


def test_a_design_fills_its_ranges() -> None:
    points = PRIOR.design(256, 1)
    assert np.all((points >= PRIOR.low) & (points <= PRIOR.high))
    counts = np.histogram2d(*PRIOR.scaled(points).T, bins=4, range=[[-1, 1], [-1, 1]])[0]
    assert counts.min() >= 12  # 16 expected; random points would often leave fewer


def quadratic(points: np.ndarray) -> np.ndarray:
    return np.column_stack([points[:, 0] ** 2 + points[:, 1], points[:, 0] * points[:, 1]])


def test_an_emulator_learns_a_quadratic_surface() -> None:
    points, unseen = PRIOR.design(200, 1), PRIOR.design(64, 2)
    emulator = fit_emulator(PRIOR, points, quadratic(points), 1)
    assert np.all(emulation_error(emulator, unseen, quadratic(unseen)) < 0.01)


def test_the_emulator_that_knows_its_slopes_is_the_one_that_predicts() -> None:
    points = PRIOR.design(1024, 1)
    curved = np.column_stack([np.sin(3 * points[:, 0]), points[:, 1] ** 3])
    emulator = fit_emulator(PRIOR, points, curved, 1)
    assert emulator.networks  # both of its halves are asked
    for point in points[:5]:
        found = np.asarray(predicted(emulator.learned(), PRIOR.scaled(point)))
        assert found == pytest.approx(emulator.predict(point[None])[0], rel=1e-4)


WIDE = Prior(("a", "b"), np.array([-10.0, -10.0]), np.array([10.0, 10.0]))
POINTS = WIDE.design(64, 1)


def test_the_sampler_finds_a_normal_posterior_and_the_same_one_in_any_process() -> None:
    emulator, errors = fit_emulator(WIDE, POINTS, POINTS, 1), np.array([0.5, 1.0])
    published = np.array([1.0, -0.5])
    chains = sample(emulator, published, errors, chains=4, steps=600, seed=1, workers=1, progress=print)
    # Monte-Carlo error of a mean at 500 effective draws: under .05
    assert chains.effective.min() > 500
    assert chains.flat.mean(axis=0) == pytest.approx(published, abs=0.15)
    assert chains.flat.std(axis=0) == pytest.approx(errors, rel=0.1)
    assert chains.r_hat.max() < 1.1
    here, _ = sample_chains(emulator, published, errors, 4, 600, 1)
    assert np.array_equal(here, chains.draws.swapaxes(0, 1))


def test_intervals_of_recovered_parameters_hold_the_truth_as_often_as_they_say() -> None:
    """Straight lines with normal errors: the posterior is known to be right, up to its being cut at the ranges."""
    slopes, errors = np.array([[1.0, 0.5, -0.5], [0.0, 1.0, 1.0]]), np.array([0.6, 0.8, 0.7])
    emulator = fit_emulator(WIDE, POINTS, POINTS @ slopes, 1)
    truths = np.random.default_rng(3).uniform(-4, 4, (24, 2))
    back = recover(emulator, truths, truths @ slopes, errors, errors, 5, 1, print)
    # 48 parameters of 24 fits; Monte-Carlo error of the share .07 and .04
    assert back["inside_50"].mean() == pytest.approx(0.5, abs=0.2)
    assert back["inside_90"].mean() == pytest.approx(0.9, abs=0.12)
    precision = (slopes / errors**2) @ slopes.T
    sds = np.sqrt(np.diag(np.linalg.inv(precision)))
    assert back.groupby("parameter")["sd"].mean().to_numpy() == pytest.approx(sds, rel=0.15)
