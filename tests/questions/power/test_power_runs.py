"""The shipped example from config to page, made small; stopped, divided or repeated it is the same."""

from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.experiment.kept import silent
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.scenario.library import shipped_file

ROOT = Path(__file__).parents[3]
SMALL = [
    "replicates=30", "power.therapists=[3, 6]", "power.clients=[4, 5]", "clinic.therapists=3", "clinic.caseload=5",
    "clinic.weeks=6", "power.refine=60", "power.confirm=100", "power.true_clients=4000", "power.most_therapists=30",
    "power.wanted=0.1",
]  # fmt: skip


def few_draws(folder: Path) -> str:
    """The first draws of the posterior that comes with the program, as a file of their own."""
    file = folder / "few.csv"
    file.write_text("".join(shipped_file().read_text(encoding="utf-8").splitlines(keepends=True)[:9]), encoding="utf-8")
    return f"parameters.base={file}"


@pytest.mark.slow
def test_the_example_is_answered_and_the_same_on_any_number_of_workers(tmp_path: Path) -> None:
    asked = load_question(ROOT / "configs" / "power.yaml", [*SMALL, few_draws(tmp_path)], "power")
    one = answer_question(asked, tmp_path / "one", 1, silent)
    two = answer_question(asked, tmp_path / "two", 2, silent)
    for name, table in one.answer.tables.items():
        pd.testing.assert_frame_equal(table, two.answer.tables[name])
    assert one.text == two.text
    designs = pd.read_csv(tmp_path / "one" / "designs.csv")
    assert set(designs["scenario"]) == {"arms", "no effect"}
    assert set(designs["parameters"]) == {"centre", "posterior"}
    assert (tmp_path / "one" / "figures" / "assurance.png").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    "more",
    [
        ["power.nesting=crossed", "power.dropouts=left_out", "power.lost=0.2"],
        ["power.outcome=dropout", "power.adjusted=false", "power.sided=1"],
        ["power.outcome=alliance_last", "power.controls=[]", "power.analyses=[robust]", "parameters.base=calibrated"],
        ["power.dropouts=carried_forward", "power.cost_therapist=50", "clinic.weeks=1", "power.wanted=0.99"],
    ],
)
def test_whatever_is_asked_is_answered(tmp_path: Path, more: list[str]) -> None:
    asked = load_question(ROOT / "configs" / "power.yaml", [*SMALL, few_draws(tmp_path), *more], "power")
    answered = answer_question(asked, tmp_path / "out", 1, silent)
    assert answered.text.count("\n## ") >= 8
    assert "nan" not in answered.text
