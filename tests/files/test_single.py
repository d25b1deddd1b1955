"""A file that the user names is written over only where alliance-sim wrote it and nobody changed it."""

from pathlib import Path

import pytest

from alliance_sim.files import single
from alliance_sim.files.single import refuse_others, write_file
from alliance_sim.scenario.problem import ConfigError


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where is remembered what was written."""
    monkeypatch.setattr(single, "CACHE_ROOT", tmp_path / "cache")
    return tmp_path / "cache"


def test_a_file_of_ours_is_written_over_and_one_of_the_user_is_not(tmp_path: Path) -> None:
    file = tmp_path / "new folder" / "lesson.html"
    write_file(file, "one")
    write_file(file, "two")
    file.write_text("edited", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        write_file(file, "three")
    found = "found a file that alliance-sim did not write, or that was changed since"
    assert str(caught.value) == f"{file}: {found}; allowed: a new name; or --overwrite, which replaces the file"
    assert file.read_text(encoding="utf-8") == "edited"
    write_file(file, "three", overwrite=True)
    assert file.read_text(encoding="utf-8") == "three"
    assert [each.name for each in file.parent.iterdir()] == ["lesson.html"]


def test_a_file_that_is_not_remembered_is_the_users(tmp_path: Path, memory: Path) -> None:
    write_file(tmp_path / "table.csv", "a\n")
    for note in (memory / "written").iterdir():
        note.unlink()
    with pytest.raises(ConfigError):
        refuse_others([tmp_path / "table.csv"])


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="found a folder"):
        refuse_others([tmp_path], overwrite=True)
