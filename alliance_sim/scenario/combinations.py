"""What cannot be although each setting is right: combinations of settings, and clinics that fit into no memory."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from alliance_sim.scenario import errors
from alliance_sim.scenario.design import Factor
from alliance_sim.scenario.layers import arms_of
from alliance_sim.scenario.library import is_complete
from alliance_sim.scenario.names import WORLD_KEYS
from alliance_sim.scenario.problem import ConfigError, Place, Problem, collected, counted, in_config
from alliance_sim.scenario.registry import SECTIONS
from alliance_sim.scenario.scenario import Clinic, DesignPoint, Outputs
from alliance_sim.scenario.tree import Node, at, plain


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
                yield errors.never_used(node.place(f"{key}.{name}"), section.noun, by)


def half_monitor(draft: Draft) -> Iterator[Problem]:
    """Monitoring is on or off."""
    for point in draft.points:
        monitor = point.scenario.world.policy.monitor
        if monitor not in (0.0, 1.0):
            yield errors.half_monitor(draft.place("policy", point, "monitor"), monitor)


def scale_out_of_order(draft: Draft) -> Iterator[Problem]:
    """The numbers of a symptom scale must fit together."""
    for point in draft.points:
        scale = point.scenario.world.scale
        low, high, width = scale.low, scale.high, scale.high - scale.low
        if width <= 0:
            yield errors.scale_turned(draft.place("symptoms", point, "low"), low, high)
            continue
        for name in ("cutoff", "community_mean"):
            if not low <= (value := getattr(scale, name)) <= high:
                yield errors.outside_of_scale(draft.place("symptoms", point, name), name, value, low, high)
        for name in ("step", "reliable"):
            if (value := getattr(scale, name)) > width:
                yield errors.wider_than_scale(draft.place("symptoms", point, name), name, value, width)


def baseline_no_arm(draft: Draft) -> Iterator[Problem]:
    """The baseline is one of the arms."""
    node = draft.tree.fields.get("baseline")
    arms = list(arms_of(draft.tree))
    if node is not None and node.value not in arms:
        yield errors.baseline_no_arm(node.place("baseline"), str(node.value), arms)


def story_needs_tables(draft: Draft) -> Iterator[Problem]:
    """The story is made from the tables of sessions and clients; figures that need them are left out without them."""
    node = draft.tree.fields.get("outputs")
    if node is None or not node.fields:
        return
    chosen = Outputs(**plain(node))
    lacking = [name for name in ("sessions", "clients") if not getattr(chosen, name)]
    if chosen.story and lacking:
        found, wanted = (" and ".join(f"{name}: {word}" for name in lacking) for word in ("false", "true"))
        yield errors.story_needs_tables(node.place("outputs"), found, wanted)


def same_points(draft: Draft) -> Iterator[Problem]:
    """Arms differ, and so do levels of factors. Samples of whole numbers or options may be equal."""
    seen: dict[tuple[str, object], DesignPoint] = {}
    for point in draft.points:
        twin = seen.setdefault((point.address, point.sampled.get("sample")), point)
        if twin is point:
            continue
        if twin.factors == point.factors:
            node = arms_of(draft.tree)[point.arm]
            yield errors.same_arms(node.place(f"arms.{point.arm}"), twin.arm, point.arm)
        else:
            differ = [name for name in twin.factors if twin.factors[name] != point.factors[name]]
            pair = (twin.factors, point.factors)
            words = (", ".join(f"{name} = {in_config(labels[name])}" for name in differ) for labels in pair)
            yield errors.same_levels(draft.factors[0].place._replace(path="factors"), *words)


ARM_NAMES = "names of arms"
"""What is wrong besides a section when it is not known which arms there are."""

COMBINATIONS: dict[Callable[[Draft], Iterator[Problem]], set[str]] = {
    no_attention: set(),
    never_used: set(),
    half_monitor: set(),
    scale_out_of_order: {"symptoms"},
    baseline_no_arm: {"baseline", ARM_NAMES},
    story_needs_tables: {"outputs"},
    same_points: {*WORLD_KEYS, "clinic", "arms", "factors"},
}
"""Rules, and the sections of a config that must be free of other mistakes before each can say anything."""


def impossible(draft: Draft, wrong_sections: set[str]) -> list[Problem]:
    """All that cannot be, as far as it can be judged in spite of the sections that hold mistakes."""
    found = [problem for rule, reads in COMBINATIONS.items() if not reads & wrong_sections for problem in rule(draft)]
    sessions = at(draft.tree, ("outputs", "sessions")).value is not False
    clinics = {point.scenario.clinic for point in draft.points}
    largest = max(clinics, key=lambda clinic: needed(clinic, sessions), default=None)
    if largest is not None:
        with collected(found):
            check_memory(at(draft.tree, ("clinic",)).place("clinic"), largest, needed(largest, sessions))
    return found


# ---- memory: a clinic is simulated as a whole ----------------------------------------------------------------------

BYTES_PER_CLIENT, BYTES_PER_SESSION = 700, 500
"""Measured while a clinic is simulated, measured and written."""

BYTES_PER_AGENT = 20_000
"""Measured for a client that is simulated by Mesa, over 16 sessions."""

UNKNOWN = 16 * 10**9
"""Bytes of memory where the system does not say how many it has."""


def memory() -> int:
    """Bytes of memory of this machine, or of the container that this runs in."""
    found = [UNKNOWN]
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    with suppress(OSError, ValueError):  # no container, or one without a limit
        found.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii")))
    return min(found)


def needed(clinic: Clinic, sessions: bool) -> int:
    """Bytes that a clinic needs, with or without a row a session."""
    people = clinic.therapists * clinic.caseload
    return people * (BYTES_PER_CLIENT + (clinic.weeks * BYTES_PER_SESSION if sessions else 0))


def check_memory(where: Place | str, clinic: Clinic, bytes_needed: int) -> None:
    """Raise ConfigError where that many bytes do not fit into memory; `where` is the place of the clinic, or a file."""
    if bytes_needed > memory():
        size = (clinic.therapists, clinic.caseload, counted(clinic.weeks, "week"))
        place = Place(where, None, "clinic") if isinstance(where, str) else where
        raise ConfigError([errors.too_large(place, *size, bytes_needed / 1e9, memory() / 1e9)])
