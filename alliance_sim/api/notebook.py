"""What `import alliance_sim` offers: everything in a few lines, from a script or a notebook.

A config is the path of a YAML file, a text in YAML, or a dict. `changes` are paths with their values
({"parameters.rupture.base": -3}) or PATH=VALUE as on the command line; keywords set what is at the top of a config
(replicates=5). Bad input raises ConfigError, whose text is a message a line. Progress goes to stderr.
"""

import warnings
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from alliance_sim.api.progress import compile_law
from alliance_sim.api.work import Study, answer, compare_literature, run_experiment, study_in
from alliance_sim.evidence import DRAWS, FEWEST_DRAWS, MOST_DRAWS, SEED
from alliance_sim.evidence.agreement import uncompared
from alliance_sim.evidence.tables import table
from alliance_sim.experiment.columns import check_columns
from alliance_sim.experiment.run import play_point
from alliance_sim.experiment.workers import Workers
from alliance_sim.files.record import as_written, changed_manifest
from alliance_sim.law.about import About
from alliance_sim.questions.frame.answer import Answered
from alliance_sim.questions.frame.config import question_of
from alliance_sim.scenario import Experiment, errors
from alliance_sim.scenario.experiment import experiment_of
from alliance_sim.scenario.layers import Changes, Source, given
from alliance_sim.scenario.paths import home
from alliance_sim.scenario.problem import ConfigError, Place, Problem, in_config, listing, nearest
from alliance_sim.scenario.reading import whole_number
from alliance_sim.scenario.registry import by_path, matching, option_name, option_names

RESULTS = Path("results")
"""Where results go where no folder is named: into a folder of the config's name in it, below the current folder."""


class Frames(NamedTuple):
    """What was simulated, in memory: a row a client, and a row a session."""

    clients: pd.DataFrame
    sessions: pd.DataFrame


def load(config: Source, changes: Changes = None, **settings: Any) -> Experiment:
    """Read and check the config of an experiment. Raises ConfigError with every mistake in it at once."""
    _warn_of_changes(config)
    own = given(config, changes, settings)
    experiment = experiment_of(own.path, own.tree, own.name)
    check_columns(experiment)
    return experiment


def run(
    config: Source | Experiment,
    changes: Changes = None,
    *,
    out: Path | str | None = None,
    workers: Workers | None = None,
    overwrite: bool = False,
    **settings: Any,
) -> Study:
    """Simulate an experiment, estimate, draw and report into a folder; what the folder holds is not simulated again.

    `out` is results/NAME if None; `workers` are so many cores, all if None, or the Dask cluster whose scheduler has
    this address (`tcp://10.0.0.5:8786`). A folder that is not this study's own is refused, and so are files in it that
    were changed since, unless `overwrite`. Raises ConfigError for bad input, KeyboardInterrupt when stopped (the same
    call then resumes), and the errors of `alliance_sim.experiment.run.run`.
    """
    experiment = config if isinstance(config, Experiment) else load(config, changes, **settings)
    if isinstance(config, Experiment) and (changes or settings):
        raise TypeError("an experiment that was loaded cannot be changed: load its config with the changes")
    return run_experiment(experiment, _folder(out, experiment.name), workers=workers, overwrite=overwrite)


def results(folder: Path | str) -> Study:
    """A run from its folder; nothing is simulated. Raises ConfigError where there is none."""
    folder = home(folder)
    if not (folder / "manifest.json").exists():
        allowed = "the result folder of a run, which has a manifest.json"
        raise ConfigError([Problem(Place(str(folder)), "no run", allowed)])
    as_written(folder / "manifest.json")
    own = given(folder / "manifest.json")
    experiment = experiment_of(own.path, own.tree, own.name)
    if not (folder / "estimates.csv").exists():
        raise ConfigError([Problem(Place(str(folder)), "a run without estimates", "a run that has ended")])
    return study_in(folder, experiment)


def play(
    config: Source | Experiment,
    arm: str | None = None,
    replicates: int = 1,
    changes: Changes = None,
    **settings: Any,
) -> Frames:
    """Simulate an arm (the baseline, if None) at every setting of the factors, and keep nothing.

    Arms that are simulated with the same replicates are matched twins: the same clients and the same random draws.
    """
    experiment = config if isinstance(config, Experiment) else load(config, changes, **settings)
    replicates = whole_number("replicates", replicates, 1)
    name = experiment.baseline if arm is None else str(arm)  # names of arms are texts, also those written as 1
    if name not in experiment.arms:
        place = Place(str(experiment.path), None, "arm")
        near = nearest(name, experiment.arms)
        raise ConfigError([Problem(place, f'the arm "{name}"', listing(experiment.arms), near)])
    compile_law()
    points = [point for point in experiment.points if point.arm == name]
    tables = [play_point(experiment, point, range(1, replicates + 1)) for point in points]
    clients = pa.concat_tables([people for _, people in tables], promote_options="default")
    sessions = pa.concat_tables([weeks for weeks, _ in tables if weeks is not None], promote_options="default")
    return Frames(clients.to_pandas(), sessions.to_pandas())


def ask(
    config: Source,
    changes: Changes = None,
    *,
    out: Path | str | None = None,
    beside: Path | str | None = None,
    workers: Workers | None = None,
    overwrite: bool = False,
    **settings: Any,
) -> Answered:
    """Answer a question: sensitivity, power, rival mechanisms, data of your own, and all others.

    `beside` is a config whose scenarios are taken, as with `alliance-sim data --beside`. Raises what `run` raises.
    """
    _warn_of_changes(config)
    own = given(config, changes, settings, home(beside) if beside is not None else None)
    question = question_of(own.path, own.tree)
    return answer(question, _folder(out, question.name), workers=workers, overwrite=overwrite)


def _folder(out: Path | str | None, name: str) -> Path:
    return home(out) if out is not None else RESULTS / name


def _warn_of_changes(config: Source) -> None:
    note = changed_manifest(config)
    if note:
        warnings.warn(note, stacklevel=3)


def literature(
    parameters: str = "posterior", draws: int = DRAWS, seed: int = SEED, *, workers: Workers | None = None
) -> pd.DataFrame:
    """The model versus every published finding: a row a published number, with what studies in silico find.

    A finding that was not simulated (tier retired, say) has its `reason`, and no verdict. Findings of tier fit and
    validate are counted, seen and unseen ones apart; those of other tiers are in no count.
    `parameters` is calibrated, posterior, or the path of a CSV file of draws. Raises ConfigError for bad input.
    """
    draws = whole_number("draws", draws, FEWEST_DRAWS, MOST_DRAWS)
    seed = whole_number("seed", seed, 0, 2**63 - 1)
    return table(compare_literature(str(home(parameters)), draws, seed, workers=workers), uncompared())


def parameters(name: str = "") -> pd.DataFrame:
    """Settings with meaning, unit, range or options, default and source: all, or those that a path or word means.

    Raises ConfigError for a name that means none.
    """
    found = matching(name) if name else list(by_path().values())
    if not found:
        raise ConfigError([errors.unknown_setting(Place("parameters"), name, list(by_path()))])
    rows: list[tuple[Any, ...]] = []
    for setting in found:
        about, default = setting.about, setting.default
        if isinstance(about, About):
            rows.append((setting.path, about.meaning, about.unit, about.low, about.high, "", default, about.source))
        else:
            options = ", ".join(in_config(option) for option in option_names(about))
            own = in_config(option_name(about, int(default)))
            rows.append((setting.path, about.meaning, "choice", None, None, options, own, about.source))
    return pd.DataFrame(rows, columns=["path", "meaning", "unit", "low", "high", "options", "default", "source"])
