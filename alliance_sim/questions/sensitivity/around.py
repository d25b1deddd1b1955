"""A look around: places spread evenly over all ranges, and what treatments are like there."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.questions.sensitivity.section import Numbers, Wanted
from alliance_sim.questions.sensitivity.steps import errors_of, means
from alliance_sim.scenario.sampling import unit_points
from alliance_sim.stats.sign_changes import alike

Floats = NDArray[np.float64]

LIKENESS = ("dropout_pct", "ruptures_pct", "alliance_end", "pre_post_d")
"""Estimates by which a reader can judge whether a place is a psychotherapy."""

TOLD = (*LIKENESS, "repaired_pct")
"""What is told of the treatments at the places."""


class Around(NamedTuple):
    """Estimates at the config's own setting (row 0) and at places spread evenly over all ranges (the other rows)."""

    told: tuple[Wanted, ...]  # what treatments are like, in every arm that an estimate is of
    answers: Floats  # (1 + places, estimates); those that are asked about first, then those that are told
    errors: Floats  # their Monte-Carlo standard errors
    like: NDArray[np.bool_]  # places at which treatments are like the config's own


def told_of(wanted: Sequence[Wanted]) -> tuple[Wanted, ...]:
    """What is told of the treatments at the places: of every arm that an estimate is of."""
    arms = dict.fromkeys(each.of for each in wanted)
    return tuple(Wanted(name, name, arm, "") for arm in arms for name in TOLD)


def look_around(
    evaluate: Callable[[str, Floats], Floats], width: int, wanted: Sequence[Wanted], numbers: Numbers
) -> Around:
    """Play the config's own setting and places spread evenly over all `width` ranges (scrambled Sobol points).

    evaluate(words, design) gives (settings, replicates, estimates): those of `wanted`, then those of `told_of(wanted)`.
    A place is like the config's own where everything of `LIKENESS` is between half and twice of what it is there.
    """
    points = unit_points("sobol", numbers.places, width, numbers.design_seed + 2)
    values = evaluate("Looking around", np.vstack([np.full((1, width), np.nan), points]))
    told = told_of(wanted)
    answers = np.column_stack([means(values[:, :, k]) for k in range(values.shape[2])])
    errors = np.column_stack([errors_of(values[:, :, k]) for k in range(values.shape[2])])
    judged = [len(wanted) + k for k, each in enumerate(told) if each.estimate in LIKENESS]
    return Around(told, answers, errors, alike(answers[1:, judged], answers[0, judged]))
