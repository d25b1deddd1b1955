"""How a table is read: patterns, occasions, codes for nothing, labels, separators, rows of clients, two tables."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.questions.data import Clinic
from alliance_sim.questions.data.check import clinic_of
from alliance_sim.questions.data.estimates import follow_ups
from alliance_sim.questions.data.reading.accounting import account
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question
from tests.questions.data.shown import checked, column, mapping, measured, notes_of

LONG, WIDE, REDCAP = map(mapping, ("long", "wide", "redcap"))
TABLE = "id,nr,wai,phq\na,1,4.5,12\na,2,4.0,10\nb,1,3.5,15\nb,2,3.0,14\n"
Read = Callable[..., Clinic]
Ask = Callable[..., Question]


# ---- patterns ----------------------------------------------------------------------------------------------------


def test_zeros_before_the_number_of_a_session_mean_nothing(read: Read) -> None:
    plain = read(WIDE, "id,phq_1,phq_2,phq_3\na,20,18,9\n")
    zeros = read(WIDE, "id,phq_01,phq_002,phq_3\na,20,18,9\n")
    assert (column(zeros, "symptoms_intake"), column(zeros, "symptoms_end")) == ([20.0], [9.0])
    assert measured(zeros) == pytest.approx(measured(plain), nan_ok=True)


def test_columns_that_look_like_those_of_a_pattern_are_named(read: Read, tmp_path: Path) -> None:
    names = "id,phq_1,PHQ_2, phq_3,phq-4,phq_item_5,phq_1b,age"
    clinic = read(WIDE, f"{names}\na,20,1,18,1,1,1,40\n")
    assert checked(tmp_path)[1:] == [
        "Read: phq_{session} (data.symptoms.score): sessions 1, 3",
        "Read: 3 of 8 columns are read. Not read: PHQ_2, phq-4, phq_item_5, phq_1b, age",
        "Note: 4 columns look like one of a pattern and are not read: PHQ_2, phq-4, phq_item_5, phq_1b.",
    ]
    assert notes_of(clinic)[0].startswith("4 columns look like one of a pattern")


def test_a_column_of_the_form_of_a_pattern_without_the_number_of_a_session_is_named(read: Read) -> None:
    clinic = read(WIDE + "  session: {intake: pre}\n", "id,phq_pre,phq_1,phq_Post,phq_total\na,20,18,9,38\n")
    assert notes_of(clinic) == ["2 columns look like one of a pattern and are not read: phq_Post, phq_total."]


def test_braces_in_the_name_of_a_column_are_no_placeholder(read: Read) -> None:
    clinic = read(LONG.replace("score: phq", 'score: "phq {0-27}"'), TABLE.replace("phq", "phq {0-27}"))
    assert column(clinic, "symptoms_intake") == [12.0, 15.0]


# ---- occasions ---------------------------------------------------------------------------------------------------


def test_sessions_may_be_numbered_from_0(read: Read, tmp_path: Path) -> None:
    table = "id,phq_0,phq_1,phq_2,phq_3\na,20,18,9,8\n"
    clinic = read(WIDE + "  session: {first: 0}\n", table)
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([20.0], [8.0])
    assert clinic.seen.sessions["session"].tolist() == [1, 2, 3, 4]
    assert "Read: phq_{session} (data.symptoms.score): sessions 0 to 3" in checked(tmp_path)
    long = LONG.replace("{number: nr}", "{number: nr, first: 0}")
    assert read(long, "id,nr,wai,phq\na,0,4,20\na,3,4,8\n").seen.sessions["session"].tolist() == [1, 4]


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
            in checked(tmp_path)
        )
    else:
        rows = [f"{who},{name},3.5,{score}" for who, own in people.items() for name, score in own.items()]
        mapping = LONG.replace("number: nr", f"number: nr, {stated}")
        clinic = read(mapping, "\n".join(["id,nr,wai,phq", *rows]))
        assert "Read: 5 cells are not counted, at intake, the end or a follow-up, where only symptoms count" in checked(
            tmp_path
        )
    assert column(clinic, "symptoms_intake") == [20.0, 16.0]
    assert column(clinic, "symptoms_end") == pytest.approx([10.0, np.nan], nan_ok=True)
    assert clinic.seen.sessions["session"].tolist() == [1, 3, 1]
    columns = ["follow_up", "clients", "mean", "clients_with_intake", "change"]
    assert follow_ups(clinic)[columns].values.tolist() == [["8", 2, 8.0, 2, -10.0]]


def test_a_table_of_pre_post_and_follow_up_alone_says_nothing_about_sessions(read: Read) -> None:
    mapping = WIDE + "  session: {intake: pre, end: post, follow_up: fu}\n"
    named = read(mapping, "id,phq_pre,phq_post,phq_fu\na,20,10,7\nb,16,9,8\n")
    columns = WIDE.replace('score: "phq_{session}"', "intake: pre, end: post")
    plain = read(columns, "id,pre,post\na,20,10\nb,16,9\n")
    assert measured(named) == pytest.approx(measured(plain), nan_ok=True)
    assert (named.unseen, plain.unseen) == (4, 4)


def test_names_of_sessions_may_be_stated(read: Read) -> None:
    clinic = read(WIDE + "  session: {named: {start: 1, mid: 3}}\n", "id,phq_start,phq_2,phq_mid\na,20,15,9\n")
    assert clinic.seen.sessions["session"].tolist() == [1, 2, 3]


def test_a_column_that_is_named_as_intake_belongs_to_no_pattern(read: Read, tmp_path: Path) -> None:
    stated = WIDE.replace("instrument", "intake: phq_0, instrument")
    clinic = read(stated, "id,phq_0,phq_1,phq_2\na,20,9,\nb,18,,\n")
    assert column(clinic, "symptoms_end") == pytest.approx([9.0, np.nan], nan_ok=True)
    assert checked(tmp_path)[1:] == [
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
            "1 client has symptom scores, but none in the first 2 sessions: intake is not known, and what became "
            "of symptoms neither."
        )
    ]


# ---- codes for nothing -------------------------------------------------------------------------------------------


def test_a_code_for_nothing_may_hold_for_one_column_alone(read: Read) -> None:
    table = "id,nr,wai,phq\n99,1,9,9\n99,2,3,NA\n5,1,NA,14\n"
    clinic = read(LONG + '  missing: {wai: [9], "*": ["", NA]}\n', table)
    assert clinic.client_ids == ("99", "5")
    assert clinic.seen.sessions["symptoms"].tolist() == pytest.approx([9.0, np.nan, 14.0], nan_ok=True)
    assert clinic.seen.sessions["wai_client"].tolist() == pytest.approx([np.nan, 3.0, np.nan], nan_ok=True)
    assert notes_of(clinic) == []


def test_values_that_a_code_for_nothing_takes_away_are_named(read: Read) -> None:
    clinic = read(LONG + '  missing: ["", 9]\n', TABLE.replace("4.0,10", "9,9"))
    assert (
        '1 cell of phq with "9" is read as empty (data.missing), although "9" is a possible value there. Where '
        "the code holds for another column alone: missing: {COLUMN: [CODE]}."
    ) in notes_of(clinic)
    assert not [note for note in notes_of(clinic) if "of wai" in note]


def test_a_code_of_a_column_is_never_nothing_there(read: Read) -> None:
    mapping = LONG + '  attended: {column: came, yes: 1, no: 9}\n  missing: ["", 9]\n'
    clinic = read(mapping, "id,nr,wai,phq,came\na,1,4,12,1\na,2,,,9\n")
    assert clinic.seen.sessions["attended"].tolist() == [True, False]


def test_without_codes_for_nothing_only_empty_cells_say_nothing(read: Read) -> None:
    assert read(LONG + "  missing: []\n", TABLE.replace("4.0", "")).client_ids == ("a", "b")


@pytest.mark.parametrize(("yes", "no"), [("TRUE", "FALSE"), ("True", "False"), ("true", "false")])
def test_true_and_false_are_read_as_programs_write_them(yes: str, no: str, read: Read) -> None:
    mapping = LONG + "  attended: {column: came, yes: true, no: false}\n"
    clinic = read(mapping, f"id,nr,wai,phq,came\na,1,4,12,{yes}\na,2,,,{no}\nb,1,4,12,{yes}\nb,2,4,9,{yes}\n")
    assert measured(clinic)["attendance_pct"] == 75.0


# ---- labels ------------------------------------------------------------------------------------------------------


def test_accents_in_one_or_in_two_characters_are_the_same(read: Read) -> None:
    mapping = LONG.replace("client: id", "client: id\n  therapist: the\u0301rapeute")
    table = "id,nr,wai,phq,th\u00e9rapeute\nRene\u0301,1,4,12,T\nRen\u00e9,2,4,10,T\n"
    assert read(mapping, table).client_ids == ("Ren\u00e9",)


def test_blanks_and_invisible_characters_around_a_text_mean_nothing(read: Read) -> None:
    table = "\u200bid\u00a0, nr,wai\ufeff,phq\n\u200ba,1,\u00a04.5,12\na\u00a0,2,4,10\n"
    assert read(LONG, table).client_ids == ("a",)


def test_1_and_1_0_are_one_client_where_all_are_whole_numbers(read: Read) -> None:
    numbers = TABLE.replace("a,1", "1,1").replace("a,2", "1.0,2").replace("b,", "2,")
    clinic = read(LONG, numbers)
    assert clinic.client_ids == ("1", "2")
    assert notes_of(clinic) == [
        (
            "1 number of column id is written with and without decimals (1 and 1.0); since the column holds "
            "whole numbers alone, each is one client."
        )
    ]
    mixed = numbers.replace("\n2,1", "\nb,1")
    assert read(LONG, mixed).client_ids == ("1", "1.0", "b", "2")


@pytest.mark.parametrize("other", ["A", "\uff41"])
def test_labels_that_hardly_differ_are_named(other: str, read: Read) -> None:
    clinic = read(LONG, TABLE.replace("b,", f"{other},"))
    labels = "labels of column id that differ only in case, blanks, width, zeros or invisible characters count as"
    assert clinic.seen.people == 2
    assert notes_of(clinic, ids=True) == [f'{labels} different clients: "a" and "{other}".']
    assert notes_of(clinic) == [f"{labels} different clients: in lines 2, 4."]


def test_a_score_of_the_client_may_be_written_with_and_without_decimals(read: Read) -> None:
    mapping = LONG.replace("score: phq", "score: phq, intake: pre")
    lines = TABLE.splitlines()
    table = "\n".join(f"{a},{b}" for a, b in zip(lines, ["pre", "14", "14.0", "15", ""], strict=True))
    assert column(read(mapping, table), "symptoms_intake") == [14.0, 15.0]


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
    assert clinic.therapist_ids == ("T1", "T2")
    assert (column(clinic, "symptoms_intake"), column(clinic, "symptoms_end")) == ([17.0, 19.0], [14.0, 15.0])
    assert measured(clinic)["sessions_attended"] == 1.5


def test_rows_of_other_kinds_are_set_aside_where_the_mapping_says_which_are_sessions(
    read: Read, tmp_path: Path
) -> None:
    export = EXPORT + "1,medication,1,,,\n1,Session_Form,2,,,\n"
    clinic = read(REDCAP + "  rows: {column: repeat_instrument, sessions: session_form}\n", export)
    assert column(clinic, "symptoms_end") == [14.0, 15.0]
    assert "Read: 6 cells are not counted, in rows of another kind (data.rows)" in checked(tmp_path)
    assert notes_of(clinic) == [
        'rows with "Session_Form" in column repeat_instrument are not read; data.rows lists "session_form".'
    ]


PEOPLE = mapping("two tables")


def test_a_table_of_clients_may_stand_beside_that_of_sessions(read: Read) -> None:
    clinic = read(PEOPLE, TABLE, people="code;th;pre;age\na;T1;20;40\nb;T2;18;50\n")
    assert clinic.therapist_ids == ("T1", "T2")
    assert column(clinic, "symptoms_intake") == [20.0, 18.0]
    assert [(own.file.rpartition("/")[2], own.name) for own in account(clinic) if not own.settings] == [
        ("people.csv", "age")
    ]


def test_clients_that_one_of_two_tables_lacks_are_named(read: Read) -> None:
    people = "code,th,pre\na,T1,20\nb,T2,18\nc,T1,16\n"
    clinic = read(PEOPLE, TABLE, people=people)
    where = Path(clinic.table.sheets[1].file).parent
    (told,) = (note.replace(f"{where}/", "") for note in notes_of(clinic, ids=True))
    assert told == '1 client of people.csv is not in clinic.csv ("c"); read as clients without a session.'
    assert "(line 4)" in notes_of(clinic)[0]
    alone = read(PEOPLE.replace("  therapist: th\n", ""), TABLE + "x,1,4,12\n", people=people)
    assert any("clinic.csv is not in" in note and '("x")' in note for note in notes_of(alone, ids=True))


def test_a_wide_table_without_a_column_of_clients_has_a_client_a_row(read: Read) -> None:
    clinic = read(WIDE.replace("  client: id\n", ""), "id,phq_1,phq_2\na,20,9\na,18,8\n")
    assert clinic.client_ids == ("line 2", "line 3")


# ---- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_what_separates_cells_is_found(sign: str, read: Read) -> None:
    assert read(LONG, TABLE.replace(",", sign)).sheet.separator == sign


def test_commas_in_the_name_of_a_column_are_no_separator(read: Read, tmp_path: Path) -> None:
    table = TABLE.replace(",", ";").replace(".", ",").replace("wai", '"How was it, all in all, today, from 1 to 5?"')
    read(LONG.replace("total: wai", 'total: "How was it, all in all, today, from 1 to 5?"'), table)
    assert checked(tmp_path)[0] == (
        "Read: Cells are separated by a semicolon (as found); decimal comma (as found); text in UTF-8"
    )


def test_a_stated_separator_is_taken_and_named_when_it_does_not_fit(read: Read) -> None:
    bars = TABLE.replace(",", "|")
    assert read(LONG + '  separator: "|"\n', bars).sheet.how == "as data.separator states"


def test_text_in_utf_32_is_read_and_other_files_are_refused_in_words(read: Read) -> None:
    assert read(LONG, TABLE.encode("utf-32")).sheet.encoding == "UTF-32"


def test_empty_cells_behind_the_last_column_and_empty_rows_are_nothing(read: Read) -> None:
    clinic = read(LONG, TABLE.replace("\n", ",,\n").replace("phq,,", "phq") + ",,,,,\n")
    assert (len(clinic.sheet.lines), clinic.sheet.names) == (4, ("id", "nr", "wai", "phq"))


def test_a_column_without_a_name_that_holds_something_is_named(read: Read, tmp_path: Path) -> None:
    read(LONG, TABLE.replace("\n", ",\n").replace("10,\n", "10,see note\n"))
    assert "Read: 4 of 5 columns are read. Not read: column 5 (without a name)" in checked(tmp_path)


# ---- settings without effect -------------------------------------------------------------------------------------


def test_a_column_that_several_settings_read_is_a_note(read: Read) -> None:
    copied = read(LONG.replace("{total: wai}", "{goal: wai, task: wai, bond: wai}"), TABLE)
    assert "3 settings read column wai. Is each of them meant?" in notes_of(copied)
    assert notes_of(read(LONG, TABLE)) == []


# ---- further files -------------------------------------------------------------------------------------------------

PEOPLED = LONG.replace("client: id", "client: id\n  therapist: who") + '  left: {column: end, dropout: D, no: ""}\n'
WITH_THERAPISTS = "id,who,nr,wai,phq,end\na,T,1,4.5,12,\na,T,2,4.0,10,\nb,U,1,3.5,15,D\n"


def test_clinics_have_the_size_of_the_data(asked: Ask) -> None:
    assert asked(PEOPLED, WITH_THERAPISTS).experiment.points[0].scenario.clinic == (2, 1, 4)


def test_a_table_in_another_encoding_and_with_a_line_for_spreadsheets_is_read(asked: Ask, tmp_path: Path) -> None:
    (tmp_path / "clinic.csv").write_bytes(
        b"sep=;\n" + WITH_THERAPISTS.replace("who", "für").replace(",", ";").encode("cp1252")
    )
    (tmp_path / "own.yaml").write_text(PEOPLED.replace("who", "für"), encoding="utf-8")
    sheet = clinic_of(load_question(tmp_path / "own.yaml")).sheet
    assert (sheet.separator, sheet.encoding, sheet.lines) == (";", "Windows-1252", (3, 4, 5))


def test_numbers_in_missed_sessions_are_left_out_and_counted(clinic: Any) -> None:
    mapping = PEOPLED.replace("  alliance", "  attended: {column: came}\n  alliance")
    table = pd.read_csv(StringIO(WITH_THERAPISTS), keep_default_na=False).assign(came=[1, 0, 1])
    own = clinic(mapping, table)
    assert own.left_out == 2
    assert own.seen.clients["sessions_attended"].tolist() == [1, 1]


def test_a_cell_of_several_lines_is_read(asked: Ask) -> None:
    table = 'note,id,who,nr,wai,phq,end\n"two\nlines",a,T,1,4.5,12,\nx,a,T,2,4.0,10,\n'
    assert clinic_of(asked(PEOPLED, table)).sheet.lines == (2, 4)


def test_columns_without_a_name_may_be_several(asked: Ask) -> None:
    rows = WITH_THERAPISTS.splitlines()
    assert asked(PEOPLED, "\n".join(f"{row},," for row in rows)).experiment.points


def test_unicode_text_of_spreadsheets_is_read(asked: Ask, tmp_path: Path) -> None:
    asked(PEOPLED, WITH_THERAPISTS)
    (tmp_path / "clinic.csv").write_bytes(WITH_THERAPISTS.replace(",", "\t").encode("utf-16"))
    assert clinic_of(load_question(tmp_path / "own.yaml")).sheet.encoding == "UTF-16"
