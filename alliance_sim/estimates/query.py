"""Asking a result folder in SQL: the tables of a run, and those of the answer of a question, as tables of DuckDB."""

import re
import tempfile
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from uuid import uuid4

import duckdb
import pandas as pd

from alliance_sim.estimates.tables import DESIGN, open_results
from alliance_sim.files.record import as_written, read_record
from alliance_sim.files.sums import DamagedError, damaged
from alliance_sim.scenario.problem import ConfigError, nearest

TABLES = ("points", "replicates", "clients", "sessions", "estimates")
"""What can be asked of a run, where it has kept it."""

ANSWER = "answer.md"
"""The file that tells the answer of a question, beside its tables NAME.csv."""


class QueryError(ValueError):
    """A query that cannot be answered; the message says why, and what there is."""


def connect(folder: Path | str, about: Collection[str] = TABLES) -> duckdb.DuckDBPyConnection:
    """A DuckDB connection with a view for each of TABLES that the folder of a run holds, or each table of an answer.

    `points` is design.csv with `finished`; `replicates`, `clients` and `sessions` are the rows of the design points
    that are finished, and no others; `estimates` is estimates.csv. Of a question, each NAME.csv is the view NAME.
    Nothing is copied: rows are read when they are asked for, and nothing in the folder is changed. Raises
    FileNotFoundError when the folder holds neither, DamagedError where a part of the tables that it is `about` is not
    as it was written, ConfigError for any other such file.
    """
    folder = Path(folder)
    has_run, has_answer = (folder / DESIGN).exists(), (folder / ANSWER).exists()
    if not has_run and not has_answer:
        raise FileNotFoundError(f"{folder} holds no run: there is no {DESIGN} and no {ANSWER} in it")
    asked = duckdb.connect()
    if has_run:
        _see_run(asked, folder, about)
    if has_answer:
        for file in answer_tables(folder):
            _see_csv(asked, file.stem, file)
    return asked


def answer_tables(folder: Path) -> list[Path]:
    """The tables of the answer of a question in a folder, by name; tables that a run writes too are not among them."""
    of_runs = {DESIGN, *(f"{name}.csv" for name in TABLES)} if (folder / DESIGN).exists() else set()
    record = read_record(folder)
    ours = record.files if record is not None else {file.name for file in folder.glob("*.csv")}
    return [file for file in sorted(folder.glob("*.csv")) if file.name in ours and file.name not in of_runs]


def _see_run(asked: duckdb.DuckDBPyConnection, folder: Path, about: Collection[str]) -> None:
    """Make the views of a run."""
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
    asked.register(_FINISHED, pd.DataFrame({"point": pd.Series(finished, dtype="int64")}))
    asked.execute(
        f"CREATE VIEW points AS SELECT *, point IN (SELECT point FROM {_FINISHED}) AS finished "
        f"FROM read_csv({_quoted([as_written(folder / DESIGN)])}, header = true)"
    )
    for table, files in kept.items():
        for file in damaged(files) if table in about else ():  # DuckDB reads changed bytes
            raise DamagedError(file)
        if files:
            source = f"read_parquet({_quoted(files)}, hive_partitioning = false)"  # the name of a folder is no column
            asked.execute(f"CREATE VIEW {table} AS SELECT * FROM {source}")
    if (folder / "estimates.csv").exists():
        _see_csv(asked, "estimates", folder / "estimates.csv")


def _see_csv(asked: duckdb.DuckDBPyConnection, name: str, file: Path) -> None:
    """Make a view of a CSV file; types of columns are told from all rows."""
    source = _quoted([as_written(file)])
    asked.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_csv({source}, header = true, sample_size = -1)')


_FINISHED = "finished_points"


def _quoted(files: Iterable[Path]) -> str:
    """Files as a list in SQL."""
    return "[" + ", ".join("'" + str(file).replace("'", "''") + "'" for file in files) + "]"


def query(folder: Path | str, sql: str) -> pd.DataFrame:
    """The rows that a query gives, as a frame.

    It is one SELECT, which reads the folder's tables and no other file, and writes nothing. Raises QueryError for a
    query that is something else or is wrong, with the tables that there are and the columns of those that it is about,
    and for a damaged file.
    """
    folder = Path(folder)
    try:
        asked = connect(folder.resolve() if folder.exists() else folder, _about(sql))
    except (DamagedError, ConfigError, FileNotFoundError) as error:
        raise QueryError(str(error)) from None
    except duckdb.Error as error:
        raise QueryError(_first_line(error)) from None
    with asked:
        _close(asked, folder.resolve())
        try:
            kinds = [statement.type for statement in asked.extract_statements(sql)]
            if kinds != [duckdb.StatementType.SELECT]:
                raise QueryError(_not_a_select(kinds))
            return asked.execute(sql).df()
        except duckdb.Error as error:
            raise QueryError(f"{_first_line(error)}\n{_there_is(asked, sql, error)}") from None


def _about(sql: str) -> Collection[str]:
    """The tables that a query may read: those that it names, or all where it puts names together itself."""
    words = _words(sql)
    return TABLES if words & {"query", "query_table"} else words


def _words(sql: str) -> set[str]:
    """The words of a query, in small letters: every name that it may be about."""
    return {word.lower() for word in re.findall(r"\w+", sql)}


def _close(asked: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Let a connection read files of the folder and nothing else, for good."""
    spill = Path(tempfile.gettempdir()) / f"alliance_sim_{uuid4().hex}"  # where it goes when memory is short
    for setting in (
        f"temp_directory = {_quoted([spill])[1:-1]}",
        f"allowed_directories = {_quoted([folder])}",
        "enable_external_access = false",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "allow_community_extensions = false",
        "python_enable_replacements = false",
        "lock_configuration = true",
    ):
        asked.execute(f"SET {setting}")


def _not_a_select(kinds: Sequence[duckdb.StatementType]) -> str:
    """What is wrong with statements that are not one SELECT."""
    names = ", ".join(kind.name for kind in kinds)
    found = f"{len(kinds)} statements ({names})" if len(kinds) > 1 else names or "no query"
    return f"found {found}; allowed: one SELECT. Tables are read and never written (--csv FILE writes what is found)."


def table(folder: Path | str, name: str) -> pd.DataFrame:
    """One table of a run or of an answer as a frame. Raises QueryError when the folder does not hold it."""
    return query(folder, f'SELECT * FROM "{name}"')


def _first_line(error: duckdb.Error) -> str:
    """What DuckDB says, without the place in the query that it draws below."""
    return str(error).strip().splitlines()[0]


def _there_is(asked: duckdb.DuckDBPyConnection, sql: str, error: duckdb.Error) -> str:
    """The table that was meant, if one is near; all tables by name; the columns of those that the query is about."""
    views = asked.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    found = {str(row[0]) for row in views} - {_FINISHED}
    names = [*(name for name in TABLES if name in found), *sorted(found - set(TABLES))]
    missing = re.search(r'Table with name "?([^"\s]+?)"? does not exist', str(error))
    near = nearest(missing[1], names) if missing is not None else None
    words = _words(sql)
    about = [near] if near is not None else [name for name in names if name.lower() in words]
    lines = [f"Did you mean {near}?"] if near is not None else []
    lines.append(f"There is: {', '.join(names)}")
    for name in about:
        columns = [str(row[0]) for row in asked.execute(f'DESCRIBE "{name}"').fetchall()]
        lines.append(f"  {name}: {', '.join(columns)}")
    if not about and names:
        lines.append(f"Columns of one: DESCRIBE {names[0]}")
    return "\n".join(lines)
