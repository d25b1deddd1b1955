"""A result folder holds what came of one kind of question; another kind is refused before anything is played."""

import json
from pathlib import Path

import pytest

from alliance_sim.experiment.manifest import refuse_another_kind
from alliance_sim.scenario.problem import ConfigError


@pytest.mark.parametrize(
    ("held", "wanted", "words"),
    [
        ({"inquiry": "power"}, None, "found the answer of an inquiry (power); allowed: an empty folder"),
        ({"inquiry": "power"}, "sensitivity", "found the answer of an inquiry (power)"),
        ({"name": "quickstart"}, "power", "found the results of an experiment"),
    ],
)
def test_another_kind_of_question_is_refused(
    tmp_path: Path, held: dict[str, str], wanted: str | None, words: str
) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(held))
    with pytest.raises(ConfigError) as caught:
        refuse_another_kind(tmp_path, wanted)
    assert words in str(caught.value)


@pytest.mark.parametrize(("held", "wanted"), [({"inquiry": "power"}, "power"), ({"name": "quickstart"}, None)])
def test_the_same_kind_goes_on(tmp_path: Path, held: dict[str, str], wanted: str | None) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps(held))
    refuse_another_kind(tmp_path, wanted)


@pytest.mark.parametrize("text", [None, "no json", "[]"])
def test_a_folder_without_a_manifest_that_can_be_read_holds_nothing(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "manifest.json").write_text(text)
    refuse_another_kind(tmp_path, None)
