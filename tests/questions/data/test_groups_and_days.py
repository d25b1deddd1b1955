"""The group that others are compared with is stated, and groups without any known outcome have no figure."""

from collections.abc import Callable
from typing import Any

import pytest

from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.data.check import clinic_of
from alliance_sim.questions.data.estimates import own_courses, own_levels
from alliance_sim.questions.data.figures import overview
from alliance_sim.questions.data.intervals import estimates_of
from alliance_sim.questions.frame.question import Question
from tests.questions.data.shown import estimates, mapping, notes_of

Ask = Callable[..., Question]

GROUPS = mapping("groups")
"""CBT falls from 15 to 5, TAU from 15 to 9: the difference at the end is 4 points, whoever is the reference."""

ROWS = "".join(f"c{k},{('CBT', 'TAU')[k % 2]},{14 + k % 3},{(4, 8)[k % 2] + k % 3}\n" for k in range(30))
TABLE = f"id,arm,pre,post\n{ROWS}"


def contrast(asked: Question) -> Any:
    """The difference between groups at the end."""
    return estimates(asked, "contrast").loc["symptoms_end"]


def test_a_stated_reference_is_the_group_that_others_are_compared_with(asked: Ask) -> None:
    row = contrast(asked(GROUPS, TABLE))
    assert (row["arm"], row["baseline"], row["value"]) == ("CBT", "TAU", pytest.approx(-4))
    short = contrast(asked(GROUPS.replace("{column: arm, reference: TAU}", "arm"), TABLE))
    assert (short["arm"], short["baseline"], short["value"]) == ("TAU", "CBT", pytest.approx(4))


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
