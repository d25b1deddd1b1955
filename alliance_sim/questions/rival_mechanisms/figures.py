"""The figures: what each rival reproduces, which pairs can be distinguished, what each predicts of new studies."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.evidence.proposed import PROPOSALS
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.rivals import distinguished, predictions, reproduced
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.rival_mechanisms.view import distinguished as is_distinguished


def draw(_: Question, tables: Tables) -> Sequence[Picture]:
    """All three."""
    found = tables.estimates
    names = found.where(about="distance").options("rival")
    words = {proposal.name: proposal.words for proposal in PROPOSALS}
    expected = found.where(about="prediction").frame.rename(columns={"study": "id", "value": "mean"})
    expected = expected.assign(words=expected["id"].map(words))
    pairs = []
    for row in found.where(about="right one of two", numbers="today"):
        key = {"rival": row["rival"], "other": row["other"]}
        new = found.one(about="right one of two", numbers="new", **key)
        shares = {"today": row.estimate.value / 100.0, "new": new.value / 100.0}
        clear = {"today_clear": is_distinguished(row.estimate), "new_clear": is_distinguished(new)}
        pairs.append({"one": row["rival"], "other": row["other"], **shares, **clear})
    return [
        reproduced(tables.more["findings"], names),
        distinguished(pd.DataFrame(pairs), names),
        predictions(expected, names),
    ]
