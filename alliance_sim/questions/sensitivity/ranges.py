"""What is varied: settings with their ranges, what they mean, and what is known of them."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.law.about import About, Choice
from alliance_sim.questions.frame.config import wrong_value
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import errors
from alliance_sim.scenario.design import PLAUSIBLE, Dimension, read_range
from alliance_sim.scenario.layers import arms_of
from alliance_sim.scenario.problem import Place, Problem, collected, in_config, nearest, refuse
from alliance_sim.scenario.registry import Label, by_path, option_names, value_at, with_settings
from alliance_sim.scenario.tree import Node, leaves, plain
from alliance_sim.stats.numbers import setting

Floats = NDArray[np.float64]

ALL = "all"
"""In place of ranges: every parameter of the law over its plausible range."""

NEAR = "near"
"""In place of a range: the default, and a quarter of the plausible range to either side, as far as that range goes."""

MAY_VARY = ("parameters", "mechanisms", "treatment", "policy", "clinic")
"""Sections of a config whose numbers and choices may be varied."""

SHARES = ("goal", "task", "bond", "technique")


class Varied(NamedTuple):
    """A setting that is varied, or several that move together."""

    key: str  # its path, or a name
    dimension: Dimension
    meaning: str
    source: str
    span: str  # its range in words, with the unit

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that it sets."""
        return tuple(dict.fromkeys(".".join(path) for path, *_ in self.dimension.ends)) or (self.key,)

    @property
    def words(self) -> str:
        """What it means; the name of several that move together."""
        return self.key if self.dimension.factor.linked else self.meaning


def varied(question: Question) -> tuple[Varied, ...]:
    """The settings that are varied over their ranges."""
    return tuple(read_varied(question)[0])


def read_varied(question: Question) -> tuple[list[Varied], list[Problem]]:
    """The settings that a section varies, in the order of the config, and what is wrong with them."""
    section_node = question.tree.fields[question.kind.key]
    given = section_node.fields.get("ranges")
    if given is None or given.value == ALL:
        given = (given or section_node).holding({"parameters": (given or section_node).holding(PLAUSIBLE)})
    if not isinstance(given.value, dict):
        return [], [wrong_value(question, "ranges", given.value, f"{ALL}, or a mapping of paths and ranges", ALL)]
    problems: list[Problem] = []
    nodes: dict[str, Node] = {}
    for key, node in given.fields.items():
        below = [path for path in by_path() if path.startswith(f"{key}.") and not key.startswith("clinic")]
        if not below or isinstance(node.value, dict | list):
            nodes[key] = _spelt_out(key, node)
        elif node.value in (PLAUSIBLE, NEAR):
            nodes |= {path: _spelt_out(path, node) for path in below if path not in nodes and path != "policy.monitor"}
        else:
            here = Place(node.file, node.line, f"sensitivity.ranges.{key}")
            words = f"{PLAUSIBLE} or {NEAR}, since {key} is a group of settings"
            problems.append(errors.wrong_value(here, plain(node), words, nearest(str(node.value), (PLAUSIBLE, NEAR))))
    nodes, wrong = _without(question, nodes)
    problems += wrong
    found: list[Varied] = []
    for key, node in nodes.items():
        place = Place(node.file, node.line, f"sensitivity.ranges.{key}")
        with collected(problems):
            one = _varied(key, read_range(key, node, place))
            refuse(_unfit(question, one, place))
            found.append(one)
    if not problems and len(found) < 2:
        problems.append(wrong_value(question, "ranges", plain(given), "at least two settings to vary"))
    return found, problems or _without_attention(question, found)


def _spelt_out(path: str, node: Node) -> Node:
    """A range in place of its word: the options of a choice, two numbers for near; anything else as it is."""
    declared = by_path().get(path)
    if declared is None or node.value not in (PLAUSIBLE, NEAR):
        return node
    about = declared.about
    if isinstance(about, Choice):
        return node.holding([node.holding(name) for name in option_names(about)])
    if node.value == PLAUSIBLE:
        return node
    reach = 0.25 * (about.high - about.low)
    ends = [max(declared.default - reach, about.low), min(declared.default + reach, about.high)]
    if isinstance(declared.default, int):
        ends = [round(end) for end in ends]
    return node.holding([node.holding(end) for end in ends])


def _without(question: Question, nodes: dict[str, Node]) -> tuple[dict[str, Node], list[Problem]]:
    """The ranges without those that are left out."""
    problems = []
    kept = dict(nodes)
    for k, name in enumerate(question.section.leave_out):
        gone = [key for key in nodes if key == name or key.startswith(f"{name}.")]
        if not gone:
            item = question.place("leave_out").items[k]
            here = Place(item.file, item.line, f"sensitivity.leave_out[{k + 1}]")
            groups = {key.rpartition(".")[0] for key in nodes}
            near = nearest(name, [*nodes, *groups])
            problems.append(Problem(here, f'"{name}", which is not varied', "a path or a group of ranges", near))
        for key in gone:
            kept.pop(key, None)
    return kept, problems


def _varied(key: str, dimension: Dimension) -> Varied:
    """A setting with what the registry knows of it."""
    if dimension.factor.linked:
        paths = [".".join(path) for path, *_ in dimension.ends]
        return Varied(key, dimension, f"{key}: {', '.join(paths)} together", "design: your choice", "from end to end")
    declared = by_path().get(key)
    if declared is None:
        return Varied(key, dimension, key, "", "")
    about = declared.about
    if isinstance(about, About):
        _, _, low, high, _ = dimension.ends[0]
        span = f"{setting(low)} to {setting(high)} {about.unit}"
        return Varied(key, dimension, about.meaning, about.source, span)
    words = " or ".join(in_config(plain(node)) for node in dimension.options)
    return Varied(key, dimension, about.meaning, about.source, words)


def _unfit(question: Question, one: Varied, place: Place) -> list[Problem]:
    """Why a setting cannot be varied here."""
    problems = []
    for path in one.paths:
        known = path in by_path() and path.split(".")[0] in MAY_VARY and path != "policy.monitor"
        if not known:
            allowed = "numbers and mechanisms of a world; make a named policy, treatment or base an arm of its own"
            return [Problem(place, f"{path}, which cannot be varied by degrees", allowed)]
        for name, arm in arms_of(question.tree).items():
            if path in {".".join(leaf) for leaf, _ in leaves(arm)}:
                problems.append(errors.set_twice(place, path, f'the arm "{name}"'))
    return problems


def _without_attention(question: Question, found: Sequence[Varied]) -> list[Problem]:
    """Whether somewhere in the ranges no attention is left to give."""
    lowest = {
        ".".join(path): min(low, high)
        for one in found
        for path, _, low, high, _ in one.dimension.ends
        if path[0] == "treatment"
    }
    for point in question.experiment.points if lowest else ():
        at = with_settings(point.scenario, lowest)
        if at.clinic.weeks and sum(value_at(at, f"treatment.{name}") for name in SHARES) < 0.001:
            words = "treatment shares whose ranges all begin at 0"
            return [wrong_value(question, "ranges", words, "at least one share that stays above 0")]
    return []


def settings_of(varied: Sequence[Varied], unit: Floats) -> list[dict[str, Label]]:
    """What each row of a design sets: a value at every path of the settings that are not nan in it.

    unit (settings, D): places in the ranges, 0 to 1; nan leaves a setting as the config has it.
    """
    met: dict[tuple[int, float], dict[str, Label]] = {}  # designs come back to the same places again and again

    def at(k: int, u: float) -> dict[str, Label]:
        if (k, u) not in met:
            met[k, u] = {".".join(path): node.value for path, node in varied[k].dimension.at(u)[1]}
        return met[k, u]

    return [dict(i for k, u in enumerate(row) if not math.isnan(u) for i in at(k, u).items()) for row in unit.tolist()]
