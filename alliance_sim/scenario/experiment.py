"""An experiment: a config, read, checked and turned into design points."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from alliance_sim.scenario import errors
from alliance_sim.scenario.drafting import Drafting
from alliance_sim.scenario.layers import arms_of, read_layers
from alliance_sim.scenario.names import QUESTIONS
from alliance_sim.scenario.paths import config_name
from alliance_sim.scenario.points import origins_of, resolve
from alliance_sim.scenario.problem import ConfigError, Place, Problem, nearest, refuse
from alliance_sim.scenario.sampling import inline
from alliance_sim.scenario.scenario import DesignPoint, Outputs, Precision, Scenario
from alliance_sim.scenario.tree import Node, plain


@dataclass(frozen=True)
class Experiment:
    """A question with its design, ready to be run.

    `arms` and `factors` (column names) are in the order of the config; `sampled` are the columns of a sampled
    design, of which the first is `sample`, and none without one. `points` are numbered from 1: factors outermost, then
    samples, arms innermost. With a wanted `precision`, `replicates` is the most at a setting.
    `resolved` is the whole config as plain data, defaults and catalogue values included; `origins` says for each of its
    paths whether the value is a default, from the catalogue, from a file that was extended ("extends"), from the file,
    or from the command line ("--set").
    """

    name: str
    path: FilePath
    title: str
    question: str
    hypothesis: str
    rivals: tuple[str, ...]
    seed: int
    replicates: int
    baseline: str
    outputs: Outputs
    arms: tuple[str, ...]
    factors: tuple[str, ...]
    points: tuple[DesignPoint, ...]
    resolved: dict[str, Any]
    origins: dict[str, str]
    sampled: tuple[str, ...]
    precision: Precision | None

    @property
    def varied(self) -> tuple[str, ...]:
        """Columns that distinguish settings: factors, then those of the sampled design."""
        return (*self.factors, *self.sampled)


def load(path: FilePath | str, overrides: Sequence[str] = ()) -> Experiment:
    """Read a config, with PATH=VALUE overrides on top. Raises ConfigError with every mistake in it at once."""
    path = FilePath(path)
    return experiment_of(path, read_layers(path, overrides), config_name(path))


def experiment_of(path: FilePath, tree: Node, name: str) -> Experiment:
    """The experiment that a tree of settings describes; files that it names are looked for in the folder of `path`.

    Raises ConfigError with every mistake in it at once.
    """
    if "free" in tree.fields:
        raise ConfigError([errors.a_calibration(Place(str(path)))])
    for key in QUESTIONS:
        if key in tree.fields:
            raise ConfigError([errors.a_question(Place(str(path), tree.fields[key].line, key), key)])
    draft = Drafting(path, tree)
    refuse(draft.problems)
    tree = draft.tree
    text = {key: plain(tree.fields[key]) for key in ("title", "question", "hypothesis") if key in tree.fields}
    arms = tuple(arms_of(tree))
    resolved = resolve(tree, draft.library, name)
    if draft.samples:
        resolved["design"] = inline(resolved["design"], draft.samples)
    return Experiment(
        name=name,
        path=path,
        title=resolved["title"],
        question=text.get("question", ""),
        hypothesis=text.get("hypothesis", ""),
        rivals=tuple(resolved["rivals"]),
        seed=draft.size.seed,
        replicates=draft.size.replicates,
        baseline=resolved["baseline"],
        outputs=Outputs(**resolved["outputs"]),
        arms=arms,
        factors=tuple(factor.column for factor in draft.factors),
        points=draft.points,
        resolved=resolved,
        origins=origins_of(resolved, tree),
        sampled=("sample", *draft.samples[0].labels) if draft.samples else (),
        precision=draft.precision,
    )


def check_choice(experiment: Experiment, *, arm: str | None, client: int | None, replicate: int) -> None:
    """Whether there is such an arm, client and replicate. Raises ConfigError with all that are not there."""
    problems = []
    file = str(experiment.path)
    if arm is not None and arm not in experiment.arms:
        near = nearest(arm, experiment.arms)
        problems.append(errors.unknown_name(Place(file, None, "--arm"), arm, experiment.arms, "", near))
    elif arm is not None and _point(experiment, arm).world.treatment.every == 0:
        found = f'the arm "{arm}", in which nobody has sessions'
        problems.append(Problem(Place(file, None, "--arm"), found, "an arm in which clients meet a therapist"))
    clinic = _point(experiment, experiment.baseline).clinic
    for option, value, most in (
        ("--client", client, clinic.therapists * clinic.caseload),
        ("--replicate", replicate, experiment.replicates),
    ):
        if value is not None and not 1 <= value <= most:
            place = Place(file, None, option)
            problems.append(Problem(place, f"the number {value}", f"a whole number from 1 to {most}"))
    refuse(problems)


def _point(experiment: Experiment, arm: str) -> Scenario:
    """The scenario of an arm at the first setting of the factors."""
    return next(point.scenario for point in experiment.points if point.arm == arm)
