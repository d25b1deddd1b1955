"""Replicates that share a draw of the parameters count together: numbers of draws, their mean, its error."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from alliance_sim.estimands.conditional import ByGroup, effects, interactions, tailoring
from alliance_sim.estimates.combination import Combination
from alliance_sim.estimates.of_run import combine
from alliance_sim.stats.draws import by_draw, draw_of, repeated
from alliance_sim.stats.montecarlo import summarise
from alliance_sim.stats.regret import losses
from alliance_sim.stats.simultaneous import simultaneous


def clinics(draws: int, times: int, between: float, noise: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """One number a clinic, normal about 0: SD `between` of the draws' own numbers, and `noise` of each clinic."""
    generator = np.random.default_rng(seed)
    draw = draw_of(np.arange(1, draws * times + 1), draws)
    return generator.normal(0.0, between, draws)[draw] + generator.normal(0.0, noise, len(draw)), draw


def test_replicates_take_draws_in_turn() -> None:
    assert list(draw_of(np.array([1, 2, 3, 4, 5]), 3)) == [0, 1, 2, 0, 1]


def test_replicates_share_a_draw_only_where_there_are_more_of_them() -> None:
    replicates = np.arange(1, 7)
    assert repeated(replicates, 0) is None  # fixed
    assert repeated(replicates, 1) is None  # one draw for all is fixed too
    assert repeated(replicates, 6) is None
    assert list(repeated(replicates, 4)) == [0, 1, 2, 3, 0, 1]
    assert repeated(np.arange(5, 9), 4) is None  # numbers 5 to 8 have four draws


def test_worlds_with_draws_of_their_own_go_by_the_fewest_that_repeat() -> None:
    replicates = np.arange(1, 9)
    assert list(repeated(replicates, 4, 2)) == [0, 1] * 4  # who shares one of four shares one of two
    assert list(repeated(replicates, 4, 0, 1, 100)) == [0, 1, 2, 3] * 2


def test_draws_that_are_played_equally_often_have_their_means() -> None:
    values = np.array([1.0, 5.0, 3.0, 9.0])
    assert list(by_draw(values, np.array([0, 1, 0, 1]))) == [2.0, 7.0]
    assert by_draw(np.column_stack([values, -values]), np.array([0, 1, 0, 1])).tolist() == [[2.0, -2.0], [7.0, -7.0]]


def test_draws_that_are_played_unequally_often_keep_the_mean_of_all_replicates() -> None:
    """Replicates 3, 3 and 0: their mean is 2; the draws' numbers 2 + 4/3 and 2 - 4/3 have it, and error 4/3."""
    made = by_draw(np.array([3.0, 0.0, 3.0]), np.array([0, 1, 0]))
    assert made == pytest.approx([2 + 4 / 3, 2 - 4 / 3])
    assert summarise(np.array([3.0, 0.0, 3.0]), draw=np.array([0, 1, 0])).mcse == pytest.approx(4 / 3)


def test_where_no_draw_repeats_nothing_changes_by_a_bit() -> None:
    values = np.random.default_rng(1).normal(size=20)
    assert summarise(values, draw=np.arange(20)) == summarise(values)


def test_the_error_of_a_mean_is_that_of_the_means_of_draws() -> None:
    """t of 8 means of draws, whatever is left out; the spread stays that of the clinics."""
    values, draw = clinics(8, 3, 1.0, 1.0, seed=4)
    values[5] = np.nan
    found = summarise(values, draw=draw)
    assert (found.value, found.replicates) == (pytest.approx(np.nanmean(values)), 23)
    whole, of_draw = clinics(8, 3, 1.0, 1.0, seed=4)
    means = np.array([whole[of_draw == k].mean() for k in range(8)])
    other = summarise(whole, draw=of_draw)
    assert (other.low, other.high) == pytest.approx(stats.t.interval(0.95, 7, means.mean(), stats.sem(means)))
    assert (other.spread_low, other.spread_high) == pytest.approx(tuple(np.quantile(whole, [0.025, 0.975])))


@pytest.mark.slow
def test_the_interval_of_draws_holds_what_one_of_clinics_misses() -> None:
    """2,000 times 40 draws, two clinics of each, draws as different as rng: 95 % within 3 errors, and not 88 %."""
    held = np.zeros(2)
    for seed in range(2000):
        values, draw = clinics(40, 2, 1.0, 1.0, seed)
        for k, found in enumerate((summarise(values, draw=draw), summarise(values))):
            held[k] += found.low < 0.0 < found.high
    assert held[0] / 2000 == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 2000))
    assert held[1] / 2000 < 0.91


def test_contrasts_that_hold_together_are_those_of_draws() -> None:
    generator = np.random.default_rng(6)
    draw = draw_of(np.arange(1, 41), 20)
    values = generator.normal(size=(20, 3))[draw] + generator.normal(size=(40, 3))
    found, means = simultaneous(values, draw), simultaneous(by_draw(values, draw))
    for name in ("value", "error", "low", "high", "p"):
        assert getattr(found, name) == pytest.approx(getattr(means, name))
    assert (found.critical, found.replicates) == (means.critical, 40)


def measured(draws: int) -> ByGroup:
    """Two policies and two groups in 40 clinics; how much the second helps differs between 20 draws alone."""
    helps = np.random.default_rng(7).normal(2.0, 1.0, 20)
    rows = [
        {
            "arm": arm, "replicate": r + 1, "group": group, "clients": 5,
            "symptoms_end": 10.0 - (helps[r % 20] * (1.0 + (group == "hurt")) if arm == "b" else 0.0),
        }
        for arm in ("a", "b")
        for r in range(40)
        for group in ("everyone", "hurt", "all but hurt")
    ]  # fmt: skip
    return ByGroup(pd.DataFrame(rows), draws)


def test_playing_draws_again_makes_no_table_surer_where_draws_are_all_that_differs() -> None:
    """40 clinics under 20 draws, alike but for the draw, are as good as the first 20 of them."""
    one = measured(20)
    half = ByGroup(one.rows[one.rows["replicate"] <= 20], 20)
    for table in (effects, interactions):
        names = ["hurt"] if table is interactions else ["everyone", "hurt"]
        whole, first = (table(each, "a", names, ["symptoms_end"]) for each in (one, half))
        assert whole["low"].to_numpy() == pytest.approx(first["low"].to_numpy(), rel=1e-6)
        assert whole["mcse"].to_numpy() == pytest.approx(first["mcse"].to_numpy())
        assert (whole["replicates"] == 40).all()
    taken = effects(measured(0), "a", ["everyone"], ["symptoms_end"])  # for independent
    assert taken["mcse"][0] < 0.75 * effects(one, "a", ["everyone"], ["symptoms_end"])["mcse"][0]


def test_the_half_that_judges_knows_its_draws() -> None:
    """Of eight draws the 20 clinics that judge hold each two or three times."""
    choosing = np.arange(40) < 20
    values = measured(0).gain("b", "a", "everyone", "symptoms_end")[~choosing]
    found = tailoring(measured(8), ["hurt"], "symptoms_end", choosing).set_index("profile")
    told = summarise(values, draw=draw_of(np.arange(21, 41), 8))
    assert found.loc["everyone", "lead_low"] == pytest.approx(told.low)
    assert found.loc["everyone", "lead_mcse"] == pytest.approx(told.mcse)
    assert told.mcse != pytest.approx(summarise(values).mcse)


def test_losses_are_those_of_draws() -> None:
    values, draw = clinics(10, 4, 1.0, 0.2, seed=9)
    told = summarise(values, draw=draw)
    assert losses(values, np.zeros((1, 40)), draw)[0] == pytest.approx([told.value, told.low, told.high])


def test_estimates_of_a_run_are_those_of_draws() -> None:
    """A level, a contrast of twins whose gain stays that of squared errors, and a correlation on Fisher's z."""
    base, draw = clinics(30, 3, 1.0, 0.5, seed=2)
    values = {1: base + 0.3 * clinics(30, 3, 1.0, 1.0, seed=3)[0], 2: base}
    level = combine(values, Combination("level", "b", "", {}, {2: 1.0}), fisher=False, draw=draw)
    assert level == summarise(base, draw=draw)
    contrast = combine(values, Combination("contrast", "a", "b", {}, {1: 1.0, 2: -1.0}), fisher=False, draw=draw)
    errors = [summarise(values[k], draw=draw).mcse for k in (1, 2)]
    assert contrast.variance_ratio == pytest.approx((errors[0] ** 2 + errors[1] ** 2) / contrast.mcse**2)
    assert contrast.mcse > combine(values, Combination("contrast", "a", "b", {}, {1: 1.0, 2: -1.0}), fisher=False).mcse
    r = np.tanh(base / 3)
    pooled = combine({1: r}, Combination("level", "a", "", {}, {1: 1.0}), fisher=True, draw=draw)
    z = summarise(np.arctanh(r), draw=draw)
    assert (pooled.low, pooled.high) == pytest.approx((np.tanh(z.low), np.tanh(z.high)))
