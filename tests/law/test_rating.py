"""Stage 9: how a state becomes an answer."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, ndtri

from alliance_sim.chance import Draws, ItemDraws, ShortDraws
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

item_draws = st.integers(0, 65535).map(float)
CALM = Break(0, 0, 0.0)
MIDDLE = Draws(0.5, 0.5, 0.5, 0.5)
HALFWAY = ShortDraws(32768.0, 32768.0, 32768.0, 32768.0)
ITEMS = ItemDraws(HALFWAY, HALFWAY)
WIDE = SymptomScale(community_mean=0.0, unit=10.0, low=-1000.0, high=1000.0, step=0.001)
N = 20_000
SPREAD_OUT = ndtri((np.arange(N) + 0.5) / N)


@pytest.fixture(scope="module")
def rate(p, client, traits, therapist):
    """Ratings of a session with average luck; a test names what differs."""

    def of(candour=0.7, attunement=0.0, modesty=0.0, mood=MIDDLE, items=ITEMS, leniency=0.0, **changed):
        return alliance_ratings(
            p.rating._replace(candour=candour),
            client._replace(**changed),
            traits._replace(leniency=leniency),
            therapist._replace(attunement=attunement, modesty=modesty),
            mood, 0.5, items, items, items,
        )  # fmt: skip

    return of


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
def test_a_better_alliance_and_better_luck_never_lower_an_answer(p, level, more, a, b):
    low, high = sorted((a, b))
    worse, better = thresholds(level, p.rating.spread), thresholds(level + more, p.rating.spread)
    assert answer(worse, low) <= answer(better, low) <= answer(better, high)


@given(st.floats(-12, 12), item_draws, item_draws, item_draws, item_draws)
def test_a_subscale_sums_four_items(p, level, a, b, c, d):
    total = subscale(p.rating, level, ShortDraws(a, b, c, d))
    assert 4.0 <= total <= 20.0
    assert total == round(total)


def test_the_total_is_the_mean_of_the_subscales(rate):
    rated = rate(goal=-2.0, bond=3.0)
    assert rated.client == pytest.approx((rated.goal + rated.task + rated.bond) / 3.0)
    assert rated.goal < rated.bond


def mean_rating(rate, rater, **changed):
    """Mean rating over a grid of item luck, so that small differences show."""
    each = (
        ItemDraws(ShortDraws(u, u, u, u), ShortDraws(u, u, u, u)) for u in np.arange(163.0, 65536.0, 327.0).tolist()
    )
    return np.mean([getattr(rate(items=items, **changed), rater) for items in each])


def test_a_wholly_candid_client_rates_what_is_felt_and_another_what_is_shown(rate):
    assert mean_rating(rate, "client", candour=1.0, mask=1.5) == mean_rating(rate, "client", candour=1.0, mask=0.0)
    assert mean_rating(rate, "client", candour=0.0, mask=1.5) > mean_rating(rate, "client", candour=1.0, mask=1.5)


def test_withdrawal_hides_from_the_therapist(rate):
    fall = {
        rater: mean_rating(rate, rater) - mean_rating(rate, rater, goal=0.0, task=-0.2, bond=0.2, mask=0.8)
        for rater in ("client", "therapist")
    }
    assert fall["client"] > 2.0 * max(fall["therapist"], 0.0)


def test_an_attuned_therapist_sees_behind_the_mask(rate):
    blind, attuned = (mean_rating(rate, "therapist", attunement=x, mask=1.5) for x in (-2.0, 2.0))
    assert attuned < blind


def test_clients_rate_higher_than_therapists_on_average(rate):
    assert mean_rating(rate, "client") > mean_rating(rate, "therapist")


def test_lenient_clients_mark_higher_and_modest_therapists_lower(rate):
    assert mean_rating(rate, "client", leniency=1.0) > mean_rating(rate, "client")
    assert mean_rating(rate, "therapist", modesty=1.0) < mean_rating(rate, "therapist")


def test_one_occasion_moves_all_subscales_and_goals_and_tasks_move_together_and_the_bond_alone(rate):
    moody = {
        name: [mean_rating(rate, name, mood=MIDDLE._replace(**{draw: u})) for u in (0.01, 0.99)]
        for name, draw in (("goal", "a"), ("bond", "a"), ("goal", "b"), ("task", "b"), ("bond", "d"))
    }
    assert all(low < high for low, high in moody.values())
    assert mean_rating(rate, "bond", mood=MIDDLE._replace(b=0.99)) == mean_rating(rate, "bond")
    for name in ("goal", "task"):
        assert mean_rating(rate, name, mood=MIDDLE._replace(c=0.99, d=0.99)) == mean_rating(rate, name)


@pytest.mark.parametrize("reliability", [0.5, 0.8, 0.95])
def test_the_symptom_measure_is_as_reliable_as_set(reliability):
    scale = WIDE._replace(reliability=reliability)
    rng = np.random.default_rng(3)
    true = rng.permutation(SPREAD_OUT)
    test, retest = (
        np.array([symptoms(scale, x, z) for x, z in zip(true, rng.permutation(SPREAD_OUT), strict=True)]) for _ in "12"
    )
    assert np.corrcoef(test, retest)[0, 1] == pytest.approx(reliability, abs=0.02)
    assert np.var(true) * scale.unit**2 / np.var(test) == pytest.approx(reliability, abs=0.02)


def test_a_wholly_reliable_measure_is_the_truth_in_points():
    scale = WIDE._replace(reliability=1.0, community_mean=4.0, step=0.5)
    assert [symptoms(scale, x, 3.0) for x in (-1.0, 0.0, 0.55)] == [-6.0, 4.0, 9.5]


def test_scores_keep_to_the_floor_the_ceiling_and_the_steps():
    scale = SymptomScale()
    assert symptoms(scale, -3.0, -6.0) == scale.low
    assert symptoms(scale, 6.0, 6.0) == scale.high
    assert all(symptoms(scale, x / 10, 0.3) % scale.step == 0.0 for x in range(-30, 60))


def test_a_score_never_leaves_a_scale_whose_length_is_no_whole_number_of_steps():
    scale = SymptomScale(low=0.0, high=4.0, step=1.5)
    assert symptoms(scale, 6.0, 6.0) == 4.0


@pytest.fixture(scope="module")
def told(p):
    """Reports on a session; a test names what differs from a calm hour with average luck."""

    def of(broken=CALM, strain=0.5, confronts=0.3, noticed=False, leniency=0.0, **luck):
        return reports(p.rating, leniency, broken, strain, confronts, noticed, Draws(**{**MIDDLE._asdict(), **luck}))

    return of


GRID = [(k + 0.5) / 2000 for k in range(2000)]


def test_a_client_reports_a_rupture_as_often_as_the_rule_says(told, p):
    reported = np.mean([told(Break(1, 3, 0.8), a=u).client > 0 for u in GRID])
    logit = p.rating.report_base + p.rating.report_rupture + p.rating.report_severity * 0.8
    assert reported == pytest.approx(expit(logit), abs=1e-3)


def test_clients_sometimes_report_a_tension_where_there_was_no_rupture(told, p):
    assert np.mean([told(a=u).client > 0 for u in GRID]) == pytest.approx(expit(p.rating.report_base), abs=1e-3)


def test_clients_who_mark_high_report_less_as_far_as_set(told, p):
    lenient, strict = (np.mean([told(a=u, leniency=z).client > 0 for u in GRID]) for z in (1.0, -1.0))
    assert lenient == pytest.approx(expit(p.rating.report_base - p.rating.report_style), abs=1e-3)
    assert strict == pytest.approx(expit(p.rating.report_base + p.rating.report_style), abs=1e-3)


def test_severe_ruptures_are_reported_more_surely(told):
    mild, severe = (np.mean([told(Break(1, 3, s), a=u).client > 0 for u in GRID]) for s in (0.1, 1.5))
    assert severe > mild


@pytest.mark.parametrize("kind", [1, 2])
def test_a_therapist_reports_what_was_noticed(told, kind):
    assert told(Break(kind, 3, 0.8), noticed=True).therapist == kind
    assert told(Break(kind, 3, 0.8), noticed=False).therapist == 0


def test_a_therapist_is_rarely_wrong_about_a_calm_hour(told, p):
    assert np.mean([told(b=u).therapist > 0 for u in GRID]) == pytest.approx(p.rating.therapist_false, abs=1e-3)


def test_an_observer_codes_more_with_strain_and_most_with_a_rupture(told):
    calm = np.mean([told(strain=0.0, c=u).observer > 0 for u in GRID])
    tense = np.mean([told(strain=1.5, c=u).observer > 0 for u in GRID])
    broken = np.mean([told(Break(1, 3, 0.8), strain=1.5, c=u).observer > 0 for u in GRID])
    assert calm < tense < broken


@pytest.mark.parametrize("kind", [1, 2])
def test_an_observer_confuses_the_types_as_often_as_set(told, p, kind):
    coded = [told(Break(kind, 3, 0.8), c=u).observer for u in GRID]
    wrong = coded.count(3 - kind) / (len(coded) - coded.count(0))
    assert wrong == pytest.approx(p.rating.observer_confuses, abs=2e-3)


def seen(p, resolution, coded=1, something=True, error=0.8):
    """Ratings of resolution over a grid of luck."""
    rating = p.rating._replace(resolved_error=error)
    return np.array([resolved(rating, coded, something, resolution, z) for z in ndtri(GRID)])


def test_resolution_is_not_rated_where_no_marker_was_coded(p):
    for something in (True, False):
        assert np.isnan(seen(p, 0.6, coded=0, something=something)).all()


@pytest.mark.parametrize("coded", [1, 2])
def test_resolution_is_rated_in_whole_points_from_1_to_5_and_rises_with_resolution(p, coded):
    rated = [seen(p, resolution, coded) for resolution in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert set(np.concatenate(rated)) == {1.0, 2.0, 3.0, 4.0, 5.0}
    means = [np.mean(each) for each in rated]
    assert all(lower < higher for lower, higher in pairwise(means))
    assert all(np.all(lower <= higher) for lower, higher in pairwise(rated))
    assert means[2] == pytest.approx(3.0, abs=0.01)


def test_an_observer_who_does_not_err_sees_how_far_it_was_resolved(p):
    assert [set(seen(p, resolution, error=0.0)) for resolution in (0.0, 0.25, 0.6, 1.0)] == [{1.0}, {2.0}, {3.0}, {5.0}]


def test_a_tension_that_broke_out_into_nothing_passed_by_itself(p):
    assert set(seen(p, 0.0, something=False)) == {5.0}


def test_ratings_are_remembered_as_the_last_and_the_mean_of_those_before(client):
    state = client._replace(last_rating=0.0, usual_rating=0.0, ratings=0.0)
    remembered = []
    for rating in (4.0, 3.0, 2.0):
        state = remember(state, rating)
        remembered.append((state.last_rating, state.usual_rating, state.ratings))
    assert remembered == [(4.0, 0.0, 1.0), (3.0, 4.0, 2.0), (2.0, 3.5, 3.0)]
