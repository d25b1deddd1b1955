"""Stage 9: how a state becomes an answer."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, ndtri

from alliance_sim.chance import ItemDraws, ShortDraws
from alliance_sim.law.rating import (
    SymptomScale,
    alliance_ratings,
    answer,
    remember,
    reports,
    resolved,
    subscale,
    symptoms,
    thresholds,
)
from alliance_sim.law.rupture import Break
from tests.law.people import CALM, CLIENT, CONFRONTATION, MIDDLE, THERAPIST, TRAITS, WITHDRAWAL, P, grid

item_draws = st.integers(0, 65535).map(float)
WIDE = SymptomScale(community_mean=0.0, unit=10.0, low=-1000.0, high=1000.0, step=0.001)
MANY = ndtri(grid(20_000))


def rate(items, candour=0.7, attunement=0.0, modesty=0.0, mood=MIDDLE, leniency=0.0, **changed):
    """Ratings of an average session; every item has the same draw."""
    drawn = ItemDraws(ShortDraws(*[items] * 4), ShortDraws(*[items] * 4))
    return alliance_ratings(
        P.rating._replace(candour=candour), CLIENT._replace(**changed), TRAITS._replace(leniency=leniency),
        THERAPIST._replace(attunement=attunement, modesty=modesty), mood, 0.5, drawn, drawn, drawn,
    )  # fmt: skip


def mean(rater, **changed):
    """Mean rating over a grid of draws, so that small differences show."""
    return np.mean([getattr(rate(u, **changed), rater) for u in np.arange(163.0, 65536.0, 327.0).tolist()])


@pytest.mark.parametrize("item", [-6.0, -1.3, 0.0, 0.7, 4.0, 25.0])
@pytest.mark.parametrize("spread", [0.5, 2.0, 4.0])
def test_items_follow_the_graded_response_model(item, spread):
    exact = [65536.0 * expit(-(item - (k - 2.5) * spread)) for k in (1, 2, 3, 4)]
    assert thresholds(item, spread) == pytest.approx(exact, abs=1.0)


@pytest.mark.parametrize("item", [-3.0, 0.0, 2.0])
def test_each_answer_is_given_as_often_as_the_model_says(item):
    t = thresholds(item, 2.0)
    answers = [answer(t, float(u)) for u in range(65536)]
    at_most = [0.0, *(expit(-(item - (k - 2.5) * 2.0)) for k in (1, 2, 3, 4)), 1.0]
    shares = [answers.count(mark) / 65536 for mark in (1, 2, 3, 4, 5)]
    assert shares == pytest.approx(list(np.diff(at_most)), abs=4e-5)


@given(st.floats(-12, 12), st.floats(0, 5), item_draws, item_draws)
def test_a_better_alliance_and_a_higher_draw_never_lower_an_answer(level, more, a, b):
    low, high = sorted((a, b))
    worse, better = thresholds(level, P.rating.spread), thresholds(level + more, P.rating.spread)
    assert answer(worse, low) <= answer(better, low) <= answer(better, high)


@given(st.floats(-12, 12), item_draws, item_draws, item_draws, item_draws)
def test_a_subscale_sums_four_items(level, a, b, c, d):
    total = subscale(P.rating, level, ShortDraws(a, b, c, d))
    assert 4.0 <= total <= 20.0
    assert total == round(total)


def test_the_total_is_the_mean_of_the_subscales():
    rated = rate(32768.0, goal=-2.0, bond=3.0)
    assert rated.client == pytest.approx((rated.goal + rated.task + rated.bond) / 3.0)
    assert rated.goal < rated.bond


def test_a_wholly_candid_client_rates_what_is_felt_and_another_what_is_shown():
    assert mean("client", candour=1.0, mask=1.5) == mean("client", candour=1.0, mask=0.0)
    assert mean("client", candour=0.0, mask=1.5) > mean("client", candour=1.0, mask=1.5)


def test_withdrawal_hides_from_the_therapist_less_so_from_an_attuned_one():
    gone = {"goal": 0.0, "task": -0.2, "bond": 0.2, "mask": 0.8}
    client, therapist = (mean(rater) - mean(rater, **gone) for rater in ("client", "therapist"))
    assert client > 2.0 * max(therapist, 0.0)
    assert mean("therapist", attunement=2.0, mask=1.5) < mean("therapist", attunement=-2.0, mask=1.5)


def test_clients_rate_above_therapists_lenient_ones_higher_and_modest_therapists_lower():
    assert mean("client", leniency=1.0) > mean("client") > mean("therapist") > mean("therapist", modesty=1.0)


def test_one_occasion_moves_all_subscales_and_goals_and_tasks_move_together_and_the_bond_alone():
    for name, draw in (("goal", "a"), ("bond", "a"), ("goal", "b"), ("task", "b"), ("bond", "d")):
        low, high = (mean(name, mood=MIDDLE._replace(**{draw: u})) for u in (0.01, 0.99))
        assert low < high
    assert mean("bond", mood=MIDDLE._replace(b=0.99)) == mean("bond")
    for name in ("goal", "task"):
        assert mean(name, mood=MIDDLE._replace(c=0.99, d=0.99)) == mean(name)


@pytest.mark.parametrize("reliability", [0.5, 0.8, 0.95])
def test_the_symptom_measure_is_as_reliable_as_set(reliability):
    scale, rng = WIDE._replace(reliability=reliability), np.random.default_rng(3)
    true = rng.permutation(MANY)
    test, retest = (
        np.array([symptoms(scale, x, z) for x, z in zip(true, rng.permutation(MANY), strict=True)]) for _ in "12"
    )
    assert np.corrcoef(test, retest)[0, 1] == pytest.approx(reliability, abs=0.02)
    assert np.var(true) * scale.unit**2 / np.var(test) == pytest.approx(reliability, abs=0.02)


def test_a_wholly_reliable_measure_is_the_truth_in_points():
    scale = WIDE._replace(reliability=1.0, community_mean=4.0, step=0.5)
    assert [symptoms(scale, x, 3.0) for x in (-1.0, 0.0, 0.55)] == [-6.0, 4.0, 9.5]


def test_scores_keep_to_the_floor_the_ceiling_and_the_steps():
    scale = SymptomScale()
    assert (symptoms(scale, -3.0, -6.0), symptoms(scale, 6.0, 6.0)) == (scale.low, scale.high)
    assert all(symptoms(scale, x / 10, 0.3) % scale.step == 0.0 for x in range(-30, 60))
    # a scale whose length is no whole number of steps
    assert symptoms(SymptomScale(low=0.0, high=4.0, step=1.5), 6.0, 6.0) == 4.0


def report(broken=CALM, strain=0.5, confronts=0.3, noticed=False, leniency=0.0, **draws):
    """Reports on a calm hour; draws decide what is reported (a client, b therapist, c observer)."""
    return reports(P.rating, leniency, broken, strain, confronts, noticed, MIDDLE._replace(**draws))


def share(rater, draw, **changed):
    """Share of a grid of draws at which a rater reports something."""
    return np.mean([getattr(report(**changed, **{draw: u}), rater) > 0 for u in grid()])


def test_clients_report_ruptures_and_tensions_as_often_as_the_rule_says():
    q = P.rating
    rupture = q.report_base + q.report_rupture + q.report_severity * 0.8
    assert share("client", "a", broken=WITHDRAWAL) == pytest.approx(expit(rupture), abs=1e-3)
    for leniency in (-1.0, 0.0, 1.0):  # who marks high reports less
        expected = expit(q.report_base - leniency * q.report_style)
        assert share("client", "a", leniency=leniency) == pytest.approx(expected, abs=1e-3)
    assert share("client", "a", broken=Break(1, 3, 1.5)) > share("client", "a", broken=Break(1, 3, 0.1))


@pytest.mark.parametrize("broken", [WITHDRAWAL, CONFRONTATION])
def test_a_therapist_reports_what_was_noticed(broken):
    assert report(broken, noticed=True).therapist == broken.type
    assert report(broken, noticed=False).therapist == 0


def test_a_therapist_is_rarely_wrong_about_a_calm_hour():
    assert share("therapist", "b") == pytest.approx(P.rating.therapist_false, abs=1e-3)


def test_an_observer_codes_more_with_strain_and_most_with_a_rupture():
    calm, tense = share("observer", "c", strain=0.0), share("observer", "c", strain=1.5)
    assert calm < tense < share("observer", "c", strain=1.5, broken=WITHDRAWAL)


@pytest.mark.parametrize("broken", [WITHDRAWAL, CONFRONTATION])
def test_an_observer_confuses_the_types_as_often_as_set(broken):
    coded = [report(broken, c=u).observer for u in grid()]
    wrong = coded.count(3 - broken.type) / (len(coded) - coded.count(0))
    assert wrong == pytest.approx(P.rating.observer_confuses, abs=2e-3)


def seen(resolution, coded=1, something=True, error=0.8):
    """Ratings of resolution over a grid of draws."""
    rating = P.rating._replace(resolved_error=error)
    return np.array([resolved(rating, coded, something, resolution, z) for z in ndtri(grid())])


@pytest.mark.parametrize("something", [True, False])
def test_resolution_is_not_rated_where_no_marker_was_coded(something):
    assert np.isnan(seen(0.6, coded=0, something=something)).all()


@pytest.mark.parametrize("coded", [1, 2])
def test_resolution_is_rated_in_whole_points_from_1_to_5_and_rises_with_resolution(coded):
    rated = [seen(resolution, coded) for resolution in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert set(np.concatenate(rated)) == {1.0, 2.0, 3.0, 4.0, 5.0}
    means = [np.mean(each) for each in rated]
    assert all(lower < higher for lower, higher in pairwise(means))
    assert all(np.all(lower <= higher) for lower, higher in pairwise(rated))
    assert means[2] == pytest.approx(3.0, abs=0.01)


def test_an_observer_who_does_not_err_sees_how_far_it_was_resolved_or_that_it_passed_by_itself():
    assert [set(seen(resolution, error=0.0)) for resolution in (0.0, 0.25, 0.6, 1.0)] == [{1.0}, {2.0}, {3.0}, {5.0}]
    assert set(seen(0.0, something=False)) == {5.0}


def test_ratings_are_remembered_as_the_last_and_the_mean_of_those_before():
    state, remembered = CLIENT._replace(last_rating=0.0, usual_rating=0.0, ratings=0.0), []
    for rating in (4.0, 3.0, 2.0):
        state = remember(state, rating)
        remembered.append((state.last_rating, state.usual_rating, state.ratings))
    assert remembered == [(4.0, 0.0, 1.0), (3.0, 4.0, 2.0), (2.0, 3.5, 3.0)]
