"""Long jobs on a Dask cluster: a real scheduler and real worker processes, on this machine."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from distributed import Client

from alliance_sim.api.work import fit_literature
from alliance_sim.evidence.calibration.config import load_calibration
from alliance_sim.experiment.kept import Advance, silent
from alliance_sim.experiment.run import run
from alliance_sim.experiment.workers import SchedulerError
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import take_steps
from alliance_sim.scenario import Experiment, load
from tests.experiment.conftest import bytes_of
from tests.questions.golden import folder_of

SWEEP = """\
title: A sweep for a cluster
seed: 3
replicates: 60
clinic: {therapists: 10, caseload: 10, weeks: 16}
arms: {press on: {policy: press_on}, repair: {policy: repair}}
design: {method: sobol, points: 64, ranges: {parameters.rupture.base: plausible}}
outputs: {sessions: false, clients: false, figures: false, story: false}
"""


TINY = """\
free: {rupture.base: [-3, -1.5], change.technique: [0.2, 0.7]}
effort: {points: 64, second: 0, checks: 16, sites: 4, chains: 2, steps: 50, draws: 20, recoveries: 2}
"""


class Cluster(NamedTuple):
    """A scheduler and its workers."""

    address: str
    workers: list[subprocess.Popen[bytes]]


def started(module: str, *words: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{module}", *words, "--no-dashboard", "--host", "127.0.0.1"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def address_in(file: Path) -> str:
    for _ in range(600):
        try:
            return str(json.loads(file.read_text(encoding="utf-8"))["address"])
        except (OSError, ValueError):
            time.sleep(0.1)
    raise TimeoutError("the scheduler did not start")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler with two workers, each a process with one thread."""
    file = tmp_path / "scheduler.json"
    processes = [started("dask_scheduler", "--port", "0", "--scheduler-file", str(file))]
    try:
        address = address_in(file)
        words = ("--nthreads", "1", "--no-nanny", "--local-directory", str(tmp_path))
        processes += [started("dask_worker", address, *words) for _ in range(2)]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield Cluster(address, processes[1:])
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


@pytest.fixture
def sweep(tmp_path: Path) -> Experiment:
    """A sweep of several seconds."""
    (tmp_path / "sweep.yaml").write_text(SWEEP, encoding="utf-8")
    return load(tmp_path / "sweep.yaml")


def test_a_cluster_with_a_worker_killed_in_the_middle_leaves_the_same_bytes(
    cluster: Cluster, sweep: Experiment, tmp_path: Path
) -> None:
    seen = threading.Event()

    def progress(_: int) -> None:
        if not seen.is_set():
            seen.set()
            cluster.workers[0].kill()

    summary = run(sweep, tmp_path / "cluster", workers=cluster.address, progress=progress)
    assert (seen.is_set(), cluster.workers[0].wait(10) != 0, summary.played) == (True, True, 128)
    run(sweep, tmp_path / "here", workers=2)
    assert bytes_of(tmp_path / "cluster") == bytes_of(tmp_path / "here")
    designs = [(tmp_path / name / "design.csv").read_bytes() for name in ("cluster", "here")]
    assert designs[0] == designs[1]


@pytest.mark.slow
@pytest.mark.parametrize("key", ["power", "data", "optimise"])
def test_a_question_on_a_cluster_has_the_same_pieces_and_tables(cluster: Cluster, tmp_path: Path, key: str) -> None:
    """Own data (`data`) are a question too. A worker is killed when the first piece is finished."""

    def stage(_: str, __: int) -> Advance:
        return lambda _: cluster.workers[0].kill()

    question = load_question(folder_of(key) / "question.yaml")
    far = take_steps(question, tmp_path / "cluster", cluster.address, stage)
    here = take_steps(question, tmp_path / "here", 1, silent)
    assert cluster.workers[0].wait(10) != 0
    pieces = [sorted(file.name for file in (tmp_path / name / "pieces").iterdir()) for name in ("cluster", "here")]
    assert pieces[0] == pieces[1]
    assert far.tables.keys() == here.tables.keys()
    for name, table in here.tables.items():
        pd.testing.assert_frame_equal(far.tables[name], table, check_exact=True)


@pytest.mark.slow
def test_a_calibration_on_a_cluster_finds_the_same(cluster: Cluster, tmp_path: Path) -> None:
    (tmp_path / "tiny.yaml").write_text(TINY, encoding="utf-8")
    tables = []
    for name, workers in (("cluster", cluster.address), ("here", 2)):
        fit_literature(load_calibration(tmp_path / "tiny.yaml"), tmp_path / name, workers=workers)
        files = [*(tmp_path / name).glob("*.csv"), *(tmp_path / name / "simulations").iterdir()]
        tables.append({file.name: file.read_bytes() for file in files})
    assert tables[0] == tables[1]
    assert len(tables[0]) > 5


@pytest.mark.parametrize(
    ("address", "installed", "message"),
    [
        ("tcp://127.0.0.1:9", True, r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"),
        ("nonsense://x", True, "No Dask scheduler answers at nonsense"),
        ("no-port", True, "No Dask scheduler answers at no-port"),
        ("tcp://127.0.0.1:9", False, r"pip install 'alliance-sim\[cluster\]'"),
    ],
)
def test_what_cannot_be_reached_is_named(
    sweep: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, installed: bool, message: str
) -> None:
    if not installed:
        monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SchedulerError, match=message):
        run(sweep, tmp_path / "out", workers=address)
