"""Cases: scenarios with the data of their studies; what was found in one, and which estimators recover an effect."""

from math import hypot
from typing import NamedTuple

from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.alliance_and_outcome.effects import EFFECT_OF
from alliance_sim.questions.alliance_and_outcome.estimates import REJECTED
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, ESTIMANDS, LABELS, REVERSE
from alliance_sim.questions.alliance_and_outcome.measure import WHOLE
from alliance_sim.questions.alliance_and_outcome.performance import RATING_ERROR
from alliance_sim.questions.alliance_and_outcome.scenarios import Names
from alliance_sim.questions.alliance_and_outcome.study import RATED, TRUE
from alliance_sim.stats.estimate import UNKNOWN, Estimate
from alliance_sim.stats.intervals import NORMAL_95

NO_EFFECT = 0.002
"""An effect below this, and within its own error, counts as none."""

TWICE = 10.0
"""Twice the nominal rate of false alarms, in percent."""


class Case(NamedTuple):
    """A scenario (but for its arm) and a kind of data, with the name of its column in tables."""

    label: str
    strength: str
    on: str
    data: str


NOTHING = Case("nothing distorts", "", "", TRUE)
ERRING = Case(RATING_ERROR, "", "", RATED)


class EstimatorPerformance(NamedTuple):
    """An estimator in a case: estimates by measure, and the studies in which it could and could not be fitted."""

    measures: dict[str, Estimate]
    studies: int
    failed: int

    def of(self, measure: str) -> Estimate:
        """One measure, such as the bias."""
        return self.measures.get(measure, UNKNOWN)


class Recovered(NamedTuple):
    """Estimators near an effect, the nearest first: those that recover it, and those whose errors happen to cancel."""

    good: list[str]
    cancel: list[str]


class CaseEstimates:
    """The long table, asked by case."""

    def __init__(self, estimates: Estimates, names: Names) -> None:
        self.estimates, self.names = estimates, names
        self._studies: dict[tuple[str, ...], dict[str, EstimatorPerformance]] = {}
        for row in estimates:
            if row.key.get("data"):
                key = tuple(str(row.key.get(name, "")) for name in ("strength", "on", "arm", "data", "size"))
                new = EstimatorPerformance({}, int(row["studies"]), int(row["failed"]))
                here = self._studies.setdefault(key, {})
                here.setdefault(row["estimator"], new).measures[row["about"]] = row.estimate

    def effect(self, case: Case, arm: str, estimand: str) -> Estimate:
        """The effect that an estimand is compared with; unknown where it was not measured."""
        key = {"strength": case.strength, "on": case.on, "arm": arm}
        return self.estimates.get(about="effect", estimand=EFFECT_OF.get(estimand, estimand), **key)

    def studies(self, case: Case, arm: str, size: str = WHOLE) -> dict[str, EstimatorPerformance]:
        """The performance by estimator, in the order of tables; without those that could never be fitted."""
        here = self._studies.get((case.strength, case.on, arm, case.data, size), {})
        return {key: here[key] for key in LABELS if key in here and here[key].studies}

    def rated_arms(self) -> list[str]:
        """Further arms, run where everything distorts as calibrated: the same clients, other ratings."""
        here = (self.names.strength, self.names.everything)
        arms = dict.fromkeys(key[2] for key in self._studies if key[:2] == here)
        return [arm for arm in arms if arm not in (self.names.effect, self.names.null)]

    def calibrated(self, data: str = RATED) -> Case:
        """The case with every distortion at work as calibrated."""
        return Case(f"all, {self.names.strength}", self.names.strength, self.names.everything, data)

    def cases(self) -> list[Case]:
        """No distortion, each alone at its strongest, rating error alone, and all of them at every strength."""
        names = self.names
        single = [self.alone(each) for each in names.distortions]
        whole = [Case(f"all, {strength}", strength, names.everything, RATED) for strength in names.strengths]
        return [NOTHING, *single, ERRING, *whole]

    def alone(self, distortion: str) -> Case:
        """A distortion by itself at its strongest, with true states."""
        strongest = self.names.strengths[-1]
        return Case(f"{distortion}, {strongest}", strongest, distortion, TRUE)

    def feedback(self) -> str:
        """The distortion that changes most what improvement does to the next alliance; empty where none does."""
        start, changes = self.effect(NOTHING, self.names.effect, REVERSE), dict[str, float]()
        for each in self.names.distortions:
            effect = self.effect(self.alone(each), self.names.effect, REVERSE)
            if abs(effect.value - start.value) > NORMAL_95 * hypot(effect.error, start.error):
                changes[each] = abs(effect.value - start.value)
        return max(changes, key=lambda each: changes[each], default="")

    def fed_back(self) -> list[Case]:
        """That distortion with ratings, at every strength."""
        on = self.feedback()
        return [Case(f"{on} + {RATING_ERROR}, {own}", own, on, RATED) for own in self.names.strengths if on]

    def alarming(self) -> list[Case]:
        """Where false alarms are counted: the cases without any effect, and the calibrated one with what is left."""
        silent = self.without_effect()
        columns = [case for case in (*self.cases(), *self.fed_back()) if case.on in ("", *silent)]
        if len(silent) > 1:
            label, on = " + ".join([*silent, RATING_ERROR]), ", ".join(silent)
            columns += [Case(f"{label}, {own}", own, on, RATED) for own in self.names.strengths]
        return list(dict.fromkeys([*columns, self.calibrated()]))

    def without_effect(self) -> list[str]:
        """The distortions under which, at their strongest, the arm without an effect has none indeed."""
        found = []
        for each in self.names.distortions:
            effect = self.effect(self.alone(each), self.names.null, BETWEEN)
            if abs(effect.value) <= max(NORMAL_95 * effect.error, 1e-9) and abs(effect.value) < NO_EFFECT:
                found.append(each)
        return found

    def near(self, case: Case, key: str, share: float) -> bool:
        """Whether a mean error, with its interval, is at most a share of the effect."""
        own = self.studies(case, self.names.effect).get(key)
        effect = self.effect(case, self.names.effect, ESTIMANDS[key])
        return own is not None and own.of("bias").beyond(share * abs(effect.value)) is False

    def recovered(self, case: Case, estimand: str, share: float) -> Recovered:
        """Which estimators recover an effect in a case.

        One does that is near it (`near`) in this case, where nothing distorts, and, with ratings, also from true states
        in the same scenario and with rating error alone. One that is near here but not there has errors that cancel.
        """
        here = self.studies(case, self.names.effect)
        own = [key for key in here if ESTIMANDS[key] == estimand and self.near(case, key, share)]
        own.sort(key=lambda key: (abs(here[key].of("bias").value), key))
        parts = [NOTHING, *([case._replace(data=TRUE), ERRING] if case.data == RATED else [])]
        good = [key for key in own if all(self.near(part, key, share) for part in parts)]
        return Recovered(good, [key for key in own if key not in good])


def loud(own: EstimatorPerformance) -> bool:
    """Whether clearly more than twice the nominal share of studies finds an effect."""
    return own.of(REJECTED).low > TWICE


def quiet(own: EstimatorPerformance) -> bool:
    """Whether clearly less than twice the nominal share of studies finds an effect."""
    return own.of(REJECTED).high < TWICE
