"""The figures: effects by profile, and each profile against everybody else."""

from collections.abc import Sequence

from alliance_sim.estimands.profiles import EVERYONE
from alliance_sim.figures import by_profile
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.repair_for_whom.run import scenarios


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """Both figures are about the main scenario; the second needs a profile that could be judged."""
    baseline, main = question.experiment.baseline, next(iter(scenarios(question.experiment)))
    own = tables.estimates.where(scenario=main)
    keys = ["policy", "group", "outcome"]
    effects = own.where(about="effect").frame
    middle = own.where(about="single clinics").frame[[*keys, "low", "high"]]
    effects = effects.merge(middle.rename(columns={"low": "spread_low", "high": "spread_high"}), on=keys)
    groups = [EVERYONE, *tables.more["profiles"].query("judged")["profile"]]
    names = {"group": "profile", "outcome": "estimate"}
    pictures = [by_profile.draw(effects.rename(columns=names), groups, baseline)]
    contrasts = own.where(about="contrast").frame.rename(columns=names)
    if len(contrasts):
        pictures.append(by_profile.draw_interactions(contrasts.assign(contrasts=len(contrasts)), baseline))
    return pictures
