"""Whether an analysis keeps its promise: false positives by the number of therapists, since few are where most fail."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.questions.power.people import ALIKE, CENTRE
from alliance_sim.questions.power.plan import Plan
from alliance_sim.questions.power.summary import pick
from alliance_sim.stats.numbers import listed
from alliance_sim.stats.rejections import Rate, rate

CONFIDENCE = 0.95
"""Of all intervals of one analysis together."""

MARGIN = 0.1
"""So large a part of the promise is a difference that matters (Bradley's strict criterion of robustness, 1978)."""


ENOUGH = 0.5
"""Where a smaller share of trials than this could be analysed, what the others would have shown is not known."""


class FalsePositives(NamedTuple):
    """How often an analysis finds what is not there."""

    analysis: str
    therapists: tuple[int, ...]  # of an arm, rising
    rates: tuple[Rate, ...]  # with so many, all caseloads together; the intervals hold for all of them at once
    least: float  # share in the design with the fewest false positives
    most: float  # in the one with the most
    unknown: tuple[int, ...] = ()  # therapists of an arm with whom too few trials could be analysed to judge

    def too_many(self, alpha: float) -> tuple[int, ...]:
        """Numbers of therapists with more than promised: the interval above alpha, the share by a tenth of it."""
        pairs = zip(self.therapists, self.rates, strict=True)
        return tuple(j for j, own in pairs if own.low > alpha and own.share > (1.0 + MARGIN) * alpha)

    def too_few(self, alpha: float) -> tuple[int, ...]:
        """Numbers of therapists with fewer than promised, likewise."""
        pairs = zip(self.therapists, self.rates, strict=True)
        return tuple(j for j, own in pairs if own.high < alpha and own.share < (1.0 - MARGIN) * alpha)


def false_positives(table: pd.DataFrame, plan: Plan, arm: str) -> dict[str, FalsePositives]:
    """False positives of every analysis at the centre, from the table of all designs.

    Intervals are Wilson's at 1 - 0.05 / (numbers of therapists), so that all of one analysis hold at once (Bonferroni).
    """
    found = {}
    for analysis in plan.analyses:
        own = pick(table, world=ALIKE, parameters=CENTRE, arm=arm, analysis=analysis)
        own = own.assign(
            significant=(own["share"] * own["trials"]).round(), analysed=own["trials"] - own["not_analysed"]
        )
        made = own.groupby("therapists")[["significant", "trials", "analysed"]].sum()
        level = 1.0 - (1.0 - CONFIDENCE) / len(made)
        rates = tuple(_rate(int(k), int(n), int(m), level) for k, n, m in made.to_numpy(np.int64))
        judged = own[own["analysed"] > 0]["share"]
        unknown = tuple(int(j) for j in made.index[made["analysed"] < ENOUGH * made["trials"]])
        sizes = tuple(int(j) for j in made.index)
        found[analysis] = FalsePositives(analysis, sizes, rates, float(judged.min()), float(judged.max()), unknown)
    return found


def _rate(significant: int, trials: int, analysed: int, confidence: float) -> Rate:
    """The significant share of trials; not known where none could be analysed."""
    return rate(significant, trials, confidence) if analysed else rate(0, 0)._replace(trials=trials)


def with_so_many(some: Sequence[int], every: Sequence[int]) -> str:
    """Some of the numbers of therapists, in words.

    >>> with_so_many([6, 12], [6, 12, 24]), with_so_many([6], [6])
    ('with 6 and 12 therapists in each arm', 'at every size')
    """
    if len(some) == len(every):
        return "at every size"
    return f"with {listed([str(j) for j in some])} therapists in each arm"


def promise_words(own: FalsePositives, alpha: float) -> str:
    """Where there are too many or too few false positives, and where as many as promised.

    Such as "too few with 6 therapists in each arm, as promised from 12 on".
    """
    many, few = own.too_many(alpha), own.too_few(alpha)
    few = tuple(j for j in few if j not in own.unknown)
    parts = [f"too {word} {with_so_many(j, own.therapists)}" for word, j in (("many", many), ("few", few)) if j]
    unknown = [j for j in own.unknown if j not in many]
    rest = [j for j in own.therapists if j not in (*many, *few, *unknown)]
    if unknown:
        parts.append(f"not known {with_so_many(unknown, own.therapists)}, where most trials could not be analysed")
    if not parts:
        return "as promised at every size, as far as can be told"
    if rest:
        where = f"from {rest[0]} on" if rest == list(own.therapists[-len(rest) :]) else "at the other sizes"
        parts.append(f"as promised {where}")
    return ", ".join(parts)


def verdict(own: FalsePositives, alpha: float) -> str:
    """Whether significant trials of an analysis are power."""
    many = own.too_many(alpha)
    unknown = [j for j in own.unknown if j not in many]
    if not many and not unknown:
        return "yes"
    if not many or len(many) + len(unknown) == len(own.therapists) > len(many):
        where = with_so_many(unknown, own.therapists)
        return f"cannot tell {where}: most trials could not be analysed"
    where = with_so_many(many, own.therapists)
    return f"no, too many false positives {where}" if len(many) == len(own.therapists) else f"not {where}"
