"""What a run was made from, so that it can be repeated to the bit."""

import copy
import json
import platform
import shutil
import subprocess
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import alliance_sim
from alliance_sim.compiled import LAW_VERSION
from alliance_sim.experiment.store import part
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.population import KEY, NAMES, Population

FORMAT = 1
LIBRARIES = ("numpy", "numba", "llvmlite", "mesa", "pandas", "pyarrow", "scipy")


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


def file_hash(file: Path) -> str:
    """SHA-256 of a file."""
    digest = sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def points_of(experiment: Experiment, folder: Path) -> list[dict[str, Any]]:
    """Every design point with its address and, where it is finished, the hashes of its part files."""
    rows = []
    for point in experiment.points:
        files = {}
        for table in ("sessions", "clients"):
            file = part(folder, table, point)
            if file.exists():
                files[file.relative_to(folder).as_posix()] = file_hash(file)
        rows.append(
            {"number": point.number, "arm": point.arm, **point.factors, "address": point.address, "files": files}
        )
    return rows


def keep_policies(experiment: Experiment, folder: Path) -> None:
    """Copy the files of the user's own policies that lie beside the config to beside the manifest."""
    home = experiment.path.resolve().parent
    for name in sorted({point.scenario.policy_function or "" for point in experiment.points} - {""}):
        file = Path(*name.partition(":")[0].split(".")).with_suffix(".py")
        if (home / file).is_file() and home != folder.resolve():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(home / file, folder / file)


def repeatable(experiment: Experiment, folder: Path) -> dict[str, Any]:
    """The complete config with which a run is repeated, and the files of its populations beside it.

    Where a population of parameters is drawn from, defaults that it replaces are left out: stated, they would win.
    """
    config = copy.deepcopy(experiment.resolved)
    home = experiment.path.resolve().parent
    for settings in (config, *config["arms"].values()):
        name = settings.get(KEY)
        if name is not None and name not in NAMES:
            target = folder / Path(name).name
            if (home / name).resolve() != target.resolve():
                shutil.copyfile(home / name, target)
            settings[KEY] = target.name
    drawn = {path for point in experiment.points for path in (point.scenario.population or _NOBODY).paths}
    for path in drawn:
        group, _, name = path.partition(".")
        if experiment.origins.get(f"parameters.{path}") == "default":
            del config["parameters"][group][name]
    return config


_NOBODY = Population("", (), ())


def other_law(file: Path) -> str | None:
    """The law version of a manifest, where it is not the law of this program; None for anything else."""
    if file.name != "manifest.json":
        return None
    law = json.loads(file.read_text(encoding="utf-8"))["versions"]["law"]
    return None if law == LAW_VERSION else str(law)


def write(experiment: Experiment, folder: Path, *, finished: bool, notices: list[str]) -> Path:
    """Write manifest.json into the result folder; returns its path.

    Its `config` is complete (defaults included): `alliance-sim run manifest.json` repeats the run.
    """
    content = {
        "format": FORMAT,
        "name": experiment.name,
        "finished": finished,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": {
            "alliance_sim": alliance_sim.__version__,
            "law": LAW_VERSION,
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
        "machine": {"system": platform.system(), "architecture": platform.machine()},
        "git_revision": git_revision(Path(alliance_sim.__file__).parent),
        "seed": experiment.seed,
        "replicates": experiment.replicates,
        "config": repeatable(experiment, folder),
        "origins": experiment.origins,
        "notices": notices,
        "points": points_of(experiment, folder),
    }
    file = folder / "manifest.json"
    temporary = file.with_suffix(".writing")
    temporary.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(file)
    return file
