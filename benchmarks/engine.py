"""Measure our engine and our Mesa driver against plain Mesa and NumPy models of the same law.

    python benchmarks/engine.py [--quick] [--rounds N] [--compile] [--json FILE] [--doc FILE]

Everybody plays once a round, in turn; ratios are formed within a round, and medians and quartiles are taken
over rounds, because machines are noisy. Compiling happens before the clock starts and is told apart.
"""

import argparse
import json
from pathlib import Path
from typing import Any, NamedTuple

from measure import Spread, compile_seconds, in_document, interleave, load, machine, ratio, spread, warm_up
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from subjects import FULL, QUICK, Subject, subjects

from alliance_sim.scenario.scenario import Scenario

BUSY = 1.2
"""Load from which others are at work: the warm-up itself comes near 1."""


class Comparison(NamedTuple):
    """A ratio that is reported: its key, who takes longer, who is faster, the goal and its words."""

    key: str
    slower: str
    faster: str
    goal: str
    words: str


TABLE_1, TABLE_2, SUMMARY_1, SUMMARY_2 = "engine_table_1", "engine_table_2", "engine_summary_1", "engine_summary_2"
COMPARISONS = (
    Comparison("engine_table_vs_mesa_1", "mesa", TABLE_1, ">= 150", "plain Mesa / engine with table, 1 thread"),
    Comparison("engine_table_vs_mesa_2", "mesa", TABLE_2, ">= 280", "plain Mesa / engine with table, 2 threads"),
    Comparison("table_vs_summary", TABLE_1, SUMMARY_1, "<= 1.5", "engine with table / without, 1 thread"),
    Comparison("table_vs_summary_2", TABLE_2, SUMMARY_2, "<= 1.5", "engine with table / without, 2 threads"),
    Comparison("mesa_driver_vs_mesa", "mesa_driver", "mesa", "<= 1", "our Mesa driver / plain Mesa"),
    Comparison("engine_table_vs_numpy_1", "numpy", TABLE_1, "", "NumPy / engine with table, 1 thread"),
    Comparison("engine_summary_vs_mesa_bare_1", "mesa_bare", SUMMARY_1, "", "plain Mesa / engine, no table, 1 thread"),
    Comparison("engine_table_vs_mesa_frame_1", "mesa_frame", TABLE_1, "", "plain Mesa with frame / engine, 1 thread"),
    Comparison("threads_2_vs_1", TABLE_1, TABLE_2, "", "engine with table, 1 thread / 2 threads"),
)


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description="Measure the engine against its peers.")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: under a minute")
    parser.add_argument("--rounds", type=int, help="how many rounds (default: 7 quick, 21 otherwise)")
    parser.add_argument("--compile", action="store_true", help="also time a first run with nothing compiled yet")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file")
    parser.add_argument("--doc", type=Path, metavar="FILE", help="put what is printed into this document")
    return parser.parse_args()


def within(value: float, goal: str) -> bool:
    """Whether a value meets a goal such as ">= 150" or "<= 1.5"; no goal is always met."""
    if not goal:
        return True
    sign, limit = goal.split()
    return value >= float(limit) if sign == ">=" else value <= float(limit)


def number(value: float) -> str:
    """Three figures or more: 0.912, 3.46, 63.5, 1234."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def show_times(console: Console, everybody: list[Subject], times: dict[str, Spread]) -> None:
    """Print time per client-session of everybody."""
    table = Table("who", "ns per client-session", "middle half of rounds", title="Time", box=SIMPLE_HEAD)
    for subject in everybody:
        time = times[subject.key]
        table.add_row(subject.words, number(time.median), f"{number(time.low)} - {number(time.high)}")
    for column in table.columns[1:]:
        column.justify = "right"
    console.print(table)


def show_ratios(console: Console, ratios: dict[str, Spread]) -> None:
    """Print the comparisons, with their goals."""
    table = Table(
        "what", "ratio", "middle half of rounds", "goal", "", title="Ratios, formed within rounds", box=SIMPLE_HEAD
    )
    for comparison in COMPARISONS:
        found = ratios[comparison.key]
        met = "" if not comparison.goal else "met" if within(found.median, comparison.goal) else "missed"
        row = number(found.median), f"{number(found.low)} - {number(found.high)}", comparison.goal, met
        table.add_row(comparison.words, *row)
    for column in table.columns[1:3]:
        column.justify = "right"
    console.print(table)


def show_setting(console: Console, results: dict[str, Any]) -> None:
    """Print what was measured on, how much, and how busy the machine was."""
    for name in ("machine", "size"):
        console.print(f"{name}: " + ", ".join(f"{key} {value}" for key, value in results[name].items()))
    console.print(", ".join(f"{key} {value:.2f}" for key, value in results.items() if isinstance(value, float)))
    if (results["load_before"] or 0.0) > BUSY:
        console.print("Others were at work on this machine: two threads had no two cores to themselves.")


def measure(everybody: list[Subject], rounds: int) -> dict[str, list[float]]:
    """All rounds, with a bar on the terminal that says how long they still take."""
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("measuring", total=rounds * len(everybody))
        return interleave(everybody, rounds, lambda: progress.advance(task))


def keep(asked: argparse.Namespace, results: dict[str, Any], printed: str) -> None:
    """Write the files that were asked for."""
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    if asked.doc:
        asked.doc.write_text(in_document(asked.doc.read_text(encoding="utf-8"), printed, "engine"), encoding="utf-8")


def main() -> None:
    """Measure, print, and write the files that were asked for."""
    asked = arguments()
    if asked.doc:
        in_document(asked.doc.read_text(encoding="utf-8"), "", "engine")  # better to fail now than after measuring
    console = Console(width=110, record=True)
    scenario, size = Scenario(), QUICK if asked.quick else FULL
    rounds = asked.rounds or (7 if asked.quick else 21)
    everybody = subjects(scenario, size)
    clinic = ", ".join(f"{count} {name}" for name, count in scenario.clinic._asdict().items())
    results: dict[str, Any] = {"machine": machine(), "size": {"rounds": rounds, **vars(size), "clinic": clinic}}
    if asked.compile:
        results["first_run_seconds"], results["second_run_seconds"] = compile_seconds()
    results["warm_up_seconds"] = warm_up(everybody)
    results["load_before"] = load()
    taken = measure(everybody, rounds)
    results["load_after"] = load()
    times = {key: spread(values) for key, values in taken.items()}
    ratios = {c.key: ratio(taken, c.slower, c.faster) for c in COMPARISONS}
    show_setting(console, results)
    show_times(console, everybody, times)
    show_ratios(console, ratios)
    results |= {key: found.median for key, found in ratios.items()}
    results["ratios"] = {key: found._asdict() for key, found in ratios.items()}
    results["ns_per_client_session"] = {key: time._asdict() for key, time in times.items()}
    keep(asked, results, console.export_text())


if __name__ == "__main__":
    main()
