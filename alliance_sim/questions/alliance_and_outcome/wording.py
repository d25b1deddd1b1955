"""What a reader needs to know beside the tables, whatever came of them."""

from alliance_sim.questions.frame.question import Question

QUESTIONS = (
    '"The effect of the alliance" can mean three things. Each is measured here by intervention: the same simulated '
    "clients, with the same luck, live through a world in which one thing was changed, and nothing else.\n\n- **Of a "
    "whole treatment (between clients).** What the pair can sustain of goal, task and bond is raised, and in a second "
    "world lowered, for the whole treatment. The effect is the change of distress at the planned end over the change "
    "of the mean felt alliance, in standard deviations among clients, so that it can be laid beside a correlation. It "
    "is a total effect: it holds what an alliance does by way of ruptures, engagement and staying longer.\n- **Of one "
    "session (within clients).** One session is felt to be better, or worse, than it was. The effect is the change of "
    "distress at the end of that week, for one standard deviation of the alliance around the client's own mean.\n- "
    "**Of improvement on the alliance (the reverse path).** Life takes some distress away in one week. The effect is "
    "the change of the next session's alliance.\n\nThey are different quantities and need not agree. A whole "
    "treatment adds up many sessions, and what is sustained differs more between clients than one session does from "
    "the next; so the first is much larger than the second. Brackets are 95 % Monte-Carlo intervals. The third row "
    "measures the first effect with twice the raise: where the two agree, the size of the intervention does not "
    "matter. In the world without an effect every path from the felt alliance to change is cut; but with dropout at "
    "work it still keeps people in treatment, and that is an effect."
)

STEPS = (
    "What comes between the effect and the correlation, as the calibrated model has it. An estimator's error is taken "
    "apart by switching every distortion on and off in every combination; what one adds is averaged over all orders "
    "(Shapley values). *Reverse causation*: improvement raises the next alliance. *Selection by therapists*: "
    "competence that makes technique work also convinces. *Selection by clients*: security that raises the bond also "
    "decides how much can be borne. *Dropout*: clients leave. *Rating error*: questionnaires stand in the place of "
    "true states. A step changes the world and with it the effect; what is shown is what it adds to the error against "
    "the effect in its own world. Numbers in brackets are 95 % Monte-Carlo errors. They hold those of the effects: "
    "studies and twins are of the same clinics in every world, and a jackknife leaves each clinic out of all at once."
)

SESSION = (
    "What one better session does, in the world with everything at work as calibrated. It goes on in the weeks that "
    "follow, because a better alliance lasts for a while, so its long-run effect is larger than that at the end of "
    "the week, which is what session-to-session models estimate."
)

ALARMS = (
    "How many studies find an effect (their 95 % interval does not hold zero) in worlds in which the alliance has "
    "none on change, with 95 % Monte-Carlo intervals (Wilson); n: studies whose fit succeeded, where more than 5 % "
    "failed. Five in a hundred should. Single distortions are at their strongest and with true states; the columns "
    "with rating error say at which strength. Worlds in which the twins show an effect all the same (by staying in "
    "treatment) are left out, but for the last: there the effect that its head names is left between clients, and "
    "none of one session."
)

RATERS = (
    "The same clients in the same world, rated in other ways: mean estimates (±: 95 % Monte-Carlo error). *Occasion*: "
    "mood or haste that all items of one session share; *leniency*: a lasting habit of marking high or low; each at "
    "none, as calibrated, and double. *Halo*: clients who have improved mark higher, by so many points a standard "
    "deviation of improvement; the law knows none, and it is added to the ratings that were recorded. Leniency lasts, "
    "so that averaging over sessions and correcting for unreliability do not see it; halo is reverse causation inside "
    "the questionnaire. Columns share people and luck, so that two of them do not differ by chance as independent "
    "means would."
)

DRAWS = (
    "A cell holds the mean over draws with its 95 % Monte-Carlo error, and the middle 90 % of draws. Arms other than "
    "the first hold another account of how clients change, fitted anew to the same published findings: they agree in "
    "the correlation, so far as it could be fitted, and need not agree in the effect. "
    "Every study has a draw of the parameters of its own, and more therapists, so that little of the spread is luck. "
    "The spread over draws still holds parameters, people and luck together. What is not fitted (see the caveats) "
    "does not vary here."
)

ESTIMATORS = (
    "All slopes are standardised: standard deviations of outcome (or distress) per standard deviation of the alliance, "
    "more improvement positive. Clients who never rated are left out, as they are in studies."
)

LITERATURE = (
    "Findings N40 (the alliance before the next session's symptoms), N41 and W02 (improvement before the next "
    "alliance) and W05 (smaller effects after detrending) are what the field reports of sessions. N40 and N41 are "
    "among the fitted findings, W02 and W05 were held out; docs/evidence.md has all of their numbers. Of N40 and N41 "
    "only the sign was verified, so that the effect of one session is known roughly, and errors relative to it too; "
    "what carries over is the direction and the absolute size of the errors. Which estimator was used is part of what "
    "each of these findings says. "
    "Curran and Bauer (2011) show that person-mean centring "
    "takes apart what lies between and within people, and that trends over time have to be dealt with apart. Hamaker, "
    "Kuiper and Grasman (2015) show that cross-lagged models without random intercepts mix the two. Falkenström and "
    "colleagues (2017) found estimates strongly influenced by whether series were detrended, and warn of the lagged "
    "outcome as a predictor (Nickell, 1981); Falkenström, Solomonov and Rubel (2020) recommend to take out what is "
    "stable in patients and to control for the outcome before; Falkenström (2024) recommends structural models "
    "against that bias, and to report long-run effects. Baldwin, Wampold and Imel (2007) found that therapists' usual "
    "alliance, not the client's deviation from it, went with outcome. Here each of these analyses meets worlds whose "
    "truth is known."
)


def use(share: float) -> str:
    """How to read the table of recommendations."""
    return (
        f"Estimators whose mean error, with its 95 % Monte-Carlo error, is at most {100 * share:.0f} % of the effect, "
        "best first. *True states* shows whether the analysis is right when nothing is measured with error; *ratings* "
        "whether it is with the questionnaires that studies have. An estimator recovers an effect only if it is as "
        "near where nothing distorts and, from ratings, also from true states in the same world and where rating "
        "error alone distorts; the others that come near it have errors that cancel, and would not in the next clinic. "
        "*Between therapists*: the effect of more attuned therapists (see the first table)."
    )


def between(share: float) -> str:
    """How to read the table of errors between clients."""
    return (
        "Mean error (estimate minus effect of a whole treatment) in standard deviations of outcome per standard "
        f"deviation of the alliance (±: 95 % Monte-Carlo error). ✓: recovers the effect, at most {100 * share:.0f} % "
        "off; ≈: as near, but by errors that cancel; n: studies whose fit succeeded, where more than 5 % "
        "failed. Columns with one distortion have it at its strongest, and true "
        "states, so that it is seen alone; *rating error* has no other distortion; the last columns have all of them, "
        "with ratings, and those before them reverse causation and rating error alone. Therapists' means answer "
        "another question: therapists differ in alliance by what they are, and their error is that against the effect "
        "of more attuned therapists (see the first table). "
        "Shrunken means divide by a variance between therapists that may be next to nothing: their mean error is that "
        "of a few studies."
    )


def within(share: float) -> str:
    """How to read the table of errors within clients."""
    return (
        "Mean error (estimate minus effect of one session at the end of its week). Columns and marks as above "
        f"({100 * share:.0f} % of an effect that is small). Two things go wrong together in ratings: symptoms are "
        "measured with error, so that holding the measured distress before fixed does not hold the true one fixed; and "
        "improvement raises the alliance, so that the alliance stands in for what is not held fixed."
    )


def studies(asked: Question) -> str:
    """How to read the table of single studies."""
    section = asked.section
    clinic = asked.experiment.points[0].scenario.clinic
    return (
        "The world with everything at work as calibrated, ratings. *Stated error*: the mean standard error that the "
        "model itself gives; where it is below the SD over studies, intervals are too short. Intervals that hold the "
        "effect should be 95 %: a biased estimator misses it however good its standard error is. Two sizes: *whole*, "
        f"{clinic.therapists} therapists with {clinic.caseload} clients each, and *small*, {section.small_therapists} "
        f"with {section.small_caseload}."
    )
