"""The small sizes at which questions are measured are sizes that the questions take."""

from pathlib import Path

import pytest
from questions import SMALL, config_of, tree_of

from alliance_sim.api.reading import read_asked
from alliance_sim.questions.frame.config import read_config
from alliance_sim.scenario.names import QUESTIONS


def test_every_question_is_measured() -> None:
    assert sorted(SMALL) == sorted(QUESTIONS)


@pytest.mark.parametrize("name", SMALL)
def test_a_small_size_is_one_that_the_question_takes(name: str) -> None:
    config = config_of(name)
    tree = read_config(config, SMALL[name].split())
    assert name in tree.fields
    assert read_asked(config, tree).title


def test_a_folder_with_code_is_taken_as_it_is(tmp_path: Path) -> None:
    with tree_of(str(tmp_path), tmp_path / "elsewhere") as tree:
        assert tree == tmp_path.resolve()
    assert tmp_path.is_dir()
