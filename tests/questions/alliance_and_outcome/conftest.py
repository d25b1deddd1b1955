"""A small config that asks about alliance and outcome: two distortions at two strengths."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

CONFIG = """
title: Small
question: What does it estimate?
seed: 5
replicates: 3
clinic: {therapists: 6, caseload: 5, weeks: 8}
arms:
  effect: {}
  no effect:
    mechanisms: {change: technique_only}
    parameters:
      technique: {tolerance_bond: 0}
      engagement: {alliance: 0, withdrawal: 0}
      attendance: {unresolved: 0}
      repair: {time: 0}
      security: {corrective: 0, erosion: 0}
  double leniency: {parameters: {rating: {leniency: 0.862}}}
  posterior: {parameters: posterior}
factors:
  reverse causation:
    off: {mechanisms.reciprocity: false}
    calibrated: {mechanisms.reciprocity: true}
    strong: {mechanisms.reciprocity: true, parameters.sustain.improvement: 2}
  dropout:
    off: {parameters.leaving.base: -8, parameters.leaving.alliance: 0, parameters.leaving.complete: 0}
    calibrated: {parameters.leaving.complete: 0.12}
    strong: {parameters.leaving.base: -3, parameters.leaving.complete: 0.3}
alliance_and_outcome:
  strength: calibrated
  jolted: [2, 4]
  follow: 3
  waves: 3
  cross_lagged: 1
  small_therapists: 4
  small_caseload: 4
  jolted_clinics: 2
  jolted_draws: 1
  larger: 2
ademp: {aims: To see.}
caveats: [It is small.]
"""

Ask = Callable[..., Path]


@pytest.fixture
def config(changed: Callable[..., Path]) -> Ask:
    """Writes the config, with some text replaced, and gives its path."""
    return partial(changed, CONFIG)
