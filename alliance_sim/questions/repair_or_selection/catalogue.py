"""The analyses that studies run: what each is called, what it compares, and what it is taken to show."""

from typing import NamedTuple

ALLIANCE, OUTCOME = "alliance", "outcome"


class Analysis(NamedTuple):
    """One way to ask whether repair strengthens."""

    name: str  # as in the tables of numbers
    family: str  # ALLIANCE: rating points (1-5); OUTCOME: symptom points, less is positive
    words: str  # as readers see it
    compares: str
    truth: str  # the causal effect that it is held against
    source: str


_NONE = "twins: the same rupture against none in that session"
_ALONE = "twins: the same rupture, repair tried against left alone"
_POLICY = "twins: therapists who repair against therapists who leave ruptures alone, "

ANALYSES = (
    Analysis(
        "before and after", ALLIANCE, "Before and after",
        "rating some sessions after a rupture with repair, minus that of the session before it",
        _NONE, "V-shapes: Stiles et al. (2004); Strauss et al. (2006)",
    ),
    Analysis(
        "same level before", ALLIANCE, "Against sessions as low before",
        "the same change, against sessions without rupture that began at the same level (regression to the mean)",
        _NONE, "analysis of covariance",
    ),
    Analysis(
        "own other sessions", ALLIANCE, "Against the client's other sessions",
        "the same change, against the same client's other sessions, given the two ratings before",
        _NONE, "fixed effects, difference in differences",
    ),
    Analysis(
        "before and after, gap", ALLIANCE, "Repaired against unrepaired ruptures",
        "change after ruptures with repair minus change after ruptures without",
        _ALONE, "Chen et al. (2018): recognised or not",
    ),
    Analysis(
        "same level before, gap", ALLIANCE, "Repaired against unrepaired, as low before",
        "the same difference, given the level before",
        _ALONE, "analysis of covariance",
    ),
    Analysis(
        "own other sessions, gap", ALLIANCE, "Repaired against unrepaired, own sessions",
        "the same difference within clients, given the two ratings before",
        _ALONE, "fixed effects, difference in differences",
    ),
    Analysis(
        "trial, alliance", ALLIANCE, "Randomised therapists",
        "change of the rating from before the first reported rupture, trained minus untrained therapists",
        f"{_POLICY}from the first rupture on", "cluster-randomised trial",
    ),
    Analysis(
        "repaired against unrepaired", OUTCOME, "Repaired against unrepaired clients",
        "outcome of clients whose last rupture was repaired, against clients whose was not, given symptoms at intake",
        f"{_POLICY}in the clients with repair", "as in R01 (Eubanks et al., 2018)",
    ),
    Analysis(
        "episode against none", OUTCOME, "Repaired rupture against all others",
        "outcome of clients with a repaired rupture against all other clients, given symptoms at intake",
        f"{_POLICY}in the clients with repair", "as in R03 (Safran et al., 2011)",
    ),
    Analysis(
        "repair rate, all clients", OUTCOME, "Share repaired, all clients",
        "outcome on the share of a client's ruptures that were repaired, given symptoms at intake and early alliance, "
        "with a random intercept of therapists",
        f"{_POLICY}in clients with a rupture", "adjusted regression",
    ),
    Analysis(
        "repair rate, within therapists", OUTCOME, "Share repaired, within therapists",
        "the same between clients of one therapist",
        f"{_POLICY}in clients with a rupture", "Baldwin et al. (2007)",
    ),
    Analysis(
        "repair rate, between therapists", OUTCOME, "Share repaired, between therapists",
        "the same between therapists, by the mean share of their clients",
        f"{_POLICY}in clients with a rupture", "Baldwin et al. (2007)",
    ),
    Analysis(
        "repair rate, shrunken", OUTCOME, "Share repaired, shrunken means (median)",
        "the same, means of therapists corrected for how few clients they rest on; medians over studies",
        f"{_POLICY}in clients with a rupture", "Raudenbush & Bryk (2002)",
    ),
    Analysis(
        "trial, symptoms", OUTCOME, "Randomised therapists",
        "outcome of all clients of trained minus untrained therapists, given symptoms at intake",
        f"{_POLICY}in all clients", "cluster-randomised trial",
    ),
)  # fmt: skip

TRIALS = ("trial, alliance", "trial, symptoms")

RATIOS = ("repair rate, shrunken",)
"""Slopes on numbers that nearly coincide in some studies: ratios, of which medians over studies are given."""

LEAD = "before the rupture"
"""The negative control: change of the rating *before* the session with the rupture, which no repair can have made."""

R01, R03 = "repaired against unrepaired, r", "episode against none, r"
V_SHAPE, UNREPAIRED = "V-shape", "unrepaired drop"
DESCRIBED = (R01, R03, V_SHAPE, UNREPAIRED)
"""Numbers of a study that are shown as they are: no causal effect belongs to them."""


def of_family(family: str) -> tuple[Analysis, ...]:
    """The analyses of one family, in order."""
    return tuple(analysis for analysis in ANALYSES if analysis.family == family)
