"""The detector: planted falls are found at their session, flat lines flag nobody, and what any rule must obey."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from alliance_sim.estimands.baselines import Baselines, reliable_drop, sudden
from alliance_sim.estimands.criteria import PRESETS
from alliance_sim.estimands.detection import (
    RELIABLE_DROP,
    Criterion,
    Falls,
    as_strict,
    detect,
    first_ratings,
    least_fall,
    outcome,
)

NAN = float("nan")
CRITERIA = {preset.name: preset.criterion for preset in PRESETS}
every = pytest.mark.parametrize("name", CRITERIA)
DROP = Criterion("previous", "points", 1.0, slack=0.5)


def one(ratings: list[float], criterion: Criterion = DROP) -> Falls:
    return detect(np.array([ratings]), criterion, 0.77)


def sessions(ratings: list[float], criterion: Criterion) -> list[int]:
    """Sessions (from 1) in which a criterion finds a fall."""
    return (np.flatnonzero(one(ratings, criterion).flagged[0]) + 1).tolist()


def noisy(seed: int, clients: int = 40, weeks: int = 12, gaps: float = 0.1) -> np.ndarray:
    """Ratings in twelfths of a point, some of them missing."""
    rng = np.random.default_rng(seed)
    ratings = 4 + 0.5 * rng.standard_normal((clients, 1)) + 0.4 * rng.standard_normal((clients, weeks))
    ratings = np.clip(np.round(12 * ratings) / 12, 1, 5)
    ratings[rng.random(ratings.shape) < gaps] = NAN
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


@every
def test_a_planted_fall_is_found_at_its_session_and_nowhere_else(name: str) -> None:
    steady = [4.0, 4.01, 3.99, 4.0, 4.01, 3.99, 4.0, 4.01, 3.99, 4.0]
    low = [1.5, 1.5, 1.5] if name == "sudden_loss" else [2.0]
    ratings = steady[:6] + low + steady[6:]
    others = np.array([steady + [4.0] * (len(ratings) - 10)] * 60)  # so that the sample varies little
    falls = detect(np.vstack([ratings, others]), CRITERIA[name], 0.77)
    assert (np.flatnonzero(falls.flagged[0]) + 1).tolist() == [7]
    assert falls.outcome.repaired[0]


@every
def test_flat_lines_without_error_flag_nobody(name: str) -> None:
    flat = np.repeat([[3.0], [4.1], [4.7]], 12, axis=1)
    assert not detect(flat, CRITERIA[name], 0.77).outcome.fell.any()


def test_a_falling_line_falls_from_the_mean_but_not_from_itself() -> None:
    line = [5.0 - 0.3 * week for week in range(12)]
    assert not one(line, CRITERIA["v_own_1"]).outcome.fell[0]
    assert one(line, CRITERIA["chart_3"]).outcome.fell[0]


@pytest.mark.parametrize("name", [name for name, criterion in CRITERIA.items() if not criterion.sudden])
@settings(max_examples=15)
@given(seed=st.integers(0, 50), shift=st.floats(-3, 3))
def test_a_constant_added_changes_nothing_but_the_quarter_of_a_sudden_loss(name: str, seed: int, shift: float) -> None:
    ratings = noisy(seed)
    own, moved = (detect(r, CRITERIA[name], 0.77) for r in (ratings, ratings + round(8 * shift) / 8))
    sure = np.abs(np.nan_to_num(own.score, neginf=-9) - CRITERIA[name].size) > 1e-6  # else rounding decides
    assert np.array_equal(own.flagged[sure], moved.flagged[sure])


@every
@settings(max_examples=15)
@given(seed=st.integers(0, 50), more=st.floats(1, 4))
def test_a_larger_threshold_never_flags_more(name: str, seed: int, more: float) -> None:
    strict = CRITERIA[name]._replace(size=CRITERIA[name].size * more)
    less, all_of_them = (detect(noisy(seed), each, 0.77).flagged for each in (strict, CRITERIA[name]))
    assert not (less & ~all_of_them).any()


@every
def test_clients_do_not_depend_on_their_order_nor_samples_on_each_other(name: str) -> None:
    first, second = noisy(1), 1 + 0.5 * noisy(2)
    both = detect(np.vstack([first, second]), CRITERIA[name], 0.77, np.repeat([0, 1], len(first)))
    order = np.random.default_rng(0).permutation(len(first))
    alone = [detect(each, CRITERIA[name], 0.77) for each in (first, second, first[order])]
    assert np.array_equal(both.flagged, np.vstack([each.flagged for each in alone[:2]]))
    assert np.array_equal(alone[0].flagged[order], alone[2].flagged)
    for field in ("fell", "repaired", "stronger"):
        mine, theirs, turned = (getattr(each.outcome, field) for each in alone)
        assert np.array_equal(getattr(both.outcome, field), np.concatenate([mine, theirs]))
        assert np.array_equal(mine[order], turned)


@every
@settings(max_examples=10)
@given(seed=st.integers(0, 50))
def test_what_is_repaired_fell_and_what_is_stronger_was_repaired(name: str, seed: int) -> None:
    falls = detect(noisy(seed), CRITERIA[name], 0.77)
    found = falls.outcome
    assert np.array_equal(found.fell, falls.flagged.any(axis=1))
    assert not (found.repaired & ~found.fell).any()
    assert not (found.stronger & ~found.repaired).any()
    assert np.array_equal(found.unrepaired, found.fell & ~found.repaired)
    assert np.array_equal(found, outcome(Baselines(noisy(seed)), CRITERIA[name], 0.77))


@pytest.mark.parametrize(
    "criterion",
    [CRITERIA["reliable_drop"]._replace(unit="points"), CRITERIA["chart_2_so_far"], CRITERIA["monitoring"]],
)
def test_a_rule_that_looks_back_does_not_know_what_comes(criterion: Criterion) -> None:
    ratings, later = noisy(4), noisy(4)
    later[:, 8:] = 1.0
    now, known = (detect(each, criterion, 0.77).flagged[:, :8] for each in (ratings, later))
    assert np.array_equal(now, known)


@every
def test_missed_sessions_change_no_session_that_was_rated(name: str) -> None:
    ratings = noisy(5, gaps=0.0)
    spread = np.full((len(ratings), 2 * ratings.shape[1]), NAN)
    spread[:, ::2] = ratings
    found = detect(spread, CRITERIA[name], 0.77)
    assert np.array_equal(found.flagged[:, ::2], detect(ratings, CRITERIA[name], 0.77).flagged)
    assert not found.flagged[:, 1::2].any()


def test_a_v_is_mended_within_three_sessions_or_not_at_all() -> None:
    steady = [4.0, 4.1, 3.9, 4.0, 4.1, 3.9]
    criterion = CRITERIA["v_own_1"]
    assert one([*steady, 2.0, 4.2, *steady], criterion).outcome.repaired[0]
    late = [*steady, 4.0, 4.1, 3.9, 2.0, 3.0, 3.0, 3.0, 5.0]
    never, at_last = (one(late, criterion._replace(size=2.0, within=n)).outcome for n in (3, 0))
    assert (never.fell[0], never.repaired[0], at_last.repaired[0]) == (True, False, True)


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


def test_criteria_of_a_family_differ_in_their_size_alone() -> None:
    same = {preset.family: preset.criterion._replace(size=0) for preset in PRESETS}
    assert all(preset.criterion._replace(size=0) == same[preset.family] for preset in PRESETS)


RATINGS = np.random.default_rng(3).normal(4.0, 0.5, (60, 12))
RELIABILITY = 0.7


@pytest.mark.parametrize(
    ("ratings", "name", "expected"),
    [
        (RATINGS, "reliable_drop", float(reliable_drop(float(RATINGS.std(ddof=1)), RELIABILITY))),
        (RATINGS, "monitoring", 0.4),
        # a mean over clients where each has a unit: moving ranges 1 and 3
        (np.array([[4.0, 3.0, 4.0, 3.0], [4.0, 1.0, 4.0, 1.0]]), "chart_2", 2.0 * 2.0 / 1.128),
        (np.array([[4.0, NAN], [3.0, NAN]]), "chart_2", NAN),  # nothing is judged
    ],
)
def test_the_least_fall_that_counts_is_that_of_the_unit(ratings: np.ndarray, name: str, expected: float) -> None:
    assert least_fall(Baselines(ratings), CRITERIA[name], RELIABILITY) == pytest.approx(expected, nan_ok=True)


@every
def test_a_criterion_made_as_strict_has_the_threshold_that_was_wanted(name: str) -> None:
    own = least_fall(Baselines(RATINGS), CRITERIA[name], RELIABILITY)
    moved = as_strict(CRITERIA[name], own, 1.5 * own)
    assert least_fall(Baselines(RATINGS), moved, RELIABILITY) == pytest.approx(1.5 * own)


@pytest.mark.parametrize(("own", "wanted"), [(NAN, 1.0), (1.0, NAN), (0.0, 1.0), (1.0, 0.0)])
def test_a_criterion_stays_as_it_is_where_a_threshold_is_not_known(own: float, wanted: float) -> None:
    criterion = CRITERIA["chart_3"]
    assert as_strict(criterion, own, wanted) == criterion


def test_ratings_that_vary_half_as_much_are_flagged_as_much_by_their_own_threshold_and_less_by_the_others() -> None:
    criterion, calm = CRITERIA["v_sample_1"], 4.0 + 0.5 * (RATINGS - 4.0)
    wild, own = (detect(each, criterion, RELIABILITY).flagged.sum() for each in (RATINGS, calm))
    wanted, there = (least_fall(Baselines(each), criterion, RELIABILITY) for each in (RATINGS, calm))
    fair = detect(calm, as_strict(criterion, there, wanted), RELIABILITY).flagged.sum()
    assert wild == own
    assert fair < 0.5 * own


def test_the_first_ratings_are_kept_over_gaps() -> None:
    ratings = np.array([[NAN, 1.0, 2.0, NAN, 3.0], [1.0, 2.0, NAN, 3.0, NAN]])
    kept = first_ratings(ratings, np.array([2, 9]))
    np.testing.assert_array_equal(kept, [[NAN, 1.0, 2.0, NAN, NAN], [1.0, 2.0, NAN, 3.0, NAN]])


def what_became(rated: list[float], reference: list[float], least: list[float], found: list[bool], rule: Criterion):
    """One client by the words of the rule: repaired and stronger, by the last fall; sessions closed up."""
    last = max(k for k, there in enumerate(found) if there)
    slack = rule.slack * (reference[last] - rated[last] if rule.slack_of == "fall" else least[last])
    later = range(last + 1, len(rated))[: rule.within or None]
    repaired = any(rated[k] >= reference[k if rule.start == "line" else last] - slack for k in later)
    before, after = rated[max(last - 3, 0) : last], rated[last + 1 : last + 4]
    return repaired, bool(repaired and before and np.mean(after) > np.mean(before) + 1e-9)


@every
@pytest.mark.parametrize("seed", range(4))
def test_what_becomes_of_clients_is_what_the_words_of_the_rule_say(name: str, seed: int) -> None:
    ratings, rule = noisy(seed), CRITERIA[name]
    base, falls = Baselines(ratings), detect(ratings, rule, 0.77)
    reference = base.reference(rule.start)
    least = np.broadcast_to(rule.size * base.unit(rule.start, rule.unit, 0.77), ratings.shape)
    found = base.way.of(falls.flagged)
    assert falls.outcome.fell.tolist() == found.any(axis=1).tolist()
    for k in range(len(ratings)):
        n = int(np.isfinite(ratings[k]).sum())
        own = [part[k, :n].tolist() for part in (base.way.rated, reference, least, found)]
        expected = what_became(*own, rule) if found[k].any() else (False, False)
        assert (falls.outcome.repaired[k], falls.outcome.stronger[k]) == expected
