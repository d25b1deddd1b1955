"""Asking a result folder in SQL: its design points, replicates, clients, sessions and estimates as tables of DuckDB."""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pandas as pd

from alliance_sim.analysis.tables import DESIGN, open_results

TABLES = ("points", "replicates", "clients", "sessions", "estimates")
"""What can be asked, where the run has kept it."""


class QueryError(ValueError):
    """A query that cannot be answered; the message says why, and what there is."""


def connect(folder: Path | str) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with a view for each of TABLES that the folder of a run holds.

    `points` is design.csv with `finished`; `replicates`, `clients` and `sessions` are the rows of the design points
    that are finished, and no others; `estimates` is estimates.csv. Nothing is copied: rows are read when they are asked
    for, and nothing in the folder is changed. Raises FileNotFoundError when the folder holds no run.
    """
    folder = Path(folder)
    if not (folder / DESIGN).exists():
        raise FileNotFoundError(f"{folder} holds no run: there is no {DESIGN} in it")
    asked = duckdb.connect()
    kept: dict[str, list[Path]] = {"replicates": [], "clients": [], "sessions": []}
    finished: list[int] = []
    try:
        results = open_results(folder)
    except FileNotFoundError:
        pass
    else:
        finished = [point.number for point in results.points]
        kept["replicates"] = [file for point in results.points for file in point.replicates]
        kept["clients"] = [file for point in results.points for file in point.clients]
        kept["sessions"] = [file for point in results.points for file in point.sessions]
    asked.register("finished_points", pd.DataFrame({"point": pd.Series(finished, dtype="int64")}))
    asked.execute(
        f"CREATE VIEW points AS SELECT *, point IN (SELECT point FROM finished_points) AS finished "
        f"FROM read_csv({_quoted([folder / DESIGN])}, header = true)"
    )
    for table, files in kept.items():
        if files:
            source = f"read_parquet({_quoted(files)})"
            asked.execute(f"CREATE VIEW {table} AS SELECT * FROM {source}")
    if (folder / "estimates.csv").exists():
        source = f"read_csv({_quoted([folder / 'estimates.csv'])}, header = true, sample_size = -1)"
        asked.execute(f"CREATE VIEW estimates AS SELECT * FROM {source}")
    return asked


def _quoted(files: Iterable[Path]) -> str:
    """Files as a list in SQL."""
    return "[" + ", ".join("'" + str(file).replace("'", "''") + "'" for file in files) + "]"


def query(folder: Path | str, sql: str) -> pd.DataFrame:
    """The rows that a query gives, as a frame.

    Raises QueryError for a query that is wrong, with the tables and columns that there are, and for a damaged file.
    """
    with connect(folder) as asked:
        try:
            return asked.execute(sql).df()
        except duckdb.Error as error:
            raise QueryError(f"{_first_line(error)}\n{_there_is(asked)}") from None


def table(folder: Path | str, name: str) -> pd.DataFrame:
    """One of TABLES as a frame. Raises QueryError when the run has not kept it."""
    return query(folder, f'SELECT * FROM "{name}"')


def _first_line(error: duckdb.Error) -> str:
    """What DuckDB says, without the place in the query that it draws below."""
    return str(error).strip().splitlines()[0]


def _there_is(asked: duckdb.DuckDBPyConnection) -> str:
    """Tables with their columns."""
    lines = []
    for name in TABLES:
        try:
            columns = [str(row[0]) for row in asked.execute(f"DESCRIBE {name}").fetchall()]
        except duckdb.Error:
            continue
        lines.append(f"  {name}: {', '.join(columns)}")
    return "There is:\n" + "\n".join(lines)
