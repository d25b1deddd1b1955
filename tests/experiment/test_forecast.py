"""How large an experiment is, told before it is run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.experiment import plan
from alliance_sim.experiment.plan import Speed, forecast, probe
from alliance_sim.experiment.run import run
from alliance_sim.scenario import Experiment

Loader = Callable[..., Experiment]


def test_size_counts_every_client_and_scheduled_session_of_every_point(small: Loader) -> None:
    told = forecast(small())
    assert told.design_points == 4
    assert told.clients == 4 * 6 * 12
    assert told.client_sessions == 4 * 6 * 12 * 6


def test_a_waiting_list_has_clients_and_no_sessions(small: Loader) -> None:
    assert forecast(small("treatment=waiting_list")).client_sessions == 0


def test_time_grows_with_weeks_and_with_parts(small: Loader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "speed_here", lambda _: Speed(per_part=10.0, per_week=1.0))
    assert forecast(small()).seconds == 4 * 10 + 4 * 6 * 12 * 6
    assert forecast(small("replicates=12")).seconds == 4 * 10 + 2 * 4 * 6 * 12 * 6


def test_a_trial_keeps_nothing_and_takes_some_time(small: Loader, tmp_path: Path) -> None:
    experiment = small("precision={estimate: pre_post_d, mcse: 0.1}")
    before = sorted(tmp_path.rglob("*"))
    speed = probe(experiment)
    assert speed.per_week > 0
    assert speed.per_part >= 0
    assert sorted(tmp_path.rglob("*")) == before


def test_disk_is_told_to_the_order_of_what_a_run_writes(small: Loader, tmp_path: Path) -> None:
    experiment = small("replicates=60", "clinic.therapists=8")
    run(experiment, tmp_path / "out")
    written = sum(file.stat().st_size for file in (tmp_path / "out").glob("*.parquet/*"))
    assert 0.4 < forecast(experiment).megabytes * 1e6 / written < 2.5
