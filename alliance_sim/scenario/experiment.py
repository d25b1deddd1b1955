"""An experiment: a config, read, checked step by step as far as its mistakes allow, and turned into design points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, NamedTuple

from alliance_sim.scenario import errors
from alliance_sim.scenario.combinations import ARM_NAMES, Draft, impossible
from alliance_sim.scenario.config import Config
from alliance_sim.scenario.custom import policy_source
from alliance_sim.scenario.design import Factor, Path, canonical, label_of, read_factors, with_columns
from alliance_sim.scenario.layers import arms_of, read_layers
from alliance_sim.scenario.library import Library, is_complete, population_of
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
from alliance_sim.scenario.sampling import SampledDesign, SampledSetting, inline, read_design
from alliance_sim.scenario.scenario import DesignPoint, Outputs, Population, Precision, Scenario, Size
from alliance_sim.scenario.tree import Loc, Node, plain, settled, without, written


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

    def scenario_of(self, arm: str) -> Scenario:
        """The scenario of an arm at the first setting of the factors."""
        return next(point.scenario for point in self.points if point.arm == arm)


def load(path: FilePath | str, overrides: Sequence[str] = ()) -> Experiment:
    """Read a config, with PATH=VALUE overrides on top. Raises ConfigError with every mistake in it at once."""
    path = FilePath(path)
    return experiment_of(path, read_layers(path, overrides), config_name(path))


def experiment_of(path: FilePath, tree: Node, name: str) -> Experiment:
    """The experiment that a tree of settings describes; files that it names are looked for in the folder of `path`.

    Raises ConfigError with every mistake in it at once.
    """
    if "free" in tree.fields:
        raise ConfigError([errors.a_calibration(Place(str(path)), path)])
    for key in QUESTIONS:
        if key in tree.fields:
            raise ConfigError([errors.a_question(Place(str(path), tree.fields[key].line, key), key)])
    draft = _Drafting(path, tree)
    refuse(draft.problems)
    tree, samples = draft.tree, draft.samples
    resolved = resolve(tree, draft.library, name)
    if samples:
        resolved["design"] = inline(resolved["design"], samples)
    return Experiment(
        name,
        path,
        **{key: resolved[key] for key in ("title", "question", "hypothesis", "baseline")},
        rivals=tuple(resolved["rivals"]),
        **draft.size._asdict(),
        outputs=Outputs(**resolved["outputs"]),
        arms=tuple(arms_of(tree)),
        factors=tuple(factor.column for factor in draft.factors),
        points=draft.points,
        resolved=resolved,
        origins=origins_of(resolved, tree),
        sampled=("sample", *samples[0].labels) if samples else (),
        precision=draft.precision,
    )


class _Lookup(NamedTuple):
    """Something that a config names below a section, and what looks it up, or raises ConfigError."""

    section: str
    name: str
    look: Callable[[Any, Place], object]

    @property
    def path(self) -> Path:
        """Where it stands in a mapping of settings; an entry of the catalogue, in the place of its section."""
        return canonical((self.section, self.name))

    def node(self, settings: Node) -> tuple[Node | None, Path]:
        """What a mapping of settings names, and at which path; None where it names nothing."""
        given, entry = settings.fields.get(self.section), len(self.path) == 1
        if given is None or (entry and is_complete(SECTIONS[self.section], given)):
            return None, self.path
        found = given if entry and not given.fields else given.fields.get(self.name)
        if found is None or not isinstance(found.value, str):
            return None, self.path
        # `parameters: NAME` was spelt out, so that the name stands in the place of its mapping
        alone = found is given or (self.section == "parameters" and found.line == given.line)
        return found, (self.section,) if alone else (self.section, self.name)


class _Drafting:
    """The checks in order. What is wrong is reported and left out, so that the rest can be checked too."""

    def __init__(self, path: FilePath, tree: Node) -> None:
        """Check a tree; afterwards `problems` holds every mistake, and `points` the design if it could be built."""
        self.problems: list[Problem] = []
        self.wrong: set[str] = set()  # sections that hold mistakes
        folder, shown = path.resolve().parent, path.parent
        self.library = Library(folder, shown)
        self._functions: dict[str, str] = {}
        self._populations: dict[str, Population | None] = {CALIBRATED: None}

        def function(name: str, place: Place) -> None:
            self._functions[name] = policy_source(name, folder, place)

        def population(name: str, place: Place) -> None:
            if name not in self._populations:
                self._populations[name] = population_of(name, folder, shown, place)

        def entry(key: str) -> Callable[[str, Place], object]:
            return lambda name, place: self.library.find(SECTIONS[key], name, place)

        checked = check(tree, Config)
        self.tree = _settled(checked.tree)
        self._report(checked.problems, checked.where)
        self.factors, self.design = self._varied(folder, shown)
        self._look_up(*(_Lookup(key, section.name_key, entry(key)) for key, section in SECTIONS.items()))
        self._look_up(_Lookup("policy", "custom", function))
        self._look_up(_Lookup("parameters", "base", population))
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

    def _varied(self, folder: FilePath, shown: FilePath) -> tuple[list[Factor], SampledDesign | None]:
        """Factors and design with their columns, but for those with mistakes."""
        factors, problems = read_factors(self.tree.fields.get("factors"), "factors")
        design: SampledDesign | None = None
        if "design" not in self.wrong:
            with collected(problems):
                design = read_design(self.tree, folder, shown)
        named, taken = with_columns([*factors, *(design.dimensions if design is not None else ())])
        clashing = list(conflicts(self.tree, named))
        self._report([*problems, *taken, *clashing], [("factors",)] if problems or taken or clashing else [])
        if clashing:
            return [], None
        if design is not None:
            design = design._replace(dimensions=named[len(factors) :])
        return named[: len(factors)], design

    def _look_up(self, *lookups: _Lookup) -> None:
        """Look up what is named at the top, in arms and in factors, and leave out what is not there."""
        places = [(self.tree, ()), *((arm, ("arms", name)) for name, arm in arms_of(self.tree).items())]
        for settings, loc in places:
            for each in lookups:
                node, path = each.node(settings)
                if node is not None and not self._found(each.section, each, node, written((*loc, *path))):
                    self.tree = without(self.tree, (*loc, *each.path))
        dimensions = self.design.dimensions if self.design is not None else []
        wrong = {factor.place for factor in [*self.factors, *dimensions] if not self._known(factor, lookups)}
        self.factors = [factor for factor in self.factors if factor.place not in wrong]
        if any(factor.place in wrong for factor in dimensions):
            self.design = None

    def _known(self, factor: Factor, lookups: Sequence[_Lookup]) -> bool:
        """Whether everything that the levels of a factor name is there."""
        found = []
        for level in factor.levels:
            for path, node in level.settings:
                for each in lookups:
                    if canonical(path) == each.path:
                        label = f".{level.label}" if factor.linked and len(each.path) == 1 else ""
                        found.append(self._found("factors", each, node, factor.place.path + label))
        return all(found)

    def _found(self, section: str, lookup: _Lookup, node: Node, path: str) -> bool:
        """Whether something is there that a node at a path names; else that is reported as a mistake in a section."""
        problems: list[Problem] = []
        with collected(problems):
            lookup.look(node.value, node.place(path))
        self._report(problems, [(section,)] if problems else [])
        return not problems

    # ---- what is left when all of that is right

    def _samples(self) -> list[SampledSetting]:
        """The samples of the design; none where there is none, or where something else is wrong."""
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
        """The wanted precision; None where there is none, or where it is not stated in full."""
        node = self.tree.fields.get("precision")
        if node is None or not node.fields or "precision" in self.wrong:
            return None
        needed = {"estimate": "the name of an estimate, such as pre_post_d", "mcse": "a number above 0"}
        lacking = [name for name in needed if name not in node.fields]
        self.problems += [errors.missing(node.place(f"precision.{name}"), needed[name]) for name in lacking]
        return None if lacking else Precision(**plain(node))

    def _points(self) -> tuple[DesignPoint, ...]:
        if self.problems and count_points(self.tree, self.factors, 1) > MOST_POINTS:
            return ()
        return tuple(design_points(self.tree, self.factors, self.samples, self._scenario))

    def _scenario(self, settings: Node) -> tuple[Scenario, str]:
        """The scenario of settings, and the address of its rows."""
        scenario = build(settings, self.library, self._populations)
        return scenario, address(scenario, self.size.seed, self._functions.get(scenario.policy_function or ""))


def _settled(tree: Node) -> Node:
    """A checked config without empty sections; an arm that changes nothing stays, and factors are as written."""
    kept = {key: child if key == "factors" else settled(child) for key, child in tree.fields.items()}
    arms = tree.fields.get("arms")
    if arms is not None:
        named = {name: settled(arm) if arm.fields else arm.holding({}) for name, arm in arms.fields.items()}
        kept["arms"] = arms.holding(named)
    return tree.holding({key: child for key, child in kept.items() if child.value is not None})


def check_choice(experiment: Experiment, *, arm: str | None, client: int | None, replicate: int) -> None:
    """Whether there is such an arm, client and replicate. Raises ConfigError with all that are not there."""
    problems = []
    file = str(experiment.path)
    if arm is not None and arm not in experiment.arms:
        near = nearest(arm, experiment.arms)
        problems.append(errors.unknown_name(Place(file, None, "--arm"), arm, experiment.arms, "", near))
    elif arm is not None and experiment.scenario_of(arm).world.treatment.every == 0:
        problems.append(errors.no_sessions(Place(file, None, "--arm"), arm))
    clinic = experiment.scenario_of(experiment.baseline).clinic
    most = {"--client": clinic.therapists * clinic.caseload, "--replicate": experiment.replicates}
    for option, value in (("--client", client), ("--replicate", replicate)):
        if value is not None and not 1 <= value <= most[option]:
            problems.append(errors.no_such_number(Place(file, None, option), value, most[option]))
    refuse(problems)
