"""Every mistake gets one message, all at once: file, line, path, what was found, what is allowed, what is near.

The table is mistakes.txt; here are the files that cannot stand in a text, and what is accepted.
"""

import os
import re
import tempfile
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

import alliance_sim
from alliance_sim.files import errors as file_errors
from alliance_sim.lesson.reading import load as load_lesson
from alliance_sim.questions.frame.config import question_of, read_config
from alliance_sim.scenario import ConfigError, combinations, load, paths
from alliance_sim.scenario import errors as scenario_errors
from alliance_sim.scenario.combinations import COMBINATIONS, needed
from alliance_sim.scenario.scenario import Clinic
from tests.scenario.cases import Case, cases
from tests.scenario.conftest import Loaded, Mistakes, Write

TABLE = list(cases())


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.messages[0][:60])
def test_a_mistake_gets_its_message(case: Case, write: Write, mistakes: Mistakes) -> None:
    for name, text in case.files.items():
        write(text, name)
    found = mistakes(case.files["config.yaml"], *case.changes)
    assert case.says(found), "\n".join(found)


def test_every_rule_of_combinations_has_a_case() -> None:
    assert {rule.__name__ for rule in COMBINATIONS} <= {case.title for case in TABLE}


@pytest.mark.parametrize(("errors", "room"), [(scenario_errors, "scenario"), (file_errors, "files")])
def test_every_message_that_the_program_asks_for_is_there_and_no_other(errors: ModuleType, room: str) -> None:
    texts = [file.read_text(encoding="utf-8") for file in Path(alliance_sim.__file__).parent.rglob("*.py")]
    taken = re.compile(rf"^ *from alliance_sim\.{room} import (?:.*, )?errors$", re.MULTILINE)
    asked = {name for text in texts if taken.search(text) for name in re.findall(r"\berrors\.([a-z_]+)", text)}
    assert all(hasattr(errors, name) for name in asked)
    own = re.findall(r'"([a-z_]+)"', Path(str(errors.__file__)).read_text(encoding="utf-8"))
    assert set(scenario_errors.words_of(f"alliance_sim.{room}")) <= {*asked, *own}


@pytest.mark.parametrize(
    "text",
    [
        "treatment: {goal: 0, task: 0, bond: 0, technique: 0, every: 0}",
        "treatment: waiting_list",
        "outputs: {sessions: false, story: false}",
        "policy: {vigilance: 1}\narms: {a: {}, b: {policy: ignore}}",
        "treatment: {challenge: 1}\nfactors: {h: {x: {treatment: cbt}, y: {policy.vigilance: 1}}}",
        "question: |\n  one\n  two\n",
    ],
)
def test_what_is_possible_is_accepted(loaded: Loaded, text: str) -> None:
    assert loaded(text).points


# ---- what a file may be ----------------------------------------------------------------------------------------------

NO_YAML, NO_TEXT = "settings such as 'replicates: 40', one on a line", "a YAML file, saved as text in UTF-8"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", f"found an empty file; allowed: {NO_YAML}"),
        (b"# only a comment\n", f"found an empty file; allowed: {NO_YAML}"),
        (b"\x89PNG\r\n\x1a\n\x00\xff", f"found bytes that are no text; allowed: {NO_TEXT}"),
        (b"a: " + b"{a: " * 3000, "found mappings or lists nested hundreds deep; allowed: a few levels"),
    ],
)
def test_a_file_that_is_no_config_is_named_as_what_it_is(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load(file)
    assert str(caught.value) == f"{file}: {message}"


def test_a_missing_file_names_the_nearest_one_and_a_folder_is_no_file(write: Write, tmp_path: Path) -> None:
    write("seed: 1", "rupture.yaml")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "ruptur.yaml")
    allowed = f"the path of a YAML file; did you mean {tmp_path}/rupture.yaml?"
    assert str(caught.value) == f"{tmp_path}/ruptur.yaml: found no such file; allowed: {allowed}"
    with pytest.raises(ConfigError, match="which is a folder; allowed: the path of a YAML file"):
        load(tmp_path)


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfseed: 5\n")
    assert load(tmp_path / "a.yaml").seed == 5


@pytest.mark.parametrize("text", ["seed: NUMBER", "factors: {parameters.rupture.base: [-3, NUMBER]}"])
def test_a_number_of_hundreds_of_digits(mistakes: Mistakes, text: str) -> None:
    (message,) = mistakes(text.replace("NUMBER", "1" + "0" * 400))
    assert message.endswith("found a whole number of 401 digits; allowed: numbers of at most 300 digits")


def test_a_path_with_thousands_of_names(mistakes: Mistakes) -> None:
    assert mistakes("seed: 1", "x" + ".x" * 3000 + "=1")[0].startswith('--set: found the text "x.x.x')


# ---- devices, pipes, files and clinics that are too large end in one message, and never in a program that hangs -----


def test_a_file_is_read_up_to_a_size(write: Write, mistakes: Mistakes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alliance_sim.scenario.reading.MOST_YAML", 1_000_000)
    write(f"replicates: 1 # {'x' * 1_000_000}", "large.yaml")
    found = "found a file that cannot be opened (it has more than 1 MB); allowed: a YAML file that you may read"
    assert mistakes("extends: large.yaml") == [f"config.yaml, line 1: extends: {found}"]
    with pytest.raises(ConfigError, match="it has more than 1 MB"):
        load(Path("/dev/zero"))


def test_tables_and_lessons_are_ordinary_files(write: Write, tmp_path: Path) -> None:
    text = "data: {file: /dev/zero, layout: long, planned: 8, client: c, session: {number: s}, alliance: {total: a}}"
    config = write(text)
    with pytest.raises(ConfigError, match="it is a device, no file"):
        question_of(config, read_config(config, ()), "data")
    os.mkfifo(tmp_path / "lesson.yaml")
    with pytest.raises(ConfigError, match="it is a device or a pipe, and no file"):
        load_lesson(tmp_path / "lesson.yaml")


def test_a_pipe_is_read_where_that_is_said() -> None:
    reader, writer = os.pipe()
    os.write(writer, b"seed: 1\n")
    os.close(writer)
    assert paths.content(Path(f"/dev/fd/{reader}"), 100, pipe=True) == b"seed: 1\n"
    os.close(reader)


def test_a_clinic_that_does_not_fit_into_memory_is_refused(mistakes: Mistakes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combinations, "memory", lambda: 8 * 10**9)
    text = "outputs: {sessions: false, story: false}\nclinic: {therapists: 100000, caseload: 10000, weeks: 16}"
    (message,) = mistakes(text)
    assert message == (
        "config.yaml, line 2: clinic: found a clinic of 100,000 therapists with 10,000 clients each over 16 weeks, "
        "which needs about 700 GB of memory; allowed: one that fits into the 8 GB of this machine: fewer therapists, "
        "clients or weeks, and more replicates in their place"
    )
    assert len(mistakes("factors: {clinic.therapists: [10, 100000]}\nclinic: {caseload: 10000, weeks: 16}")) == 1
    assert needed(Clinic(200, 50, 52), sessions=True) < 10**9  # the largest clinic of the examples


# ---- whatever is in a file, it is loaded or refused; it never ends in an error of our own --------------------------

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))
TEXTS = [file.read_bytes() for file in CONFIGS]
DATA = [YAML(typ="safe", pure=True).load(text) for text in TEXTS]
NAMES = ("treatment", "policy", "symptoms", "arms", "factors", "clinic", "profile", "base", "custom", "seed", "x", "")
SCRAPS = [*b"\t|\n|: |- |{|[|'|&a |*a|!!x |---\n|\x00|<<: |? ".split(b"|"), b"\xff"]
SCALARS = st.sampled_from(("x", "", "a.yaml", "a:b", "cbt", "repair"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=5,
)


def is_loaded_or_refused(content: bytes, overrides: tuple[str, ...] = ()) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.yaml"
        file.write_bytes(content)
        problems = []
        try:
            load(file, overrides)
        except ConfigError as error:
            problems = [str(problem) for problem in error.problems] or ["nothing"]
    assert all(" found " in problem and "; allowed: " in problem for problem in problems)


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    is_loaded_or_refused(content)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TEXTS), st.integers(0, 2000), st.integers(0, 30), st.sampled_from(SCRAPS))
def test_a_config_with_a_piece_cut_out_and_another_put_in(text: bytes, at: int, cut: int, scrap: bytes) -> None:
    is_loaded_or_refused(text[:at] + scrap + text[at + cut :])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_config_with_any_value_at_any_place(data: st.DataObject) -> None:
    config = deepcopy(data.draw(st.sampled_from(DATA)))
    place: Any = config
    while True:
        name = data.draw(st.sampled_from([*place, "new"]))
        if not isinstance(place.get(name), dict) or not place[name] or data.draw(st.booleans()):
            break
        place = place[name]
    place[name] = data.draw(VALUES)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dump.yaml"
        YAML(typ="safe", pure=True).dump(config, file)
        is_loaded_or_refused(file.read_bytes())


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), st.sampled_from(("1", "x", "[1", "{a: b}", "", "a: b: c"))
)
def test_any_override(path: list[str], value: str) -> None:
    with suppress(ConfigError):
        is_loaded_or_refused(TEXTS[0], (f"{'.'.join(path)}={value}",))
