"""The group that others are compared with is stated, and sessions may be told apart by days since intake."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from alliance_sim.estimands.seen import ratings, values
from alliance_sim.questions.data.conducting import clinic_of, estimates_of, overview
from alliance_sim.questions.data.notes import notes_of
from alliance_sim.questions.data.telling import reading_in_words
from alliance_sim.questions.frame.question import Question

Ask = Callable[..., Question]

GROUPS = """\
data:
  file: clinic.csv
  layout: wide
  planned: 6
  client: id
  group: {column: arm, reference: TAU}
  symptoms: {instrument: phq9, intake: pre, end: post}
"""
"""CBT falls from 15 to 5, TAU from 15 to 9: the difference at the end is 4 points, whoever is the reference."""

ROWS = "".join(f"c{k},{('CBT', 'TAU')[k % 2]},{14 + k % 3},{(4, 8)[k % 2] + k % 3}\n" for k in range(30))
TABLE = f"id,arm,pre,post\n{ROWS}"

DAYS = """\
data:
  file: clinic.csv
  layout: long
  planned: 5
  client: id
  session: {days: day}
  symptoms: {instrument: phq9, score: phq}
"""
BY_DAY = "id,day,phq\na,0,15\na,6.5,14\na,14,12\nb,30,9\nb,0,20\n"


def contrast(asked: Question) -> Any:
    """The difference between groups at the end."""
    table = estimates_of(clinic_of(asked), 200, 1, 0.77).estimates
    return table[(table["kind"] == "contrast") & (table["estimate"] == "symptoms_end")].iloc[0]


def test_a_stated_reference_is_the_group_that_others_are_compared_with(asked: Ask) -> None:
    row = contrast(asked(GROUPS, TABLE))
    assert (row["arm"], row["baseline"], row["value"]) == ("CBT", "TAU", pytest.approx(-4))
    short = contrast(asked(GROUPS.replace("{column: arm, reference: TAU}", "arm"), TABLE))
    assert (short["arm"], short["baseline"], short["value"]) == ("TAU", "CBT", pytest.approx(4))


def test_the_report_says_which_group_is_the_reference_and_why(asked: Ask) -> None:
    assert "Groups are compared with “TAU” (data.group.reference)." in reading_in_words(clinic_of(asked(GROUPS, TABLE)))
    short = GROUPS.replace("{column: arm, reference: TAU}", "arm")
    assert (
        "Groups are compared with “CBT” (the first in the table; data.group.reference states another)."
        in reading_in_words(clinic_of(asked(short, TABLE)))
    )


def test_a_reference_may_be_a_number(asked: Ask) -> None:
    table = TABLE.replace("TAU", "0").replace("CBT", "1")
    assert clinic_of(asked(GROUPS.replace("TAU", "0"), table)).loaded.groups == ("0", "1")


def test_a_reference_that_is_no_group_is_told_with_the_groups(refused: Any) -> None:
    assert refused(GROUPS.replace("TAU", "Tau1"), TABLE) == [
        (
            'own.yaml, line 6: data.group.reference: found the group "Tau1", which column arm of clinic.csv does not '
            "have; allowed: CBT, TAU; did you mean TAU?"
        )
    ]


@pytest.mark.parametrize(
    ("group", "told"),
    [
        ("{reference: TAU}", "data.group.column: found nothing; allowed: the name of a column"),
        ("{column: arms, reference: TAU}", 'data.group: found the column "arms", which clinic.csv does not have;'),
        (
            "{column: arm, refrence: TAU}",
            'data.group.refrence: found the unknown name "refrence"; allowed: column, reference; did you mean',
        ),
        (
            "{column: arm, reference: [TAU]}",
            "data.group.reference: found a list; allowed: the group that the others are compared with, as in the table",
        ),
        (
            "[arm]",
            (
                "data.group: found a list; allowed: the name of a column, or a mapping such as {column: arm, "
                "reference: TAU}"
            ),
        ),
    ],
)
def test_a_mistake_in_the_mapping_of_groups_is_told(group: str, told: str, refused: Any) -> None:
    (message,) = refused(GROUPS.replace("{column: arm, reference: TAU}", group), TABLE)
    assert message.startswith(f"own.yaml, line 6: {told}")


def test_days_since_intake_are_weeks(asked: Ask) -> None:
    """Days 0 to 6 are week 1, day 14 is in week 3, day 30 in week 5."""
    mapping = DAYS.replace("planned: 5", "planned: 5\n  attended: {column: came}")
    table = BY_DAY.replace("\n", ",1\n").replace("phq,1", "phq,came").replace("6.5", "7")
    matrix = ratings(clinic_of(asked(mapping, table)).loaded.seen, 5, "symptoms")
    assert matrix[0].tolist() == pytest.approx([15, 14, 12, np.nan, np.nan], nan_ok=True)
    assert matrix[1].tolist() == pytest.approx([20, np.nan, np.nan, np.nan, 9], nan_ok=True)


def test_days_since_intake_are_an_order_of_sessions(asked: Ask) -> None:
    seen = clinic_of(asked(DAYS.replace("{days: day}", "{days: day, counted: order}"), BY_DAY)).loaded.seen
    assert values(seen.sessions, "session").tolist() == [1, 2, 3, 1, 2]
    assert values(seen.sessions, "symptoms").tolist() == [15, 14, 12, 20, 9]


@pytest.mark.parametrize(
    ("mapping", "table", "told"),
    [
        (
            DAYS,
            BY_DAY,
            (
                'clinic.csv, line 3: day: found week 1 of client "a" a second time (first in line 2); allowed: '
                "one row a "
                "client and week; for several sessions a week: counted: order"
            ),
        ),
        (
            DAYS.replace("day}", "day, counted: order}"),
            BY_DAY + "b,30,8\n",
            (
                'clinic.csv, line 7: day: found day 30 of client "b" a second time (first in line 5); allowed: '
                "one row a "
                "client and day: delete one of the two, or correct its number"
            ),
        ),
        (
            DAYS,
            BY_DAY.replace("6.5", "-3").replace("30", "90"),
            "clinic.csv, line 3: day: found the number -3; allowed: days since intake, from 0",
        ),
        (
            DAYS,
            BY_DAY.replace("6.5", "8").replace("30", "90"),
            "clinic.csv, line 5: day: found week 13 of the client (day 90); allowed: weeks 1 to 5 (data.planned)",
        ),
        (
            DAYS,
            BY_DAY.replace("6.5", ""),
            "clinic.csv, line 3: day: found nothing; allowed: the day of every session, counted from intake",
        ),
        (
            DAYS.replace("{days: day}", "{days: day, number: day}"),
            BY_DAY,
            "own.yaml, line 6: data.session: found number and days; allowed: one of number, date, days",
        ),
        (
            DAYS.replace("{days: day}", "{days: dya}"),
            BY_DAY,
            (
                'own.yaml, line 6: data.session.days: found the column "dya", which clinic.csv does not have; '
                "allowed: id, "
                "day, phq; did you mean day?"
            ),
        ),
    ],
)
def test_a_mistake_in_days_is_told(mapping: str, table: str, told: str, refused: Any) -> None:
    assert refused(mapping, table)[0].startswith(told)


def test_groups_without_any_known_outcome_have_no_figure_of_it_and_a_note(asked: Ask) -> None:
    empty = ROWS.replace("\n", ",\n")
    without = clinic_of(asked(GROUPS, f"id,arm,pre,x,post\n{empty}"))
    assert overview(without, estimates_of(without, 200, 1, 0.77)) == []
    stated = "no client has a score at the end, where the mapping says that it stands"
    assert notes_of(without) == [f"Note: {stated}: what became of symptoms is not known."]
    later = GROUPS.replace("end: post}", 'score: "p{session}"}\n  session: {follow_up: [ost]}')
    follow_ups = "every score after intake is one of a follow-up, and none of them is taken for the end"
    assert notes_of(clinic_of(asked(later, TABLE))) == [f"Note: {follow_ups}: what became of symptoms is not known."]
    assert notes_of(clinic_of(asked(GROUPS, TABLE))) == []
