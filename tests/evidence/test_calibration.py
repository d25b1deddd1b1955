"""Calibration: it sees what it may see, finds what is known, and ends the same when some of it was lost."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.evidence.calibration import targets as aims
from alliance_sim.evidence.calibration.config import load_calibration
from alliance_sim.evidence.calibration.emulator import emulation_error, fit_emulator
from alliance_sim.evidence.calibration.fit import calibrate
from alliance_sim.evidence.calibration.prior import Prior
from alliance_sim.evidence.calibration.sampling import sample
from alliance_sim.evidence.findings import published
from alliance_sim.law.world import Parameters
from alliance_sim.scenario import ConfigError
from alliance_sim.scenario.library import read_population, shipped, shipped_file

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "configs" / "calibration.yaml"


def test_targets_are_all_findings_that_may_set_parameters_and_no_other() -> None:
    assert {target.finding for target in aims.targets()} == {finding.id for finding in published("fit")}


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
    held_out = {finding.id for finding in published("validate")}
    for file in [*(ROOT / "alliance_sim/evidence/calibration").glob("*.py"), SHIPPED]:
        assert not any(name in file.read_text(encoding="utf-8") for name in held_out), file


def test_a_finding_can_be_left_out() -> None:
    assert "A01" not in {target.finding for target in aims.targets(["A01"])}


@pytest.mark.parametrize("target", aims.targets(), ids=lambda target: target.key)
def test_every_target_has_an_error_and_says_where_it_comes_from(target: aims.Target) -> None:
    assert target.error > 0
    assert target.basis.startswith(
        ("published interval", "size of the sample", "assumed: ", "only the sign was verified: wide error")
    )


def test_a_number_of_which_only_the_sign_was_verified_has_a_wide_error() -> None:
    """Half of the printed interval is one standard error, on Fisher's z for correlations."""
    known = {finding.id: finding for finding in published("fit")}
    growth, basis = aims.standard_error(known["N01"], 0, False)
    assert growth == pytest.approx(0.5 * (0.5 - 0.0))
    assert basis == "only the sign was verified: wide error"
    slope, _ = aims.standard_error(known["N40"], 0, True)
    assert slope == pytest.approx(0.5 * (np.arctanh(0.12) - np.arctanh(0.03)))
    verified, basis = aims.standard_error(known["N40"]._replace(status="verified"), 0, True)
    assert slope / verified == pytest.approx(1.96, abs=0.001)
    assert basis == "published interval"


def test_findings_of_which_only_the_sign_was_verified_are_those_that_say_so() -> None:
    wide = {f.id for f in published("fit") if aims.standard_error(f, 0, aims.is_correlation(f))[1].startswith("only")}
    assert wide == {"N01", "N02", "N40", "N41", "N50", "N51"}


def test_all_mistakes_of_a_config_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "c.yaml"
    file.write_text("free:\n  rupture.bas: [-3, -1]\n  change.life: [0.3, 0.1]\nleave_out: [A02]\n")
    with pytest.raises(ConfigError) as caught:
        load_calibration(file)
    told = str(caught.value)
    assert "line 2" in told
    assert "rupture.base" in told
    assert "free.change.life" in told
    assert "A02" in told


def test_the_shipped_config_is_a_calibration() -> None:
    assert len(load_calibration(SHIPPED).prior.paths) == len(shipped().paths)


def test_quick_lowers_the_effort() -> None:
    assert load_calibration(SHIPPED, quick=True).effort.points < load_calibration(SHIPPED).effort.points


def test_the_defaults_are_the_centre_of_the_shipped_posterior() -> None:
    about = json.loads(shipped_file().with_name("calibration.json").read_text(encoding="utf-8"))
    defaults = Parameters()
    for path, value in about["centre"].items():
        group, name = path.split(".")
        assert getattr(getattr(defaults, group), name) == value, path
    assert set(about["centre"]) == set(shipped().paths)


def test_shipped_draws_lie_inside_the_prior() -> None:
    prior = load_calibration(SHIPPED).prior
    draws = np.array(shipped().draws)
    order = [shipped().paths.index(path) for path in prior.paths]
    assert np.all(draws[:, order] >= prior.low)
    assert np.all(draws[:, order] <= prior.high)


PRIOR = Prior(("a", "b"), np.array([0.0, -1.0]), np.array([1.0, 3.0]))


def test_a_design_fills_its_ranges() -> None:
    points = PRIOR.design(256, 1)
    assert np.all((points >= PRIOR.low) & (points <= PRIOR.high))
    counts = np.histogram2d(*PRIOR.scaled(points).T, bins=4, range=[[-1, 1], [-1, 1]])[0]
    assert counts.min() >= 12  # 16 expected; luck alone would often leave fewer


def quadratic(points: np.ndarray) -> np.ndarray:
    return np.column_stack([points[:, 0] ** 2 + points[:, 1], points[:, 0] * points[:, 1]])


def test_an_emulator_learns_a_quadratic_surface() -> None:
    points, unseen = PRIOR.design(200, 1), PRIOR.design(64, 2)
    emulator = fit_emulator(PRIOR, points, quadratic(points), 1)
    assert np.all(emulation_error(emulator, unseen, quadratic(unseen)) < 0.01)


def test_what_an_emulator_says_of_slopes_is_what_it_predicts() -> None:
    points = PRIOR.design(1024, 1)
    curved = np.column_stack([np.sin(3 * points[:, 0]), points[:, 1] ** 3])
    emulator = fit_emulator(PRIOR, points, curved, 1)
    assert emulator.networks  # both of its halves are asked
    says = emulator.traced()
    for point in points[:5]:
        assert np.asarray(says(PRIOR.scaled(point))) == pytest.approx(emulator.predict(point[None])[0], rel=1e-4)


class Straight:
    """An emulator that says what the parameters are."""

    prior = Prior(("a", "b"), np.array([-5.0, -5.0]), np.array([5.0, 5.0]))

    def predict(self, points: np.ndarray) -> np.ndarray:
        return points

    def traced(self):
        return lambda place: 5.0 * place


def test_the_sampler_finds_a_normal_posterior() -> None:
    errors = np.array([0.5, 1.0])
    chains = sample(Straight(), np.array([1.0, -0.5]), errors, chains=4, steps=600, seed=1, workers=1)  # type: ignore[arg-type]
    # Monte-Carlo error of a mean at 500 effective draws: under .05
    assert chains.effective.min() > 500
    assert chains.flat.mean(axis=0) == pytest.approx([1.0, -0.5], abs=0.15)
    assert chains.flat.std(axis=0) == pytest.approx(errors, rel=0.1)
    assert chains.r_hat.max() < 1.1


def quiet(words: str, steps: int):
    return lambda done: None


@pytest.mark.slow
def test_a_calibration_that_lost_some_of_its_simulations_ends_the_same(
    tiny: Path, finished: Path, tmp_path: Path
) -> None:
    shutil.copytree(finished / "simulations", again := tmp_path / "simulations")
    chunks = sorted(again.glob("*.npy"))
    chunks[0].unlink()
    chunks[1].write_bytes(chunks[1].read_bytes()[:50])
    calibrate(load_calibration(tiny), tmp_path, 1, quiet)
    for name in ("posterior", "parameters", "targets", "recovery", "trace"):
        assert (tmp_path / f"{name}.csv").read_bytes() == (finished / f"{name}.csv").read_bytes()


@pytest.mark.slow
def test_the_draws_of_a_calibration_can_be_used_as_parameters(finished: Path) -> None:
    draws = read_population(finished / "posterior.csv")
    assert set(draws.paths) == {"rupture.base", "change.technique"}
    assert len(draws.draws) == 20
