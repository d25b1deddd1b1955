"""Finding estimates by name, arm and comparison."""

import math

import numpy as np
import pandas as pd

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.found import Found, found, records
from alliance_sim.scenario.problem import ConfigError, Place, Problem, listing, nearest

__all__ = ["Found", "Lookup", "better", "found"]


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

    def overall(self, kind: str, estimate: str, arm: str) -> Found | None:
        """The estimate of an arm averaged over the settings of all factors; None when there is no such row."""
        place = self._overall.get((kind, estimate, arm))
        return None if place is None else found(self._averaged[place])

    def level(self, estimate: str, arm: str) -> Found | None:
        """An arm as it is; None where it was not measured. Raises ConfigError for a name that there is not."""
        return self._named("level", estimate, arm)

    def contrast(self, estimate: str, arm: str) -> Found | None:
        """An arm minus the baseline; None where it was not measured, and for the baseline itself.

        Raises ConfigError for a name that there is not.
        """
        return self._named("contrast", estimate, arm)

    def _named(self, kind: str, estimate: str, arm: str) -> Found | None:
        """The estimate of an arm, of which both must have the name of something."""
        for noun, name, options in (("estimate", estimate, BY_NAME), ("arm", arm, dict.fromkeys(self.table["arm"]))):
            if name not in options:
                known = [str(option) for option in options]
                near = nearest(name, known)
                raise ConfigError([Problem(Place(noun), f'the unknown name "{name}"', listing(known), near)])
        return self.overall(kind, estimate, arm)

    def apart(self, estimate: str, arm: str, baseline: str) -> tuple[float, float]:
        """What single studies of this size would find that compare two separate groups, without twins: 95 %.

        difference -/+ 1.96 sqrt(variance of a clinic in the arm + variance of one in the baseline), at a typical
        setting of the factors (mean of the variances); nan where one of them is not known.
        """
        difference = self.overall("contrast", estimate, arm)
        spread = [self._variance(estimate, name) for name in (arm, baseline)]
        if difference is None or not all(math.isfinite(v) for v in (difference.value, *spread)):
            return math.nan, math.nan
        reach = 1.96 * math.sqrt(sum(spread))
        return difference.value - reach, difference.value + reach

    def _variance(self, estimate: str, arm: str) -> float:
        """Variance among clinics in an arm, mean over the settings of the factors; MCSE^2 times replicates."""
        rows = self.rows("level", estimate, arm)
        if self.factors:
            rows = rows[rows[list(self.factors)].notna().all(axis=1)]
        return float((rows["mcse"] * rows["mcse"] * rows["replicates"]).mean()) if len(rows) else math.nan


def better(contrast: Found) -> int:
    """1 when an arm is better for clients than the baseline, -1 when worse, 0 when neither or not sure."""
    return int(np.sign(contrast.value)) * BY_NAME[contrast.estimate].better if contrast.sure else 0
