"""What can be set on the live page: settings of the registry, each with its meaning."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from alliance_sim.law.about import About
from alliance_sim.live.setup import LiveSetup
from alliance_sim.scenario import errors
from alliance_sim.scenario.catalog import names
from alliance_sim.scenario.problem import Place, Problem, nearest
from alliance_sim.scenario.registry import SECTIONS, by_path, option_names

NAMED = ("treatment", "policy")
OFFERED = (
    "mechanisms.change",
    "mechanisms.repair_effect",
    "mechanisms.ruptures",
    "mechanisms.spillover",
    "mechanisms.reciprocity",
    "policy.vigilance",
    "treatment.challenge",
    "parameters.intake.attunement_mean",
    "parameters.intake.repair_mean",
    "parameters.intake.competence_mean",
    "parameters.intake.trauma_prevalence",
    "clinic.therapists",
    "clinic.caseload",
    "clinic.weeks",
)
"""Paths of the settings that have a control; any other can be set by its path."""

MOST = {"clinic.therapists": 40, "clinic.caseload": 30, "clinic.weeks": 52}
"""Where a slider ends, when the highest value is more than a picture can show."""


class PageControl(NamedTuple):
    """A setting as a control: its path, what it means, its value, and what may be chosen."""

    path: str
    meaning: str
    value: Any
    options: tuple[Any, ...] = ()  # of a choice; none for numbers
    low: float = 0.0
    high: float = 0.0
    step: float = 0.0

    @property
    def key(self) -> str:
        """The path as the name of an argument."""
        return self.path.replace(".", "__")


def controls_of(setup: LiveSetup) -> tuple[PageControl, ...]:
    """The controls of a setup, at its own values."""
    return tuple(_named(setup, key) for key in NAMED) + tuple(_control(setup, path) for path in OFFERED)


def changes_of(controls: tuple[PageControl, ...], chosen: Mapping[str, Any]) -> list[str]:
    """PATH=VALUE for every control that is not at the setup's own value; entries of the catalogue first."""
    values = {control.path: chosen[control.key] for control in controls if control.key in chosen}
    own = {control.path: control.value for control in controls}
    changes = {path: value for path, value in values.items() if value != own[path]}
    return [f"{path}={str(v).lower() if isinstance(v, bool) else v}" for path, v in changes.items()]


def not_allowed(changes: Sequence[str]) -> list[Problem]:
    """What the page may not change: it sets numbers and choices, and names entries of the catalogue, nothing else.

    A file or a function is stated by who starts the page, in the config or on the command line.
    """
    problems = []
    for text in changes:
        path, equals, value = (part.strip() for part in text.partition("="))
        if not equals or path == "seed":
            continue  # what is no PATH=VALUE has a message of its own
        place = Place("the page", None, path)
        if path in SECTIONS:
            known = names(SECTIONS[path].kind)
            if value not in known:
                problems.append(errors.wrong_value(place, value, ", ".join(known), nearest(value, known)))
        elif path not in by_path():
            problems.append(errors.not_on_the_page(place, near=nearest(path, by_path(), 0.85)))
    return problems


def _named(setup: LiveSetup, key: str) -> PageControl:
    """Treatment or policy, by name in the catalogue, or the file that the config names."""
    section = SECTIONS[key]
    own = str(setup.experiment.resolved[key][section.name_key])
    options = tuple(names(section.kind))
    return PageControl(key, section.noun, own, options if own in options else (own, *options))


def _control(setup: LiveSetup, path: str) -> PageControl:
    value: Any = setup.experiment.resolved
    for part in path.split("."):
        value = value[part]
    about = by_path()[path].about
    if not isinstance(about, About):
        return PageControl(path, about.meaning, value, tuple(option_names(about)))
    high, meaning = min(about.high, MOST.get(path, about.high)), f"{about.meaning} ({about.unit})"
    step = 1.0 if path in MOST else (high - about.low) / 40
    return PageControl(path, meaning, value, (), about.low, max(high, value), step)
