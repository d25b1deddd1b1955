"""The answer in a few sentences, from the tables: what criteria report, what they find, and what they are good for."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from alliance_sim.analysis.criteria import BY_NAME
from alliance_sim.analysis.found import records
from alliance_sim.analysis.montecarlo import Summary, summarise
from alliance_sim.analysis.numbers import interval, number
from alliance_sim.inquiry.detection import tables
from alliance_sim.inquiry.detection.found import Found

ALIKE = 0.002
"""Criteria whose areas under the curve are surely no farther apart than this rank sessions alike."""

SHARES = {"flagged": "a “rupture”", "repaired": "a “repaired” one", "stronger": "“stronger than before”"}


def short(found: Found) -> str:
    """The answer in a few sentences, each built from the numbers."""
    said = [reported(found), without(found), detected(found), settings(found), bands(found), conclusion(found)]
    return " ".join(sentence for sentence in said if sentence)


def percent(row: Mapping[str, Any], digits: int = 1) -> str:
    """A mean with its 95 % interval, in percent."""
    return f"{number(row['mean'], digits)} % {interval(row['low'], row['high'], digits)}"


def label(criterion: str) -> str:
    """What a criterion is called, in quotes."""
    return f"“{BY_NAME[criterion].label}”"


def truth(found: Found, quantity: str) -> Mapping[str, Any]:
    """What truly happened in the world with ruptures."""
    own = found.middle
    return records(own[(own["arm"] == found.base) & (own["quantity"] == quantity)])[0]


def gap(found: Found, criterion: str, share: str) -> Summary:
    """A share with ruptures minus without, in the same clinics."""
    own = found.rows[(found.rows["criterion"] == criterion) & (found.rows["quantity"] == share)]
    wide = own.pivot_table(index="replicate", columns="arm", values="value")
    return summarise((wide[found.base] - wide[found.without]).to_numpy(float))


def reported(found: Found) -> str:
    """What the first criterion reports with ruptures, beside the truth."""
    first = found.criteria[0]
    own = found.shares(first, found.base)
    return (
        f"In “{found.base}” ({found.where}), {percent(truth(found, 'true_flagged'))} of clients have a rupture, and "
        f"for {percent(truth(found, 'true_repaired'))} of clients the last one was repaired; the criterion "
        f"{label(first)} reports a rupture for {percent(own['flagged'])} and a repaired one for "
        f"{percent(own['repaired'])}."
    )


def without(found: Found) -> str:
    """What is reported where there are no ruptures, and whether that is less than with them."""
    if not found.without:
        return ""
    own = found.shares(found.criteria[0], found.without)
    ranges = []
    for share, words in SHARES.items():
        values = [found.share(name, found.without, share) for name in found.criteria]
        ranges.append(f"{words} for {number(min(values), 0)} to {number(max(values), 0)} %")
    gaps = [gap(found, name, "repaired") for name in found.criteria]
    more, less = sum(each.high < 0 for each in gaps), sum(each.low > 0 for each in gaps)
    rest = len(gaps) - more - less
    unsure = f"; for {rest} it cannot be told" if rest else ""
    return (
        f"Where there is no rupture at all, it still reports {percent(own['flagged'])}, "
        f"{percent(own['repaired'])}, and “stronger than before” for {percent(own['stronger'])}; over all "
        f"criteria {', '.join(ranges)} of clients. Of {len(gaps)} criteria, {more} report more “repaired ruptures” "
        f"without ruptures than with them, {less} fewer{unsure}."
    )


def detected(found: Found) -> str:
    """How many ruptures are found, at what price, and of which type."""

    def span(quantity: str, digits: int = 0) -> str:
        values = [found.of(name, quantity) for name in found.criteria]
        return f"{number(min(values), digits)} to {number(max(values), digits)} %"

    ranked = found.best("area", found.criteria)
    best, last = ranked[0], ranked[-1]
    return (
        f"Of the ruptures that happen the criteria find {span('sensitivity_all')}, of severe ones "
        f"{span('sensitivity_severe')}, with false alarms in {span('false_alarms', 1)} of stretches without a rupture; "
        f"over all thresholds {label(best)} tells best (area under the curve {number(found.of(best, 'area'), 2)}, MCSE "
        f"{number(found.of(best, 'area_mcse'), 3)}; 0.50 is chance), {label(last)} worst "
        f"({number(found.of(last, 'area'), 2)})."
    )


def mended(found: Found) -> str:
    """Whether what the first criterion calls repaired was."""
    first = found.criteria[0]
    numbers = {
        name: f"{number(found.of(first, f'client_repaired_{name}'), 0)} %"
        for name in ("if_repaired", "if_not", "right")
    }
    return (
        f"By {label(first)}, {numbers['if_repaired']} of clients whose last rupture was repaired are called repaired, "
        f"and {numbers['if_not']} of those whose last was not; of the clients that are called repaired, it is true of "
        f"{numbers['right']}."
    )


def types(found: Found) -> str:
    """Whether withdrawals hide from the criterion that tells ruptures best."""
    criterion = found.best("area", found.criteria)[0]
    hidden = tables.paired_kinds(found.rows, found.base, criterion)
    size = f"{number(hidden.value, 1, signed=True)} points {interval(hidden.low, hidden.high, 1)}"
    if hidden.low > 0:
        return f"Withdrawals hide a little: {label(criterion)} finds more of the confrontations ({size})."
    if hidden.high < 0:
        return (
            f"Withdrawals do not hide from ratings here: {label(criterion)} finds fewer of the confrontations ({size})."
        )
    return f"Whether withdrawals hide from {label(criterion)} cannot be told (confrontations {size})."


def settings(found: Found) -> str:
    """What more rating error and more sessions do to reports without ruptures, by the first criterion and over all."""
    if not found.without or found.settings.empty:
        return ""
    parts = []
    for factor, own in found.settings[found.settings["quantity"] == "flagged"].groupby("factor", sort=False):
        ends = own[own["place"].isin([0, own["place"].max()])].sort_values("place")
        all_of_them = ends.groupby("place")["mean"].mean().to_numpy(float)
        one = ends.loc[ends["criterion"] == found.criteria[0], "mean"].to_numpy(float)
        levels = found.levels[str(factor)]
        parts.append(
            f"as {found.names[str(factor)]} goes from {levels[0]} to {levels[-1]}, from {number(one[0], 0)} to "
            f"{number(one[-1], 0)} % by {label(found.criteria[0])} and from {number(all_of_them[0], 0)} to "
            f"{number(all_of_them[-1], 0)} % on average over criteria"
        )
    return f"Clients with a “rupture” where there is none go, {'; '.join(parts)}." if parts else ""


def bands(found: Found) -> str:
    """Whether the null bands hold what they should, and what lies inside although there are ruptures."""
    if found.nulls.empty:
        return ""
    said = []
    for row in records(tables.at(found.nulls, found.middle_of)):
        doubt = "" if abs(row["inside"] - 95.0) <= 2.0 * row["mcse"] else ", not the nominal 95 %"
        said.append(f"“{row['null']}” {number(row['inside'], 0)} % (MCSE {number(row['mcse'], 1)}{doubt})")
    own = found.prevalence[(found.prevalence["arm"] == found.base) & found.prevalence["share"].isin(list(SHARES))]
    above = int((own["mean"] > own["null_high"]).sum())
    below = int((own["mean"] < own["null_low"]).sum())
    verdict = f"only those {above} are more" if above else "no share is more"
    return (
        f"Null bands made from a sample's own components of variance held the shares of clinics without ruptures as "
        f"follows: {', '.join(said)}. Of {len(own)} mean shares in “{found.base}”, {above} lie above their "
        f"“{found.kind}” band and {below} below it: {verdict} than ratings would give that only drift and err as these "
        "do."
    )


def conclusion(found: Found) -> str:
    """What follows for use, in one sentence; the reasons are in a part of their own."""
    usable = tuple(name for name in found.criteria if BY_NAME[name].looks_back)
    screen = f"{label(found.best('area', usable)[0])} is the one to look out with in a session" if usable else ""
    told = "no criterion's share of clients can be read as a prevalence of ruptures or repairs"
    return f"For use: {screen}, and {told} without its null beside it." if screen else f"For use: {told}."


def recommended(found: Found) -> str:
    """Which criterion to use for what, a paragraph each."""
    return "\n\n".join(words for words in (screening(found), prevalence(found), clinics(found)) if words)


def screening(found: Found) -> str:
    """To look out for ruptures in a session, with the ratings so far."""
    usable = tuple(name for name in found.criteria if BY_NAME[name].looks_back)
    if not usable:
        return ""
    ranked = found.best("area", usable)
    best = ranked[0]
    numbers = {
        name: number(found.of(best, name), 0) for name in ("sensitivity_all", "sensitivity_severe", "right", "base")
    }
    said = (
        f"**To look out for a rupture while treatment goes on** (rules that need no later rating): {label(best)} has "
        f"the largest area under the curve. At its own threshold it finds {numbers['sensitivity_all']} % of ruptures "
        f"and {numbers['sensitivity_severe']} % of severe ones; {numbers['right']} % of its flags are right, where "
        f"flags at random would be right in {numbers['base']} %."
    )
    for other in ranked[1:3]:
        gap = tables.paired(found.rows, found.base, "area", best, other)
        if gap.low > 0:
            said += f" It is better than {label(other)}"
        elif max(abs(gap.low), abs(gap.high)) < ALIKE:
            said += f" {label(other)} ranks sessions alike and has another threshold"
        else:
            said += f" It cannot be told from {label(other)}"
        said += f" (difference of areas {number(gap.value, 3)} {interval(gap.low, gap.high, 3)})."
    return (
        said + " Which threshold to take depends on what a miss and a false alarm cost: the curves show what there is."
    )


def prevalence(found: Found) -> str:
    """To say how frequent ruptures are."""
    if not found.without:
        return ""
    gaps = {name: gap(found, name, "flagged") for name in found.criteria}
    best = max(gaps, key=lambda name: gaps[name].value)
    lead = "**To say how frequent ruptures are**: none of them."
    if gaps[best].low <= 0:
        return f"{lead} No criterion reports a rupture for more clients with ruptures than without any."
    happened = number(truth(found, "true_flagged")["mean"], 0)
    return (
        f"{lead} The largest surplus over the world without ruptures is that of {label(best)}: "
        f"{number(found.share(best, found.base, 'flagged'), 0)} % of clients, {number(gaps[best].value, 1)} points "
        f"{interval(gaps[best].low, gaps[best].high, 1)} more, where {happened} % have a rupture. A criterion whose "
        "share is near the truth by itself is so by accident, if it reports as much where nothing happens."
    )


def clinics(found: Found) -> str:
    """To compare clinics."""
    own = found.clinics[(found.clinics["share"] == "flagged") & np.isfinite(found.clinics["r"])]
    if own.empty:
        return ""
    rows = records(own.sort_values("r", ascending=False))
    what = {"share": "the share of clients flagged", "excess": "its excess over the clinic's own null"}
    best, reliable = rows[0], [row for row in rows if row["criterion"] == found.criteria[0] and row["what"] == "share"]
    said = (
        f"**To compare clinics**: by {label(best['criterion'])}, {what[best['what']]} goes best with the true rate of "
        f"ruptures per session: r = {number(best['r'], 2)} {interval(best['low'], best['high'], 2)} over "
        f"{best['clinics']} clinics; as the best of {len(rows)} it is somewhat flattered."
    )
    if best["low"] <= 0:
        said += " It cannot be told from none."
    for row in reliable:
        said += f" By {label(row['criterion'])} it is r = {number(row['r'], 2)} {interval(row['low'], row['high'], 2)}."
    return said
