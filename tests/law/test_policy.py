"""What a therapist is disposed to do, and what a flag of monitoring takes."""

import pytest

from alliance_sim.law.policy import Policy, View, flag, plan
from tests.law.people import CLIENT

MONITORING = Policy()._replace(monitor=1.0, threshold=0.5)


def test_a_policy_given_as_data_plans_what_it_says():
    policy = Policy(acknowledge=0.9, explore=0.8, negotiate=0.7, apology=1.5, press=0.2)
    view = View(3, 1, 1, 0, 0, 3.0, 3.5, 0.7, 0.2)
    assert tuple(plan(policy, view)) == (0.9, 0.8, 0.7, 1.5, 0.2)


@pytest.mark.parametrize(("last", "flagged"), [(3.5, 0), (3.25, 0), (3.0, 1), (2.0, 1), (4.5, 0)])
def test_a_flag_is_raised_by_a_fall_of_the_threshold_or_more(last, flagged):
    assert flag(MONITORING, CLIENT._replace(usual_rating=3.5, last_rating=last)) == flagged


@pytest.mark.parametrize(
    ("policy", "ratings"), [(Policy()._replace(threshold=0.0), 4.0), (MONITORING, 0.0), (MONITORING, 1.0)]
)
def test_a_flag_needs_monitoring_and_a_rating_to_compare_the_last_one_with(policy, ratings):
    assert flag(policy, CLIENT._replace(ratings=ratings, usual_rating=5.0, last_rating=1.0)) == 0
