"""How to repeat a run to the bit, and what to cite."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import alliance_sim
from alliance_sim.compiled import LAW_VERSION
from alliance_sim.files.record import as_written
from alliance_sim.report.compared import scenarios
from alliance_sim.report.naming import catalogued
from alliance_sim.scenario import Experiment

REFERENCES = (
    (
        "Bordin, E. S. (1979). The generalizability of the psychoanalytic concept of the working alliance. "
        "Psychotherapy, 16, 252–260."
    ),
    "Safran, J. D., & Muran, J. C. (2000). Negotiating the therapeutic alliance. Guilford.",
    (
        "Morris, T. P., White, I. R., & Crowther, M. J. (2019). Using simulation studies to evaluate statistical "
        "methods. Statistics in Medicine, 38, 2074–2102."
    ),
)


class Repeat(NamedTuple):
    """What identifies a run."""

    command: str
    from_manifest: str
    facts: list[tuple[str, str]]
    cite: list[str]


def manifest_of(folder: Path) -> dict[str, Any]:
    """What the run wrote about itself; empty when there is no manifest. Raises ConfigError for one that was changed."""
    file = folder / "manifest.json"
    return dict(json.loads(as_written(file).read_text(encoding="utf-8"))) if file.exists() else {}


def repeat_in_words(folder: Path, experiment: Experiment) -> Repeat:
    """Commands, seed, versions and citations."""
    manifest = manifest_of(folder)
    versions = dict(manifest.get("versions", {}))
    versions.setdefault("alliance_sim", alliance_sim.__version__)
    law = str(versions.pop("law", LAW_VERSION))
    facts = [
        ("seed", str(experiment.seed)),
        ("simulated clinics (replicates)", str(experiment.replicates)),
        ("alliance_sim", str(versions.pop("alliance_sim"))),
        ("law version (a hash of all rules)", law),
        ("git revision", str(manifest.get("git_revision") or "not run from a repository")),
        *[(name, str(version)) for name, version in versions.items()],
    ]
    machine = manifest.get("machine", {})
    if machine:
        facts.append(("machine", f"{machine.get('system', '')} {machine.get('architecture', '')}".strip()))
    path = experiment.path.as_posix()
    return Repeat(
        f"alliance-sim run {path}{_overrides(experiment)}",
        "alliance-sim run manifest.json --out again",
        facts,
        [
            f"alliance_sim {alliance_sim.__version__}, law version {law} (CITATION.cff in the repository).",
            *_instrument(experiment),
            *REFERENCES,
        ],
    )


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


def _instrument(experiment: Experiment) -> list[str]:
    """Where the symptom measures come from."""
    used = dict.fromkeys(scenario.symptoms for scenario in scenarios(experiment).values())
    words = []
    for name in used:
        entry = catalogued("symptoms", name)
        if entry is not None:
            words.append(f"{entry.title}: {entry.sources.get('cutoff', '')}.")
    return words
