"""Runs the examples of docs/own_data.md, writes their output into the page, and keeps the figures that it shows.

    python docs/make_own_data.py            # run every command, and write what it printed below it
    python docs/make_own_data.py --check    # run every command; exit status 1 where its output is another one

The commands run in an empty folder with copies of docs/data and configs in it; blocks are those of make_sweeps.py.
"""

import shutil
import sys
from pathlib import Path

from make_sweeps import made, main

DOCS = Path(__file__).parent
PAGE = DOCS / "own_data.md"
COPIED = {DOCS / "data": "docs/data", DOCS.parent / "configs": "configs"}
FIGURES = {
    "results/long/figures/beside_the_model.png": "own_data_beside_the_model.png",
    "results/long/figures/session_by_session.png": "own_data_session_by_session.png",
}
"""Figures of the page, as the commands write them, and their names in docs/images."""


def lay_out(folder: Path) -> None:
    """Copy what the commands need into an empty folder."""
    for source, place in COPIED.items():
        shutil.copytree(source, folder / place)


def keep(folder: Path) -> None:
    """Copy the figures of the page from the folder."""
    for source, name in FIGURES.items():
        if "--check" not in sys.argv:
            shutil.copyfile(folder / source, DOCS / "images" / name)


if __name__ == "__main__":
    sys.exit(main(PAGE, lambda page: made(page, lay_out, keep)))
