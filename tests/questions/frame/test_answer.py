"""An answer's folder: tables, figures, pages and a manifest that asks again."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from rich.console import Console

from alliance_sim.estimates.query import QueryError, query
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.report.markdown import environment
from alliance_sim.report.stored import print_answer, print_runs, runs_in

Toy = Callable[..., Path]


def test_an_answer_is_tables_figures_a_page_and_a_manifest(toy: Toy, tmp_path: Path) -> None:
    answered = answer_question(load_question(toy()), tmp_path / "out", 1, silent)
    names = {file.name for file in (tmp_path / "out").iterdir()}
    assert {"estimates.csv", "rows.csv", "figures", "answer.md", "report.html", "manifest.json"} <= names
    for words in ("# How high?", "**Answer.** It is high.", "## Means", "| Aims | To see. |", "- It is a toy."):
        assert words in answered.text
    page = (tmp_path / "out" / "report.html").read_text()
    assert "data:image/png;base64," in page
    assert "<td>ignore</td>" in page


def test_what_is_finished_is_not_played_again(toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = answer_question(load_question(toy()), tmp_path / "out", 1, silent)
    monkeypatch.setattr("alliance_sim.questions.frame.run.simulate", None)
    again = answer_question(load_question(toy()), tmp_path / "out", 1, silent)
    pd.testing.assert_frame_equal(first.answer.tables["rows"], again.answer.tables["rows"])


def test_a_manifest_asks_again_to_the_bit(toy: Toy, tmp_path: Path) -> None:
    first = answer_question(load_question(toy()), tmp_path / "out", 1, silent)
    (tmp_path / "again").mkdir()
    shutil.copy(tmp_path / "out" / "manifest.json", tmp_path / "again")
    again = answer_question(load_question(tmp_path / "again" / "manifest.json"), tmp_path / "third", 1, silent)
    pd.testing.assert_frame_equal(first.answer.tables["rows"], again.answer.tables["rows"])


def test_rows_tell_their_setting_first(toy: Toy, tmp_path: Path) -> None:
    rows = answer_question(load_question(toy()), tmp_path / "out", 1, silent).answer.tables["rows"]
    assert list(rows.columns) == ["base", "replicate", "arm", "column", "value"]
    assert len(rows) == 2 * 3 * 2 * 2


def test_tables_of_an_answer_are_asked_in_sql(toy: Toy, tmp_path: Path) -> None:
    answered = answer_question(load_question(toy()), tmp_path / "out", 1, silent)
    found = query(tmp_path / "out", "SELECT arm, max(value) AS most FROM rows GROUP BY arm ORDER BY arm")
    assert found["most"].to_list() == pytest.approx(answered.tables["rows"].groupby("arm")["value"].max().to_list())
    with pytest.raises(QueryError, match=r"There is: estimates, rows\nColumns of one: DESCRIBE estimates"):
        query(tmp_path / "out", "SELECT * FROM nothing")


def test_an_answer_is_listed_and_told_from_its_folder(toy: Toy, tmp_path: Path) -> None:
    answer_question(load_question(toy()), tmp_path / "all" / "toy", 1, silent)
    runs = runs_in(tmp_path / "all")
    screen = Console(record=True, width=110)
    print_runs(screen, runs)
    assert "answered" in screen.export_text()
    print_answer(screen, runs[0])
    told = screen.export_text()
    for words in ("How high?", "It is high.", "estimates", "base, arm, column, value"):
        assert words in told


def test_an_answer_from_few_replicates_says_so_before_anything_else(toy: Toy, tmp_path: Path) -> None:
    few = answer_question(load_question(toy(), ["replicates=2"]), tmp_path / "few", 1, silent)
    assert few.short.startswith("*A trial run, with 2 in the place of 3 replicates or more")
    enough = answer_question(load_question(toy()), tmp_path / "enough", 1, silent)
    assert enough.short == "It is high."


def test_the_page_names_the_command_with_what_was_changed(toy: Toy, tmp_path: Path) -> None:
    text = answer_question(
        load_question(toy(), ["replicates=2", "title=How high now?"]), tmp_path / "out", 1, silent
    ).text
    assert "high.yaml --set 'title=How high now?' --set replicates=2`" in text
    assert "Settings that this run changed: `--set 'title=How high now?' --set replicates=2`" in text
    assert "--set" not in answer_question(load_question(toy()), tmp_path / "as it is", 1, silent).text


def test_a_figure_that_there_is_not_is_named_with_those_there_are() -> None:
    with pytest.raises(KeyError, match="no figure 'x'; there are none"):
        environment().from_string('{{ figure("x") }}').render()
