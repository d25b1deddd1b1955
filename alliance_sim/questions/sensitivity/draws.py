"""The analysis over a posterior: parameters go with each other there, so that only given-data methods are valid."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.questions.sensitivity.playing import Play
from alliance_sim.questions.sensitivity.section import Numbers
from alliance_sim.questions.sensitivity.steps import errors_of, in_blocks, means
from alliance_sim.scenario.scenario import Population
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.given_data import FromDraws, first_order, given_data, partial_rank, rank_correlations
from alliance_sim.stats.sign_changes import OtherSign, Slice, flips, other_sign, slices
from alliance_sim.stats.simulation_noise import Noise, noise_of

Floats = NDArray[np.float64]


class Drawn(NamedTuple):
    """What the draws say of one estimate."""

    answers: Floats  # the estimate under each draw that defines it
    given: FromDraws
    partial: list[Estimate]
    parts: list[list[Slice]]  # by parameter: means in fifths of the draws
    flipping: list[int]  # parameters in some fifth of which the estimate has the other sign
    other: OtherSign
    luck: Noise
    blocks: tuple[Floats, ...]  # share of the variance that goes with each parameter, in each block
    together: Floats  # (D, D) rank correlations of the parameters over the draws
    undefined: int


def over_posterior(play: Play, population: Population, numbers: Numbers) -> list[Drawn]:
    """Play every draw in the same clinics, and relate every estimate to the parameters that are drawn."""
    settings = [
        {f"parameters.{path}": value for path, value in zip(population.paths, draw, strict=True)}
        for draw in population.draws
    ]
    values = play("Playing draws of the posterior", settings)
    draws = np.array(population.draws)
    return [related(draws, values[:, :, k], numbers.blocks, numbers.design_seed) for k in range(values.shape[2])]


def related(draws: Floats, values: Floats, blocks: int, seed: int) -> Drawn:
    """How an estimate (draws, replicates of all blocks) goes with the drawn parameters (draws, D)."""
    y = means(values)
    known = np.isfinite(y)
    x, own = draws[known], y[known]
    errors = errors_of(values[known])
    parts = [slices(column, own, x.shape[1]) for column in x.T]
    sign = float(np.sign(own.mean())) if len(own) else 0.0
    return Drawn(
        own,
        given_data(x, own, seed),
        partial_rank(x, own),
        parts,
        [k for k, part in enumerate(parts) if flips(part, sign)],
        other_sign(own, errors),
        noise_of(values),
        tuple(np.array([first_order(c, means(part)[known]) for c in x.T]) for part in in_blocks(values, blocks)),
        rank_correlations(x),
        int((~known).sum()),
    )


def order_of(drawn: Drawn) -> list[int]:
    """Parameters by the share of the variance that goes with them, the largest first."""
    return [int(k) for k in np.argsort(-drawn.given.first, kind="stable")]
