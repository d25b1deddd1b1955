"""One run at a time in a result folder."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from alliance_sim.cli import main
from alliance_sim.experiment.lock import FolderInUseError, only_run
from alliance_sim.scenario.problem import ConfigError

QUICKSTART = Path(__file__).parents[2] / "configs" / "quickstart.yaml"
HOLDING = """
import sys, time
from pathlib import Path
from alliance_sim.experiment.lock import only_run
with only_run(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""

Held = tuple[Path, "subprocess.Popen[str]"]


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    """A folder that another process holds, and that process."""
    folder = tmp_path / "out"
    command = [sys.executable, "-c", HOLDING, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        yield folder, other
        other.kill()


def test_a_second_run_is_refused_and_touches_nothing(held: Held, capsys: pytest.CaptureFixture[str]) -> None:
    folder, _ = held
    before = sorted(folder.rglob("*"))
    with pytest.raises(FolderInUseError, match="Another run is writing"), only_run(folder):
        pass
    with pytest.raises(SystemExit) as end:
        main(["run", str(QUICKSTART), "--out", str(folder), "--set", "replicates=1"])
    assert end.value.code == 1
    assert "Another run is writing into" in capsys.readouterr().err
    assert sorted(folder.rglob("*")) == before


def test_a_process_that_was_killed_blocks_nobody(held: Held) -> None:
    folder, other = held
    other.kill()
    other.wait()
    with only_run(folder):
        pass


def test_a_folder_is_free_again_after_a_run(tmp_path: Path) -> None:
    for _ in range(2):
        with only_run(tmp_path):
            pass


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here already", encoding="utf-8")
    refused = pytest.raises(ConfigError, match=r"file/out: found a folder that cannot be written")
    with refused, only_run(tmp_path / "file" / "out"):
        pass
