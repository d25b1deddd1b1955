"""Calibrations as users run them: stopped, killed, repeated; and whether intervals hold what they should."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.evidence.calibration.config import load_calibration
from alliance_sim.evidence.calibration.emulator import fit_emulator
from alliance_sim.evidence.calibration.prior import Prior
from alliance_sim.evidence.calibration.recovery import recover

Command = Callable[..., list[str]]
COLUMNS = {
    "parameters": (
        "parameter prior_low prior_high default mean median sd low high learned informed r_hat effective_draws "
        "recovery_rmse coverage_50 coverage_90"
    ),
    "targets": (
        "target finding name published error error_basis emulated played played_low played_high emulator_error z z_low "
        "z_high"
    ),
    "recovery": "fit parameter truth mean sd inside_50 inside_90",
    "trace": "rupture.base change.technique",
    "posterior": "rupture.base change.technique",
}


@pytest.mark.slow
def test_a_calibration_tells_its_stages_and_what_it_found(finished: Path) -> None:
    err = (finished / "err").read_text()
    for words in ("Playing the first wave (64)", "Sampling the posterior (2)", "Recovering known parameters (2)"):
        assert words in err
    assert "Traceback" not in err
    out = " ".join((finished / "out").read_text().split())
    assert "rupture.base -3 to -1.5" in out
    assert "of 46 fitted numbers, played anew" in out
    assert f"parameters: {{base: {finished / 'posterior.csv'}}}" in out.replace("- ", "-")


@pytest.mark.slow
def test_tables_have_the_columns_that_are_promised(finished: Path) -> None:
    for name, columns in COLUMNS.items():
        assert list(pd.read_csv(finished / f"{name}.csv").columns) == columns.split(), name


@pytest.mark.slow
def test_the_config_that_is_kept_gives_the_same_posterior_on_one_core(
    tiny: Path, finished: Path, command: Command, tmp_path: Path
) -> None:
    kept = finished / "config.yaml"
    assert load_calibration(kept).effort == load_calibration(tiny).effort
    subprocess.run(command(kept, tmp_path, "--workers", "1"), capture_output=True, check=True, timeout=300)
    assert (tmp_path / "posterior.csv").read_bytes() == (finished / "posterior.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals to a group of processes")
def test_ctrl_c_stops_in_words_and_the_same_command_ends_the_same(
    tiny: Path, finished: Path, command: Command, tmp_path: Path
) -> None:
    out = tmp_path / "stopped"
    run = subprocess.Popen(
        command(tiny, out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_for_a_chunk(out)
    os.killpg(run.pid, signal.SIGINT)  # as a terminal does: to the program and to all that it started
    said, err = run.communicate(timeout=120)
    assert run.returncode == 1
    assert said == ""
    assert f"Stopped. What is finished is kept in {out}; the same command resumes." in " ".join(err.split())
    assert "Traceback" not in err
    subprocess.run(command(tiny, out), capture_output=True, check=True, timeout=300)
    assert (out / "posterior.csv").read_bytes() == (finished / "posterior.csv").read_bytes()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals to a group of processes")
def test_a_calibration_that_was_killed_goes_on_and_ends_the_same(
    tiny: Path, finished: Path, command: Command, tmp_path: Path
) -> None:
    out = tmp_path / "killed"
    run = subprocess.Popen(command(tiny, out), stderr=subprocess.DEVNULL, start_new_session=True)
    wait_for_a_chunk(out)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert not (out / "posterior.csv").exists()
    done = subprocess.run(command(tiny, out), capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert (out / "posterior.csv").read_bytes() == (finished / "posterior.csv").read_bytes()
    assert {file.name for file in (out / "figures").glob("*.png")} >= {"prior_and_posterior.png", "played_anew.png"}


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_nothing_runs_on_when_the_program_is_killed(tiny: Path, command: Command, tmp_path: Path) -> None:
    out = tmp_path / "killed"
    run = subprocess.Popen(
        command(tiny, out, "--set", "effort.points=512"), stderr=subprocess.DEVNULL, start_new_session=True
    )
    wait_for_a_chunk(out)
    run.kill()
    run.wait()
    end = time.monotonic() + 20
    while in_session(run.pid) and time.monotonic() < end:
        time.sleep(0.2)
    assert in_session(run.pid) == []


def wait_for_a_chunk(out: Path) -> None:
    """Wait until the first simulations are kept."""
    end = time.monotonic() + 120
    while not list(out.glob("simulations/*.npy")):
        assert time.monotonic() < end
        time.sleep(0.02)


def in_session(session: int) -> list[int]:
    """Processes of a session."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(folder.name))
    return found


@pytest.mark.slow
def test_intervals_of_recovered_parameters_hold_the_truth_as_often_as_they_say() -> None:
    """Straight lines with normal errors: the posterior is known to be right, up to its being cut at the ranges."""
    prior = Prior(("a", "b"), np.array([-10.0, -10.0]), np.array([10.0, 10.0]))
    luck = np.random.default_rng(3)
    emulator = fit_emulator(prior, points := prior.design(64, 1), points @ SLOPES, 1)
    truths = luck.uniform(-4, 4, (24, 2))
    back = recover(emulator, truths, truths @ SLOPES, ERRORS, ERRORS, 5, 2)
    # 48 parameters of 24 fits; Monte-Carlo error of the share .07 and .04
    assert back.covered[0.5].mean() == pytest.approx(0.5, abs=0.2)
    assert back.covered[0.9].mean() == pytest.approx(0.9, abs=0.12)
    precision = (SLOPES / ERRORS**2) @ SLOPES.T
    assert back.sds.mean(axis=0) == pytest.approx(np.sqrt(np.diag(np.linalg.inv(precision))), rel=0.15)


SLOPES = np.array([[1.0, 0.5, -0.5], [0.0, 1.0, 1.0]])
ERRORS = np.array([0.6, 0.8, 0.7])
