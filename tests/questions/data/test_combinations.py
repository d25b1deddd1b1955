"""Items, directions, groups and days together with occasions, codes for nothing, two tables and rows of clients."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.questions.data import Clinic
from alliance_sim.questions.data.accounting import account, account_table
from alliance_sim.questions.data.conducting import seen
from alliance_sim.questions.data.following import follow_up_table, follow_ups_in_words
from alliance_sim.questions.data.notes import notes_of
from alliance_sim.questions.data.telling import reading_in_words
from alliance_sim.questions.frame.config import load_question

WIDE = """\
data:
  file: clinic.csv
  layout: wide
  planned: 4
  client: id
  symptoms: {instrument: phq9, items: "phq_{session}_{item}"}
"""
LONG = """\
data:
  file: clinic.csv
  layout: long
  planned: 4
  client: id
  session: {number: nr}
  symptoms: {instrument: phq9, items: "phq_{item}"}
"""
DAYS = """\
data:
  file: clinic.csv
  layout: long
  planned: 4
  client: id
  session: {days: day}
  symptoms: {instrument: phq9, score: phq}
"""

Read = Callable[..., Clinic]
Refused = Callable[..., list[str]]


def checked(tmp_path: Path) -> list[str]:
    """What `check` shows of how a table was read."""
    return [f"{label}: {words}" for label, words in seen(load_question(tmp_path / "own.yaml"))][1:]


def column(clinic: Clinic, name: str) -> list[float]:
    """A number of every client."""
    return np.asarray(clinic.loaded.seen.clients[name]).tolist()


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
    assert clinic.loaded.seen.sessions["symptoms"].tolist() == [18, 18, 18, 9]
    later = follow_up_table(clinic)
    assert later is not None
    assert later[["mean", "mean change since intake"]].values.tolist() == [["4.5", "−18.0"]]
    assert checked(tmp_path) == [
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
    assert clinic.loaded.seen.sessions["session"].tolist() == [2, 2]


def test_codes_for_nothing_may_hold_for_a_pattern_of_items_alone(read: Read) -> None:
    table = items(["1", "2"], {"9": [1, 2]}, "phq_{}_{}").replace("9,1,", "9,9,")
    clinic = read(WIDE + '  missing: {"phq_{session}_{item}": [9], "*": ["", NA]}\n', table)
    assert clinic.loaded.client_ids == ("9",)
    assert clinic.loaded.seen.sessions["symptoms"].tolist() == [9, 18]
    assert "In 1 questionnaire (data.symptoms.items) up to 2 items are missing" in reading_in_words(clinic)
    taken = read(WIDE + '  missing: {"phq_1_{item}": [1]}\n', table.replace("9,9,", "9,2,"))
    assert any(
        'Note: 8 cells of phq_{session}_{item} with "1" are read as empty (data.missing), although "1"' in note
        for note in notes_of(taken)
    )


def test_items_of_intake_may_stand_in_a_table_of_clients(read: Read, refused: Refused) -> None:
    mapping = LONG.replace('items: "phq_{item}"', 'score: phq, intake_items: "pré_{item}"').replace(
        "  session:", "  clients: {file: people.csv, client: code}\n  session:"
    )
    names = ",".join(f"pre\u0301_{item:02d} " for item in range(1, 10))
    people = f"code,{names},pré_10\na{',2' * 9},1\nb{',1' * 8},,1\n"
    table = "id,nr,phq\na,1,12\na,2,9\nb,1,8\n"
    clinic = read(mapping, table, people=people)
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([18, 9], [9, 8])
    assert notes_of(clinic) == ["Note: item 10 of data.symptoms.intake_items (pré_10) was not read: phq9 has 9 items."]
    assert [entry.name for entry in account(clinic) if not entry.is_read] == ["pré_10"]
    assert refused(mapping, table, people=people.replace("2,2,1\n", "2,7,1\n")) == [
        "people.csv, line 2: pré_{item}: found the number 7; allowed: a number from 0 to 3".replace("{item}", "09")
    ]


def test_items_stand_in_rows_of_clients_and_in_rows_of_sessions(read: Read) -> None:
    """As REDCap exports them."""
    mapping = LONG.replace("items:", 'intake_items: "pre_{item}", items:')
    names = [f"{when}_{item}" for when in ("pre", "phq") for item in range(1, 10)]
    rows = [["a", "", *["3"] * 9, *[""] * 9], ["a", "1", *[""] * 9, *["2"] * 9], ["a", "2", *[""] * 9, *["1"] * 9]]
    clinic = read(mapping, "\n".join(",".join(row) for row in [["id", "nr", *names], *rows]) + "\n")
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([27], [9])
    assert clinic.loaded.seen.sessions["symptoms"].tolist() == [18, 9]


def test_columns_of_items_that_are_not_read_are_named(read: Read, refused: Refused, tmp_path: Path) -> None:
    names = [*(f"phq_1_{item}" for item in range(1, 11)), *(f"phq_2_{item}" for item in range(1, 9)), "phq_1_sum2"]
    table = f"id,{','.join(names)}\na{',1' * len(names)}\n"
    notes = notes_of(read(WIDE, table))
    assert notes == [
        "Note: item 10 of data.symptoms.items (phq_1_10) was not read: phq9 has 9 items.",
        "Note: phq_2_{item} (data.symptoms.items) has no column of item 9; it counts as missing there.",
        "Note: 1 column looks like one of a pattern and is not read: phq_1_sum2.",
    ]
    assert "Read: 18 of 20 columns are read. Not read: phq_1_10, phq_1_sum2" in checked(tmp_path)
    assert refused(WIDE, table.replace("phq_2_", "phq_7_"))[0].startswith(
        'own.yaml, line 6: data.symptoms.items: found the columns "phq_7_1", "phq_7_2"'
    )
    assert refused(WIDE, table.replace("phq_1_10", "phq_1_09")) == [
        (
            'own.yaml, line 6: data.symptoms.items: found the columns "phq_1_9" and "phq_1_09", both of item 9 of the '
            'same session; allowed: one column of "phq_{session}_{item}" for each item'
        )
    ]


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


def test_items_of_occasions_without_scores_or_items_have_no_effect(refused: Refused) -> None:
    mapping = WIDE.replace('items: "phq_{session}_{item}"', 'intake_items: "pre_{item}"') + "  session: {end: post}\n"
    table = f"id,{','.join(f'pre_{item}' for item in range(1, 10))}\na{',1' * 9}\n"
    assert refused(mapping, table) == [
        (
            "own.yaml, line 7: data.session.end: found end without scores or items in sessions, which has no effect; "
            "allowed: this setting only together with symptoms.score or symptoms.items; else leave it out"
        )
    ]


def test_intake_as_an_occasion_and_from_items_are_two_ways(refused: Refused) -> None:
    mapping = WIDE.replace("items:", 'intake_items: "pre_{item}", items:') + "  session: {intake: 0}\n"
    table = items(["0", "1"], {"a": [3, 1]}).replace("id,", "id," + "".join(f"pre_{k}," for k in range(1, 10)))
    assert (
        "own.yaml, line 6: data.symptoms.intake_items: found a column, beside data.session.intake; allowed: one of the "
        "two, which both say where this score stands"
    ) in refused(mapping, table.replace("a,", f"a,{'1,' * 9}"))


# ---- days ----------------------------------------------------------------------------------------------------------


def test_days_that_are_intake_end_or_follow_up_are_no_session(read: Read, tmp_path: Path) -> None:
    mapping = DAYS.replace("days: day", 'days: day, intake: 0, end: post, follow_up: ["365", "400"]')
    table = "id,day,phq\na,0,20\na,1,18\na,7.0,15\na,post,9\na,0365,8\nb,0,16\nb,21,12\nb,400,11\n"
    clinic = read(mapping, table)
    assert (column(clinic, "symptoms_intake"), clinic.loaded.seen.sessions["session"].tolist()) == ([20, 16], [1, 2, 4])
    assert column(clinic, "symptoms_end") == pytest.approx([9, np.nan], nan_ok=True)
    assert list(clinic.loaded.follow_ups) == ["365", "400"]
    assert "Days are counted from intake, which is day 0: days 0 to 6 are week 1." in reading_in_words(clinic)


def test_what_counts_as_intake_among_days_is_said(read: Read) -> None:
    clinic = read(DAYS, "id,day,phq\na,0,20\na,7,15\nb,14,18\nb,21,9\n")
    assert column(clinic, "symptoms_intake") == pytest.approx([20, np.nan], nan_ok=True)
    assert (
        "Symptoms at intake are the first score, if it is of one of the first 2 weeks (days 0 to 13)."
        in reading_in_words(clinic)
    )


def test_rows_of_clients_stand_between_days(read: Read) -> None:
    mapping = DAYS.replace("score: phq", "score: phq, intake: pre")
    clinic = read(mapping, "id,day,pre,phq\na,,20,\na,0,,18\na,8,,9\n")
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([20], [9])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("days: day", "days: day, first: 0", "data.session.first: found first with days, which has no effect"),
        ("days: day", "days: day, named: {x: 2}", "data.session.named: found named with days, which has no effect"),
        ("days: day", 'days: day, form: "%d.%m.%Y"', "data.session.form: found form without a column of dates, which"),
        ("days: day", "days: day, date: day", "data.session: found date and days; allowed: one of number, date, days"),
        ("days: day", "number: day, date: id", "data.session: found number and date; allowed: one of number, date,"),
        (
            "planned: 4",
            "planned: 4\n  missing: [7]",
            'found the text "7", which data.missing takes for nothing; allowed:',
        ),
        ("days: day", "days: day, follow_up: 99", 'clinic.csv: found no row of "99" (data.session.follow_up)'),
        ("layout: long", "layout: wide", "data.session.days: found session.days in this layout; allowed: session.days"),
    ],
)
def test_mistakes_about_days_are_named(old: str, new: str, told: str, refused: Refused) -> None:
    assert any(told in message for message in refused(DAYS.replace(old, new), "id,day,phq\na,0,20\na,7,15\n"))


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
    assert clinic.loaded.groups == (first, other)


# ---- scales on which higher is better ------------------------------------------------------------------------------


def test_follow_ups_and_codes_for_nothing_are_in_the_points_of_the_scale(read: Read) -> None:
    mapping = WIDE.replace('phq9, items: "phq_{session}_{item}"', 'ors, score: "ors_{session}"')
    clinic = read(
        mapping + "  session: {intake: 0, follow_up: fu}\n  missing: ['', 40]\n",
        "id,ors_0,ors_1,ors_fu\na,20,24,28\nb,18,40,24\n",
    )
    later = follow_up_table(clinic)
    assert later is not None
    assert later[["mean", "mean change since intake"]].values.tolist() == [["26.0", "+7.0"]]
    assert follow_ups_in_words(clinic).endswith("a number above zero means a better score than at intake.")
    assert any(
        'Note: 1 cell of ors_{session} with "40" is read as empty' in note and "a possible value there" in note
        for note in notes_of(clinic)
    )


# ---- one message, and settings without effect -----------------------------------------------------------------------


def test_columns_beyond_the_plan_are_one_message(refused: Refused) -> None:
    mapping = WIDE.replace('items: "phq_{session}_{item}"', 'score: "phq_{session}"')
    (told,) = refused(mapping, "id,phq_1,phq_5,phq_6,phq_18\na,20,18,3,2\n")
    assert (
        'found the columns "phq_5", "phq_6", "phq_18", which are none of the planned sessions; allowed: sessions 1 to'
        in told
    )


def test_an_empty_column_without_a_name_is_no_column(read: Read, tmp_path: Path) -> None:
    read(LONG.replace('items: "phq_{item}"', "score: phq"), "id,nr,phq,\na,1,12,\na,2,9,\n")
    assert checked(tmp_path) == ["Read: Every column is read (3)"]


@pytest.mark.parametrize(
    ("alliance", "told"),
    [
        ("{total: wai, rescale: true}", "rescale: found rescale: true with ratings from 1 to 5, which has no effect"),
        (
            "{form: srs, total: wai, scale: [0, 10], rescale: true}",
            "form: found form with a stated scale and without items, which has no effect",
        ),
        ("{total: wai, reversed: []}", "reversed: found reversed items without items"),
    ],
)
def test_settings_of_ratings_without_effect_are_refused(alliance: str, told: str, refused: Refused) -> None:
    mapping = LONG.replace('symptoms: {instrument: phq9, items: "phq_{item}"}', f"alliance: {alliance}")
    assert any(f"data.alliance.{told}" in message for message in refused(mapping, "id,nr,wai\na,1,4\n"))
