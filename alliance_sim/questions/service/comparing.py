"""From services to estimates: levels, differences between twins, curves, and where spill-over eats a gain."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.estimands.service_year import BY_NAME, CURVES, ESTIMANDS
from alliance_sim.law.service import Service
from alliance_sim.questions.service.layout import Layout
from alliance_sim.questions.service.playing import BLOCK
from alliance_sim.stats.crossing import crossed
from alliance_sim.stats.jackknife import jackknife
from alliance_sim.stats.montecarlo import Summary, summarise

Floats = NDArray[np.float64]

LEVEL, FROM_BASELINE, BY_SPILLOVER = "level", "difference from the baseline", "difference made by spill-over"
FROM_SMALLEST = "difference from the smallest caseload"
GAIN_BY_SPILLOVER = "change by spill-over of the difference from the baseline"
KEYS = ["scenario", "world", "caseload", "arm"]

PER_CLIENT = ("change_referred", "change_treated")
PER_YEAR = "recovered_year"
SAME, LIGHT = "same caseload, no spill-over", "reference caseload, same strain"
"""What an arm under spill-over is compared with: the baseline at the same caseload without, or at the reference."""


class Services:
    """The numbers of all services, found by where they belong. `rows` is that of `playing.played`."""

    def __init__(self, rows: pd.DataFrame, layout: Layout) -> None:
        self.layout = layout
        self._found = {key: own.sort_values("replicate") for key, own in rows.groupby(KEYS, sort=False)}

    def of(self, scenario: str, world: str, caseload: int, arm: str, column: str) -> Floats:
        """A column of the services at one place, a number a replicate."""
        return self._found[scenario, world, caseload, arm][column].to_numpy(np.float64)

    def places(self) -> Iterator[tuple[str, str, int, str]]:
        """Every place, in order of the layout."""
        for scenario in self.layout.scenarios:
            for world in self.layout.worlds:
                for caseload in self.layout.caseloads:
                    for arm in self.layout.arms:
                        yield scenario, world, caseload, arm

    def blocks(self, scenario: str) -> range:
        """The points that curves of a scenario have."""
        key = next(key for key in self._found if key[0] == scenario)
        count = sum(name.startswith(f"{CURVES[0]}@") for name in self._found[key].columns)
        known = [k for k in range(1, count + 1) if self._found[key][f"{CURVES[-1]}@{k}"].notna().any()]
        return range(1, len(known) + 1)


def estimates(services: Services) -> pd.DataFrame:
    """Every estimate at every place: its level, and how it differs from the baseline, without spill-over, and from the
    smallest caseload.

    The first two differences are between twins: the same therapists and referrals. Between caseloads, therapists and
    parameters are the same, clients partly.
    """
    layout = services.layout
    rows = []
    for scenario, world, caseload, arm in services.places():
        for estimand in ESTIMANDS:
            own = services.of(scenario, world, caseload, arm, estimand.name)
            kinds = {LEVEL: own}
            base = services.of(scenario, world, caseload, layout.baseline, estimand.name)
            if arm != layout.baseline:
                kinds[FROM_BASELINE] = own - base
            if layout.off is not None and world != layout.off:
                made = own - services.of(scenario, layout.off, caseload, arm, estimand.name)
                kinds[BY_SPILLOVER] = made
                if arm != layout.baseline:
                    base_off = services.of(scenario, layout.off, caseload, layout.baseline, estimand.name)
                    kinds[GAIN_BY_SPILLOVER] = made - (base - base_off)
            if caseload != layout.caseloads[0]:
                kinds[FROM_SMALLEST] = own - services.of(scenario, world, layout.caseloads[0], arm, estimand.name)
            for kind, values in kinds.items():
                rows.append(
                    {
                        **dict(zip(KEYS, (scenario, world, caseload, arm), strict=True)),
                        "estimate": estimand.name,
                        "kind": kind,
                        **_numbers(summarise(values)),
                        "unit": estimand.unit,
                        "meaning": estimand.meaning,
                    }
                )
    return pd.DataFrame(rows)


def _numbers(summary: Summary) -> dict[str, float]:
    return {name: value for name, value in summary._asdict().items() if name != "variance_ratio"}


def gains(services: Services, scenario: str, world: str, arm: str, against: str, outcome: str) -> tuple[Floats, Floats]:
    """Caseloads, and how much better than what it is compared with an arm is at each: (replicates, caseloads).

    Against SAME: arm in this world minus baseline at the same caseload in the world without spill-over. Against LIGHT:
    minus the baseline in this world at the reference caseload, from that caseload on.
    """
    layout = services.layout
    sign = BY_NAME[outcome].better
    chosen, differences = [], []
    for caseload in layout.caseloads:
        own = services.of(scenario, world, caseload, arm, outcome)
        if against == SAME:
            assert layout.off is not None  # else nobody asks
            other = services.of(scenario, layout.off, caseload, layout.baseline, outcome)
        elif caseload >= layout.reference:
            other = services.of(scenario, world, layout.reference, layout.baseline, outcome)
        else:
            continue
        chosen.append(float(caseload))
        differences.append(sign * (own - other))
    return np.array(chosen), np.column_stack(differences)


def crossing_table(services: Services) -> pd.DataFrame:
    """At which caseload each arm's gain is used up, in every scenario and world with spill-over."""
    layout = services.layout
    rows = []
    for scenario in layout.scenarios:
        for world in layout.on:
            for arm in layout.changed:
                for outcome in (*PER_CLIENT, PER_YEAR):
                    for against in (SAME, LIGHT):
                        if (against == SAME and layout.off is None) or (against == LIGHT and outcome == PER_YEAR):
                            continue
                        found = crossed(*gains(services, scenario, world, arm, against, outcome))
                        head = {"scenario": scenario, "world": world, "arm": arm, "estimate": outcome}
                        rows.append({**head, "against": against, **found._asdict()})
    columns = ["scenario", "world", "arm", "estimate", "against", *crossed(np.zeros(0), np.zeros((0, 0)))._fields]
    return pd.DataFrame(rows, columns=columns)


def gain_curves(services: Services) -> pd.DataFrame:
    """What is left of an arm's gain at each caseload, compared with SAME or, without such a world, with LIGHT."""
    layout = services.layout
    against = LIGHT if layout.off is None else SAME
    rows = []
    for scenario in layout.scenarios:
        for world in layout.on:
            for arm in layout.changed:
                caseloads, found = gains(services, scenario, world, arm, against, PER_CLIENT[0])
                for caseload, values in zip(caseloads, found.T, strict=True):
                    head = {"scenario": scenario, "world": world, "caseload": int(caseload), "arm": arm}
                    rows.append({**head, "against": against, **_numbers(summarise(values))})
    return pd.DataFrame(rows)


def times_table(services: Services) -> pd.DataFrame:
    """How many times as many treatments recover in a year at the largest caseload as at the smallest: the baseline's.

    Ratio of the means over replicates; its error and its interval by the jackknife over replicates.
    """
    layout = services.layout
    rows = []
    for scenario in layout.scenarios:
        for world in layout.worlds:
            few, many = (
                services.of(scenario, world, caseload, layout.baseline, PER_YEAR)
                for caseload in (layout.caseloads[0], layout.caseloads[-1])
            )
            found = jackknife(_ratio, np.column_stack([few, many]))
            head = {"scenario": scenario, "world": world, "arm": layout.baseline, "estimate": PER_YEAR}
            numbers = {"value": found.value, "low": found.low, "high": found.high, "mcse": found.error}
            rows.append({**head, **numbers, "replicates": len(few)})
    return pd.DataFrame(rows)


def _ratio(rows: Floats) -> float:
    """Mean of the second column relative to that of the first; nan where that is 0."""
    few, many = rows.mean(axis=0)
    return float(many / few) if few > 0.0 else float("nan")


def curve_table(services: Services) -> pd.DataFrame:
    """Strain, skill learned and clients who wait over the weeks: means over replicates, a point for each four weeks.

    `week` is the middle of the four weeks, counted from the beginning of the counted year.
    """
    layout = services.layout
    rows = []
    for scenario, world, caseload, arm in services.places():
        service: Service = layout.scenarios[scenario]
        for name in CURVES:
            for k in services.blocks(scenario):
                summary = summarise(services.of(scenario, world, caseload, arm, f"{name}@{k}"))
                head = dict(zip(KEYS, (scenario, world, caseload, arm), strict=True))
                week = (k - 0.5) * BLOCK - service.warm_up
                rows.append({**head, "curve": name, "week": week, **_numbers(summary)})
    return pd.DataFrame(rows)
