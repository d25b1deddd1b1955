"""What estimators are called on the page, and how each is computed, in words."""

from alliance_sim.questions.alliance_and_outcome.estimators import CROSS_LAGGED

NAMED = {
    "raw": (
        "One early session, r",
        "Correlation of the first alliance in session 3 or later with minus distress at the planned end.",
    ),
    "adjusted": (
        "One early session, intake fixed",
        "The same as a standardised slope, distress at intake controlled, random intercepts of therapists.",
    ),
    "completers": ("One early session, completers", "'Intake fixed' without clients who dropped out."),
    "carried": (
        "One early session, carried forward",
        "'Intake fixed', with the last distress seen in a session in the place of that at the planned end.",
    ),
    "subsequent": (
        "One early session, change so far fixed",
        "'Intake fixed', with distress at the time of the early session controlled as well.",
    ),
    "corrected": (
        "One early session, corrected",
        "'Intake fixed' over the square root of the dependability of one rating (sessions 3 to 9).",
    ),
    "several": ("Sessions 3 to 9", "Mean alliance of sessions 3 to 9, intake controlled, random intercepts."),
    "corrected_several": (
        "Sessions 3 to 9, corrected",
        "The same over the square root of the dependability of the mean (Spearman-Brown).",
    ),
    "every_raw": ("All sessions, r", "Correlation with the mean alliance of all attended sessions."),
    "every": ("All sessions", "The same as a standardised slope, intake controlled, random intercepts."),
    "own": (
        "Client against therapist's mean",
        "Slope of the client's deviation from the therapist's mean of sessions 3 to 9 (Baldwin et al., 2007).",
    ),
    "therapists": ("Therapists' means", "Slope of the therapist's observed mean in the same model."),
    "shrunken": ("Therapists' means, shrunken", "The same with empirical-Bayes means."),
    "centred": (
        "Person-mean centred",
        "Distress at the end of the week on the person-mean-centred alliance of its session, random intercepts.",
    ),
    "lagged": (
        "Person-mean centred, lagged",
        "The same with the distress that the session began with controlled: the usual form.",
    ),
    "detrended": (
        "Person-mean centred, detrended",
        "'Lagged', from series without each client's own straight line.",
    ),
    "fixed": (
        "Fixed effects",
        "Fixed effects of clients and of weeks, distress before controlled, errors by clients.",
    ),
    "differences": (
        "First differences",
        "Change of distress on change of the alliance, effects of weeks, errors by clients.",
    ),
    "dynamic": (
        "Dynamic panel",
        "First differences with the change before, by earlier levels as instruments (Anderson & Hsiao, 1982).",
    ),
    CROSS_LAGGED: (
        "Cross-lagged, random intercepts",
        "Hamaker, Kuiper & Grasman (2015): the first sessions, distress before and alliance after each.",
    ),
    "improvement": (
        "Improvement, person-mean centred",
        "Next alliance on the person-mean-centred fall of distress of the week, the alliance before controlled.",
    ),
}
"""Label and description of every estimator, in the order of tables."""

LABELS = {key: label for key, (label, _) in NAMED.items()}
KEYS = tuple(NAMED)
