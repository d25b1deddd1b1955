"""What `from alliance_sim import ...` offers: everything in a few lines, from a script or a notebook.

A config is the path of a YAML file, a text in YAML, or a dict. `changes` are paths with their values
({"parameters.rupture.base": -3}) or PATH=VALUE as on the command line; keywords set what is at the top of a config
(replicates=5). Bad input raises ConfigError, whose text is a message a line. Progress goes to stderr.
"""

import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from alliance_sim import report
from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.estimated import Estimated
from alliance_sim.estimands.seen import MEASURES, part, ratings
from alliance_sim.estimates import read_estimates
from alliance_sim.evidence import DRAWS, FEWEST_DRAWS, MOST_DRAWS, SEED
from alliance_sim.evidence.agreement import uncompared
from alliance_sim.evidence.tables import table
from alliance_sim.experiment.columns import check_columns
from alliance_sim.experiment.run import play_point
from alliance_sim.figures.picture import Picture
from alliance_sim.files.record import as_written, changed_manifest
from alliance_sim.law.about import About
from alliance_sim.questions.data import Clinic
from alliance_sim.questions.data.conducting import clinic_of, estimates_of, overview
from alliance_sim.questions.data.keeping import tables_of
from alliance_sim.questions.frame.answer import Answered
from alliance_sim.questions.frame.config import question_of
from alliance_sim.questions.frame.question import Question
from alliance_sim.report.lookup import Lookup
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.errors import unknown_setting
from alliance_sim.scenario.experiment import experiment_of
from alliance_sim.scenario.layers import Changes, Source, given, whole_number
from alliance_sim.scenario.paths import home
from alliance_sim.scenario.problem import ConfigError, Named, Place, Problem, in_config, listing, nearest
from alliance_sim.scenario.registry import by_path, matching, option_name, option_names
from alliance_sim.study.conducting import Study, compile_law, conduct, face_literature, inquire

RESULTS = Path("results")
"""Where results go where no folder is named: into a folder of the config's name in it, below the current folder."""


class Frames(NamedTuple):
    """What was played, in memory: a row a client, and a row a session."""

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
    workers: int | None = None,
    overwrite: bool = False,
    **settings: Any,
) -> Study:
    """Play an experiment, estimate, draw and report into a folder; what the folder holds already is not played again.

    `out` is results/NAME if None; `workers` are all cores if None. A folder that is not this study's own is refused,
    and so are files in it that were changed since, unless `overwrite`. Raises ConfigError for bad input,
    KeyboardInterrupt when stopped (the same call then goes on), and the errors of `alliance_sim.experiment.run.run`.
    """
    experiment = config if isinstance(config, Experiment) else load(config, changes, **settings)
    if isinstance(config, Experiment) and (changes or settings):
        raise TypeError("an experiment that was loaded cannot be changed: load its config with the changes")
    folder = home(out) if out is not None else RESULTS / experiment.name
    return conduct(experiment, folder, workers=workers, overwrite=overwrite)


def results(folder: Path | str) -> Study:
    """A run from its folder, nothing played. Raises ConfigError where there is none."""
    folder = home(folder)
    if not (folder / "manifest.json").exists():
        words = "the result folder of a run, which has a manifest.json"
        raise ConfigError([Problem(Place(str(folder)), "no run", words)])
    as_written(folder / "manifest.json")
    own = given(folder / "manifest.json")
    experiment = experiment_of(own.path, own.tree, own.name)
    if not (folder / "estimates.csv").exists():
        raise ConfigError([Problem(Place(str(folder)), "a run without estimates", "a run that has ended")])
    estimates = read_estimates(folder / "estimates.csv")
    return Study(experiment, folder, None, Lookup(estimates, experiment.varied), report.answer(estimates, experiment))


def play(
    config: Source | Experiment,
    arm: str | None = None,
    replicates: int = 1,
    changes: Changes = None,
    **settings: Any,
) -> Frames:
    """Play an arm (the baseline, if None) some times, at every setting of the factors, and keep nothing.

    Arms that are played with the same replicates are twins: the same people with the same luck.
    """
    experiment = config if isinstance(config, Experiment) else load(config, changes, **settings)
    replicates = whole_number("replicates", replicates, 1)
    name = experiment.baseline if arm is None else str(arm)  # names of arms are texts, also those written as 1
    if name not in experiment.arms:
        place = Place(str(experiment.path), None, "arm")
        found = f'the arm "{name}"'
        raise ConfigError([Problem(place, found, listing(experiment.arms), nearest(name, experiment.arms))])
    compile_law()
    played = [
        play_point(experiment, point, range(1, replicates + 1)) for point in experiment.points if point.arm == name
    ]
    clients = pa.concat_tables([people for _, people in played], promote_options="default")
    sessions = pa.concat_tables([weeks for weeks, _ in played if weeks is not None], promote_options="default")
    return Frames(clients.to_pandas(), sessions.to_pandas())


def ask(
    config: Source,
    changes: Changes = None,
    *,
    out: Path | str | None = None,
    beside: Path | str | None = None,
    workers: int | None = None,
    overwrite: bool = False,
    **settings: Any,
) -> Answered:
    """Answer an inquiry: sensitivity, power, rival mechanisms, data of your own, and all others, by the same door.

    `beside` is a config whose worlds are taken, as with `alliance-sim data --beside`. Raises what `run` raises.
    """
    asked = _asked(config, changes, settings, beside)
    folder = home(out) if out is not None else RESULTS / asked.name
    return inquire(asked, folder, workers=workers, overwrite=overwrite)


def _warn_of_changes(config: Source | Experiment) -> None:
    note = changed_manifest(config)
    if note:
        warnings.warn(note, stacklevel=3)


def _asked(config: Source, changes: Changes, settings: dict[str, Any], beside: Path | str | None = None) -> Question:
    _warn_of_changes(config)
    own = given(config, changes, settings, home(beside) if beside is not None else None)
    return question_of(own.path, own.tree)


def literature(
    parameters: str = "posterior", draws: int = DRAWS, seed: int = SEED, *, workers: int | None = None
) -> pd.DataFrame:
    """The model beside every published finding: a row a published number, with what studies in silico find.

    A finding that was not simulated (tier retired, say) has its `reason`, and no verdict. Findings of tier fit and
    validate are counted, seen and unseen ones apart; those of other tiers are in no count.
    `parameters` is calibrated, posterior, or the path of a CSV file of draws. Raises ConfigError for bad input.
    """
    draws = whole_number("draws", draws, FEWEST_DRAWS, MOST_DRAWS)
    seed = whole_number("seed", seed, 0, 2**63 - 1)
    return table(face_literature(str(home(parameters)), draws, seed, workers=workers), uncompared())


def parameters(name: str = "") -> pd.DataFrame:
    """Settings with meaning, unit, range or options, default and source: all, or those that a path or word means.

    Raises ConfigError for a name that means none.
    """
    found = matching(name) if name else list(by_path().values())
    if not found:
        raise ConfigError([unknown_setting(Place("parameters"), name, list(by_path()))])
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


@dataclass(frozen=True)
class OwnData:
    """A clinic of one's own, as its mapping and table tell it."""

    asked: Question
    clinic: Clinic

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups of clients; one, where the table has none."""
        return self.clinic.loaded.groups

    @property
    def clients(self) -> pd.DataFrame:
        """A row a client, with the columns of a run that can be known; `arm` is the group."""
        return self._table("clients")

    @property
    def sessions(self) -> pd.DataFrame:
        """A row a session, with the columns of a run that can be known; `arm` is the group."""
        return self._table("sessions")

    def _table(self, name: str) -> pd.DataFrame:
        loaded = self.clinic.loaded
        parts = []
        for g, group in enumerate(loaded.groups):
            rows = loaded.of(g)
            parts.append(tables_of(self.clinic, part(loaded.seen, rows), rows, group)[name])
        frame: pd.DataFrame = pa.concat_tables(parts, promote_options="default").to_pandas()
        return frame.drop(columns="replicate")

    def ratings(self, column: str = "wai_client") -> Floats:
        """A number of sessions as a matrix (clients, planned sessions), in the order of `clients`; nan without one.

        Raises ConfigError for a column that the data do not have.
        """
        loaded = self.clinic.loaded
        allowed = [name for name in MEASURES if name in loaded.seen.sessions]
        if column not in allowed:
            place = Place(str(self.asked.path), None, "ratings")
            words = listing(allowed) or "none: the table has no numbers of sessions"
            raise ConfigError([Problem(place, f'the column "{column}"', words, nearest(column, allowed))])
        matrices = [ratings(part(loaded.seen, loaded.of(g)), self.clinic.plan.planned, column) for g in self._numbers]
        return pd.concat([pd.DataFrame(matrix) for matrix in matrices]).to_numpy()

    @property
    def _numbers(self) -> range:
        return range(len(self.groups))

    @cached_property
    def _estimated(self) -> Estimated:
        section = self.asked.section
        return estimates_of(self.clinic, section.resamples, self.asked.experiment.seed, section.dependability)

    @property
    def estimates(self) -> pd.DataFrame:
        """A row an estimate and group, with 95 % interval and standard error; differences from the first group."""
        table = self._estimated.estimates
        return table[
            ["arm", "estimate", "kind", "baseline", "value", "low", "high", "se", "unit", "clients", "meaning"]
        ]

    @property
    def courses(self) -> pd.DataFrame:
        """Means by session with 95 % intervals: a row a group, quantity and session."""
        return self._estimated.courses

    @cached_property
    def figures(self) -> dict[str, Picture]:
        """The figures of a run that these data can have, by name."""
        return Named("figure", {picture.name: picture for picture in overview(self.clinic, self._estimated)})

    def __repr__(self) -> str:
        return f"OwnData({self.asked.title!r})"

    def _repr_markdown_(self) -> str:
        """How large it is, as a notebook shows it."""
        return self.asked.kind.size(self.asked)[0]


def read_data(mapping: Source, changes: Changes = None, **settings: Any) -> OwnData:
    """Read a table of one's own by its mapping (docs/own_data.md). Raises ConfigError with every mistake in either."""
    own = given(mapping, changes, settings)
    asked = question_of(own.path, own.tree, "data")
    return OwnData(asked, clinic_of(asked))
