"""Compiled code that is damaged is compiled anew, once; a folder that cannot be used stops nobody."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from alliance_sim import compile_cache

DAMAGED = "was damaged, or kept by another version; it is compiled anew."


class Compiled:
    """A module of one compiled function, imported anew at every call, as if the program was started again."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"compiled_{folder.name}.py"
        self._file.write_text("from alliance_sim.compiled import loop\n\n\n@loop\ndef twice(x):\n    return 2 * x\n")
        self.twice: Any = None

    def __call__(self) -> int:
        """Twice 21."""
        spec = importlib.util.spec_from_file_location(self._file.stem, self._file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.twice = module.twice
        return int(module.twice(21))

    def kept(self, kind: str) -> Path:
        """The one file of a kind that is kept."""
        (file,) = Path(self.twice._cache.cache_path).glob(f"{self._file.stem}.twice-*.{kind}")
        return file

    def loaded(self) -> bool:
        """Whether the code came from the folder."""
        return sum(self.twice.stats.cache_hits.values()) == 1


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Compiled]:
    monkeypatch.setattr(compile_cache, "_said", set())
    made = Compiled(tmp_path)
    yield made
    shutil.rmtree(made.twice._cache.cache_path)


def _changed(content: bytes) -> bytes:
    held = bytearray(content)
    held[len(held) // 2] ^= 1
    return bytes(held)


WAYS: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[: len(content) // 2],
    "emptied": lambda _: b"",
    "changed": _changed,
    "random": lambda _: bytes(range(256)) * 20,
}


@pytest.mark.parametrize("damage", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("kind", ["nbi", "nbc"])
def test_damaged_code_is_compiled_anew_with_one_line(
    compiled: Compiled, capfd: pytest.CaptureFixture[str], damage: Callable[[bytes], bytes], kind: str
) -> None:
    assert (compiled(), compiled(), compiled.loaded()) == (42, 42, True)
    file = compiled.kept(kind)
    file.write_bytes(damage(file.read_bytes()))
    assert (compiled(), compiled.loaded()) == (42, False)
    assert (compiled(), compiled.loaded()) == (42, True)
    (line,) = capfd.readouterr().err.splitlines()
    assert line.endswith(DAMAGED)


def test_code_that_cannot_be_kept_is_used_all_the_same(compiled: Compiled, capfd: pytest.CaptureFixture[str]) -> None:
    compiled()
    for kind in ("nbi", "nbc"):
        file = compiled.kept(kind)
        file.unlink()
        file.mkdir()  # which no file can replace
    assert compiled() == 42
    lines = capfd.readouterr().err.splitlines()
    assert [" ".join(line.split()[:3]) for line in lines] == ["Damaged compiled code", "Compiled code could"]


@pytest.mark.slow
def test_a_folder_that_is_a_file_is_replaced_for_this_run(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    program = "import alliance_sim.arithmetic as a; print(a.exp(0.0))"
    own = os.environ | {"ALLIANCE_SIM_CACHE": str(file)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=own)
    assert done.stdout == "1.0\n"
    assert done.stderr == (
        f"Compiled code cannot be kept in {file} (File exists), so that it is compiled anew for this run. "
        "ALLIANCE_SIM_CACHE names another folder.\n"
    )
    assert file.read_text() == "mine"
