"""What was assumed and what emerged: mechanisms in force and their rivals, settings that are not defaults."""

from collections.abc import Iterable, Iterator
from typing import Any

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.result import Result
from alliance_sim.law.about import About, Choice, declared
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.report.compared import option_words
from alliance_sim.report.lookup import Lookup
from alliance_sim.report.naming import scenarios, value_words
from alliance_sim.report.results import ROWS
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.problem import in_config
from alliance_sim.scenario.registry import by_path, option_names


def mechanisms(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """Every contested mechanism of the law: the option in force (by arm where these differ), and those that are not."""
    found = scenarios(experiment)
    for setting in declared(Mechanisms):
        about = setting.about
        if not isinstance(about, Choice):
            continue
        values = {arm: int(getattr(s.world.mechanisms, setting.path)) for arm, s in found.items()}
        in_force = {arm: option_words(about, value) for arm, value in values.items()}
        options = zip(about.options, option_names(about), about.words, strict=True)
        rivals = [(in_config(name), words) for option, name, words in options if int(option) not in values.values()]
        several = len(set(values.values())) > 1
        yield {"path": setting.path, "about": about, "several": several, "in_force": in_force, "rivals": rivals}


def settings(experiment: Experiment) -> Iterator[dict[str, Any]]:
    """Settings that were given and are not their defaults (arms and factors have tables of their own)."""
    for path, origin in experiment.origins.items():
        known = by_path().get(path)
        if known is None or origin in ("default", "catalogue") or path.startswith("outputs."):
            continue
        value = experiment.resolved
        for key in path.split("."):
            value = value[key]
        written, default = value_words(known, value), value_words(known, known.default)
        if written != default:
            yield {"path": path, "about": known.about, "value": written, "default": default, "origin": origin}


def emerged(look: Lookup, experiment: Experiment) -> Iterator[dict[str, Any]]:
    """Estimates that no setting states: the lowest and the highest arm, and the same if ruptures did nothing."""
    for name in ROWS["emerged"]:
        if levels := _ends(look, name, experiment.arms):
            null = [str(row) for _, row in _ends(look, f"{name}_null", experiment.arms)]
            yield {"label": BY_NAME[name].label, "ends": [(arm, str(row)) for arm, row in levels], "null": null}


def _ends(look: Lookup, name: str, arms: Iterable[str]) -> list[tuple[str, Result]]:
    """The arms with the lowest and the highest mean."""
    rows = [(arm, row) for arm in arms if (row := look.overall("level", name, arm)) and row.estimate.known]
    rows.sort(key=lambda pair: pair[1].estimate.value)
    return rows if len(rows) < 2 else [rows[0], rows[-1]]


def sources() -> dict[str, int]:
    """How many numbers of the law there are, and how many of them are assumptions."""
    numbers = [setting.about for setting in declared(Parameters) if isinstance(setting.about, About)]
    return {"all": len(numbers), "assumed": sum(about.source.lower().startswith("assumption") for about in numbers)}
