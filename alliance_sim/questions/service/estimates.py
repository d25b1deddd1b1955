"""The estimates: levels, differences between matched twins, and the caseload at which spill-over uses a gain up.

Keys: `about`, `scenario`, `form` (of strain), `caseload`, `arm`, `estimate`, and `against` (what an arm is
compared with) where a gain is used up. `services` says what an interval is: the 95 % interval of the mean over services
(""), or the middle 95 % of single services ("middle").
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.estimands.service_year import BY_NAME, CURVES, ESTIMANDS
from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.service.run import BLOCK
from alliance_sim.questions.service.section import Layout, layout_of
from alliance_sim.stats.crossing import crossed
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.jackknife import jackknife
from alliance_sim.stats.montecarlo import mcse_proportion, summarise
from alliance_sim.stats.numbers import of_difference

Floats = NDArray[np.float64]
LEVEL, FROM_BASELINE, BY_SPILLOVER = "level", "versus baseline", "by spill-over"
FROM_SMALLEST, GAIN_BY_SPILLOVER = "versus smallest", "gain by spill-over"
GAIN, USED_UP, TIMES = "gain left", "gain used up", "times as many"
MIDDLE = "middle"
KEYS = ["scenario", "form", "caseload", "arm"]

REFERRED, TREATED = "change_referred", "change_treated"
PER_YEAR = "recovered_year"
SAME, LIGHT = "same caseload, no spill-over", "reference caseload, same strain"
"""What an arm under spill-over is compared with: the baseline at the same caseload without, or at the reference."""


class Services:
    """The numbers of all services, found by their keys. `rows` is that of `run`."""

    def __init__(self, rows: pd.DataFrame, layout: Layout) -> None:
        self.layout = layout
        ordered = rows.sort_values("replicate", kind="stable", ignore_index=True)
        names = [name for name in rows.columns if name not in KEYS]
        self._column = {name: k for k, name in enumerate(names)}
        numbers = np.ascontiguousarray(ordered[names].to_numpy(np.float64).T)
        cells: Any = ordered.groupby(KEYS, sort=False).indices
        self._found: dict[tuple[str, str, int, str], Floats] = {key: numbers[:, own] for key, own in cells.items()}

    def of(self, scenario: str, form: str, caseload: int, arm: str, column: str) -> Floats:
        """A column of the services of one cell, a number a replicate."""
        found: Floats = self._found[scenario, form, caseload, arm][self._column[column]]
        return found

    def cells(self) -> Iterator[tuple[str, str, int, str]]:
        """Every cell, in order of the layout."""
        for scenario in self.layout.scenarios:
            for form in self.layout.forms:
                for caseload in self.layout.caseloads:
                    for arm in self.layout.arms:
                        yield scenario, form, caseload, arm

    def blocks(self, scenario: str) -> range:
        """The points that curves of a scenario have."""
        own = next(own for key, own in self._found.items() if key[0] == scenario)
        points = [k for name, k in self._column.items() if name.startswith(f"{CURVES[-1]}@")]
        return range(1, int(np.isfinite(own[points]).any(axis=1).sum()) + 1)


def estimate(question: Question, rows: pd.DataFrame) -> Tables:
    """All estimates; curves over the weeks; and the numbers of every service."""
    return tables_of(Services(rows, layout_of(question)), rows)


def tables_of(services: Services, rows: pd.DataFrame) -> Tables:
    """The tables of services."""
    found = [*_levels(services), *_gains(services), *_used_up(services), *_times(services)]
    numbers = rows[[name for name in rows.columns if "@" not in name]]
    return Tables(Estimates.of(found), {"weeks": _weeks(services), "services": numbers})


def _summarised(key: dict[str, Any], values: Floats, unit: str) -> Keyed:
    """The mean over services, and the middle 95 % of them."""
    found = summarise(values)
    yield key, Estimate(found.value, found.low, found.high, found.mcse, unit)
    middle = Estimate(found.value, found.spread_low, found.spread_high, math.nan, unit)
    yield {**key, "services": MIDDLE}, middle


def _levels(services: Services) -> Keyed:
    """Every estimate in every cell: its level, and how it differs from the baseline, without spill-over, and from the
    smallest caseload.

    The first two differences are between twins: the same therapists and referrals. Between caseloads, therapists and
    parameters are the same, clients partly.
    """
    layout = services.layout
    for scenario, form, caseload, arm in services.cells():
        for estimand in ESTIMANDS:
            name = estimand.name
            own = services.of(scenario, form, caseload, arm, name)
            base = services.of(scenario, form, caseload, layout.baseline, name)
            kinds = {LEVEL: own}
            if arm != layout.baseline:
                kinds[FROM_BASELINE] = own - base
            if layout.off is not None and form != layout.off:
                kinds[BY_SPILLOVER] = own - services.of(scenario, layout.off, caseload, arm, name)
                if arm != layout.baseline:
                    base_off = services.of(scenario, layout.off, caseload, layout.baseline, name)
                    kinds[GAIN_BY_SPILLOVER] = kinds[BY_SPILLOVER] - (base - base_off)
            if caseload != layout.caseloads[0]:
                kinds[FROM_SMALLEST] = own - services.of(scenario, form, layout.caseloads[0], arm, name)
            key = dict(zip(KEYS, (scenario, form, caseload, arm), strict=True))
            for about, values in kinds.items():
                unit = estimand.unit if about == LEVEL else of_difference(estimand.unit)
                yield from _summarised({"about": about, **key, "estimate": name}, values, unit)


def gains(services: Services, scenario: str, form: str, arm: str, against: str, outcome: str) -> tuple[Floats, Floats]:
    """Caseloads, and how much better than what it is compared with an arm is at each: (replicates, caseloads).

    Against SAME: arm in this form of strain minus baseline at the same caseload without spill-over. Against LIGHT:
    minus the baseline in this form at the reference caseload, from that caseload on.
    """
    layout = services.layout
    sign = BY_NAME[outcome].better
    chosen = [caseload for caseload in layout.caseloads if against == SAME or caseload >= layout.reference]
    differences = []
    for caseload in chosen:
        where = (layout.off or form, caseload) if against == SAME else (form, layout.reference)
        other = services.of(scenario, *where, layout.baseline, outcome)
        differences.append(sign * (services.of(scenario, form, caseload, arm, outcome) - other))
    return np.array(chosen, np.float64), np.column_stack(differences)


def _changed(layout: Layout) -> Iterator[dict[str, str]]:
    """Every scenario, form of strain with spill-over, and arm other than the baseline."""
    for scenario in layout.scenarios:
        for form in layout.on:
            for arm in layout.changed:
                yield {"scenario": scenario, "form": form, "arm": arm}


def _gains(services: Services) -> Keyed:
    """What is left of an arm's gain at each caseload, compared with SAME or, without such a form, with LIGHT."""
    against = LIGHT if services.layout.off is None else SAME
    for key in _changed(services.layout):
        caseloads, found = gains(services, **key, against=against, outcome=REFERRED)
        for caseload, values in zip(caseloads, found.T, strict=True):
            own = {"about": GAIN, **key, "caseload": int(caseload), "estimate": REFERRED, "against": against}
            yield from _summarised(own, values, "points")


def _used_up(services: Services) -> Keyed:
    """At which caseload each arm's gain is used up; -inf: at the smallest already; inf: not up to the largest."""
    for key in _changed(services.layout):
        for outcome in (REFERRED, TREATED, PER_YEAR):
            for against in (SAME, LIGHT):
                if (against == SAME and services.layout.off is None) or (against == LIGHT and outcome == PER_YEAR):
                    continue
                found = crossed(*gains(services, **key, against=against, outcome=outcome))
                own = {"about": USED_UP, **key, "estimate": outcome, "against": against}
                yield own, found.mean._replace(unit="places")
                yield {**own, "services": MIDDLE}, found.single._replace(unit="places")
                for about, share in (("used up at the smallest", found.below), ("never used up", found.beyond)):
                    error = mcse_proportion(share, found.replicates)
                    yield {**own, "about": about}, Estimate(share, error=error).times(100.0, "%")


def _times(services: Services) -> Keyed:
    """How many times as many treatments recover in a year at the largest caseload as at the smallest: the baseline's.

    Ratio of the means over replicates; its error and its interval by the jackknife over replicates.
    """
    layout = services.layout
    for scenario in layout.scenarios:
        for form in layout.forms:
            few, many = (
                services.of(scenario, form, caseload, layout.baseline, PER_YEAR)
                for caseload in (layout.caseloads[0], layout.caseloads[-1])
            )
            found = jackknife(_ratio, np.column_stack([few, many]))
            key = {"about": TIMES, "scenario": scenario, "form": form, "arm": layout.baseline, "estimate": PER_YEAR}
            yield key, Estimate(found.value, found.low, found.high, found.error)


def _ratio(rows: Floats) -> float:
    """Mean of the second column relative to that of the first; nan where that is 0."""
    few, many = rows.mean(axis=0)
    return float(many / few) if few > 0.0 else float("nan")


def _weeks(services: Services) -> pd.DataFrame:
    """Strain, skill learned and clients who wait over the weeks: means over services, a point for each four weeks.

    `week` is the middle of the four weeks, counted from the beginning of the counted year.
    """
    rows = []
    for cell in services.cells():
        for name in CURVES:
            for k in services.blocks(cell[0]):
                found = summarise(services.of(*cell, f"{name}@{k}"))
                week = (k - 0.5) * BLOCK - services.layout.scenarios[cell[0]].warm_up
                numbers = {"value": found.value, "low": found.low, "high": found.high, "error": found.mcse}
                middle = {"middle_low": found.spread_low, "middle_high": found.spread_high}
                rows.append({**dict(zip(KEYS, cell, strict=True)), "curve": name, "week": week, **numbers, **middle})
    return pd.DataFrame(rows)
