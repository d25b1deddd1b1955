"""Rows of a block for measuring: the same columns as in its tables."""

import numpy as np
import pytest

from alliance_sim.engine.block import play_block
from alliance_sim.estimands.clinics import Clinics
from alliance_sim.experiment.rows import client_rows, session_rows
from alliance_sim.experiment.tables import tables
from alliance_sim.scenario.scenario import Clinic, DesignPoint, Scenario

SCENARIO = Scenario(clinic=Clinic(3, 4, 6))
REPLICATES = range(2, 5)


def same(one: Clinics, other: Clinics, name: str) -> bool:
    """Whether a column of both has the same type and the same values."""
    try:
        a, b = one.words(name), other.words(name)
        return a.names == b.names and np.array_equal(a.codes, b.codes)
    except TypeError:
        c, d = one.array(name), other.array(name)
        return c.dtype == d.dtype and np.array_equal(c.astype(float), d.astype(float), equal_nan=True)


def test_every_column_of_both_tables_is_among_the_rows() -> None:
    block = play_block(SCENARIO, 7, REPLICATES)
    point = DesignPoint(1, "repair", {}, SCENARIO, "")
    sessions, clients = tables(point, block, REPLICATES)
    assert sessions is not None
    pairs = ((clients, client_rows(SCENARIO, block, REPLICATES)), (sessions, session_rows(block)))
    for table, rows in pairs:
        names = [name for name in table.column_names if name != "arm"]
        assert [name for name in names if not same(Clinics.from_arrow(table), rows, name)] == []


def test_without_sessions_there_are_no_session_rows() -> None:
    assert len(session_rows(play_block(SCENARIO, 7, REPLICATES, sessions=False))) == 0


def test_a_column_is_made_once_and_only_if_it_is_asked_for() -> None:
    made = []

    def column(name: str) -> np.ndarray:
        made.append(name)
        return np.arange(3.0)

    rows = Clinics({"replicate": np.ones(3, int), "a": lambda: column("a"), "b": lambda: column("b")})
    some = rows.take(np.array([0, 2]))
    assert made == []
    assert list(some.floats("a")) == [0.0, 2.0]
    assert list(rows.floats("a")) == [0.0, 1.0, 2.0]
    assert made == ["a"]


@pytest.mark.parametrize("name", ["reliable_change", "rupture"])
def test_words_of_rows_are_no_numbers(name: str) -> None:
    block = play_block(SCENARIO, 7, REPLICATES)
    rows = client_rows(SCENARIO, block, REPLICATES) if name == "reliable_change" else session_rows(block)
    with pytest.raises(TypeError):
        rows.array(name)
