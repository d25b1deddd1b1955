"""Devices, pipes, files and clinics that are too large end in one message, and never in a program that hangs."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.lesson.reading import load as load_lesson
from alliance_sim.questions.frame.config import question_of, read_config
from alliance_sim.scenario import ConfigError, combinations, load, paths
from alliance_sim.scenario.combinations import needed
from alliance_sim.scenario.scenario import Clinic

Write = Callable[..., Path]
NO_FILE = "it is a device or a pipe, and no file"
NO_YAML = "a file that cannot be opened (REASON); allowed: a YAML file that you may read"

NO_DRAWS = "allowed: the path of a CSV file: a line of parameter paths, and below it a draw a line"


@pytest.mark.parametrize("name", ["/dev/zero", "endless.csv"])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: NAME", f"config.yaml, line 1: extends: found {NO_YAML}"),
        ("policy: {base: NAME.yaml}", ""),
        (
            "parameters: {base: NAME}",
            f'config.yaml, line 1: parameters: found "NAME", which cannot be read (REASON); {NO_DRAWS}',
        ),
        (
            "design: {method: list, file: NAME}",
            f'config.yaml, line 1: design.file: found "NAME", which cannot be read (REASON); {NO_DRAWS}',
        ),
    ],
)
def test_a_config_names_ordinary_files(
    write: Write, mistakes: Callable[..., list[str]], name: str, text: str, message: str
) -> None:
    folder = write("", "config.yaml").parent
    for pipe in ("endless.csv", "endless.csv.yaml"):
        os.mkfifo(folder / pipe)
    (found,) = mistakes(text.replace("NAME", name))
    if message:
        assert found == message.replace("NAME", name).replace("REASON", NO_FILE)


def test_a_file_is_read_up_to_a_size(
    write: Write, mistakes: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance_sim.scenario.tree.MOST_YAML", 1_000_000)
    write(f"replicates: 1 # {'x' * 1_000_000}", "large.yaml")
    reason = NO_YAML.replace("REASON", "it has more than 1 MB")
    assert mistakes("extends: large.yaml") == [f"config.yaml, line 1: extends: found {reason}"]
    with pytest.raises(ConfigError, match="it has more than 1 MB"):
        load(Path("/dev/zero"))


def test_a_table_of_ones_own_is_an_ordinary_file(write: Write) -> None:
    text = "data: {file: /dev/zero, layout: long, planned: 8, client: c, session: {number: s}, alliance: {total: a}}"
    config = write(text)
    with pytest.raises(ConfigError, match="it is a device, no file"):
        question_of(config, read_config(config, ()), "data")


def test_a_lesson_is_an_ordinary_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "lesson.yaml")
    with pytest.raises(ConfigError, match=NO_FILE):
        load_lesson(tmp_path / "lesson.yaml")


def test_a_pipe_is_read_where_that_is_said(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"seed: 1\n")
    os.close(writer)
    assert paths.content(Path(f"/dev/fd/{reader}"), 100, pipe=True) == b"seed: 1\n"
    os.close(reader)


@pytest.mark.parametrize("text", [f"a: {'[' * 3_000}", f"{'{a: ' * 3_000}", "&a [*a]", "a: &a [1]\nb: *a"])
def test_bombs_are_messages(mistakes: Callable[..., list[str]], text: str) -> None:
    assert mistakes(text)


def test_a_clinic_that_does_not_fit_into_memory_is_refused(
    mistakes: Callable[..., list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(combinations, "memory", lambda: 8 * 10**9)
    text = "outputs: {sessions: false, story: false}\nclinic: {therapists: 100000, caseload: 10000, weeks: 16}"
    (message,) = mistakes(text)
    assert message == (
        "config.yaml, line 2: clinic: found a clinic of 100,000 therapists with 10,000 clients each over 16 weeks, "
        "which needs about 700 GB of memory; allowed: one that fits into the 8 GB of this machine: fewer therapists, "
        "clients or weeks, and more replicates in their place"
    )
    assert len(mistakes("factors: {clinic.therapists: [10, 100000]}\nclinic: {caseload: 10000, weeks: 16}")) == 1


def test_the_largest_clinic_of_the_examples_fits_into_little_memory() -> None:
    assert needed(Clinic(200, 50, 52), sessions=True) < 10**9
