"""Whatever is in a table and its mapping: every cell is read by a setting, named as not read, or refused in words."""

import csv
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from alliance_sim.questions.data import ClinicData
from alliance_sim.questions.data.check import clinic_of, seen
from alliance_sim.questions.data.names import form_of
from alliance_sim.questions.data.reading.accounting import account, account_table
from alliance_sim.questions.data.reading.table import READ
from alliance_sim.questions.frame.config import load_question
from alliance_sim.scenario import ConfigError

SCRAPS = (
    "", "NA", "9", "99", "0", "1", "1.0", "01", "2,5", "1,234", "1e999", "inf", "-3", "x", "pre", "fu", "T1", "t1",
    "\u200b", "\u00a0", "e\u0301", "٣", "a\nb", '"', "=1+1", "|", "{session}", "12 %", "9" * 401, "nan", "\ufeff",
)  # fmt: skip
NAMES = (
    "id", "nr", "phq", "wai", "th", "pre", "note", "", "phq_0", "phq_1", "phq_01", "phq_2", "phq_3", "phq_8", "PHQ_2",
    "phq_pre", "phq_fu", "phq-3", "wai_1", "wai_2", "came_1", "phq {item}", "ors_1_4", "ors_2_04", "ors_pre_2", "ors_5",
    "ors_4", "ors_pre_5", "srs_1", "srs_04",
)  # fmt: skip
USUAL = ("th", "pre", "phq_1", "phq_02", "phq_3", "note", "")
ORS = ("ors_1", "ors_02", "ors_3", "ors_4")
ORS_WIDE = tuple(f"ors_{session}_{item}" for session in ("pre", "1", "02") for item in range(1, 5))
SRS = ("srs_1", "srs_2", "srs_3", "srs_4")

SESSION = {"number": "nr"}
SETTINGS: dict[str, list[Any]] = {
    "session": [{"first": 0}, {"intake": "pre"}, {"follow_up": ["fu", 8]}, {"named": {"pre": 1}}, {"end": "x"}, {}],
    "missing": [
        [],
        ["", 9],
        {"phq": [9]},
        {"ors_{item}": [1]},
        {"ors_{session}_{item}": [2], "*": [""]},
        {"*": [""], "wai_{session}": [9]},
        {"way": [1]},
        99,
    ],
    "therapist": ["th", "nr", "th_{session}"],
    "group": ["note", "th", {"column": "th", "reference": "T1"}, {"column": "th", "reference": 3}],
    "client": ["id", "th", "", "{item}"],
    "separator": ["auto", ";", "|", "tab", ","],
    "decimal": [",", "."],
    "rows": [{"column": "note", "sessions": ["", "1"]}, {"column": "note", "sessions": "x", "client": "y"}],
    "attended": [{"column": "note"}, {"column": "came_{session}", "no": ["", 0]}],
    "left": [{"column": "note", "dropout": "x", "no": ["", "1"]}],
    "symptoms": [
        {"instrument": "phq9", "score": "phq", "intake": "pre"},
        {"instrument": "oq45", "score": "phq_{session}"},
        {"instrument": "phq9", "intake": "phq_1", "end": "phq_2"},
        {"instrument": "phq9", "score": "phq_{item}"},
        {"instrument": "ors", "items": "ors_{item}"},
        {"instrument": "ors", "items": "ors_{session}_{item}", "intake": "pre"},
        {"instrument": "ors", "items": "ors_{session}_{item}", "intake_items": "ors_pre_{item}"},
        {"instrument": "who5_raw", "items": "ors_{item}", "key": {"missing": 2}},
    ],
    "alliance": [
        {"form": "srs", "items": "srs_{item}", "rescale": True},
        {"items": "srs_{item}", "reversed": [4]},
        {"form": "srs", "items": "srs_{session}_{item}", "rescale": True},
    ],
    "clients": [{"file": "clients.csv", "client": "id"}],
    "planned": [1, 2, 9],
}


@st.composite
def tables(draw: st.DrawFn, wide: bool, more: tuple[str, ...]) -> list[list[str]]:
    """A table that is right in most places; `more` are its columns of items."""
    people = draw(st.integers(1, 4))
    if wide:
        names = ["id", *more, *(name for name in USUAL if draw(st.integers(0, 3)))]
        names += draw(st.lists(st.sampled_from(NAMES), max_size=1))
        rows = [[f"c{k}" if name == "id" else _likely(name, k, draw) for name in names] for k in range(people)]
    else:
        names = ["id", "nr", "phq", "wai", *more, *(name for name in ("th", "pre", "note") if draw(st.booleans()))]
        rows = [
            [f"c{k}", str(s), *(_likely(name, k, draw) for name in names[2:])]
            for k in range(people)
            for s in range(1, draw(st.integers(1, 3)) + 1)
        ]
    for _ in range(draw(st.sampled_from([0, 0, 1, 2]))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(names) - 1))] = draw(st.sampled_from(SCRAPS))
    if draw(st.integers(0, 4)) == 0:
        names[draw(st.integers(0, len(names) - 1))] = draw(st.sampled_from(NAMES))
    return [names, *rows]


def _likely(name: str, client: int, draw: st.DrawFn) -> str:
    """A cell that a column may hold."""
    if name == "th":
        return f"T{client % 2}"
    if name == "pre":
        return str(10 + client)
    if name in ("note", ""):
        return draw(st.sampled_from(["", "x", "1"]))
    return draw(st.sampled_from(["", "1", "2", "3", "4"]))


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], list[list[str]], str, list[str]]:
    """A mapping, a table, its separator, and settings of the command line."""
    wide = draw(st.booleans())
    data: dict[str, Any] = {
        "file": "clinic.csv",
        "layout": "wide" if wide else "long",
        "planned": 3,
        "client": "id",
        "symptoms": {"instrument": "phq9", "score": "phq_{session}" if wide else "phq"},
    }
    if not wide:
        data |= {"session": dict(SESSION), "alliance": {"total": "wai"}}
    columns: tuple[str, ...] = ()
    if draw(st.booleans()):
        own = {"instrument": "ors", "items": "ors_{session}_{item}" if wide else "ors_{item}"}
        data["symptoms"], columns = own, ORS_WIDE if wide else ORS
        if wide:
            data["session"] = {"intake": "pre"}
        else:
            data["alliance"], columns = {"form": "srs", "items": "srs_{item}", "rescale": True}, ORS + SRS
            if draw(st.booleans()):
                data["session"] = {"days": "nr", **draw(st.sampled_from([{}, {"intake": 1}, {"counted": "order"}]))}
    for key in draw(st.lists(st.sampled_from(sorted(SETTINGS)), max_size=2, unique=True)):
        value = draw(st.sampled_from(SETTINGS[key]))
        data[key] = {**data.get("session", {}), **value} if key == "session" else value
    more = draw(
        st.lists(st.sampled_from(["data.planned=2", "data.missing=[]", "data.decimal=,", "data.client=th"]), max_size=1)
    )
    return data, draw(tables(wide, columns)), draw(st.sampled_from([",", ",", ";", "|", "\t"])), more


def is_read_named_or_refused(case: tuple[dict[str, Any], list[list[str]], str, list[str]]) -> bool:
    """Check one case; gives whether the table was read."""
    data, table, separator, overrides = case
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "clinic.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=separator).writerows(table)
        (folder / "clients.csv").write_text("id;th;pre\nc0;T0;10\nc7;T1;12\n", encoding="utf-8")
        YAML(typ="safe", pure=True).dump({"replicates": 2, "data": data}, folder / "own.yaml")
        try:
            asked = load_question(folder / "own.yaml", overrides)
        except ConfigError as error:
            are_words(error)
            return False
        clinic = clinic_of(asked)
        shown = "\n".join(words for _, words in seen(asked))
    nothing_is_lost(clinic, shown)
    return True


def are_words(error: ConfigError) -> None:
    """Every mistake says what was found and what is allowed."""
    assert error.problems
    assert all(" found " in str(problem) and "; allowed: " in str(problem) for problem in error.problems)


def nothing_is_lost(clinic: ClinicData, shown: str) -> None:
    """Every cell is in one count, what is not read is named, and what is read is in the clinic."""
    table = clinic.table
    entries = account(clinic)
    for sheet in table.sheets:
        own = [entry for entry in entries if entry.file == sheet.file]
        assert [entry.filled for entry in own] == [
            filled for k, name in enumerate(sheet.names) if (filled := int((sheet.cells[:, k] != "").sum())) or name
        ]
    for entry in entries:
        assert entry.settings or entry.name in shown or not entry.filled
        assert not (entry.settings and entry.unread)
    assert account_table(clinic)["cells"].sum() == sum(entry.filled for entry in entries)
    score = clinic.section.symptoms and clinic.section.symptoms.score
    items_are_read(clinic)
    if not score:
        return
    patterned = clinic.section.free(clinic.sheet.names)
    read = [
        float(row[k].replace(",", "."))
        for k, name in enumerate(clinic.sheet.names)
        for r, row in enumerate(clinic.sheet.cells)
        if name in patterned and re.fullmatch(form_of(score), name) and table.fates[0, name][r] == READ
    ]
    held = [np.asarray(clinic.seen.sessions.get("symptoms", np.empty(0))), *clinic.follow_ups.values()]
    stated = {key for key, _, at in clinic.section.occasions.stated() if at < 0}
    held += [np.asarray(clinic.seen.clients[f"symptoms_{key}"]) for key in ("intake", "end") if key in stated]
    found = np.concatenate(held)
    assert sorted(found[np.isfinite(found)]) == sorted(read)


def items_are_read(clinic: ClinicData) -> None:
    """The columns of items that a questionnaire has are read, all others of the form of their pattern are not."""
    for items in clinic.plan.items.values():
        inside, beyond = clinic.table.of_items(items)
        read = {name for _, name in clinic.table.read}
        assert {match.name for match in inside} <= read
        assert not {match.name for match in beyond} & read
    names = [name for name in clinic.sheet.names if name.startswith("ors_")]
    ors = [fate for name in names for fate in clinic.table.fates[0, name] if fate == READ]
    known = np.isfinite(np.asarray(clinic.seen.sessions.get("symptoms", np.empty(0)))).sum()
    scores, key = clinic.section.symptoms, clinic.plan.key
    if scores is not None and scores.items and key is not None and not key.missing:
        assert key.size * known <= len(ors)


@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(cases())
def test_no_cell_is_lost(case: Any) -> None:
    is_read_named_or_refused(case)


@pytest.mark.slow
@settings(max_examples=400, suppress_health_check=list(HealthCheck))
@given(cases())
def test_no_cell_is_lost_in_many_tables(case: Any) -> None:
    is_read_named_or_refused(case)


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=120), st.sampled_from([b"", b"id,nr,phq,wai\n", b"\xff\xfe", b"\xff\xfe\0\0", b"sep=;\n"]))
def test_any_bytes_are_read_or_refused(content: bytes, start: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clinic.csv").write_bytes(start + content)
        (folder / "own.yaml").write_text(
            "data: {file: clinic.csv, layout: wide, planned: 3, client: id, symptoms: {instrument: phq9, end: phq}}\n",
            encoding="utf-8",
        )
        try:
            load_question(folder / "own.yaml")
        except ConfigError as error:
            are_words(error)
