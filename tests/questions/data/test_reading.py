"""How a table is read: patterns, occasions, codes for nothing, labels, separators, rows of clients, two tables."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.estimands.observed import measure_seen
from alliance_sim.questions.data import Clinic
from alliance_sim.questions.data.accounting import account
from alliance_sim.questions.data.conducting import seen
from alliance_sim.questions.data.following import follow_up_table
from alliance_sim.questions.data.notes import notes_of
from alliance_sim.questions.frame.config import load_question

LONG = """\
replicates: 40
data:
  file: clinic.csv
  layout: long
  planned: 4
  client: id
  session: {number: nr}
  alliance: {total: wai}
  symptoms: {instrument: phq9, score: phq}
"""
WIDE = """\
replicates: 40
data:
  file: clinic.csv
  layout: wide
  planned: 4
  client: id
  symptoms: {instrument: phq9, score: "phq_{session}"}
"""
TABLE = "id,nr,wai,phq\na,1,4.5,12\na,2,4.0,10\nb,1,3.5,15\nb,2,3.0,14\n"
NONE_OF_THEM = (
    "which is none of the planned sessions; allowed: sessions 1 to 4; more are stated as data.planned, another first "
    "number as data.session.first (0 or 1), what is no session of the treatment as data.session.intake, end or "
    "follow_up"
)

Read = Callable[..., Clinic]
Refused = Callable[..., list[str]]


def checked(clinic: Clinic, tmp_path: Path) -> list[str]:
    """What `check` shows of how a table was read."""
    return [f"{label}: {words}" for label, words in seen(load_question(tmp_path / "own.yaml"))]


def measured(clinic: Clinic) -> dict[str, float]:
    """The estimates of a clinic."""
    found = measure_seen(clinic.loaded.seen, clinic.plan.planned)
    return {name: float(value[0]) for name, value in found.items()}


def column(clinic: Clinic, name: str) -> list[float]:
    """A number of every client."""
    return np.asarray(clinic.loaded.seen.clients[name]).tolist()


# ---- patterns ----------------------------------------------------------------------------------------------------


def test_zeros_before_the_number_of_a_session_mean_nothing(read: Read) -> None:
    plain = read(WIDE, "id,phq_1,phq_2,phq_3\na,20,18,9\n")
    zeros = read(WIDE, "id,phq_01,phq_002,phq_3\na,20,18,9\n")
    assert (column(zeros, "symptoms_intake"), column(zeros, "symptoms_end")) == ([20.0], [9.0])
    assert measured(zeros) == pytest.approx(measured(plain), nan_ok=True)


def test_two_columns_of_the_same_session_are_refused(refused: Refused) -> None:
    assert refused(WIDE, "id,phq_1,phq_01\na,20,18\n") == [
        (
            'own.yaml, line 7: data.symptoms.score: found the columns "phq_1" and "phq_01", both of the same session; '
            'allowed: one column of "phq_{session}" for each session'
        )
    ]


@pytest.mark.parametrize("name", ["phq_0", "phq_8", "phq_5"])
def test_a_column_of_a_session_that_is_not_planned_is_refused(name: str, refused: Refused) -> None:
    assert refused(WIDE, f"id,phq_1,phq_2,{name}\na,20,18,3\n") == [
        f'own.yaml, line 7: data.symptoms.score: found the column "{name}", {NONE_OF_THEM}'
    ]


def test_columns_that_look_like_those_of_a_pattern_are_named(read: Read, tmp_path: Path) -> None:
    names = "id,phq_1,PHQ_2, phq_3,phq-4,phq_item_5,phq_1b,age"
    clinic = read(WIDE, f"{names}\na,20,1,18,1,1,1,40\n")
    assert checked(clinic, tmp_path)[1:] == [
        "Read: phq_{session} (data.symptoms.score): sessions 1, 3",
        "Read: 3 of 8 columns are read. Not read: PHQ_2, phq-4, phq_item_5, phq_1b, age",
        "Note: 4 columns look like one of a pattern and are not read: PHQ_2, phq-4, phq_item_5, phq_1b.",
    ]
    assert notes_of(clinic)[0].startswith("Note: 4 columns look like one of a pattern")


def test_a_column_of_the_form_of_a_pattern_without_the_number_of_a_session_is_named(read: Read) -> None:
    clinic = read(WIDE + "  session: {intake: pre}\n", "id,phq_pre,phq_1,phq_Post,phq_total\na,20,18,9,38\n")
    assert notes_of(clinic) == ["Note: 2 columns look like one of a pattern and are not read: phq_Post, phq_total."]


def test_every_item_of_a_questionnaire_must_be_there(refused: Refused) -> None:
    names = ",".join(f"w_{item:02d}" for item in range(1, 12))
    mapping = LONG.replace("{total: wai}", '{items: "w_{item}"}')
    assert refused(mapping, f"id,nr,phq,{names}\na,1,12{',3' * 11}\n") == [
        (
            'own.yaml, line 8: data.alliance.items: found the pattern "w_{item}", for which clinic.csv has no column '
            "of item 12; allowed: a column for each of the 12 items of wai_sr"
        )
    ]


@pytest.mark.parametrize(
    ("setting", "name", "message"),
    [
        ("symptoms", '{instrument: phq9, score: "phq_{item}"}', "symptoms.score: found the placeholder {item}"),
        ("symptoms", '{instrument: phq9, score: "phq_{sesion}"}', "symptoms.score: found the placeholder {sesion}"),
        ("symptoms", '{instrument: phq9, intake: "phq_{session}"}', "symptoms.intake: found the placeholder {session}"),
        ("alliance", '{total: "wai_{item}"}', "alliance.total: found the placeholder {item}"),
        ("client", '"id_{session}"', "client: found the placeholder {session}"),
        ("therapist", '"th{"', "therapist: found a brace without its partner"),
        ("session", '{number: "nr_{item}"}', "session.number: found the placeholder {item}"),
        ("attended", '{column: "came_{x}"}', "attended.column: found the placeholder {x}"),
        ("left", '{column: "end_{session}", dropout: D, no: ""}', "left.column: found the placeholder {session}"),
    ],
)
def test_a_placeholder_that_a_setting_does_not_know_is_refused(
    setting: str, name: str, message: str, refused: Refused
) -> None:
    lines = [line for line in LONG.splitlines() if not line.startswith(f"  {setting}:")]
    told = refused("\n".join([*lines, f"  {setting}: {name}"]), TABLE)
    assert len(told) == 1
    assert f"data.{message}" in told[0]
    near = "; did you mean items?" if setting in ("symptoms", "alliance") and "{item}" in name else ""
    assert told[0].endswith(f"; allowed: the name of one column, without placeholders{near}")


def test_a_misspelt_placeholder_is_named_with_the_right_one(refused: Refused) -> None:
    assert refused(WIDE.replace("{session}", "{sesion}"), "id,phq_1\na,3\n") == [
        (
            'own.yaml, line 7: data.symptoms.score: found the placeholder {sesion} in "phq_{sesion}"; allowed: '
            "{session} here; did you mean {session}?"
        )
    ]
    twice = refused(WIDE.replace("phq_{session}", "p{session}_{session}"), "id,phq_1\na,3\n")
    assert 'found the placeholder {session} in "p{session}_{session}", a second time' in twice[0]


def test_braces_in_the_name_of_a_column_are_no_placeholder(read: Read) -> None:
    clinic = read(LONG.replace("score: phq", 'score: "phq {0-27}"'), TABLE.replace("phq", "phq {0-27}"))
    assert column(clinic, "symptoms_intake") == [12.0, 15.0]


# ---- occasions ---------------------------------------------------------------------------------------------------


def test_sessions_may_be_numbered_from_0(read: Read, tmp_path: Path) -> None:
    table = "id,phq_0,phq_1,phq_2,phq_3\na,20,18,9,8\n"
    clinic = read(WIDE + "  session: {first: 0}\n", table)
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([20.0], [8.0])
    assert clinic.loaded.seen.sessions["session"].tolist() == [1, 2, 3, 4]
    assert "Read: phq_{session} (data.symptoms.score): sessions 0 to 3" in checked(clinic, tmp_path)
    long = LONG.replace("{number: nr}", "{number: nr, first: 0}")
    assert read(long, "id,nr,wai,phq\na,0,4,20\na,3,4,8\n").loaded.seen.sessions["session"].tolist() == [1, 4]


@pytest.mark.parametrize("layout", ["wide", "long"])
def test_intake_end_and_follow_ups_may_be_occasions_that_are_no_session(
    layout: str, read: Read, tmp_path: Path
) -> None:
    people = {"a": {"pre": 20, "1": 18, "3": 12, "post": 10, "08": 7}, "b": {"pre": 16, "1": 15, "08": 9}}
    stated = "intake: pre, end: post, follow_up: [8]"
    if layout == "wide":
        names = ["pre", "1", "3", "post", "08"]
        rows = [",".join([who, *(str(own.get(name, "")) for name in names)]) for who, own in people.items()]
        clinic = read(
            f"{WIDE}  session: {{{stated}}}\n", "\n".join([",".join(["id", *(f"phq_{n}" for n in names)]), *rows])
        )
        assert (
            "Read: phq_{session} (data.symptoms.score): sessions 1, 3; pre (intake); post (the end); 8 (follow-up)"
            in checked(clinic, tmp_path)
        )
    else:
        rows = [f"{who},{name},3.5,{score}" for who, own in people.items() for name, score in own.items()]
        mapping = LONG.replace("number: nr", f"number: nr, {stated}")
        clinic = read(mapping, "\n".join(["id,nr,wai,phq", *rows]))
        assert "Read: 5 cells are not counted, at intake, the end or a follow-up, where only symptoms count" in checked(
            clinic, tmp_path
        )
    assert column(clinic, "symptoms_intake") == [20.0, 16.0]
    assert column(clinic, "symptoms_end") == pytest.approx([10.0, np.nan], nan_ok=True)
    assert clinic.loaded.seen.sessions["session"].tolist() == [1, 3, 1]
    later = follow_up_table(clinic)
    assert later is not None
    assert later.to_dict("records") == [
        {
            "follow-up": "8",
            "clients with a score": 2,
            "mean": "8.0",
            "SD": "1.4",
            "clients with both scores": 2,
            "mean change since intake": "−10.0",
        }
    ]


def test_a_table_of_pre_post_and_follow_up_alone_says_nothing_about_sessions(read: Read) -> None:
    mapping = WIDE + "  session: {intake: pre, end: post, follow_up: fu}\n"
    named = read(mapping, "id,phq_pre,phq_post,phq_fu\na,20,10,7\nb,16,9,8\n")
    columns = WIDE.replace('score: "phq_{session}"', "intake: pre, end: post")
    plain = read(columns, "id,pre,post\na,20,10\nb,16,9\n")
    assert measured(named) == pytest.approx(measured(plain), nan_ok=True)
    assert (named.loaded.unseen, plain.loaded.unseen) == (4, 4)


def test_names_of_sessions_may_be_stated(read: Read) -> None:
    clinic = read(WIDE + "  session: {named: {start: 1, mid: 3}}\n", "id,phq_start,phq_2,phq_mid\na,20,15,9\n")
    assert clinic.loaded.seen.sessions["session"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ("{intake: pre, end: post}", 'clinic.csv: found no column of "post" (data.session.end)'),
        ("{intake: pre, end: pre}", 'data.session.end: found the code the text "pre", which also stands under'),
        ("{intake: [pre, x]}", "data.session.intake: found 2 codes; allowed: one code"),
        ("{named: {pre: 9}}", "data.session.named.pre: found session 9; allowed: sessions 1 to 4 (data.planned)"),
        ("{number: nr}", "session.number only with layout: long"),
        ("{first: 0, intake: 0}", 'data.session.intake: found the code the text "0", which also stands under'),
        ("{first: true}", "data.session.first: found true; allowed: 0 or 1: the number of the first session"),
        ("{first: 2}", "data.session.first: found the number 2; allowed: 0 or 1: the number of the first session"),
        ("{}", "of whose columns none has the number of a session (phq_pre)"),
    ],
)
def test_mistakes_in_occasions_are_named(stated: str, message: str, refused: Refused) -> None:
    assert any(message in told for told in refused(f"{WIDE}  session: {stated}\n", "id,phq_pre\na,3\n"))


def test_two_ways_to_state_intake_are_refused(refused: Refused) -> None:
    mapping = WIDE.replace("instrument", "intake: pre, instrument") + "  session: {intake: 0}\n"
    assert "found a column, beside data.session.intake" in refused(mapping, "id,pre,phq_0,phq_1\na,3,4,5\n")[0]


def test_a_column_that_is_named_as_intake_belongs_to_no_pattern(read: Read, tmp_path: Path) -> None:
    stated = WIDE.replace("instrument", "intake: phq_0, instrument")
    clinic = read(stated, "id,phq_0,phq_1,phq_2\na,20,9,\nb,18,,\n")
    assert column(clinic, "symptoms_end") == pytest.approx([9.0, np.nan], nan_ok=True)
    assert checked(clinic, tmp_path)[1:] == [
        "Read: phq_{session} (data.symptoms.score): sessions 1, 2",
        "Read: Every column is read (4)",
    ]
    first = read(WIDE.replace("instrument", "intake: phq_1, instrument"), "id,phq_1,phq_2\na,20,9\nb,18,\n")
    assert column(first, "symptoms_end") == pytest.approx([9.0, np.nan], nan_ok=True)


# ---- intake and end ----------------------------------------------------------------------------------------------


def test_with_a_stated_intake_every_score_in_a_session_comes_after_it(read: Read) -> None:
    table = "id,pre,phq_2,phq_3\na,20,9,\nb,18,,8\nc,16,12,7\nd,15,,\n"
    clinic = read(WIDE.replace("instrument", "intake: pre, instrument"), table)
    assert column(clinic, "symptoms_end") == pytest.approx([9.0, 8.0, 7.0, np.nan], nan_ok=True)


def test_one_of_the_first_two_sessions_goes_by_the_number_of_the_session(read: Read) -> None:
    table = "id,nr,wai,phq\na,1,4,20\na,4,4,9\nb,3,4,18\nb,4,4,8\nc,2,4,16\nc,4,4,7\n"
    clinic = read(LONG, table)
    assert column(clinic, "symptoms_intake") == pytest.approx([20.0, np.nan, 16.0], nan_ok=True)
    assert column(clinic, "symptoms_end") == [9.0, 8.0, 7.0]
    assert notes_of(clinic) == [
        (
            "Note: 1 client has symptom scores, but none in the first 2 sessions: intake is not known, and what became "
            "of symptoms neither."
        )
    ]


# ---- codes for nothing -------------------------------------------------------------------------------------------


def test_a_code_for_nothing_may_hold_for_one_column_alone(read: Read) -> None:
    table = "id,nr,wai,phq\n99,1,9,9\n99,2,3,NA\n5,1,NA,14\n"
    clinic = read(LONG + '  missing: {wai: [9], "*": ["", NA]}\n', table)
    assert clinic.loaded.client_ids == ("99", "5")
    assert clinic.loaded.seen.sessions["symptoms"].tolist() == pytest.approx([9.0, np.nan, 14.0], nan_ok=True)
    assert clinic.loaded.seen.sessions["wai_client"].tolist() == pytest.approx([np.nan, 3.0, np.nan], nan_ok=True)
    assert notes_of(clinic) == []


def test_values_that_a_code_for_nothing_takes_away_are_named(read: Read) -> None:
    clinic = read(LONG + '  missing: ["", 9]\n', TABLE.replace("4.0,10", "9,9"))
    assert (
        'Note: 1 cell of phq with "9" is read as empty (data.missing), although "9" is a possible value there. Where '
        "the code holds for another column alone: missing: {COLUMN: [CODE]}."
    ) in notes_of(clinic)
    assert not [note for note in notes_of(clinic) if "of wai" in note]


def test_a_code_for_nothing_takes_no_client_and_no_session_away(refused: Refused) -> None:
    table = "id,nr,wai,phq\n9,1,4,12\nb,3,4,10\n"
    assert refused(LONG + "  missing: [9, 3]\n", table) == [
        (
            'clinic.csv, line 2: id: found the text "9", which data.missing takes for nothing; allowed: the client '
            "whose row it is; where a code holds for one column alone: missing: {COLUMN: [CODE]}"
        ),
        (
            'clinic.csv, line 3: nr: found the text "3", which data.missing takes for nothing; allowed: the number of '
            "a session; where a code holds for one column alone: missing: {COLUMN: [CODE]}"
        ),
    ]


def test_a_code_of_a_column_is_never_nothing_there(read: Read) -> None:
    mapping = LONG + '  attended: {column: came, yes: 1, no: 9}\n  missing: ["", 9]\n'
    clinic = read(mapping, "id,nr,wai,phq,came\na,1,4,12,1\na,2,,,9\n")
    assert clinic.loaded.seen.sessions["attended"].tolist() == [True, False]


def test_without_codes_for_nothing_only_empty_cells_say_nothing(read: Read, refused: Refused) -> None:
    assert read(LONG + "  missing: []\n", TABLE.replace("4.0", "")).loaded.client_ids == ("a", "b")
    assert 'wai: found the text "NA"' in refused(LONG + "  missing: []\n", TABLE.replace("4.0", "NA"))[0]


def test_codes_for_nothing_of_a_column_that_is_not_read_are_refused(refused: Refused) -> None:
    table = "".join(f"{line},{word}\n" for line, word in zip(TABLE.splitlines(), ["age", *"3333"], strict=True))
    told = refused(LONG + "  missing: {way: [9], age: [9]}\n", table)
    assert told == [
        (
            'own.yaml, line 10: data.missing.way: found the column "way", which the table does not have; allowed: id, '
            "nr, wai, phq, age; did you mean wai?"
        ),
        (
            'own.yaml, line 10: data.missing.age: found codes of the column "age", which the mapping does not read; '
            "allowed: a column that it reads"
        ),
    ]


def test_a_session_with_scores_must_say_who_came_in_a_wide_table_too(refused: Refused) -> None:
    mapping = WIDE + '  attended: {column: "came_{session}"}\n'
    assert refused(mapping, "id,phq_1,phq_2,came_1,came_2\na,12,10,1,\n") == [
        "clinic.csv, line 2: came_2: found nothing; allowed: whether the client came, in every session"
    ]
    assert refused(mapping, "id,phq_1,phq_2,came_1,came_2\na,12,10,1,maybe\n") == [
        'clinic.csv, line 2: came_2: found the text "maybe"; allowed: one of the codes "1", "0"'
    ]


@pytest.mark.parametrize(("yes", "no"), [("TRUE", "FALSE"), ("True", "False"), ("true", "false")])
def test_true_and_false_are_read_as_programs_write_them(yes: str, no: str, read: Read) -> None:
    mapping = LONG + "  attended: {column: came, yes: true, no: false}\n"
    clinic = read(mapping, f"id,nr,wai,phq,came\na,1,4,12,{yes}\na,2,,,{no}\nb,1,4,12,{yes}\nb,2,4,9,{yes}\n")
    assert measured(clinic)["attendance_pct"] == 75.0


# ---- labels ------------------------------------------------------------------------------------------------------


def test_accents_in_one_or_in_two_characters_are_the_same(read: Read) -> None:
    mapping = LONG.replace("client: id", "client: id\n  therapist: the\u0301rapeute")
    table = "id,nr,wai,phq,th\u00e9rapeute\nRene\u0301,1,4,12,T\nRen\u00e9,2,4,10,T\n"
    assert read(mapping, table).loaded.client_ids == ("Ren\u00e9",)


def test_blanks_and_invisible_characters_around_a_text_mean_nothing(read: Read) -> None:
    table = "\u200bid\u00a0, nr,wai\ufeff,phq\n\u200ba,1,\u00a04.5,12\na\u00a0,2,4,10\n"
    assert read(LONG, table).loaded.client_ids == ("a",)


def test_invisible_characters_inside_a_name_are_named(refused: Refused) -> None:
    assert refused(LONG, TABLE.replace("wai", "wa\u200bi")) == [
        (
            'own.yaml, line 8: data.alliance.total: found the column "wai", which clinic.csv does not have; allowed: '
            'id, nr, "wai" (with a zero-width space), phq; did you mean "wai" (with a zero-width space)?'
        )
    ]
    assert '"1 2" (with a no-break space)' in refused(LONG, TABLE.replace("12", "1\u00a02"))[0]


def test_1_and_1_0_are_one_client_where_all_are_whole_numbers(read: Read) -> None:
    numbers = TABLE.replace("a,1", "1,1").replace("a,2", "1.0,2").replace("b,", "2,")
    clinic = read(LONG, numbers)
    assert clinic.loaded.client_ids == ("1", "2")
    assert notes_of(clinic) == [
        (
            "Note: 1 number of column id is written with and without decimals (1 and 1.0); since the column holds "
            "whole numbers alone, each is one client."
        )
    ]
    mixed = numbers.replace("\n2,1", "\nb,1")
    assert read(LONG, mixed).loaded.client_ids == ("1", "1.0", "b", "2")


@pytest.mark.parametrize("other", ["A", "\uff41"])
def test_labels_that_hardly_differ_are_named(other: str, read: Read) -> None:
    clinic = read(LONG, TABLE.replace("b,", f"{other},"))
    labels = "labels of column id that differ only in case, blanks, width, zeros or invisible characters count as"
    assert clinic.loaded.seen.people == 2
    assert notes_of(clinic, ids=True) == [f'Note: {labels} different clients: "a" and "{other}".']
    assert notes_of(clinic) == [f"Note: {labels} different clients: in lines 2, 4."]


def test_a_score_of_the_client_may_be_written_with_and_without_decimals(read: Read, refused: Refused) -> None:
    mapping = LONG.replace("score: phq", "score: phq, intake: pre")
    lines = TABLE.splitlines()
    table = "\n".join(f"{a},{b}" for a, b in zip(lines, ["pre", "14", "14.0", "15", ""], strict=True))
    assert column(read(mapping, table), "symptoms_intake") == [14.0, 15.0]
    assert 'found the text "14.5" for client "a"' in refused(mapping, table.replace("14.0", "14.5"))[0]


# ---- rows --------------------------------------------------------------------------------------------------------


def test_rows_in_which_nothing_is_known_give_the_same_numbers_in_both_layouts(read: Read) -> None:
    scores = {"a": [20, 15, 9, None], "b": [18, None, None, None], "c": [16, 14, 12, 7]}
    text = {who: ["" if score is None else str(score) for score in own] for who, own in scores.items()}
    wide = read(WIDE, "id,phq_1,phq_2,phq_3,phq_4\n" + "".join(f"{w},{','.join(own)}\n" for w, own in text.items()))
    mapping = LONG.replace("  alliance: {total: wai}\n", "")
    rows = "".join(f"{who},{k},{score}\n" for who, own in text.items() for k, score in enumerate(own, 1))
    long = read(mapping, f"id,nr,phq\n{rows}")
    assert measured(long) == pytest.approx(measured(wide), nan_ok=True)
    assert "sessions_attended" not in measured(long)
    assert any("nothing is known in 4 rows of a session" in note for note in notes_of(long))
    assert not any("nothing is known" in note for note in notes_of(wide))


REDCAP = """\
data:
  file: clinic.csv
  layout: long
  planned: 6
  client: record_id
  therapist: therapist
  session: {number: repeat_instance}
  symptoms: {instrument: phq9, intake: phq9_intake, score: phq9}
"""
EXPORT = """\
record_id,repeat_instrument,repeat_instance,therapist,phq9_intake,phq9
1,,,T1,17,
1,session_form,1,,,16
1,session_form,2,,,14
2,,,T2,19,
2,session_form,1,,,15
"""


@pytest.mark.parametrize("empty", ["", "NA"])
def test_rows_of_clients_may_stand_between_rows_of_sessions(empty: str, read: Read) -> None:
    filled = "\n".join(",".join(cell or empty for cell in line.split(",")) for line in EXPORT.splitlines())
    clinic = read(REDCAP, filled)
    assert clinic.loaded.therapist_ids == ("T1", "T2")
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([17.0, 19.0], [14.0, 15.0])
    assert measured(clinic)["sessions_attended"] == 1.5


def test_rows_of_other_kinds_are_set_aside_where_the_mapping_says_which_are_sessions(
    read: Read, refused: Refused, tmp_path: Path
) -> None:
    export = EXPORT + "1,medication,1,,,\n1,Session_Form,2,,,\n"
    assert 'found session 1 of client "1" a second time (first in line 3)' in refused(REDCAP, export)[0]
    clinic = read(REDCAP + "  rows: {column: repeat_instrument, sessions: session_form}\n", export)
    assert column(clinic, "symptoms_end") == [14.0, 15.0]
    assert "Read: 6 cells are not counted, in rows of another kind (data.rows)" in checked(clinic, tmp_path)
    assert notes_of(clinic) == [
        'Note: rows with "Session_Form" in column repeat_instrument are not read; data.rows lists "session_form".'
    ]


def test_codes_of_rows_that_no_row_has_are_refused(refused: Refused) -> None:
    assert refused(REDCAP + "  rows: {column: repeat_instrument, sessions: x, client: y}\n", EXPORT) == [
        (
            'clinic.csv: found no row with a code of data.rows in the column "repeat_instrument"; allowed: codes that '
            "stand in this column"
        )
    ]


PEOPLE = LONG.replace("score: phq", "score: phq, intake: pre").replace(
    "  session:", "  therapist: th\n  clients: {file: people.csv, client: code}\n  session:"
)


def test_a_table_of_clients_may_stand_beside_that_of_sessions(read: Read) -> None:
    clinic = read(PEOPLE, TABLE, people="code;th;pre;age\na;T1;20;40\nb;T2;18;50\n")
    assert clinic.loaded.therapist_ids == ("T1", "T2")
    assert column(clinic, "symptoms_intake") == [20.0, 18.0]
    assert [(own.file.rpartition("/")[2], own.name) for own in account(clinic) if not own.is_read] == [
        ("people.csv", "age")
    ]


def test_clients_that_one_of_two_tables_lacks_are_named(read: Read, refused: Refused) -> None:
    people = "code,th,pre\na,T1,20\nb,T2,18\nc,T1,16\n"
    clinic = read(PEOPLE, TABLE, people=people)
    where = Path(clinic.table.sheets[1].file).parent
    (told,) = (note.replace(f"{where}/", "") for note in notes_of(clinic, ids=True))
    assert told == 'Note: 1 client of people.csv is not in clinic.csv ("c"); read as clients without a session.'
    assert "(line 4)" in notes_of(clinic)[0]
    assert refused(PEOPLE, TABLE + "x,1,4,12\n", people=people) == [
        (
            'clinic.csv, line 6: th: found client "x", who has no row in the table with this column; allowed: a row '
            "there for every client, with the therapist"
        )
    ]
    (spelt,) = refused(PEOPLE, TABLE + "C,1,4,12\n", people=people)
    assert spelt.endswith("with the therapist; did you mean c?")
    alone = read(PEOPLE.replace("  therapist: th\n", ""), TABLE + "x,1,4,12\n", people=people)
    assert any("clinic.csv is not in" in note and '("x")' in note for note in notes_of(alone, ids=True))


def test_mistakes_in_the_table_of_clients_have_its_name_and_line(refused: Refused) -> None:
    people = "code,th,pre\na,T1,20\nb,T2,180\na,T1,20\n"
    assert refused(PEOPLE, TABLE, people=people) == [
        "people.csv, line 3: pre: found the number 180; allowed: a number from 0 to 27",
        (
            'people.csv, line 4: code: found client "a" a second time (first in line 2); allowed: one row a client: '
            "delete one of the two, or correct its number"
        ),
    ]
    assert (
        'data.clients.client: found the column "code", which people.csv does not have'
        in refused(PEOPLE, TABLE, people="id,th,pre\na,T1,20\n")[0]
    )


def test_a_wide_table_without_a_column_of_clients_has_a_client_a_row(read: Read, refused: Refused) -> None:
    clinic = read(WIDE.replace("  client: id\n", ""), "id,phq_1,phq_2\na,20,9\na,18,8\n")
    assert clinic.loaded.client_ids == ("line 2", "line 3")
    assert (
        "data.client: found nothing; allowed: the name of a column"
        in refused(LONG.replace("  client: id\n", ""), TABLE)[0]
    )


# ---- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_what_separates_cells_is_found(sign: str, read: Read) -> None:
    assert read(LONG, TABLE.replace(",", sign)).sheet.separator == sign


def test_commas_in_the_name_of_a_column_are_no_separator(read: Read, tmp_path: Path) -> None:
    table = TABLE.replace(",", ";").replace(".", ",").replace("wai", '"How was it, all in all, today, from 1 to 5?"')
    clinic = read(LONG.replace("total: wai", 'total: "How was it, all in all, today, from 1 to 5?"'), table)
    assert checked(clinic, tmp_path)[0] == (
        "Read: Cells are separated by a semicolon (as found); decimal comma (as found); text in UTF-8"
    )


def test_a_stated_separator_is_taken_and_named_when_it_does_not_fit(read: Read, refused: Refused) -> None:
    bars = TABLE.replace(",", "|")
    assert read(LONG + '  separator: "|"\n', bars).sheet.how == "as data.separator states"
    assert refused(LONG + '  separator: ";"\n', bars) == [
        (
            'clinic.csv, line 1: found one column only (the text "id|nr|wai|phq"), separated by a semicolon, as was '
            "stated; allowed: columns separated by a comma, a semicolon, a tab or a vertical bar; data.separator "
            "states which"
        )
    ]
    assert refused(LONG, bars + "x|1\n")[0].endswith(
        "allowed: 4, one for each column (separator: vertical bar, as found)"
    )


def test_text_in_utf_32_is_read_and_other_files_are_refused_in_words(read: Read, refused: Refused) -> None:
    assert read(LONG, TABLE.encode("utf-32")).sheet.encoding == "UTF-32"
    for content, reason in (
        (TABLE.encode("utf-16-le"), "it seems to be Unicode text (UTF-16 or UTF-32) without the mark that says so"),
        (TABLE.encode("utf-32-be"), "it seems to be Unicode text (UTF-16 or UTF-32) without the mark that says so"),
        (TABLE.replace("4.0", "4\0").encode(), "the byte 0 stands in line 3, as in files that are no text"),
        ("id,größe,änderung\n".encode() + b"a,\xff,1\n", "its text in UTF-8 is broken in line 2"),
    ):
        assert (
            f'found "clinic.csv", which cannot be read ({reason}; save it as CSV in UTF-8)' in refused(LONG, content)[0]
        )


def test_what_is_no_file_is_refused(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for name, reason in (("folder.csv", "it is a folder"), ("pipe.csv", "it is a pipe, no file")):
        assert f"which cannot be read ({reason})" in refused(LONG.replace("clinic.csv", name), TABLE)[0]
    assert "(NUL, U+0000)" in refused(LONG.replace("clinic.csv", '"a\\0b.csv"'), TABLE)[0]


@pytest.mark.parametrize("content", ["", "\n \n", "id,nr,wai,phq\n", "id,nr,wai,phq\n,,,\n"])
def test_a_table_without_rows_is_refused(content: str, refused: Refused) -> None:
    assert refused(LONG, content) == [
        "clinic.csv: found no rows; allowed: a line of column names, and below it a row a line"
    ]


@pytest.mark.parametrize(
    "text", ["inf", "-inf", "1e999", "9" * 401, '"1,234"', "12%", "12 points", "1 2", "twelve", "٣"]
)
def test_what_is_no_number_of_the_scale_is_refused(text: str, refused: Refused) -> None:
    (told,) = refused(LONG, TABLE.replace(",10\n", f",{text}\n"))
    assert told.startswith("clinic.csv, line 3: phq: found the text ")
    assert len(told) < 300


def test_empty_cells_behind_the_last_column_and_empty_rows_are_nothing(read: Read) -> None:
    clinic = read(LONG, TABLE.replace("\n", ",,\n").replace("phq,,", "phq") + ",,,,,\n")
    assert (len(clinic.sheet.rows), clinic.sheet.names) == (4, ("id", "nr", "wai", "phq"))


def test_a_column_without_a_name_that_holds_something_is_named(read: Read, tmp_path: Path) -> None:
    clinic = read(LONG, TABLE.replace("\n", ",\n").replace("10,\n", "10,see note\n"))
    assert "Read: 4 of 5 columns are read. Not read: column 5 (without a name)" in checked(clinic, tmp_path)


# ---- settings without effect -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "number: nr",
            "number: nr, counted: order",
            "session.counted: found counted without a column of dates or days, which",
        ),
        ("number: nr", 'number: nr, form: "%d.%m.%Y"', "session.form: found form without a column of dates, which has"),
        ("number: nr", "date: nr, first: 0", "session.first: found first with dates, which has no effect"),
        ("number: nr", "date: nr, follow_up: x", "session.follow_up: found follow_up with dates, which has no effect"),
        ("layout: long", "layout: wide", "data.session.number: found session.number in this layout"),
        (
            "{total: wai}",
            "{total: wai}\n  rows: {column: id, sessions: x, client: x}",
            "which also stands under sessions",
        ),
    ],
)
def test_settings_without_effect_are_refused(old: str, new: str, message: str, refused: Refused) -> None:
    assert any(message in told for told in refused(LONG.replace(old, new), TABLE))


def test_the_dependability_of_ratings_that_are_not_there_is_refused(refused: Refused) -> None:
    assert refused(WIDE + "  dependability: 0.5\n", "id,phq_1\na,3\n") == [
        (
            "own.yaml, line 8: data.dependability: found dependability without ratings by clients, which has no "
            "effect; allowed: this setting only together with alliance; else leave it out"
        )
    ]


@pytest.mark.parametrize(
    ("form", "near"),
    [
        ("dd.mm.yyyy", "%d.%m.%Y"),
        ("TT.MM.JJJJ", "%d.%m.%Y"),
        ("jj/mm/aaaa", None),
        ("yyyy-mm-dd", "%Y-%m-%d"),
        ("%Y", None),
        ("%q", None),
    ],
)
def test_a_form_of_dates_that_says_no_day_is_refused(form: str, near: str | None, refused: Refused) -> None:
    (told,) = refused(LONG.replace("number: nr", f'date: nr, form: "{form}"'), TABLE)
    assert f'data.session.form: found the form "{form}"; allowed: a form with %d for the day' in told
    assert told.endswith(f"; did you mean {near}?" if near else "or %d.%m.%Y")


def test_a_cell_that_is_too_long_without_a_quotation_mark_is_named_as_such(refused: Refused) -> None:
    assert refused(LONG, f"{TABLE}{'x' * 140_000}\n") == [
        "clinic.csv, line 6: found a cell of more than 131,072 characters; allowed: shorter cells; is the file a table?"
    ]


def test_a_column_that_several_settings_read_is_a_note(read: Read) -> None:
    copied = read(LONG.replace("{total: wai}", "{goal: wai, task: wai, bond: wai}"), TABLE)
    assert "Note: 3 settings read column wai. Is each of them meant?" in notes_of(copied)
    assert notes_of(read(LONG, TABLE)) == []
