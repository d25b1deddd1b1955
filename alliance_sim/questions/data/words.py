"""What is said of every clinic: captions, how it was done, and what an unusual percentile can mean."""

from alliance_sim.estimands.estimated import Estimated
from alliance_sim.estimands.standing import FEWEST_CLINICS
from alliance_sim.questions.data.clinic import Clinic
from alliance_sim.questions.data.sureness import ALIKE, FEWEST_CLIENTS
from alliance_sim.questions.data.worlds import settings_in_words
from alliance_sim.scenario import Experiment

OUTCOME_CAPTION = (
    "Each row is one group. The mark is the estimate, the thick bar its 95 % interval (bootstrap). The dotted line is "
    "the estimate of the first group, with which the others are compared. Groups were not formed by lot unless your "
    "study did so: a difference may be one of the people in them."
)
STAYING_CAPTION = (
    "Share of clients who have not dropped out, after each session (discrete-time survival, Kaplan and Meier), with "
    f"its 95 % interval at each session (bootstrap; Wilson's at 0 and 100 %; none for fewer than {FEWEST_CLIENTS} "
    "clients). A client who finished early because well is counted as long as in "
    "treatment and is no dropout."
)

_CAUTION = {
    "Case mix": "Who comes differs from clinic to clinic: severity, chronicity, trauma, what else is done. The "
    "model's clients are those of the published studies that it was fitted to. Set what you know (for example "
    "`parameters: {intake: {episode_mean: 1.8}}` for clients who come with more distress) and see whether the "
    "percentile moves.",
    "Instrument and occasion": "Another translation, another scale that was stretched to 1-5, ratings that the "
    "therapist sees, or scores collected by telephone shift means without anything being different in the therapy.",
    "Selection and missing data": "Who fills in questionnaires, and who is still there to do so, is not left to "
    "chance. The simulated clinics lack the same sessions as yours, but not for the same reasons.",
    "Caseload": "The model lets a therapist see all clients of the data in the same weeks; in a practice they come "
    "one after the other.",
    "The model is wrong": "It was fitted to a handful of published averages; where your numbers lie outside, the "
    "model may be what is off. Several clinics that lie outside in the same direction would be evidence against it.",
    "Chance": "Of twenty estimates one lies outside the middle 95 % by chance alone. The sentence above the figure "
    "says how many of the simulated clinics have as many outside as yours.",
}


def caution() -> str:
    """What an unusual percentile can mean."""
    lead = (
        "A percentile near 0 or 100 says that few simulated clinics of this size look like yours in this number. It "
        "does not say why. Before it is read as a strength or a weakness of a clinic, each of these has to be thought "
        "through:"
    )
    end = (
        "A percentile near 50 is no proof of quality either: it says that the clinic cannot be told from the model's "
        "clinics in this number. No single percentile should be held against a therapist or a client."
    )
    return "\n".join([lead, "", *(f"- **{head}.** {words}" for head, words in _CAUTION.items()), "", end])


def method_in_words(experiment: Experiment, clinic: Clinic, own: Estimated) -> str:
    """How estimates, intervals and percentiles were made."""
    said = {
        "Estimates": "those of a run, as far as the data hold what they need; the column `meaning` of `estimates.csv` "
        "defines each. Rows that lack what an estimate needs are left out of it.",
        "Intervals": f"{own.units.by} drawn with replacement, expanded percentile interval (Hesterberg, 2015); shares "
        "of variance of therapists by the F ratio (Searle, 1971). They tell how far chance in who came may have moved "
        "a number, if clients and therapists are like draws from a larger practice. Where every resample gives the "
        "same number there is none, but for shares of 0 and 100 %: these have Wilson's (1927), for as many clients "
        f"who share no therapist as tell as much (Kish, 1965, at {100 * ALIKE:.0f} % of the variance between "
        "therapists, as of outcomes: Baldwin & Imel, 2013; all of them where clients were drawn). Groups of fewer than "
        f"{FEWEST_CLIENTS} clients have neither intervals nor a place.",
        "Simulated clinics": f"{settings_in_words(experiment)}. Planned length {clinic.plan.planned} sessions. Each "
        "client of the data has a place in a simulated caseload; missed sessions, missing ratings and missing scores "
        "are taken away there as they are missing in the data, and every number is then computed by the same program.",
        "Percentile": "share of simulated clinics with a lower number, plus half of those with the same (a prior "
        "predictive check; Box, 1980). Were the clinic one of the simulated ones, it would be uniform from 0 to 100. "
        "Its Monte-Carlo standard error is in brackets: half of Wilson's interval (1927) over 1.96, which is not 0 "
        "where all simulated clinics lie on one side. n simulated clinics show no percentile beyond 100 n / (n + 1), "
        f"and fewer than {FEWEST_CLINICS} of them no clinic outside their middle 95 %.",
        "Drops": "falls of a rating by more than rating error (reliable change at the dependability of one rating), in "
        "the manner of Larsson et al. (2018). They are found in ratings alone; how well that finds ruptures is another "
        "question.",
    }
    return "\n".join(f"- **{head}**: {words}" for head, words in said.items())
