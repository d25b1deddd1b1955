"""How a table is read: patterns, occasions, codes for nothing, labels, files, rows of clients, two tables, items.

The table is read.yaml: a mapping and a table that are right, and what is found in them.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from alliance_sim.estimands.seen import values
from alliance_sim.questions.data import ClinicData
from alliance_sim.questions.data.estimates import follow_ups
from alliance_sim.questions.data.reading.accounting import account, account_table
from alliance_sim.questions.data.reading.items import against_the_rest
from alliance_sim.questions.data.view import table_facts
from alliance_sim.questions.frame.question import Question
from tests.questions.data.shown import BASES, BDI, changed, checked, column, mapping, measured, notes_of, session_column

CASES: dict[str, Any] = YAML(typ="safe", pure=True).load(Path(__file__).with_name("read.yaml"))
LONG = mapping("long")
TABLE = BASES["long"]["table"]
Read = Callable[..., ClinicData]
Ask = Callable[..., Question]


def expanded(table: str) -> str:
    """A table in which q_1..9 stands for columns, and 2x9 for cells with the same text."""

    def cell(text: str) -> str:
        if found := re.fullmatch(r"(.*?)(\d+)\.\.(\d+)(.*)", text):
            start, first, last, end = found.groups()
            return ",".join(f"{start}{k:0{len(first)}d}{end}" for k in range(int(first), int(last) + 1))
        same = re.fullmatch(r"(\d*)x(\d+)", text)
        return ",".join([same[1]] * int(same[2])) if same else text

    return "\n".join(",".join(map(cell, line.split(","))) for line in table.split("\n"))


FACTS: dict[str, Callable[[ClinicData], Any]] = {
    "sessions": lambda clinic: values(clinic.seen.sessions, "session").tolist(),
    "clients": lambda clinic: list(clinic.client_ids),
    "therapists": lambda clinic: list(clinic.therapist_ids),
    "groups": lambda clinic: list(clinic.groups),
    "follow_ups": lambda clinic: follow_ups(clinic).drop(columns=["group", "sd"]).values.tolist(),
    "unread": lambda clinic: [own.name for own in account(clinic) if not own.settings],
    "account": lambda clinic: account_table(clinic)[["column", "setting", "counted"]].values.tolist(),
    "lines": lambda clinic: list(clinic.sheet.lines),
    "separator": lambda clinic: clinic.sheet.separator,
    "unseen": lambda clinic: clinic.unseen,
    "intake": lambda clinic: column(clinic, "symptoms_intake"),
    "end": lambda clinic: column(clinic, "symptoms_end"),
}
"""What may be found in a clinic; any other name is one of a number of sessions."""


def of_case(read: Read, case: dict[str, Any]) -> ClinicData:
    """The clinic of a case."""
    base = BASES[case["base"]]
    others = {file: BDI if text is True else expanded(text) for file, text in case.items() if "." in file}
    return read(changed(base["mapping"], case.get("change", {})), expanded(case.get("table", base["table"])), **others)


@pytest.mark.parametrize("name", CASES)
def test_what_a_table_says_is_read(name: str, read: Read, tmp_path: Path) -> None:
    case = CASES[name]
    clinic = of_case(read, case)
    notes = [note.replace(f"{tmp_path}/", "") for note in notes_of(clinic)]
    facts = table_facts(clinic)
    for fact, wanted in case["found"].items():
        if fact == "without":
            assert wanted not in measured(clinic)
        elif fact == "has":
            assert any(wanted in note for note in notes)
        elif fact == "shows":
            assert wanted in checked(tmp_path)
        elif fact in ("facts", "key", "rating"):
            own = {"facts": facts, "key": facts["key"], "rating": [*facts["ratings"], None][0]}[fact]
            assert {key: own[key] for key in wanted} == wanted
        elif fact in ("notes", "first", "check"):
            lines = checked(tmp_path)
            assert {"notes": notes, "first": lines[0], "check": lines[1:]}[fact] == wanted
        elif fact in FACTS and fact not in ("intake", "end"):
            assert FACTS[fact](clinic) == wanted
        else:
            own = FACTS.get(fact, lambda clinic, name=fact: session_column(clinic, name))(clinic)
            assert own == pytest.approx([np.nan if each is None else each for each in wanted], nan_ok=True)
    if "same" in case:
        assert measured(clinic) == pytest.approx(measured(of_case(read, case["same"])), nan_ok=True)


def test_labels_of_clients_are_named_for_their_owner_alone(read: Read, tmp_path: Path) -> None:
    same = read(LONG, TABLE.replace("b,", "A,"))
    assert 'different clients: "a" and "A".' in notes_of(same, ids=True)[0]
    people = read(mapping("two tables"), TABLE, **{"people.csv": "code,th,pre\na,T1,20\nb,T2,18\nc,T1,16\n"})
    assert "people.csv is not in" in notes_of(people, ids=True)[0]
    assert '("c")' in notes_of(people, ids=True)[0]


@pytest.mark.parametrize(
    ("content", "encoding", "lines"),
    [
        (TABLE.encode("utf-32"), "UTF-32", (2, 3, 4, 5)),
        (TABLE.replace(",", "\t").encode("utf-16"), "UTF-16", (2, 3, 4, 5)),
        (b"sep=;\n" + TABLE.replace("id", "für").replace(",", ";").encode("cp1252"), "Windows-1252", (3, 4, 5, 6)),
    ],
)
def test_text_is_read_in_its_encoding(content: bytes, encoding: str, lines: tuple[int, ...], read: Read) -> None:
    column = "für" if content.startswith(b"sep") else "id"
    sheet = read(LONG.replace("client: id", f"client: {column}"), content).sheet
    assert (sheet.encoding, sheet.lines) == (encoding, lines)


def test_clinics_have_the_size_of_the_data(asked: Ask) -> None:
    table = "id,who,nr,wai,phq\na,T,1,4.5,12\na,T,2,4.0,10\nb,U,1,3.5,15\n"
    question = asked(LONG.replace("client: id", "client: id\n  therapist: who"), table)
    assert question.experiment.points[0].scenario.clinic == (2, 1, 4)


def test_items_that_run_against_the_others_are_named(read: Read) -> None:
    """Sixty answers that follow one latent score, one item of twelve the other way."""
    score = np.tile(np.arange(1, 6), 12)
    frame = pd.DataFrame({f"wai_{item}": 6 - score if item == 4 else score for item in range(1, 13)})
    frame.insert(0, "nr", [1, 2, 3] * 20)
    frame.insert(0, "id", np.repeat(np.arange(20), 3))
    items = changed(mapping("items"), {"symptoms": None, "alliance": '{items: "wai_{item}"}'})
    (note,) = notes_of(read(items, frame.to_csv(index=False)))
    assert note == (
        "item 4 of data.alliance.items runs against the others: answers fall where those to the others rise. Do they "
        "have to be turned round, or are they turned round already (data.alliance.reversed)?"
    )


def test_few_or_random_answers_are_not_said_to_run_against_the_others() -> None:
    random = np.random.default_rng(1).integers(1, 6, (12, 400)).astype(float)
    assert against_the_rest(random) == ()
    assert against_the_rest(np.array([[1.0, 5.0], [1.0, 5.0], [5.0, 1.0]])) == ()
