"""How large an experiment is and how long it takes, before it is run."""

import json
from pathlib import Path

import numba
import pytest

from alliance_sim.experiment import plan
from alliance_sim.experiment.plan import Speed, forecast, probe, speed_here
from tests.experiment.conftest import BARE, Small


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where speeds are noted: nothing is known at first."""
    notes = tmp_path / "cache" / "speed.json"
    monkeypatch.setattr(speed_here, "__defaults__", (notes,))
    return notes


def test_size_counts_every_client_and_scheduled_session_of_every_point(small: Small) -> None:
    size = forecast(small())
    assert (size.design_points, size.clients, size.client_sessions) == (4, 4 * 6 * 12, 4 * 6 * 12 * 6)
    assert forecast(small("treatment=waiting_list")).client_sessions == 0


def test_time_grows_with_weeks_and_with_parts(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "probe", lambda _: Speed(per_part=10.0, per_week=1.0))
    assert forecast(small()).seconds == 4 * 10 + 4 * 6 * 12 * 6
    assert forecast(small("replicates=12")).seconds == 4 * 10 + 2 * 4 * 6 * 12 * 6


def test_speed_is_measured_once_for_the_tables_that_are_kept(
    small: Small, notes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trials = iter([Speed(1.0, 2.0), Speed(3.0, 4.0), Speed(5.0, 6.0)])
    monkeypatch.setattr(plan, "probe", lambda _: next(trials))
    assert [speed_here(small()), speed_here(small("seed=9")), speed_here(small(BARE))] == [(1, 2), (1, 2), (3, 4)]
    assert json.loads(notes.read_text(encoding="utf-8"))["sessions, clients, replicates"] == [1, 2]
    notes.write_text("damaged", encoding="utf-8")
    assert speed_here(small()) == (5, 6)


def test_without_a_compiler_or_with_code_of_the_user_no_time_is_known(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    (small.home / "own.py").write_text("from alliance_sim.law.policy import plan as f\n")
    assert forecast(small("arms.mend.policy={custom: 'own:f'}")).seconds is None
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    assert forecast(small()).seconds is None


def test_a_trial_keeps_nothing_and_takes_some_time(small: Small) -> None:
    experiment = small("precision={estimate: pre_post_d, mcse: 0.1}")
    before = sorted(small.home.rglob("*"))
    speed = probe(experiment)
    assert (speed.per_week > 0, speed.per_part >= 0) == (True, True)
    assert sorted(small.home.rglob("*")) == before


def test_the_forecast_of_disk_is_of_the_order_of_what_a_run_writes(small: Small) -> None:
    changes = ("replicates=60", "clinic.therapists=8")
    small.run("out", *changes)
    written = sum(map(len, small.bytes("out").values()))
    assert 0.4 < forecast(small(*changes)).megabytes * 1e6 / written < 2.5
