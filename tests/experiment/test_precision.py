"""Replicates are added until an estimate is precise enough."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimates.of_run import estimate
from alliance_sim.estimates.tables import open_results
from alliance_sim.experiment.precision import check_precision, precise
from alliance_sim.experiment.run import run
from alliance_sim.scenario import ConfigError, Experiment
from alliance_sim.scenario.scenario import Precision

Loader = Callable[..., Experiment]
Tables = Callable[[Path], dict[str, bytes]]

WANTED = "precision={estimate: symptoms_end, mcse: %s, of: %s, first: 4}"


def played(folder: Path) -> pd.Series:
    """How many replicates each arm has at each setting."""
    return pd.read_parquet(folder / "replicates.parquet").groupby(["trauma_prevalence", "arm"], observed=True).size()


def test_every_setting_is_played_until_it_is_precise_enough_and_no_longer(small: Loader, tmp_path: Path) -> None:
    experiment = small("replicates=200", WANTED % (0.3, "contrast"))
    run(experiment, tmp_path / "out")
    counts = played(tmp_path / "out")
    assert (counts % 4 == 0).all()
    assert counts.max() < 200
    table = estimate(open_results(tmp_path / "out"), "leave")
    rows = table[
        (table["kind"] == "contrast") & (table["estimate"] == "symptoms_end") & table["trauma_prevalence"].notna()
    ]
    assert (rows["mcse"] <= 0.3).all()
    values = pd.read_parquet(tmp_path / "out" / "replicates.parquet").pivot_table(
        index=["trauma_prevalence", "replicate"], columns="arm", values="symptoms_end"
    )
    difference = (values["mend"] - values["leave"]).groupby("trauma_prevalence")
    for setting, numbers in difference:
        before = numbers.to_numpy()[:-4]  # at the look before the last one it was not precise yet
        assert len(before) < 2 or before.std(ddof=1) / np.sqrt(len(before)) > 0.3, setting


def test_the_arms_of_a_setting_have_the_same_replicates(small: Loader, tmp_path: Path) -> None:
    run(small("replicates=60", WANTED % (0.8, "level")), tmp_path / "out")
    assert played(tmp_path / "out").groupby("trauma_prevalence").nunique().eq(1).all()


def test_never_more_than_the_replicates_of_the_config_are_played(small: Loader, tmp_path: Path) -> None:
    run(small("replicates=10", WANTED % (0.0001, "level")), tmp_path / "out")
    assert played(tmp_path / "out").eq(10).all()


def test_more_processes_stop_at_the_same_replicate(
    small: Loader, tmp_path: Path, tables_of: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment = small("replicates=60", WANTED % (0.8, "level"))
    run(experiment, tmp_path / "one", workers=1)
    monkeypatch.setattr("alliance_sim.experiment.run.TASK_COST", 1.0)
    run(experiment, tmp_path / "two", workers=2)
    assert tables_of(tmp_path / "one") == tables_of(tmp_path / "two")


def test_a_precise_run_is_found_finished_and_another_precision_plays_again(small: Loader, tmp_path: Path) -> None:
    assert run(small("replicates=60", WANTED % (0.8, "level")), tmp_path / "out").played == 4
    assert run(small("replicates=60", WANTED % (0.8, "level")), tmp_path / "out").played == 0
    assert run(small("replicates=60", WANTED % (0.7, "level")), tmp_path / "out").played == 4


def test_more_replicates_play_only_what_is_missing(
    small: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance_sim.experiment.size.BLOCK_ROWS", 144)  # units of two replicates with sessions
    run(small("replicates=8"), tmp_path / "out")
    before = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "out").rglob("part-*")}
    run(small("replicates=11"), tmp_path / "out")
    after = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "out").rglob("part-*")}
    assert len(after) > len(before)
    assert {name: after[name] for name in before} == before


def test_undefined_replicates_do_not_make_an_estimate_precise() -> None:
    wanted = Precision("symptoms_end", 1.0)
    assert not precise(wanted, {"a": np.array([1.0, np.nan, np.nan])}, "a")
    assert precise(wanted, {"a": np.array([1.0, np.nan, 1.5])}, "a")


def test_every_arm_must_be_precise(small: Loader) -> None:
    wanted = Precision("symptoms_end", 0.5)
    narrow, wide = np.array([1.0, 1.1, 0.9]), np.array([0.0, 9.0, 5.0])
    assert precise(wanted, {"a": narrow, "b": narrow + 3.0}, "a")
    assert not precise(wanted, {"a": narrow, "b": wide}, "a")
    assert precise(wanted._replace(of="contrast"), {"a": wide, "b": wide + narrow}, "a")


def test_replicates_of_one_draw_are_no_news_to_the_precision() -> None:
    """Ten clinics under two draws, alike within each: their error is that of two numbers, 1."""
    values = {"a": np.tile([0.0, 2.0], 5), "b": np.zeros(10)}
    wanted = Precision("symptoms_end", 0.5)
    assert precise(wanted, values, "a")
    assert not precise(wanted, values, "a", {"a": 2, "b": 0})
    assert not precise(wanted._replace(of="contrast"), values, "a", {"a": 2, "b": 0})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("precision={estimate: pre_post, mcse: 1}",), 'the unknown estimate "pre_post"'),
        (("precision={estimate: ruptures_pct, mcse: 1}", "outputs={sessions: false, story: false}"), "session table"),
        (("precision={estimate: between_d, mcse: 1, of: contrast}",), "compares arms itself"),
    ],
)
def test_a_precision_that_cannot_be_had_is_told(small: Loader, changes: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        check_precision(small(*changes))
