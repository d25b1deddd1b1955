"""The stages that a question announces are those that it has, with as many steps or fewer."""

from collections import Counter
from pathlib import Path

import pytest

from alliance_sim.experiment.kept import Advance, size_of
from alliance_sim.questions.frame.config import load_question
from tests.questions.golden import KINDS, folder_of


@pytest.mark.slow
@pytest.mark.parametrize("key", KINDS)
def test_the_stages_of_a_run_are_those_that_were_announced(key: str, tmp_path: Path) -> None:
    question = load_question(folder_of(key) / "question.yaml")
    sizes = question.kind.stages(question)
    reached: list[str] = []
    steps: Counter[str] = Counter()

    def stage(name: str, wanted: int) -> Advance:
        size = size_of(sizes, name)
        if size is None:
            assert name.startswith("Compiling")
            return lambda _: None
        reached.append(size.label)
        steps[size.label] += wanted
        return lambda _: None

    question.kind.run(question, tmp_path, 1, stage)
    assert list(dict.fromkeys(reached)) == [size.label for size in sizes if size.label in reached]
    assert reached[0] == sizes[0].label
    assert all(steps[size.label] <= size.steps for size in sizes)
    assert steps[sizes[0].label] == sizes[0].steps
