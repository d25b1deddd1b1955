"""All that was found, gathered for words and tables."""

from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.rupture_detection import tables
from alliance_sim.questions.rupture_detection.excess import excess
from alliance_sim.questions.rupture_detection.measuring import Plan
from alliance_sim.stats.montecarlo import Summary


class Found(NamedTuple):
    """Tables at the middle setting, and over settings; `rows` are those of single clinics at the middle setting."""

    criteria: tuple[str, ...]
    base: str  # the world with ruptures that is told of
    without: str  # the first world without ruptures; empty where there is none
    others: tuple[str, ...]  # further worlds with ruptures
    kind: str  # the null that prevalences stand beside
    where: str  # the middle setting in words
    middle_of: dict[str, Any]
    levels: dict[str, list[Any]]
    names: dict[str, str]  # what the factors are called
    drawn: bool  # every clinic has its own draw of the parameters
    rows: pd.DataFrame
    summary: pd.DataFrame
    middle: pd.DataFrame
    prevalence: pd.DataFrame
    yardstick: pd.DataFrame
    accuracy: pd.DataFrame
    curves: pd.DataFrame
    settings: pd.DataFrame
    nulls: pd.DataFrame
    clinics: pd.DataFrame
    excess: pd.DataFrame  # shares of `base` beside their null

    def shares(self, criterion: str, arm: str) -> dict[str, dict[str, Any]]:
        """The shares that a criterion reports in an arm: rows of `prevalence`, by share."""
        own = self.prevalence
        return {str(row["share"]): row for row in records(own[(own["criterion"] == criterion) & (own["arm"] == arm)])}

    def share(self, criterion: str, arm: str, share: str) -> float:
        """Mean share of clients that a criterion reports in an arm, %."""
        return float(self.shares(criterion, arm)[share]["mean"])

    def threshold(self, criterion: str, arm: str) -> float:
        """Mean least fall that a criterion counts in an arm, in points."""
        own = self.middle[(self.middle["arm"] == arm) & (self.middle["quantity"] == "threshold")]
        return float(own.loc[own["criterion"] == criterion, "mean"].to_numpy(float)[0])

    def sample(self, quantity: str, arm: str) -> float:
        """Mean of what the samples of an arm are like, such as their number of rated sessions."""
        own = self.middle[(self.middle["arm"] == arm) & (self.middle["criterion"] == "")]
        return float(own.loc[own["quantity"] == quantity, "mean"].to_numpy(float)[0])

    def fairly(self) -> dict[tuple[str, str], float]:
        """What is reported without ruptures by the yardstick of the world with them, %, by criterion and share."""
        known = self.yardstick.dropna()
        shares = [name.removesuffix("_alike") for name in known.columns if name.endswith("_alike")]
        return {
            (str(row["criterion"]), share): float(row[f"{share}_alike"]) for row in records(known) for share in shares
        }

    def surplus(self, criterion: str, share: str, fair: bool) -> Summary:
        """A share with ruptures minus without; `fair`: with the same threshold, and as many ratings, where told."""
        how = "alike_" if fair and (self.rows["quantity"] == f"alike_{share}").any() else ""
        return tables.surplus(self.rows, criterion, share, self.base, self.without, how)

    def verdicts(self) -> dict[tuple[str, str], str]:
        """Whether the shares of `base` are "more" or "less" than their null, or neither ("")."""
        return {(str(row["criterion"]), str(row["share"])): str(row["verdict"]) for row in records(self.excess)}

    def of(self, criterion: str, quantity: str) -> float:
        """A number of a criterion's accuracy."""
        own = self.accuracy[self.accuracy["criterion"] == criterion]
        return float(own[quantity].to_numpy(float)[0])

    def best(self, quantity: str, among: tuple[str, ...]) -> list[str]:
        """Some criteria by a number of their accuracy, the largest first."""
        return sorted(among, key=lambda name: -self.of(name, quantity))


NAMES = {"weeks": "planned sessions", "rating": "rating error"}


def gather(asked: Question, plan: Plan, rows: pd.DataFrame) -> Found:
    """All tables of an answer from the rows of its replicates."""
    settings = tables.settings_of(asked)
    base = asked.experiment.baseline
    with_, without = tables.arms_of(asked, ruptures=True), tables.arms_of(asked, ruptures=False)
    by = list(settings.levels)
    summary = tables.summaries(rows, by)
    middle, own = tables.at(summary, settings.middle), tables.at(rows, settings.middle)
    names = {name: NAMES.get(name, name.replace("_", " ")) for name in by}
    first = without[0] if without else ""
    kind = plan.nulls[0]
    return Found(
        criteria=plan.criteria,
        base=base,
        without=first,
        others=tuple(arm for arm in with_ if arm != base),
        kind=kind,
        where=", ".join(f"{names[name]}: {value}" for name, value in settings.middle.items()) or "the one setting",
        middle_of=settings.middle,
        levels=settings.levels,
        names=names,
        drawn=any(p.arm == base and p.scenario.population is not None for p in asked.experiment.points),
        rows=own,
        summary=summary,
        middle=middle,
        prevalence=tables.prevalence(middle, asked.experiment.arms, kind),
        yardstick=tables.yardstick(middle, base, first) if first else pd.DataFrame(),
        accuracy=tables.accuracy(middle, base),
        curves=tables.curves(own, base),
        settings=tables.by_setting(summary, settings, base, first) if by and first else pd.DataFrame(),
        nulls=tables.validation(rows, by, without, plan.nulls) if without else pd.DataFrame(),
        clinics=tables.clinics(own, base, kind),
        excess=excess(own, base, first, kind),
    )
