"""How to repeat a run to the bit, and what to cite."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import alliance_sim
from alliance_sim.compiled import LAW_VERSION
from alliance_sim.estimates.tables import Results, files_of_points, open_results
from alliance_sim.files.record import as_written, program, record_of
from alliance_sim.files.sums import checksum
from alliance_sim.report.naming import catalogued, scenarios
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.catalog import Entry


def manifest_of(folder: Path) -> dict[str, Any]:
    """What the run wrote about itself; empty when there is no manifest. Raises ConfigError for one that was changed."""
    file = folder / "manifest.json"
    return dict(json.loads(as_written(file).read_text(encoding="utf-8"))) if file.exists() else {}


def is_written(folder: Path, experiment: Experiment) -> bool:
    """Whether estimates, figures and report are there, as they were written, and were made from the same.

    Raises FileNotFoundError when the folder holds no finished design point.
    """
    record = record_of(folder)
    complete = record.has("estimates.csv", "report.html") and record.is_complete()
    return complete and record.made == made_from(folder, experiment, opened(folder, experiment))


def made_from(folder: Path, experiment: Experiment, found: Results) -> str:
    """A text that states all that decides estimates, figures and report from anything else: rows, config, program."""
    about = {name: value for name, value in manifest_of(folder).items() if name != "written"}
    rows = [file.name for file in files_of_points(found.points)]
    stated = [experiment.path.as_posix(), experiment.rivals, experiment.resolved, experiment.origins]
    return checksum(json.dumps([program(), about, rows, stated], sort_keys=True, default=str).encode())


def opened(folder: Path, experiment: Experiment) -> Results:
    """What a result folder holds, with the number of draws of the parameters at each of its design points.

    Raises FileNotFoundError when the folder holds no finished design point.
    """
    draws = {point.number: point.scenario.draws for point in experiment.points if point.scenario.draws}
    return replace(open_results(folder), draws=draws)


def repeating(folder: Path, experiment: Experiment) -> dict[str, Any]:
    """What identifies a run: settings of the command line, seed, versions, machine; and what instruments to cite."""
    manifest = manifest_of(folder)
    versions = {"alliance_sim": alliance_sim.__version__, "law": LAW_VERSION} | dict(manifest.get("versions", {}))
    return {
        "overrides": _overrides(experiment),
        "git": manifest.get("git_revision"),
        "law": str(versions.pop("law")),
        "own": str(versions.pop("alliance_sim")),
        "program": alliance_sim.__version__,
        "versions": versions,
        "machine": manifest.get("machine", {}),
        "instruments": _instruments(experiment),
    }


def _overrides(experiment: Experiment) -> str:
    """The settings that came from the command line, as they are given there."""
    words = ""
    for path, origin in experiment.origins.items():
        if origin == "--set":
            value = _at(experiment.resolved, path)
            given = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
            words += f" --set '{path}={given}'" if " " in f"{path}{given}" else f" --set {path}={given}"
    return words


def _at(config: dict[str, Any], path: str) -> Any:
    """The value at a dotted path; names in the config may have dots themselves, as those of factors have."""
    value: Any = config
    while path:
        key = max((name for name in value if f"{path}.".startswith(f"{name}.")), key=len)
        value, path = value[key], path[len(key) + 1 :]
    return value


def _instruments(experiment: Experiment) -> list[Entry]:
    """The symptom measures of the catalogue that are used."""
    used = dict.fromkeys(scenario.symptoms for scenario in scenarios(experiment).values())
    return [entry for name in used if (entry := catalogued("symptoms", name))]
