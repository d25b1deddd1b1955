"""What uncertain parameters do to power, in words that follow the numbers."""

import numpy as np

from alliance_sim.questions.power.found import Found
from alliance_sim.questions.power.people import ALIKE, POSTERIOR
from alliance_sim.questions.power.tables import percent, percent_of
from alliance_sim.stats.numbers import number


def assurance(found: Found) -> str:
    """What uncertain parameters do to power."""
    plan, effects = found.plan, found.effects()
    low, high = np.quantile(effects, [0.05, 0.95])
    other = float(np.mean(np.sign(effects) != np.sign(effects.mean())))
    sign = "none has" if other == 0 else f"{percent(other)} % have"
    return (
        "Power takes the effect as known. *Assurance* (O'Hagan, Stevens & Campbell, 2005) is the probability of a "
        f"significant trial when it is not: {_turns(found)}, and all of them fit the published findings about as well. "
        "Intervals are those of a mean over draws, since trials under the same draw are alike. Over "
        f"{'these' if plan.draws == plan.in_turn else f'the first {plan.draws}'} draws the effect is "
        f"{number(float(effects.mean()), 2, signed=True)} SD on average; nine in ten lie between "
        f"{number(float(low), 2, signed=True)} and {number(float(high), 2, signed=True)}, and {sign} the other sign. "
        "Assurance rises more slowly than power, because a larger trial helps little in worlds where the effect is "
        "small. It holds what is not known of the fitted parameters. It does not hold what is assumed."
        f"{_null_over_draws(found)}"
    )


def _turns(found: Found) -> str:
    """How trials share the draws."""
    plan = found.plan
    each, left = divmod(plan.replicates, plan.in_turn)
    if each == 0 or (each == 1 and left == 0):
        return f"every trial of a size is played under a draw of the parameters of its own, of {plan.in_turn:,}"
    if left == 0:
        share = f"({each:,} of {plan.replicates:,})"
        return f"each of {plan.in_turn:,} draws of the parameters plays as many trials of a size as any other {share}"
    several = f"{each:,} or {each + 1:,} of {plan.replicates:,} trials of a size"
    return f"{plan.in_turn:,} draws of the parameters take turns, and each plays {several}"


def _null_over_draws(found: Found) -> str:
    """False positives of the planned trial under these draws."""
    null = found.rate(found.plan.planned, world=ALIKE, parameters=POSTERIOR, purpose="curve")
    if null is None:
        return ""
    return (
        f" Where all arms are alike, {percent_of(null)} % of trials of the planned size are significant under these "
        "draws."
    )
