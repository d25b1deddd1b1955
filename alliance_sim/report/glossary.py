"""What words of the report mean, and what the simulation cannot say."""

WORDS = {
    "Alliance": (
        "The working alliance of client and therapist: agreement on goals (what therapy is for), agreement on "
        "tasks (why these activities), and bond (trust, respect, care). Felt alliance is what the client feels, "
        "shown alliance what others can see; both run from 0 (none) to 1 (full)."
    ),
    "WAI": (
        "Working Alliance Inventory, short form: 12 questions on goal, task and bond, each marked from 1 to 5. In "
        "this simulation it is filled in with error, by client and by therapist, after every attended session."
    ),
    "Rupture": (
        "A strain or break in the alliance. In a withdrawal the client moves away (short answers, agreeing "
        "without meaning it), in a confrontation the client moves against (complaint, anger)."
    ),
    "Repair": (
        "Noticing a rupture, acknowledging one's part in it, exploring what it was like for the client, and "
        "negotiating what to change. A rupture counts as repaired when enough of it is resolved in the session."
    ),
    "Null, null band": (
        "What would be found if nothing had happened. For changes after a rupture: the same people and luck, with "
        "ruptures that have no consequences. For shares of clients found by a criterion: ratings of the same clients "
        "that only drift and err. The band holds 95 of 100 single clinics of this size; a mean over many clinics errs "
        "less, and is held beside the mean of the null."
    ),
    "Dropout": ("Leaving treatment before the planned end without being well."),
    "d, SD": (
        "Standard deviation: improvement is counted in standard deviations of symptoms at intake. As a rule of "
        "thumb 0.2 is called small, 0.5 medium, 0.8 large."
    ),
    "r": ("Correlation, from −1 to 1; 0 means that two things do not go together."),
    "Simulated clinic, replicate": (
        "One run of the simulation with its own therapists, clients and luck; like one study."
    ),
    "Twins": (
        "The same simulated clinic in another arm: the same people with the same luck, but for what the arm "
        "changes. They make differences much surer than separate groups could."
    ),
    "95 % interval, MCSE": (
        "How well the simulation knows its own average (MCSE: Monte-Carlo standard error). Playing more clinics "
        "makes both smaller. They say nothing about how true the model is."
    ),
    "Middle 95 % of single clinics": (
        "The range in which 95 of 100 simulated clinics lie: what single studies of this size would find if the "
        "model were true."
    ),
    "Reliable change, recovered": (
        "Change that exceeds measurement error (Jacobson & Truax, 1991); recovered means that a client began "
        "at or above the clinical cut-off, improved reliably, and ended below it."
    ),
}
"""Terms with their meaning."""

FIXED = (
    "The intervals hold Monte-Carlo error only. Uncertainty about parameters is not in them; vary the parameters to "
    "see it, or let every clinic have its own draw of them (--set parameters=posterior)."
)
DRAWN = (
    "Uncertainty about parameters is in the spread among clinics, as far as the draws hold it: they say what the "
    "findings that were fitted leave open, not whether the rules are right. Parameters that are not "
    "drawn are held fixed."
)

LIMITS = (
    (
        "These are simulated people. The numbers show what follows from the assumptions, and nothing about any "
        "real clinic."
    ),
    (
        "Where a mechanism is contested, the result holds for the one in force; its rivals may give other numbers "
        "(see the table of mechanisms)."
    ),
    (
        "A comparison whose answer is built into the rules is no finding. If an arm switches a mechanism off, its "
        "effect is gone by definition; what is informative is how large the effect was, and on what else it "
        "depended."
    ),
    FIXED,
    (
        "Shares of clients better or worse off than their twins depend on how luck is shared between two worlds. "
        "No study of real clients can show them."
    ),
    (
        "Within one arm, repaired and unrepaired ruptures are not comparable: they are other ruptures of other "
        "clients. Only the comparison with twins is causal, and only in this model."
    ),
)
"""Limits of every report."""


def limits(drawn: bool) -> list[str]:
    """The limits of a report; `drawn` says whether clinics had draws of the parameters."""
    return [DRAWN if drawn and line == FIXED else line for line in LIMITS]
