"""From what was found to the tidy tables that the figures of a power inquiry are drawn from."""

import numpy as np
import pandas as pd

from alliance_sim.figures.picture import Picture
from alliance_sim.figures.trial_power import Lines, draw_assurance, draw_power
from alliance_sim.questions.power.found import Found
from alliance_sim.questions.power.people import ARMS, CENTRE, POSTERIOR
from alliance_sim.questions.power.summary import pick
from alliance_sim.stats.arm_effect import LABELS
from alliance_sim.stats.power_curve import Curve

NAIVE = "ignoring"
"""The analysis whose false positives are shown beside those of the planned one."""


def _along(found: Found) -> list[int]:
    """Sizes at which a curve is drawn: from the smallest design to a little beyond the largest simulated one."""
    largest = 1.15 * max(each.counts.therapists.max() for each in found.simulated.searched.values())
    least = min(found.plan.therapists)
    return sorted({round(size) for size in np.geomspace(least, min(largest, found.goal.most), 60)})


def _curve(curve: Curve, sizes: list[int]) -> pd.DataFrame:
    low, high = curve.band(np.asarray(sizes, np.float64))
    return pd.DataFrame({"therapists": sizes, "power": curve.power(np.asarray(sizes)), "low": low, "high": high})


def curve_table(found: Found) -> pd.DataFrame:
    """Fitted curves and closed forms of the main arm: clients, therapists, power, low, high, closed."""
    parts = []
    for m in found.plan.clients:
        sizes, truth = _along(found), found.truth(m)
        closed = [found.plan.closed_form(truth, j, m) for j in sizes]
        parts.append(_curve(found.simulated.curves[found.plan.main, m], sizes).assign(clients=m, closed=closed))
    return pd.concat(parts, ignore_index=True)


def smallest_table(found: Found) -> pd.DataFrame:
    """The fewest therapists of an arm by clients of a therapist, with the interval; nan where there are none."""
    rows = [(m, *each.smallest) for m, each in found.simulated.searched.items()]
    return pd.DataFrame(rows, columns=["clients", "therapists", "low", "high"]).astype(
        dict.fromkeys(("therapists", "low", "high"), np.float64)
    )


def power_picture(found: Found) -> Picture | None:
    """Power and false positives at every size; None where most trials could not be analysed at any caseload."""
    plan = found.plan
    if not any(found.analysed(clients) for clients in plan.clients):
        return None
    naive = NAIVE if NAIVE in plan.analyses and plan.analysis != NAIVE else ""
    table = pick(found.simulated.designs, arm=plan.main, parameters=CENTRE, purpose="curve")
    shown = [pick(table, analysis=plan.analysis).assign(analysis="planned")]
    if naive:
        shown.append(pick(table, analysis=naive, world="alike").assign(analysis="naive"))
    lines = Lines(found.goal.wanted, plan.level.alpha)
    words = LABELS[naive] if naive else ""
    return draw_power(pd.concat(shown, ignore_index=True), curve_table(found), smallest_table(found), lines, words)


def assurance_picture(found: Found) -> Picture | None:
    """Power at the centre beside assurance, at the planned caseload; None without a posterior."""
    plan, curve = found.plan, found.assurance()
    if curve is None or not found.analysed(plan.planned.clients):
        return None
    m = plan.planned.clients
    own = found.rows(world=ARMS, clients=m, purpose="curve")
    sizes = _along(found)
    drawn = {CENTRE: found.simulated.curves[plan.main, m], POSTERIOR: curve}
    curves = pd.concat([_curve(each, sizes).assign(parameters=name) for name, each in drawn.items()], ignore_index=True)
    lines = Lines(found.goal.wanted, plan.level.alpha)
    return draw_assurance(own, curves, found.effects(), found.truth(m).d, lines, plan.main)
