"""What a run was made from, so that it can be repeated to the bit."""

import copy
import csv
import io
import json
import platform
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import alliance_sim
from alliance_sim.compiled import LAW_VERSION
from alliance_sim.experiment import parts
from alliance_sim.files.record import Record
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.library import file_of, read_population
from alliance_sim.scenario.names import CALIBRATED
from alliance_sim.sources import behind

FORMAT = 2
LIBRARIES = ("numpy", "numba", "llvmlite", "mesa", "pandas", "pyarrow", "scipy")


@cache
def git_revision(folder: Path) -> str | None:
    """Revision of the repository that holds this code, with "+changes" when files differ; None outside of one."""
    try:
        head = _git(folder, "rev-parse", "HEAD")
        return head + ("+changes" if _git(folder, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return None


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


DESIGN_ENDS = ("address", "part", "parts", "replicates")
"""The last columns of design.csv."""


def write_design(experiment: Experiment, record: Record) -> None:
    """Write design.csv: a row a design point with its labels, its address, and the name and number of its parts."""
    content = io.StringIO(newline="")
    table = csv.writer(content, lineterminator="\n")
    columns = [*experiment.factors, *experiment.sampled]
    table.writerow(["point", "arm", *columns, *DESIGN_ENDS])
    for arms in parts.settings(experiment):
        for point in arms:
            values = {**point.factors, **point.sampled}
            count = len(parts.ranges(experiment, point))
            ends = [point.address, parts.part_name(experiment, point, arms), count, experiment.replicates]
            table.writerow([point.number, point.arm, *(values[name] for name in columns), *ends])
    record.write("design.csv", content.getvalue())


def keep_policies(experiment: Experiment, record: Record) -> None:
    """Copy the files of the user's own policies from the folder of the config to that of the manifest."""
    home = experiment.path.resolve().parent
    for name in sorted({point.scenario.policy_function or "" for point in experiment.points} - {""}):
        file = Path(*name.partition(":")[0].split(".")).with_suffix(".py")
        if (home / file).is_file() and home != record.folder.resolve():
            record.write(file.as_posix(), (home / file).read_bytes())


def keep_draws(experiment: Experiment, record: Record) -> dict[str, dict[str, Any]]:
    """Copy every file of draws that the config names into the folder of the manifest.

    Returns for each name in the config: the copy (a path seen from the folder), the number of its draws, their digest.
    """
    home = experiment.path.resolve().parent
    named = {settings["base"] for settings in _parameters_in(experiment.resolved)}
    named |= {value for path, value in _levels(experiment.resolved) if path in _STARTS}
    kept = {}
    for name in sorted(named - {CALIBRATED}):
        file = file_of(name, home)
        draws = read_population(file)
        copy = Path("parameters", draws.digest[:12], file.name)
        if file.resolve() != (record.folder / copy).resolve():
            record.write(copy.as_posix(), file.read_bytes())
        kept[name] = {"file": copy.as_posix(), "draws": len(draws.draws), "digest": draws.digest}
    return kept


_STARTS = ("parameters", "parameters.base")
"""Paths at which a factor names what parameters start from."""


def _parameters_in(config: dict[str, Any]) -> list[dict[str, Any]]:
    """The sections of parameters, at the top and in arms, that name what they start from."""
    sections = [settings.get("parameters", {}) for settings in (config, *config["arms"].values())]
    return [section for section in sections if "base" in section]


def _levels(config: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every path that a factor sets, with each of its values."""
    for key, levels in config["factors"].items():
        if isinstance(levels, list):
            yield from ((key, value) for value in levels)
        else:
            yield from (pair for settings in levels.values() for pair in settings.items())


def repeatable(experiment: Experiment, kept: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The complete config with which a run is repeated, and which draws parameters from the kept files.

    Defaults that draws replace are left out: stated, they would go before the draws.
    """
    config = copy.deepcopy(experiment.resolved)
    files = {name: about["file"] for name, about in kept.items()}
    for section in _parameters_in(config):
        section["base"] = files.get(section["base"], section["base"])
    for key, levels in config["factors"].items():
        if isinstance(levels, list):
            if key in _STARTS:
                config["factors"][key] = [files.get(value, value) for value in levels]
            continue
        for settings in levels.values():
            settings.update({path: files.get(settings[path], settings[path]) for path in _STARTS if path in settings})
    drawn = {
        path for point in experiment.points if point.scenario.population for path in point.scenario.population.paths
    }
    for path in drawn:
        group, _, name = path.partition(".")
        if experiment.origins[f"parameters.{path}"] == "default":
            del config["parameters"][group][name]
    return config


def law_of(manifest: Path) -> str | None:
    """The law that a manifest says its run used; None for any other file."""
    try:
        return str(json.loads(manifest.read_text(encoding="utf-8"))["versions"]["law"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def write(experiment: Experiment, record: Record, *, finished: int, notices: list[str]) -> None:
    """Write manifest.json into the result folder. `finished` counts design points.

    Its `config` is complete (defaults included): `alliance-sim run manifest.json` repeats the run.
    """
    draws = keep_draws(experiment, record)
    content = {
        "format": FORMAT,
        "name": experiment.name,
        "finished": finished == len(experiment.points),
        "points": {"all": len(experiment.points), "finished": finished},
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "alliance_sim": alliance_sim.__version__,
            "law": LAW_VERSION,
            "estimands": behind("alliance_sim.estimands.measuring"),
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "machine": {"system": platform.system(), "architecture": platform.machine()},
        "git_revision": git_revision(Path(alliance_sim.__file__).parent),
        "seed": experiment.seed,
        "replicates": experiment.replicates,
        "config": repeatable(experiment, draws),
        "origins": experiment.origins,
        "parameters": draws,
        "notices": notices,
    }
    write_manifest(record, content)


def write_manifest(record: Record, content: dict[str, Any]) -> None:
    """Write manifest.json; one that says the same but for its time stays."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str) + "\n"
    file = record.folder / "manifest.json"
    if "manifest.json" in record.files and record.is_own("manifest.json"):
        was = json.loads(file.read_text(encoding="utf-8")).get("written")
        if text.replace(content["written"], was) == file.read_text(encoding="utf-8"):
            return
    record.write("manifest.json", text)
