"""The detector: planted falls are found at their session, flat lines flag nobody, and what any rule must obey."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from alliance_sim.estimands.baselines import Baselines, reliable_drop, sudden
from alliance_sim.estimands.criteria import BY_NAME, PRESETS, RELIABLE_DROP
from alliance_sim.estimands.detection import Criterion, Falls, detect, outcome

NAN = float("nan")
DROP = Criterion("previous", "points", 1.0, slack=0.5)


def one(ratings: list[float], criterion: Criterion = DROP) -> Falls:
    return detect(np.array([ratings]), criterion, 0.77)


def sessions(ratings: list[float], criterion: Criterion) -> list[int]:
    """Sessions (from 1) in which a criterion finds a fall."""
    return (np.flatnonzero(one(ratings, criterion).flagged[0]) + 1).tolist()


def noisy(seed: int, clients: int = 40, weeks: int = 12, gaps: float = 0.1) -> np.ndarray:
    """Ratings in twelfths of a point, some of them missing."""
    luck = np.random.default_rng(seed)
    ratings = 4 + 0.5 * luck.standard_normal((clients, 1)) + 0.4 * luck.standard_normal((clients, weeks))
    ratings = np.clip(np.round(12 * ratings) / 12, 1, 5)
    ratings[luck.random(ratings.shape) < gaps] = NAN
    return ratings


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ((4, 4, 4, 4), (False, False)),
        ((4, 3.1, 4, 4), (False, False)),  # too small
        ((4, 3, 3, 3), (True, False)),  # just large enough, not recovered
        ((4, 2, 3, 3.5), (True, True)),  # back within half of the criterion of where it was
        ((4, NAN, 2, 4), (True, True)),  # a missed session in between
        ((4, 2, 4, 2), (True, False)),  # the last fall decides
        ((2, 3, 4, 5), (False, False)),
        ((NAN, NAN, NAN, NAN), (False, False)),
    ],
)
def test_falls_and_recoveries(ratings: tuple[float, ...], expected: tuple[bool, bool]) -> None:
    falls = one(list(ratings))
    assert (bool(falls.outcome.fell[0]), bool(falls.outcome.repaired[0])) == expected


@pytest.mark.parametrize("name", BY_NAME)
def test_a_planted_fall_is_found_at_its_session_and_nowhere_else(name: str) -> None:
    steady = [4.0, 4.01, 3.99, 4.0, 4.01, 3.99, 4.0, 4.01, 3.99, 4.0]
    low = [1.5, 1.5, 1.5] if name == "sudden_loss" else [2.0]
    ratings = steady[:6] + low + steady[6:]
    others = np.array([steady + [4.0] * (len(ratings) - 10)] * 60)  # so that the sample varies little
    falls = detect(np.vstack([ratings, others]), BY_NAME[name].criterion, 0.77)
    assert (np.flatnonzero(falls.flagged[0]) + 1).tolist() == [7]
    assert falls.outcome.repaired[0]


@pytest.mark.parametrize("name", BY_NAME)
def test_flat_lines_without_error_flag_nobody(name: str) -> None:
    flat = np.repeat([[3.0], [4.1], [4.7]], 12, axis=1)
    assert not detect(flat, BY_NAME[name].criterion, 0.77).outcome.fell.any()


def test_a_falling_line_falls_from_the_mean_but_not_from_itself() -> None:
    line = [5.0 - 0.3 * week for week in range(12)]
    assert not one(line, BY_NAME["v_own_1"].criterion).outcome.fell[0]
    assert one(line, BY_NAME["chart_3"].criterion).outcome.fell[0]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
@settings(max_examples=15)
@given(seed=st.integers(0, 50), shift=st.floats(-3, 3))
def test_a_constant_added_changes_nothing_but_the_quarter_of_a_sudden_loss(preset, seed: int, shift: float) -> None:
    if preset.criterion.sudden:
        return
    ratings = noisy(seed)
    own, moved = (detect(r, preset.criterion, 0.77) for r in (ratings, ratings + round(8 * shift) / 8))
    sure = np.abs(np.nan_to_num(own.score, neginf=-9) - preset.criterion.size) > 1e-6  # else rounding decides
    assert np.array_equal(own.flagged[sure], moved.flagged[sure])


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
@settings(max_examples=15)
@given(seed=st.integers(0, 50), more=st.floats(1, 4))
def test_a_larger_threshold_never_flags_more(preset, seed: int, more: float) -> None:
    ratings = noisy(seed)
    strict = preset.criterion._replace(size=preset.criterion.size * more)
    less, all_of_them = (detect(ratings, each, 0.77).flagged for each in (strict, preset.criterion))
    assert not (less & ~all_of_them).any()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_clients_do_not_depend_on_the_order_in_which_they_come(preset) -> None:
    ratings = noisy(3)
    order = np.random.default_rng(0).permutation(len(ratings))
    own, other = (detect(r, preset.criterion, 0.77) for r in (ratings, ratings[order]))
    assert np.array_equal(own.flagged[order], other.flagged)
    for one_of_them, the_other in zip(own.outcome, other.outcome, strict=True):
        assert np.array_equal(one_of_them[order], the_other)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_samples_that_are_looked_at_together_are_each_as_if_alone(preset) -> None:
    first, second = noisy(1), 1 + 0.5 * noisy(2)
    codes = np.repeat([0, 1], len(first))
    both = detect(np.vstack([first, second]), preset.criterion, 0.77, codes)
    alone = [detect(each, preset.criterion, 0.77) for each in (first, second)]
    assert np.array_equal(both.flagged, np.vstack([each.flagged for each in alone]))
    assert np.array_equal(both.outcome.repaired, np.concatenate([each.outcome.repaired for each in alone]))


@settings(max_examples=10)
@given(seed=st.integers(0, 50))
def test_what_is_repaired_fell_and_what_is_stronger_was_repaired(seed: int) -> None:
    for preset in PRESETS:
        falls = detect(noisy(seed), preset.criterion, 0.77)
        found = falls.outcome
        assert np.array_equal(found.fell, falls.flagged.any(axis=1))
        assert not (found.repaired & ~found.fell).any()
        assert not (found.stronger & ~found.repaired).any()
        assert np.array_equal(found.unrepaired, found.fell & ~found.repaired)
        for one_of_them, again in zip(found, outcome(Baselines(noisy(seed)), preset.criterion, 0.77), strict=True):
            assert np.array_equal(one_of_them, again)


def test_a_rule_that_looks_back_does_not_know_what_comes() -> None:
    ratings = noisy(4)
    later = ratings.copy()
    later[:, 8:] = 1.0
    for name in ("reliable_drop", "chart_2_so_far", "monitoring"):
        criterion = BY_NAME[name].criterion._replace(unit="points" if name == "reliable_drop" else "moving range")
        assert np.array_equal(
            detect(ratings, criterion, 0.77).flagged[:, :8], detect(later, criterion, 0.77).flagged[:, :8]
        )


def test_missed_sessions_change_no_session_that_was_rated() -> None:
    ratings = noisy(5, gaps=0.0)
    spread = np.full((len(ratings), 2 * ratings.shape[1]), NAN)
    spread[:, ::2] = ratings
    for preset in PRESETS:
        found = detect(spread, preset.criterion, 0.77)
        assert np.array_equal(found.flagged[:, ::2], detect(ratings, preset.criterion, 0.77).flagged)
        assert not found.flagged[:, 1::2].any()


def test_a_v_is_mended_within_three_sessions_or_not_at_all() -> None:
    steady = [4.0, 4.1, 3.9, 4.0, 4.1, 3.9]
    criterion = BY_NAME["v_own_1"].criterion
    assert one([*steady, 2.0, 4.2, *steady], criterion).outcome.repaired[0]
    never = one([*steady, 4.0, 4.1, 3.9, 2.0, 3.0, 3.0, 3.0, 5.0], criterion._replace(size=2.0))
    assert never.outcome.fell[0]
    assert not never.outcome.repaired[0]
    assert one(
        [*steady, 4.0, 4.1, 3.9, 2.0, 3.0, 3.0, 3.0, 5.0], criterion._replace(size=2.0, within=0)
    ).outcome.repaired[0]


def test_stronger_compares_the_three_ratings_after_with_the_three_before() -> None:
    assert one([4, 4, 4, 2, 4, 4.5, 4.5]).outcome.stronger[0]
    assert not one([4, 4, 4, 2, 4, 4, 4]).outcome.stronger[0]
    assert not one([4, 4, 4, 2, 3.5, 3, 4.6]).outcome.stronger[0]  # mended at last, but not higher on average


def test_a_reliable_drop_is_that_of_jacobson_and_truax() -> None:
    assert reliable_drop(0.7, 0.77) == pytest.approx(1.96 * 0.7 * np.sqrt(2 * (1 - 0.77)), rel=1e-3)
    ratings = noisy(6)
    least = reliable_drop(float(np.nanstd(ratings, ddof=1)), 0.77)
    assert np.array_equal(
        detect(ratings, RELIABLE_DROP, 0.77).flagged,
        detect(ratings, Criterion("previous", "points", float(least)), 0.77).flagged,
    )


def test_the_t_of_a_sudden_loss_is_that_of_two_samples() -> None:
    rated = np.random.default_rng(7).uniform(1, 5, (60, 9))
    found = sudden(rated)
    for client in range(60):
        for k in range(9):
            before, after = rated[client, max(0, k - 3) : k], rated[client, k : k + 3]
            enough = len(before) > 1 and len(after) > 1
            quarter = k > 0 and rated[client, k] <= 0.75 * rated[client, k - 1] + 1e-12
            beyond = enough and ttest_ind(before, after, alternative="two-sided")
            expected = bool(enough and quarter and beyond.statistic > 0 and beyond.pvalue < 0.05)
            assert found[client, k] == expected


def test_every_preset_says_where_it_comes_from_and_what_is_ours() -> None:
    assert len(BY_NAME) == len(PRESETS)
    for preset in PRESETS:
        assert all((preset.label, preset.fall, preset.repaired, preset.source, preset.family))
    same = {preset.family: preset.criterion._replace(size=0) for preset in PRESETS}
    assert all(preset.criterion._replace(size=0) == same[preset.family] for preset in PRESETS)
