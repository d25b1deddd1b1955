"""Result folders on a terminal: what they hold, rows of a query, finished work that nothing uses any more."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from alliance_sim.estimates.tables import DESIGN, gaps
from alliance_sim.files.record import read_record
from alliance_sim.report import stored
from alliance_sim.scenario.problem import ConfigError, Place, Problem

if TYPE_CHECKING:
    import pandas as pd


def show(screen: Console, folder: Path) -> None:
    """Print a calibration, an answer or a run, or a list of those in the folders inside. Raises ConfigError."""
    if stored.is_calibration(folder):
        stored.print_calibrated(screen, folder)
        return
    runs = stored.runs_in(folder)
    if runs[0].folder != folder:
        stored.print_runs(screen, runs)
    elif runs[0].kind:
        stored.print_answer(screen, runs[0])
    else:
        stored.print_run(screen, runs[0])


def select(folder: Path, sql: str) -> "tuple[pd.DataFrame, list[str]]":
    """The rows of a query over the tables of one run or answer, and what its tables lack.

    Raises ConfigError for a folder that holds none or several, QueryError for a query that cannot be answered.
    """
    from alliance_sim.estimates.query import query

    if not (folder / DESIGN).exists() and stored.runs_in(folder)[0].folder != folder:
        raise ConfigError([Problem(Place(str(folder)), "a folder of runs", "with --sql, the folder of one run")])
    return query(folder, sql), gaps(folder)


def remove_superseded(screen: Console, folder: Path) -> None:
    """Remove finished work that is not used any more, and print what was removed.

    Raises ConfigError for a folder without a record, and FolderInUseError while a run writes there.
    """
    if read_record(folder) is None:
        allowed = "the folder of one run, answer or calibration, which has a written.json"
        raise ConfigError([Problem(Place(str(folder)), "no result folder", allowed)])
    stored.print_removed(screen, folder)
