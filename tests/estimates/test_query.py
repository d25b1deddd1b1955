"""SQL on the tables of a run."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.estimates.query import QueryError, connect, query, table

Write = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path, write_point: Write) -> Path:
    """Two arms; of the second point nothing is finished yet."""
    people = [{"replicate": r, "client": k, "symptoms_end": float(10 * r + k)} for r in (1, 2) for k in (1, 2, 3)]
    write_point(tmp_path, "00000000000000aa", {"arm": "a", "dose": 0.5}, people, None)
    write_point(tmp_path, "00000000000000bb", {"arm": "b", "dose": 0.5}, people, None)
    for file in tmp_path.rglob("part-00000000000000bb-*"):
        if file.parent.name == "replicates.parquet":
            file.unlink()
    return tmp_path


def test_a_query_gives_a_frame(folder: Path) -> None:
    found = query(folder, "SELECT replicate, max(symptoms_end) AS worst FROM clients GROUP BY 1 ORDER BY 1")
    assert found.to_dict("list") == {"replicate": [1, 2], "worst": [13.0, 23.0]}


def test_points_say_whether_they_are_finished(folder: Path) -> None:
    assert query(folder, "SELECT arm, finished FROM points ORDER BY arm").to_dict("list") == {
        "arm": ["a", "b"],
        "finished": [True, False],
    }


def test_rows_of_unfinished_points_and_foreign_files_are_not_seen(folder: Path) -> None:
    (folder / "clients.parquet" / "other.parquet").write_bytes(b"nothing that anybody wrote")
    assert set(table(folder, "clients")["arm"]) == {"a"}


def test_a_connection_can_be_used_as_duckdb_is(folder: Path) -> None:
    with connect(folder) as asked:
        assert asked.sql("SELECT count(*) FROM clients").fetchall() == [(6,)]


@pytest.mark.parametrize(
    ("sql", "columns"),
    [
        ("SELEC 1", []),
        ("SELECT nothing FROM clients", ["clients"]),
        ("SELECT * FROM client", ["clients"]),
        ("SELECT * FROM sessions, clients", ["clients"]),
        ("SELECT nothing FROM clients JOIN points USING (arm)", ["points", "clients"]),
    ],
)
def test_a_wrong_query_is_told_with_the_tables_and_the_columns_of_those_that_it_names(
    folder: Path, sql: str, columns: list[str]
) -> None:
    with pytest.raises(QueryError, match="There is: points, replicates, clients") as caught:
        query(folder, sql)
    told = str(caught.value).splitlines()
    assert [line.partition(":")[0].strip() for line in told if line.startswith("  ")] == columns


def test_a_table_that_is_misspelt_is_told_first_with_the_one_that_was_meant(folder: Path) -> None:
    with pytest.raises(QueryError) as caught:
        table(folder, "client")
    assert str(caught.value).splitlines()[1] == "Did you mean clients?"


def test_a_query_changes_nothing_in_the_folder(folder: Path) -> None:
    before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    for sql in ("DELETE FROM clients", f"COPY (SELECT 1) TO '{folder / 'design.csv'}'", "DROP VIEW clients"):
        with pytest.raises(QueryError):
            query(folder, sql)
    assert {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("", "no query"),
        ("-- nothing", "no query"),
        ("SELECT 1; SELECT 2", "2 statements (SELECT, SELECT)"),
        ("COPY (SELECT 1) TO 'here.csv'", "COPY"),
        ("EXPLAIN ANALYZE COPY (SELECT 1) TO 'here.csv'", "EXPLAIN"),
        ("ATTACH 'here.db'", "ATTACH"),
        ("EXPORT DATABASE 'here'", "EXPORT"),
        ("INSTALL httpfs", "LOAD"),
        ("LOAD httpfs", "LOAD"),
        ("SET lock_configuration = false", "SET"),
        ("CREATE TABLE mine AS SELECT * FROM clients", "CREATE"),
    ],
)
def test_only_one_select_is_answered(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str, found: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryError) as caught:
        query(folder, sql)
    assert str(caught.value) == (
        f"found {found}; allowed: one SELECT. Tables are read and never written (--csv FILE writes what is found)."
    )
    assert not list(tmp_path.glob("here*"))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{other}')",
        "SELECT * FROM read_csv('{other}')",
        "SELECT * FROM '{other}'",
        "SELECT * FROM glob('{folder}/../*')",
        "SELECT * FROM read_text('{folder}/../{other_name}')",
        "SELECT * FROM 'https://example.invalid/a.parquet'",
        "SELECT * FROM mine",
    ],
)
def test_a_query_reads_no_file_outside_of_the_folder(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, sql: str
) -> None:
    mine = pd.DataFrame({"secret": [1]})  # which DuckDB would find in the program
    other = tmp_path_factory.mktemp("other") / "other.csv"
    mine.to_csv(other, index=False)
    inside = f"{other.parent.name}/{other.name}"
    with pytest.raises(QueryError):
        query(folder, sql.format(other=other, folder=folder, other_name=inside))


def test_a_folder_may_be_named_from_where_one_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    assert len(query(folder.name, "SELECT * FROM clients")) == 6


@pytest.mark.parametrize(
    "sql", ["DESCRIBE clients", "SUMMARIZE clients", "FROM clients", "WITH a AS (FROM clients) FROM a"]
)
def test_what_reads_only_is_answered(folder: Path, sql: str) -> None:
    assert len(query(folder, sql))


def test_a_folder_without_a_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="holds no run"):
        connect(tmp_path)
