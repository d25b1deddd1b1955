"""The figures: what criteria report, their curves over thresholds, and what rating error and sessions change."""

from collections.abc import Iterator, Sequence

import pandas as pd

from alliance_sim.estimands.null_band import SHARES
from alliance_sim.figures import detection_curves, detection_settings, detection_shares
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.rupture_detection.estimates import ACCURACY, SINGLE
from alliance_sim.questions.rupture_detection.excess import JUDGED
from alliance_sim.questions.rupture_detection.section import arms_of
from alliance_sim.questions.rupture_detection.view import ByCriterion

VERDICTS = {1: "more", -1: "less", 0: ""}


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """The figures that there are data for."""
    get = ByCriterion(question, tables.estimates)
    base, without, criteria = get.base, get.without, get.criteria
    others = [arm for arm in arms_of(question, ruptures=True) if arm != base]
    arms = [base, *([without] if without else []), *others]
    happened = {name: get.mean("", f"true_{name}").value for name in ("flagged", "repaired")}
    as_many = {
        (row["criterion"], row["quantity"].removeprefix("as_many_")): row.estimate.value
        for row in get.rows.values()
        if row.key.get("arm") == without and row.key.get("quantity", "").startswith("as_many_")
    }
    verdicts = {(name, share): VERDICTS[get.verdict(name, share)] for name in criteria for share in JUDGED}
    columns = (*ACCURACY, "sensitivity_severe")
    accuracy = pd.DataFrame({"criterion": name, **{q: get.mean(name, q).value for q in columns}} for name in criteria)
    thresholds = {name: get.mean(name, "threshold").value for name in criteria}
    pictures = [
        detection_shares.build(pd.DataFrame(_shares(get, arms)), arms, happened, as_many, verdicts),
        detection_curves.build(tables.more["curves"], accuracy, thresholds),
    ]
    if get.levels.of and without:
        table = pd.DataFrame(_by_setting(get))
        pictures.append(detection_settings.build(table, list(get.levels.words.values())))
    return pictures


def _shares(get: ByCriterion, arms: Sequence[str]) -> Iterator[dict[str, object]]:
    """A row a criterion, share and arm: mean, the middle of single clinics, and the null band of one clinic."""
    for criterion in get.criteria:
        for share in SHARES:
            for arm in arms:
                one, null = get.one(SINGLE, criterion, share, arm=arm), get.of_null(criterion, share, arm)
                yield {
                    "criterion": criterion, "share": share, "arm": arm,
                    "mean": one.value, "spread_low": one.low, "spread_high": one.high,
                    "null_mean": null.value, "null_low": null.low, "null_high": null.high,
                }  # fmt: skip


def _by_setting(get: ByCriterion) -> Iterator[dict[str, object]]:
    """Each factor at each of its levels, the others at their middle: reports without ruptures, and accuracy."""
    quantities = {**dict.fromkeys(SHARES, get.without), **dict.fromkeys(ACCURACY, get.base)}
    for factor, levels in get.levels.of.items():
        for place, level in enumerate(levels):
            setting = get.levels.setting(**{factor: level})
            for criterion in get.criteria:
                for quantity, arm in quantities.items():
                    mean = get.mean(criterion, quantity, arm, setting=setting)
                    key = {"factor": factor, "level": str(level), "place": place, "arm": arm, "criterion": criterion}
                    yield key | {"quantity": quantity, "mean": mean.value, "low": mean.low, "high": mean.high}
