"""Criteria by which studies find ruptures in session ratings, as data: what each counts, from where, and what is ours.

Called "-like" where the exact rule of the original could not be had; `ours` says what was put in its place.
"""

from typing import NamedTuple

from alliance_sim.estimands.detection import Criterion


class Preset(NamedTuple):
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


RELIABLE_DROP = Criterion("previous", "reliable", 1.0, slack=1.0)

_LINE = "back on the own line, or above it, within three sessions"
_FROM = "V-like: in the manner of Stiles et al. (2004) and Strauss et al. (2006), thresholds of 1 and 2 SD"
_V = "known to us at second hand (Gumz et al., 2012): what the line is, which SD, and when a fall counts as mended"
_CHART = "back at the centre line, or above it, in any later session"

PRESETS: tuple[Preset, ...] = (
    Preset(
        "reliable_drop", "reliable drop (Larsson-like)", RELIABLE_DROP,
        "reliable change below the rating before (1.96 √2 SD √(1 − reliability))",
        "a later rating is no longer reliably below the one before the fall",
        "Jacobson & Truax (1991); in the manner of Larsson et al. (2018)",
        "which reliability was used, and when a drop was taken as recovered", "reliable drop",
    ),
    Preset(
        "v_own_1", "V-shape, 1 own SD", Criterion("line", "own", 1.0, within=3),
        "1 SD of the client's own ratings below the own straight line", _LINE,
        _FROM, _V, "V-shape, own SD",
    ),
    Preset(
        "v_own_2", "V-shape, 2 own SD", Criterion("line", "own", 2.0, within=3),
        "2 SD of the client's own ratings below the own straight line", _LINE,
        _FROM, _V, "V-shape, own SD",
    ),
    Preset(
        "v_sample_1", "V-shape, 1 SD among clients", Criterion("line", "sample", 1.0, within=3),
        "1 SD of all ratings of the sample below the own straight line", _LINE,
        _FROM, _V, "V-shape, SD among clients",
    ),
    Preset(
        "v_sample_2", "V-shape, 2 SD among clients", Criterion("line", "sample", 2.0, within=3),
        "2 SD of all ratings of the sample below the own straight line", _LINE,
        _FROM, _V, "V-shape, SD among clients",
    ),
    Preset(
        "v_stricter_1", "V-shape, 1 SD, the stricter", Criterion("line", "stricter", 1.0, within=3),
        "1 SD below the own straight line: own or among clients, whichever is larger", _LINE,
        "Gumz et al. (2012) propose to use the stricter of the two", _V, "V-shape, stricter SD",
    ),
    Preset(
        "chart_2", "control chart, 2 sigma", Criterion("level", "moving range", 2.0),
        "2 sigma below the client's own mean (sigma = mean moving range / 1.128)", _CHART,
        "Shewhart (1931), individuals chart; for ruptures Eubanks-Carter et al. (2012)",
        "what counts as recovered", "control chart",
    ),
    Preset(
        "chart_3", "control chart, 3 sigma", Criterion("level", "moving range", 3.0),
        "3 sigma below the client's own mean (sigma = mean moving range / 1.128)", _CHART,
        "Shewhart (1931), individuals chart; for ruptures Eubanks-Carter et al. (2012)",
        "what counts as recovered", "control chart",
    ),
    Preset(
        "chart_2_so_far", "control chart so far, 2 sigma", Criterion("so far", "moving range", 2.0),
        "2 sigma below the mean of the ratings so far, sigma from the ratings so far (three at least)",
        "back at that mean, or above it, in any later session",
        "the individuals chart as it can be kept while treatment goes on", "all but the chart itself", "chart so far",
    ),
    Preset(
        "usual_so_far", "reliably below the usual so far", Criterion("so far", "reliable", 1.0, slack=1.0),
        "reliable change below the mean of the ratings so far (three at least)",
        "a later rating is no longer reliably below that mean",
        "as a feedback system can compute it; the unit is that of Jacobson & Truax (1991)", "the rule as a whole",
        "below the usual so far",
    ),
    Preset(
        "monitoring", "flag of this program's monitoring", Criterion("so far", "points", 0.4),
        "0.4 points below the mean of the ratings so far (three at least)",
        "back at that mean, or above it, in any later session",
        "the threshold of the policy monitor_and_repair of this program",
        "three ratings before it are needed, where the policy needs one", "points below so far",
    ),
    Preset(
        "sudden_loss", "sudden loss", Criterion("previous", "reliable", 1.0, True, slack=0.5, slack_of="fall"),
        "reliable change and a quarter below the rating before, and three ratings from it on below three before (t)",
        "a later rating has regained half of the loss",
        "Tang & DeRubeis (1999), reversed as by Lutz et al. (2013)",
        "the t test has the usual standard error, which published code leaves out", "sudden loss",
    ),
)  # fmt: skip


class Published(NamedTuple):
    """A published prevalence, for reference: other samples, other questionnaires, rules of their own."""

    study: str
    flagged: float  # cases with a rupture, %; nan where it was not told
    repaired: float  # cases with a repaired rupture, %; nan where it was not told
    criterion: str  # the preset that is most like its rule; empty where we do not know it
    sample: str
    status: str


PUBLISHED = (
    Published(
        "Larsson et al. (2018)", 25.4, 14.7, "reliable_drop", "605 cases in primary care, client-rated WAI-SR",
        "finding P06, to which the model was fitted",
    ),
    Published(
        "McLaughlin et al. (2014)", 46.0, float("nan"), "",
        "82 cases in ten weeks of exposure therapy, client-rated CALPAS", "abstract",
    ),
    Published(
        "Stevens et al. (2007)", float("nan"), 50.0, "", "44 cases of 30 sessions, client-rated WAI", "abstract",
    ),
)  # fmt: skip

NAMES = tuple(preset.name for preset in PRESETS)

BY_NAME = {preset.name: preset for preset in PRESETS}
