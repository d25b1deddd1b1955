"""Runs the notebooks of docs/notebooks from top to bottom, and writes what their cells show into them.

    python docs/make_notebooks.py            # all notebooks
    python docs/make_notebooks.py NAME ...   # docs/notebooks/NAME.ipynb

A notebook is edited in Jupyter or as text; this script fills in its outputs. It runs in a folder of its own with copies
of configs and docs/data, in a fresh kernel, so that nothing is left in the repository and nothing is taken from an
earlier run. A notebook with an error, or with anything on stderr but progress, is not written. Needs the packages
nbclient and ipykernel (`pip install 'alliance-sim[test]'`).
"""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

DOCS = Path(__file__).parent
NOTEBOOKS = DOCS / "notebooks"
COPIED = {DOCS / "data": "docs/data", DOCS.parent / "configs": "configs"}
"""What notebooks read, and where it lies, seen from the folder of the repository."""

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""All that is kept of a notebook's metadata: the versions of one machine say nothing to a reader."""

WIDGET = "application/vnd.jupyter.widget-view+json"
PROGRESS = ("━", "Compiling the law")


def execute(notebook: Any, folder: Path, cell_done: Callable[[], None] = lambda: None) -> Any:
    """Run a notebook in a copy of the repository's data that is laid out in an empty folder; gives it with its outputs.

    Raises CellExecutionError with the cell and its traceback where one fails.
    """
    for source, place in COPIED.items():
        shutil.copytree(source, folder / place)
    work = folder / "docs" / "notebooks"
    work.mkdir(parents=True)
    client = NotebookClient(
        notebook,
        timeout=900,
        kernel_name="python3",
        resources={"metadata": {"path": str(work)}},
        on_cell_executed=lambda **_: cell_done(),
    )
    client.execute()
    return notebook


def tidy(notebook: Any) -> Any:
    """Take away what differs from run to run and from machine to machine: times, versions, progress."""
    notebook.metadata = nbformat.from_dict(METADATA)
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if not is_progress(output)]
    return notebook


def is_progress(output: Any) -> bool:
    """Whether an output is a bar of progress, or the empty line that a finished one leaves."""
    if output.output_type == "stream":
        return output.name == "stderr" and any(sign in output.text for sign in PROGRESS)
    data = output.get("data", {})
    return WIDGET in data or ("text/plain" in data and data["text/plain"] == "")


def noise(notebook: Any) -> list[str]:
    """What a reader should not find in a notebook: errors, and words on stderr."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    return [
        output.evalue if output.output_type == "error" else output.text
        for output in outputs
        if output.output_type == "error" or (output.output_type == "stream" and output.name == "stderr")
    ]


def make(path: Path) -> str:
    """Run one notebook and write it; gives what is wrong with it, and does not write it then."""
    with TemporaryDirectory() as folder:
        try:
            notebook = tidy(execute(nbformat.read(path, as_version=4), Path(folder)))
        except CellExecutionError as error:
            return f"{path.name}: {error}"
    if found := noise(notebook):
        return f"{path.name}: on stderr: {'; '.join(found)}"
    nbformat.write(notebook, path)
    return ""


def main(names: list[str]) -> int:
    """Run the notebooks of these names, or all; gives the exit status."""
    known = {path.stem: path for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    if unknown := [name for name in names if name not in known]:
        print(f"no notebook is called {', '.join(unknown)}: there are {', '.join(known)}", file=sys.stderr)
        return 2
    wrong = [found for name in names or known if (found := make(known[name]))]
    print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
