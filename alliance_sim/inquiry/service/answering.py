"""What came of a service: tables, pictures, and the parts of the answer."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from alliance_sim.analysis.service_year import BY_NAME
from alliance_sim.experiment.kept import Stage
from alliance_sim.figures import service_caseload, service_gain, service_list, service_weeks
from alliance_sim.figures.picture import Picture
from alliance_sim.inquiry.kind import Answer, Asked, Part
from alliance_sim.inquiry.service import parts
from alliance_sim.inquiry.service.comparing import (
    LEVEL,
    PER_CLIENT,
    PER_YEAR,
    Services,
    crossing_table,
    curve_table,
    estimates,
    gain_curves,
)
from alliance_sim.inquiry.service.layout import Layout, layout_of
from alliance_sim.inquiry.service.playing import played
from alliance_sim.inquiry.service.short import short
from alliance_sim.inquiry.service.telling import Told, compared_with
from alliance_sim.report.naming import short_title


def conduct(asked: Asked, folder: Path, workers: int, stage: Stage) -> Answer:
    """Play every service, and answer."""
    rows = played(asked, folder, workers, stage)
    layout = layout_of(asked)
    services = Services(rows, layout)
    advance = stage("Estimating", 4)
    made: dict[str, pd.DataFrame] = {}
    work: dict[str, Callable[[Services], pd.DataFrame]] = {
        "estimates": estimates,
        "crossings": crossing_table,
        "gains": gain_curves,
        "weeks": curve_table,
    }
    for name, table_of in work.items():
        made[name] = table_of(services)
        advance(1)
    scale = short_title("symptoms", asked.experiment.points[0].scenario.symptoms)
    drawn = any(point.scenario.population is not None for point in asked.experiment.points)
    told = Told(layout, made["estimates"], made["crossings"], scale, asked.experiment.replicates, drawn)
    tables = {**made, "services": rows[[name for name in rows.columns if "@" not in name]]}
    pictures = _pictures(layout, made, scale)
    return Answer(short(told), _parts(told, {picture.name for picture in pictures}), tables, pictures)


def _pictures(layout: Layout, made: dict[str, pd.DataFrame], scale: str) -> list[Picture]:
    """The figures that the design has data for: those over caseloads need two of them."""
    lead, arms = layout.scenario, (layout.baseline, *layout.changed)
    weeks, service = made["weeks"], layout.scenarios[layout.scenario]
    pictures = []
    if len(layout.caseloads) > 1:
        table = made["estimates"]
        off = layout.off if layout.world != layout.off else None
        worlds = (layout.world, off)
        levels = table[(table["kind"] == LEVEL) & table["world"].isin([name for name in worlds if name])]
        outcomes = [
            (PER_CLIENT[0], f"{BY_NAME[PER_CLIENT[0]].label}, {scale} points"),
            (PER_YEAR, BY_NAME[PER_YEAR].label),
        ]
        pictures.append(
            service_caseload.draw(levels, outcomes, list(layout.scenarios), worlds, layout.baseline)
        )  # fmt: skip
        gains, crossings = made["gains"], made["crossings"]
        if len(gains):
            own = crossings[
                (crossings["scenario"] == lead)
                & (crossings["estimate"] == PER_CLIENT[0])
                & (crossings["against"] == gains["against"].iloc[0])
            ]
            words = (f"{scale} points", compared_with(gains["against"].iloc[0], layout))
            chosen = gains[gains["scenario"] == lead]
            pictures.append(service_gain.draw(chosen, own, layout.on, arms, words))
    few = sorted({layout.caseloads[0], layout.reference, layout.caseloads[-1]})
    own = weeks[weeks["scenario"] == lead]
    worlds_shown = tuple(dict.fromkeys((layout.world, (layout.on or layout.worlds)[-1])))
    pictures.append(service_weeks.draw(own, worlds_shown, arms[:2], few, service.year))
    here = (weeks["world"] == layout.world) & (weeks["arm"] == layout.baseline) & (weeks["curve"] == "waiting")
    pictures.append(service_list.draw(weeks[here], list(layout.scenarios), layout.baseline, service.year))
    return pictures


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
    made.append(Part("How therapists tire and learn", parts.weeks_words(told), None, service_weeks.NAME))
    made.append(Part("The waiting list", parts.list_words(told), parts.list_table(told), service_list.NAME))
    made.append(Part("Assumed, fitted, emerging", parts.origins(told)))
    return made
