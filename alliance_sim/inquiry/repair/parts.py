"""The parts of the answer's page: headings, what a reader must know, and the tables."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.analysis.numbers import number
from alliance_sim.evidence.findings import published
from alliance_sim.figures.repair_twins import NAME as CURVES
from alliance_sim.inquiry.kind import Part
from alliance_sim.inquiry.repair import words as w
from alliance_sim.inquiry.repair.catalogue import ALLIANCE, ANALYSES, OUTCOME
from alliance_sim.inquiry.repair.causal import STEPS
from alliance_sim.inquiry.repair.measuring import Setup
from alliance_sim.inquiry.repair.reading import (
    CONCLUDED,
    FOUND,
    FOUND_AND_CONCLUDED,
    analysis_table,
    failures,
    lead_table,
    policy_table,
    rupture_table,
    security_table,
    shapes_table,
    trial_table,
)
from alliance_sim.inquiry.repair.summing import BY_TRAUMA, Tables
from alliance_sim.inquiry.repair.telling import Anchors, anchors
from alliance_sim.inquiry.repair.verdicts import verdict_table, verdicts
from alliance_sim.inquiry.repair.worlds import Kind


def parts(tables: Tables, worlds: dict[str, Kind], panels: Sequence[str], setup: Setup, therapists: int) -> list[Part]:
    """Everything after the short answer, in the order of the page."""
    a = anchors(worlds)
    told = [world for world, _ in a.named] or list(worlds)
    harmless = [world for world, kind in worlds.items() if not kind.ruptures]
    steps = sorted({-1, 1, setup.later, STEPS[-1]})
    shown = [world for world in panels if world not in harmless] + harmless
    return [
        Part("What repairing causes", w.POLICY, policy_table(tables, told)),
        Part("One rupture, repaired: stronger than before?", w.RUPTURE, picture=CURVES),
        Part("The same in numbers", w.NUMBERS, rupture_table(tables, [*told, *harmless], steps, setup.later)),
        Part("By attachment security", w.SECURITY, security_table(tables, told, setup.later)),
        *_family(tables, ALLIANCE, "the alliance after ruptures", "studies_of_alliance", shown),
        Part("A negative control: the rating before the rupture", w.LEAD, lead_table(tables, shown)),
        *_family(tables, OUTCOME, "repair and outcome", "studies_of_outcome", shown),
        Part("More with trauma? What studies say and what is so", w.HISTORY, _history(tables, told)),
        Part("What there is to see where there is nothing", _shapes_words(), shapes_table(tables, list(worlds))),
        *_both(tables, [world for world, kind in worlds.items() if kind.teaches and kind.ruptures]),
        *_verdict(tables, a),
        Part("The design that answers", w.TRIAL, trial_table(tables, told, therapists)),
        Part("What each analysis compares", w.COMPARES, _catalogue()),
        Part("What is assumed, what is fitted, what emerges", w.ASSUMED),
    ]


def _family(tables: Tables, family: str, title: str, picture: str, worlds: Sequence[str]) -> list[Part]:
    """What studies find, how far off it is, and what they conclude, for one family of analyses."""
    found = f"{w.FOUND.rstrip()} {failures(tables, family, worlds)}"
    return [
        Part(f"What studies find: {title}", w.FINDINGS[family], picture=picture),
        Part(f"Found and true: {title}", found, analysis_table(tables, family, worlds, FOUND)),
        Part(
            f"Who concludes it: {title}",
            w.CONCLUDE.format(mcse=most_error(tables)),
            analysis_table(tables, family, worlds, CONCLUDED),
        ),
    ]


def most_error(tables: Tables) -> float:
    """The largest Monte-Carlo standard error of a share of studies, percentage points."""
    return 100.0 * float(tables.analyses["positive_mcse"].max())


def _history(tables: Tables, worlds: Sequence[str]) -> pd.DataFrame:
    """Trauma minus none, found and true, for both families."""
    return pd.concat([analysis_table(tables, f, worlds, FOUND_AND_CONCLUDED, BY_TRAUMA) for f in (ALLIANCE, OUTCOME)])


def _both(tables: Tables, worlds: Sequence[str]) -> list[Part]:
    """Outcome analyses where repair teaches, over how far skills go together; none with fewer than two such worlds."""
    if len(worlds) < 2:
        return []
    table = analysis_table(tables, OUTCOME, worlds, FOUND)
    return [Part("Both at once: repair teaches and skills go together", w.BOTH, table)]


def _shapes_words() -> str:
    found = {finding.id: finding.parts[0].value for finding in published()}
    return w.SHAPES.format(r01=number(found["R01"], 2), r03=number(found["R03"], 2))


def _verdict(tables: Tables, a: Anchors) -> list[Part]:
    found = verdicts(tables, a.teaching, a.restoring, a.idle) if a.teaching is not None and a.idle else []
    return [Part("Which analyses could have answered", w.VERDICT, verdict_table(found))] if found else []


def _catalogue() -> pd.DataFrame:
    rows = [[a.words, a.compares, a.truth, a.source] for a in ANALYSES]
    return pd.DataFrame(rows, columns=["analysis", "compares", "held against", "in the manner of"])
