"""Errors of what distortions add: estimates and truths of all worlds are of the same clinics."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.questions.alliance_and_outcome.by_clinic import errors_by_clinic, truths_by_clinic
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, REVERSE, WITHIN
from alliance_sim.questions.alliance_and_outcome.jolt import ALLIANCE, DISTRESS
from alliance_sim.questions.alliance_and_outcome.measuring import RATED, TRUE, TRUTH_COLUMNS, WHOLE, WHOLE_ALLIANCE
from alliance_sim.questions.alliance_and_outcome.performing import RATING_ERROR, steps
from alliance_sim.questions.alliance_and_outcome.truths import WORLD, between_truths, session_truths, whole_treatment
from alliance_sim.stats.jackknife import jackknife
from alliance_sim.stats.montecarlo import mcse_mean

CLINICS, JOLTED, THERAPISTS = 30, 6, 5
WORLDS = (("", "", "effect"), ("s", "reverse", "effect"))


def twins() -> pd.DataFrame:
    """Clinics whose effect is .2 / .1 on average, and .3 / .1 with the distortion; each with luck of its own."""
    luck, rows = np.random.default_rng(3), []
    for world in WORLDS:
        for size in (0.2, 0.4):
            for replicate in range(1, CLINICS + 1):
                row = dict.fromkeys(TRUTH_COLUMNS, 0.0) | {"var_outcome": 4.0, "var_alliance": 1.0, "var_early": 1.0}
                row |= {
                    "d_outcome": 0.2 + 0.1 * bool(world[0]) + luck.normal(0, 0.02),
                    "d_alliance": 0.1,
                    "d_early": 0.1,
                }
                rows.append({**dict(zip(WORLD, world, strict=True)), "replicate": replicate, "way": WHOLE_ALLIANCE,
                             "size": size, **row, "alliance": luck.normal(0, 0.1)})  # fmt: skip
    return pd.DataFrame(rows)


def jolts() -> pd.DataFrame:
    """Therapists of some of these clinics; therapists of a clinic have something in common."""
    luck, rows = np.random.default_rng(4), []
    for world in WORLDS:
        for clinic in range(JOLTED):
            common = luck.normal(0, 0.1)
            for therapist in range(clinic * THERAPISTS, (clinic + 1) * THERAPISTS):
                base = {**dict(zip(WORLD, world, strict=True)), "therapist": therapist, "n": 4, "week": 2}
                base |= {"unit": 0.5, "reverse_unit": 2.0, "d_distress": -0.8 + common}
                rows += [
                    {**base, "jolted": jolted, "since": since, "d_alliance": 0.4 + luck.normal(0, 0.02)}
                    for jolted in (ALLIANCE, DISTRESS)
                    for since in (0, 1)
                ]
    return pd.DataFrame(rows)


def clinics() -> pd.DataFrame:
    return truths_by_clinic(twins(), jolts(), THERAPISTS)


def of(table: pd.DataFrame, world: str, estimand: str) -> "pd.Series[float]":
    own = table[(table["on"] == world) & (table["estimand"] == estimand)]
    return own.set_index("replicate")["share"]


def test_clinics_have_the_mean_of_the_truth_and_its_error() -> None:
    found = clinics()
    truths = pd.concat([between_truths(twins(), WORLD), session_truths(jolts(), WORLD)]).set_index(["on", "estimand"])
    for _, on, _ in WORLDS:
        between = of(found, on, BETWEEN)
        assert list(between.index) == list(range(1, CLINICS + 1))
        assert between.mean() == pytest.approx(truths.loc[(on, BETWEEN), "truth"])
        assert mcse_mean(between.to_numpy()) == pytest.approx(truths.loc[(on, BETWEEN), "truth_mcse"])
        for estimand in (WITHIN, REVERSE):
            sessions = of(found, on, estimand)
            assert list(sessions.index) == list(range(1, JOLTED + 1))
            assert sessions.mean() == pytest.approx(truths.loc[(on, estimand), "truth"])
        assert mcse_mean(of(found, on, WITHIN).to_numpy()) > 1.5 * truths.loc[(on, WITHIN), "truth_mcse"]


def test_what_estimate_and_truth_of_a_clinic_have_in_common_cancels() -> None:
    shares = of(clinics(), "", BETWEEN)
    apart = errors_by_clinic(shares + 0.1, shares)
    assert (apart.mean(), mcse_mean(apart)) == pytest.approx((0.1, 0.0), abs=1e-9)
    against = errors_by_clinic(-shares, shares)
    assert mcse_mean(against) == pytest.approx(2 * mcse_mean(shares.to_numpy()))


def test_a_truth_of_fewer_clinics_keeps_its_error_beside_an_estimate_without_luck() -> None:
    shares = of(clinics(), "", WITHIN)
    still = errors_by_clinic(pd.Series(0.5, index=range(1, CLINICS + 1)), shares)
    assert len(still) == CLINICS
    assert (still.mean(), mcse_mean(still)) == pytest.approx((0.5 - shares.mean(), mcse_mean(shares.to_numpy())))


def test_the_error_of_what_a_distortion_adds_holds_that_of_the_effects() -> None:
    """Estimates are the same in all worlds and clinics: all that is unsure is how the effect differs between worlds."""
    index = [(s, on, arm, k, data, WHOLE, "raw", 0.4)
             for s, on, arm in WORLDS for data in (TRUE, RATED) for k in range(1, CLINICS + 1)]  # fmt: skip
    names = [*WORLD, "replicate", "data", "size", "estimator", "value"]
    truths = between_truths(twins(), WORLD)
    found = steps(pd.DataFrame(index, columns=names), truths, clinics(), ["reverse"], "s", "effect").set_index("step")
    rows = twins()
    off, on = (rows[(rows["on"] == name) & (rows["size"] == 0.2)][list(TRUTH_COLUMNS)] for name in ("", "reverse"))
    k = len(TRUTH_COLUMNS)
    change = jackknife(lambda r: whole_treatment(r[:, k:]) - whole_treatment(r[:, :k]), np.hstack([off, on]))
    assert found.loc["reverse", "value"] == pytest.approx(-change.value)
    assert found.loc["reverse", "mcse"] == pytest.approx(change.error)
    assert found.loc["reverse", "mcse"] > 0.01
    assert found.loc[RATING_ERROR, ["value", "mcse"]].tolist() == pytest.approx([0.0, 0.0])
    assert found.loc["no distortion", "mcse"] == pytest.approx(truths["truth_mcse"].iloc[0])
    assert found.loc["found", ["value", "mcse"]].tolist() == pytest.approx([0.4, 0.0])
