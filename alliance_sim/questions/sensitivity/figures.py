"""The figures: settings by what they move, and over the posterior shares of parameters and means in fifths."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.estimates.long import Estimates
from alliance_sim.figures import sensitivity
from alliance_sim.figures.picture import Picture
from alliance_sim.law.about import About
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.sensitivity.estimates import ranked
from alliance_sim.questions.sensitivity.naming import path_of
from alliance_sim.questions.sensitivity.section import RANGES, wanted
from alliance_sim.questions.sensitivity.view import noise_over_ranges
from alliance_sim.scenario.names import POSTERIOR
from alliance_sim.scenario.registry import by_path


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """A figure for each estimate that some setting moves; two of all estimates over the posterior."""
    asked, over = wanted(question), question.section.over
    pictures = []
    for k, each in enumerate(asked if RANGES in over else (), 1):
        table = ranked(tables.estimates, tables.more["settings"], each.label)
        noise = noise_over_ranges(tables.estimates.where(estimate=each.label))
        if (table["mu_star"] > 0).any():
            title = f"What {each.label} depends on"
            pictures.append(sensitivity.draw(f"settings_{k}", title, each.unit, table, noise))
    if POSTERIOR in over:
        shares, fifths = [], []
        for each in asked:
            own = tables.estimates.where(estimate=each.label)
            chance = own.one(about="share by chance").value
            shares.append((each.label, _parameters(own, "share over draws", "first", tables), chance))
            fifths.append((each.label, each.unit, _parameters(own, "mean in a fifth", "mean", tables)))
        title = "What the estimates go with over the posterior"
        pictures.append(sensitivity.over_draws("posterior", title, shares))
        pictures.append(sensitivity.fifths("fifths", "The estimates in fifths of the posterior", fifths))
    return pictures


def _parameters(own: Estimates, about: str, name: str, tables: Tables) -> pd.DataFrame:
    """Estimates of parameters, as the figures have their columns."""
    frame = own.where(about=about).frame.merge(tables.more["settings"][["setting", "name"]], on="setting")
    ends = {"low": "low", "high": "high"} if name == "mean" else {"low": f"{name}_low", "high": f"{name}_high"}
    scales = [by_path()[path].about for path in frame["setting"]]
    return frame.rename(columns={"value": name, "at": "middle", **ends}).assign(
        parameter=[path_of(path) for path in frame["setting"]],
        scale=[about.unit if isinstance(about, About) else "" for about in scales],
    )
