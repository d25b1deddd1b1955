"""All estimands, in the order in which tables show them. A new one is a row here and a file beside this one."""

from alliance_sim.estimands import aligned, change, falls, ratings, ruptures, staying, therapists, twins
from alliance_sim.estimands.estimand import Estimand, TwinEstimand

ESTIMANDS: tuple[Estimand, ...] = (
    *change.ESTIMANDS,
    *staying.ESTIMANDS,
    *ratings.ESTIMANDS,
    *ruptures.ESTIMANDS,
    *aligned.ESTIMANDS,
    *falls.ESTIMANDS,
    *therapists.ESTIMANDS,
)

TWIN_ESTIMANDS: tuple[TwinEstimand, ...] = (
    *change.TWIN_ESTIMANDS,
    *aligned.TWIN_ESTIMANDS,
    *twins.TWIN_ESTIMANDS,
)

ALL: tuple[Estimand | TwinEstimand, ...] = (*ESTIMANDS, *TWIN_ESTIMANDS)

BY_NAME = {each.name: each for each in ALL}
