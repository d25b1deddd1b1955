"""Between and within therapists, where the two slopes differ by construction."""

import numpy as np
import pytest

from alliance_sim.stats.between_within import Levels, therapist_levels

BETWEEN, WITHIN = 0.9, 0.2


def practice(seed: int, therapists: int = 60, clients: int = 10) -> tuple[np.ndarray, ...]:
    """Outcome, alliance, therapist: slope .9 on the therapist's level (SD .5), .2 on the client's own part (SD 1)."""
    luck = np.random.default_rng(seed)
    code = np.repeat(np.arange(therapists), clients)
    usual, own = 0.5 * luck.standard_normal(therapists), luck.standard_normal(len(code))
    y = BETWEEN * usual[code] + WITHIN * own + 0.2 * luck.standard_normal(therapists)[code]
    return y + luck.standard_normal(len(code)), usual[code] + own, code


def fitted(seed: int, shrunken: bool) -> Levels:
    """The two slopes of one practice."""
    y, x, code = practice(seed)
    found = therapist_levels(y, x, np.empty((len(y), 0)), code, shrunken)
    assert found is not None
    return found


def test_the_two_slopes_are_told_apart() -> None:
    """40 practices: means of the slopes within 4 Monte-Carlo standard errors."""
    found = [fitted(seed, shrunken=True) for seed in range(40)]
    for name, truth in (("between", BETWEEN), ("within", WITHIN)):
        values = np.array([getattr(each, name).value for each in found])
        assert abs(values.mean() - truth) < 4.0 * values.std(ddof=1) / np.sqrt(40)


def test_observed_means_are_drawn_toward_the_slope_within() -> None:
    """A mean of 10 has reliability .25 / (.25 + .1): expected slope .2 + .7 x .714 = .70."""
    values = [fitted(seed, shrunken=False).between.value for seed in range(40)]
    assert np.mean(values) == pytest.approx(0.70, abs=0.05)


def test_intervals_cover_the_truth() -> None:
    """80 practices: within 3 standard errors of 95 %."""
    found = [fitted(seed, shrunken=False).within for seed in range(80)]
    hits = np.mean([each.low <= WITHIN <= each.high for each in found])
    assert hits == pytest.approx(0.95, abs=3.0 * np.sqrt(0.95 * 0.05 / 80))


def test_a_control_is_taken_out_at_both_levels() -> None:
    y, x, code = practice(1)
    control = np.random.default_rng(9).standard_normal(len(y))
    plain = therapist_levels(y, x, np.empty((len(y), 0)), code, shrunken=False)
    other = therapist_levels(y + 5.0 * control, x, control[:, None], code, shrunken=False)
    assert plain is not None
    assert other is not None
    assert other.between.value == pytest.approx(plain.between.value, abs=0.05)


def test_therapists_who_do_not_differ_cannot_be_shrunk_and_three_are_too_few() -> None:
    y, x, code = practice(2)
    flat = x - np.array([x[code == k].mean() for k in range(60)])[code]
    assert therapist_levels(y, flat, np.empty((len(y), 0)), code, shrunken=True) is None
    few = code < 3
    assert therapist_levels(y[few], x[few], np.empty((int(few.sum()), 0)), code[few], shrunken=False) is None
