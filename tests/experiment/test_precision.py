"""Replicates are added until an estimate is precise enough."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimates.of_run import estimate
from alliance_sim.estimates.tables import open_results
from alliance_sim.experiment.precision import check_precision, precise
from alliance_sim.scenario import ConfigError
from alliance_sim.scenario.scenario import Precision
from tests.experiment.conftest import Small

WANTED = "precision={estimate: symptoms_end, mcse: %s, of: %s, first: 4}"


def counts(small: Small, out: str) -> pd.Series:
    """How many replicates each arm has at each setting."""
    return small.rows(out, "replicates").groupby(["trauma_prevalence", "arm"], observed=True).size()


def test_every_setting_is_precise_enough_and_has_no_more_replicates_than_that_takes(small: Small) -> None:
    small.run("out", "replicates=200", WANTED % (0.3, "contrast"))
    assert (counts(small, "out") % 4 == 0).all()
    assert counts(small, "out").max() < 200
    table = estimate(open_results(small.home / "out"), "leave").query(
        "kind == 'contrast' and estimate == 'symptoms_end' and trauma_prevalence.notna()"
    )
    assert (table["mcse"] <= 0.3).all()
    values = small.rows("out", "replicates").pivot_table(
        index=["trauma_prevalence", "replicate"], columns="arm", values="symptoms_end", observed=True
    )
    for setting, numbers in (values["mend"] - values["leave"]).groupby("trauma_prevalence"):
        before = numbers.to_numpy()[:-4]  # at the look before the last one it was not precise yet
        assert len(before) < 2 or before.std(ddof=1) / np.sqrt(len(before)) > 0.3, setting


def test_all_arms_have_the_same_replicates_and_never_more_than_the_config_says(small: Small) -> None:
    small.run("out", "replicates=60", WANTED % (0.8, "level"))
    assert counts(small, "out").groupby("trauma_prevalence").nunique().eq(1).all()
    small.run("most", "replicates=10", WANTED % (0.0001, "level"))
    assert counts(small, "most").eq(10).all()


def test_more_processes_stop_at_the_same_replicate(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = ("replicates=60", WANTED % (0.8, "level"))
    small.run("one", *changes, workers=1)
    monkeypatch.setattr("alliance_sim.experiment.run.TASK_COST", 1.0)
    small.run("two", *changes, workers=2)
    assert small.bytes("one") == small.bytes("two")


def test_a_precise_run_is_found_finished_and_another_precision_simulates_again(small: Small) -> None:
    runs = [small.run("out", "replicates=60", WANTED % (mcse, "level")).played for mcse in (0.8, 0.8, 0.7)]
    assert runs == [4, 0, 4]


def test_more_replicates_simulate_only_what_is_missing(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alliance_sim.experiment.size.BLOCK_ROWS", 144)  # units of two replicates with sessions
    times = []
    for replicates in (8, 11):
        small.run("out", f"replicates={replicates}")
        times.append({file.name: file.stat().st_mtime_ns for file in (small.home / "out").rglob("part-*")})
    before, after = times
    assert len(after) > len(before)
    assert {name: after[name] for name in before} == before


NARROW, WIDE = np.array([1.0, 1.1, 0.9]), np.array([0.0, 9.0, 5.0])
TWO_DRAWS = {"a": np.tile([0.0, 2.0], 5), "b": np.zeros(10)}
"""Ten clinics under two draws, equal within each: their error is that of two numbers, 1."""


@pytest.mark.parametrize(
    ("mcse", "of", "measured", "draws", "enough"),
    [
        (1.0, "level", {"a": np.array([1.0, np.nan, np.nan])}, None, False),
        (1.0, "level", {"a": np.array([1.0, np.nan, 1.5])}, None, True),
        (0.5, "level", {"a": NARROW, "b": NARROW + 3.0}, None, True),
        (0.5, "level", {"a": NARROW, "b": WIDE}, None, False),
        (0.5, "contrast", {"a": WIDE, "b": WIDE + NARROW}, None, True),
        (0.5, "level", TWO_DRAWS, None, True),
        (0.5, "level", TWO_DRAWS, {"a": 2, "b": 0}, False),
        (0.5, "contrast", TWO_DRAWS, {"a": 2, "b": 0}, False),
    ],
)
def test_every_arm_must_be_precise_with_its_defined_and_independent_replicates(
    mcse: float, of: str, measured: dict[str, np.ndarray], draws: dict[str, int] | None, enough: bool
) -> None:
    wanted = Precision("symptoms_end", mcse, of)  # type: ignore[arg-type]
    assert precise(wanted, measured, "a", draws) == enough


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("precision={estimate: pre_post, mcse: 1}",), 'the unknown estimate "pre_post"'),
        (("precision={estimate: ruptures_pct, mcse: 1}", "outputs={sessions: false, story: false}"), "session table"),
        (("precision={estimate: between_d, mcse: 1, of: contrast}",), "compares arms itself"),
    ],
)
def test_a_precision_that_cannot_be_had_is_refused(small: Small, changes: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        check_precision(small(*changes))
