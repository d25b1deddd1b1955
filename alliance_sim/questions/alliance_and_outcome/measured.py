"""Everything that the answer is made from: truths, performance, steps from effect to correlation, draws."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.questions.alliance_and_outcome.by_clinic import truths_by_clinic
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, WITHIN
from alliance_sim.questions.alliance_and_outcome.measuring import RATED, WHOLE
from alliance_sim.questions.alliance_and_outcome.performing import performances, steps
from alliance_sim.questions.alliance_and_outcome.playing import Found
from alliance_sim.questions.alliance_and_outcome.truths import (
    WORLD,
    between_truths,
    followed,
    responses,
    session_truths,
)
from alliance_sim.questions.alliance_and_outcome.worlds import levels_of
from alliance_sim.questions.frame.question import Question


class Measured(NamedTuple):
    """Tables with the columns `strength`, `on` and `arm`, and names that the config gives."""

    truths: pd.DataFrame  # estimand, truth, truth_mcse
    performance: pd.DataFrame  # data, size, estimator and `Accuracy`
    steps: pd.DataFrame  # estimator, step, value, mcse, least, most
    responses: pd.DataFrame  # since, alliance, distress and their errors
    weeks: tuple[list[int], list[int]]  # whose sessions are in `responses`, and all that were jolted
    draws: pd.DataFrame  # arm, replicate, estimand or estimator, value; empty where no arm has draws
    names: "Names"


class Names(NamedTuple):
    """What the config calls things."""

    distortions: tuple[str, ...]
    strengths: tuple[str, ...]
    strength: str  # of the world that is calibrated
    effect: str
    null: str

    @property
    def everything(self) -> str:
        """The column `on` of the world with all distortions."""
        return ", ".join(self.distortions)


def measured(asked: Question, found: Found) -> Measured:
    """Measure everything that was played."""
    levels = levels_of(asked.experiment)
    section = asked.section
    names = Names(
        tuple(levels),
        tuple(str(level) for level in next(iter(levels.values()))[1:]),
        section.strength,
        section.effect,
        section.null,
    )
    crossed = [section.effect, section.null]
    jolts = _of(found.jolts, crossed)
    raised = _of(found.twins, crossed)
    truths = pd.concat([between_truths(raised, WORLD), session_truths(jolts, WORLD)], ignore_index=True)
    clinics = truths_by_clinic(raised, jolts, asked.experiment.points[0].scenario.clinic.therapists)
    drawn = drawn_arms(asked)
    estimates = found.estimates[~found.estimates["arm"].isin(drawn)]
    return Measured(
        truths,
        performances(estimates, truths, section.effect),
        steps(estimates, truths, clinics, names.distortions, section.strength, section.effect),
        responses(jolts, WORLD, section.follow),
        (_weeks(followed(jolts, WORLD, section.follow)), _weeks(jolts)),
        _draws(found, drawn),
        names,
    )


def drawn_arms(asked: Question) -> list[str]:
    """The arms whose replicates have draws of parameters of their own."""
    points = asked.experiment.points
    return list(dict.fromkeys(point.arm for point in points if point.scenario.population is not None))


def _of(rows: pd.DataFrame, arms: list[str]) -> pd.DataFrame:
    return rows[rows["arm"].isin(arms)]


def _weeks(jolts: pd.DataFrame) -> list[int]:
    return sorted({int(week) for week in jolts["week"]})


def _draws(found: Found, arms: list[str]) -> pd.DataFrame:
    """Truths and estimates from ratings, draw by draw."""
    made: list[pd.DataFrame] = []
    if arms:
        by = ["arm", "replicate"]
        for truths, estimand in (
            (between_truths(_of(found.twins, arms), by), BETWEEN),
            (session_truths(_of(found.jolts, arms), by) if len(_of(found.jolts, arms)) else None, WITHIN),
        ):
            if truths is not None:
                own = truths[truths["estimand"] == estimand]
                made.append(own.assign(what=estimand, value=own["truth"])[[*by, "what", "value"]])
        rated = _of(found.estimates, arms)
        rated = rated[(rated["data"] == RATED) & (rated["size"] == WHOLE)]
        made.append(rated.assign(what=rated["estimator"])[[*by, "what", "value"]])
    empty = pd.DataFrame({"arm": [], "replicate": [], "what": [], "value": []})
    return pd.concat(made, ignore_index=True) if made else empty


def of_draw(draws: pd.DataFrame, arm: str, what: str) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """The numbers of an arm's draws, in order of draw; empty where there are none."""
    rows = draws[(draws["arm"] == arm) & (draws["what"] == what)].sort_values("replicate")
    return rows["value"].to_numpy(np.float64)
