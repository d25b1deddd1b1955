"""Every mistake in a mapping or in its tables gets one message: its line, what was found, and what is allowed.

The table is refused.yaml: a mapping and a table that are right, changes of them, and the messages.
"""

import os
from pathlib import Path

import pytest

from alliance_sim.questions.frame.config import load_question
from alliance_sim.scenario import ConfigError
from tests.questions.data.shown import BASES, changed

CASES = [(name, k) for name, base in BASES.items() for k in range(len(base["refused"]))]
SMALL, TABLE = BASES["small"]["mapping"], BASES["small"]["table"]


def messages(folder: Path, **files: str | bytes) -> list[str]:
    """The messages about the files, by their names; own.yaml is the mapping."""
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        load_question(folder / "own.yaml")
    return str(caught.value).replace(f"{folder}/", "").splitlines()


@pytest.mark.parametrize(("name", "k"), CASES)
def test_what_is_wrong_is_refused_in_these_words(name: str, k: int, tmp_path: Path) -> None:
    base = BASES[name]
    case = base["refused"][k]
    others = {file: text for file, text in case.items() if "." in file}
    mapping = changed(base["mapping"], case["change"])
    files = {"own.yaml": mapping, "clinic.csv": case.get("table", base["table"]), **others}
    assert messages(tmp_path, **files) == case["said"]


def test_mistakes_outside_the_section_are_reported_too(tmp_path: Path) -> None:
    mapping = changed(SMALL, {"planned": "many"}) + "replicates: many\n"
    assert messages(tmp_path, **{"own.yaml": mapping, "clinic.csv": TABLE})[1] == (
        'own.yaml, line 11: replicates: found the text "many"; allowed: a whole number from 1 to 1000000 (replicates)'
    )


def test_what_the_data_decide_cannot_be_stated_otherwise(tmp_path: Path) -> None:
    more = "clinic: {therapists: 9}\nsymptoms: oq45\narms: {a: {symptoms: core_om}, b: {}}\n"
    assert messages(tmp_path, **{"own.yaml": SMALL + more, "clinic.csv": TABLE}) == [
        "own.yaml, line 11: clinic.therapists: found the number 9; allowed: 2, which the table decides; leave it out",
        *(
            f"own.yaml, line {line}: {path}: found another symptom scale; allowed: phq9, which "
            "data.symptoms.instrument decides; leave it out"
            for line, path in ((12, "symptoms"), (13, "arms.a.symptoms"))
        ),
    ]
    (tmp_path / "own.yaml").write_text(SMALL + "clinic: {weeks: 4}\nsymptoms: phq9\n")
    assert load_question(tmp_path / "own.yaml").experiment.points


def test_more_scenarios_than_can_be_shown_are_refused(tmp_path: Path) -> None:
    arms = "factors: {parameters.rupture.base: [-3, -2.5, -2, -1.5, -1]}\n"
    assert messages(tmp_path, **{"own.yaml": SMALL + arms, "clinic.csv": TABLE}) == [
        "own.yaml: found 5 worlds (arms at settings of factors); allowed: at most 4"
    ]


def test_a_mapping_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text("title: x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="no section data; allowed: a config with a section data"):
        load_question(tmp_path / "none.yaml", key="data")


NO_MARK = "it seems to be Unicode text (UTF-16 or UTF-32) without the mark that says so"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (TABLE.encode("utf-16-le"), NO_MARK),
        (TABLE.encode("utf-32-be"), NO_MARK),
        (TABLE.replace("4.0", "4\0").encode(), "the byte 0 stands in line 3, as in files that are no text"),
        ("id,größe,änderung\n".encode() + b"a,\xff,1\n", "its text in UTF-8 is broken in line 2"),
        (b"PK\x03\x04" + bytes(9), "it is a spreadsheet, no text"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_its_reason(content: bytes, reason: str, tmp_path: Path) -> None:
    said = messages(tmp_path, **{"own.yaml": SMALL, "clinic.csv": content})
    assert f'found "clinic.csv", which cannot be read ({reason}; save it as CSV in UTF-8)' in said[0]


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for name, reason in (("folder.csv", "it is a folder"), ("pipe.csv", "it is a pipe, no file")):
        said = messages(tmp_path, **{"own.yaml": changed(SMALL, {"file": name}), "clinic.csv": TABLE})
        assert f"which cannot be read ({reason})" in said[0]


def test_a_cell_that_is_too_long_without_a_quotation_mark_is_named_as_such(tmp_path: Path) -> None:
    assert messages(tmp_path, **{"own.yaml": SMALL, "clinic.csv": f"{TABLE}{'x' * 140_000}\n"}) == [
        "clinic.csv, line 5: found a cell of more than 131,072 characters; allowed: shorter cells; is the file a table?"
    ]
