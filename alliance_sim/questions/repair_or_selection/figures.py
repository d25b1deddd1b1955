"""The figures: the alliance around one rupture and its twins, and what studies find compared with causal effects."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.estimands.histories import ALL, NO_TRAUMA, TRAUMA
from alliance_sim.estimates.long import Estimates
from alliance_sim.figures import repair
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.repair_or_selection.estimates import EFFECT, FOUND, SINGLE, TRUTH
from alliance_sim.questions.repair_or_selection.run import REPORTED
from alliance_sim.questions.repair_or_selection.section import shown
from alliance_sim.questions.repair_or_selection.studies import ALLIANCE, OUTCOME
from alliance_sim.questions.repair_or_selection.twins import CURVE, RECOGNISED, REPAIRED

FAMILIES = {
    ALLIANCE: repair.Family(
        "studies_of_alliance",
        "What studies find about the alliance after ruptures, and what is true",
        "rating points (1–5)",
    ),
    OUTCOME: repair.Family(
        "studies_of_outcome", "What studies find about repair and outcome, and what is true", "symptom points less"
    ),
}

SPREAD = {"low": "spread_low", "high": "spread_high"}


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """One figure of twins, and one of each family of analyses."""
    panels, curves = shown(question)
    of_analyses = [_analyses(tables.estimates, names, panels) for names in FAMILIES]
    return [_around(tables.estimates, curves), *of_analyses]


def _around(estimates: Estimates, scenarios: list[str]) -> Picture:
    """The felt alliance around one repaired rupture and its twins, and ratings as a study sees them."""
    keys = ["scenario", "step"]
    e = estimates.where(group=ALL).frame
    e = e[e["scenario"].isin(scenarios) & e["step"].isin(CURVE)].rename(columns=SPREAD)

    def of(what: str, among: str, about: str = EFFECT) -> pd.DataFrame:
        return e[(e["about"] == about) & (e["what"] == what) & (e["among"] == among)]

    own, alone, never = (
        of(f"felt, {twin}", REPAIRED).set_index(keys)["value"] for twin in ("before", "left alone", "never")
    )
    lines = {"own": own, "left alone": own - alone, "never": own - never}
    made = [values.rename("value").reset_index().assign(line=name) for name, values in lines.items()]
    made.append(of("rated, before", REPORTED, SINGLE[EFFECT]).assign(line="rated"))
    made.append(of("rated, never", RECOGNISED).assign(line="rated, caused"))
    return repair.around(pd.concat(made, ignore_index=True), scenarios)


def _analyses(estimates: Estimates, names: tuple[str, ...], scenarios: list[str]) -> Picture:
    """Estimates of a family of analyses and the causal effects, by history."""
    groups, keys = (NO_TRAUMA, TRAUMA), ["scenario", "what", "among", "group"]
    own = estimates.frame
    own = own[own["what"].isin(names) & own["group"].isin(groups) & own["scenario"].isin(scenarios)]
    found, single, true = (own[own["about"] == about] for about in (FOUND, SINGLE[FOUND], TRUTH))
    table = found[[*keys, "value"]].rename(columns={"value": "estimate"})
    table = table.merge(single[[*keys, *SPREAD]].rename(columns=SPREAD), on=keys, how="left")
    table = table.merge(true[[*keys, "value"]].rename(columns={"value": "truth"}), on=keys, how="left")
    table = table.rename(columns={"among": "seen"})
    rows = {name: name[0].upper() + name[1:] for name in names}
    return repair.studies(table, scenarios, rows, groups, FAMILIES[names])
