"""The answer of an experiment: its facts, and the Markdown that the template answer.md.j2 makes of them."""

import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimands.measuring import TWIN_NAMES
from alliance_sim.estimates.long import records
from alliance_sim.estimates.of_run import read_estimates
from alliance_sim.estimates.result import Result, result
from alliance_sim.report.lookup import Lookup
from alliance_sim.report.markdown import environment, tidy
from alliance_sim.report.naming import factor_label, meets_otherwise, varied_in
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.describe import fewest_draws, uncertainty
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import setting

HEADLINE = "pre_post_d"
"""The outcome that the answer is about first."""

OUTCOMES = {HEADLINE: "improvement", "alliance_end": "alliance", "dropout_pct": "dropout"}
"""What arms are compared by, with its name in the template."""

MOST = 3
"""Arms of which the short answer gives numbers; the table has all of them."""

MOST_UNDEFINED = 0.1
"""Where a larger share of the clinics does not define an estimate, that is said first."""

TEMPLATE = "answer.md.j2"


class PlainAnswer(NamedTuple):
    """The answer in Markdown."""

    head: str  # title and question
    short: str
    parts: str

    def __str__(self) -> str:
        """All of it."""
        return "\n\n".join(part for part in self if part)


def answer(source: pd.DataFrame | Path, experiment: Experiment) -> PlainAnswer:
    """The answer; `source` is the estimates, or the result folder that holds them."""
    estimates = read_estimates(source / "estimates.csv") if isinstance(source, Path) else source
    facts = view(estimates, experiment)
    template = environment().get_template(TEMPLATE)
    head, short, parts = (
        "".join(template.blocks[name](template.new_context({"view": facts}))) for name in PlainAnswer._fields
    )
    return PlainAnswer(tidy(head).strip(), " ".join(short.split()), tidy(parts))


def view(estimates: pd.DataFrame, experiment: Experiment) -> Mapping[str, Any]:
    """The facts of the answer; see answer.md.j2 for what each is used for."""
    look = Lookup(estimates, experiment.varied)
    arms = [arm for arm in experiment.arms if arm in set(estimates["arm"])]
    base = experiment.baseline if experiment.baseline in arms else arms[0]
    others = [arm for arm in arms if arm != base]
    drawn = fewest_draws(experiment)
    return {
        "title": experiment.title,
        "question": experiment.question,
        "base": base,
        "averaged": [factor_label(experiment, name) for name in experiment.factors]
        + ([f"{len({point.sampled['sample'] for point in experiment.points})} samples"] if experiment.sampled else []),
        "clinics": int(look.table["replicates"].max()),
        "sizes": list(dict.fromkeys(point.scenario.clinic for point in experiment.points)),
        "twins": len(experiment.points) > 1,
        "undefined": list(_undefined(look, arms)),
        "levels": [{"arm": arm} | _outcomes(look, "level", arm) for arm in arms],
        "contrasts": [_contrast(look, arm, base) for arm in others],
        "most": MOST,
        "interactions": list(_interactions(look, experiment)),
        "slopes": list(_slopes(look, arms, experiment)),
        "ruptures": _noticing(look, [base, *others]),
        "met": list(_met_otherwise(look, others, experiment)),
        "correlations": [
            {"arm": arm, "r": row.estimate}
            for arm in arms
            if (row := look.overall("level", "alliance_outcome_r", arm)) and row.estimate.known
        ],
        "pairing": [{"arm": arm} | saved for arm in others if (saved := _saved_by_twins(look, arm))],
        "precision": _precision(look, experiment),
        "uncertain": bool(uncertainty(experiment)),
        "draws": drawn if drawn < experiment.replicates else 0,
    }


def _number(look: Lookup, kind: str, name: str, arm: str) -> Estimate:
    row = look.overall(kind, name, arm)
    return row.estimate if row else Estimate(math.nan)


def _outcomes(look: Lookup, kind: str, arm: str) -> dict[str, Estimate]:
    return {key: _number(look, kind, name, arm) for name, key in OUTCOMES.items()}


def _contrast(look: Lookup, arm: str, base: str) -> dict[str, Any]:
    """An arm minus the baseline, and what single studies with two separate groups would estimate."""
    apart = look.apart(HEADLINE, arm, base)
    found = _outcomes(look, "contrast", arm)
    missed = found["improvement"].sign != 0 and apart.known and apart.sign == 0
    return {"arm": arm, **found, "studies": apart, "missed": missed}


def _undefined(look: Lookup, arms: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Estimates that many of the clinics do not define, and on how many of them they rest."""
    names = [*OUTCOMES, "alliance_outcome_r"]
    rows = {(name, arm): row for name in names for arm in arms if (row := look.overall("level", name, arm))}
    defined = {key: row.replicates for key, row in rows.items() if row.estimate.known}
    most = max(defined.values(), default=0)
    for (name, arm), count in defined.items():
        if count < (1.0 - MOST_UNDEFINED) * most:
            yield {"estimate": BY_NAME[name].label, "arm": arm, "count": count, "of": most}


def _interactions(look: Lookup, experiment: Experiment) -> Iterator[dict[str, Any]]:
    """How much larger a difference in improvement is at one setting of a factor than at its first."""
    slopes = set(look.rows("slope")["baseline"])
    for row in records(look.rows("interaction", HEADLINE)):
        factor, number = varied_in(row, experiment), result(row).estimate
        if f"per unit of {factor}" in slopes or not number.known:
            continue
        first = str(row["baseline"]).rpartition("=")[2].rpartition(", ")[2]
        name = factor_label(experiment, factor)
        yield {"arm": row["arm"], "factor": name, "here": setting(row[factor]), "there": first, "larger": number}


def _slopes(look: Lookup, arms: Sequence[str], experiment: Experiment) -> Iterator[dict[str, Any]]:
    """What one unit more of each numeric factor brings; of two together beyond their sum."""
    for arm in arms:
        for row in records(look.rows("slope", HEADLINE, arm)):
            names = str(row["baseline"]).removeprefix("per unit of ").split(" × ")
            label = " × ".join(factor_label(experiment, name) for name in names)
            yield {"arm": arm, "factor": label, "slope": result(row).estimate}


def _noticing(look: Lookup, arms: Sequence[str]) -> dict[str, Any] | None:
    """How many sessions had a rupture, and how many of each type were noticed, in the first arm that had some."""
    names = {
        "rate": "ruptures_pct", "withdrawals": "noticed_withdrawal_pct", "confrontations": "noticed_confrontation_pct",
    }  # fmt: skip
    for arm in arms:
        found = {key: _number(look, "level", name, arm) for key, name in names.items()}
        if all(each.known for each in found.values()):
            return {"arm": arm, **found}
    return None


def _met_otherwise(look: Lookup, arms: Sequence[str], experiment: Experiment) -> Iterator[dict[str, Any]]:
    """What meeting the same rupture otherwise does to the felt alliance, where arms differ in just that."""
    for arm in arms:
        row = look.overall("contrast", "alliance_after_rupture_twin", arm)
        enough = row is not None and row.replicates >= 0.9 * look.table["replicates"].max()
        if row is not None and enough and row.estimate.known and meets_otherwise(experiment, arm):
            yield {"arm": arm, "after": row.estimate}


def _saved_by_twins(look: Lookup, arm: str) -> dict[str, float] | None:
    """How many times as many clinics separate groups would need, for the difference in improvement.

    At single settings, of which the median is given: settings share their random draws too, so that an average over
    them is not what independent runs would give either.
    """
    ratios = [row.variance_ratio for row in look.at_settings("contrast", HEADLINE, arm)]
    finite = [ratio for ratio in ratios if math.isfinite(ratio)]
    ratio = float(np.median(finite)) if finite else math.nan
    return {"percent": 100.0 * (1.0 - 1.0 / ratio), "times": ratio} if ratio >= 1.05 else None


def _precision(look: Lookup, experiment: Experiment) -> dict[str, Any] | None:
    """Whether the wanted precision was reached everywhere, and with how many replicates."""
    wanted = experiment.precision
    if wanted is None:
        return None
    kind = wanted.of if wanted.estimate not in TWIN_NAMES else "contrast"
    rows: list[Result] = [row for arm in experiment.arms for row in look.at_settings(kind, wanted.estimate, arm)]
    if not rows:
        return None
    return {
        "wanted": wanted,
        "reached": sum(row.estimate.error <= wanted.mcse for row in rows),
        "of": len(rows),
        "least": min(row.replicates for row in rows),
        "most": max(row.replicates for row in rows),
        "largest": max(row.estimate.error for row in rows),
    }
