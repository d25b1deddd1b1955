"""The folder of an answer: nothing is done twice, nothing of the user's is touched, damaged pieces are made anew."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.estimates.query import QueryError, query
from alliance_sim.experiment.kept import silent
from alliance_sim.experiment.superseded import superseded
from alliance_sim.questions.frame.answer import Answered, answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.scenario import ConfigError

Toy = Callable[..., Path]


def answered(config: Path, out: Path, *changes: str) -> Answered:
    """The answer of a config in a folder."""
    return answer_question(load_question(config, changes), out, 1, silent)


def test_an_answer_that_is_there_is_not_made_again_and_its_tables_are_when_asked_for(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, out = toy(), tmp_path / "out"
    first = answered(config, out)
    with monkeypatch.context() as patch:
        patch.setattr("alliance_sim.questions.frame.answer.as_html", None)
        patch.setattr("alliance_sim.questions.frame.run.simulate", None)
        again = answered(config, out)
    assert (again.short, again.text, again.notices) == (first.short, first.text, ())
    pd.testing.assert_frame_equal(again.tables["rows"], first.tables["rows"])
    assert set(again.figures) == {"toy"}


def test_a_file_that_the_config_names_is_a_part_of_the_question(toy: Toy, tmp_path: Path) -> None:
    config, out = toy(), tmp_path / "out"
    answered(config, out)
    before = (out / "answer.md").read_text(encoding="utf-8")
    answered(config, out, "toy.week=3")
    assert (out / "answer.md").read_text(encoding="utf-8") != before


def test_a_damaged_piece_is_named_and_made_again(toy: Toy, tmp_path: Path) -> None:
    config, out = toy(), tmp_path / "out"
    first = answered(config, out)
    piece = sorted((out / "pieces").iterdir())[0]
    content = bytearray(piece.read_bytes())
    content[len(content) // 2] ^= 1
    piece.write_bytes(content)
    (out / "estimates.csv").unlink()  # or nothing would be read
    again = answered(config, out)
    assert again.notices == (f"Damaged, so it is made again: pieces/{piece.name}.",)
    pd.testing.assert_frame_equal(again.tables["rows"], first.tables["rows"])


def test_pieces_of_another_size_stay_and_count_as_superseded(toy: Toy, tmp_path: Path) -> None:
    config, out = toy(), tmp_path / "out"
    answered(config, out)
    whole = set((out / "pieces").iterdir())
    answered(config, out, "seed=9")
    assert set(superseded(out)) == whole
    answered(config, out)
    assert whole.isdisjoint(superseded(out))


def test_tables_and_figures_of_the_user_are_neither_read_nor_removed(toy: Toy, tmp_path: Path) -> None:
    config, out = toy(), tmp_path / "out"
    answered(config, out)
    (out / "mine.csv").write_text("a\n1\n", encoding="utf-8")
    (out / "figures" / "mine.png").write_bytes(b"mine")
    answered(config, out, "toy.week=3")
    assert (out / "mine.csv").exists()
    assert (out / "figures" / "mine.png").exists()
    with pytest.raises(QueryError, match="There is: estimates, rows"):
        query(out, "SELECT * FROM mine")


def test_a_changed_table_is_named_by_whoever_reads_it(toy: Toy, tmp_path: Path) -> None:
    config, out = toy(), tmp_path / "out"
    answered(config, out)
    text = (out / "estimates.csv").read_text(encoding="utf-8")
    (out / "estimates.csv").write_text(text.replace("ignore", "ignored"), encoding="utf-8")
    with pytest.raises(QueryError, match=r"estimates\.csv: found a file that was changed after it was written"):
        query(out, "SELECT * FROM estimates")
    with pytest.raises(ConfigError, match=r"estimates\.csv: found a file that was changed after it was written"):
        answered(config, out)
    answer_question(load_question(config), out, 1, silent, overwrite=True)
    assert (out / "estimates.csv").read_text(encoding="utf-8") == text


def test_a_folder_of_the_user_is_refused_before_anything_is_played(
    toy: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance_sim.questions.frame.run.simulate", None)
    with pytest.raises(ConfigError, match=r"files that alliance-sim did not write \(high\.yaml\)"):
        answered(toy(), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["high.yaml"]
