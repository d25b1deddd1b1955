"""A client's row counts what that client's session rows say."""

import numpy as np
import pytest

from alliance_sim.law.world import World
from tests.law.people import play, with_parameters


@pytest.fixture(scope="module")
def played():
    """A clinic with many ruptures; session rows of each client in a list, and client rows."""
    run = play(with_parameters(World(), "rupture", base=-1.0), therapists=5, caseload=8, weeks=14)
    each = [{name: v[run.columns["client"] == k + 1] for name, v in run.columns.items()} for k in range(40)]
    return each, run.clients


COUNTS = {
    "sessions_scheduled": lambda s: len(s["session"]),
    "sessions_attended": lambda s: s["attended"].sum(),
    "ruptures": lambda s: (s["rupture"] > 0).sum(),
    "withdrawals": lambda s: (s["rupture"] == 1).sum(),
    "confrontations": lambda s: (s["rupture"] == 2).sum(),
    "noticed": lambda s: ((s["rupture"] > 0) & (s["noticed"] == 1)).sum(),
    "repairs": lambda s: ((s["rupture"] > 0) & (s["repaired"] == 1)).sum(),
    "repaired_sessions": lambda s: s["repaired"].sum(),
    "reports_client": lambda s: (s["rupture_client"] > 0).sum(),
    "reports_observer": lambda s: (s["rupture_observer"] > 0).sum(),
    "left": lambda s: s["left"][-1],
    "alliance_end": lambda s: s["alliance"][-1],
}


@pytest.mark.parametrize("column", COUNTS)
def test_a_client_row_counts_the_session_rows(played, column):
    sessions, clients = played
    counted = [COUNTS[column](rows) for rows in sessions]
    assert counted == clients[column].tolist()
    assert len(set(counted)) > 1


def first_or_nan(values):
    """The first of some values; nan when there are none."""
    return values[0] if len(values) else np.nan


RATINGS = {
    "wai_early": lambda s: first_or_nan(s["wai_client"][(s["attended"] == 1) & (s["session"] >= 3)]),
    "wai_last": lambda s: first_or_nan(s["wai_client"][s["attended"] == 1][::-1]),
    "symptoms_last": lambda s: first_or_nan(s["symptoms"][s["attended"] == 1][::-1]),
    "wai_mean": lambda s: np.mean(s["wai_client"][s["attended"] == 1]) if s["attended"].any() else np.nan,
    "left_week": lambda s: first_or_nan(s["session"][s["left"] > 0]),
}


@pytest.mark.parametrize("column", RATINGS)
def test_a_client_row_keeps_the_ratings_of_the_session_rows(played, column):
    sessions, clients = played
    assert clients[column].tolist() == pytest.approx([RATINGS[column](rows) for rows in sessions], nan_ok=True)


def test_symptoms_at_the_planned_end_are_those_of_the_last_session_for_who_came_to_it(played):
    sessions, clients = played
    came = np.array([rows["session"][-1] == 14 and rows["attended"][-1] == 1 for rows in sessions])
    assert came.any()
    assert np.array_equal(clients["symptoms_end"][came], clients["symptoms_last"][came])
