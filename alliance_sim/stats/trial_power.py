"""Power of a two-arm trial in closed form: what a planner would compute, to compare the simulation with.

All take an effect in the outcome's unit and variances in its square. They assume normal outcomes, the same caseload for
every therapist, and a test whose statistic is exactly noncentral t.
"""

import math
from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from alliance_sim.stats.linear import Floats


class Significance(NamedTuple):
    """At which level a test decides: two-sided, or one-sided in the direction in which an effect is positive."""

    alpha: float = 0.05
    sided: int = 2

    def critical(self, df: float | Floats) -> Floats:
        """The t above which a result is significant."""
        from scipy.special import stdtrit

        return np.asarray(stdtrit(df, 1.0 - self.alpha / self.sided))


def t_power(noncentrality: float | Floats, df: float | Floats, level: Significance) -> Floats:
    """Probability that t with `df` degrees of freedom and a noncentrality (effect / standard error) is significant.

    P(T > c) + P(T < -c), the second for two-sided tests only (Cohen, 1988; Johnson, Kotz & Balakrishnan, 1995).
    """
    t = level.critical(df)
    above = 1.0 - _below(df, noncentrality, t)
    return above if level.sided == 1 else np.clip(above + _below(df, noncentrality, -t), 0.0, 1.0)


def _below(df: float | Floats, noncentrality: float | Floats, t: Floats) -> Floats:
    """P(T < t); far out in a tail scipy gives nan for what differs from 0 or 1 by less than rounding."""
    from scipy.special import nctdtr

    p = np.asarray(nctdtr(df, noncentrality, t), np.float64)
    return np.where(np.isnan(p), np.where(np.asarray(noncentrality) > t, 0.0, 1.0), p)


class Variances(NamedTuple):
    """Variances of outcomes in one arm: between therapists, and between clients of one therapist."""

    between: float
    within: float

    @property
    def total(self) -> float:
        """Variance of clients."""
        return self.between + self.within

    @property
    def icc(self) -> float:
        """Share of the variance that lies between therapists."""
        return self.between / self.total if self.total > 0 else float("nan")


def design_effect(clients: float, icc: float) -> float:
    """How many times as many clients of therapists are needed as clients without: 1 + (m - 1) ICC (Kish, 1965)."""
    return 1.0 + (clients - 1.0) * icc


def nested_error(one: Variances, other: Variances, therapists: float, clients: tuple[float, float]) -> float:
    """Standard error of a difference of two arms with `therapists` each, who see so many clients with an outcome.

    sqrt(sum over arms of (between + within / m) / J); with equal arms sqrt(2 total (1 + (m - 1) ICC) / (J m)) (Donner &
    Klar, 2000; Moerbeek & Teerenstra, 2016).
    """
    return math.sqrt(
        sum((arm.between + arm.within / m) / therapists for arm, m in zip((one, other), clients, strict=True))
    )


def crossed_error(
    one: Variances, other: Variances, effects: float, therapists: float, clients: tuple[float, float]
) -> float:
    """Standard error of a difference between arms where each therapist has clients in both.

    sqrt((effects + within / m + within / m) / J), `effects` the variance of the therapists' own differences (Raudenbush
    & Liu, 2000, with a site's treatment groups of m each).
    """
    return math.sqrt((effects + sum((one.within / clients[0], other.within / clients[1]))) / therapists)


def plain_error(one: Variances, other: Variances, clients: tuple[float, float]) -> float:
    """Standard error of a difference of two groups of clients without therapists: the two-sample t test."""
    return math.sqrt(one.total / clients[0] + other.total / clients[1])


def smallest(power: Callable[[int], float], wanted: float, least: int, most: int) -> int | None:
    """The smallest whole number from `least` to `most` with the wanted power; None when not even `most` has it.

    Power must not fall with the number.
    """
    if not power(most) >= wanted:
        return None
    return bisect_left(range(most), True, lo=least, key=lambda number: power(number) >= wanted)


def best_clients(cost_therapist: float, cost_client: float, icc: float) -> float:
    """Clients of each therapist that give the most power for a budget (Raudenbush, 1997).

    sqrt(cost_therapist / cost_client (1 - ICC) / ICC); inf where therapists do not differ.
    """
    return math.sqrt(cost_therapist / cost_client * (1.0 - icc) / icc) if icc > 0.0 else math.inf
