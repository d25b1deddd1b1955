"""Notebooks run from the first cell to the last, and show what they give back."""

from collections.abc import Callable
from pathlib import Path

import pytest

Execute = Callable[[Path], Path]

CELLS = (
    "import alliance_sim as al\nown = al.read_data('docs/data/wide.yaml', {'data.resamples': 200})\nown",
    "own.figures['dropout']",
)


@pytest.mark.slow
def test_answers_and_figures_show_themselves(execute: Execute, tmp_path: Path) -> None:
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel")
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    nbformat.write(notebook, tmp_path / "small.ipynb")
    told, shown = nbformat.read(execute(tmp_path / "small.ipynb"), as_version=4).cells
    assert "112 clients of 14 therapists" in told.outputs[-1].data["text/markdown"]
    assert "data:image/png;base64" in shown.outputs[-1].data["text/html"]
