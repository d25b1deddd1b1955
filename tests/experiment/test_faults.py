"""Faults, injected: nothing that was finished is lost or wrong, and what is completed is as if nothing had happened."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from alliance_sim import custom
from alliance_sim.custom import PolicyError
from alliance_sim.estimates.of_run import estimate
from alliance_sim.estimates.tables import DamagedError, open_results
from alliance_sim.experiment.run import run
from alliance_sim.experiment.workers import NeverEndsError
from alliance_sim.scenario import ConfigError, load
from tests.experiment.conftest import Small

SWEEP = """\
title: A sweep to be interrupted
seed: 3
replicates: %d
clinic: {therapists: 10, caseload: 10, weeks: 16}
arms: {press on: {policy: press_on}, repair: {policy: repair}}
design: {method: latin_hypercube, points: 24, ranges: {parameters.rupture.base: plausible}}
outputs: {sessions: false, figures: false, story: false}
"""
DRIVER = """
import sys
from pathlib import Path
from alliance_sim.experiment.run import run
from alliance_sim.scenario import load
if __name__ == "__main__":
    run(load(sys.argv[1]), Path(sys.argv[2]), workers=2)
"""


def kept(folder: Path) -> dict[str, bytes]:
    """Every table file and the design of a result folder, with its bytes; half-written files too."""
    found = {}
    for file in sorted([*folder.glob("*.parquet/*"), folder / "design.csv"]):
        with suppress(FileNotFoundError):  # half-written files come and go while a sweep is running
            found[file.relative_to(folder).as_posix()] = file.read_bytes()
    return found


def workers_of(parent: int) -> list[psutil.Process]:
    """The living processes that a running sweep has started."""
    found = []
    with suppress(psutil.Error):
        for child in psutil.Process(parent).children():
            with suppress(psutil.Error):
                if "spawn_main" in " ".join(child.cmdline()):
                    found.append(child)
    return found


def killed_at_random(config: Path, folder: Path, kills: int, chance: random.Random) -> int:
    """Run a sweep to its end, killing now the parent and now a worker at random moments; returns how many were killed.

    What is published before a kill must be there, unchanged, after it.
    """
    done = 0
    while True:
        sweep = subprocess.Popen([sys.executable, "-c", DRIVER, str(config), str(folder)])
        while done < kills:
            try:
                sweep.wait(chance.uniform(1.0, 3.5))
                break
            except subprocess.TimeoutExpired:
                pass
            workers = workers_of(sweep.pid)
            before = kept(folder)
            if chance.random() < 0.5 or not workers:
                sweep.send_signal(signal.SIGKILL)
                sweep.wait()
                assert not psutil.wait_procs(workers, timeout=20.0)[1]  # they end by themselves
            else:
                with suppress(psutil.NoSuchProcess):  # it may have ended meanwhile
                    chance.choice(workers).send_signal(signal.SIGKILL)
            done += 1
            after = kept(folder)
            assert all(after[name] == content for name, content in before.items() if name.endswith(".parquet"))
            if sweep.poll() is not None:
                break
        if sweep.wait(300) == 0:
            return done


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The config of a sweep of several seconds."""
    file = tmp_path_factory.mktemp("sweep") / "sweep.yaml"
    file.write_text(SWEEP % 100, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def uninterrupted(sweep: Path) -> dict[str, bytes]:
    """What the sweep leaves when nothing happens."""
    run(load(sweep), sweep.parent / "uninterrupted", workers=2)
    return kept(sweep.parent / "uninterrupted")


@pytest.mark.slow
@pytest.mark.parametrize(("kills", "seed"), [(3, 11), (50, 12)])
def test_kills_at_random_moments_lose_and_change_nothing(
    sweep: Path, uninterrupted: dict[str, bytes], tmp_path: Path, kills: int, seed: int
) -> None:
    chance = random.Random(seed)
    killed = again = 0
    while killed < kills:
        folder = tmp_path / f"out{again}"
        killed += killed_at_random(sweep, folder, kills - killed, chance)
        assert kept(folder) == uninterrupted
        shutil.rmtree(folder)
        again += 1


# ---- disks and files ---------------------------------------------------------------------------------------------


def in_namespace() -> bool:
    """Whether a process may mount a disk of its own here."""
    found = shutil.which("unshare")
    return (
        found is not None and subprocess.run([found, "-rm", "true"], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.skipif(not in_namespace(), reason="no unprivileged mounts on this system (unshare -rm)")
@pytest.mark.slow
def test_a_full_disk_ends_the_run_in_words_and_with_room_it_goes_on(small: Small) -> None:
    home, disk = small.home, small.home / "disk"
    small.run("straight")
    disk.mkdir()
    command = f"{sys.executable} -m alliance_sim.cli run {home}/small.yaml --out {disk}/out --set outputs.figures=false"
    script = f"""
        mount -t tmpfs -o size=120k none {disk} || exit 99
        {command}; echo "status $?" >&2
        find {disk} -name '*.writing' | grep . && exit 98
        mount -o remount,size=200m {disk}
        {command} && cp -r {disk}/out {home}/out
    """
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ("status 1" in done.stderr, "No space left" in done.stderr, "Traceback" in done.stderr) == (
        True,
        True,
        False,
    )
    assert kept(home / "out") == kept(home / "straight")


def test_a_file_that_may_not_grow_ends_the_run_and_leaves_nothing_half_written(small: Small) -> None:
    limit = "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
    code = limit + DRIVER.replace("workers=2", "workers=1")
    command = [sys.executable, "-c", code, str(small.home / "small.yaml"), str(small.home / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode != 0, "OSError" in done.stderr) == (True, True)
    assert not list((small.home / "out").glob("*.parquet/*.writing"))
    small.run("out")
    small.run("straight")
    assert kept(small.home / "out") == kept(small.home / "straight")


@pytest.mark.parametrize("size", [0, 4, 200, -1], ids=["empty", "cut short", "cut in the middle", "one byte less"])
def test_a_cut_file_is_made_again(small: Small, size: int) -> None:
    small.run("out")
    before = kept(small.home / "out")
    for name in list(before)[1::4]:
        if name.endswith(".parquet"):
            (small.home / "out" / name).write_bytes(before[name][:size])
    assert small.run("out").played > 0
    assert kept(small.home / "out") == before


def test_a_changed_byte_is_named_and_never_read_as_a_number(small: Small) -> None:
    small.run("out")
    file = sorted((small.home / "out" / "replicates.parquet").iterdir())[0]
    content = bytearray(file.read_bytes())
    content[len(content) // 8] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(DamagedError, match=f"{file.name} is damaged .* Run the config again: what is"):
        estimate(open_results(small.home / "out"), "leave")
    summary = small.run("out")
    assert summary.played == 1
    assert summary.notices == [f"Damaged, so it is made again: replicates.parquet/{file.name}."]
    estimate(open_results(small.home / "out"), "leave")


def test_files_that_no_run_wrote_are_left_alone_and_named_and_not_read(small: Small) -> None:
    out = small.home / "out"
    small.run("out")
    before = estimate(open_results(out), "leave")
    strangers = [out / "clients.parquet" / name for name in ("notes.txt", "mine.parquet")]
    for stranger in strangers:
        stranger.write_text("nothing to do with it", encoding="utf-8")
    (out / "replicates.parquet" / "folder").mkdir()
    (notice,) = small.run("out").notices
    assert "Left alone, since no run has written it" in notice
    assert all(stranger.exists() for stranger in strangers)
    assert estimate(open_results(out), "leave").equals(before)


def test_parts_of_another_law_are_made_again_with_a_notice(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        for module in ("scenario.points", "experiment.store", "experiment.manifest"):
            other.setattr(f"alliance_sim.{module}.LAW_VERSION", "0123456789abcdef")
        small.run("out")
    summary = small.run("out")
    assert summary.played == 4
    assert "made with law 0123456789abcdef" in summary.notices[0]
    assert "simulated again" in summary.notices[0]


def test_a_clock_that_jumps_changes_nothing(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    small.run("straight")
    moments = iter([4e9 - 1e6 * k for k in range(100_000)])
    monkeypatch.setattr(time, "time", lambda: next(moments))
    small.run("out", "factors.parameters.intake.trauma_prevalence=[0]")
    for file in (small.home / "out").rglob("part-*"):
        os.utime(file, (0, 0) if hash(file.name) % 2 else (4e9, 4e9))
    assert small.run("out").found == 2
    assert small.bytes("out") == small.bytes("straight")


# ---- policies of one's own ---------------------------------------------------------------------------------------

POLICIES = """\
from alliance_sim.law.policy import Plan, Policy, View


def at_once(policy: Policy, view: View) -> Plan:
    while True:
        pass


def seldom(policy: Policy, view: View) -> Plan:
    kind = object()  # which does not compile
    while view.session == 7 and view.strain > 0.3:
        pass
    return Plan(1.0, 1.0, 1.0, 1.0, 0.0)


def raises(policy: Policy, view: View) -> Plan:
    kind = object()
    if view.session == 5:
        raise ZeroDivisionError("no plan for session 5")
    return Plan(1.0, 1.0, 1.0, 1.0, 0.0)
"""


@pytest.mark.parametrize(
    ("function", "errors", "message"),
    [
        ("at_once", ConfigError, r"failing:at_once.*does not return within 0\.3 seconds"),
        ("seldom", (NeverEndsError, PolicyError), "failing:seldom"),
        ("raises", PolicyError, r"Policy failing:raises stops with .* no plan for session 5"),
    ],
)
def test_a_policy_that_fails_is_named_with_what_it_did(
    small: Small, monkeypatch: pytest.MonkeyPatch, function: str, errors: type[Exception], message: str
) -> None:
    """One that never decides is found when the config is read, or else while it is run."""
    (small.home / "failing.py").write_text(POLICIES, encoding="utf-8")
    if function == "at_once":
        monkeypatch.setattr(custom, "PATIENCE", 0.3)
    with pytest.raises(errors, match=message):
        small.run("out", f"arms.mend.policy={{base: repair, custom: 'failing:{function}'}}", patience=14.0)
    assert not list((small.home / "out").glob("*.parquet/*.writing"))
    assert not workers_of(os.getpid())
