"""Faults, injected: nothing that was finished is lost or wrong, and what is completed is as if nothing had happened."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from alliance_sim import custom
from alliance_sim.cli import main
from alliance_sim.custom import PolicyError
from alliance_sim.estimates.of_run import estimate
from alliance_sim.estimates.tables import DamagedError, open_results
from alliance_sim.experiment.run import run
from alliance_sim.experiment.workers import NeverEndsError
from alliance_sim.scenario import ConfigError, Experiment, load

Loader = Callable[..., Experiment]
Tables = Callable[[Path], dict[str, bytes]]

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


def started(config: Path, out: Path) -> subprocess.Popen[bytes]:
    """The sweep on two workers, in a process of its own."""
    return subprocess.Popen([sys.executable, "-c", DRIVER, str(config), str(out)])


def workers_of(parent: int) -> list[psutil.Process]:
    """The living processes that a running sweep has started to play."""
    found = []
    with suppress(psutil.Error):
        for child in psutil.Process(parent).children():
            with suppress(psutil.Error):
                if "spawn_main" in " ".join(child.cmdline()):
                    found.append(child)
    return found


def all_end(processes: list[psutil.Process], seconds: float = 20.0) -> bool:
    """Whether processes end by themselves."""
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    return not alive


def killed_at_random(config: Path, folder: Path, kills: int, chance: random.Random) -> int:
    """Play a sweep to its end, killing now the parent and now a worker at random moments; returns how many were killed.

    What is published before a kill must be there, unchanged, after it.
    """
    done = 0
    while True:
        sweep = started(config, folder)
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
                assert all_end(workers)
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
def test_a_sweep_that_is_killed_a_few_times_ends_as_if_it_had_not_been(
    sweep: Path, uninterrupted: dict[str, bytes], tmp_path: Path
) -> None:
    assert killed_at_random(sweep, tmp_path / "out", 3, random.Random(11)) >= 1
    assert kept(tmp_path / "out") == uninterrupted


@pytest.mark.slow
def test_fifty_kills_at_random_moments_lose_and_change_nothing(
    sweep: Path, uninterrupted: dict[str, bytes], tmp_path: Path
) -> None:
    chance = random.Random(12)
    kills = again = 0
    while kills < 50:
        folder = tmp_path / f"out{again}"
        kills += killed_at_random(sweep, folder, 50 - kills, chance)
        assert kept(folder) == uninterrupted
        shutil.rmtree(folder)
        again += 1


# ---- disks and files ---------------------------------------------------------------------------------------------


def in_namespace() -> bool:
    """Whether a process may mount a disk of its own here."""
    tried = (
        subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False)
        if shutil.which("unshare")
        else None
    )
    return tried is not None and tried.returncode == 0


@pytest.mark.skipif(not in_namespace(), reason="no unprivileged mounts on this system (unshare -rm)")
@pytest.mark.slow
def test_a_full_disk_ends_the_run_in_words_and_with_room_it_goes_on(small: Loader, tmp_path: Path) -> None:
    run(small(), tmp_path / "straight")
    disk = tmp_path / "disk"
    disk.mkdir()
    command = (
        f"{sys.executable} -m alliance_sim.cli run {tmp_path}/small.yaml --out {disk}/out --set outputs.figures=false"
    )
    script = f"""
        mount -t tmpfs -o size=120k none {disk} || exit 99
        {command}; echo "status $?" >&2
        find {disk} -name '*.writing' | grep . && exit 98
        mount -o remount,size=200m {disk}
        {command} && cp -r {disk}/out {tmp_path}/out
    """
    done = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "status 1" in done.stderr
    assert "No space left" in done.stderr
    assert "Traceback" not in done.stderr
    straight, out = kept(tmp_path / "straight"), kept(tmp_path / "out")
    assert out == straight


def test_a_file_that_may_not_grow_ends_the_run_and_leaves_nothing_half_written(small: Loader, tmp_path: Path) -> None:
    small()
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000));" + DRIVER.replace("workers=2", "workers=1")
    )
    code = code.replace(";\nimport sys", "\nimport sys")
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "small.yaml"), str(tmp_path / "out")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "OSError" in done.stderr
    assert not list((tmp_path / "out").glob("*.parquet/*.writing"))
    run(small(), tmp_path / "out")
    run(small(), tmp_path / "straight")
    assert kept(tmp_path / "out") == kept(tmp_path / "straight")


@pytest.mark.parametrize("size", [0, 4, 200, -1], ids=["empty", "cut short", "cut in the middle", "one byte less"])
def test_a_cut_file_is_played_again(small: Loader, tmp_path: Path, size: int) -> None:
    run(small(), tmp_path / "out")
    before = kept(tmp_path / "out")
    for name in list(before)[1::4]:
        if name.endswith(".parquet"):
            (tmp_path / "out" / name).write_bytes(before[name][:size])
    assert run(small(), tmp_path / "out").played > 0
    assert kept(tmp_path / "out") == before


def test_a_changed_byte_is_told_and_never_read_as_a_number(small: Loader, tmp_path: Path) -> None:
    run(small(), tmp_path / "out")
    file = sorted((tmp_path / "out" / "replicates.parquet").iterdir())[0]
    content = bytearray(file.read_bytes())
    content[len(content) // 8] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(DamagedError, match=f"{file.name} is damaged .* Run the config again: what is"):
        estimate(open_results(tmp_path / "out"), "leave")
    outcome = run(small(), tmp_path / "out")
    assert outcome.played == 1
    assert outcome.notices == [f"Damaged, so it is made again: replicates.parquet/{file.name}."]
    estimate(open_results(tmp_path / "out"), "leave")


def test_files_that_no_run_wrote_are_left_alone_and_told_and_not_read(small: Loader, tmp_path: Path) -> None:
    run(small(), tmp_path / "out")
    before = estimate(open_results(tmp_path / "out"), "leave")
    strangers = [tmp_path / "out" / "clients.parquet" / name for name in ("notes.txt", "mine.parquet")]
    for stranger in strangers:
        stranger.write_text("nothing to do with it", encoding="utf-8")
    (tmp_path / "out" / "replicates.parquet" / "folder").mkdir()
    notices = run(small(), tmp_path / "out").notices
    assert len(notices) == 1
    assert "Left alone, since no run has written it" in notices[0]
    assert all(stranger.exists() for stranger in strangers)
    assert estimate(open_results(tmp_path / "out"), "leave").equals(before)


def test_parts_of_another_law_are_played_again_with_a_notice(
    small: Loader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        for module in ("scenario.points", "experiment.store", "experiment.manifest"):
            other.setattr(f"alliance_sim.{module}.LAW_VERSION", "0123456789abcdef")
        run(small(), tmp_path / "out")
    outcome = run(small(), tmp_path / "out")
    assert outcome.played == 4
    assert "made with law 0123456789abcdef" in outcome.notices[0]
    assert "simulated again" in outcome.notices[0]


def test_a_folder_that_cannot_be_written_is_told(
    small: Loader, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small()
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        main(["run", str(tmp_path / "small.yaml"), "--out", str(tmp_path / "file" / "out")])
    assert end.value.code == 2
    told = capsys.readouterr().err
    assert "found a folder that cannot be written" in told
    assert "Traceback" not in told


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


@pytest.fixture
def own_policies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Policies that fail, beside the config; nobody waits long for them."""
    (tmp_path / "failing.py").write_text(POLICIES, encoding="utf-8")
    monkeypatch.setattr(custom, "PATIENCE", 0.3)
    yield
    assert not workers_of(os.getpid())


@pytest.mark.usefixtures("own_policies")
def test_a_policy_that_never_decides_is_told_when_the_config_is_read(small: Loader) -> None:
    with pytest.raises(ConfigError, match=r"failing:at_once.*does not return within 0\.3 seconds"):
        small("arms.mend.policy={base: repair, custom: 'failing:at_once'}")


@pytest.mark.usefixtures("own_policies")
def test_a_policy_that_never_decides_in_play_ends_the_run(small: Loader, tmp_path: Path) -> None:
    experiment = small("arms.mend.policy={base: repair, custom: 'failing:seldom'}")
    with pytest.raises((NeverEndsError, PolicyError), match="failing:seldom"):
        run(experiment, tmp_path / "out", patience=14.0)
    assert not list((tmp_path / "out").glob("*.parquet/*.writing"))


@pytest.mark.usefixtures("own_policies")
def test_a_policy_that_raises_in_play_is_told_with_what_it_said(small: Loader, tmp_path: Path) -> None:
    experiment = small("arms.mend.policy={base: repair, custom: 'failing:raises'}")
    with pytest.raises(PolicyError, match=r"Policy failing:raises stops with .* no plan for session 5"):
        run(experiment, tmp_path / "out")


# ---- clocks ------------------------------------------------------------------------------------------------------


def test_a_clock_that_jumps_changes_nothing(
    small: Loader, tmp_path: Path, tables_of: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(small(), tmp_path / "straight")
    moments = iter([4e9 - 1e6 * k for k in range(100_000)])
    monkeypatch.setattr(time, "time", lambda: next(moments))
    run(small("factors.parameters.intake.trauma_prevalence=[0]"), tmp_path / "out")
    for file in (tmp_path / "out").rglob("part-*"):
        os.utime(file, (0, 0) if hash(file.name) % 2 else (4e9, 4e9))
    assert run(small(), tmp_path / "out").found == 2
    assert tables_of(tmp_path / "out") == tables_of(tmp_path / "straight")
