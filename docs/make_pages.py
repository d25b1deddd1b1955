"""Make every page, notebook and figure of the documentation anew, by the law as it is now.

    python docs/make_pages.py             # all pages that are not of today's law and inputs
    python docs/make_pages.py NAME ...    # these, and if they are of today
    python docs/make_pages.py --list      # which are of today, and how long each took

Each by the commands that stand below, one after the other, on all cores; what they print is in results/pages/NAME.log.
Stopped (Ctrl-C), it goes on where it was: a finished page is not made again, and the commands of a long one keep what
they have simulated. Each page states the law, a hash of its inputs, and the commit of the code. docs/pages.json keeps
how many seconds each page took, for the forecast.

Fits are no part of it: `alliance-sim calibrate configs/calibration.yaml` and `python docs/make_rivals.py
results/rival_mechanisms` come first where the law has changed (hours).
"""

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from alliance_sim.compiled import LAW_VERSION
from alliance_sim.scenario.layers import read_layers
from alliance_sim.scenario.tree import plain

DOCS = Path(__file__).parent
ROOT = DOCS.parent
LOGS = ROOT / "results" / "pages"
SECONDS = DOCS / "pages.json"


class Page(NamedTuple):
    """A page: its file, seen from docs/; what it is made from and by which commands, seen from the repository."""

    file: str
    inputs: tuple[str, ...]
    commands: tuple[str, ...]


def question(name: str, command: str = "run") -> Page:
    """The page of a shipped question."""
    config = f"configs/{name}.yaml"
    run = f"alliance-sim {command} {config} --out results/{name}"
    return Page(f"questions/{name}.md", (config,), (run, f"python docs/make_questions.py {name}"))


def guide(name: str, *inputs: str) -> Page:
    """A guide with examples that are run."""
    return Page(f"{name}.md", inputs, (f"python docs/make_guides.py {name}",))


def notebook(name: str) -> Page:
    """A notebook."""
    return Page(f"notebooks/{name}.ipynb", ("docs/data", "configs"), (f"python docs/make_notebooks.py {name}",))


FITTED = "alliance_sim/scenario/catalog/parameters"
RIVALS, REPAIR = "rival_mechanisms", "repair_or_selection"

PAGES = {
    "face_validity": Page("face_validity.md", ("configs/calibration.yaml",), ("python docs/make_face_validity.py",)),
    **{
        name: question(name)
        for name in (
            "technique_and_alliance", "repair_for_whom", "rupture_detection", "service", "alliance_and_outcome", REPAIR
        )
    },
    "power": question("power", "power"),
    "sensitivity": question("sensitivity", "sensitivity"),
    "optimise": question("optimise", "optimise"),
    "optimise_time": question("optimise_time", "optimise"),
    RIVALS: question(RIVALS),
    "evidence": Page(
        "evidence.md",
        (FITTED, "alliance_sim/evidence/findings.csv", f"configs/{RIVALS}.yaml", f"configs/{REPAIR}.yaml"),
        (f"python docs/make_evidence.py results/calibration results/{RIVALS} results/{REPAIR}",),
    ),
    "sweeps": guide("sweeps"),
    "own_data_guide": guide("own_data", "docs/data"),
    "optimise_guide": guide("optimise"),
    "researchers": notebook("researchers"),
    "methods_class": notebook("methods_class"),
    "benchmarks": Page(
        "benchmarks.md", ("benchmarks",), ("python benchmarks/engine.py --compile --doc docs/benchmarks.md",)
    ),
}  # fmt: skip
"""Pages in the order in which they build on each other."""

STAMP = re.compile(
    r"^\*Made by `python docs/make_pages\.py (\w+)`: law (\w+), inputs (\w+), commit ([\w+]+)\.\*$", re.M
)


def digest(page: Page) -> str:
    """A hash of what a page is made from: settings of configs (no comments), bytes of other files, in order."""
    given = blake2b(digest_size=4)
    for name in page.inputs:
        for file in _files(ROOT / name):
            given.update(json.dumps(_content(file), sort_keys=True, default=str).encode())
    return given.hexdigest()


def _files(path: Path) -> list[Path]:
    return (
        sorted(each for each in path.rglob("*") if each.is_file() and "__pycache__" not in each.parts)
        if path.is_dir()
        else [path]
    )


def _content(file: Path) -> object:
    """What a file says; of a config all settings, with those that it extends and the files that it names."""
    if file.suffix != ".yaml":
        return blake2b(file.read_bytes()).hexdigest()
    settings = plain(read_layers(file, ()))
    named = sorted({text for text in _texts(settings) if text.endswith((".csv", ".py"))})
    return [settings, [_content(file.parent / text) for text in named if (file.parent / text).is_file()]]


def _texts(settings: object) -> Iterator[str]:
    if isinstance(settings, str):
        yield settings
    elif isinstance(settings, Mapping | list):
        for each in settings.values() if isinstance(settings, Mapping) else settings:
            yield from _texts(each)


def text_of(page: Page) -> str:
    """The text that says what a page was made by: the page itself, or the first cell of a notebook."""
    text = (DOCS / page.file).read_text(encoding="utf-8")
    return "".join(json.loads(text)["cells"][0]["source"]) if page.file.endswith(".ipynb") else text


def is_of_today(page: Page) -> bool:
    """Whether a page states the law and the inputs as they are now."""
    stated = STAMP.search(text_of(page)) if (DOCS / page.file).exists() else None
    return stated is not None and stated.groups()[1:3] == (LAW_VERSION, digest(page))


def commit() -> str:
    """The commit of the code."""
    head = ["git", "-C", str(ROOT), "rev-parse", "--short=7", "HEAD"]
    return subprocess.run(head, check=True, capture_output=True, text=True).stdout.strip()


def stamp(name: str, page: Page) -> None:
    """State in a page what it was made by, below its title."""
    inputs = digest(page)
    words = f"*Made by `python docs/make_pages.py {name}`: law {LAW_VERSION}, inputs {inputs}, commit {commit()}.*"
    title, _, rest = STAMP.sub("", text_of(page)).partition("\n")
    text = f"{title}\n\n{words}\n\n{rest.lstrip()}"
    file = DOCS / page.file
    if file.suffix == ".ipynb":
        whole = json.loads(file.read_text(encoding="utf-8"))
        whole["cells"][0]["source"] = text.rstrip().splitlines(keepends=True)
        text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    file.write_text(text, encoding="utf-8")


def make(name: str, page: Page, waiting: Callable[[float], None]) -> bool:
    """Run the commands of a page; gives whether all went well. `waiting` is called with the seconds since the start."""
    LOGS.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with (LOGS / f"{name}.log").open("w", encoding="utf-8") as log:
        for command in page.commands:
            program, *words = shlex.split(command)
            start = [sys.executable] if program == "python" else [sys.executable, "-m", "alliance_sim.cli"]
            with subprocess.Popen([*start, *words], cwd=ROOT, stdout=log, stderr=log) as running:
                while running.poll() is None:
                    time.sleep(0.2)
                    waiting(time.monotonic() - begun)
            if running.returncode:
                return False
    stamp(name, page)
    return True


def main(names: list[str]) -> int:
    """Make pages, with the total progress; exit status 1 where one could not be made."""
    if unknown := [name for name in names if name not in PAGES]:
        print(f"{unknown[0]} is no page; pages are {', '.join(PAGES)}", file=sys.stderr)
        return 2
    todo = {name: page for name, page in PAGES.items() if (name in names if names else not is_of_today(page))}
    taken = seconds()
    usual = sum(taken.values()) / len(taken) if taken else 60.0
    expected = {name: taken.get(name, usual) for name in todo}
    failed = 0
    left = TextColumn("about {task.fields[left]} left")
    with Progress(TextColumn("{task.description}"), BarColumn(), left, TimeElapsedColumn()) as bar:
        task = bar.add_task("pages", total=sum(expected.values()), left="")
        for k, (name, page) in enumerate(todo.items()):
            before = sum(list(expected.values())[:k])

            def waiting(passed: float, name: str = name, before: float = before) -> None:
                now = before + min(passed, expected[name])
                left = timedelta(seconds=round(sum(expected.values()) - now))
                bar.update(task, description=name, completed=now, left=left)

            start = time.monotonic()
            if make(name, page, waiting):
                taken[name] = round(time.monotonic() - start)
                SECONDS.write_text(json.dumps(taken, indent=2) + "\n", encoding="utf-8")
                bar.console.print(f"{k + 1} of {len(todo)}: {name}, made in {timedelta(seconds=taken[name])}")
            else:
                failed += 1
                bar.console.print(f"{k + 1} of {len(todo)}: {name} could not be made; see results/pages/{name}.log")
    return int(failed > 0)


def seconds() -> dict[str, int]:
    """How long each page took when it was last made."""
    return dict(json.loads(SECONDS.read_text(encoding="utf-8"))) if SECONDS.exists() else {}


def listed() -> None:
    """Print which pages are of today."""
    taken = seconds()
    for name, page in PAGES.items():
        took = timedelta(seconds=taken[name]) if name in taken else "not known"
        print(f"{name:<24} {'of today' if is_of_today(page) else 'to be made':<12} {took}")


if __name__ == "__main__":
    if "--list" in sys.argv:
        listed()
    else:
        try:
            sys.exit(main(sys.argv[1:]))
        except KeyboardInterrupt:
            sys.exit("Stopped. What is finished is kept; the same command goes on.")
