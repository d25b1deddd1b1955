"""Items, directions, groups and days together with occasions, codes for nothing, two tables and rows of clients."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.questions.data import Clinic
from alliance_sim.questions.data.estimates import follow_ups
from alliance_sim.questions.data.reading.accounting import account, account_table
from alliance_sim.questions.data.view import table_facts
from tests.questions.data.shown import checked, column, mapping, notes_of

WIDE, LONG, DAYS = map(mapping, ("wide items", "items", "days"))

Read = Callable[..., Clinic]


def items(occasions: list[str], scores: dict[str, list[int]], form: str = "phq_{}_{:02d}") -> str:
    """A wide table of nine items at some occasions, all nine answered alike."""
    names = [form.format(occasion, item) for occasion in occasions for item in range(1, 10)]
    rows = [",".join([who, *(str(score) for score in own for _ in range(9))]) for who, own in scores.items()]
    return "\n".join([",".join(["id", *names]), *rows]) + "\n"


# ---- items ---------------------------------------------------------------------------------------------------------


def test_items_make_the_scores_of_intake_sessions_end_and_follow_ups(read: Read, tmp_path: Path) -> None:
    mapping = WIDE + "  session: {intake: pre, end: post, follow_up: fu}\n"
    clinic = read(mapping, items(["pre", "01", "2", "post", "fu"], {"a": [3, 2, 2, 1, 0], "b": [2, 2, 1, 1, 1]}))
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([27, 18], [9, 9])
    assert clinic.seen.sessions["symptoms"].tolist() == [18, 18, 18, 9]
    assert follow_ups(clinic)[["mean", "change"]].values.tolist() == [[4.5, -18.0]]
    assert checked(tmp_path)[1:] == [
        (
            "Read: phq_{session}_{item} (data.symptoms.items): sessions 1, 2; pre (intake); post (the end); fu "
            "(follow-up); items 1 to 9"
        ),
        "Read: Every column is read (46)",
    ]


def test_items_of_sessions_that_are_numbered_from_0(read: Read) -> None:
    clinic = read(WIDE + "  session: {first: 0}\n", items(["0", "1", "2", "3"], {"a": [3, 2, 1, 1]}, "phq_{}_{}"))
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([27], [9])


def test_items_of_intake_leave_every_later_score_for_the_end(read: Read) -> None:
    """Columns that a pattern of intake names belong to no pattern of sessions."""
    mapping = WIDE.replace("items:", 'intake_items: "phq_1_{item}", items:')
    clinic = read(mapping, items(["1", "2"], {"a": [3, 1], "b": [2, 0]}))
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([27, 18], [9, 0])
    assert clinic.seen.sessions["session"].tolist() == [2, 2]


def test_codes_for_nothing_may_hold_for_a_pattern_of_items_alone(read: Read) -> None:
    table = items(["1", "2"], {"9": [1, 2]}, "phq_{}_{}").replace("9,1,", "9,9,")
    clinic = read(WIDE + '  missing: {"phq_{session}_{item}": [9], "*": ["", NA]}\n', table)
    assert clinic.client_ids == ("9",)
    assert clinic.seen.sessions["symptoms"].tolist() == [9, 18]
    assert table_facts(clinic)["items"] == [{"setting": "items", "prorated": 1, "incomplete": 0}]
    taken = read(WIDE + '  missing: {"phq_1_{item}": [1]}\n', table.replace("9,9,", "9,2,"))
    assert any(
        '8 cells of phq_{session}_{item} with "1" are read as empty (data.missing), although "1"' in note
        for note in notes_of(taken)
    )


def test_items_of_intake_may_stand_in_a_table_of_clients(read: Read) -> None:
    mapping = LONG.replace('items: "phq_{item}"', 'score: phq, intake_items: "pré_{item}"').replace(
        "  session:", "  clients: {file: people.csv, client: code}\n  session:"
    )
    names = ",".join(f"pre\u0301_{item:02d} " for item in range(1, 10))
    people = f"code,{names},pré_10\na{',2' * 9},1\nb{',1' * 8},,1\n"
    table = "id,nr,phq\na,1,12\na,2,9\nb,1,8\n"
    clinic = read(mapping, table, people=people)
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([18, 9], [9, 8])
    assert notes_of(clinic) == ["item 10 of data.symptoms.intake_items (pré_10) was not read: phq9 has 9 items."]
    assert [entry.name for entry in account(clinic) if not entry.settings] == ["pré_10"]


def test_items_stand_in_rows_of_clients_and_in_rows_of_sessions(read: Read) -> None:
    """As REDCap exports them."""
    mapping = LONG.replace("items:", 'intake_items: "pre_{item}", items:')
    names = [f"{when}_{item}" for when in ("pre", "phq") for item in range(1, 10)]
    rows = [["a", "", *["3"] * 9, *[""] * 9], ["a", "1", *[""] * 9, *["2"] * 9], ["a", "2", *[""] * 9, *["1"] * 9]]
    clinic = read(mapping, "\n".join(",".join(row) for row in [["id", "nr", *names], *rows]) + "\n")
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([27], [9])
    assert clinic.seen.sessions["symptoms"].tolist() == [18, 9]


def test_columns_of_items_that_are_not_read_are_named(read: Read, tmp_path: Path) -> None:
    names = [*(f"phq_1_{item}" for item in range(1, 11)), *(f"phq_2_{item}" for item in range(1, 9)), "phq_1_sum2"]
    table = f"id,{','.join(names)}\na{',1' * len(names)}\n"
    notes = notes_of(read(WIDE, table))
    assert notes == [
        "item 10 of data.symptoms.items (phq_1_10) was not read: phq9 has 9 items.",
        "phq_2_{item} (data.symptoms.items) has no column of item 9; it counts as missing there.",
        "1 column looks like one of a pattern and is not read: phq_1_sum2.",
    ]
    assert "Read: 18 of 20 columns are read. Not read: phq_1_10, phq_1_sum2" in checked(tmp_path)


def test_a_column_is_accounted_for_by_the_setting_that_reads_it(read: Read) -> None:
    """x_1_2 has the form of both patterns."""
    mapping = WIDE.replace('items: "phq_{session}_{item}"', 'score: "x_{session}"')
    names = [f"x_1_{item}" for item in range(1, 13)]
    clinic = read(
        mapping + '  alliance: {items: "x_{session}_{item}"}\n', f"id,{','.join(names)},x_1\na{',3' * 12},9\n"
    )
    rows = account_table(clinic)[["column", "setting", "counted"]].values.tolist()
    assert rows == [
        ["id", "data.client", 1],
        ["x_{session}_{item}", "data.alliance.items", 12],
        ["x_{session}", "data.symptoms.score", 1],
    ]


# ---- days ----------------------------------------------------------------------------------------------------------


def test_days_that_are_intake_end_or_follow_up_are_no_session(read: Read, tmp_path: Path) -> None:
    mapping = DAYS.replace("days: day", 'days: day, intake: 0, end: post, follow_up: ["365", "400"]')
    table = "id,day,phq\na,0,20\na,1,18\na,7.0,15\na,post,9\na,0365,8\nb,0,16\nb,21,12\nb,400,11\n"
    clinic = read(mapping, table)
    assert (column(clinic, "symptoms_intake"), clinic.seen.sessions["session"].tolist()) == ([20, 16], [1, 2, 4])
    assert column(clinic, "symptoms_end") == pytest.approx([9, np.nan], nan_ok=True)
    assert list(clinic.follow_ups) == ["365", "400"]
    assert table_facts(clinic)["last_day"] == 6
    assert notes_of(clinic) == []


def test_what_counts_as_intake_among_days_is_said(read: Read) -> None:
    clinic = read(DAYS, "id,day,phq\na,0,20\na,7,15\nb,14,18\nb,21,9\n")
    assert column(clinic, "symptoms_intake") == pytest.approx([20, np.nan], nan_ok=True)
    assert table_facts(clinic)["intake_from_sessions"]


def test_rows_of_clients_stand_between_days(read: Read) -> None:
    mapping = DAYS.replace("score: phq", "score: phq, intake: pre")
    clinic = read(mapping, "id,day,pre,phq\na,,20,\na,0,,18\na,8,,9\n")
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([20], [9])


# ---- groups --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "label", "first"),
    [
        ("Übliche\u00a0", "U\u0308bliche", "Übliche"),
        ("1", "1.0", "1"),
        ('"1.0"', "1", "1"),
        ("1", "01", "01"),
        ('" TAU "', "TAU\u200b", "TAU"),
    ],
)
def test_the_reference_is_compared_as_labels_are(written: str, label: str, first: str, read: Read) -> None:
    other = "2" if label[-1].isdigit() else "CBT"
    mapping = LONG.replace('items: "phq_{item}"', "score: phq").replace(
        "client: id", f"client: id\n  group: {{column: arm, reference: {written}}}"
    )
    clinic = read(mapping, f"id,nr,arm,phq\na,1,{other},12\nb,1,{label},9\n")
    assert clinic.groups == (first, other)


# ---- scales on which higher is better ------------------------------------------------------------------------------


def test_follow_ups_and_codes_for_nothing_are_in_the_points_of_the_scale(read: Read) -> None:
    mapping = WIDE.replace('phq9, items: "phq_{session}_{item}"', 'ors, score: "ors_{session}"')
    clinic = read(
        mapping + "  session: {intake: 0, follow_up: fu}\n  missing: ['', 40]\n",
        "id,ors_0,ors_1,ors_fu\na,20,24,28\nb,18,40,24\n",
    )
    assert follow_ups(clinic)[["mean", "change"]].values.tolist() == [[26.0, 7.0]]
    assert any(
        '1 cell of ors_{session} with "40" is read as empty' in note and "a possible value there" in note
        for note in notes_of(clinic)
    )


# ---- one message, and settings without effect -----------------------------------------------------------------------


def test_an_empty_column_without_a_name_is_no_column(read: Read, tmp_path: Path) -> None:
    read(LONG.replace('items: "phq_{item}"', "score: phq"), "id,nr,phq,\na,1,12,\na,2,9,\n")
    assert checked(tmp_path)[1:] == ["Read: Every column is read (3)"]
