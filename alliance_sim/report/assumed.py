"""What was assumed and what emerged: mechanisms in force and their rivals, settings that are not defaults."""

from collections.abc import Iterable
from typing import NamedTuple

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.result import Result
from alliance_sim.law.about import About, Choice, declared
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.report.compared import option_words, scenarios
from alliance_sim.report.lookup import Lookup
from alliance_sim.report.naming import value_words
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.problem import in_config
from alliance_sim.scenario.registry import by_path, option_names

EMERGED = (
    "pre_post_d",
    "dropout_pct",
    "attendance_pct",
    "alliance_outcome_r",
    "agreement_r",
    "ruptures_pct",
    "noticed_withdrawal_pct",
    "noticed_confrontation_pct",
    "repaired_pct",
    "alliance_after_repaired",
    "therapist_outcome_pct",
)
"""Estimates that no setting states: they come out of the rules."""

ORIGINS = {
    "default": "default",
    "catalogue": "catalogue",
    "extends": "config that this one extends",
    "file": "config file",
    "--set": "command line",
}


class MechanismWords(NamedTuple):
    """A contested mechanism: what is in force where, and how to try its rivals."""

    meaning: str
    in_force: list[str]
    rivals: list[str]
    source: str


class SettingWords(NamedTuple):
    """A setting that is not its default."""

    path: str
    meaning: str
    value: str
    default: str
    origin: str
    source: str


def mechanisms_in_words(experiment: Experiment) -> list[MechanismWords]:
    """Every contested mechanism of the law, with the option in force and the commands that switch to another."""
    found = scenarios(experiment)
    rows = []
    for setting in declared(Mechanisms):
        about = setting.about
        if not isinstance(about, Choice):
            continue
        values = {arm: int(getattr(s.world.mechanisms, setting.path)) for arm, s in found.items()}
        if len(set(values.values())) == 1:
            in_force = [option_words(about, next(iter(values.values())))]
        else:
            in_force = [f"{arm}: {option_words(about, value)}" for arm, value in values.items()]
        rivals = [
            f"{words} (--set mechanisms.{setting.path}={in_config(name)})"
            for option, name, words in zip(about.options, option_names(about), about.words, strict=True)
            if int(option) not in set(values.values())
        ]
        rows.append(MechanismWords(about.meaning, in_force, rivals, about.source))
    return rows


def settings_in_words(experiment: Experiment) -> list[SettingWords]:
    """Settings that were given and are not their defaults (arms and factors have tables of their own)."""
    rows = []
    for path, origin in experiment.origins.items():
        known = by_path().get(path)
        if known is None or origin in ("default", "catalogue") or path.startswith("outputs."):
            continue
        value = experiment.resolved
        for key in path.split("."):
            value = value[key]
        default = value_words(known, known.default)
        written = value_words(known, value)
        if written != default:
            rows.append(SettingWords(path, known.about.meaning, written, default, ORIGINS[origin], known.about.source))
    return rows


class Emerged(NamedTuple):
    """An estimate that no setting states: the lowest and the highest arm, and the same if ruptures did nothing."""

    label: str
    ends: list[tuple[str, str]]  # arm and number: lowest and highest, one where there is one arm
    null: list[str]


def emerged(look: Lookup, experiment: Experiment) -> list[Emerged]:
    """What came out of the rules without being set."""
    found = []
    for name in EMERGED:
        levels = _ends(look, name, experiment.arms)
        null = [str(row) for _, row in _ends(look, f"{name}_null", experiment.arms)]
        if levels:
            found.append(Emerged(BY_NAME[name].label, [(arm, str(row)) for arm, row in levels], null))
    return found


def _ends(look: Lookup, name: str, arms: Iterable[str]) -> list[tuple[str, Result]]:
    """The arms with the lowest and the highest mean."""
    rows = [(arm, row) for arm in arms if (row := look.overall("level", name, arm)) and row.estimate.known]
    rows.sort(key=lambda pair: pair[1].estimate.value)
    return rows if len(rows) < 2 else [rows[0], rows[-1]]


def sources_in_words() -> str:
    """How many numbers of the law rest on what."""
    numbers = [setting.about for setting in declared(Parameters) if isinstance(setting.about, About)]
    assumed = sum(about.source.lower().startswith("assumption") for about in numbers)
    return (
        f"The rules have {len(numbers)} numbers (parameters). {assumed} of them are assumptions, stated as such; the "
        f"other {len(numbers) - assumed} name the published finding that they were set by. “alliance-sim parameters” "
        "lists every one with its meaning, range, default and source."
    )
