"""Commands about examples: a list, and a copy to be changed."""

from pathlib import Path

import pytest

from alliance_sim.scenario.examples import examples
from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_examples_lists_all_with_kind_and_title(command: Command) -> None:
    said = command("examples")
    assert said.status == 0
    for name, example in examples().items():
        line = next(line for line in said.out.splitlines() if line.split(" ")[0] == name)
        assert example.kind.replace("_", " ") in line
        assert example.title[:30] in line


def test_new_copies_an_example_with_its_comments_and_files(command: Command, here: Path) -> None:
    said = command("new", "mine", "--from", "repair_for_whom")
    assert said.status == 0
    assert said.out.splitlines()[0] == "Written: mine.yaml"
    assert said.out.splitlines()[-1] == "Change it, then: alliance-sim run mine.yaml"
    source = examples()["repair_for_whom"].file
    assert (here / "mine.yaml").read_bytes() == source.read_bytes()
    for name in ("restoration_only", "no_repair_effect"):
        file = Path("rivals", f"{name}.csv")
        assert (here / file).read_bytes() == (source.parent / file).read_bytes()
    assert command("check", "mine.yaml").status == 0


def test_a_changed_copy_is_not_lost(command: Command, here: Path) -> None:
    assert command("new", "mine.yaml").status == 0
    assert command("new", "mine").status == 0
    (here / "mine.yaml").write_text("replicates: 3\n", encoding="utf-8")
    said = command("new", "mine")
    assert (said.status, (here / "mine.yaml").read_text(encoding="utf-8")) == (2, "replicates: 3\n")
    assert "mine.yaml" in said.err
    assert command("new", "mine", "--overwrite").status == 0
    assert (here / "mine.yaml").read_bytes() == examples()["quickstart"].file.read_bytes()


def test_a_copy_never_takes_the_name_of_a_file_that_it_needs(command: Command, here: Path) -> None:
    said = command("new", "optimise", "--from", "optimise_time")
    assert (said.status, list(here.iterdir())) == (2, [])
    assert said.err.startswith('NAME: found "optimise"; allowed: another name: the example itself needs a file ')


def test_an_example_that_does_not_exist_is_named(command: Command, here: Path) -> None:
    said = command("new", "mine", "--from", "quickstat")
    assert (said.status, list(here.iterdir())) == (2, [])
    assert said.err.startswith('--from: found "quickstat"; allowed: the name of an example: alliance_and_outcome, ')
    assert "did you mean quickstart?" in said.err


def test_a_name_must_be_that_of_a_file(command: Command, here: Path) -> None:
    said = command("new", ".")
    assert (said.status, list(here.iterdir())) == (2, [])
    assert said.err.startswith('NAME: found "."; allowed: the name of a new file')


def test_a_copy_that_has_the_name_of_an_example_is_a_copy_of_it(command: Command, here: Path) -> None:
    assert command("new", "power").out.splitlines()[0] == "Written: power.yaml"
    assert (here / "power.yaml").read_bytes() == examples()["power"].file.read_bytes()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("three-parts", "three-parts: found a lesson; allowed: a config; alliance-sim lesson three-parts opens it"),
        ("researchers", "researchers: found a notebook; allowed: a config; jupyter lab "),
    ],
)
def test_a_lesson_or_notebook_is_no_config(command: Command, name: str, message: str) -> None:
    said = command("check", name)
    assert (said.status, said.err.startswith(message)) == (2, True)


def test_an_example_is_not_mistaken_for_the_copy_beside_it(command: Command) -> None:
    assert command("check", "quickstart").err == ""
    assert command("new", "quickstart").status == 0
    assert "your own copy is quickstart.yaml" in command("check", "quickstart").err
    assert command("check", "quickstart.yaml").err == ""


@pytest.mark.parametrize(
    ("example", "line"),
    [
        ("long", "Change it, then: alliance-sim data mine.yaml"),
        ("calibration", "Change it, then: alliance-sim calibrate mine.yaml"),
        ("three-parts", "Change it, then: alliance-sim lesson mine.yaml"),
        ("methods_class", "Change it, then: jupyter lab mine.ipynb"),
    ],
)
def test_each_kind_is_opened_by_its_command(command: Command, example: str, line: str) -> None:
    assert command("new", "mine", "--from", example).out.splitlines()[-1] == line
