"""What a service brings in a year: one number a replicate for each question, and curves over the weeks.

Who counts is stated per number: clients *referred* in the counted year (whatever becomes of them), those of them who
were *taken on*, or treatments that *ended* in the counted year (as a service's yearly report counts them).
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.law.service import Standing

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Watched(NamedTuple):
    """One replicate of a service, and which of its weeks count.

    cases: columns of the table of cases, beside them `recovered_end` and `recovered_later` (1, or 0); staff: columns of
    the table of therapists, each (weeks, therapists); first, last: counted weeks; caseload: places of a therapist.
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


def _percent(part: float, whole: float) -> float:
    return 100.0 * part / whole if whole > 0 else float("nan")


def _fall(w: Watched, who: Flags, before: str, after: str) -> float:
    return _mean((w.cases[before] - w.cases[after])[who])


def _share(w: Watched, who: Flags, standing: Standing) -> float:
    return _percent(float(np.sum(w.cases["standing"][who] == standing)), float(who.sum()))


class ServiceEstimand(NamedTuple):
    """A question that every replicate of a service answers with one number."""

    name: str
    label: str
    unit: str
    better: int  # 1 when more is better, -1 when less is, 0 when neither
    measure: Callable[[Watched], float]
    meaning: str


ESTIMANDS = (
    ServiceEstimand(
        "change_referred", "Improvement of everybody referred", "points", 1,
        lambda w: _fall(w, w.referred, "symptoms_referral", "symptoms_later"),
        "mean fall of the symptom score from referral to the horizon, everybody referred in the counted year",
    ),
    ServiceEstimand(
        "change_treated", "Improvement of the treated", "points", 1,
        lambda w: _fall(w, w.taken_on, "symptoms_start", "symptoms_end"),
        "mean fall of the symptom score from the first week of treatment to its end, clients referred in the counted "
        "year and taken on, however treatment ended",
    ),
    ServiceEstimand(
        "recovered_referred_pct", "Recovered among everybody referred", "% of clients", 1,
        lambda w: _percent(float(w.cases["recovered_later"][w.referred].sum()), float(w.referred.sum())),
        "clients who began at or above the cut-off, improved reliably and were below it at the horizon, of everybody "
        "referred in the counted year",
    ),
    ServiceEstimand(
        "recovered_year", "Recovered in treatment per therapist and year", "clients", 1,
        lambda w: float(w.cases["recovered_end"][w.ended].sum()) / w.therapists,
        "treatments that ended in the counted year with recovery (from their first week to their end), per therapist",
    ),
    ServiceEstimand(
        "ended_year", "Treatments ended per therapist and year", "clients", 0,
        lambda w: float(w.ended.sum()) / w.therapists,
        "treatments that ended in the counted year, however they ended, per therapist",
    ),
    ServiceEstimand(
        "recovered_of_referred", "Recovered at the horizon per therapist", "clients", 1,
        lambda w: float(w.cases["recovered_later"][w.referred].sum()) / w.therapists,
        "clients referred in the counted year who have recovered at the horizon, treated or not, per therapist",
    ),
    ServiceEstimand(
        "waited", "Weeks waited by those taken on", "weeks", -1, lambda w: _mean(w.cases["waited"][w.taken_on]),
        "mean weeks from referral to the first week of treatment, clients referred in the counted year and taken on",
    ),
    ServiceEstimand(
        "gave_up_pct", "Gave up waiting", "% of clients", -1, lambda w: _share(w, w.referred, Standing.GAVE_UP),
        "clients who gave up waiting, of everybody referred in the counted year",
    ),
    ServiceEstimand(
        "dropout_pct", "Dropped out", "% of clients", -1, lambda w: _share(w, w.ended, Standing.DROPPED_OUT),
        "treatments that ended in the counted year by dropout",
    ),
    ServiceEstimand(
        "filled_pct", "Places filled", "% of places", 0, lambda w: 100.0 * _mean(w.counted("filled")) / w.caseload,
        "places taken, mean over therapists and counted weeks",
    ),
    ServiceEstimand(
        "strain", "Strain that a client meets", "strain", -1,
        lambda w: _weighted(w.counted("met"), w.counted("attended")),
        "mean strain with which a therapist begins a session, sessions of the counted year",
    ),
    ServiceEstimand(
        "learned", "Repair skill learned in the year", "SD", 1,
        lambda w: float(w.staff["learned"][w.last - 1].mean() - w.staff["learned"][w.first - 1].mean()),
        "mean gain of learned repair skill from the first to the last counted week, in SD among therapists",
    ),
    ServiceEstimand(
        "rupture_pct", "Sessions with a rupture", "% of sessions", -1,
        lambda w: _percent(float(w.counted("ruptures").sum()), float(w.counted("attended").sum())),
        "attended sessions of the counted year with a rupture",
    ),
    ServiceEstimand(
        "repaired_pct", "Ruptures repaired at once", "% of ruptures", 1,
        lambda w: _percent(float(w.counted("repaired").sum()), float(w.counted("ruptures").sum())),
        "ruptures of the counted year that were repaired in the session they happened in",
    ),
)  # fmt: skip
BY_NAME = {estimand.name: estimand for estimand in ESTIMANDS}


def _weighted(values: Floats, weights: Floats) -> float:
    """Mean of values with weights, where values are known."""
    known = np.isfinite(values)
    total = float(weights[known].sum())
    return float((values[known] * weights[known]).sum()) / total if total > 0 else float("nan")


CURVES = ("strain", "learned", "waiting")
"""What is followed over the weeks: mean strain met and skill learned of the therapists, clients who wait for each."""


def curves(w: Watched) -> dict[str, Floats]:
    """Each of CURVES in every week of the service, from the first week of the warm-up on."""
    met, learned = w.staff["met"], w.staff["learned"]
    known = np.isfinite(met).sum(axis=1)
    sums = np.nansum(met, axis=1)
    strain = np.divide(sums, known, out=np.full(len(met), np.nan), where=known > 0)
    return {"strain": strain, "learned": learned.mean(axis=1), "waiting": waiting(w) / w.therapists}


def waiting(w: Watched) -> Floats:
    """How many wait at the end of each week: referred by then, neither taken on nor gone by then."""
    weeks = len(w.staff["met"])
    until = np.fmin(w.cases["started"], w.cases["ended"])  # the first week in which the client does not wait any more
    came = np.bincount(w.cases["referred"].astype(np.int64), minlength=weeks + 1)[1:]
    went = np.bincount(until[np.isfinite(until)].astype(np.int64), minlength=weeks + 1)[1:]
    return np.asarray(np.cumsum(came) - np.cumsum(went), np.float64)


def in_blocks(values: Floats, weeks: int) -> Floats:
    """Means of so many consecutive weeks each; what is left at the end is a shorter block."""
    blocks = [values[first : first + weeks] for first in range(0, len(values), weeks)]
    return np.array([_mean(block) for block in blocks])
