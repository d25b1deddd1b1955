"""Rival mechanisms: each fitted to the same findings with the same effort; what tells them apart, and what would."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from alliance_sim.evidence.calibration.targets import is_correlation, on_scale, standard_error
from alliance_sim.evidence.findings import Finding, published
from alliance_sim.evidence.proposed import PROPOSALS
from alliance_sim.experiment.kept import Stage
from alliance_sim.figures.rivals import predictions, reproduced, told_apart
from alliance_sim.questions.frame.question import Answer, Kind, Question
from alliance_sim.questions.rival_mechanisms import judging, words
from alliance_sim.questions.rival_mechanisms.asked import KEY, MODEL, Rival, rivals_of, wrong
from alliance_sim.questions.rival_mechanisms.judging import Drawn, Number
from alliance_sim.questions.rival_mechanisms.looking import look_at, posteriors


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Fit every rival that is not fitted yet, play practices under each, and judge."""
    rivals = rivals_of(asked)
    _fit(rivals, folder / "rivals", workers, stage)
    section = asked.section
    advance = stage("Playing practices under every rival", len(rivals) * section.draws)
    found = posteriors(rivals, folder / "rivals")
    rows = look_at(found, section.draws, section.seed, folder / "pieces", workers, advance)
    done = stage("Telling rivals apart", 3)
    wanted = judging.numbers()
    agreed = _with_distance(judging.agreement(rows))
    drawn = judging.drawn(rows, wanted)
    near = judging.distances(drawn, wanted, agreed).merge(_fits(rivals, folder / "rivals"), on="rival")
    done(1)
    apart = judging.separations(drawn, wanted)
    traced = judging.traced(drawn, wanted, section.literatures, section.seed)
    done(1)
    pairs = judging.pairs(drawn, wanted, apart, section.literatures, section.seed)
    done(1)
    expected = _expected(drawn, wanted)
    names = [rival.name for rival in rivals]
    pictures = [
        reproduced(agreed, names),
        told_apart(pairs, names),
        predictions(expected, names),
    ]
    tables = {
        "rivals": near, "findings": agreed, "separations": apart, "pairs": pairs, "new_studies": expected,
        "traced_back": words.traced_table(traced, names),
    }  # fmt: skip
    said = words.parts(near, pairs, apart, traced, names)
    return Answer(words.short(near, pairs, traced, names), said, tables, pictures)


def _fit(rivals: Sequence[Rival], folder: Path, workers: int, stage: Stage) -> None:
    """Fit every rival whose folder does not hold its posterior yet."""
    from alliance_sim.evidence.calibration.fit import calibrate, is_finished

    for rival in rivals:
        if not is_finished(rival.calibration, folder / rival.slug):
            calibrate(
                rival.calibration, folder / rival.slug, workers,
                lambda what, steps, name=rival.name: stage(f"{name}: {what[0].lower()}{what[1:]}", steps),  # type: ignore[misc]
            )  # fmt: skip


def _fits(rivals: Sequence[Rival], folder: Path) -> pd.DataFrame:
    """How well the chains of every fit have mixed: columns rival, free, largest_r_hat, fewest_draws."""
    rows = []
    for rival in rivals:
        table = pd.read_csv(folder / rival.slug / "parameters.csv")
        rows.append(
            {
                "rival": rival.name, "free": len(table), "largest_r_hat": float(table["r_hat"].max()),
                "fewest_draws": float(table["effective_draws"].min()),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _with_distance(agreed: pd.DataFrame) -> pd.DataFrame:
    """The table of agreement with z: how far the simulated mean is from the published number, in published errors."""
    known = {finding.id: finding for finding in published()}
    z = [
        _off(known[name], part - 1, value, wanted)
        for name, part, value, wanted in zip(
            agreed["id"], agreed["part"], agreed["simulated"], agreed["published"], strict=True
        )
    ]
    return agreed.assign(z=z)


def _off(finding: Finding, part: int, simulated: float, wanted: float) -> float:
    """How many published errors a simulated number is above the published one; nan where no number was published."""
    if finding.statistic == "null" or not (math.isfinite(simulated) and math.isfinite(wanted)):
        return math.nan
    fisher = is_correlation(finding)
    try:
        error, _ = standard_error(finding, part, fisher)
    except ValueError:  # neither an interval nor a sample was published
        return math.nan
    return (on_scale(fisher, simulated) - on_scale(fisher, wanted)) / error


def _expected(drawn: Sequence[Drawn], wanted: Sequence[Number]) -> pd.DataFrame:
    """What every rival predicts of every proposed study: mean and middle 95 % of studies of its size."""
    known = {proposal.name: proposal for proposal in PROPOSALS}
    rows = []
    for k, each in enumerate(wanted):
        if each.group != "proposed":
            continue
        proposal = known[each.id]
        for rival, values in drawn:
            own = values[np.isfinite(values[:, k]), k]
            low, high = np.quantile(own, [0.025, 0.975]) if len(own) else (np.nan, np.nan)
            rows.append(
                {
                    "id": each.id, "words": each.words, "people": proposal.people, "formula": proposal.formula,
                    "rival": rival, "mean": own.mean() if len(own) else np.nan, "low": low, "high": high,
                    "mcse": own.std(ddof=1) / np.sqrt(len(own)) if len(own) > 1 else np.nan,
                }
            )  # fmt: skip
    return pd.DataFrame(rows)


def size(asked: Question) -> list[str]:
    """How much is fitted and played."""
    rivals = rivals_of(asked)
    effort = rivals[0].calibration.effort
    points = effort.learned_from + effort.checks
    return [
        (
            f"{len(rivals)} rivals, each fitted anew: {points:,} simulated practices and chains of {effort.steps:,} "
            "draws a rival (about a quarter of an hour on two cores)"
        ),
        f"then {asked.section.draws} practices of each under its own posterior, with the trials that are proposed",
        (
            f"and {asked.section.literatures:,} synthetic literatures of each, over {judging.SPLITS} halves of the "
            "draws, traced back"
        ),
    ]


KIND = Kind(
    KEY,
    "rival mechanisms are fitted to the same findings with the same effort, and compared by what each reproduces, "
    "by what tells each pair apart, and by what each predicts of new studies",
    MODEL,
    conduct,
    size,
    wrong,
    has_world=False,
    played=lambda asked: int(asked.section.draws),
)
