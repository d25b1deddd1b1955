"""What one session does: twins for whom one session felt better than it was, or one week brought relief."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.engine.block import Buffers, Play, play_block
from alliance_sim.engine.loops import play as play_as_is
from alliance_sim.experiment.players import need_compiled
from alliance_sim.experiment.weeks import by_week
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.questions.alliance_and_outcome.jolted_engine import Jolt, jolted_play
from alliance_sim.scenario.scenario import DesignPoint, Scenario
from alliance_sim.stats.linear import centred_in_groups
from alliance_sim.stats.panel import occasions

Floats = NDArray[np.float64]

ALLIANCE, DISTRESS = "alliance", "distress"


class Course(NamedTuple):
    """The weeks of some clinics: intake (clients,), the rest (clients, weeks); nan after a client has left."""

    intake: Floats  # distress
    alliance: Floats
    distress: Floats  # at the end of the week
    attended: NDArray[np.bool_]


class Jolts(NamedTuple):
    """Which sessions are jolted, how hard, and for how long that is followed."""

    weeks: tuple[int, ...]
    follow: int  # weeks
    session: float  # log-odds
    relief: float  # SD of distress


def course(scenario: Scenario, seed: int, replicates: range, play: Play) -> Course:
    """Run some clinics."""
    therapists, caseload, weeks = scenario.clinic
    need_compiled()
    block = play_block(scenario, seed, replicates, buffers=Buffers(), play=play)
    rows = by_week(block, therapists * caseload, weeks, (ALLIANCE, DISTRESS, "attended"))
    intake = block.clients[:, CLIENT_COLUMNS.index("intake_distress")].copy()
    return Course(intake, rows[ALLIANCE], rows[DISTRESS], rows["attended"] == 1.0)


def jolt_sessions(point: DesignPoint, seed: int, replicates: range, jolts: Jolts) -> pd.DataFrame:
    """Responses of some clinics: sums over the clients of each therapist who came to the session that is jolted.

    Rows by therapist (of all clinics, from 0), what was jolted, its week, and weeks since: `d_alliance` and
    `d_distress` over the `n` clients who are still in treatment in both runs. A session is raised and lowered (the
    difference counts); relief is compared with nothing. `unit` and `reverse_unit` make slopes standardised: SD of the
    person-mean-centred alliance over that of distress, and SD of the centred weekly fall of distress over that of the
    alliance. First the columns of the point's factors.
    """
    scenario = point.scenario

    def run(jolt: Jolt) -> Course:
        return course(scenario, seed, replicates, jolted_play(jolt))

    as_is = course(scenario, seed, replicates, play_as_is)
    first = (replicates.start - 1) * scenario.clinic.therapists
    rows: list[pd.DataFrame] = []
    for week in jolts.weeks:
        came = as_is.attended[:, week - 1]
        last = min(jolts.follow, scenario.clinic.weeks - week)
        for what, one, other in (
            (ALLIANCE, run(Jolt(week, session=jolts.session)), run(Jolt(week, session=-jolts.session))),
            (DISTRESS, run(Jolt(week, relief=jolts.relief)), as_is),
        ):
            for since in range(last + 1):
                sums = _sums(scenario.clinic.caseload, came, one, other, week - 1 + since)
                rows.append(sums.assign(jolted=what, week=week, since=since))
    unit, reverse = _units(as_is)
    found = pd.concat(rows, ignore_index=True)
    found = found.assign(
        replicate=replicates.start, therapist=found["therapist"] + first, unit=unit, reverse_unit=reverse
    )
    return found.assign(**point.factors)[[*point.factors, *found.columns]]


def _sums(caseload: int, came: NDArray[np.bool_], one: Course, other: Course, at: int) -> pd.DataFrame:
    """Sums by therapist of differences between two courses in a week (from 0), over clients who came to the jolt."""
    therapist = np.arange(len(came)) // caseload
    alliance, distress = (one.alliance - other.alliance)[:, at], (one.distress - other.distress)[:, at]
    both = came & np.isfinite(alliance)
    count = len(came) // caseload
    return pd.DataFrame(
        {
            "therapist": np.arange(count),
            "d_alliance": np.bincount(therapist[both], alliance[both], count),
            "d_distress": np.bincount(therapist[both], distress[both], count),
            "n": np.bincount(therapist[both], minlength=count),
        }
    )


def _units(as_is: Course) -> tuple[float, float]:
    """The two ratios of standard deviations that make slopes standardised."""
    alliance = np.where(as_is.attended, as_is.alliance, np.nan)
    distress = np.column_stack([as_is.intake, np.where(as_is.attended, as_is.distress, np.nan)])
    fall = distress[:, :-2] - distress[:, 1:-1]
    client, week = np.nonzero(np.isfinite(fall) & np.isfinite(alliance[:, :-1]) & np.isfinite(alliance[:, 1:]))
    centred = centred_in_groups(fall[client, week], client)
    return occasions(alliance, distress).unit, float(centred.std() / alliance[:, 1:][client, week].std())
