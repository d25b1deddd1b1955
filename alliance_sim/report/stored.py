"""What a result folder holds, on a terminal: a run with its design points, the answer of a question, or all of them."""

from __future__ import annotations

import json
import math
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.console import Console
from rich.text import Text

from alliance_sim.compiled import LAW_VERSION
from alliance_sim.estimates.tables import TABLES, files_of_points, gaps, open_results, read_design
from alliance_sim.experiment.superseded import remove_superseded, superseded
from alliance_sim.files import errors
from alliance_sim.files.record import as_written, read_record
from alliance_sim.files.study import CALIBRATION, question_kind
from alliance_sim.files.sums import DamagedError, damaged
from alliance_sim.scenario.letters import visible
from alliance_sim.scenario.problem import ConfigError, Place, Problem, counted
from alliance_sim.scenario.screen import columns_that_fit, print_table, table_of
from alliance_sim.stats.numbers import setting

if TYPE_CHECKING:
    import pandas as pd

MOST_POINTS = 20
"""So many design points are listed."""

MOST_ROWS = 40
"""So many rows of an answer are shown."""


class Run(NamedTuple):
    """A run of an experiment, or a question that was answered, as its folder holds it."""

    folder: Path
    about: dict[str, Any]  # the manifest
    size: int  # bytes

    @property
    def law(self) -> str:
        """The law that it was run by, and whether this program has another."""
        law = str(self.about["versions"]["law"])
        return law if law == LAW_VERSION else f"{law} (this program: {LAW_VERSION})"

    @property
    def kind(self) -> str:
        """The kind of the question; empty for an experiment."""
        return question_kind(self.about)

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.about["config"].get("title") or self.folder.name)

    @property
    def state(self) -> str:
        """How many of its design points are finished; a question is finished when it is answered."""
        if self.kind:
            return "answered"
        points = self.about["points"]
        return f"{points['finished']} of {points['all']}"


def runs_in(folder: Path) -> list[Run]:
    """The run in a folder, or the runs in the folders inside it.

    Raises ConfigError when there is no such folder, or no run in it.
    """
    place = Place(str(folder))
    if not folder.is_dir():
        near = sorted(path.name for path in folder.parent.glob("*") if path.is_dir()) if folder.parent.is_dir() else []
        raise ConfigError(
            [Problem(place, "no such folder", f"a result folder; beside it: {', '.join(near) or 'none'}")]
        )
    if os.path.lexists(folder / "manifest.json") or read_record(folder) is not None:
        return [_run(folder)]
    found = []
    for path in sorted(folder.glob("*/manifest.json")):
        with suppress(ConfigError):  # of another program, or of a version before this one
            found.append(_run(path.parent))
    if not found:
        raise ConfigError([Problem(place, "no run", "a folder with a manifest.json, or a folder of such folders")])
    return found


def _run(folder: Path) -> Run:
    file = as_written(folder / "manifest.json")
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
        _need(about)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        words = "the manifest of a run (run its config again to have it written anew)"
        found = errors.in_its_place(file, f"no manifest ({error})")
        raise ConfigError([Problem(Place(str(file)), found, words)]) from None
    return Run(folder, about, sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()))


def _need(about: dict[str, Any]) -> None:
    """Raise ValueError or KeyError where a manifest does not hold what is shown of it."""
    held = [about["versions"]["law"], about["versions"]["alliance_sim"], about["config"].get("title")]
    if question_kind(about):
        texts = [about["written"], about["answer"]]
    else:
        texts = [about["written"], *about["notices"]]
        held += [about["points"]["all"], about["points"]["finished"], about["replicates"], about["seed"]]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("other contents")


def print_runs(screen: Console, runs: list[Run]) -> None:
    """Print a run a line."""
    table = table_of("", "run", "title", "design points", "law", "written", "size")
    for run in runs:
        table.add_row(
            Text(run.folder.name), Text(run.title), run.state, run.law, run.about["written"][:16], _bytes(run.size),
        )  # fmt: skip
    print_table(screen, table)


def print_run(screen: Console, run: Run) -> None:
    """Print what a run is, what it has kept, and its first design points."""
    about = run.about
    most = "at most " if about["config"].get("precision") else ""
    facts = {
        "Design points": f"{run.state} finished",
        "Replicates": f"{most}{about['replicates']}, seed {about['seed']}",
        **_origin(run),
        "Kept": "; ".join(_kept(run.folder)) or "nothing yet",
        **_superseded(run.folder),
    }
    _facts(screen, run, facts)
    for notice in about["notices"]:
        screen.print(Text("Note: " + notice, style="yellow"))
    for words in gaps(run.folder):
        screen.print(Text(f"Note: there are {words}; run the config again.", style="yellow"))
    _points(screen, run)


def print_answer(screen: Console, run: Run) -> None:
    """Print what was asked, the answer in short, and the tables that can be asked with their columns."""
    import pandas as pd
    from rich.markdown import Markdown
    from rich.padding import Padding

    from alliance_sim.estimates.query import ANSWER, answer_tables

    pictures = len(list((run.folder / "figures").glob("*.png")))
    kept = f"{ANSWER}, report.html, {counted(pictures, 'figure')}"
    _facts(screen, run, {"Question": run.kind, **_origin(run), "Kept": kept, **_superseded(run.folder)})
    screen.print(Padding(Markdown(run.about["answer"]), (1, 0)))
    table = table_of("", "table", "rows", "columns")
    for file in answer_tables(run.folder):
        try:
            rows = pd.read_csv(as_written(file))
        except (OSError, ValueError) as error:
            raise ConfigError([errors.unreadable_table(file, error)]) from None
        table.add_row(Text(file.stem), f"{len(rows):,}", Text(", ".join(map(str, rows.columns))))
    print_table(screen, table)


def _origin(run: Run) -> dict[str, str]:
    """By which law and program it was made, and when."""
    return {
        "Law": run.law,
        "Written": f"{run.about['written']} by alliance_sim {run.about['versions']['alliance_sim']}",
    }


def _facts(screen: Console, run: Run, facts: Mapping[str, str]) -> None:
    """Print the title and a fact a line."""
    screen.print(Text(run.title, style="bold"))
    for name, words in facts.items():
        screen.print(Text(f"{name:<14}") + Text(words), overflow="fold")


def _superseded(folder: Path) -> dict[str, str]:
    """How much finished work the folder holds that is not read any more."""
    files = superseded(folder)
    if not files:
        return {}
    words = f"{counted(len(files), 'file')}, {_bytes(sum(file.stat().st_size for file in files))}"
    return {"Superseded": f"{words}: not in the design or answer of today, and not read (--remove-superseded)"}


def is_calibration(folder: Path) -> bool:
    """Whether a folder holds a calibration. Raises ConfigError for one that has not ended."""
    record = read_record(folder)
    if record is None or record.study is None or record.study.kind != CALIBRATION:
        return False
    if not record.has("calibration.json"):
        found = "a calibration that has not ended"
        raise ConfigError([Problem(Place(str(folder)), found, "one that has; calibrate again, and it goes on")])
    return True


def print_calibrated(screen: Console, folder: Path) -> None:
    """Print what a calibration found, and how much work of it is superseded."""
    from alliance_sim.report.fitted import print_fit

    print_fit(screen, folder)
    for name, words in _superseded(folder).items():
        screen.print(Text(f"{name}: {words}"))


def print_removed(screen: Console, folder: Path) -> None:
    """Remove finished work that is not read any more, and say what was removed."""
    files = superseded(folder)
    size = sum(file.stat().st_size for file in files)
    removed = remove_superseded(folder)
    for place, count in Counter(file.parent for file in removed).items():
        screen.print(f"{place.relative_to(folder).as_posix()}: {counted(count, 'file')}", markup=False)
    screen.print(f"Removed: {counted(len(removed), 'file')}, {_bytes(size)}.", markup=False)


def _kept(folder: Path) -> Iterator[str]:
    """Tables with their files and size. Raises ConfigError where a part of the design is damaged."""
    try:
        points = open_results(folder).points
    except FileNotFoundError:
        points = ()
    except DamagedError as error:
        raise ConfigError([errors.damaged_part(error.file)]) from None
    bad = damaged(files_of_points(points))
    if bad:
        raise ConfigError([errors.damaged_part(file) for file in bad])
    for table in TABLES:
        files = [file for point in points for file in getattr(point, table)]
        if files:
            yield f"{table} ({len(files)} files, {_bytes(sum(file.stat().st_size for file in files))})"
    for name in ("estimates.csv", "report.html"):
        if (folder / name).exists():
            yield name


def _points(screen: Console, run: Run) -> None:
    """The first design points with what tells them apart, and whether they are finished."""
    try:
        finished = {point.number for point in open_results(run.folder).points}
    except FileNotFoundError:
        finished = set()
    columns, rows = read_design(run.folder)
    if not rows:
        return
    names = ["point", "arm", *columns, "part"]
    table = table_of("", *names, "finished")
    for row in rows[:MOST_POINTS]:
        shown = {**row, "part": row["part"][:16]}
        table.add_row(*(Text(_short(shown[name])) for name in names), "yes" if int(row["point"]) in finished else "no")
    print_table(screen, table)
    if len(rows) > MOST_POINTS:
        screen.print(f"... and {len(rows) - MOST_POINTS:,} more: --sql 'SELECT * FROM points'")


def _short(text: str) -> str:
    """A label; long numbers are rounded."""
    try:
        return setting(float(text)) if len(text) > 8 and "." in text else visible(text)
    except ValueError:
        return visible(text)


def _bytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size < 1e9 else f"{size / 1e9:,.1f} GB"


def print_rows(screen: Console, rows: pd.DataFrame) -> None:
    """Print the rows of an answer: of many the first, and of many columns those that fit."""
    heads = [visible(str(name)) for name in rows.columns]
    cells = [[_cell(value) for value in row] for row in rows.head(MOST_ROWS).itertuples(index=False)]
    shown = columns_that_fit(screen, heads, cells)
    table = table_of("", *heads[:shown])
    for row in cells:
        table.add_row(*map(Text, row[:shown]))
    print_table(screen, table)
    if len(rows) > MOST_ROWS:
        screen.print(f"... and {len(rows) - MOST_ROWS:,} more rows; --csv FILE writes all of them")
    if shown < len(heads):
        rest = counted(len(heads) - shown, "more column")
        screen.print(f"... and {rest}: {', '.join(heads[shown:])}. Name the columns that you want, or use --csv FILE.")


def _cell(value: object) -> str:
    import pandas as pd

    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.6g}"
    return "" if value is None or value is pd.NA or value is pd.NaT else visible(str(value))
