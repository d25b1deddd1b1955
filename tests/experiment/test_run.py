"""What running an experiment promises: the same bytes, nothing lost, nothing simulated twice."""

import json
import threading
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from alliance_sim.estimands.null_twin import CURVE
from alliance_sim.experiment import work
from alliance_sim.experiment.columns import SESSION_COLUMNS
from alliance_sim.experiment.parts import part_name, settings
from alliance_sim.experiment.run import run
from alliance_sim.scenario import load
from tests.experiment.conftest import BARE, Small, bytes_of

TABLES = ("sessions", "clients", "replicates")


def part_of(small: Small, table: str, number: int) -> Path:
    """The one part file of a design point in the folder `out`."""
    experiment = small()
    arms = next(arms for arms in settings(experiment) if number in [point.number for point in arms])
    name = part_name(experiment, experiment.points[number - 1], arms)
    (file,) = (small.home / "out" / f"{table}.parquet").glob(f"part-{name}-0000001-0000006-*.parquet")
    return file


def test_tables_are_the_same_bytes_on_one_and_on_two_workers(small: Small) -> None:
    small.run("one", workers=1)
    small.run("two", workers=2)
    assert len(small.bytes("one")) == 12
    assert small.bytes("one") == small.bytes("two")


def test_the_tables_do_not_depend_on_how_replicates_are_put_into_blocks(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    small.run("whole")
    monkeypatch.setattr(work, "replicates_per_block", lambda _: 1)
    small.run("single")
    for table in TABLES:
        pd.testing.assert_frame_equal(small.rows("whole", table), small.rows("single", table), check_exact=True)


def test_every_replicate_has_a_null_twin_where_sessions_are_kept(small: Small) -> None:
    small.run("with")
    small.run("no_ruptures", "mechanisms.ruptures=false")
    small.run("without", BARE)
    found, none, bare = (small.rows(name, "replicates") for name in ("with", "no_ruptures", "without"))
    after = ["alliance_after_unrepaired_null", CURVE["unrepaired", "wai_client", 2]]
    assert found[[*after, "falls_null_pct"]].notna().mean().min() > 0.5
    assert none[after].isna().all(axis=None)
    assert none["falls_null_pct"].notna().all()
    assert not {*after, "falls_null_pct"} & set(bare.columns)


def test_what_is_there_is_not_simulated_again_and_what_is_missing_or_cut_is(small: Small) -> None:
    assert small.run("out").played == 4
    before = small.bytes("out")
    again = small.run("out")
    assert (again.found, again.played) == (4, 0)
    part_of(small, "clients", 1).unlink()
    cut = part_of(small, "sessions", 3)
    cut.write_bytes(cut.read_bytes()[:100])
    assert small.run("out").played == 2
    assert small.bytes("out") == before
    changed = small.run("out", "arms.mend.policy=apologise")
    assert (changed.found, changed.played) == (2, 2)


def test_a_stopped_run_keeps_what_is_finished_and_ends_as_if_never_stopped(small: Small) -> None:
    stop = threading.Event()
    clients: list[int] = []

    def progress(finished: int) -> None:
        clients.append(finished)
        if sum(clients) > 2 * 6 * 12:  # both arms of a setting, and something of the next
            stop.set()

    with pytest.raises(KeyboardInterrupt):
        small.run("out", progress=progress, stop=stop)
    assert 0 < len(small.bytes("out")) < 12
    assert not list((small.home / "out").rglob("*.writing"))
    assert json.loads((small.home / "out" / "manifest.json").read_text())["finished"] is False
    small.run("out")
    small.run("straight")
    assert small.bytes("out") == small.bytes("straight")


def test_without_the_session_table_the_clients_are_the_same(small: Small) -> None:
    small.run("with")
    small.run("without", BARE)
    assert not (small.home / "without" / "sessions.parquet").exists()
    pd.testing.assert_frame_equal(small.rows("with", "clients"), small.rows("without", "clients"), check_exact=True)


def test_tables_have_the_contracted_columns_and_all_arms_the_same(small: Small) -> None:
    small.run("out")
    names = {}
    for table in TABLES:
        schemas = [pq.read_schema(file).names for file in (small.home / "out" / f"{table}.parquet").iterdir()]
        assert all(schema == schemas[0] for schema in schemas)
        names[table] = schemas[0]
    assert names["sessions"] == ["arm", "trauma_prevalence", "replicate", "therapist", "client", *SESSION_COLUMNS]
    twins = small.rows("out", "replicates").set_index("arm")["between_d"]
    assert twins["leave"].isna().all()
    assert twins["mend"].notna().any()


def test_more_therapists_leave_the_others_as_they_were(small: Small) -> None:
    small.run("few")
    small.run("many", "clinic.therapists=5")
    few, many = (small.rows(name, "sessions").astype({"arm": str}) for name in ("few", "many"))
    ids = ["arm", "trauma_prevalence", "replicate", "client", "session"]
    few, shared = (rows.sort_values(ids).reset_index(drop=True) for rows in (few, many[many["therapist"] <= 3]))
    pd.testing.assert_frame_equal(few, shared, check_exact=True)


@pytest.mark.parametrize("change", ["seed=7", "parameters.rupture.base=-2"])
def test_a_manifest_repeats_its_run_to_the_bit(small: Small, change: str) -> None:
    small.run("out", change)
    manifest = small.home / "out" / "manifest.json"
    run(load(manifest), small.home / "again")
    assert bytes_of(small.home / "again") == small.bytes("out")
    assert run(load(manifest), small.home / "out").found == 4
