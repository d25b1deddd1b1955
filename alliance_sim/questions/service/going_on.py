"""The parts of the answer about what goes on in a service: strain and learning, the waiting list, other scenarios."""

import pandas as pd

from alliance_sim.estimands.service_year import BY_NAME
from alliance_sim.questions.service.comparing import PER_CLIENT, PER_YEAR
from alliance_sim.questions.service.points import REFERRED
from alliance_sim.questions.service.telling import Told, digits, unit

OF_LIST = ("waited", "gave_up_pct", "filled_pct")
OF_OTHERS = (PER_YEAR, REFERRED)


def weeks_words(told: Told) -> str:
    """Strain and learned skill over the year, in numbers."""
    layout = told.layout
    said = []
    for caseload in sorted({layout.caseloads[0], layout.caseloads[-1]}):
        strain, learned = (told.value(name, caseload=caseload).words(2) for name in ("strain", "learned"))
        said.append(
            f"at {caseload} places, a client meets strain of {strain} on average, and therapists learn {learned} SD of "
            "repair skill in the year"
        )
    return (
        "In the law, *tiring* is strain: a rupture adds to it, part of it is gone by the next hour, and part of the "
        "rest by the next week. Where much fades, strain reaches a level after some hours, and more hours add little; "
        "it does not build up over the year. Where little fades, it builds up for months. *Learning* is skill from "
        f'repaired ruptures, and goes on for as long as there is something to learn. Under "{layout.baseline}" '
        f"(strain {layout.world}): {'; '.join(said)}."
    )


def list_words(told: Told) -> str:
    """How to read the list."""
    layout = told.layout
    return (
        f'Levels are those of "{layout.baseline}", strain {layout.world}. Waiting counts those who were taken on; '
        "giving up counts everybody referred, as they are at the horizon: who waits that long is not helped yet. What "
        "ends a treatment early frees a place: where therapists do worse, more clients drop out, and those who wait "
        "are taken on sooner."
    )


def list_table(told: Told) -> pd.DataFrame:
    """A row a scenario and caseload: the list, and how far places are used."""
    return _by_caseload(told, list(told.layout.scenarios), OF_LIST)


def others_words(told: Told) -> str:
    """How to read what arms bring in the other scenarios, and where nobody is treated in time to gain."""
    layout = told.layout
    read = (
        f'As the table of caseloads, for the other scenarios: levels of "{layout.baseline}", strain {layout.world}, '
        "and what the other arms add to the improvement of everybody referred."
    )
    return " ".join([read, *_too_late(told)])


def _too_late(told: Told) -> list[str]:
    """The places where clients wait longer than to the horizon, so that what is measured there is not of treatment."""
    layout = told.layout
    said = []
    for scenario in list(layout.scenarios)[1:]:
        horizon = layout.scenarios[scenario].horizon
        for caseload in layout.caseloads:
            waited = told.value("waited", scenario=scenario, caseload=caseload)
            if not waited.low > horizon:
                continue
            gains = [
                f"{arm} {told.gain(PER_CLIENT[1], arm, scenario=scenario, caseload=caseload).words(2, signed=True)}"
                for arm in layout.changed
            ]
            said.append(
                f'With {caseload} places ("{scenario}") those who are taken on have waited {waited.words(1)} weeks on '
                f"average, longer than the {horizon} weeks after which everybody is measured: few or none of those "
                "counted have been treated by then. Their improvement is what comes without treatment, and no arm can "
                "add to it before the horizon"
                + (f"; the treated themselves gain ({'; '.join(gains)} points)." if gains else ".")
            )
    return said


def others_table(told: Told) -> pd.DataFrame:
    """A row a caseload of each scenario beside the first: outcomes, and what the arms bring."""
    scenarios = list(told.layout.scenarios)[1:]
    table = _by_caseload(told, scenarios, OF_OTHERS)
    for arm in told.layout.changed:
        table[f"gain: {arm}"] = [
            told.gain(REFERRED, arm, scenario=scenario, caseload=caseload).words(2, signed=True)
            for scenario in scenarios
            for caseload in told.layout.caseloads
        ]
    return table


def _by_caseload(told: Told, scenarios: list[str], names: tuple[str, ...]) -> pd.DataFrame:
    """Levels of the baseline with their intervals, a row a scenario and caseload."""
    return pd.DataFrame(
        [
            {"Scenario": scenario, "Places": caseload}
            | {
                f"{BY_NAME[name].label}, {unit(name, told.facts.scale)}": told.value(
                    name, scenario=scenario, caseload=caseload
                ).words(digits(name))
                for name in names
            }
            for scenario in scenarios
            for caseload in told.layout.caseloads
        ]
    )
