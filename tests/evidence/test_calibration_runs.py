"""Calibrations as users run them: what they report, and that what was stopped, killed or lost changes nothing."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.scenario.library import read_population

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

pytestmark = pytest.mark.slow


def test_a_calibration_reports_its_stages_and_what_it_found(finished: Path) -> None:
    err = (finished / "err").read_text()
    for words in ("Playing the first wave (64)", "Sampling the posterior (2)", "Recovering known parameters (2)"):
        assert words in err
    assert "Traceback" not in err
    out = " ".join((finished / "out").read_text().split())
    assert "rupture.base -3 to -1.5" in out
    assert "of 46 fitted numbers, played anew" in out
    assert f"parameters: {{base: {finished / 'posterior.csv'}}}" in out.replace("- ", "-")


def test_tables_have_the_columns_that_are_promised_and_draws_can_be_used_as_parameters(finished: Path) -> None:
    for name, columns in COLUMNS.items():
        assert list(pd.read_csv(finished / f"{name}.csv").columns) == columns.split(), name
    draws = read_population(finished / "posterior.csv")
    assert set(draws.paths) == {"rupture.base", "change.technique"}
    assert len(draws.draws) == 20


@pytest.mark.skipif(os.name == "nt" or not Path("/proc").is_dir(), reason="signals, and processes in /proc")
def test_a_calibration_that_was_stopped_and_killed_and_lost_some_simulations_ends_the_same(
    finished: Path, command: Command, tmp_path: Path
) -> None:
    """From the config that was kept; first on all cores, in the end on one."""
    kept, out = finished / "config.yaml", tmp_path / "again"

    stopped = subprocess.Popen(
        command(kept, out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    chunks = wait_for_chunks(out, 1)
    os.killpg(stopped.pid, signal.SIGINT)  # as a terminal does: to the program and to all that it started
    said, err = stopped.communicate(timeout=120)
    assert stopped.returncode == 1
    assert said == ""
    assert f"Stopped. What is finished is kept in {out}; the same command resumes." in " ".join(err.split())
    assert "Traceback" not in err

    killed = subprocess.Popen(command(kept, out), stderr=subprocess.DEVNULL, start_new_session=True)
    chunks = wait_for_chunks(out, len(chunks) + 1)
    killed.kill()
    killed.wait()
    end = time.monotonic() + 60
    while in_session(killed.pid) and time.monotonic() < end:
        time.sleep(0.2)
    assert in_session(killed.pid) == [], "processes run on"
    assert not (out / "posterior.csv").exists()

    chunks[0].unlink()
    chunks[1].write_bytes(chunks[1].read_bytes()[:50])
    done = subprocess.run(
        command(kept, out, "--workers", "1"), capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stderr
    for name in COLUMNS:
        assert (out / f"{name}.csv").read_bytes() == (finished / f"{name}.csv").read_bytes(), name
    assert {file.name for file in (out / "figures").glob("*.png")} >= {"prior_and_posterior.png", "played_anew.png"}


def wait_for_chunks(out: Path, count: int) -> list[Path]:
    """Wait until so many pieces of simulations are kept."""
    end = time.monotonic() + 240
    while len(chunks := sorted(out.glob("simulations/*.parquet"))) < count:
        assert time.monotonic() < end
        time.sleep(0.02)
    return chunks


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
