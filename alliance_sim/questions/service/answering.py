"""What came of a service: tables, pictures, and the parts of the answer."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from alliance_sim.estimands.service_year import BY_NAME
from alliance_sim.experiment.kept import Stage
from alliance_sim.figures import service_caseload, service_gain, service_list, service_weeks
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Answer, Part, Question
from alliance_sim.questions.service import going_on, parts
from alliance_sim.questions.service.comparing import (
    FROM_BASELINE,
    LEVEL,
    PER_CLIENT,
    PER_YEAR,
    Services,
    crossing_table,
    curve_table,
    estimates,
    gain_curves,
    times_table,
)
from alliance_sim.questions.service.layout import Layout, layout_of
from alliance_sim.questions.service.playing import played
from alliance_sim.questions.service.setting_out import service_words, strain_table, unit_of_strain
from alliance_sim.questions.service.short import short
from alliance_sim.questions.service.telling import Facts, Told, compared_with
from alliance_sim.report.naming import short_title


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Play every service, and answer."""
    rows = played(asked, folder, workers, stage)
    layout = layout_of(asked)
    services = Services(rows, layout)
    advance = stage("Estimating", 5)
    made: dict[str, pd.DataFrame] = {}
    work: dict[str, Callable[[Services], pd.DataFrame]] = {
        "estimates": estimates,
        "crossings": crossing_table,
        "times": times_table,
        "gains": gain_curves,
        "weeks": curve_table,
    }
    for name, table_of in work.items():
        made[name] = table_of(services)
        advance(1)
    first = asked.experiment.points[0].scenario
    drawn = any(point.scenario.population is not None for point in asked.experiment.points)
    scale = short_title("symptoms", first.symptoms)
    told = Told(layout, made, Facts(scale, first.world.scale.reliable, asked.experiment.replicates, drawn))
    tables = {**made, "services": rows[[name for name in rows.columns if "@" not in name]]}
    pictures = _pictures(layout, made, scale, unit_of_strain(first.world))
    set_out = Part("The service, and its worlds", service_words(asked, layout), strain_table(asked, layout))
    return Answer(short(told), [set_out, *_parts(told, {picture.name for picture in pictures})], tables, pictures)


def _pictures(layout: Layout, made: dict[str, pd.DataFrame], scale: str, unit: str) -> list[Picture]:
    """The figures that the design has data for: those over caseloads need two of them. unit: what strain of 1 is."""
    arms = (layout.baseline, *layout.changed)
    weeks, service = made["weeks"], layout.scenarios[layout.scenario]
    few = sorted({layout.caseloads[0], layout.reference, layout.caseloads[-1]})
    own = weeks[weeks["scenario"] == layout.scenario]
    worlds_shown = tuple(dict.fromkeys((layout.world, (layout.on or layout.worlds)[-1])))
    here = (weeks["world"] == layout.world) & (weeks["arm"] == layout.baseline) & (weeks["curve"] == "waiting")
    return [
        *(_over_caseloads(layout, made, scale) if len(layout.caseloads) > 1 else ()),
        service_weeks.draw(own, worlds_shown, arms[:2], few, service.year, unit),
        service_list.draw(weeks[here], list(layout.scenarios), layout.baseline, service.year),
    ]


def _over_caseloads(layout: Layout, made: dict[str, pd.DataFrame], scale: str) -> Iterator[Picture]:
    """Levels and gains in the first world, and what spill-over leaves of gains in all of them."""
    arms, outcome = (layout.baseline, *layout.changed), PER_CLIENT[0]
    here = made["estimates"][made["estimates"]["world"] == layout.world]
    outcomes = [(outcome, f"{BY_NAME[outcome].label}, {scale} points"), (PER_YEAR, BY_NAME[PER_YEAR].label)]
    levels, added = (here[here["kind"] == kind] for kind in (LEVEL, FROM_BASELINE))
    yield service_caseload.draw(levels, added, outcomes, list(layout.scenarios), arms, layout.world)
    gains, crossings = made["gains"], made["crossings"]
    if len(gains):
        against = gains["against"].iloc[0]
        own = crossings[
            (crossings["scenario"] == layout.scenario)
            & (crossings["estimate"] == outcome)
            & (crossings["against"] == against)
        ]
        words = (f"{scale} points", compared_with(against, layout))
        yield service_gain.draw(gains[gains["scenario"] == layout.scenario], own, layout.on, arms, words)


def _parts(told: Told, drawn: set[str]) -> list[Part]:
    """The parts of the answer in order; what a design has no data for is left out."""
    layout = told.layout
    made = [Part("What each arm brings", parts.arms_words(told), parts.arms_table(told))]
    if service_caseload.NAME in drawn:
        made.append(
            Part("Caseload: what a client gets, and what a year brings", parts.caseload_words(told),
                 parts.caseload_table(told), service_caseload.NAME)
        )  # fmt: skip
    if service_gain.NAME in drawn:
        made.append(
            Part("At what caseload does spill-over eat the gain?", parts.crossing_text(told),
                 parts.crossing_table(told), service_gain.NAME)
        )  # fmt: skip
        made.append(Part("How sure is that?", parts.replicates_words(told), parts.replicates_table(told)))
    if layout.off is not None and layout.on and layout.changed:
        made.append(
            Part("Is the gain itself smaller under strain?", parts.strain_words(told), parts.strain_table(told))
        )
    made.append(Part("How therapists tire and learn", going_on.weeks_words(told), None, service_weeks.NAME))
    made.append(Part("The waiting list", going_on.list_words(told), going_on.list_table(told), service_list.NAME))
    if len(layout.scenarios) > 1:
        made.append(Part("The other scenarios", going_on.others_words(told), going_on.others_table(told)))
    made.append(Part("Assumed, fitted, emerging", parts.origins(told)))
    return made
