"""Pages and notebooks are run where their reader would run them: in a folder with configs and example data."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def laid_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with configs/ and docs/data/, which is the current one."""
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    shutil.copytree(ROOT / "docs" / "data", tmp_path / "docs" / "data")
    monkeypatch.chdir(tmp_path)
    mpl.use("agg")
    return tmp_path


@pytest.fixture(scope="session")
def blocks() -> Callable[[str, str], list[str]]:
    """The code blocks of a page in a language, in order."""

    def blocks(page: str, language: str) -> list[str]:
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)

    return blocks


@pytest.fixture
def execute(laid_out: Path) -> Callable[[Path], Path]:
    """Executes a notebook as `jupyter execute` does, in that folder; gives the executed file.

    Raises CellExecutionError with the cell and its traceback where one fails.
    """

    def execute(notebook: Path) -> Path:
        nbformat, nbclient = (pytest.importorskip(name) for name in ("nbformat", "nbclient"))
        read = nbformat.read(notebook, as_version=4)
        nbclient.NotebookClient(read, timeout=600, resources={"metadata": {"path": str(laid_out)}}).execute()
        nbformat.write(read, laid_out / notebook.name)
        return laid_out / notebook.name

    return execute
