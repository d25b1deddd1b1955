"""From the config to the answer: play, measure, summarise, tell."""

from functools import partial
from pathlib import Path

import pandas as pd

from alliance_sim.estimands.histories import ALL, NO_TRAUMA, TRAUMA
from alliance_sim.evidence.findings import published
from alliance_sim.experiment.kept import Stage, key_of
from alliance_sim.experiment.one_session import Aside
from alliance_sim.figures import repair_bias, repair_twins
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Answer, Question
from alliance_sim.questions.frame.run import run_experiment
from alliance_sim.questions.repair_or_selection.catalogue import ALLIANCE, OUTCOME, of_family
from alliance_sim.questions.repair_or_selection.causal import CURVE, RECOGNISED, REPAIRED
from alliance_sim.questions.repair_or_selection.measuring import SEEN_BY_BOTH, Setup, measure
from alliance_sim.questions.repair_or_selection.parts import parts
from alliance_sim.questions.repair_or_selection.section import shown
from alliance_sim.questions.repair_or_selection.summing import Tables, tables_of
from alliance_sim.questions.repair_or_selection.telling import Measure, short_answer
from alliance_sim.questions.repair_or_selection.worlds import kinds
from alliance_sim.report.naming import short_title

PICTURES = {
    ALLIANCE: repair_bias.Words(
        "studies_of_alliance",
        "What studies find about the alliance after ruptures, and what is true",
        "rating points (1–5)",
    ),
    OUTCOME: repair_bias.Words(
        "studies_of_outcome", "What studies find about repair and outcome, and what is true", "symptom points less"
    ),
}


def setup_of(asked: Question) -> Setup:
    """What measuring needs to know of a config."""
    section = asked.section
    dependability = next(finding for finding in published() if finding.id == "A20").parts[0].value
    aside = Aside(section.first, section.last)
    return Setup(section.repairing, section.leaving, section.later, aside, dependability, asked.experiment.seed)


def measure_of(asked: Question) -> Measure:
    """The symptom measure of the config."""
    scenario = asked.experiment.points[0].scenario
    scale = scenario.world.scale
    return Measure(short_title("symptoms", scenario.symptoms), scale.low, scale.high, scale.reliable)


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Answer the inquiry."""
    setup = setup_of(asked)
    rows = run_experiment(asked.experiment, partial(measure, setup), key_of(setup), folder, workers, stage)
    tables = tables_of(rows)
    worlds = kinds(asked.experiment.points)
    clinic = asked.experiment.points[0].scenario.clinic
    panels, curves = shown(asked)
    short = short_answer(tables, worlds, measure_of(asked), clinic.therapists)
    pictures = [picture_of_curves(tables, curves), *(picture_of(tables, family, panels) for family in PICTURES)]
    told = parts(tables, worlds, panels, setup, clinic.therapists)
    kept = {"effects": tables.effects, "analyses": tables.analyses, "described": tables.described}
    return Answer(short, told, kept, pictures)


def picture_of(tables: Tables, family: str, worlds: list[str]) -> Picture:
    """Estimates of a family of analyses beside the causal effects."""
    groups = (NO_TRAUMA, TRAUMA)
    rows = [(a.name, a.words) for a in of_family(family)]
    a = tables.analyses
    chosen = a[a["what"].isin([name for name, _ in rows]) & a["group"].isin(groups) & a["world"].isin(worlds)]
    chosen = chosen[chosen["estimate"].notna()].rename(columns={"among": "seen"})
    return repair_bias.draw(chosen, worlds, rows, groups, PICTURES[family])


def picture_of_curves(tables: Tables, worlds: list[str]) -> Picture:
    """The felt alliance around one repaired rupture and its twins, and ratings as a study sees them."""
    e = tables.effects
    e = e[(e["group"] == ALL) & e["step"].isin(CURVE) & e["world"].isin(worlds)]
    keys = ["world", "step"]
    felt = {
        name: e[(e["what"] == f"felt, {name}") & (e["among"] == REPAIRED)].set_index(keys)["value"]
        for name in ("before", "left alone", "never")
    }
    lines = {"own": felt["before"]}
    lines |= {name: felt["before"] - felt[name] for name in ("left alone", "never")}
    made = [values.rename("value").reset_index().assign(line=name) for name, values in lines.items()]
    rated = e[(e["what"] == "rated, before") & (e["among"] == SEEN_BY_BOTH)].assign(line="rated")
    caused = e[(e["what"] == "rated, never") & (e["among"] == RECOGNISED)].assign(line="rated, caused")
    return repair_twins.draw(pd.concat([*made, rated, caused], ignore_index=True), worlds)
