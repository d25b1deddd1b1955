"""What studies see of repair, in sentences: false alarms, what they miss, and what could answer."""

import math
from collections.abc import Sequence

from alliance_sim.estimands.histories import ALL
from alliance_sim.questions.repair_or_selection.anchors import Anchors
from alliance_sim.questions.repair_or_selection.catalogue import ALLIANCE, ANALYSES, TRIALS
from alliance_sim.questions.repair_or_selection.cells import percent, with_error
from alliance_sim.questions.repair_or_selection.correlations import beside_published
from alliance_sim.questions.repair_or_selection.reading import SEEN, Row, analysis, effect
from alliance_sim.questions.repair_or_selection.studies import OBSERVED, TRUE
from alliance_sim.questions.repair_or_selection.summing import BY_TRAUMA, Tables
from alliance_sim.questions.repair_or_selection.trial import Needed, therapists_needed
from alliance_sim.questions.repair_or_selection.verdicts import NEAR, RARE, TELLS, Verdict
from alliance_sim.stats.numbers import listed, number

BETWEEN, WITHIN = "repair rate, between therapists", "repair rate, within therapists"


def quoted(v: Verdict) -> str:
    """The name of an analysis in a sentence."""
    return f"“{v.analysis.words.lower()}”"


def _found(row: Row) -> str:
    return with_error(row["estimate"], row["mcse"], 2)


def _means(row: Row) -> str:
    return f"on average {_found(row)} where {number(row['truth'], 2, signed=True)} is true"


def false_alarms(tables: Tables, found: Sequence[Verdict]) -> str:
    """Analyses that conclude that repair strengthens where it does nothing."""
    if not found:
        return ""
    bad = sorted((v for v in found if v.errs), key=lambda v: -v.wrong)
    start = "**False alarms.** Where repair changes nothing for clients,"
    limit = f"clearly more than {percent(RARE)} of studies"
    if not bad:
        return f"{start} no analysis concludes that it strengthens in {limit}."
    worst = [next((v for v in bad if v.seen == seen), None) for seen in SEEN]
    named = "; ".join(_alarm(tables, v) for v in worst if v is not None)
    near = sum(v.words == NEAR for v in found)
    close = f" {near} more lie too near that limit to say." if near else ""
    return (
        f"{start} {len(bad)} of {len(found)} analyses (as a study sees it, or with true events known) still conclude "
        f"that it strengthens in {limit}: {named}.{close}"
    )


def _alarm(tables: Tables, v: Verdict) -> str:
    row = analysis(tables, v.where, v.analysis.name, v.seen, ALL)
    assert row is not None  # it has a verdict
    return f"{SEEN[v.seen]} most often {quoted(v)} ({percent(v.wrong)}, {v.where}: {_means(row)})"


def missed(tables: Tables, a: Anchors, found: Sequence[Verdict]) -> str:
    """Analyses that find less than half of what is there, with what a study can see."""
    there = [v.analysis.name for v in found if v.true_there and v.seen == OBSERVED and v.analysis.name not in TRIALS]
    if a.teaching is None or not there:
        return ""
    halves = {
        group: sum(_less_than_half(tables, a.teaching, name, group) for name in there) for group in (ALL, BY_TRAUMA)
    }
    honest = [v for v in found if not v.errs and v.true_there and math.isfinite(v.restoring)]
    gap = max((abs(v.right - v.restoring) for v in honest), default=math.nan)
    apart = (
        " In analyses without such false alarms, teaching and mere restoring differ by at most "
        f"{100 * gap:.0f} percentage points in how often studies conclude."
    )
    return (
        f"**What is missed.** Of the {len(there)} analyses without randomising that have an advantage to find where "
        f"repair teaches, {halves[ALL]} find less than half of it with what a study can see, and {halves[BY_TRAUMA]} "
        f"less than half of the difference by history.{apart if math.isfinite(gap) else ''}"
    )


def _less_than_half(tables: Tables, world: str, name: str, group: str) -> bool:
    row = analysis(tables, world, name, OBSERVED, group)
    return row is not None and bool(row["estimate"] < 0.5 * row["truth"])


def wrong_signs(tables: Tables, a: Anchors, found: Sequence[Verdict]) -> str:
    """The analysis that most often concludes harm where repair teaches, if it does so clearly more than rarely."""
    bad = [v for v in found if v.harm_low > RARE and v.seen == OBSERVED]
    if a.teaching is None or not bad:
        return ""
    worst = max(bad, key=lambda v: v.harm)
    row = analysis(tables, a.teaching, worst.analysis.name, worst.seen, ALL)
    assert row is not None  # it has a verdict
    return (
        f"**The wrong sign.** {worst.analysis.words}, as a study sees it: {percent(worst.harm)} of studies conclude "
        f"*harm* where repair teaches ({_means(row)}).{_of_these_worlds(tables, worst)}"
    )


def _of_these_worlds(tables: Tables, v: Verdict) -> str:
    """A warning where what is published of this form of analysis has another sign than it has in these worlds."""
    misfits = {b.what for b in beside_published(tables) if b.wrong_sign}
    warning = " Published correlations of this form have the other sign (last point): the fault may be these worlds'."
    return warning if f"{v.analysis.name}, r" in misfits else ""


def seen_by_history(tables: Tables, teaching: str) -> str:
    """How often any analysis finds that repair does more with trauma, where it does."""
    shares = []
    for a in ANALYSES:
        for seen in SEEN:
            row = analysis(tables, teaching, a.name, seen, BY_TRAUMA)
            if row is not None and row["truth_low"] > 0:
                shares.append((float(row["positive"]), a, seen))
    if not shares:
        return ""
    most, which, seen = max(shares, key=lambda each: each[0])
    trials = [share for share, a, _ in shares if a.name in TRIALS]
    trial = f"; of randomised trials at most {percent(max(trials))} do" if trials else ""
    how = "" if which.name in TRIALS else f", {SEEN[seen]}"
    most_often = f"most often with “{which.words.lower()}”{how}"
    return f" Of studies of this size at most {percent(most)} conclude so ({most_often}){trial}."


def merely_both(tables: Tables, a: Anchors) -> str:
    """What a common skill of therapists looks like, and whether it can be told from what repair does."""
    if a.selecting is None:
        return ""
    both = {world: _levels(tables, world) for world in (a.selecting, a.teaching) if world is not None}
    pair = both[a.selecting]
    if pair is None or not (_above(pair[0]) and not _above(pair[1])):
        return ""
    said = (
        "**Do better therapists merely have both?** Selection shows between therapists and not within: under selection "
        "only, those whose clients have a larger share of ruptures repaired have better outcomes, as if repair had "
        f"been worth {_found(pair[0])} points where {number(pair[0]['truth'], 2, signed=True)} is true; between "
        f"clients of one therapist {_found(pair[1])}."
    )
    other = both.get(a.teaching) if a.teaching is not None else None
    if other is None or not _apart(other):
        return said
    return (
        f"{said} But that pattern proves no selection: where repair teaches and skills do not go together it is "
        f"{_found(other[0])} between and {_found(other[1])} within, where {number(other[0]['truth'], 2, signed=True)} "
        "is true."
    )


def _levels(tables: Tables, world: str) -> tuple[Row, Row] | None:
    """What a study finds between and within therapists."""
    between, within = (analysis(tables, world, name, OBSERVED, ALL) for name in (BETWEEN, WITHIN))
    return (between, within) if between is not None and within is not None else None


def _above(row: Row) -> bool:
    """Whether studies find more than is true, and more than nothing, beyond Monte-Carlo error."""
    return bool(row["bias"] > 2.0 * row["bias_mcse"] and row["estimate"] > 2.0 * row["mcse"])


def _apart(pair: tuple[Row, Row]) -> bool:
    """Whether more is found between than within, beyond Monte-Carlo error (as if the two were independent)."""
    between, within = pair
    return bool(between["estimate"] - within["estimate"] > 2.0 * math.hypot(between["mcse"], within["mcse"]))


def trial_of(tables: Tables, a: Anchors, therapists: int) -> Needed:
    """Therapists that a trial of symptoms would take where repair teaches; nan where that cannot be told."""
    row = analysis(tables, a.teaching, TRIALS[1], OBSERVED, ALL) if a.teaching is not None else None
    return therapists_needed(row, therapists) if row is not None else Needed(math.nan, math.nan, math.nan)


def could_answer(tables: Tables, a: Anchors, found: Sequence[Verdict], therapists: int) -> str:
    """What would tell the worlds apart: knowing the events, or a trial."""
    said = [text for text in (_with_events(found), _trial(tables, a, therapists)) if text]
    return f"**What could answer.** {' '.join(said)}" if said else ""


def _with_events(found: Sequence[Verdict]) -> str:
    """For the alliance: whether measurement is the obstacle, and not that other clients have repair."""
    own = [v for v in found if v.analysis.family == ALLIANCE and v.analysis.name not in TRIALS]
    known = [v for v in own if v.seen == TRUE and v.words == TELLS]
    seen = {v.analysis.name: v for v in own if v.seen == OBSERVED}
    blind = [v for v in known if v.analysis.name in seen and seen[v.analysis.name].words != TELLS]
    if not blind:
        return ""
    reports = max(seen[v.analysis.name].right for v in blind)
    return (
        "For the alliance the obstacle is less confounding than measurement. If one knew which ruptures were repaired, "
        f"{listed([quoted(v) for v in blind])} would answer ({_each([v.right for v in blind])} of studies conclude it "
        f"where repair teaches, at most {percent(max(v.wrong for v in blind))} where it does nothing); with reports at "
        f"most {percent(reports)} do."
    )


def _each(shares: Sequence[float]) -> str:
    """Shares as percent, in a row."""
    return listed([f"{100.0 * share:.0f}" for share in shares]) + " %"


def _trial(tables: Tables, a: Anchors, therapists: int) -> str:
    row = analysis(tables, a.teaching, TRIALS[1], OBSERVED, ALL) if a.teaching is not None else None
    if row is None:
        return ""
    idle = [analysis(tables, world, TRIALS[1], OBSERVED, ALL) for world in a.idle]
    worst = max((float(each["positive"]) for each in idle if each is not None), default=math.nan)
    needed = therapists_needed(row, therapists)
    size = ""
    if math.isfinite(needed.value):
        size = f"; 80 % would take about {needed.words} therapists{_spread(tables, a)}"
    return (
        f"Therapists randomised to repairing: bias {with_error(row['bias'], row['bias_mcse'], 2)} points, and at most "
        f"{percent(worst)} of trials find an advantage where repair does nothing; where it teaches, "
        f"{percent(float(row['positive']))} of trials with {therapists} therapists find it{size}."
    )


def _spread(tables: Tables, a: Anchors) -> str:
    """That the number of therapists is for the average effect, and how far effects are apart."""
    row = effect(tables, a.teaching, "symptoms", "everybody", ALL, 0) if a.teaching is not None else None
    if row is None or not math.isfinite(row["spread_low"]):
        return ""
    ends = " to ".join(number(row[f"spread_{end}"], 2, signed=True) for end in ("low", "high"))
    return f" for the average effect (in the middle 95 % of studies the true one is {ends})"
