"""Null bands: ratings without events have the sample's own levels, values and gaps; the band holds what it should."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from alliance_sim.estimands.components import drift, levels
from alliance_sim.estimands.criteria import BY_NAME, PRESETS, RELIABLE_DROP
from alliance_sim.estimands.detection import detect
from alliance_sim.estimands.null_band import SHARES, band, null_band, null_shares, shares
from alliance_sim.estimands.null_ratings import KINDS, NullModel, draw_null, fit_null, in_scores

NAN = float("nan")


def sample(seed: int, clients: int = 200, weeks: int = 16, keeps: float = 0.0, gaps: float = 0.15) -> np.ndarray:
    """Ratings on 1-5 in twelfths: a stable level, a state that keeps from week to week (none for 0), and error."""
    rng = np.random.default_rng(seed)
    step = rng.standard_normal((clients, weeks))
    state = step.copy()
    for week in range(1, weeks):
        state[:, week] = keeps * state[:, week - 1] + np.sqrt(1 - keeps**2) * step[:, week]
    ratings = 3.8 + 0.5 * rng.standard_normal((clients, 1)) + (0.4 * state if keeps else 0.0)
    ratings = ratings + 0.3 * rng.standard_normal((clients, weeks))
    ratings = np.clip(np.round(12 * ratings) / 12, 1, 5)
    ratings[rng.random(ratings.shape) < gaps] = NAN
    ratings[np.arange(weeks) >= rng.integers(4, 2 * weeks, clients)[:, None]] = NAN
    return ratings


def drawn(ratings: np.ndarray, kind, seed: int, samples: int = 1) -> np.ndarray:
    """Some null samples of ratings, one below the other."""
    null = fit_null(in_scores(ratings), kind)
    rng = np.random.default_rng(seed)
    return np.concatenate([draw_null(null, rng) for _ in range(samples)])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15)
@given(seed=st.integers(0, 1000))
def test_null_ratings_have_the_gaps_and_the_values_of_the_sample(kind, seed: int) -> None:
    ratings = sample(seed, clients=30, weeks=8)
    null = drawn(ratings, kind, seed)
    assert np.array_equal(np.isnan(null), np.isnan(ratings))
    assert set(null[np.isfinite(null)]) <= set(ratings[np.isfinite(ratings)])


@pytest.mark.parametrize("kind", KINDS)
def test_null_ratings_vary_as_the_sample_does(kind) -> None:
    ratings = sample(1, clients=400, keeps=0.7 if kind == "drift" else 0.0)
    null = drawn(ratings, kind, 1, samples=20)
    own, other = levels(ratings), levels(null)
    assert other.mean == pytest.approx(own.mean, abs=0.02)
    assert other.dependability == pytest.approx(own.dependability, abs=0.03)
    assert np.nanstd(null) == pytest.approx(np.nanstd(ratings), rel=0.02)


def test_null_ratings_drift_as_the_sample_does() -> None:
    ratings = sample(2, clients=600, keeps=0.8)
    null = drawn(ratings, "drift", 2, samples=10)
    own, other = (drift(r - np.nanmean(r, axis=0)) for r in (ratings, null))
    for apart in (1, 3, 6):
        lasting = [each.level + each.state * each.keeps**apart for each in (own, other)]
        assert lasting[0] == pytest.approx(lasting[1], rel=0.07)


def test_a_common_course_stays_in_the_null_that_drifts_and_own_lines_in_that_of_lines() -> None:
    rising = sample(3, gaps=0.0) + np.linspace(-0.8, 0.4, 16)
    null = drawn(rising, "drift", 3, samples=20)
    assert np.nanmean(null, axis=0) == pytest.approx(np.nanmean(rising, axis=0), abs=0.06)
    rng = np.random.default_rng(4)
    slopes = 0.06 * rng.standard_normal((150, 1))
    ratings = 3 + slopes * (np.arange(16) - 7.5) + 0.15 * rng.standard_normal((150, 16))
    null = drawn(ratings, "line", 4)
    again = [np.polyfit(np.arange(16), row, 1)[0] for row in null]
    assert np.corrcoef(slopes[:, 0], again)[0, 1] > 0.95


@given(st.lists(st.integers(12, 60), min_size=2, max_size=60))
def test_normal_scores_keep_order_and_ties(twelfths: list[int]) -> None:
    ratings = np.array([twelfths]) / 12
    scores, ordered = in_scores(ratings)
    assert np.array_equal(np.argsort(ratings[0], kind="stable"), np.argsort(scores[0], kind="stable"))
    assert len(set(scores[0])) == len(set(twelfths))
    assert ordered.tolist() == sorted(ratings[0])


@pytest.mark.parametrize(("kind", "keeps"), [("stable", 0.0), ("drift", 0.0), ("drift", 0.7)])
def test_a_sample_without_events_lies_in_its_band_at_about_the_nominal_rate(kind, keeps: float) -> None:
    """25 samples, 4 shares of 3 criteria; nominal 95 %, with an error of 4 % for each of the twelve."""
    criteria = [BY_NAME[name].criterion for name in ("reliable_drop", "v_own_2", "chart_2")]
    inside = []
    for seed in range(25):
        ratings = sample(100 + seed, clients=80, keeps=keeps)
        found = null_shares(ratings, criteria, 0.77, kind, 39, np.random.default_rng(seed))
        observed = np.stack([shares(detect(ratings, each, 0.77).outcome)[0] for each in criteria])
        low, high = band(np.swapaxes(found, 0, 1))
        inside.append((observed >= low) & (observed <= high))
    assert np.mean(inside) > 0.9
    assert np.mean(inside, axis=0).min() > 0.8


@given(st.integers(39, 400), st.integers(0, 100))
def test_a_band_of_95_percent_leaves_out_as_many_at_either_end(samples: int, seed: int) -> None:
    values = np.random.default_rng(seed).permutation(np.arange(samples, dtype=float))
    low, high = band(values[:, None])
    assert low[0] == (samples + 1) // 40 - 1
    assert high[0] == samples - (samples + 1) // 40


def test_independent_error_is_the_wrong_null_for_ratings_that_drift() -> None:
    ratings = sample(5, clients=400, keeps=0.9)
    tables = {kind: null_band(ratings, RELIABLE_DROP, 0.77, kind, samples=60).set_index("share") for kind in KINDS}
    assert tables["stable"].loc["flagged", "low"] > tables["stable"].loc["flagged", "observed"]
    drifting = tables["drift"].loc["flagged"]
    assert drifting["low"] <= drifting["observed"] <= drifting["high"]


def test_sudden_events_lie_above_the_band() -> None:
    ratings = sample(6, gaps=0.0)
    for client in range(0, 200, 2):
        ratings[client, 8:12] = np.maximum(ratings[client, 8:12] - 1.5, 1.0)
    band = null_band(ratings, BY_NAME["sudden_loss"].criterion, 0.77, samples=60).set_index("share")
    assert band.loc["flagged", "observed"] > band.loc["flagged", "high"]


def test_a_band_is_a_row_a_share_and_the_same_for_the_same_seed() -> None:
    ratings = np.vstack([sample(7, clients=50), np.full((5, 16), NAN)])
    one, again, other = (null_band(ratings, RELIABLE_DROP, 0.77, samples=30, seed=seed) for seed in (3, 3, 4))
    assert tuple(one["share"]) == SHARES
    assert one.equals(again)
    assert not one.equals(other)
    assert (one["low"] <= one["null"]).all()
    assert (one["null"] <= one["high"]).all()
    parts = one.set_index("share")["observed"]
    assert parts["flagged"] == pytest.approx(parts["repaired"] + parts["unrepaired"])


@pytest.mark.parametrize("kind", KINDS)
def test_samples_that_say_little_have_a_null_too(kind) -> None:
    for ratings in (np.full((3, 4), 4.0), np.array([[4.0, NAN], [3.0, NAN]]), np.array([[4.0, 3.0, 5.0]])):
        assert np.array_equal(np.isnan(drawn(ratings, kind, 0)), np.isnan(ratings))


def test_all_criteria_are_applied_to_the_same_null_samples() -> None:
    ratings = sample(8, clients=40)
    criteria = [preset.criterion for preset in PRESETS]
    together = null_shares(ratings, criteria, 0.77, "drift", 5, np.random.default_rng(1))
    alone = null_shares(ratings, criteria[-1:], 0.77, "drift", 5, np.random.default_rng(1))
    assert together.shape == (len(PRESETS), 5, 4)
    assert np.array_equal(together[-1:], alone)


@pytest.mark.parametrize("seed", range(5))
def test_components_of_clients_drawn_anew_are_those_of_their_ratings(seed: int) -> None:
    scored = in_scores(sample(seed, clients=40, keeps=0.6))
    anew = np.random.default_rng(seed).integers(40, size=40)
    drifting, stable = (NullModel(scored, kind).of(anew) for kind in ("drift", "stable"))
    off = scored.scores - np.nanmean(scored.scores, axis=0)
    found = drift(off[anew])
    assert (drifting.state, drifting.keeps, drifting.error) == pytest.approx((found.state, found.keeps, found.error))
    assert stable.error == pytest.approx(levels(scored.scores[anew]).within, rel=1e-10)


def test_a_state_that_drifts_is_the_one_of_its_steps_taken_week_by_week() -> None:
    null = fit_null(in_scores(sample(3, clients=30, keeps=0.8)))._replace(error=0.0, ratings=np.linspace(1, 5, 10_000))
    found = draw_null(null, np.random.default_rng(5))
    rng = np.random.default_rng(5)
    rng.standard_normal(null.known.shape)
    steps = rng.standard_normal(null.known.shape)
    held, expected = np.sqrt(null.state) * steps[:, 0], null.course.copy()
    expected[:, 0] += held
    for week in range(1, steps.shape[1]):
        held = null.keeps * held + np.sqrt(null.state * (1 - null.keeps**2)) * steps[:, week]
        expected[:, week] += held
    place = (ndtr(expected) * 10_000).astype(int)
    assert np.array_equal(found, np.where(null.known, null.ratings[place], NAN), equal_nan=True)
