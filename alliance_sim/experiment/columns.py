"""The columns of tables, and whether those that a design adds have names of their own, before anything is run."""

from alliance_sim.scenario import errors
from alliance_sim.scenario.experiment import Experiment
from alliance_sim.scenario.letters import same
from alliance_sim.scenario.problem import ConfigError, Place

SESSION_COLUMNS = (
    "session", "attended", "goal", "task", "bond", "alliance", "expressed", "engagement", "security",
    "unresolved", "distress", "therapist_strain", "challenge", "severity", "resolution", "rupture", "source",
    "noticed", "acknowledged", "explored", "negotiated", "repaired", "defensive", "over_apologised", "pressed_on",
    "wai_goal", "wai_task", "wai_bond", "wai_client", "wai_therapist",
    "rupture_client", "rupture_therapist", "rupture_observer", "symptoms", "left",
)  # fmt: skip
"""Order of the session table's columns, after arm, factors and ids."""

_OF_DESIGNS = {"sample", "varied"}
"""Columns that sampled designs add themselves; a factor of these names is refused where the config is read."""


def check_columns(experiment: Experiment) -> None:
    """Raise ConfigError for a factor that is named like a column of the tables, like an estimate or like another one.

    Case does not count, as it does not in SQL.
    """
    if not experiment.varied:
        return  # and the libraries of tables, which estimates need, are not imported
    estimates, columns = _taken()
    problems = []
    seen: dict[str, str] = {}
    for name in experiment.varied:
        place = Place(str(experiment.path), None, f"factors.{name}")
        first = seen.setdefault(same(name), name)
        if first != name:
            problems.append(errors.looks_the_same(place, name, first))
        elif same(name) in estimates:
            problems.append(errors.factor_estimate(place, name))
        elif same(name) in columns - _OF_DESIGNS:
            problems.append(errors.factor_column(place, name))
    if problems:
        raise ConfigError(problems)


def _taken() -> tuple[set[str], set[str]]:
    """Names of estimates, and of other columns of the tables."""
    from alliance_sim.estimands.measuring import NAMES
    from alliance_sim.estimands.null_twin import CURVE
    from alliance_sim.estimates import COLUMNS
    from alliance_sim.law.tally import CLIENT_COLUMNS
    from alliance_sim.scenario.design import RESERVED

    columns = (*RESERVED, *SESSION_COLUMNS, *CLIENT_COLUMNS, *COLUMNS)
    return {same(name) for name in (*NAMES, *CURVE.values())}, {same(name) for name in columns}
