"""The parts of the answer's page: headings, what a reader must know, and the tables."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.estimands.histories import ALL
from alliance_sim.figures.repair_twins import NAME as CURVES
from alliance_sim.questions.frame.question import Part
from alliance_sim.questions.repair_or_selection import words as w
from alliance_sim.questions.repair_or_selection.anchors import Anchors, anchors
from alliance_sim.questions.repair_or_selection.catalogue import ALLIANCE, ANALYSES, OUTCOME
from alliance_sim.questions.repair_or_selection.causal import STEPS
from alliance_sim.questions.repair_or_selection.correlations import carries_over, shapes_table
from alliance_sim.questions.repair_or_selection.measuring import Setup
from alliance_sim.questions.repair_or_selection.reading import (
    analysis_table,
    failures,
    found,
    found_and_concluded,
    lead_table,
    policy_table,
    rupture_table,
    security_table,
)
from alliance_sim.questions.repair_or_selection.summing import BY_TRAUMA, Tables
from alliance_sim.questions.repair_or_selection.trial import trial_table
from alliance_sim.questions.repair_or_selection.verdicts import verdict_table, verdicts
from alliance_sim.questions.repair_or_selection.worlds import Kind


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
        Part("By attachment security", w.SECURITY, security_table(tables, told, setup.later)),
        *_family(tables, ALLIANCE, "the alliance after ruptures", "studies_of_alliance", shown),
        Part("A negative control: the rating before the rupture", w.LEAD, lead_table(tables, shown)),
        *_family(tables, OUTCOME, "repair and outcome", "studies_of_outcome", shown),
        *_verdict(tables, a),
        Part("The design that answers", w.TRIAL, trial_table(tables, told, therapists)),
        Part("More with trauma? What studies say and what is so", _history_words(tables), _history(tables, told)),
        Part("What there is to see where there is nothing", _shapes_words(tables), shapes_table(tables, list(worlds))),
        Part("What each analysis compares", w.COMPARES, _catalogue()),
        Part("What is assumed, what is fitted, what emerges", w.ASSUMED),
        Part(
            "Appendix: one rupture in numbers", w.NUMBERS, rupture_table(tables, [*told, *harmless], steps, setup.later)
        ),
        *_both(tables, [world for world, kind in worlds.items() if kind.teaches and kind.ruptures]),
    ]


def _family(tables: Tables, family: str, title: str, picture: str, worlds: Sequence[str]) -> list[Part]:
    """What studies find, and how far off it is, for one family of analyses."""
    words = f"{w.FOUND.rstrip()} {failures(tables, family, worlds)}"
    return [
        Part(f"What studies find: {title}", w.FINDINGS[family], picture=picture),
        Part(f"Found and true: {title}", words, analysis_table(tables, family, worlds, found)),
    ]


def most_error(tables: Tables, group: str) -> float:
    """The largest Monte-Carlo standard error of a share of studies that conclude an advantage, percentage points."""
    a = tables.analyses
    return 100.0 * float(a.loc[a["group"] == group, "positive_mcse"].max())


def _history(tables: Tables, worlds: Sequence[str]) -> pd.DataFrame:
    """Trauma minus none, found and true, for both families; analyses by which more is to be found with trauma."""
    a = tables.analyses
    there = a[(a["group"] == BY_TRAUMA) & a["world"].isin(worlds) & (a["truth_low"] > 0)]
    names = set(there["what"])
    return pd.concat(
        [analysis_table(tables, f, worlds, found_and_concluded, BY_TRAUMA, names) for f in (ALLIANCE, OUTCOME)]
    )


def _history_words(tables: Tables) -> str:
    return w.HISTORY.format(mcse=most_error(tables, BY_TRAUMA))


def _both(tables: Tables, worlds: Sequence[str]) -> list[Part]:
    """Outcome analyses where repair teaches, over how far skills go together; none with fewer than two such worlds."""
    if len(worlds) < 2:
        return []
    table = analysis_table(tables, OUTCOME, worlds, found)
    return [Part("Appendix: repair teaches and skills go together", w.BOTH, table)]


def _shapes_words(tables: Tables) -> str:
    return "\n\n".join(text for text in (w.SHAPES.strip(), carries_over(tables)) if text)


def _verdict(tables: Tables, a: Anchors) -> list[Part]:
    if a.teaching is None or not a.idle:
        return []
    made = verdicts(tables, a.teaching, a.restoring, a.idle)
    words = w.VERDICT.format(mcse=most_error(tables, ALL))
    return [Part("Which analyses could have answered", words, verdict_table(made))] if made else []


def _catalogue() -> pd.DataFrame:
    rows = [[a.words, a.compares, a.truth, a.source] for a in ANALYSES]
    return pd.DataFrame(rows, columns=["analysis", "compares", "held against", "in the manner of"])
