"""Criterion-based shares of a clinic, and their null."""

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.estimands import falls
from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimands.clinics import Clinics
from alliance_sim.evidence.findings import finding

Make = Callable[[list[dict[str, object]]], Clinics]


def course(ratings: list[float], **also: object) -> list[dict[str, object]]:
    """A client's weeks, nan where there was no rating."""
    return [{"session": week, "wai_client": value, **also} for week, value in enumerate(ratings, start=1)]


def steady(clients: int, weeks: int, **also: object) -> list[dict[str, object]]:
    """Clients at levels of their own, with a little error."""
    rng = np.random.default_rng(1)
    rows = []
    for client in range(10, 10 + clients):
        level = 3 + 2 * rng.random()
        values = np.clip(level + 0.1 * rng.standard_normal(weeks), 1, 5)
        rows += course(values.tolist(), client=client, **also)
    return rows


def test_shares_count_clients_by_their_last_fall(sessions: Make) -> None:
    fell = course([4.5, 4.5, 2.0, 2.1, 2.0, 2.0], client=1)
    mended = course([4.5, 4.5, 2.0, 4.5, 4.4, 4.5], client=2)
    higher = course([3.5, 3.5, 1.5, 4.5, 4.5, 4.5], client=3)
    never = course([float("nan")] * 6, client=4)
    rows = sessions(fell + mended + higher + never + steady(6, 6))
    assert falls.observed(rows)[0] == pytest.approx([30, 20, 10, 10])
    assert BY_NAME["falls_repaired_pct"].measure(rows)[0] == pytest.approx(20)


def test_a_clinic_is_measured_by_its_own_spread_and_has_its_own_random_draws(sessions: Make) -> None:
    one, two = steady(12, 8, replicate=1), [{**row, "replicate": 2} for row in steady(12, 8)]
    both = sessions(one + two)
    assert np.array_equal(falls.observed(both)[0], falls.observed(both)[1])
    alone = [falls.expected(sessions(part))[0] for part in (one, two)]
    assert np.array_equal(falls.expected(both), alone)


def test_the_null_of_clients_at_their_own_levels_is_what_is_observed(sessions: Make) -> None:
    rows = sessions([row for k in range(1, 41) for row in steady(20, 10, replicate=k)])
    observed, null = falls.observed(rows), falls.expected(rows)
    error = null.std(axis=0, ddof=1) / np.sqrt(len(null))
    assert np.all(np.abs(observed.mean(axis=0) - null.mean(axis=0)) <= 4 * error + 5.0)


def test_a_share_and_its_null_are_each_made_once_for_a_block_of_rows(
    sessions: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    outcome = falls.outcome
    monkeypatch.setattr(falls, "outcome", lambda *given: seen.append(1) or outcome(*given))
    rows = sessions(steady(6, 6))
    for each in falls.ESTIMANDS:
        each.measure(rows)
    assert len(seen) == 2


def test_the_dependability_is_the_one_that_was_published() -> None:
    assert finding("A20").parts[0].value == falls.DEPENDABILITY
