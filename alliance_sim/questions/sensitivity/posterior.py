"""The estimates over a posterior: parameters are correlated there, so that only given-data methods are valid.

`fifth` numbers fifths of the draws, from the lowest to the highest values of a parameter; `at` is its median there.
"""

import numpy as np
from numpy.typing import NDArray

from alliance_sim.estimates.long import Keyed
from alliance_sim.questions.sensitivity.designs import errors_of, in_blocks, means
from alliance_sim.questions.sensitivity.random_draws import DRAWS, SHARE, Counts, of_random_draws
from alliance_sim.questions.sensitivity.section import Numbers, Wanted
from alliance_sim.scenario.scenario import Population
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.given_data import first_order, given_data, partial_rank, rank_correlations
from alliance_sim.stats.intervals import middle
from alliance_sim.stats.sign_changes import other_sign, slices

Floats = NDArray[np.float64]


def of_posterior(each: Wanted, values: Floats, population: Population, numbers: Numbers, counts: Counts) -> Keyed:
    """How an estimate (draws, replicates) depends on the drawn parameters, the most important first."""
    y = means(values)
    known = np.isfinite(y)
    x, own = np.array(population.draws)[known], y[known]
    mean = float(own.mean()) if len(own) else np.nan
    yield {"about": "over draws"}, Estimate(mean, *middle(own), unit=each.unit)
    sign = other_sign(own, errors_of(values[known]))
    yield {"about": "draws of the other sign"}, Estimate(sign.share, sign.low, sign.high).times(100.0, "%")
    yield {"about": "draws of unclear sign"}, Estimate(sign.unsure, unit=SHARE).times(100.0, "%")
    counts += [(DRAWS, "draws", len(own)), (DRAWS, "draws where it is not defined", int((~known).sum()))]
    given, partial, together = given_data(x, own, numbers.design_seed), partial_rank(x, own), rank_correlations(x)
    yield {"about": "share by chance"}, Estimate(given.first_by_chance, unit=SHARE)
    yield {"about": "delta by chance"}, Estimate(given.delta_by_chance, unit=SHARE)
    order = np.argsort(-given.first, kind="stable")
    for k in order:
        key = {"setting": f"parameters.{population.paths[k]}"}
        first = Estimate(*map(float, (given.first[k], given.first_low[k], given.first_high[k])), unit=SHARE)
        delta = Estimate(*map(float, (given.delta[k], given.delta_low[k], given.delta_high[k])), unit=SHARE)
        yield {"about": "share over draws", **key}, first
        yield {"about": "delta", **key}, delta
        yield {"about": "partial rank correlation", **key}, Estimate(*partial[k][:3], unit="r")
        yield {"about": "correlation with the first", **key}, Estimate(float(together[order[0], k]), unit="r")
        for fifth, part in enumerate(slices(x[:, k], own, x.shape[1]), 1):
            at = {"fifth": fifth, "at": part.middle}
            yield {"about": "mean in a fifth", **key, **at}, Estimate(part.mean, part.low, part.high, unit=each.unit)
    by_block = [means(part)[known] for part in in_blocks(values, numbers.blocks)]
    blocks = [np.array([first_order(column, part) for column in x.T]) for part in by_block]
    yield from of_random_draws(DRAWS, each.unit, values, blocks, SHARE, counts)
