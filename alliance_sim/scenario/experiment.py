"""An experiment: a config, read, checked and turned into design points."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from alliance_sim.scenario import errors
from alliance_sim.scenario.combinations import ARM_NAMES, Draft, impossible
from alliance_sim.scenario.config import Config
from alliance_sim.scenario.custom import policy_source
from alliance_sim.scenario.design import Factor, Path, canonical, label_of, read_factors, with_columns
from alliance_sim.scenario.layers import arms_of, read_layers
from alliance_sim.scenario.library import Library, population_of
from alliance_sim.scenario.models import check
from alliance_sim.scenario.names import CALIBRATED, QUESTIONS, WORLD_KEYS
from alliance_sim.scenario.paths import config_name
from alliance_sim.scenario.points import (
    MOST_POINTS,
    address,
    build,
    conflicts,
    count_points,
    design_points,
    origins_of,
    resolve,
)
from alliance_sim.scenario.problem import ConfigError, Place, Problem, collected, nearest, refuse
from alliance_sim.scenario.registry import SECTIONS, Label
from alliance_sim.scenario.sampling import Design, Sample, inline, read_design
from alliance_sim.scenario.scenario import DesignPoint, Outputs, Population, Precision, Scenario, Size
from alliance_sim.scenario.tree import Loc, Node, plain, settled, without, written


@dataclass(frozen=True)
class Experiment:
    """A question with its design, ready to be run.

    `arms` and `factors` (column names) are in the order of the config; `sampled` are the columns of a sampled
    design, of which the first is `sample`, and none without one. `points` are numbered from 1: factors outermost, then
    samples, arms innermost. With a wanted `precision`, `replicates` is the most that are played at a setting.
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
        """Columns that tell settings apart: factors, then those of the sampled design."""
        return (*self.factors, *self.sampled)


def load(path: FilePath | str, overrides: Sequence[str] = ()) -> Experiment:
    """Read a config, with PATH=VALUE overrides on top. Raises ConfigError with every mistake in it at once."""
    path = FilePath(path)
    return experiment_of(path, read_layers(path, overrides), config_name(path))


def experiment_of(path: FilePath, tree: Node, name: str) -> Experiment:
    """The experiment that a tree of settings describes; files that it names are looked for beside `path`.

    Raises ConfigError with every mistake in it at once.
    """
    if "free" in tree.fields:
        raise ConfigError([errors.a_calibration(Place(str(path)))])
    for key in QUESTIONS:
        if key in tree.fields:
            raise ConfigError([errors.an_inquiry(Place(str(path), tree.fields[key].line, key), key)])
    draft = _Drafting(path, tree)
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


class _Drafting:
    """The checks in order. What is wrong is reported and left out, so that the rest can be checked too."""

    def __init__(self, path: FilePath, tree: Node) -> None:
        """Check a tree; afterwards `problems` holds every mistake, and `points` the design if it could be built."""
        self.problems: list[Problem] = []
        self.wrong: set[str] = set()  # sections that hold mistakes
        self.library = Library(path.resolve().parent, path.parent)
        self._folder, self._shown = path.resolve().parent, path.parent
        self._functions: dict[str, str] = {}
        self._populations: dict[str, Population | None] = {CALIBRATED: None}
        checked = check(tree, Config)
        self.tree = _settled(checked.tree)
        self._report(checked.problems, checked.where)
        self.factors, self.design = self._varied()
        self._entries()
        self._customs()
        self._draws()
        self.samples = self._samples()
        self.precision = self._precision()
        self.size = Size(**{key: plain(self.tree.fields[key]) for key in Size._fields if key in self.tree.fields})
        self.points = self._points()
        self.problems += impossible(Draft(self.tree, self.factors, self.points), self.wrong)

    def _report(self, problems: Sequence[Problem], where: Sequence[Loc]) -> None:
        self.problems.extend(problems)
        for loc in where:
            named = [str(part) for part in loc if part in WORLD_KEYS or part == "clinic"]
            self.wrong.add(named[0] if named else str(loc[0]) if loc else "arms")
            if loc[:1] == ("arms",) and len(loc) <= 2:
                self.wrong.add(ARM_NAMES)

    def _varied(self) -> tuple[list[Factor], Design | None]:
        """Factors and design with their columns, but for those with mistakes."""
        factors, problems = read_factors(self.tree.fields.get("factors"), "factors")
        design: Design | None = None
        wrong: list[Problem] = []
        if "design" not in self.wrong:
            with collected(wrong):
                design = read_design(self.tree, self._folder, self._shown)
        named, taken = with_columns([*factors, *(design.dimensions if design is not None else ())])
        clashing = list(conflicts(self.tree, named))
        self.problems += [*problems, *wrong, *taken, *clashing]
        if problems or wrong or taken or clashing:
            self.wrong.add("factors")
        if clashing:
            return [], None
        if design is not None:
            design = design._replace(dimensions=named[len(factors) :])
        return named[: len(factors)], design

    def _checked(self) -> list[Factor]:
        """Factors and dimensions of the design: all levels whose values must be checked."""
        return [*self.factors, *(self.design.dimensions if self.design is not None else ())]

    def _keep(self, right: Callable[[Factor], bool]) -> None:
        """Keep the factors that are right, and the design when all of its dimensions are."""
        wrong = {factor.place for factor in self._checked() if not right(factor)}
        self.factors = [factor for factor in self.factors if factor.place not in wrong]
        if self.design is not None and any(factor.place in wrong for factor in self.design.dimensions):
            self.design = None

    def _samples(self) -> list[Sample]:
        """The samples of the design; none where there is no design, or where something else is wrong."""
        count = count_points(self.tree, self.factors, self.design.size if self.design is not None else 1)
        if count > MOST_POINTS:
            self.problems.append(errors.too_many_points(Place(self.tree.file, None, "factors"), count, MOST_POINTS))
        if self.design is None or self.problems:
            return []
        whole = resolve(self.tree, self.library, "")

        def configured(path: Path) -> Label:
            """The label of the value that the config has at a path, or that is the default there."""
            value: Any = whole
            for name in path:
                value = value[name]
            if isinstance(value, dict):
                value = value[SECTIONS[path[0]].name_key]
            return label_of(path, self.tree.holding(value))

        return self.design.make(self.design.dimensions, configured)

    def _precision(self) -> Precision | None:
        """The wanted precision; a first look must come before the last replicate."""
        node = self.tree.fields.get("precision")
        if node is None or not node.fields or "precision" in self.wrong:
            return None
        missing = [name for name in ("estimate", "mcse") if name not in node.fields]
        for name in missing:
            words = {"estimate": "the name of an estimate, such as pre_post_d", "mcse": "a number above 0"}[name]
            self.problems.append(errors.missing(node.place(f"precision.{name}"), words))
        return None if missing else Precision(**plain(node))

    def _places(self) -> list[tuple[Node, Loc]]:
        """Every mapping of settings in the config that may name something, with its location."""
        return [(self.tree, ()), *((arm, ("arms", name)) for name, arm in arms_of(self.tree).items())]

    def _entries(self) -> None:
        """Look up the catalogue entries that are named at the top, in arms and in factors."""
        for settings, loc in self._places():
            problems, where = self.library.check(settings, loc)
            self._report(problems, where)
            for bad in where:
                self.tree = without(self.tree, bad)
        self._keep(self._known_entries)

    def _known_entries(self, factor: Factor) -> bool:
        """Whether all catalogue entries that the levels of a factor name are there."""
        right = True
        for level in factor.levels:
            for path, node in level.settings:
                if canonical(path) == path[:1] and path[0] in SECTIONS:
                    place = node.place(factor.place.path + (f".{level.label}" if factor.linked else ""))
                    right &= self._found("factors", self.library.find, SECTIONS[path[0]], node.value, place)
        return right

    def _found(self, section: str, look: Callable[..., Any], *what: Any) -> bool:
        """Whether looking something up raises no ConfigError, which is reported as a mistake in a section."""
        problems: list[Problem] = []
        with collected(problems):
            look(*what)
        self._report(problems, [(section,)] if problems else [])
        return not problems

    def _draws(self) -> None:
        """Read every population of parameters that the config names at the top, in arms and in factors."""
        for settings, loc in self._places():
            given = settings.fields.get("parameters")
            node = given.fields.get("base") if given is not None else None
            if given is None or node is None:
                continue
            # where the name stands alone, it is its own mapping's place
            where = (*loc, "parameters") if node.line == given.line else (*loc, "parameters", "base")
            if not self._found("parameters", self._population, node.value, node.place(written(where))):
                self.tree = without(self.tree, (*loc, "parameters", "base"))
        self._keep(self._level_draws)

    def _level_draws(self, factor: Factor) -> bool:
        """Whether all populations that the levels of a factor name can be read."""
        right = True
        for node in _set_at(factor, ("parameters", "base")):
            right &= self._found("factors", self._population, node.value, node.place(factor.place.path))
        return right

    def _population(self, name: str, place: Place) -> None:
        """Read a population of parameters, once."""
        if name not in self._populations:
            self._populations[name] = population_of(name, self._folder, self._shown, place)

    def _customs(self) -> None:
        """Import every custom policy, and keep a hash of its source."""
        for settings, loc in self._places():
            policy = settings.fields.get("policy")
            node = policy.fields.get("custom") if policy is not None else None
            where = (*loc, "policy", "custom")
            if node is not None and not self._found("policy", self._function, node.value, node.place(written(where))):
                self.tree = without(self.tree, where)
        for factor in self._checked():
            for node in _set_at(factor, ("policy", "custom")):
                self._found("policy", self._function, node.value, node.place(factor.place.path))

    def _function(self, name: str, place: Place) -> None:
        """Import a custom policy."""
        self._functions[name] = policy_source(name, self._folder, place)

    def _points(self) -> tuple[DesignPoint, ...]:
        if self.problems and count_points(self.tree, self.factors, 1) > MOST_POINTS:
            return ()
        return tuple(design_points(self.tree, self.factors, self.samples, self._scenario))

    def _scenario(self, settings: Node) -> tuple[Scenario, str]:
        """The scenario of settings, and the address of its rows."""
        scenario = build(settings, self.library, self._populations)
        return scenario, address(scenario, self.size.seed, self._functions.get(scenario.policy_function or ""))


def _set_at(factor: Factor, path: Path) -> Iterator[Node]:
    """What the levels of a factor set at a path."""
    return (node for level in factor.levels for own, node in level.settings if own == path)


def _settled(tree: Node) -> Node:
    """A checked config without empty sections; an arm that changes nothing stays, and factors are as written."""
    kept = {key: child if key == "factors" else settled(child) for key, child in tree.fields.items()}
    arms = tree.fields.get("arms")
    if arms is not None:
        named = {name: settled(arm) if arm.fields else arm.holding({}) for name, arm in arms.fields.items()}
        kept["arms"] = arms.holding(named)
    return tree.holding({key: child for key, child in kept.items() if child.value is not None})
