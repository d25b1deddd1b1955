"""Every mistake in a mapping or in its table gets one message, with its line, what was found and what is allowed."""

import re
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from alliance_sim.questions.data.conducting import clinic_of
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import ConfigError

Ask = Callable[..., Question]

SMALL = """\
data:
  file: clinic.csv
  layout: long
  planned: 4
  client: id
  therapist: who
  session: {number: nr}
  alliance: {total: wai}
  symptoms: {instrument: phq9, score: phq}
  left: {column: end, dropout: D, no: ""}
"""
TABLE = """\
id,who,nr,wai,phq,end
a,T,1,4.5,12,
a,T,2,4.0,10,
b,U,1,3.5,15,D
"""


@pytest.fixture
def mistakes(asked: Ask, tmp_path: Path) -> Callable[..., list[str]]:
    """The messages about a mapping and a table, without their folder."""

    def mistakes(mapping: str = SMALL, table: str = TABLE, *overrides: str) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            asked(mapping, table, *overrides)
        return str(caught.value).replace(f"{tmp_path}/", "").splitlines()

    return mistakes


def test_a_small_table_is_read(asked: Ask) -> None:
    assert asked(SMALL, TABLE).experiment.points[0].scenario.clinic == (2, 1, 4)


def test_a_value_out_of_its_scale_is_told_once_with_its_lines(mistakes: Any) -> None:
    rows = "".join(f"c{k},U,1,{9 if k > 1 else 7},99,\n" for k in range(9))
    assert mistakes(SMALL, TABLE + rows) == [
        (
            "clinic.csv, line 5: wai: found the number 7 (also in lines 6, 7, 8, 9, 10 and 3 more); "
            "allowed: a number from 1 to 5"
        ),
        (
            "clinic.csv, line 5: phq: found the number 99 (also in lines 6, 7, 8, 9, 10 and 3 more); "
            "allowed: a number from 0 to 27; if such a cell is empty, the mapping says so, "
            'beside what it lists: missing: ["", NA, NaN, nan, ".", 99]'
        ),
    ]


def test_text_where_a_number_must_be_is_told_with_the_decimal_sign(mistakes: Any) -> None:
    told = mistakes(SMALL, TABLE.replace("4.5", "good").replace("4.0", '"4,0"'))
    assert told == [
        (
            'clinic.csv, line 2: wai: found the text "good" (also in line 3); allowed: a number written'
            ' with "." before its decimals'
        )
    ]


def test_a_session_that_is_there_twice_is_told(mistakes: Any) -> None:
    assert mistakes(SMALL, TABLE + "a,T,2,4.0,9,\n") == [
        (
            'clinic.csv, line 5: nr: found session 2 of client "a" a second time (first in line 3); '
            "allowed: one row a session: delete one of the two, or correct its number"
        )
    ]


def test_a_client_with_two_rows_in_a_wide_table_is_told(mistakes: Any) -> None:
    wide = """\
data:
  file: clinic.csv
  layout: wide
  planned: 2
  client: id
  alliance: {total: "wai_{session}"}
"""
    assert mistakes(wide, "id,wai_1,wai_2\na,3,4\nb,3,4\na,2,9\n") == [
        (
            'clinic.csv, line 4: id: found client "a" a second time (first in line 2); allowed: one row a client: '
            "delete one of the two, or correct its number"
        ),
        "clinic.csv, line 4: wai_2: found the number 9; allowed: a number from 1 to 5",
    ]


def test_a_client_with_two_therapists_is_told(mistakes: Any) -> None:
    assert mistakes(SMALL, TABLE.replace("a,T,2", "a,U,2")) == [
        (
            'clinic.csv, line 3: who: found the text "U" for client "a", who had the text "T"; allowed:'
            " one therapist a client"
        )
    ]


def test_a_session_beyond_the_plan_and_one_that_is_no_whole_number_are_told(mistakes: Any) -> None:
    told = mistakes(SMALL, TABLE.replace("a,T,2", "a,T,7").replace("b,U,1", "b,U,1.5"))
    assert told == [
        (
            "clinic.csv, line 3: nr: found the number 7; allowed: sessions 1 to 4; more are stated as data.planned, "
            "another first number as data.session.first (0 or 1), what is no session of the treatment as "
            "data.session.intake, end or follow_up"
        ),
        "clinic.csv, line 4: nr: found the number 1.5; allowed: a whole number",
    ]


def test_an_unknown_code_is_told_with_those_there_are(mistakes: Any) -> None:
    assert mistakes(SMALL, TABLE.replace("15,D", "15,X")) == [
        'clinic.csv, line 4: end: found the text "X"; allowed: one of the codes "D", ""'
    ]


def test_a_client_without_a_code_is_told_where_an_empty_cell_means_nothing(mistakes: Any) -> None:
    told = mistakes(SMALL.replace('no: ""', "no: N"), TABLE)
    assert told == [
        (
            'clinic.csv, line 2: end: found nothing for client "a"; allowed: a code of data.left; add '
            '"" to one of its lists if an empty cell has a meaning'
        )
    ]


def test_missing_ids_therapists_and_sessions_are_told(mistakes: Any) -> None:
    told = mistakes(SMALL, TABLE + ",U,2,3,3,\nc,,1,3,3,\nd,U,,3,3,\n")
    assert told == [
        "clinic.csv, line 5: id: found nothing; allowed: the client whose row it is",
        (
            'clinic.csv, line 6: who: found nothing for client "c"; allowed: the therapist of every client; where it '
            "is not known, leave data.therapist out"
        ),
        "clinic.csv, line 7: nr: found nothing; allowed: the number of every session",
    ]


def test_dates_that_are_none_or_come_twice_a_week_are_told(mistakes: Any) -> None:
    mapping = SMALL.replace("{number: nr}", "{date: nr}")
    table = TABLE.replace("T,2,", "T,2024-03-06,").replace("T,1,", "T,2024-03-04,").replace("U,1", "U,4.3.24")
    assert mistakes(mapping, table) == [
        (
            'clinic.csv, line 3: nr: found week 1 of client "a" a second time (first in line 2); '
            "allowed: one row a client and week; for several sessions a week: counted: order"
        ),
        (
            'clinic.csv, line 4: nr: found the text "4.3.24"; allowed: a date such as 2024-01-31; '
            "another form is stated as data.session.form, such as %d.%m.%Y"
        ),
    ]


def test_columns_that_there_are_not_are_told_with_the_nearest(mistakes: Any) -> None:
    told = mistakes(SMALL.replace("who", "whom").replace("total: wai", "total: way"))
    assert told == [
        (
            'own.yaml, line 6: data.therapist: found the column "whom", which clinic.csv does not have;'
            " allowed: id, who, nr, wai, phq, end; did you mean who?"
        ),
        (
            'own.yaml, line 8: data.alliance.total: found the column "way", which clinic.csv does not '
            "have; allowed: id, who, nr, wai, phq, end; did you mean wai?"
        ),
    ]


def test_rows_of_another_width_columns_twice_and_no_rows_are_told(mistakes: Any) -> None:
    assert mistakes(SMALL, TABLE + "x,y\nz,y\n") == [
        (
            "clinic.csv, line 5: found 2 cells (also in line 6); allowed: 6, one for each column (separator: comma, "
            "as found)"
        )
    ]
    assert mistakes(SMALL, TABLE.replace("phq", "wai")) == [
        'clinic.csv, line 1: found the column "wai" a second time; allowed: each name once'
    ]
    assert mistakes(SMALL, "id,who\n") == [
        "clinic.csv: found no rows; allowed: a line of column names, and below it a row a line"
    ]


def test_a_table_that_cannot_be_had_is_told(mistakes: Any) -> None:
    told = mistakes(SMALL.replace("clinic.csv", "clinics.csv"))
    assert told == [
        (
            'own.yaml, line 2: data.file: found no file "clinics.csv"; allowed: the path of a CSV file:'
            " a line of column names, and below it a row a line; did you mean clinic.csv?"
        )
    ]
    assert mistakes(SMALL, "id/who\n1/2\n") == [
        (
            'clinic.csv, line 1: found one column only (the text "id/who"); allowed: columns separated by a comma, a '
            "semicolon, a tab or a vertical bar"
        )
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("layout: long", "layout: lng", 'layout: found the text "lng"; allowed: long (every row is a session) or wide'),
        ("planned: 4", "planed: 4", "resamples, dependability; did you mean planned?"),
        ("  planned: 4\n", "", "data.planned: found nothing; allowed: a whole number from 1 to 520"),
        (
            "{number: nr}",
            "{}",
            "session: found nothing; allowed: a mapping with number: COLUMN, date: COLUMN or days: COLUMN",
        ),
        (
            "{total: wai}",
            "{total: wai, goal: wai}",
            "found goal alone; allowed: one of total, items, goal, task and bond",
        ),
        ("{total: wai}", "{}", "found no rating; allowed: one of total, items, goal, task and bond"),
        ("{total: wai}", "{total: wai, items: wai}", "found items and another form of the rating"),
        ("{total: wai}", "{items: wai}", 'items: found the name "wai"; allowed: a pattern such as wai_{item}'),
        ("{total: wai}", "{total: wai, scale: [1, 7]}", "found a scale from 1 to 7; allowed: 1 to 5; or rescale: true"),
        ("{total: wai}", "{total: wai, scale: [5, 1]}", "found a list; allowed: the lowest and the highest answer"),
        ("{total: wai}", "{total: wai, scale: [a, 1]}", 'scale[1]: found the text "a"; allowed: a number'),
        ("{total: wai}", "{total: wai, reversed: [4]}", "found reversed items without items"),
        ("{total: wai}", '{total: "wai_{session}"}', "since every row is a session (layout: long)"),
        (
            "layout: long",
            "layout: wide",
            "found session.number in this layout; allowed: session.number only with layout: long",
        ),
        ("layout: long", "layout: wide", "a pattern such as wai_{session}, since every row is a client"),
        ("instrument: phq9", "instrument: phq", 'the unknown symptom scale "phq"'),
        ("instrument: phq9", "instrument: wai_sr", "which does not measure symptoms"),
        (", score: phq", "", "found no score; allowed: one of score, items, intake, end"),
        ('no: ""', "no: D", 'found the code the text "D", which also stands under dropout; allowed: each code once'),
    ],
)
def test_a_mistake_in_the_mapping_is_told(old: str, new: str, told: str, mistakes: Any) -> None:
    assert any(told in message for message in mistakes(SMALL.replace(old, new)))


def test_several_mistakes_in_a_mapping_are_told_at_once(mistakes: Any) -> None:
    text = SMALL.replace("{total: wai}", "{}").replace("client: id", "client: ident").replace("phq9", "phq")
    assert len(mistakes(text)) == 3


def test_what_the_data_decide_cannot_be_stated_otherwise(mistakes: Any, asked: Ask) -> None:
    told = mistakes(SMALL + "clinic: {therapists: 9, weeks: 4}\nsymptoms: oq45\narms: {a: {symptoms: oq45}}\n")
    assert told == [
        "own.yaml, line 11: clinic.therapists: found the number 9; allowed: 2, which the table decides; leave it out",
        (
            "own.yaml, line 12: symptoms: found another symptom scale; allowed: phq9, which "
            "data.symptoms.instrument decides; leave it out"
        ),
        (
            "own.yaml, line 13: arms.a.symptoms: found another symptom scale; allowed: phq9, which "
            "data.symptoms.instrument decides; leave it out"
        ),
    ]
    assert asked(SMALL + "clinic: {weeks: 4}\nsymptoms: phq9\n", TABLE).experiment.points


def test_more_worlds_than_can_be_shown_are_told(mistakes: Any) -> None:
    told = mistakes(SMALL + "factors: {parameters.rupture.base: [-5, -4, -3, -2, -1]}\n")
    assert told == ["own.yaml: found 5 worlds (arms at settings of factors); allowed: at most 4"]


def test_mistakes_beside_the_section_are_told_too(mistakes: Any) -> None:
    told = mistakes(SMALL.replace("planned: 4", "planned: many") + "replicates: many\n")
    assert [re.sub(r".*?: ", "", message, count=1).partition(":")[0] for message in told] == [
        "data.planned",
        "replicates",
    ]


def test_a_table_in_another_encoding_and_with_a_line_for_spreadsheets_is_read(asked: Ask, tmp_path: Path) -> None:
    (tmp_path / "clinic.csv").write_bytes(b"sep=;\n" + TABLE.replace("who", "für").replace(",", ";").encode("cp1252"))
    (tmp_path / "own.yaml").write_text(SMALL.replace("who", "für"), encoding="utf-8")
    sheet = clinic_of(load_question(tmp_path / "own.yaml")).sheet
    assert (sheet.separator, sheet.encoding, sheet.lines) == (";", "Windows-1252", (3, 4, 5))


def test_numbers_in_missed_sessions_are_left_out_and_counted(clinic: Any) -> None:
    mapping = SMALL.replace("  alliance", "  attended: {column: came}\n  alliance")
    table = pd.read_csv(StringIO(TABLE), keep_default_na=False).assign(came=[1, 0, 1])
    own = clinic(mapping, table)
    assert own.loaded.left_out == 2
    assert own.loaded.seen.clients["sessions_attended"].tolist() == [1, 1]


def test_the_decimal_sign_of_most_numbers_counts_and_the_odd_cell_is_named(mistakes: Any) -> None:
    rows = "".join(f"a;T;{k};3,{k};1{k}\n" for k in range(1, 5))
    table = f"id;who;nr;wai;phq;end\n{rows.replace('3,3', '3.512')}".replace("\n", ";\n").replace("end;", "end")
    assert mistakes(SMALL, table) == [
        'clinic.csv, line 4: wai: found the text "3.512"; allowed: a number written with "," before its decimals'
    ]


def test_a_cell_that_looks_empty_is_told_with_the_setting_that_says_so(mistakes: Any) -> None:
    assert mistakes(SMALL, TABLE.replace("4.5", "-").replace("15,D", "15,?")) == [
        (
            'clinic.csv, line 2: wai: found the text "-"; allowed: a number written with "." before its decimals; if '
            'such a cell is empty, the mapping says so, beside what it lists: missing: ["", NA, NaN, nan, ".", "-"]'
        ),
        (
            'clinic.csv, line 4: end: found the text "?"; allowed: one of the codes "D", ""; if such a cell is empty, '
            'the mapping says so, beside what it lists: missing: ["", NA, NaN, nan, ".", "?"]'
        ),
    ]


@pytest.mark.parametrize("place", ['a,T,2,4.0,10,"x', 'a,T,2,"4.0,10,', 'a,T,2,4.0,"10,'])
def test_an_open_quotation_mark_is_told_where_it_begins(place: str, mistakes: Any) -> None:
    table = TABLE.replace("a,T,2,4.0,10,", place)
    assert mistakes(SMALL, table) == [
        (
            "clinic.csv, line 3: found a quotation mark that begins a cell here and is not closed in this line; "
            "allowed: quotation marks in pairs; delete this one, or close it where the cell ends"
        )
    ]


def test_a_quotation_mark_that_is_closed_in_another_row_is_told_where_it_begins(mistakes: Any) -> None:
    table = TABLE.replace("a,T,2", 'a,"T,2') + 'b,U,2,"3.0",9,\n'
    assert [message.partition(";")[0] for message in mistakes(SMALL, table)] == [
        "clinic.csv, line 3: found a quotation mark that begins a cell here and is not closed in this line"
    ]


def test_a_cell_of_several_lines_is_read(asked: Ask) -> None:
    table = 'note,id,who,nr,wai,phq,end\n"two\nlines",a,T,1,4.5,12,\nx,a,T,2,4.0,10,\n'
    assert clinic_of(asked(SMALL, table)).sheet.lines == (2, 4)


@pytest.mark.parametrize("above", ["Our clinic\n", "Our clinic,,,,,\n", "Our clinic\n\n"])
def test_a_title_above_the_names_of_the_columns_is_told(above: str, mistakes: Any) -> None:
    header = 1 + above.count("\n")
    assert mistakes(SMALL, above + TABLE) == [
        (
            f'clinic.csv, line 1: found the text "{above.strip()}" above the names of the columns; allowed: the names '
            f"of the columns first; they seem to stand in line {header}: delete what is above it"
        )
    ]


def test_columns_without_a_name_may_be_several(asked: Ask) -> None:
    rows = TABLE.splitlines()
    assert asked(SMALL, "\n".join(f"{row},," for row in rows)).experiment.points


def test_a_column_that_goes_on_after_the_name_is_offered(mistakes: Any) -> None:
    assert mistakes(SMALL, TABLE.replace("wai,", '"WAI;total",'))[0].endswith("; did you mean WAI;total?")


def test_unicode_text_of_spreadsheets_is_read_and_a_spreadsheet_is_told(asked: Ask, tmp_path: Path) -> None:
    asked(SMALL, TABLE)
    (tmp_path / "clinic.csv").write_bytes(TABLE.replace(",", "\t").encode("utf-16"))
    assert clinic_of(load_question(tmp_path / "own.yaml")).sheet.encoding == "UTF-16"
    (tmp_path / "clinic.csv").write_bytes(b"PK\x03\x04" + bytes(9))
    with pytest.raises(ConfigError, match="it is a spreadsheet, no text; save it as CSV in UTF-8"):
        load_question(tmp_path / "own.yaml")
