"""A config checked step by step, as far as its mistakes allow, and turned into design points."""

from collections.abc import Callable, Sequence
from pathlib import Path as FilePath
from typing import Any

from alliance_sim.scenario import design_errors, errors
from alliance_sim.scenario.combinations import ARM_NAMES, Draft, impossible
from alliance_sim.scenario.config import Config
from alliance_sim.scenario.custom import policy_source
from alliance_sim.scenario.design import Factor, Path, canonical, label_of, read_factors, with_columns
from alliance_sim.scenario.layers import arms_of
from alliance_sim.scenario.library import Library, population_of
from alliance_sim.scenario.models import check
from alliance_sim.scenario.names import CALIBRATED, WORLD_KEYS
from alliance_sim.scenario.points import (
    MOST_POINTS,
    address,
    build,
    conflicts,
    count_points,
    design_points,
    resolve,
)
from alliance_sim.scenario.problem import Place, Problem, collected
from alliance_sim.scenario.registry import SECTIONS, Label
from alliance_sim.scenario.sampling import SampledDesign, SampledSetting, read_design
from alliance_sim.scenario.scenario import DesignPoint, Population, Precision, Scenario, Size
from alliance_sim.scenario.tree import Loc, Node, plain, settled, without, written

_NEEDED = {"estimate": "the name of an estimate, such as pre_post_d", "mcse": "a number above 0"}
"""What the section `precision` must state."""


class Drafting:
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
        self._look_up(("policy", "custom"), self._function)
        self._look_up(("parameters", "base"), self._population)
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

    # ---- factors and design

    def _varied(self) -> tuple[list[Factor], SampledDesign | None]:
        """Factors and design with their columns, but for those with mistakes."""
        factors, problems = read_factors(self.tree.fields.get("factors"), "factors")
        design: SampledDesign | None = None
        if "design" not in self.wrong:
            with collected(problems):
                design = read_design(self.tree, self._folder, self._shown)
        named, taken = with_columns([*factors, *(design.dimensions if design is not None else ())])
        clashing = list(conflicts(self.tree, named))
        self.problems += [*problems, *taken, *clashing]
        if problems or taken or clashing:
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

    # ---- what the config names: entries of the catalogue, policy functions, draws of parameters

    def _places(self) -> list[tuple[Node, Loc]]:
        """Every mapping of settings in the config that may name something, with its location."""
        return [(self.tree, ()), *((arm, ("arms", name)) for name, arm in arms_of(self.tree).items())]

    def _found(self, section: str, look: Callable[..., Any], *what: Any) -> bool:
        """Whether looking something up raises no ConfigError, which is reported as a mistake in a section."""
        problems: list[Problem] = []
        with collected(problems):
            look(*what)
        self._report(problems, [(section,)] if problems else [])
        return not problems

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

    def _look_up(self, path: Path, look: Callable[[str, Place], None]) -> None:
        """Look up what stands at a path at the top, in arms and in factors."""
        section, name = path
        for settings, loc in self._places():
            given = settings.fields.get(section)
            node = given.fields.get(name) if given is not None else None
            if given is None or node is None:
                continue
            # `parameters: NAME` was spelt out, so that the name stands in the place of its mapping
            alone = section == "parameters" and node.line == given.line
            where = (*loc, section) if alone else (*loc, *path)
            if not self._found(section, look, node.value, node.place(written(where))):
                self.tree = without(self.tree, (*loc, *path))

        def right(factor: Factor) -> bool:
            named = [node for level in factor.levels for own, node in level.settings if own == path]
            found = [self._found("factors", look, node.value, node.place(factor.place.path)) for node in named]
            return all(found)

        self._keep(right)

    def _function(self, name: str, place: Place) -> None:
        """Import a custom policy, and keep a hash of its source."""
        self._functions[name] = policy_source(name, self._folder, place)

    def _population(self, name: str, place: Place) -> None:
        """Read a population of parameters, once."""
        if name not in self._populations:
            self._populations[name] = population_of(name, self._folder, self._shown, place)

    # ---- what is left when all of that is right

    def _samples(self) -> list[SampledSetting]:
        """The samples of the design; none where there is no design, or where something else is wrong."""
        count = count_points(self.tree, self.factors, self.design.size if self.design is not None else 1)
        if count > MOST_POINTS:
            self.problems.append(
                design_errors.too_many_points(Place(self.tree.file, None, "factors"), count, MOST_POINTS)
            )
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
        lacking = [name for name in _NEEDED if name not in node.fields]
        self.problems += [errors.missing(node.place(f"precision.{name}"), _NEEDED[name]) for name in lacking]
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
