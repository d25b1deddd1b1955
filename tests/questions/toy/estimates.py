"""The table of a toy."""

import pandas as pd

from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.stats.estimate import Estimate


def estimate(question: Question, rows: pd.DataFrame) -> Tables:
    """Means over replicates."""
    means = rows.groupby(["base", "arm", "column"], as_index=False)["value"].mean()
    keyed = ({name: row[name] for name in ("base", "arm", "column")} for _, row in means.iterrows())
    estimates = Estimates.of(
        (key, Estimate(value, unit="0–1")) for key, value in zip(keyed, means["value"], strict=True)
    )
    return Tables(estimates, {"rows": rows})
