"""Combinations of settings that cannot be: one table, read by every config."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from alliance_sim.scenario import errors
from alliance_sim.scenario.design import Factor
from alliance_sim.scenario.library import is_complete
from alliance_sim.scenario.models import written_option
from alliance_sim.scenario.points import arms_of
from alliance_sim.scenario.problem import Place, Problem, number
from alliance_sim.scenario.scenario import DesignPoint, Outputs
from alliance_sim.scenario.sections import SECTIONS
from alliance_sim.scenario.tree import Node, plain


@dataclass(frozen=True)
class Draft:
    """A config whose single settings are right, or have been left out where they are not."""

    tree: Node
    factors: list[Factor]
    points: tuple[DesignPoint, ...]

    def place(self, section: str, point: DesignPoint, name: str = "") -> Place:
        """Where a section of a point is written: by a factor, by its arm, or at the top of the config.

        With the `name` of a setting inside, its own place where it is written there.
        """
        for factor in self.factors:
            if any(path[0] == section for path in factor.paths()):
                return factor.place
        arm = arms_of(self.tree).get(point.arm, self.tree)
        for node, path in ((arm, f"arms.{point.arm}.{section}"), (self.tree, section)):
            found = node.fields.get(section)
            if found is not None:
                inner = found.fields.get(name)
                return Place(*((inner.file, inner.line, f"{path}.{name}") if inner else (found.file, found.line, path)))
        return Place(self.tree.file, None, section)


def no_attention(draft: Draft) -> Iterator[Problem]:
    """A treatment must give its hour to something."""
    for point in draft.points:
        t = point.scenario.world.treatment
        if t.every > 0 and t.goal + t.task + t.bond + t.technique < 0.001:
            yield errors.no_attention(draft.place("treatment", point))


def never_used(draft: Draft) -> Iterator[Problem]:
    """What is set inside a catalogue section at the top must count in some arm (a complete section is a record)."""
    for key, section in SECTIONS.items():
        given = draft.tree.fields.get(key)
        if given is None or not given.fields or is_complete(section, given):
            continue
        arms = [arm.fields.get(key) for arm in arms_of(draft.tree).values()]
        varied = [factor.key for factor in draft.factors if factor.always_sets((key,))]
        if varied:
            by = f"the factor {varied[0]} names"
        elif all(arm is not None and (isinstance(arm.value, str) or section.name_key in arm.fields) for arm in arms):
            by = "every arm names"
        else:
            continue
        for name, node in given.fields.items():
            if name != section.name_key:
                yield errors.never_used(Place(node.file, node.line, f"{key}.{name}"), section.noun, by)


def half_monitor(draft: Draft) -> Iterator[Problem]:
    """Monitoring is on or off."""
    for point in draft.points:
        monitor = point.scenario.world.policy.monitor
        if monitor not in (0.0, 1.0):
            yield errors.half_monitor(draft.place("policy", point, "monitor"), monitor)


def scale_out_of_order(draft: Draft) -> Iterator[Problem]:
    """The numbers of a symptom scale must fit together."""
    for point in draft.points:
        s = point.scenario.world.scale
        width = s.high - s.low
        n = number
        faults = {
            "low": (width <= 0, f"low {n(s.low)} and high {n(s.high)}", "a lowest score below the highest"),
            "cutoff": (
                not s.low <= s.cutoff <= s.high,
                f"cutoff {n(s.cutoff)}",
                f"{n(s.low)} to {n(s.high)} (the scale)",
            ),
            "community_mean": (
                not s.low <= s.community_mean <= s.high,
                f"community_mean {n(s.community_mean)}",
                f"{n(s.low)} to {n(s.high)} (the scale)",
            ),
            "step": (s.step > width > 0, f"step {n(s.step)}", f"at most {n(width)} (the width of the scale)"),
            "reliable": (
                s.reliable > width > 0,
                f"reliable {n(s.reliable)}",
                f"at most {n(width)} (the width of the scale)",
            ),
        }
        for name, (wrong, found, wanted) in faults.items():
            if wrong and (width > 0 or name == "low"):
                yield errors.scale_out_of_order(draft.place("symptoms", point, name), found, wanted)


def baseline_no_arm(draft: Draft) -> Iterator[Problem]:
    """The baseline is one of the arms."""
    node = draft.tree.fields.get("baseline")
    arms = list(arms_of(draft.tree))
    if node is not None and node.value not in arms:
        yield errors.baseline_no_arm(Place(node.file, node.line, "baseline"), str(node.value), arms)


def story_needs_tables(draft: Draft) -> Iterator[Problem]:
    """The story is told from the tables of sessions and clients; figures that need them are left out without them."""
    node = draft.tree.fields.get("outputs")
    if node is None or not node.fields:
        return
    chosen = Outputs(**plain(node))
    lacking = [name for name in ("sessions", "clients") if not getattr(chosen, name)]
    if chosen.story and lacking:
        yield errors.story_needs_tables(Place(node.file, node.line, "outputs"), lacking)


def same_points(draft: Draft) -> Iterator[Problem]:
    """Arms differ, and so do levels of factors. Samples of whole numbers or options may be alike."""
    seen: dict[tuple[str, object], DesignPoint] = {}
    for point in draft.points:
        twin = seen.setdefault((point.address, point.sampled.get("sample")), point)
        if twin is point:
            continue
        if twin.factors == point.factors:
            node = arms_of(draft.tree)[point.arm]
            yield errors.same_arms(Place(node.file, node.line, f"arms.{point.arm}"), twin.arm, point.arm)
        else:
            first, second = _apart(twin, point)
            yield errors.same_levels(draft.factors[0].place._replace(path="factors"), first, second)


def _apart(a: DesignPoint, b: DesignPoint) -> tuple[str, str]:
    """Two points in words, by the factors in which their labels differ."""
    differ = [name for name in a.factors if a.factors[name] != b.factors[name]]
    return tuple(  # type: ignore[return-value]
        ", ".join(f"{name} = {_label(point.factors[name])}" for name in differ) for point in (a, b)
    )


def _label(value: float | str | bool) -> str:
    return written_option(value) if isinstance(value, str | bool) else number(value)


class Combination(NamedTuple):
    """A rule, and the sections of a config that must be free of other mistakes before it can say anything."""

    rule: Callable[[Draft], Iterator[Problem]]
    reads: frozenset[str]


ALL = frozenset({"treatment", "policy", "symptoms", "mechanisms", "parameters", "clinic", "arms", "factors"})

ARM_NAMES = "names of arms"
"""What is wrong beside a section when it is not known which arms there are."""

COMBINATIONS = (
    Combination(no_attention, frozenset()),
    Combination(never_used, frozenset()),
    Combination(half_monitor, frozenset()),
    Combination(scale_out_of_order, frozenset({"symptoms"})),
    Combination(baseline_no_arm, frozenset({"baseline", ARM_NAMES})),
    Combination(story_needs_tables, frozenset({"outputs"})),
    Combination(same_points, ALL),
)


def impossible(draft: Draft, wrong_sections: set[str]) -> list[Problem]:
    """Every impossible combination that can be told in spite of the sections that hold mistakes."""
    return [
        problem
        for combination in COMBINATIONS
        if not combination.reads & wrong_sections
        for problem in combination.rule(draft)
    ]
