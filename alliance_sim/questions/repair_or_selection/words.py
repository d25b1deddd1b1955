"""The words of the page that are the same whatever the numbers are: what is shown, and how to read it."""

from alliance_sim.questions.repair_or_selection.catalogue import ALLIANCE, OUTCOME
from alliance_sim.questions.repair_or_selection.verdicts import MOSTLY, RARE

POLICY = """
**Estimand.** The same clients with the same therapists and the same luck live twice: once their therapists try to
repair what they notice, once they leave every rupture alone. The difference is what the *policy* of repairing
causes, over everybody who began. Positive is a benefit for symptoms and alliance; for dropout, negative is. In
brackets: Monte-Carlo standard errors.
"""

RUPTURE = """
**Estimands.** A policy changes every session. To see what *one* rupture does, one session of each client is set
aside before anything is played, and the client lives twice more: in one life a rupture of that session is left
alone, in the other it does not happen. Everything else, before and after, goes by the same rules with the same
luck; later sessions may come back to what was left alone, as they always may. (A world without any ruptures would
not do: it differs in all later sessions too.) So there are three comparisons:

- *tried against left alone*, over all ruptures of these sessions, whatever came of the attempt (as by intention to
  treat: all who were to get it, not only those with whom it worked);
- *repaired against left alone*, over those whose repair succeeded. In real data this comparison is not free: those
  who succeed are other ruptures and other people than those who fail. Here the twin is the same person in the same
  session, and the draws that decide success take no part in the twin's life, so that nothing is selected: it is the
  effect in the ruptures that would be repaired if repair were tried (statisticians call these a principal stratum: a
  group defined by what would happen under each policy, not by what did happen; Frangakis & Rubin, 2002);
- *repaired against no rupture*: the only sense in which a repaired rupture can leave an alliance "stronger than
  before" by its own doing. What a study has is the comparison with *before*, which contains everything else that
  happens in the meantime.

Only clients who are in treatment in all three lives are compared at each step.
"""

NUMBERS = """
Beside every number stands its null: the same statistic where repair does nothing, and where ruptures do no harm.
One session *before* the rupture twins can differ only by what reaches a client through the therapist, whose other
clients have sessions set aside too. The row "against before" is what a study with perfect measurement of the
alliance and of repair would draw; it is zero before by definition.
"""

SECURITY = "Attachment security at intake, in thirds of each simulated sample: anxiety and avoidance together."

FINDINGS = {
    ALLIANCE: """
A study has ratings, and two reports of every session. *As a study sees it*: the client reports a rupture and the
therapist reports one too, so that it was recognised and could be addressed (as in Chen et al., 2018), or only the
client does. *True events known*: a rupture that truly was repaired, or not. What is wrong with the first and right
with the second is error of measurement; what is wrong with both is confounding. All numbers are points of the
client's rating (1–5). With true events known, what is adjusted for is the felt alliance before, without rating
error.

One of these analyses has a weakness that has nothing to do with repair. It compares with the client's *other*
sessions and looks some sessions ahead. Where what a rupture does lasts, those sessions carry it too: it lowers the
level from which later ones begin, and ends windows that began before it. So it stands on both sides of the
comparison, which finds too little, the more the further ahead it looks. (Comparisons within clients, called fixed
effects because each client has a level of their own, assume what is called strict exogeneity: what happens in one
session has no part in the client's other rows.)
""",
    OUTCOME: """
Outcome is symptoms at the planned end, given those at intake; positive is better. *As a study sees it*: a drop of
the client's ratings beyond rating error is a rupture, and a repaired one if the ratings recover (in the manner of
Larsson et al., 2018); shares of ruptures repaired are shares of the ruptures a client reports that the therapist
reports too. *True events known*: the last rupture truly was repaired, in its session or later; the share truly
repaired in their session. Slopes on shares are given as what the mean share is worth: the analysis' answer to what
repairing has done for them.

*Shrunken* means of therapists are drawn towards the mean of all, the more the fewer clients they rest on. They nearly
coincide where therapists hardly differ in what is seen. Their slope is then a ratio of small numbers, which a few
studies carry to extremes: here and in the figure it is given as the median over studies.
""",
}

FOUND = """
Mean of what studies find / causal effect in the people it is about; in brackets the Monte-Carlo standard error of
the difference between the two, which is the bias (of shrunken means, medians). All clients; by history, and with the
shares of studies that conclude an advantage (`positive`) or harm (`negative`) in every world, in `analyses.csv`. A
dash stands where a world has nothing to compare.
"""

LEAD = """
What the comparison with the client's other sessions finds for the session *before* the rupture. No repair can have
made it. A number that is not zero says that something is wrong with the analysis, not what: clients who were on
another course already, or harm of earlier ruptures that the comparison carries with it. The last column is the
share of studies whose interval leaves zero out: what a study would be warned by. In brackets Monte-Carlo standard
errors, of shares in percentage points.
"""

HISTORY = """
Difference between clients with and without a history of trauma: what studies find / what is true (Monte-Carlo
standard error of the difference; medians for shrunken means), and the share of studies that conclude that repair does
more with trauma, whose Monte-Carlo standard errors are at most {mcse:.1f} percentage points. Analyses are shown if
what they are about truly is more with trauma in one of these worlds; the others stand in `analyses.csv`.
"""

SHAPES = """
V-shapes (a drop of ratings beyond rating error that recovers), and the correlation of repair with outcome in the
form in which it is published, in every world: also where there is no repair, no harm and no rupture. R01: clients
whose ruptures were repaired against those whose were not; R03: clients with a repaired rupture against all others.
Neither was used to set any parameter. Means over studies, in brackets their Monte-Carlo standard errors.
"""

BOTH = """
Repair teaches, and a therapist's skills share a part of their variance, from none to nearly all. Found / true, as
above. The draws of the parameters are those of the first world, not fitted anew.
"""

VERDICT = f"""
*Concludes* means that a study's own 95 % interval lies above zero; *concludes harm*, below. All shares are of studies,
with Monte-Carlo standard errors of at most {{mcse:.1f}} percentage points.

An analysis *tells the worlds apart* if at least {100 * MOSTLY:.0f} % of studies of this size conclude that repair
strengthens where it teaches, and at most {100 * RARE:.0f} % do where the causal effect is zero or negative. It
*concludes it where it is not so* if clearly more do in some such world: the 95 % interval of the share (Wilson), for
the studies that were simulated, lies above {100 * RARE:.0f} %. In between it is *too near the limit to say*. It
*mostly finds nothing* if it rarely errs but rarely concludes; it *has no advantage to find* if what it is about is
not an advantage even where repair teaches. To conclude that repair helps is not to conclude that it *teaches*: see
how often it is concluded where repair only restores.
"""

TRIAL = """
Therapists are randomised: half repair, half leave ruptures alone; the clients are other clients, as in a real
trial. The number of therapists for a power of 80 % follows from the mean standard error of the simulated trials and the
mean effect (normal approximation, caseloads as here); none where the effect cannot be told from zero. In round brackets
Monte-Carlo standard errors, of shares in percentage points; in square ones the 95 % interval that simulating finitely
many studies leaves. It holds no doubt about the effect itself, which differs between draws of the parameters.
"""

COMPARES = "Sources name the kind of analysis; none of these is a re-analysis of their data."

ASSUMED = """
- **Assumed.** What repair does in each world, and how much of it: that it takes off as much of the damage as it
  resolves, that it teaches security (`security.corrective`), more with trauma (`security.corrective_trauma`), and that
  trust which was earned raises what the pair can sustain (`sustain.trust`); no finding has set these numbers. That
  skills go together or not; that therapists of one arm try every repair and those of the other none; that reports miss
  and invent ruptures.
- **Fitted.** How often ruptures happen, how far ratings and reports are off, how the alliance goes with outcome: in
  every world to the same published findings, none of which is about repair and outcome.
- **Emerges.** How far what repair is assumed to do carries to symptoms, alliance at the end and dropout; whether a
  repaired rupture leaves more than no rupture; who gets a repair; and everything that studies find, in particular
  where there is nothing to be found.
"""
