"""The estimates, over ranges and over the posterior.

Keys: `about`, `estimate`, `setting` (its path), and where there is one `other` (another setting), `arm` and `quantity`
(of what describes treatments), `step` (of the analysis), `block`, `fifth` (of the draws by a parameter, from the lowest
values) and `at` (its median there). Shares are those of the variance of the estimate; percentages are of the parameter
sets or of the draws.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.sensitivity.basis import FITTED, basis_of
from alliance_sim.questions.sensitivity.designs import (
    agreement,
    effects_of,
    errors_of,
    fixing_of,
    in_blocks,
    indices_of,
    means,
)
from alliance_sim.questions.sensitivity.naming import meaning_of, name_of
from alliance_sim.questions.sensitivity.ranges import varied
from alliance_sim.questions.sensitivity.run import Values
from alliance_sim.questions.sensitivity.section import (
    LIKENESS,
    SensitivityNumbers,
    WantedEstimate,
    described,
    numbers_of,
    population,
    wanted,
)
from alliance_sim.scenario.names import POSTERIOR
from alliance_sim.scenario.scenario import Population
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.given_data import first_order, given_data, partial_rank, rank_correlations
from alliance_sim.stats.intervals import middle
from alliance_sim.stats.morris import chosen
from alliance_sim.stats.sign_changes import alike, other_sign, over_settings, slices
from alliance_sim.stats.simulation_noise import noise_of
from alliance_sim.stats.sobol import Indices, total_ahead

Floats = NDArray[np.float64]
Counts = list[tuple[str, str, int]]
"""What was counted in a step: step, quantity, number."""

SHARE = "0–1"
"""The unit of a share of the variance."""

EVEN, SCREENING, INDICES, FIXING, DRAWS = "ranges", "screening", "Sobol indices", "fixing", "posterior"
"""The steps of an analysis."""


def estimate(question: Question, values: Values) -> Tables:
    """All estimates; what the settings are; and how many sets and draws each step rests on."""
    numbers, asked = numbers_of(question), wanted(question)
    found: list[tuple[Mapping[str, Any], Estimate]] = []
    counted: list[dict[str, object]] = []
    keys = [one.key for one in varied(question)] if values.screening.size else []
    if keys:
        found += _of_treatments(asked, values.even)
    for k, each in enumerate(asked):
        counts: Counts = []
        rows: list[tuple[Mapping[str, Any], Estimate]] = []
        if keys:
            rows += _of_even(each, k, values.even, _like(asked, values.even), counts)
            rows += _of_screening(each, values.screening[:, :, k], keys, numbers, counts)
        if values.indices.size:
            rows += _of_indices(each, values.indices[:, :, k], [keys[place] for place in values.kept], numbers, counts)
        if values.fixing.size:
            rows += _of_fixing(each, values.fixing[:, :, k], numbers, counts)
        if values.posterior.size:
            rows += of_posterior(each, values.posterior[:, :, k], population(question), numbers, counts)
        found += [({"about": key["about"], "estimate": each.label, **key}, number) for key, number in rows]
        counted += [{"estimate": each.label, "step": step, "quantity": what, "count": n} for step, what, n in counts]
    return Tables(Estimates.of(found), {"settings": _settings(question, bool(keys)), "counts": pd.DataFrame(counted)})


def _settings(question: Question, ranges: bool) -> pd.DataFrame:
    """What is varied: name, meaning, range, and what it rests on; over the posterior all parameters are fitted."""
    draws = population(question)
    rows: dict[str, dict[str, object]] = {}
    for one in varied(question) if ranges else ():
        basis = basis_of(one, draws)
        rows[one.key] = {
            "name": name_of(one.key, one.words),
            "meaning": one.meaning,
            "range": one.span,
            "kind": basis.kind,
            "rests on": basis.words,
            "learned": basis.learned,
            "uninformed": basis.uninformed,
        }
    for path in (f"parameters.{path}" for path in draws.paths) if POSTERIOR in question.section.over else ():
        posterior = {"name": name_of(path, meaning_of(path)), "meaning": meaning_of(path), "range": "", "kind": FITTED}
        rows.setdefault(path, {**posterior, "rests on": "fitted", "learned": math.nan, "uninformed": False})
    return pd.DataFrame([{"setting": key, **row} for key, row in rows.items()])


def _like(asked: Sequence[WantedEstimate], even: Floats) -> NDArray[np.bool_]:
    """At which parameter sets everything of `LIKENESS` is between half and twice of what it is as configured."""
    judged = [len(asked) + k for k, each in enumerate(described(asked)) if each.estimate in LIKENESS]
    levels = np.column_stack([means(even[:, :, k]) for k in judged])
    return alike(levels[1:], levels[0])


def _of_treatments(asked: Sequence[WantedEstimate], even: Floats) -> Keyed:
    """What describes treatments, as configured and at parameter sets spread evenly over the ranges."""
    for k, each in enumerate(described(asked), len(asked)):
        for about, number in _distribution(even[:, :, k], each.unit).items():
            yield {"about": about, "arm": each.of, "quantity": each.estimate}, number


def _distribution(values: Floats, unit: str) -> dict[str, Estimate]:
    """An estimate as configured (row 0), and its median and middle 90 % over all other parameter sets."""
    y, errors = means(values), errors_of(values)
    over = over_settings(y[1:], errors[1:], y[0])
    return {
        "configured": Estimate(float(y[0]), error=float(errors[0]), unit=unit),
        "median": over.median._replace(unit=unit),
        "middle 90 %": Estimate(over.median.value, over.low, over.high, unit=unit),
    }


def _of_even(each: WantedEstimate, k: int, even: Floats, like: NDArray[np.bool_], counts: Counts) -> Keyed:
    """The distribution of an estimate over parameter sets, and over those whose treatments are like the configured."""
    y, errors = means(even[:, :, k]), errors_of(even[:, :, k])
    over, similar = (over_settings(y[1:][those], errors[1:][those], y[0]) for those in (np.ones_like(like), like))
    for about, number in _distribution(even[:, :, k], each.unit).items():
        yield {"about": about}, number
    yield {"about": "median of similar"}, similar.median._replace(unit=each.unit)
    for about, share in (("negligible", over.little), ("other sign", over.other_sign), ("unclear sign", over.unsure)):
        yield {"about": about}, share.times(100.0, "%")
    counts += [(EVEN, "parameter sets", over.points), (EVEN, "similar sets", similar.points)]


def _of_screening(
    each: WantedEstimate, values: Floats, keys: Sequence[str], numbers: SensitivityNumbers, counts: Counts
) -> Keyed:
    """Movements over the ranges: elementary effects of each setting."""
    effects = effects_of(values, len(keys), numbers)
    blocks = [effects_of(part, len(keys), numbers).mu_star for part in in_blocks(values, numbers.blocks)]
    for k, key in enumerate(keys):
        moved = _around(effects.mu_star[k], effects.reach[k], each.unit)
        yield {"about": "movement", "setting": key}, moved._replace(low=max(moved.low, 0.0))
        yield {"about": "mean movement", "setting": key}, Estimate(float(effects.mu[k]), unit=each.unit)
        yield {"about": "SD of movements", "setting": key}, Estimate(float(effects.sigma[k]), unit=each.unit)
        for number, block in enumerate(blocks, 1):
            own = Estimate(float(block[k]), unit=each.unit)
            yield {"about": "movement in a block", "setting": key, "block": number}, own
    yield from of_random_draws(SCREENING, each.unit, values, blocks, each.unit, counts)
    passed = len(chosen(effects, numbers.threshold, len(keys)))
    counts += [
        (SCREENING, "trajectories", effects.trajectories),
        (SCREENING, "trajectories left out", effects.lost),
        (SCREENING, "sets where it is not defined", int((~np.isfinite(means(values))).sum())),
        (SCREENING, "settings without any effect", int((effects.largest == 0).sum())),
        (SCREENING, "settings that passed and have no indices", passed - min(passed, numbers.most)),
    ]


def _of_indices(
    each: WantedEstimate, values: Floats, keys: Sequence[str], numbers: SensitivityNumbers, counts: Counts
) -> Keyed:
    """Sobol indices: shares of the variance by a setting alone, in all, and by pairs; and which total is larger."""
    found = indices_of(values, len(keys), numbers)
    blocks = [indices_of(part, len(keys), numbers).total for part in in_blocks(values, numbers.blocks)]
    for k, key in enumerate(keys):
        yield {"about": "share alone", "setting": key}, _around(found.first[k], found.first_reach[k])
        yield {"about": "total share", "setting": key}, _around(found.total[k], found.total_reach[k])
        for number, block in enumerate(blocks, 1):
            own = Estimate(float(block[k]), unit=SHARE)
            yield {"about": "total share in a block", "setting": key, "block": number}, own
    yield from _of_two(found, keys)
    yield from of_random_draws(INDICES, each.unit, values, blocks, SHARE, counts)


def _of_two(found: Indices, keys: Sequence[str]) -> Keyed:
    """Of each two settings, the one with the larger total share first: by how much it leads, and their joint share."""
    if not np.isfinite(found.total).all():  # an estimate that hardly varies has no indices
        return
    order = np.argsort(-found.total, kind="stable")
    for place, a in enumerate(order):
        for b in order[place + 1 :]:
            names = {"setting": keys[a], "other": keys[b]}
            yield {"about": "lead", **names}, _around(*total_ahead(found, int(a), int(b)))
            one, other = min(a, b), max(a, b)
            if np.isfinite(found.pairs[one, other]):
                joint = _around(found.pairs[one, other], found.pairs_reach[one, other])
                yield {"about": "joint share", **names}, joint


def _of_fixing(each: WantedEstimate, values: Floats, numbers: SensitivityNumbers, counts: Counts) -> Keyed:
    """What the settings with indices explain together, and the SD of the estimate with and without the rest."""
    found = fixing_of(values, numbers)
    yield {"about": "explained together"}, Estimate(*found.explained[:3], unit=SHARE)
    yield {"about": "SD, all varied"}, Estimate(found.sd_all, unit=each.unit)
    yield {"about": "SD, rest as configured"}, Estimate(found.sd_fixed, unit=each.unit)
    counts.append((FIXING, "points", found.explained.points))


def of_posterior(
    each: WantedEstimate, values: Floats, population: Population, numbers: SensitivityNumbers, counts: Counts
) -> Keyed:
    """How an estimate (draws, replicates) depends on the drawn parameters, the most important first.

    Parameters are correlated in a posterior, so that only given-data methods are valid.
    """
    y = means(values)
    known = np.isfinite(y)
    x, own = np.array(population.draws)[known], y[known]
    mean = float(own.mean()) if len(own) else np.nan
    yield {"about": "over draws"}, Estimate(mean, *middle(own), unit=each.unit)
    sign = other_sign(own, errors_of(values[known]))
    yield {"about": "draws of the other sign"}, sign.share.times(100.0, "%")
    yield {"about": "draws of unclear sign"}, Estimate(sign.unsure, unit=SHARE).times(100.0, "%")
    counts += [(DRAWS, "draws", len(own)), (DRAWS, "draws where it is not defined", int((~known).sum()))]
    given, partial, together = given_data(x, own, numbers.design_seed), partial_rank(x, own), rank_correlations(x)
    yield {"about": "share by chance"}, Estimate(given.first_by_chance, unit=SHARE)
    yield {"about": "delta by chance"}, Estimate(given.delta_by_chance, unit=SHARE)
    order = np.argsort(-given.first, kind="stable")
    for k in order:
        key = {"setting": f"parameters.{population.paths[k]}"}
        first = float(given.first[k]), float(given.first_low[k]), float(given.first_high[k])
        delta = float(given.delta[k]), float(given.delta_low[k]), float(given.delta_high[k])
        yield {"about": "share over draws", **key}, Estimate(*first, unit=SHARE)
        yield {"about": "delta", **key}, Estimate(*delta, unit=SHARE)
        yield {"about": "partial rank correlation", **key}, partial[k]._replace(error=math.nan, unit="r")
        yield {"about": "correlation with the first", **key}, Estimate(float(together[order[0], k]), unit="r")
        for fifth, part in enumerate(slices(x[:, k], own, x.shape[1]), 1):
            at = {"fifth": fifth, "at": part.at}
            yield {"about": "mean in a fifth", **key, **at}, part.mean._replace(unit=each.unit)
    by_block = [means(part)[known] for part in in_blocks(values, numbers.blocks)]
    blocks = [np.array([first_order(column, part) for column in x.T]) for part in by_block]
    yield from of_random_draws(DRAWS, each.unit, values, blocks, SHARE, counts)


def of_random_draws(
    step: str, unit: str, values: Floats, blocks: list[Floats], unit_of_blocks: str, counts: Counts
) -> Keyed:
    """Shares of the variance, with random draws shared by all settings and not; and the agreement of blocks.

    `unit` is that of the estimate, `unit_of_blocks` that of the numbers which are compared between blocks.
    """
    noise, (rank, apart) = noise_of(values), agreement(blocks)
    yield {"about": "random draws", "step": step}, Estimate(noise.share, unit=SHARE)
    yield {"about": "random draws, not shared", "step": step}, Estimate(noise.apart, unit=SHARE)
    yield {"about": "error of a setting", "step": step}, Estimate(noise.error, unit=unit)
    yield {"about": "agreement of blocks", "step": step}, Estimate(rank, unit="r")
    yield {"about": "difference between blocks", "step": step}, Estimate(apart, unit=unit_of_blocks)
    counts.append((step, "sets", noise.settings))


def _around(value: float, reach: float, unit: str = SHARE) -> Estimate:
    value, reach = float(value), float(reach)
    return Estimate(value, value - reach, value + reach, unit=unit)


COLUMNS = {"movement": "mu_star", "SD of movements": "sigma", "share alone": "first", "total share": "total"}
"""Estimates of settings by the names that a figure of them has for its columns."""


def ranked(estimates: Estimates, settings: pd.DataFrame, label: str) -> pd.DataFrame:
    """The varied settings with the estimates of `COLUMNS` side by side, the most important first.

    By their total share; below those that have one, by their movement. Columns such as total, total_low, total_high.
    """
    own = estimates.where(estimate=label)
    table = settings
    for about, name in COLUMNS.items():
        frame = own.where(about=about).frame[["setting", "value", "low", "high"]]
        frame.columns = ["setting", name, f"{name}_low", f"{name}_high"]
        table = table.merge(frame, on="setting", how="inner" if about == "movement" else "left")
    return table.sort_values(["total", "mu_star"], ascending=False, na_position="last", kind="stable")
