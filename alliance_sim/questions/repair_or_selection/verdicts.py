"""Which analyses distinguish a scenario where repair strengthens from scenarios where it does nothing."""

import math
from collections.abc import Sequence
from typing import Any

from alliance_sim.estimands.histories import ALL
from alliance_sim.questions.repair_or_selection import estimates as e
from alliance_sim.questions.repair_or_selection.estimates import ByKey
from alliance_sim.questions.repair_or_selection.section import RESTORES, TEACHES, Scenarios
from alliance_sim.questions.repair_or_selection.studies import ALLIANCE, ANALYSES, BOTH, OBSERVED, TRIALS, TRUE
from alliance_sim.stats.estimate import UNKNOWN, Estimate

Facts = dict[str, Any]

RARE, MOSTLY = 10.0, 50.0
"""% of studies: an analysis distinguishes scenarios when it concludes in at least MOSTLY of the studies where there is
an advantage, and in at most RARE of those where there is none.
"""

ERRS, NEAR, NOTHING_THERE, DISTINGUISHES, FINDS_NOTHING = (
    "concludes it where it is not so",
    "too near the limit of false alarms to say",
    "has no advantage to find",
    "distinguishes the scenarios",
    "mostly finds nothing",
)


def verdicts(get: ByKey, there: Scenarios) -> list[Facts]:
    """How often each analysis concludes that repair strengthens where it teaches, and where it does nothing."""
    made = []
    teaching, restoring = (there.named.get(role) for role in (TEACHES, RESTORES))
    for each in ANALYSES if teaching else ():
        right = get.of(e.ADVANTAGE, teaching, *each)
        idle = [(get.of(e.ADVANTAGE, name, *each), name) for name in there.idle]
        wrong = [(share, name) for share, name in idle if share.known and get.of(e.TRUTH, name, *each).low <= 0]
        if right.known and wrong:
            worst, where = max(wrong, key=lambda pair: pair[0].value)
            advantage = get.of(e.TRUTH, teaching, *each).low > 0
            verdict = _verdict(right, worst, advantage)
            facts: Facts = dict(zip(("analysis", "events"), each, strict=True))
            facts |= {"right": right, "wrong": worst, "where": where, "there": advantage, "verdict": verdict}
            facts |= {"errs": verdict == ERRS, "distinguishes": verdict == DISTINGUISHES}
            facts["restoring"] = get.of(e.ADVANTAGE, restoring, *each)
            facts["harm"] = get.of(e.HARM, teaching, *each) if advantage else UNKNOWN
            made.append(facts)
    return made


def _verdict(right: Estimate, wrong: Estimate, there: bool) -> str:
    """An analysis errs where the whole interval of its false alarms is above RARE."""
    if wrong.value > RARE:
        return ERRS if wrong.low > RARE else NEAR
    if not there:
        return NOTHING_THERE
    return DISTINGUISHES if right.value >= MOSTLY else FINDS_NOTHING


def needed(get: ByKey, there: Scenarios, found: Sequence[Facts]) -> Estimate | None:
    """Therapists that a trial of symptoms takes where repair teaches; None if it takes none, or errs elsewhere."""
    needed = get.of(e.NEEDED, there.named.get(TEACHES), TRIALS[1], OBSERVED)
    return needed if needed.known and not any(v["errs"] for v in found if v["analysis"] == TRIALS[1]) else None


def alarms(get: ByKey, found: Sequence[Facts]) -> Facts:
    """Analyses that conclude that repair strengthens where it does nothing; the worst of each kind with its numbers."""
    bad = sorted((v for v in found if v["errs"]), key=lambda v: -v["wrong"].value)
    worst = [next((v for v in bad if v["events"] == events), None) for events in BOTH]
    return {
        "count": len(bad),
        "of": len(found),
        "near": sum(v["verdict"] == NEAR for v in found),
        "worst": [v | _at(get, v["where"], v) for v in worst if v is not None],
    }


def _at(get: ByKey, scenario: str | None, v: Facts) -> Facts:
    """What an analysis finds in a scenario, and what is true there."""
    found, true = get.several((e.FOUND, e.TRUTH), scenario, v["analysis"], v["events"]).values()
    return {"found": found, "true": true}


def missed(get: ByKey, there: Scenarios, found: Sequence[Facts]) -> Facts | None:
    """Of how many analyses the interval lies below half of the true effect, with what a study can observe."""
    own = [v for v in found if v["there"] and v["events"] == OBSERVED and v["analysis"] not in TRIALS]
    if not own:
        return None

    def halves(group: str) -> int:
        names = [(there.named[TEACHES], v["analysis"], OBSERVED, group) for v in own]
        return sum(get.of(e.FOUND, *name).high < 0.5 * get.of(e.TRUTH, *name).value for name in names)

    gaps = [abs(v["right"].value - v["restoring"].value) for v in found if v["there"] and not v["errs"]]
    gap = max((gap for gap in gaps if math.isfinite(gap)), default=None)
    return {"of": len(own), "all": halves(ALL), "by_trauma": halves(e.BY_TRAUMA), "gap": gap}


def wrong_sign(get: ByKey, there: Scenarios, found: Sequence[Facts]) -> Facts | None:
    """The analysis that most often concludes harm where repair teaches, if clearly more than RARE."""
    bad = [v for v in found if v["harm"].low > RARE and v["events"] == OBSERVED]
    worst = max(bad, key=lambda v: float(v["harm"].value), default=None)
    return worst | _at(get, there.named[TEACHES], worst) if worst else None


def blind(found: Sequence[Facts]) -> list[Facts]:
    """Analyses of the alliance that distinguish with the events known, and not with what a study can observe."""
    by_name = {(v["analysis"], v["events"]): v for v in found if v["analysis"] in ALLIANCE}
    return [
        v | {"reported": by_name[name, OBSERVED]["right"]}
        for (name, events), v in by_name.items()
        if events == TRUE and v["distinguishes"] and not by_name.get((name, OBSERVED), v)["distinguishes"]
    ]
