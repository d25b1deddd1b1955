"""Pages and notebooks are run where their reader would run them: in a folder with configs and example data."""

import importlib.util
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

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


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """A script of docs/ by its name, as a module."""

    def script(name: str) -> Any:
        monkeypatch.syspath_prepend(ROOT / "docs")
        spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module: ModuleType = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return script


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
