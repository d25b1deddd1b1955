"""How often the 95 % intervals of one clinic hold the truth, and how often they would if clients were drawn.

    python benchmarks/intervals.py [CLINICS] [RESAMPLES]

Simulated clinics of several sizes, each estimated as data of one's own are (`alliance_sim.estimands.estimated`). The
truth is the mean of the estimate over 3000 clinics of that size. Prints a table in Markdown: the share of intervals
that hold it, for therapists drawn (as is done from 6 therapists on) and for clients drawn (as is done below).
"""

import sys
from pathlib import Path

import numpy as np

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimands.observed import EVERY, measure_seen
from alliance_sim.estimands.resampling import By, interval, resamples_of, units_of
from alliance_sim.estimands.seen import MEASURES, REPORTS, ClinicRows, part, values
from alliance_sim.estimands.therapists import icc_interval
from alliance_sim.law.rating import SymptomScale
from alliance_sim.questions.data.look import Observation, looked_at
from alliance_sim.questions.data.tallies import IN_POINTS
from alliance_sim.questions.frame.run import Runs, simulate
from alliance_sim.scenario.scenario import Clinic, DesignPoint, Scenario
from alliance_sim.stats.pooling import residual

SIZES = ((4, 10), (6, 10), (12, 8), (30, 8))
"""Therapists, clients of each."""

WEEKS, TRUTH, BLOCK = 12, 3000, 250
SHARES = {"therapist_outcome_pct": "symptoms_end", "therapist_alliance_pct": "wai_mean"}


def everything(therapists: int, caseload: int) -> Observation:
    """A look that sees every rating, report and score."""
    n = therapists * caseload
    all_weeks = np.ones((n, WEEKS), bool)
    return Observation(
        weeks=WEEKS, place=np.arange(n), therapist=np.repeat(np.arange(1, therapists + 1), caseload),
        group=np.zeros(n, np.int64), seen=dict.fromkeys((*MEASURES, *REPORTS), all_weeks),
        given=dict.fromkeys(IN_POINTS, np.ones((n, 3), bool)), missed=True, held=np.ones(WEEKS, bool), unseen=0,
        packed=False, absent=True, left=True, completed=True, without=frozenset(), scale=SymptomScale(),
        higher_is_better=False,
    )  # fmt: skip


def clinics(therapists: int, caseload: int, replicates: range) -> ClinicRows:
    """Simulated clinics as replicates."""
    point = DesignPoint(1, "base", {}, Scenario(clinic=Clinic(therapists, caseload, WEEKS)), "-")
    return looked_at(simulate(point, Runs(1, replicates, Path())), everything(therapists, caseload))


def held(seen: ClinicRows, truth: dict[str, float], by: By, resamples: int, seed: int) -> dict[str, float]:
    """Whether the interval of each estimate holds its truth: 1, 0, or nan without an interval."""
    units = units_of(seen, np.zeros(seen.people, np.int64), by)
    blocks = [measure_seen(sample, WEEKS) for sample, _ in resamples_of(seen, units, resamples, seed)]
    found = {}
    for name, true in truth.items():
        _, low, high, *_ = interval(np.concatenate([block[name] for block in blocks]), units.number)
        if name in SHARES:
            share = icc_interval(_shared(seen, SHARES[name]), values(seen.clients, "therapist").astype(np.int64))
            low, high = 100 * share.low, 100 * share.high
        found[name] = float(low <= true <= high) if np.isfinite(low) else np.nan
    return found


def _shared(seen: ClinicRows, column: str) -> Floats:
    """What the therapists' share is a share of."""
    numbers = values(seen.clients, column)
    return residual(numbers, values(seen.clients, "symptoms_intake")) if column == "symptoms_end" else numbers


def truth_of(size: tuple[int, int]) -> dict[str, float]:
    """The mean of every estimate over many clinics of a size, other ones than those whose intervals are tried."""
    blocks = [measure_seen(clinics(*size, range(k, k + BLOCK)), WEEKS) for k in range(10_001, 10_001 + TRUTH, BLOCK)]
    return {name: float(np.nanmean(np.concatenate([block[name] for block in blocks]))) for name in blocks[0]}


def main(count: int, resamples: int) -> None:
    """Print the table."""
    shares: dict[tuple[str, tuple[int, int], By], float] = {}
    columns: list[tuple[tuple[int, int], By]] = [(size, by) for size in SIZES for by in ("therapists", "clients")]
    for size, by in columns:
        truth, n = truth_of(size), size[0] * size[1]
        drawn = clinics(*size, range(1, count + 1))
        rows = [held(part(drawn, np.arange(k * n, (k + 1) * n)), truth, by, resamples, k) for k in range(count)]
        for name in truth:
            shares[name, size, by] = float(np.nanmean([row[name] for row in rows]))
    print("| estimate | " + " | ".join(f"{j} x {m}, {by}" for (j, m), by in columns) + " |")
    print("|---" + "|--:" * len(columns) + "|")
    for name in dict.fromkeys(name for name, _, _ in shares):
        print(f"| {EVERY[name].label} | " + " | ".join(f"{100 * shares[name, *c]:.0f}" for c in columns) + " |")
    mean = [np.nanmean([share for (_, *at), share in shares.items() if tuple(at) == column]) for column in columns]
    print("| mean | " + " | ".join(f"{100 * value:.1f}" for value in mean) + " |")


if __name__ == "__main__":
    main(*(int(text) for text in (sys.argv[1:] + ["200", "400"][len(sys.argv) - 1 :])))
