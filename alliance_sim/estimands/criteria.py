"""Criteria by which studies find ruptures in session ratings: each rule here, its words and its source in criteria.csv.

Called "-like" where the exact rule of the original could not be had; `ours` says what was put in its place.
"""

import csv
import math
from pathlib import Path
from typing import NamedTuple

from alliance_sim.estimands.detection import RELIABLE_DROP, Criterion


class NamedCriterion(NamedTuple):
    """A criterion with its name and where it comes from."""

    name: str  # in configs and tables
    label: str  # as a reader would call it
    criterion: Criterion
    fall: str  # what counts as a fall, in words
    repaired: str  # what counts as recovered, in words
    source: str
    ours: str  # the part that is ours, because the original's exact rule could not be had; empty where nothing is
    family: str  # criteria of one family differ in their size alone, and share a curve over thresholds

    @property
    def looks_back(self) -> bool:
        """Whether it can be applied in a session, with no more than the ratings so far."""
        return self.criterion.start in ("previous", "so far") and not self.criterion.sudden


_RULES = {
    "reliable_drop": RELIABLE_DROP,
    "v_own_1": Criterion("line", "own", 1.0, within=3),
    "v_own_2": Criterion("line", "own", 2.0, within=3),
    "v_sample_1": Criterion("line", "sample", 1.0, within=3),
    "v_sample_2": Criterion("line", "sample", 2.0, within=3),
    "v_stricter_1": Criterion("line", "stricter", 1.0, within=3),
    "chart_2": Criterion("level", "moving range", 2.0),
    "chart_3": Criterion("level", "moving range", 3.0),
    "chart_2_so_far": Criterion("so far", "moving range", 2.0),
    "usual_so_far": Criterion("so far", "reliable", 1.0, slack=1.0),
    "monitoring": Criterion("so far", "points", 0.4),
    "sudden_loss": Criterion("previous", "reliable", 1.0, True, slack=0.5, slack_of="fall"),
}


def _presets() -> tuple[NamedCriterion, ...]:
    with Path(__file__).with_name("criteria.csv").open(encoding="utf-8", newline="") as stream:
        words = {row["name"]: row for row in csv.DictReader(stream)}
    return tuple(NamedCriterion(criterion=rule, **words[name]) for name, rule in _RULES.items())


PRESETS = _presets()


class Published(NamedTuple):
    """A published prevalence, for reference: other samples, other questionnaires, rules of their own."""

    study: str
    flagged: float  # cases with a rupture, %; nan where it was not reported
    repaired: float  # cases with a repaired rupture, %; nan where it was not reported
    criterion: str  # the preset that is most like its rule; empty where we do not know it
    sample: str
    status: str


_LARSSON = "605 cases in primary care, client-rated WAI-SR"
_MCLAUGHLIN = "82 cases in ten weeks of exposure therapy, client-rated CALPAS"
_STEVENS = "44 cases of 30 sessions, client-rated WAI"
_FITTED = "finding P06, to which the model was fitted"

PUBLISHED = (
    Published("Larsson et al. (2018)", 25.4, 14.7, "reliable_drop", _LARSSON, _FITTED),
    Published("McLaughlin et al. (2014)", 46.0, math.nan, "", _MCLAUGHLIN, "abstract"),
    Published("Stevens et al. (2007)", math.nan, 50.0, "", _STEVENS, "abstract"),
)

NAMES = tuple(_RULES)

BY_NAME = {preset.name: preset for preset in PRESETS}
