"""Stage 9, measurement: how a state becomes an answer. What instruments record is not the truth."""

from typing import Annotated, NamedTuple

import numpy as np

from alliance_sim.arithmetic import exp, exp_ratio, sqrt
from alliance_sim.chance import Draws, ItemDraws, ShortDraws, normal
from alliance_sim.compiled import rule
from alliance_sim.law.about import About
from alliance_sim.law.rupture import Break
from alliance_sim.law.scales import clip, expit, one_if
from alliance_sim.law.state import ClientState, ClientTraits, TherapistTraits


class RatingParameters(NamedTuple):
    """How people answer questionnaires."""

    candour: Annotated[
        float,
        About("what a client rates: 1 what is felt, 0 what is shown", "0-1", 0, 1, "assumption (C7)"),
    ] = 0.7
    slope: Annotated[
        float,
        About("gain of an item's log-odds per log-odds of the rated component", "ratio", 0.3, 6, "S13 (SD of ratings)"),
    ] = 3.33
    shift: Annotated[
        float,
        About(
            "log-odds of an item of a component at one half, relative to the middle of the scale",
            "log-odds",
            -4,
            4,
            "S13 (mean of ratings)",
        ),
    ] = 1.07
    spread: Annotated[
        float, About("distance between neighbouring answers of an item", "log-odds", 0.5, 6, "S13, N50, N51, A20")
    ] = 4.18
    occasion: Annotated[
        float,
        About(
            "error that all items of one occasion share (mood, haste)",
            "log-odds of a component",
            0,
            1.5,
            "A20 (dependability)",
        ),
    ] = 0.227
    subscale: Annotated[
        float,
        About(
            "error that the items of one part share on one occasion; goals and tasks are one part, the bond the other",
            "log-odds of a component",
            0,
            1.5,
            "N50, N51 (two parts)",
        ),
    ] = 0.248
    leniency: Annotated[
        float,
        About(
            "lasting difference between clients in how they mark",
            "log-odds of a component / SD",
            0,
            1.5,
            "assumption; A01",
        ),
    ] = 0.425
    therapist_weight: Annotated[
        float,
        About(
            "how much of the felt alliance behind what is shown a therapist of average attunement sees",
            "log-odds",
            -3,
            3,
            "S15",
        ),
    ] = -0.5
    therapist_attunement: Annotated[
        float, About("gain of that log-odds per SD of attunement", "log-odds / SD", 0, 2, "assumption")
    ] = 0.6
    therapist_shrink: Annotated[
        float, About("how strongly a therapist's rating follows what is seen", "ratio", 0, 1.5, "S15 (agreement)")
    ] = 0.5
    therapist_shift: Annotated[
        float, About("how much lower therapists rate", "log-odds of a component", -1, 2, "S15 (clients rate higher)")
    ] = 0.25
    therapist_occasion: Annotated[
        float, About("error of a therapist's rating on one occasion", "log-odds of a component", 0, 1.5, "S15")
    ] = 0.811
    therapist_style: Annotated[
        float,
        About(
            "lasting difference between therapists in how they mark", "log-odds of a component / SD", 0, 1, "assumption"
        ),
    ] = 0.2
    report_base: Annotated[
        float, About("log-odds that a client reports a tension where there was no rupture", "log-odds", -6, 0, "P01")
    ] = -2.29
    report_rupture: Annotated[
        float, About("gain in that log-odds when there was one, severity 0", "log-odds", 0, 6, "P01")
    ] = 2.2
    report_severity: Annotated[
        float, About("gain in that log-odds per unit of severity", "log-odds / load", 0, 4, "P01")
    ] = 1.2
    report_style: Annotated[
        float,
        About(
            "lasting difference between clients in how readily they report a tension: those who mark high report less",
            "log-odds / SD",
            0,
            3,
            "N22 (some never report one)",
        ),
    ] = 1.19
    observer_base: Annotated[
        float, About("log-odds that an observer codes a marker in a session without strain", "log-odds", -6, 2, "P02")
    ] = -0.688
    observer_strain: Annotated[
        float, About("gain in that log-odds per unit of strain (minor markers)", "log-odds / strain", 0, 4, "P02")
    ] = 1.5
    observer_rupture: Annotated[
        float, About("gain in that log-odds when there was a rupture", "log-odds", 0, 6, "P02")
    ] = 2.5
    observer_confuses: Annotated[
        float, About("how often a coded marker is put down as the other type", "probability", 0, 0.5, "assumption")
    ] = 0.12
    resolved_error: Annotated[
        float,
        About("error of an observer's rating of how far a rupture was resolved", "points (1-5)", 0, 3, "assumption"),
    ] = 0.8
    therapist_false: Annotated[
        float,
        About(
            "probability that a therapist reports a rupture where there was none", "probability", 0, 0.3, "assumption"
        ),
    ] = 0.04


class SymptomScale(NamedTuple):
    """A symptom measure: how distress (SD above the community mean) becomes a score."""

    community_mean: Annotated[float, About("mean score of the community", "points", -1000, 1000, "catalogue")] = 4.0
    unit: Annotated[float, About("points per SD of distress", "points", 0.01, 1000, "catalogue")] = 5.0
    reliability: Annotated[
        float, About("reliability of the score among clients at intake", "0-1", 0.3, 1, "catalogue")
    ] = 0.86
    low: Annotated[float, About("lowest score", "points", -1000, 1000, "catalogue")] = 0.0
    high: Annotated[float, About("highest score", "points", -1000, 1000, "catalogue")] = 27.0
    step: Annotated[float, About("distance between neighbouring scores", "points", 0.001, 10, "catalogue")] = 1.0
    cutoff: Annotated[
        float, About("score from which a person counts as a clinical case", "points", -1000, 1000, "catalogue")
    ] = 10.0
    reliable: Annotated[
        float, About("change that exceeds measurement error (reliable change)", "points", 0, 1000, "catalogue")
    ] = 5.0


class Ratings(NamedTuple):
    """Client's and therapist's alliance ratings of one session, on 1-5."""

    goal: float
    task: float
    bond: float
    client: float
    therapist: float


class Reports(NamedTuple):
    """Type of rupture (`Rupture`) that each rater reports for one session."""

    client: int
    therapist: int
    observer: int


class Thresholds(NamedTuple):
    """Chances, in parts of 65536, that an answer stays at or below 1, 2, 3 and 4."""

    one: float
    two: float
    three: float
    four: float


@rule
def thresholds(item: float, spread: float) -> Thresholds:
    """Chances that an answer is at most 1, 2, 3, 4 under the graded response model (Samejima, 1969).

    P(answer > k) = expit(item - (k - 2.5) * spread): `item` log-odds relative to the middle of the scale,
    `spread` log-odds between neighbouring answers.
    """
    odds = exp_ratio(clip(item, -30.0, 30.0))
    half = exp(0.5 * spread)
    wide = half * half * half
    whole = 65536.0 * odds.bottom
    return Thresholds(
        np.floor(whole / (odds.bottom + odds.top * wide)),
        np.floor(whole / (odds.bottom + odds.top * half)),
        np.floor(whole * half / (odds.bottom * half + odds.top)),
        np.floor(whole * wide / (odds.bottom * wide + odds.top)),
    )


@rule
def answer(t: Thresholds, u: float) -> float:
    """Answer to one item, 1 to 5; u uniform on 0..65535, and the answer rises with it."""
    return 1.0 + one_if(u >= t.one) + one_if(u >= t.two) + one_if(u >= t.three) + one_if(u >= t.four)


@rule
def subscale(p: RatingParameters, component: float, u: ShortDraws) -> float:
    """Sum of four items (4-20) of one component, given as log-odds with all shared errors in it."""
    t = thresholds(p.shift + p.slope * component, p.spread)
    return answer(t, u.a) + answer(t, u.b) + answer(t, u.c) + answer(t, u.d)


@rule
def alliance_ratings(
    p: RatingParameters,
    client: ClientState,
    traits: ClientTraits,
    therapist: TherapistTraits,
    mood: Draws,
    therapist_mood: float,
    goal: ItemDraws,
    task: ItemDraws,
    bond: ItemDraws,
) -> Ratings:
    """WAI-SR of the client and the therapist's version: 12 items each, three subscales, means on 1-5.

    The client rates between what is felt (candour 1) and what is shown; the therapist rates what is shown,
    and sees behind it as far as attunement goes, so that withdrawal hides from therapist ratings (C7).
    mood: occasion, goals and tasks (answered alike: Falkenström et al., 2015), -, bond; therapist_mood: the
    therapist's occasion; goal, task, bond: item draws,
    the client's first. Source: Hatcher & Gillaspy (2006) for the instrument; Samejima (1969) for the items.
    """
    shown = traits.deference + client.mask
    own = (1.0 - p.candour) * shown + p.leniency * traits.leniency + p.occasion * normal(mood.a)
    work = own + p.subscale * normal(mood.b)
    g = subscale(p, client.goal + work, goal.client)
    t = subscale(p, client.task + work, task.client)
    b = subscale(p, client.bond + own + p.subscale * normal(mood.d), bond.client)
    blind = 1.0 - expit(p.therapist_weight + p.therapist_attunement * therapist.attunement)
    seen = blind * shown
    style = p.therapist_occasion * normal(therapist_mood) - p.therapist_style * therapist.modesty - p.therapist_shift
    by_therapist = (
        subscale(p, p.therapist_shrink * (client.goal + seen) + style, goal.therapist)
        + subscale(p, p.therapist_shrink * (client.task + seen) + style, task.therapist)
        + subscale(p, p.therapist_shrink * (client.bond + seen) + style, bond.therapist)
    )
    return Ratings(g / 4.0, t / 4.0, b / 4.0, (g + t + b) / 12.0, by_therapist / 12.0)


@rule
def reports(
    p: RatingParameters, leniency: float, broken: Break, strain: float, confronts: float, noticed: bool, u: Draws
) -> Reports:
    """What client, therapist and a trained observer report about ruptures in one session.

    The client reports severe ruptures more surely and sometimes a tension where there was none, and clients differ in
    how readily they do (leniency, SD among clients: the same as in their ratings); the therapist
    reports what was noticed; the observer also codes minor markers of strain. A marker without a rupture is
    of the type that a rupture would have been. Source: P01, P02 for the rates; form: assumption. Fitted.
    """
    was = broken.type > 0
    by_client = (
        p.report_base
        - p.report_style * leniency
        + (p.report_rupture + p.report_severity * broken.severity if was else 0.0)
    )
    would_be = 2 if u.d < confronts else 1
    kind = broken.type if was else would_be
    client = kind if u.a < expit(by_client) else 0
    tells = noticed if was else u.b < p.therapist_false
    therapist = kind if tells else 0
    sees = expit(p.observer_base + p.observer_strain * strain + (p.observer_rupture if was else 0.0))
    observer = 0
    if u.c < sees:
        # u.c / sees is uniform given that something is coded: it decides whether the type is confused.
        observer = 3 - kind if u.c < sees * p.observer_confuses else kind
    return Reports(client, therapist, observer)


@rule
def resolved(p: RatingParameters, coded: int, something: bool, resolution: float, z: float) -> float:
    """How far what was wrong was resolved by the end of the hour, 1 to 5, as an observer rates it; nan if no marker.

    1 + 4 * resolution + error, in whole points; z: standard normal. A marker of a tension that broke out into no
    rupture, with nothing old open (`something` false), passed by itself and is rated 5. Source: the rating of
    resolution of the Rupture Resolution Rating System (Eubanks et al., 2015); form: assumption.
    """
    if coded == 0:
        return np.nan
    if not something:
        return 5.0
    return clip(np.floor(1.0 + 4.0 * resolution + p.resolved_error * z + 0.5), 1.0, 5.0)


@rule
def symptoms(scale: SymptomScale, distress: float, z_error: float) -> float:
    """Score on the symptom scale: distress in points plus error, rounded to the scale's steps, within it.

    Error SD = unit * sqrt(1 / reliability - 1), so that `reliability` is the share of true variance among
    clients whose distress has an SD of 1 (classical test theory; Lord & Novick, 1968).
    """
    error = scale.unit * sqrt(1.0 / scale.reliability - 1.0)
    points = scale.community_mean + scale.unit * distress + error * z_error
    steps = np.floor((clip(points, scale.low, scale.high) - scale.low) / scale.step + 0.5)
    return min(scale.low + float(steps) * scale.step, scale.high)


@rule
def remember(client: ClientState, rating: float) -> ClientState:
    """The client's state with this session's alliance rating kept for a policy that monitors."""
    n = client.ratings
    usual = (client.usual_rating * (n - 1.0) + client.last_rating) / n if n >= 1.0 else 0.0
    return ClientState(
        client.goal,
        client.task,
        client.bond,
        client.hurt_goal,
        client.hurt_task,
        client.hurt_bond,
        client.engagement,
        client.security,
        client.trust,
        client.unresolved,
        client.about,
        client.met,
        client.mask,
        client.distress,
        client.week,
        client.resting,
        client.known,
        rating,
        usual,
        n + 1.0,
    )
