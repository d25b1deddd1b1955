"""One yardstick for two samples: thresholds in points, a criterion made as strict, and as many ratings."""

import numpy as np
import pytest

from alliance_sim.estimands.baselines import reliable_drop
from alliance_sim.estimands.criteria import BY_NAME, PRESETS, NamedCriterion
from alliance_sim.estimands.detection import as_strict, detect, first_ratings, least_fall

NAN = float("nan")
RATINGS = np.random.default_rng(3).normal(4.0, 0.5, (60, 12))
RELIABILITY = 0.7


def test_the_least_fall_of_reliable_change_is_reliable_change() -> None:
    found = least_fall(RATINGS, BY_NAME["reliable_drop"].criterion, RELIABILITY)
    assert found == pytest.approx(float(reliable_drop(float(RATINGS.std(ddof=1)), RELIABILITY)))


def test_the_least_fall_of_a_rule_in_points_is_its_size() -> None:
    assert least_fall(RATINGS, BY_NAME["monitoring"].criterion, RELIABILITY) == pytest.approx(0.4)


def test_the_least_fall_is_a_mean_over_clients_where_each_has_a_unit() -> None:
    ratings = np.array([[4.0, 3.0, 4.0, 3.0], [4.0, 1.0, 4.0, 1.0]])  # moving ranges 1 and 3
    assert least_fall(ratings, BY_NAME["chart_2"].criterion, RELIABILITY) == pytest.approx(2.0 * 2.0 / 1.128)


def test_where_nothing_is_judged_there_is_no_least_fall() -> None:
    assert np.isnan(least_fall(np.array([[4.0, NAN], [3.0, NAN]]), BY_NAME["chart_2"].criterion, RELIABILITY))


@pytest.mark.parametrize("preset", PRESETS, ids=[preset.name for preset in PRESETS])
def test_a_criterion_made_as_strict_has_the_threshold_that_was_wanted(preset: NamedCriterion) -> None:
    own = least_fall(RATINGS, preset.criterion, RELIABILITY)
    moved = as_strict(preset.criterion, own, 1.5 * own)
    assert least_fall(RATINGS, moved, RELIABILITY) == pytest.approx(1.5 * own)
    as_it_was, stricter = (detect(RATINGS, each, RELIABILITY).flagged for each in (preset.criterion, moved))
    assert not (stricter & ~as_it_was).any()


@pytest.mark.parametrize(("own", "wanted"), [(NAN, 1.0), (1.0, NAN), (0.0, 1.0), (1.0, 0.0)])
def test_a_criterion_stays_as_it_is_where_a_threshold_is_not_known(own: float, wanted: float) -> None:
    criterion = BY_NAME["chart_3"].criterion
    assert as_strict(criterion, own, wanted) == criterion


def test_ratings_that_vary_half_as_much_are_flagged_as_much_by_their_own_yardstick_and_less_by_the_others() -> None:
    criterion, calm = BY_NAME["v_sample_1"].criterion, 4.0 + 0.5 * (RATINGS - 4.0)
    wild, own = (detect(each, criterion, RELIABILITY).flagged.sum() for each in (RATINGS, calm))
    wanted, there = (least_fall(each, criterion, RELIABILITY) for each in (RATINGS, calm))
    fair = detect(calm, as_strict(criterion, there, wanted), RELIABILITY).flagged.sum()
    assert wild == own
    assert fair < 0.5 * own


def test_the_first_ratings_are_kept_over_gaps() -> None:
    ratings = np.array([[NAN, 1.0, 2.0, NAN, 3.0], [1.0, 2.0, NAN, 3.0, NAN]])
    kept = first_ratings(ratings, np.array([2, 9]))
    np.testing.assert_array_equal(kept, [[NAN, 1.0, 2.0, NAN, NAN], [1.0, 2.0, NAN, 3.0, NAN]])
