"""What running an experiment promises: the same bytes, nothing lost, nothing played twice."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from alliance_sim.estimands.null_twin import CURVE
from alliance_sim.experiment import work
from alliance_sim.experiment.parts import part_name, settings
from alliance_sim.experiment.run import run
from alliance_sim.experiment.tables import SESSION_COLUMNS
from alliance_sim.scenario import Experiment, load

Tables = Callable[[Path], dict[str, bytes]]
Loader = Callable[..., Experiment]


def part_of(folder: Path, table: str, experiment: Experiment, number: int) -> Path:
    """The one part file of a small design point."""
    arms = next(arms for arms in settings(experiment) if number in [point.number for point in arms])
    name = part_name(experiment, experiment.points[number - 1], arms)
    (file,) = (folder / f"{table}.parquet").glob(f"part-{name}-0000001-0000006-*.parquet")
    return file


def test_tables_are_the_same_bytes_on_one_and_on_two_workers(small: Loader, tmp_path: Path, tables_of: Tables) -> None:
    run(small(), tmp_path / "one", workers=1)
    run(small(), tmp_path / "two", workers=2)
    assert len(tables_of(tmp_path / "one")) == 12
    assert tables_of(tmp_path / "one") == tables_of(tmp_path / "two")


def test_the_tables_do_not_depend_on_how_replicates_are_put_into_blocks(
    small: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(small(), tmp_path / "whole")
    monkeypatch.setattr(work, "replicates_per_block", lambda _: 1)
    run(small(), tmp_path / "single")
    for table in ("sessions", "clients", "replicates"):
        whole, single = (pd.read_parquet(tmp_path / name / f"{table}.parquet") for name in ("whole", "single"))
        pd.testing.assert_frame_equal(whole, single, check_exact=True)


def test_every_replicate_is_measured_beside_its_null_twin_where_sessions_are_kept(
    small: Loader, tmp_path: Path
) -> None:
    run(small(), tmp_path / "with")
    run(small("mechanisms.ruptures=false"), tmp_path / "no_ruptures")
    run(small("outputs.sessions=false", "outputs.story=false"), tmp_path / "without")
    found, none, bare = (
        pd.read_parquet(tmp_path / name / "replicates.parquet") for name in ("with", "no_ruptures", "without")
    )
    names = ["alliance_after_unrepaired_null", CURVE["unrepaired", "wai_client", 2], "falls_null_pct"]
    assert found[names].notna().mean().min() > 0.5
    assert none[names[:2]].isna().all(axis=None)
    assert none["falls_null_pct"].notna().all()
    assert not set(names) & set(bare.columns)


def test_running_again_plays_nothing(small: Loader, tmp_path: Path) -> None:
    assert run(small(), tmp_path / "out").played == 4
    again = run(small(), tmp_path / "out")
    assert (again.found, again.played) == (4, 0)


def test_a_missing_or_truncated_part_is_played_again_and_only_that(
    small: Loader, tmp_path: Path, tables_of: Tables
) -> None:
    experiment = small()
    run(experiment, tmp_path / "out")
    before = tables_of(tmp_path / "out")
    part_of(tmp_path / "out", "clients", experiment, 1).unlink()
    broken = part_of(tmp_path / "out", "sessions", experiment, 3)
    broken.write_bytes(broken.read_bytes()[:100])
    assert run(experiment, tmp_path / "out").played == 2
    assert tables_of(tmp_path / "out") == before


def test_a_changed_setting_plays_only_the_points_that_it_touches(small: Loader, tmp_path: Path) -> None:
    run(small(), tmp_path / "out")
    outcome = run(small("arms.mend.policy=apologise"), tmp_path / "out")
    assert (outcome.found, outcome.played) == (2, 2)


def test_parts_of_a_larger_design_do_not_stay_behind(small: Loader, tmp_path: Path, tables_of: Tables) -> None:
    run(small(), tmp_path / "out")
    run(small("factors.parameters.intake.trauma_prevalence=[0]"), tmp_path / "out")
    assert len(tables_of(tmp_path / "out")) == 6


def test_a_stopped_run_keeps_what_is_finished_and_ends_as_if_never_stopped(
    small: Loader, tmp_path: Path, tables_of: Tables
) -> None:
    stop = threading.Event()
    clients: list[int] = []

    def progress(finished: int) -> None:
        clients.append(finished)
        if sum(clients) > 2 * 6 * 12:  # both arms of a setting, and something of the next
            stop.set()

    with pytest.raises(KeyboardInterrupt):
        run(small(), tmp_path / "out", progress=progress, stop=stop)
    kept = tables_of(tmp_path / "out")
    assert 0 < len(kept) < 12
    assert not list((tmp_path / "out").rglob("*.writing"))
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["finished"] is False
    run(small(), tmp_path / "out")
    run(small(), tmp_path / "straight")
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "straight")


def test_without_the_session_table_the_clients_are_the_same(small: Loader, tmp_path: Path) -> None:
    run(small(), tmp_path / "with")
    run(small("outputs={sessions: false, figures: false, story: false}"), tmp_path / "without")
    assert not (tmp_path / "without" / "sessions.parquet").exists()
    with_sessions, without = (pd.read_parquet(tmp_path / name / "clients.parquet") for name in ("with", "without"))
    pd.testing.assert_frame_equal(with_sessions, without, check_exact=True)


def test_the_session_table_has_the_contracted_columns(small: Loader, tmp_path: Path) -> None:
    run(small(), tmp_path / "out")
    names = pq.read_schema(next((tmp_path / "out" / "sessions.parquet").iterdir())).names
    assert names == ["arm", "trauma_prevalence", "replicate", "therapist", "client", *SESSION_COLUMNS]


def test_more_therapists_leave_the_others_as_they_were(small: Loader, tmp_path: Path) -> None:
    run(small(), tmp_path / "few")
    run(small("clinic.therapists=5"), tmp_path / "many")
    few, many = (pd.read_parquet(tmp_path / name / "sessions.parquet") for name in ("few", "many"))
    few, many = (rows.astype({"arm": str}) for rows in (few, many))
    ids = ["arm", "trauma_prevalence", "replicate", "client", "session"]
    shared = many[many["therapist"] <= 3].sort_values(ids).reset_index(drop=True)
    pd.testing.assert_frame_equal(few.sort_values(ids).reset_index(drop=True), shared, check_exact=True)


def test_the_manifest_holds_a_config_that_repeats_the_run_to_the_bit(
    small: Loader, tmp_path: Path, tables_of: Tables
) -> None:
    run(small("parameters.rupture.base=-2"), tmp_path / "out")
    again = load(tmp_path / "out" / "manifest.json")
    run(again, tmp_path / "again")
    assert tables_of(tmp_path / "again") == tables_of(tmp_path / "out")


def test_parts_of_all_arms_have_the_same_columns(small: Loader, tmp_path: Path) -> None:
    run(small(), tmp_path / "out")
    for table in ("replicates", "clients", "sessions"):
        schemas = [pq.read_schema(file) for file in (tmp_path / "out" / f"{table}.parquet").iterdir()]
        assert all(schema.names == schemas[0].names for schema in schemas)
    twins = pd.read_parquet(tmp_path / "out" / "replicates.parquet").set_index("arm")["between_d"]
    assert twins["leave"].isna().all()
    assert twins["mend"].notna().any()
