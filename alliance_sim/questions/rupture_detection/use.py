"""Which criterion to use for what: to look out in a session, to say how frequent ruptures are, to compare clinics."""

from typing import Any, NamedTuple

import numpy as np

from alliance_sim.estimands.criteria import BY_NAME
from alliance_sim.estimates.found import records
from alliance_sim.questions.rupture_detection import tables
from alliance_sim.questions.rupture_detection.found import Found
from alliance_sim.questions.rupture_detection.saying import label
from alliance_sim.stats.numbers import interval, listed, number

ALIKE = 0.002
"""Criteria whose areas under the curve are surely no farther apart than this rank sessions alike."""

NEAR_TRUTH = 10.0
"""A criterion whose share is within so many points of the truth is near it."""

OUT_OF_NOTHING = 5.0
"""A criterion that flags no more clients than this (%) where nothing happens, as it stands, flags few there."""

FROM = {"previous": "the client's rating before", "so far": "the mean of the client's ratings so far"}
"""What a rating is compared with, by criteria that can be applied while treatment goes on."""


class Alarms(NamedTuple):
    """Criteria for a session: those that rank best, all alike, by rising threshold; and the next that does not."""

    best: tuple[str, ...]
    rest: str  # empty where there is none


def alarms(found: Found) -> Alarms | None:
    """The criteria that tell best in a session by the area under the curve; None where none can be applied there."""
    usable = tuple(name for name in found.criteria if BY_NAME[name].looks_back)
    if not usable:
        return None
    ranked = found.best("area", usable)
    best, rest = [ranked[0]], ""
    for other in ranked[1:]:
        gap = tables.paired(found.rows, found.base, "area", ranked[0], other)
        if max(abs(gap.low), abs(gap.high)) < ALIKE:
            best.append(other)
        else:
            rest = rest or other
    return Alarms(tuple(sorted(best, key=lambda name: found.threshold(name, found.base))), rest)


def compared_with(criteria: tuple[str, ...]) -> str:
    """What these criteria compare a rating with; empty where they differ."""
    starts = {BY_NAME[name].criterion.start for name in criteria}
    return FROM[starts.pop()] if len(starts) == 1 else ""


def counting(found: Found) -> list[str]:
    """Criteria whose share can be read as a prevalence: near the truth with ruptures, and next to nothing without."""
    if not found.without:
        return []
    happened = found.sample("true_flagged", found.base)
    return [
        name
        for name in found.criteria
        if abs(found.share(name, found.base, "flagged") - happened) <= NEAR_TRUTH
        and found.share(name, found.without, "flagged") <= OUT_OF_NOTHING
    ]


def at_thresholds(found: Found, criteria: tuple[str, ...]) -> str:
    """What is found at the thresholds of some criteria, at what price."""
    said = []
    for name in criteria:
        n = {
            q: number(found.of(name, q), 0) for q in ("sensitivity_all", "sensitivity_severe", "false_alarms", "right")
        }
        said.append(
            f"at {number(found.threshold(name, found.base), 2)} points below ({label(name)}) it finds "
            f"{n['sensitivity_all']} % of ruptures and {n['sensitivity_severe']} % of severe ones, with false alarms "
            f"in {n['false_alarms']} % of stretches without a rupture, and {n['right']} % of its flags are right"
        )
    return "; ".join(said)


def conclusion(found: Found) -> str:
    """What follows for use, in a few sentences; the reasons are in a part of their own."""
    found_best = alarms(found)
    said = []
    if found_best:
        start = compared_with(found_best.best)
        said.append(f"Compare a rating with {start}:" if start else "To look out in a session:")
        said.append(at_thresholds(found, found_best.best) + ".")
    counts = counting(found)
    if counts:
        said.append(f"The share of clients by {listed([label(name) for name in counts])} is near the truth here.")
    else:
        said.append("Read no criterion's share of clients as a prevalence without its null beside it.")
    return " ".join(said)


def recommended(found: Found) -> str:
    """Which criterion to use for what, a paragraph each."""
    return "\n\n".join(words for words in (screening(found), prevalence(found), clinics(found)) if words)


def screening(found: Found) -> str:
    """To look out for ruptures in a session, with the ratings so far."""
    those = alarms(found)
    if not those:
        return ""
    first = those.best[0]
    start = compared_with(those.best)
    said = "**To look out for a rupture while treatment goes on** (rules that need no later rating): "
    said += f"compare a rating with {start}. " if start else ""
    verb = "rank" if len(those.best) > 1 else "ranks"
    said += (
        f"{listed([label(name) for name in those.best])} {verb} sessions best (area under the "
        f"curve {number(found.of(first, 'area'), 2)}, MCSE {number(found.of(first, 'area_mcse'), 3)}). "
    )
    if len(those.best) > 1:
        said += "They rank sessions alike and differ in their thresholds, so that the area cannot choose between them: "
    said += (
        f"{at_thresholds(found, those.best)}. Flags at random would be right in {number(found.of(first, 'base'), 0)} %."
    )
    if those.rest:
        gap = tables.paired(found.rows, found.base, "area", first, those.rest)
        size = f"(difference of areas {number(gap.value, 3)} {interval(gap.low, gap.high, 3)})"
        verdict = "Next comes" if gap.low > 0 else "It cannot be told whether that is better than"
        said += f" {verdict} {label(those.rest)} {size}."
    return (
        f"{said} Which threshold to take depends on what a miss and a false alarm cost: the curves show what there is."
    )


def prevalence(found: Found) -> str:
    """To say how frequent ruptures are."""
    if not found.without:
        return ""
    lead = "**To say how frequent ruptures are**: "
    counts = counting(found)
    lead += f"{listed([label(name) for name in counts])}." if counts else "none of them."
    gaps = {name: found.surplus(name, "flagged", fair=True) for name in found.criteria}
    best = max(gaps, key=lambda name: gaps[name].value)
    if not gaps[best].low > 0:
        return f"{lead} No criterion surely reports a rupture for more clients with ruptures than without any."
    happened = number(found.sample("true_flagged", found.base), 0)
    return (
        f"{lead} The largest surplus over the world without ruptures, by one yardstick, is that of {label(best)}: "
        f"{number(found.share(best, found.base, 'flagged'), 0)} % of clients, {number(gaps[best].value, 1)} points "
        f"{interval(gaps[best].low, gaps[best].high, 1)} more, where {happened} % have a rupture. A criterion whose "
        "share is near the truth by itself is so by accident, if it reports as much where nothing happens."
    )


def clinics(found: Found) -> str:
    """To compare clinics."""
    own = found.clinics[(found.clinics["share"] == "flagged") & np.isfinite(found.clinics["r"])]
    if own.empty:
        return ""
    rows: list[dict[str, Any]] = records(own.sort_values("r", ascending=False))
    what = {"share": "the share of clients flagged", "excess": "its excess over the clinic's own null"}
    best, first = rows[0], [row for row in rows if row["criterion"] == found.criteria[0] and row["what"] == "share"]
    said = (
        f"**To compare clinics**: by {label(best['criterion'])}, {what[best['what']]} goes best with the true rate of "
        f"ruptures per session: r = {number(best['r'], 2)} {interval(best['low'], best['high'], 2)} over "
        f"{best['clinics']} clinics; as the best of {len(rows)} it is somewhat flattered."
    )
    if best["low"] <= 0:
        said += " It cannot be told from none."
    for row in first:
        if row is not best:
            said += (
                f" By {label(row['criterion'])} it is r = {number(row['r'], 2)} {interval(row['low'], row['high'], 2)}."
            )
    return f"{said} {differ(found)}"


def differ(found: Found) -> str:
    """What the clinics that are compared differ in."""
    if found.drawn:
        return (
            "These clinics differ in more than those of one field do: each has its own draw of the parameters. So the "
            "correlation says how far a criterion's share follows the truth over all that the findings leave open; of "
            "clinics that share the parameters, and differ in people and therapists alone, it says nothing."
        )
    return "These clinics share all parameters: they differ in their people and luck alone."
