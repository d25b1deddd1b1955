"""Finding estimates by name, arm and comparison."""

import math

import numpy as np
import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.long import records
from alliance_sim.estimates.result import Result, result
from alliance_sim.scenario.problem import ConfigError, Place, Problem, listing, nearest
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import NORMAL_95


class Lookup:
    """The estimates of an experiment, by name and comparison."""

    def __init__(self, estimates: pd.DataFrame, factors: tuple[str, ...]) -> None:
        self.table = estimates
        self.factors = factors
        self._kinds = {str(kind): rows for kind, rows in estimates.groupby("kind", sort=False)}
        averaged = estimates
        if factors:
            averaged = estimates[estimates[list(factors)].isna().all(axis=1)]
        keys = zip(averaged["kind"], averaged["estimate"], averaged["arm"], strict=True)
        self._overall = {key: k for k, key in reversed(list(enumerate(keys)))}
        self._averaged = records(averaged)

    def __repr__(self) -> str:
        return repr(self.table.drop(columns="meaning", errors="ignore"))

    def _repr_html_(self) -> str:
        """The table, as a notebook shows it."""
        html: str = self.table.drop(columns="meaning", errors="ignore").to_html(index=False, max_rows=40)
        return html

    def rows(self, kind: str, estimate: str | None = None, arm: str | None = None) -> pd.DataFrame:
        """Rows of a kind, of one estimate and arm where given."""
        table = self._kinds.get(kind, self.table.iloc[:0])
        if estimate is not None:
            table = table[table["estimate"] == estimate]
        return table if arm is None else table[table["arm"] == arm]

    def overall(self, kind: str, estimate: str, arm: str) -> Result | None:
        """The estimate of an arm averaged over the settings of all factors; None when there is no such row."""
        place = self._overall.get((kind, estimate, arm))
        return None if place is None else result(self._averaged[place])

    def level(self, estimate: str, arm: str) -> Result | None:
        """An arm as it is; None where it was not measured. Raises ConfigError for a name that there is not."""
        return self._named("level", estimate, arm)

    def contrast(self, estimate: str, arm: str) -> Result | None:
        """An arm minus the baseline; None where it was not measured, and for the baseline itself.

        Raises ConfigError for a name that there is not.
        """
        return self._named("contrast", estimate, arm)

    def _named(self, kind: str, estimate: str, arm: str) -> Result | None:
        """The estimate of an arm, of which both must have the name of something."""
        for noun, name, options in (("estimate", estimate, BY_NAME), ("arm", arm, dict.fromkeys(self.table["arm"]))):
            if name not in options:
                known = [str(option) for option in options]
                near = nearest(name, known)
                raise ConfigError([Problem(Place(noun), f'the unknown name "{name}"', listing(known), near)])
        return self.overall(kind, estimate, arm)

    def at_settings(self, kind: str, estimate: str, arm: str) -> list[Result]:
        """The estimate of an arm at each setting of the factors."""
        rows = self.rows(kind, estimate, arm)
        if self.factors:
            rows = rows[rows[list(self.factors)].notna().all(axis=1)]
        return [result(row) for row in records(rows)]

    def apart(self, estimate: str, arm: str, baseline: str) -> Estimate:
        """What 95 % of single studies of this size would estimate that compare two separate groups, without twins.

        difference -/+ 1.96 sqrt(variance of a clinic in the arm + variance of one in the baseline), at a typical
        setting of the factors (mean of the variances); nan where one of them is not known.
        """
        difference = self.overall("contrast", estimate, arm)
        variances = [self._variance(estimate, name) for name in (arm, baseline)]
        if difference is None or not all(map(math.isfinite, (difference.estimate.value, *variances))):
            return Estimate(math.nan)
        value, reach = difference.estimate.value, NORMAL_95 * math.sqrt(sum(variances))
        return Estimate(value, value - reach, value + reach, unit=difference.estimate.unit)

    def _variance(self, estimate: str, arm: str) -> float:
        """Variance among clinics in an arm, mean over the settings of the factors."""
        variances = [each.variance for each in self.at_settings("level", estimate, arm)]
        return float(np.mean(variances)) if variances else math.nan
