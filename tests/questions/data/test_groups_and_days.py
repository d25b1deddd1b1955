"""The group that others are compared with is stated, and sessions may be told apart by days since intake."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from alliance_sim.estimands.seen import ratings, values
from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.data.check import clinic_of
from alliance_sim.questions.data.estimates import own_courses, own_levels
from alliance_sim.questions.data.figures import overview
from alliance_sim.questions.data.intervals import estimates_of
from alliance_sim.questions.data.view import table_facts
from alliance_sim.questions.frame.question import Question
from tests.questions.data.shown import estimates, mapping, notes_of

Ask = Callable[..., Question]

GROUPS = mapping("groups")
"""CBT falls from 15 to 5, TAU from 15 to 9: the difference at the end is 4 points, whoever is the reference."""

ROWS = "".join(f"c{k},{('CBT', 'TAU')[k % 2]},{14 + k % 3},{(4, 8)[k % 2] + k % 3}\n" for k in range(30))
TABLE = f"id,arm,pre,post\n{ROWS}"

DAYS = mapping("days").replace("planned: 4", "planned: 5")
BY_DAY = "id,day,phq\na,0,15\na,6.5,14\na,14,12\nb,30,9\nb,0,20\n"


def contrast(asked: Question) -> Any:
    """The difference between groups at the end."""
    return estimates(asked, "contrast").loc["symptoms_end"]


def test_a_stated_reference_is_the_group_that_others_are_compared_with(asked: Ask) -> None:
    row = contrast(asked(GROUPS, TABLE))
    assert (row["arm"], row["baseline"], row["value"]) == ("CBT", "TAU", pytest.approx(-4))
    short = contrast(asked(GROUPS.replace("{column: arm, reference: TAU}", "arm"), TABLE))
    assert (short["arm"], short["baseline"], short["value"]) == ("TAU", "CBT", pytest.approx(4))


def test_the_report_says_which_group_is_the_reference_and_why(asked: Ask) -> None:
    clinic = clinic_of(asked(GROUPS, TABLE))
    assert (clinic.groups[0], table_facts(clinic)["reference"]) == ("TAU", True)
    clinic = clinic_of(asked(GROUPS.replace("{column: arm, reference: TAU}", "arm"), TABLE))
    assert (clinic.groups[0], table_facts(clinic)["reference"]) == ("CBT", False)


def test_a_reference_may_be_a_number(asked: Ask) -> None:
    table = TABLE.replace("TAU", "0").replace("CBT", "1")
    assert clinic_of(asked(GROUPS.replace("TAU", "0"), table)).groups == ("0", "1")


def test_days_since_intake_are_weeks(asked: Ask) -> None:
    """Days 0 to 6 are week 1, day 14 is in week 3, day 30 in week 5."""
    mapping = DAYS.replace("planned: 5", "planned: 5\n  attended: {column: came}")
    table = BY_DAY.replace("\n", ",1\n").replace("phq,1", "phq,came").replace("6.5", "7")
    matrix = ratings(clinic_of(asked(mapping, table)).seen, 5, "symptoms")
    assert matrix[0].tolist() == pytest.approx([15, 14, 12, np.nan, np.nan], nan_ok=True)
    assert matrix[1].tolist() == pytest.approx([20, np.nan, np.nan, np.nan, 9], nan_ok=True)


def test_days_since_intake_are_an_order_of_sessions(asked: Ask) -> None:
    seen = clinic_of(asked(DAYS.replace("{days: day}", "{days: day, counted: order}"), BY_DAY)).seen
    assert values(seen.sessions, "session").tolist() == [1, 2, 3, 1, 2]
    assert values(seen.sessions, "symptoms").tolist() == [15, 14, 12, 20, 9]


def test_groups_without_any_known_outcome_have_no_figure_of_it_and_a_note(asked: Ask) -> None:
    empty = ROWS.replace("\n", ",\n")
    without = clinic_of(asked(GROUPS, f"id,arm,pre,x,post\n{empty}"))
    own = estimates_of(without, 200, 1, 0.77)
    assert overview(without.groups, Estimates.of(own_levels(own)), own_courses(own)) == []
    stated = "no client has a score at the end, where the mapping says that it stands"
    assert notes_of(without) == [f"{stated}: what became of symptoms is not known."]
    later = GROUPS.replace("end: post}", 'score: "p{session}"}\n  session: {follow_up: [ost]}')
    follow_ups = "every score after intake is one of a follow-up, and none of them is taken for the end"
    assert notes_of(clinic_of(asked(later, TABLE))) == [f"{follow_ups}: what became of symptoms is not known."]
    assert notes_of(clinic_of(asked(GROUPS, TABLE))) == []
