"""What a service brings in a year: one number a replicate for each question, and curves over the weeks.

Who counts is stated per number: clients *referred* in the counted year (whatever becomes of them), those of them who
were *taken on*, or treatments that *ended* in the counted year (as a service's yearly report counts them).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from alliance_sim.estimands.clinics import Flags, Floats, divided
from alliance_sim.estimands.estimand import Described
from alliance_sim.law.service import Standing


class ServiceYear(NamedTuple):
    """One replicate of a service, and which of its weeks count.

    cases: columns of the table of cases, and `recovered_end` and `recovered_later` (1, or 0); staff: columns of
    the table of therapists, each (weeks, therapists); first, last: counted weeks; caseload: of a therapist.
    """

    cases: Mapping[str, Floats]
    staff: Mapping[str, Floats]
    first: int
    last: int
    caseload: int

    @property
    def therapists(self) -> int:
        """How many therapists there are."""
        return int(self.staff["filled"].shape[1])

    @property
    def referred(self) -> Flags:
        """Clients referred in the counted year."""
        return _within(self.cases["referred"], self.first, self.last)

    @property
    def taken_on(self) -> Flags:
        """Those of them who were taken on."""
        return np.asarray(self.referred & np.isfinite(self.cases["started"]))

    @property
    def ended(self) -> Flags:
        """Clients whose treatment ended in the counted year, however it ended."""
        over = self.cases["standing"] >= Standing.DROPPED_OUT
        return np.asarray(over & _within(self.cases["ended"], self.first, self.last))

    def counted(self, column: str) -> Floats:
        """A column of the table of therapists in the counted weeks."""
        return self.staff[column][self.first - 1 : self.last]


def _within(week: Floats, first: int, last: int) -> Flags:
    """Which weeks lie from first to last; nan does not."""
    with np.errstate(invalid="ignore"):
        return np.asarray((week >= first) & (week <= last))


def _mean(values: Floats) -> float:
    """Mean of what is known; nan where nothing is."""
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _means(rows: Floats) -> Floats:
    """Mean of what is known in each row (rows, values); nan where nothing is."""
    known = np.isfinite(rows)
    return divided(np.where(known, rows, 0.0).sum(axis=1), known.sum(axis=1))


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole > 0 else float("nan")


def _fall(w: ServiceYear, who: Flags, before: str, after: str) -> float:
    return _mean((w.cases[f"symptoms_{before}"] - w.cases[f"symptoms_{after}"])[who])


def _share(w: ServiceYear, who: Flags, standing: Standing) -> float:
    return _percent(float(np.sum(w.cases["standing"][who] == standing)), float(who.sum()))


@dataclass(frozen=True)
class ServiceEstimand(Described):
    """A question that every replicate of a service answers with one number."""

    of: ClassVar[str] = "service"

    measure: Callable[[ServiceYear], float]


def _learned(w: ServiceYear) -> float:
    """Skill that therapists have learned, last counted week minus first, SD among therapists."""
    learned = w.counted("learned")
    return float(learned[-1].mean() - learned[0].mean())


def _ratio(w: ServiceYear, part: str, whole: str) -> float:
    """One sum over the counted weeks as a percentage of another."""
    return _percent(float(w.counted(part).sum()), float(w.counted(whole).sum()))


def _recovered(w: ServiceYear) -> float:
    """Clients referred who have recovered at the horizon, treated or not."""
    return float(w.cases["recovered_later"][w.referred].sum())


ESTIMANDS = (
    ServiceEstimand("change_referred", "points", 1, lambda w: _fall(w, w.referred, "referral", "later")),
    ServiceEstimand("change_treated", "points", 1, lambda w: _fall(w, w.taken_on, "start", "end")),
    ServiceEstimand("recovered_referred_pct", "% of clients", 1, lambda w: _percent(_recovered(w), w.referred.sum())),
    ServiceEstimand("recovered_year", "clients", 1, lambda w: w.cases["recovered_end"][w.ended].sum() / w.therapists),
    ServiceEstimand("ended_year", "clients", 0, lambda w: float(w.ended.sum()) / w.therapists),
    ServiceEstimand("recovered_of_referred", "clients", 1, lambda w: _recovered(w) / w.therapists),
    ServiceEstimand("waited", "weeks", -1, lambda w: _mean(w.cases["waited"][w.taken_on])),
    ServiceEstimand("gave_up_pct", "% of clients", -1, lambda w: _share(w, w.referred, Standing.GAVE_UP)),
    ServiceEstimand("dropout_pct", "% of clients", -1, lambda w: _share(w, w.ended, Standing.DROPPED_OUT)),
    ServiceEstimand("filled_pct", "% of places", 0, lambda w: 100.0 * _mean(w.counted("filled")) / w.caseload),
    ServiceEstimand("strain", "strain", -1, lambda w: _weighted(w.counted("met"), w.counted("attended"))),
    ServiceEstimand("learned", "SD", 1, _learned),
    ServiceEstimand("rupture_pct", "% of sessions", -1, lambda w: _ratio(w, "ruptures", "attended")),
    ServiceEstimand("repaired_pct", "% of ruptures", 1, lambda w: _ratio(w, "repaired", "ruptures")),
)
BY_NAME = {estimand.name: estimand for estimand in ESTIMANDS}


def _weighted(values: Floats, weights: Floats) -> float:
    """Mean of values with weights, where values are known."""
    known = np.isfinite(values)
    total = float(weights[known].sum())
    return float((values[known] * weights[known]).sum()) / total if total > 0 else float("nan")


CURVES = ("strain", "learned", "waiting")
"""What is followed over the weeks: mean strain met and skill learned of the therapists, clients who wait for each."""


def curves(w: ServiceYear) -> dict[str, Floats]:
    """Each of CURVES in every week of the service, from the first week of the warm-up on."""
    return {
        "strain": _means(w.staff["met"]),
        "learned": w.staff["learned"].mean(axis=1),
        "waiting": waiting(w) / w.therapists,
    }


def waiting(w: ServiceYear) -> Floats:
    """How many wait at the end of each week: referred by then, neither taken on nor gone by then."""
    weeks = len(w.staff["met"])
    until = np.fmin(w.cases["started"], w.cases["ended"])  # the first week in which the client does not wait any more
    came = np.bincount(w.cases["referred"].astype(np.int64), minlength=weeks + 1)[1:]
    went = np.bincount(until[np.isfinite(until)].astype(np.int64), minlength=weeks + 1)[1:]
    return np.asarray(np.cumsum(came) - np.cumsum(went), np.float64)


def in_blocks(values: Floats, weeks: int) -> Floats:
    """Means of so many consecutive weeks each; what is left at the end is a shorter block."""
    return _means(np.pad(values, (0, -len(values) % weeks), constant_values=np.nan).reshape(-1, weeks))
