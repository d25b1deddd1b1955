"""What a sweep costs: wall time, memory, scheduling and storing, against the same sweep through mesa.batch_run.

    python benchmarks/sweep.py [--quick] [--full] [--json FILE] [--figure FILE]

The sweep: 1,000 design points (40 x 25 levels of two parameters) x 100 replicates of a trial of 300 clients (15
therapists, 16 weeks); what was measured in each replicate is kept, and no tables of clients or sessions. It is run by
`alliance_sim.experiment.run` on two workers and on one, each time by a new Python process whose peak memory is read
when it ends. `mesa.batch_run` plays a few of its 100,000 runs with an idiomatic Mesa model of the same law
(benchmarks/peers), in one process; its time is extrapolated to all of them, and halved as if two processes were exactly
twice as fast.

--quick plays a part of it (10 replicates; under a minute). --full adds a sweep of 10^9 client-sessions to the curve of
memory (several minutes).
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import mesa
from measure import load, machine
from peers.mesa_model import PlainModel

from alliance_sim.law.world import Parameters
from alliance_sim.scenario.scenario import Clinic, Scenario

KINDS = {"collecting_sessions": True, "collecting_a_count": False}
"""What the Mesa model collects: the session table, from which our estimates could be computed, or next to nothing."""

CLINIC = Clinic(therapists=15, caseload=20, weeks=16)
CONFIG = """\
title: A sweep to be measured
replicates: {replicates}
clinic: {{therapists: 15, caseload: 20, weeks: 16}}
factors:
  parameters.rupture.base: {bases}
  parameters.intake.repair_mean: {skills}
outputs: {{clients: false, sessions: false, figures: false, story: false}}
"""
DRIVER = """
import json, resource, sys, time
from pathlib import Path
from alliance_sim.estimates.of_run import estimate, estimates_csv
from alliance_sim.estimates.tables import open_results
from alliance_sim.experiment import run as running
from alliance_sim.scenario import load

def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024

if __name__ == "__main__":
    config, folder, workers = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    start = time.perf_counter()
    experiment = load(config)
    loaded = time.perf_counter()
    outcome = running.run(experiment, folder, workers=workers)
    played = time.perf_counter()
    memory = peak()
    text = estimates_csv(estimate(open_results(folder), experiment.baseline))
    (folder / "estimates.csv").write_text(text, encoding="utf-8")
    print(json.dumps({
        "load": loaded - start, "run": played - loaded, "estimate": time.perf_counter() - played,
        **outcome.spent._asdict(), "client_sessions": outcome.client_sessions, "points": outcome.points,
        "parent_mb": memory, "parent_with_estimates_mb": peak(),
        "worker_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        "bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    }))
"""


def levels(low: float, high: float, count: int) -> list[float]:
    """Levels of a factor, evenly spread."""
    return [round(low + (high - low) * k / (count - 1), 6) for k in range(count)]


def sweep(replicates: int, bases: int, skills: int, workers: int) -> dict[str, Any]:
    """Run a sweep in a new process; seconds, peak memory (MB) and bytes written."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "sweep.yaml"
        text = CONFIG.format(replicates=replicates, bases=levels(-4, 0, bases), skills=levels(-1, 1, skills))
        config.write_text(text, encoding="utf-8")
        command = [sys.executable, "-c", DRIVER, str(config), str(Path(folder) / "out"), str(workers)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    busy = found["play"] + found["measure"] + found["store"]
    found["store_share"] = found["store"] / busy
    found["scheduling_share"] = max(0.0, 1.0 - busy / (workers * found["run"]))
    return found


class Trial(PlainModel):
    """The idiomatic Mesa model as `mesa.batch_run` wants it: numbers in, a model-level report at the end."""

    def __init__(self, base: float, skill: float, table: bool, seed: int | None = None) -> None:
        """A clinic; `table` says whether the session table is collected, or only how many sessions there were."""
        parameters = Parameters()
        parameters = parameters._replace(
            rupture=parameters.rupture._replace(base=base), intake=parameters.intake._replace(repair_mean=skill)
        )
        world = Scenario().world._replace(parameters=parameters)
        super().__init__(Scenario(world, CLINIC), seed=1 if seed is None else seed, collect=table)
        if not table:
            self.datacollector = mesa.DataCollector(model_reporters={"sessions": "client_sessions"})

    def step(self) -> None:
        """A week; batch_run expects a report after each."""
        super().step()
        if not self.collect:
            self.datacollector.collect(self)
        self.running = self.steps < CLINIC.weeks


def batch_run(runs: int, table: bool) -> float:
    """Seconds per run of mesa.batch_run, in one process."""
    parameters = {"base": levels(-4, 0, runs), "skill": 0.0, "table": table}
    start = time.perf_counter()
    found = mesa.batch_run(
        Trial, parameters, number_processes=1, iterations=1, max_steps=CLINIC.weeks, display_progress=False
    )
    seconds = time.perf_counter() - start
    if len({row["RunId"] for row in found}) != runs:
        raise RuntimeError("mesa.batch_run did not play every run")
    return seconds / runs


def memory_curve(full: bool, quick: bool) -> list[dict[str, Any]]:
    """Peak memory of the parent as a sweep of 100 design points grows, by client-sessions."""
    replicates = [3, 25] if quick else [3, 25, 250, *([2500] if full else [])]
    return [sweep(count, 10, 10, workers=2) for count in replicates]


def draw(curve: list[dict[str, Any]], file: Path) -> None:
    """The curve of memory as a figure: FILE.png and FILE.svg."""
    from alliance_sim.figures.picture import save_single
    from alliance_sim.figures.style import canvas, theme

    with theme():
        figure, grid = canvas(1, 1, 6.4, 3.6)
        axes = grid[0][0]
        sessions = [row["client_sessions"] for row in curve]
        for key, words, marker in (
            ("parent_mb", "while playing", "o"),
            ("parent_with_estimates_mb", "with the estimates", "s"),
        ):
            axes.plot(sessions, [row[key] for row in curve], marker=marker, label=words)
            axes.annotate(words, (sessions[-1], curve[-1][key]), xytext=(-6, 8 if marker == "s" else -14),
                          textcoords="offset points", ha="right")  # fmt: skip
        axes.set_xscale("log")
        axes.set_ylim(0, 1.35 * max(row["parent_with_estimates_mb"] for row in curve))
        axes.set_xlabel("Simulated client-sessions")
        axes.set_ylabel("Peak memory of the parent (MB)")
        save_single(figure, file, overwrite=True)


def main() -> None:
    """Measure, print, write."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--quick", action="store_true", help="a tenth of the replicates, and a shorter curve of memory")
    asked.add_argument("--full", action="store_true", help="also 10^9 client-sessions in the curve of memory")
    asked.add_argument("--json", type=Path, metavar="FILE", help="write everything that was measured")
    asked.add_argument("--figure", type=Path, metavar="FILE", help="draw the curve of memory: FILE.png and FILE.svg")
    given = asked.parse_args()
    replicates = 10 if given.quick else 100
    before = load()
    seconds_per_run = {name: batch_run(3 if given.quick else 10, table) for name, table in KINDS.items()}
    two = sweep(replicates, 40, 25, workers=2)
    one = sweep(replicates, 40, 25, workers=1)
    runs = two["points"] * replicates
    mesa_seconds = {name: seconds * runs / 2 for name, seconds in seconds_per_run.items()}
    curve = memory_curve(given.full, given.quick)
    ratios = {
        **{
            f"batch_run_{name}_vs_sweep": seconds / (two["load"] + two["run"]) for name, seconds in mesa_seconds.items()
        },
        "efficiency_1_to_2_workers": one["run"] / (2 * two["run"]),
        "store_share": two["store_share"],
        "scheduling_share": two["scheduling_share"],
        "memory_growth": curve[-1]["parent_with_estimates_mb"] / curve[0]["parent_with_estimates_mb"],
    }
    result = {
        "machine": machine(), "load_before": before, "load_after": load(), "runs": runs,
        "mesa_seconds_per_run": seconds_per_run, "mesa_seconds_extrapolated": mesa_seconds, "two_workers": two,
        "one_worker": one, "memory": curve, "ratios": ratios,
    }  # fmt: skip
    tell(result, replicates)
    if given.json:
        given.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    if given.figure:
        draw(curve, given.figure)


def tell(result: dict[str, Any], replicates: int) -> None:
    """Print what was measured, each goal beside its number."""
    two, ratios = result["two_workers"], result["ratios"]
    print(f"machine: {', '.join(f'{name} {value}' for name, value in result['machine'].items())}")
    print(f"load_before {result['load_before']}, load_after {result['load_after']}")
    print(
        f"sweep: {two['points']:,} design points x {replicates} replicates of 300 clients, "
        f"{two['client_sessions']:,} client-sessions, {two['bytes'] / 1e6:.0f} MB written"
    )
    for words, run in (("two workers", two), ("one worker (in the process itself)", result["one_worker"])):
        print(
            f"{words}: {run['run']:.1f} s; added up over workers, {run['play']:.1f} s of playing, "
            f"{run['measure']:.1f} s of measuring and {run['store']:.1f} s of storing; then {run['estimate']:.1f} s of "
            f"estimating; peak memory of the parent {run['parent_mb']:.0f} MB, "
            f"{run['parent_with_estimates_mb']:.0f} MB with estimates"
        )
    print(f"peak memory of the largest worker: {two['worker_mb']:.0f} MB")
    for name, seconds in result["mesa_seconds_extrapolated"].items():
        print(
            f"mesa.batch_run, {name.replace('_', ' ')}: {1000 * result['mesa_seconds_per_run'][name]:.0f} ms a run, "
            f"measured on a few; extrapolated to all {result['runs']:,} runs, on two perfect processes: "
            f"{seconds / 60:.0f} minutes; batch_run / sweep: {ratios[f'batch_run_{name}_vs_sweep']:.0f} "
            "(goal: at least 100)"
        )
    overhead = 100 * (ratios["store_share"] + ratios["scheduling_share"])
    print(
        f"storing {100 * ratios['store_share']:.1f} %, starting and scheduling "
        f"{100 * ratios['scheduling_share']:.1f} %, together {overhead:.1f} % (goal: under 10 %)"
    )
    print(
        f"efficiency from one to two workers: {100 * ratios['efficiency_1_to_2_workers']:.0f} % (goal: at least 90 %)"
    )
    print("peak memory of the parent (goal: flat):")
    for row in result["memory"]:
        print(
            f"  {row['client_sessions']:>13,} client-sessions: {row['parent_mb']:.0f} MB while playing, "
            f"{row['parent_with_estimates_mb']:.0f} MB with estimates, {row['run']:.0f} s"
        )


if __name__ == "__main__":
    main()
