"""The answer in a few sentences, from the tables: what criteria report, what they find, and what they are good for."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from alliance_sim.estimates.found import records
from alliance_sim.questions.rupture_detection import tables
from alliance_sim.questions.rupture_detection.beside import bands, beside
from alliance_sim.questions.rupture_detection.found import Found
from alliance_sim.questions.rupture_detection.robust import settings
from alliance_sim.questions.rupture_detection.saying import SHARES, compared, label, percent, span
from alliance_sim.questions.rupture_detection.use import alarms, compared_with, conclusion, counting
from alliance_sim.stats.numbers import interval, number


def short(found: Found) -> str:
    """The answer: a plain sentence with the gist in numbers, then a point each, all built from the tables."""
    points = {
        "What is reported": f"{reported(found)} {without(found)}",
        "By one yardstick": fair(found),
        "Beside the null": beside(found),
        "What is found": detected(found),
        "For use": conclusion(found),
        "Rating error and sessions": settings(found),
        "Null bands": bands(found),
    }
    listed = "\n".join(f"- **{name}.** {said.strip()}" for name, said in points.items() if said.strip())
    return f"**{headline(found)}** {gist(found)}\n\n{listed}"


def truth(found: Found, quantity: str) -> Mapping[str, Any]:
    """What truly happened in the world with ruptures."""
    own = found.middle
    return records(own[(own["arm"] == found.base) & (own["quantity"] == quantity)])[0]


def headline(found: Found) -> str:
    """The answer in one sentence."""
    counts, best = counting(found), alarms(found)
    said = []
    if found.without:
        few = f"Only {len(counts)} of {len(found.criteria)} criteria can" if counts else "No criterion here can"
        said.append(f"{few} count ruptures")
    if best:
        gap = tables.paired(found.rows, found.base, "area", best.best[0], best.rest) if best.rest else None
        start = compared_with(best.best)
        what = f"falls below {start}" if start else label(best.best[0])
        verb = "are" if start else "is"
        said.append(
            f"{what} {verb} the best alarm in a session"
            if not gap or gap.low > 0
            else f"{what} {verb} as good an alarm as any"
        )
    whole = "; ".join(said) or "How well criteria find ruptures"
    return f"{whole[0].upper()}{whole[1:]}."


def gist(found: Found) -> str:
    """What criteria report over all, with ruptures and without, beside the truth: the gist in numbers."""
    with_ = [found.share(name, found.base, "flagged") for name in found.criteria]
    said = (
        f"Where {percent(truth(found, 'true_flagged'))} of clients have a rupture, the criteria report one for "
        f"{span(with_)} of clients"
    )
    if not found.without:
        return f"{said}."
    none = [found.share(name, found.without, "flagged") for name in found.criteria]
    best, alarm = alarms(found), ""
    if best:
        area, error = (100.0 * found.of(best.best[0], name) for name in ("area", "area_mcse"))
        alarm = (
            f" The best alarm ranks a session with a rupture before one without in {number(area, 0)} of 100 pairs "
            f"(Monte-Carlo standard error {number(error, 1)}; by chance in 50)."
        )
    by_one = [float(value) for value in found.yardstick["flagged_alike"]]
    fairly = f" ({span(by_one)} with the same thresholds, and as many ratings)" if np.isfinite(by_one).all() else ""
    return f"{said}; where nobody has one, for {span(none)}{fairly}.{alarm}"


def reported(found: Found) -> str:
    """What the first criterion reports with ruptures, beside the truth."""
    first = found.criteria[0]
    own = found.shares(first, found.base)
    return (
        f"In “{found.base}” ({found.where}), {label(first)} reports a rupture for {percent(own['flagged'])} of "
        f"clients, where truly {percent(truth(found, 'true_flagged'))} have one, and a repaired one for "
        f"{percent(own['repaired'])}, where truly {percent(truth(found, 'true_repaired'))} had their last one repaired."
    )


def without(found: Found) -> str:
    """What is reported where there are no ruptures, each criterion taken as it stands."""
    if not found.without:
        return ""
    own = found.shares(found.criteria[0], found.without)
    ranges = [
        f"{SHARES[share]} for {span([found.share(name, found.without, share) for name in found.criteria])}"
        for share in ("repaired", "stronger")
    ]
    return (
        f"Where there is no rupture at all, it still reports a rupture for {percent(own['flagged'])}, "
        f"a repaired one for {percent(own['repaired'])}, and “stronger than before” for {percent(own['stronger'])}; "
        f"over all criteria {' and '.join(ranges)} of clients."
    )


def fair(found: Found) -> str:
    """Whether less is reported without ruptures once thresholds and numbers of ratings are the same."""
    if not found.without or not (found.rows["quantity"] == "alike_flagged").any():
        return ""
    first = found.criteria[0]
    row = records(found.yardstick[found.yardstick["criterion"] == first])[0]
    alike = {
        share: f"{number(row[f'{share}_alike'], 1)} % (MCSE {number(row[f'{share}_alike_mcse'], 1)})"
        for share in ("flagged", "repaired")
    }
    return (
        f"{laxer(found)} With the threshold of “{found.base}” and as many ratings of each client, {label(first)} "
        f"reports a rupture for {alike['flagged']} and a repaired one for {alike['repaired']} where there is none. "
        f"{more_or_fewer(found)}"
    )


def laxer(found: Found) -> str:
    """How the spread of ratings, the threshold of the first criterion, and the number of ratings differ."""
    first = found.criteria[0]
    arms = (found.without, found.base)
    spread = compared([found.sample("sd", arm) for arm in arms], 2, ("less", "more"), "SD {}")
    least = compared([found.threshold(first, arm) for arm in arms], 2, ("laxer", "stricter"), "{} points")
    rated = compared([found.sample("sessions", arm) for arm in arms], 1, ("less often", "more often"), "{} sessions")
    return (
        f"Many criteria take their unit from the ratings themselves. Without ruptures ratings vary {spread}, the "
        f"threshold of {label(first)} is {least}, and clients rate {rated}."
    )


def more_or_fewer(found: Found) -> str:
    """How many criteria report more without ruptures than with them: as they stand, and by one yardstick."""

    def counted(share: str, by_one: bool) -> tuple[int, int]:
        gaps = [found.surplus(name, share, fair=by_one) for name in found.criteria]
        return sum(each.high < 0 for each in gaps), sum(each.low > 0 for each in gaps)

    count = len(found.criteria)
    (flag, flag_less), (mend, mend_less) = counted("flagged", False), counted("repaired", False)
    (fair_flag, fair_flag_less), (fair_mend, fair_mend_less) = counted("flagged", True), counted("repaired", True)
    return (
        f"Taken as they stand, {flag} of {count} criteria flag more clients without ruptures than with them, and "
        f"{flag_less} fewer; {mend} find more “repaired ruptures” there, and {mend_less} fewer. By one yardstick it is "
        f"{fair_flag} more and {fair_flag_less} fewer, for “repaired ruptures” {fair_mend} more and {fair_mend_less} "
        "fewer (of the rest it cannot be told)."
    )


def detected(found: Found) -> str:
    """How many ruptures are found, and at what price."""

    def of(quantity: str) -> list[float]:
        return [found.of(name, quantity) for name in found.criteria]

    ranked = found.best("area", found.criteria)
    best, last = ranked[0], ranked[-1]
    area, error = number(found.of(best, "area"), 2), number(found.of(best, "area_mcse"), 3)
    return (
        f"Of the ruptures that happen the criteria find {span(of('sensitivity_all'))}, of severe ones "
        f"{span(of('sensitivity_severe'))}, with false alarms in {span(of('false_alarms'), 1)} of stretches without a "
        f"rupture (specificity {span(of('specificity'), 1)}); over all thresholds {label(best)} tells best (area under "
        f"the curve, the chance that a rupture shows a larger fall than its absence: {area}, MCSE {error}; 0.50 is "
        f"chance), {label(last)} worst ({number(found.of(last, 'area'), 2)})."
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
