"""Measure each question at a small size against the code of another commit, as a ratio of processor time.

    python benchmarks/questions.py --against COMMIT_OR_PATH [NAME ...] [--rounds N] [--cache DIR] [--json FILE]
                                   [--doc FILE]

Both run the same config, on one core, in processes of their own, once a round in turn; ratios are formed within a
round. Each keeps compiled code in a folder of its own, and everybody runs once before the clock starts. At a small size
the start of a process (imports, reading compiled code) weighs more than in a run as shipped.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from measure import Spread, in_document, interleave, load, machine, ratio, spread, warm_up
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from subjects import Subject

ROOT = Path(__file__).resolve().parents[1]

SMALL: dict[str, str] = {
    "alliance_and_outcome": """replicates=4 clinic.therapists=10 clinic.caseload=8 alliance_and_outcome.jolted_clinics=2
        alliance_and_outcome.jolted_draws=2 alliance_and_outcome.cross_lagged=2 alliance_and_outcome.larger=1""",
    "data": "replicates=40",
    "optimise": """replicates=4 clinic.therapists=10 clinic.caseload=10 optimise.trials=12 optimise.startup=6
        optimise.finalists=2 optimise.first=5 optimise.fresh=10 optimise.confirm=10 optimise.map=4 optimise.slice=2
        optimise.around=4""",
    "power": """replicates=100 power.therapists=[6,12,24] power.clients=[5,10] power.refine=200 power.confirm=100
        power.true_clients=4000 power.close=0.5""",
    "repair_for_whom": "replicates=20 clinic.therapists=10 clinic.caseload=10",
    "repair_or_selection": "replicates=20 clinic.therapists=10 clinic.caseload=8",
    "rival_mechanisms": """effort.points=64 effort.second=0 effort.waves=1 effort.checks=16 effort.sites=4
        effort.chains=2 effort.steps=50 effort.draws=20 rival_mechanisms.draws=20 rival_mechanisms.literatures=100""",
    "rupture_detection": "replicates=2 clinic.therapists=5 factors.clinic.weeks=[8] rupture_detection.samples=39",
    "sensitivity": """replicates=2 clinic.therapists=5 sensitivity.trajectories=4 sensitivity.base=16 sensitivity.most=4
        sensitivity.checks=16 sensitivity.places=16 sensitivity.blocks=1 sensitivity.most_draws=30""",
    "service": """replicates=3 clinic.therapists=8 factors.clinic.caseload=[5,10,20] service.warm_up=20 service.year=26
        service.horizon=10""",
    "technique_and_alliance": "replicates=4 clinic.therapists=10 clinic.caseload=5",
}
"""The questions, with the settings that make each small: a few seconds, most of them not of starting."""

CONFIGS = {"data": "docs/data/long.yaml"}
"""Configs that do not stand under their question's name in `configs`."""


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description="Measure the questions against another commit.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="questions (default: all)", choices=[[], *SMALL])
    parser.add_argument(
        "--against", required=True, metavar="COMMIT_OR_PATH", help="a commit, or a folder with the code"
    )
    parser.add_argument("--rounds", type=int, default=3, help="how many rounds, from 2 (default: 3)")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="keep compiled code there, for the next time")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results to this file")
    parser.add_argument("--doc", type=Path, metavar="FILE", help="put what is printed into this document")
    return parser.parse_args()


@contextmanager
def tree_of(against: str, folder: Path) -> Iterator[Path]:
    """The folder with the other code: as it is, or a worktree of a commit in `folder`, which is removed at the end."""
    if Path(against).is_dir():
        yield Path(against).resolve()
        return
    tree = folder / "tree"
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(tree), against], check=True)
    try:
        yield tree
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True)


def children_seconds() -> float:
    """Processor seconds of all processes that have been started here and have ended, and of those that they started."""
    used = os.times()
    return used.children_user + used.children_system


def config_of(name: str) -> Path:
    """The config of a question, of this tree."""
    return ROOT / CONFIGS.get(name, f"configs/{name}.yaml")


def answer(tree: Path, cache: Path, name: str, _: int) -> int:
    """Answer one small question with the code of a tree, in a new folder; gives 1, for one answer.

    Raises RuntimeError with what was printed when it failed.
    """
    settings = [part for setting in SMALL[name].split() for part in ("--set", setting)]
    own = os.environ | {"PYTHONPATH": str(tree), "ALLIANCE_SIM_CACHE": str(cache)}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "alliance_sim.cli", "run", str(config_of(name)), "--out", f"{folder}/out"]
        command += ["--workers", "1", *settings]
        done = subprocess.run(command, cwd=folder, env=own, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} with the code of {tree}:\n{done.stdout}{done.stderr}")
    return 1


def pair(name: str, before: Callable[..., int], now: Callable[..., int]) -> list[Subject]:
    """A question with the other code, and with this one."""
    return [
        Subject(f"{name} before", name, partial(before, name)),
        Subject(f"{name} now", name, partial(now, name)),
    ]


def show(console: Console, taken: dict[str, list[float]], names: Sequence[str]) -> dict[str, Spread]:
    """Print processor seconds and their ratio, a row a question; gives the ratios."""
    table = Table(
        "question", "before", "now", "before / now", "middle half of rounds", title="Processor seconds", box=SIMPLE_HEAD
    )
    ratios = {name: ratio(taken, f"{name} before", f"{name} now") for name in names}
    for name, found in ratios.items():
        seconds = [f"{spread(taken[f'{name} {code}']).median:.1f}" for code in ("before", "now")]
        table.add_row(name, *seconds, f"{found.median:.2f}", f"{found.low:.2f} - {found.high:.2f}")
    for column in table.columns[1:]:
        column.justify = "right"
    console.print(table)
    return ratios


def measure(asked: argparse.Namespace, names: Sequence[str]) -> dict[str, list[float]]:
    """Processor seconds of all rounds; the progress stands on the terminal."""
    with tempfile.TemporaryDirectory() as made, tree_of(asked.against, Path(made)) as tree:
        caches = (asked.cache or Path(made, "cache")).resolve()
        before, now = (partial(answer, code, caches / part) for code, part in ((tree, "before"), (ROOT, "now")))
        everybody = [subject for name in names for subject in pair(name, before, now)]
        warm_up(everybody)
        with Progress(console=Console(stderr=True), transient=True) as progress:
            task = progress.add_task("measuring", total=asked.rounds * len(everybody))
            return interleave(everybody, asked.rounds, lambda: progress.advance(task), children_seconds)


def main() -> None:
    """Measure, print, and write the files that were asked for."""
    asked = arguments()
    if asked.doc:
        in_document(asked.doc.read_text(encoding="utf-8"), "", "questions")  # better to fail now than after measuring
    names = asked.names or list(SMALL)
    console = Console(width=110, record=True)
    results: dict[str, Any] = {"machine": machine(), "against": asked.against, "rounds": asked.rounds, "load": load()}
    taken = measure(asked, names)
    console.print("machine: " + ", ".join(f"{key} {value}" for key, value in results["machine"].items()))
    console.print(f"against {asked.against}, rounds {asked.rounds}, load before {results['load']}")
    ratios = show(console, taken, names)
    if asked.json:
        results |= {"seconds": taken, "ratios": {name: found._asdict() for name, found in ratios.items()}}
        asked.json.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    if asked.doc:
        document = asked.doc.read_text(encoding="utf-8")
        asked.doc.write_text(in_document(document, console.export_text(), "questions"), encoding="utf-8")


if __name__ == "__main__":
    main()
