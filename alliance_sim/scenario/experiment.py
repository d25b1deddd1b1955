"""An experiment: a config, read, checked and turned into design points."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from alliance_sim.scenario import errors
from alliance_sim.scenario.checking import check
from alliance_sim.scenario.combinations import ARM_NAMES, Draft, impossible
from alliance_sim.scenario.custom import policy_source
from alliance_sim.scenario.design import Factor, Label, Level, Path, canonical, label_of, read_factors, with_columns
from alliance_sim.scenario.layers import read_layers
from alliance_sim.scenario.library import Library
from alliance_sim.scenario.memory import too_large
from alliance_sim.scenario.models import Config
from alliance_sim.scenario.names import config_name
from alliance_sim.scenario.points import (
    MOST_POINTS,
    Crossing,
    address,
    arms_of,
    build,
    conflicts,
    count_points,
    crossings,
    numbered,
)
from alliance_sim.scenario.population import Population, population_of
from alliance_sim.scenario.problem import ConfigError, Place, Problem
from alliance_sim.scenario.resolved import origins_of, resolve
from alliance_sim.scenario.sampling import Design, Sample, inline, read_design
from alliance_sim.scenario.scenario import DesignPoint, Outputs, Precision, Size
from alliance_sim.scenario.sections import CALIBRATED, INQUIRIES, SECTIONS, WORLD_KEYS
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
    for key in INQUIRIES:
        if key in tree.fields:
            raise ConfigError([errors.an_inquiry(Place(str(path), tree.fields[key].line, key), key)])
    draft = _Drafting(path, tree)
    if draft.problems:
        raise ConfigError(draft.problems)
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
        outputs = self.tree.fields.get("outputs")
        kept = outputs.fields.get("sessions") if outputs is not None else None
        self.problems += too_large(self.tree, self.points, sessions=kept is None or kept.value is not False)

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
            design, wrong = read_design(self.tree, self._folder, self._shown)
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
            self.problems.append(errors.missing(Place(node.file, node.line, f"precision.{name}"), words))
        return None if missing else Precision(**plain(node))

    def _places(self) -> list[tuple[Node, Loc]]:
        """Every mapping of settings in the config that may name a catalogue entry, with its location."""
        places: list[tuple[Node, Loc]] = [(self.tree, ())]
        places += [(arm, ("arms", name)) for name, arm in arms_of(self.tree).items()]
        return places

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
        problems = [problem for level in factor.levels for problem in self._level_entries(factor, level)]
        self._report(problems, [("factors",)] if problems else [])
        return not problems

    def _level_entries(self, factor: Factor, level: Level) -> list[Problem]:
        """Mistakes in the catalogue entries that a level of a factor names."""
        problems: list[Problem] = []
        for path, node in level.settings:
            if canonical(path) == path[:1] and path[0] in SECTIONS:
                inside = f".{level.label}" if factor.linked else ""
                try:
                    self.library.find(
                        SECTIONS[path[0]], node.value, Place(node.file, node.line, factor.place.path + inside)
                    )
                except ConfigError as error:
                    problems += error.problems
        return problems

    def _draws(self) -> None:
        """Read every population of parameters that the config names at the top, in arms and in factors."""
        for settings, loc in self._places():
            given = settings.fields.get("parameters")
            node = given.fields.get("base") if given is not None else None
            if given is None or node is None:
                continue
            # where the name stands alone, it is its own mapping's place
            where = (*loc, "parameters") if node.line == given.line else (*loc, "parameters", "base")
            if not self._population(node, Place(node.file, node.line, written(where)), "parameters"):
                self.tree = without(self.tree, (*loc, "parameters", "base"))
        self._keep(self._level_draws)

    def _level_draws(self, factor: Factor) -> bool:
        """Whether all populations that the levels of a factor name can be read."""
        named = [node for level in factor.levels for path, node in level.settings if path == ("parameters", "base")]
        read = [self._population(node, Place(node.file, node.line, factor.place.path), "factors") for node in named]
        return all(read)

    def _population(self, node: Node, place: Place, section: str) -> bool:
        try:
            if node.value not in self._populations:
                self._populations[node.value] = population_of(node.value, self._folder, self._shown, place)
            return True
        except ConfigError as error:
            self._report(error.problems, [(section,)])
            return False

    def _customs(self) -> None:
        """Import every custom policy, and keep a hash of its source."""
        for settings, loc in self._places():
            self._custom(settings, loc)
        for factor in self._checked():
            for level in factor.levels:
                for path, node in level.settings:
                    if path == ("policy", "custom"):
                        self._import(node, Place(node.file, node.line, factor.place.path))

    def _custom(self, settings: Node, loc: Loc) -> None:
        policy = settings.fields.get("policy")
        node = policy.fields.get("custom") if policy is not None else None
        if node is None:
            return
        where = (*loc, "policy", "custom")
        if not self._import(node, Place(node.file, node.line, ".".join(map(str, where)))):
            self.tree = without(self.tree, where)

    def _import(self, node: Node, place: Place) -> bool:
        try:
            self._functions[node.value] = policy_source(node.value, self._folder, place)
            return True
        except ConfigError as error:
            self._report(error.problems, [("policy",)])
            return False

    def _points(self) -> tuple[DesignPoint, ...]:
        if self.problems and count_points(self.tree, self.factors, 1) > MOST_POINTS:
            return ()
        crossed: list[Crossing] = list(crossings(self.tree, self.factors, self.samples))
        scenarios = [build(crossing.settings, self.library, self._populations) for crossing in crossed]
        addresses = [
            address(scenario, self.size.seed, self._functions.get(scenario.policy_function or ""))
            for scenario in scenarios
        ]
        return numbered(crossed, scenarios, addresses)


def _settled(tree: Node) -> Node:
    """A checked config without empty sections; an arm that changes nothing stays, and factors are as written."""
    kept = {key: child if key == "factors" else settled(child) for key, child in tree.fields.items()}
    arms = tree.fields.get("arms")
    if arms is not None:
        named = {name: settled(arm) if arm.fields else arm.holding({}) for name, arm in arms.fields.items()}
        kept["arms"] = arms.holding(named)
    return tree.holding({key: child for key, child in kept.items() if child.value is not None})
