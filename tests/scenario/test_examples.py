"""Examples that come with the program: found by name, copied with what they need, named where a name is mistyped."""

from pathlib import Path

import pytest

import alliance_sim as al
from alliance_sim.cli.app import piped
from alliance_sim.questions.frame.config import load_question
from alliance_sim.scenario.examples import by_name, examples, files_of, name_of
from alliance_sim.scenario.problem import ConfigError

ROOT = Path(__file__).parents[2]


def test_every_config_mapping_lesson_and_notebook_of_the_repository_is_an_example() -> None:
    files = [
        *ROOT.glob("configs/*.yaml"),
        *ROOT.glob("docs/data/*.yaml"),
        *ROOT.glob("docs/notebooks/*.ipynb"),
        *ROOT.glob("alliance_sim/lesson/lessons/*.yaml"),
    ]
    assert {example.file for example in examples().values()} == set(files)
    assert len(examples()) == len(files)


@pytest.mark.parametrize(
    ("name", "kind", "title"),
    [
        ("quickstart", "experiment", "What should a therapist do about a rupture?"),
        ("optimise_time", "optimise", "A good use of time for repair in each profile"),
        ("rival_mechanisms", "rival_mechanisms", "Rival mechanisms, each fitted to the same findings"),
        ("calibration", "calibration", "Calibration to the published findings"),
        ("long", "data", "A clinic of our own"),
        ("three-parts", "lesson", "Goal, task and bond: the nod that is not agreement"),
        ("methods_class", "notebook", "Three traps of therapy research"),
    ],
)
def test_an_example_has_a_kind_and_a_title(name: str, kind: str, title: str) -> None:
    assert examples()[name][1:] == (kind, title)


def test_a_name_is_an_example_and_a_file_that_is_there_goes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert by_name(Path("quickstart")) == piped(Path("quickstart")) == ROOT / "configs" / "quickstart.yaml"
    assert al.load("quickstart").title == examples()["quickstart"].title
    for path in (Path("quickstart.yaml"), Path("configs/quickstart"), Path("none_such")):
        assert by_name(path) == path
    (tmp_path / "quickstart").mkdir()
    assert by_name(Path("quickstart")) == Path("quickstart")
    assert name_of(ROOT / "configs" / "power.yaml") == "power"
    assert name_of(tmp_path / "power.yaml") is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "quickstrat",
            (
                "quickstrat: found no such file; allowed: the path of a YAML file, or the name of an example "
                "(alliance-sim examples lists them); did you mean quickstart?"
            ),
        ),
        ("quickstrat.yaml", "quickstrat.yaml: found no such file; allowed: the path of a YAML file"),
    ],
)
def test_a_mistyped_name_is_named(name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError) as wrong:
        al.load(name)
    assert str(wrong.value) == message


def test_a_copy_takes_every_file_that_an_example_names() -> None:
    assert set(files_of(examples()["rival_mechanisms"].file)) == {"rival_mechanisms.yaml", "calibration.yaml"}
    assert set(files_of(examples()["long"].file)) == {"long.yaml", "clinic_long.csv"}
    assert "rivals/additive.csv" in files_of(examples()["alliance_and_outcome"].file)
    assert "trials.csv" not in files_of(examples()["optimise"].file)


@pytest.mark.parametrize("name", ["repair_for_whom", "optimise_time", "technique_and_alliance"])
def test_a_copied_question_asks_the_same(name: str, tmp_path: Path) -> None:
    for copy, path in files_of(examples()[name].file).items():
        (tmp_path / copy).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / copy).write_bytes(path.read_bytes())
    copied, shipped = load_question(tmp_path / f"{name}.yaml"), load_question(examples()[name].file)
    assert copied.section == shipped.section
    assert copied.world is None or copied.world.points == shipped.world.points  # type: ignore[union-attr]
