"""Configs of a small kind of question, and small configs that are changed in places."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alliance_sim.questions.frame import config as asking
from alliance_sim.questions.frame import kinds
from alliance_sim.scenario import names
from tests.questions.toy import KIND

CONFIG = """
title: How high?
question: How high is the alliance at the end?
replicates: 3
clinic: {therapists: 2, caseload: 3, weeks: 4}
arms:
  ignore: {policy: ignore}
  repair: {policy: repair}
factors:
  parameters.rupture.base: [-3, -1]
toy: {week: 4, columns: [bond, alliance]}
ademp: {aims: To see.}
caveats: [It is a toy.]
"""


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Path]]:
    """Writes a config that may ask for a toy, and gives its path."""
    names.QUESTIONS.append("toy")
    known = kinds.kind_of
    for module in (kinds, asking):
        monkeypatch.setattr(module, "kind_of", lambda key: KIND if key == "toy" else known(key))

    def toy(text: str = CONFIG) -> Path:
        file = tmp_path / "high.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    yield toy
    names.QUESTIONS.remove("toy")


@pytest.fixture
def changed(tmp_path: Path) -> Callable[..., Path]:
    """Writes the text of a small config with some texts in it replaced, and gives its path."""

    def changed(text: str, *changes: tuple[str, str]) -> Path:
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / "small.yaml"
        file.write_text(text, encoding="utf-8")
        return file

    return changed
