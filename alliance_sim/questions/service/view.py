"""The facts of the page."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alliance_sim.estimands.service_year import BY_NAME
from alliance_sim.law.service import Service, rate_of
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.service.estimates import (
    BY_SPILLOVER,
    FROM_BASELINE,
    FROM_SMALLEST,
    GAIN_BY_SPILLOVER,
    LEVEL,
    LIGHT,
    MIDDLE,
    PER_YEAR,
    REFERRED,
    SAME,
    TIMES,
    TREATED,
    USED_UP,
)
from alliance_sim.questions.service.section import AS_SET, Layout, layout_of
from alliance_sim.questions.service.strain import forms_of, odds_of
from alliance_sim.report.compared import arms_in_words, in_common
from alliance_sim.report.naming import short_title
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import number, setting

OF_ARMS = (
    REFERRED, TREATED, "recovered_referred_pct", PER_YEAR, "ended_year", "dropout_pct", "waited", "rupture_pct",
    "repaired_pct", "strain", "learned",
)  # fmt: skip
OF_LIST = ("waited", "gave_up_pct", "filled_pct")


class ServiceEstimates:
    """The estimates of services, asked by key."""

    def __init__(self, layout: Layout, tables: Tables) -> None:
        self.layout = layout
        self._found = {tuple(row.key.get(name, "") for name in _KEYS): row.estimate for row in tables.estimates}

    def one(self, estimate: str, about: str = LEVEL, services: str = "", **key: str | int) -> Estimate:
        """An estimate; by default of the baseline in the first scenario and form of strain, at the reference."""
        layout = self.layout
        usual: dict[str, str | int] = {"scenario": layout.scenario, "form": layout.form, "arm": layout.baseline}
        usual |= {"caseload": layout.reference} if about not in (USED_UP, "never used up", TIMES) else {}
        found = {"about": about, "estimate": estimate, "services": services, **usual, **key}
        return self._found[tuple(found.get(name, "") for name in _KEYS)]

    def gain(self, estimate: str, arm: str, **key: str | int) -> Estimate:
        """How an arm differs from the baseline."""
        return self.one(estimate, FROM_BASELINE, "", arm=arm, **key)

    def gains(self, estimate: str, **key: str | int) -> dict[str, Estimate]:
        """The gains of all arms, by a key that no other column of a table has."""
        return {f"of {arm}": self.gain(estimate, arm, **key) for arm in self.layout.changed}


_KEYS = ("about", "scenario", "form", "caseload", "arm", "estimate", "against", "services")


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    layout, first = layout_of(question), question.experiment.points[0].scenario
    found = ServiceEstimates(layout, tables)
    columns = {arm: f"of {arm}" for arm in layout.changed}
    several, spills = len(layout.caseloads) > 1, layout.off is not None and bool(layout.on)
    return {
        **_layout(layout),
        "scale": short_title("symptoms", first.symptoms),
        "reliable": first.world.scale.reliable,
        "replicates": question.experiment.replicates,
        "drawn": any(point.scenario.population is not None for point in question.experiment.points),
        "service": _service(question, layout),
        "odds": odds_of(first.world)._asdict(),
        "severity": first.world.parameters.rupture.severity,
        "forms": forms_of(question, layout),
        "level": found.one(REFERRED),
        "gains": [{"arm": arm, "gain": _better(found.gain(REFERRED, arm))} for arm in layout.changed],
        "columns": columns,
        "arms_table": [
            {"label": BY_NAME[name].label, "baseline": found.one(name), **found.gains(name)} for name in OF_ARMS
        ],
        "caseload_table": list(_by_caseload(found, spills)),
        "cost": _cost(found) if spills else None,
        "senses": _senses(layout) if several and layout.on and layout.changed else [],
        "used": _forms_used_up(found) if several and layout.on and layout.changed else None,
        "used_up": list(_used_up(found)) if several and layout.changed else [],
        "single": list(_single(found)) if several and layout.changed else [],
        "changed_gain": list(_changed_gain(found)) if spills else [],
        "times": list(_times(found)) if several else [],
        "tiring": [
            {"caseload": caseload, **{name: found.one(name, caseload=caseload) for name in ("strain", "learned")}}
            for caseload in sorted({layout.caseloads[0], layout.caseloads[-1]})
        ],
        "list": list(_levels(found, list(layout.scenarios), OF_LIST)),
        "list_columns": {BY_NAME[name].label: name for name in OF_LIST},
        "others": [
            {**row, **found.gains(REFERRED, scenario=row["scenario"], caseload=row["caseload"])}
            for row in _levels(found, list(layout.scenarios)[1:], (PER_YEAR, REFERRED))
        ],
        "others_columns": {BY_NAME[name].label: name for name in (PER_YEAR, REFERRED)},
        "harm": list(_harm(found)),
        "late": list(_late(found)),
    }


def _layout(layout: Layout) -> dict[str, Any]:
    names = ("scenario", "form", "off", "on", "caseloads", "reference", "baseline", "changed")
    return {name: getattr(layout, name) for name in names}


def _better(gain: Estimate) -> Estimate:
    """A gain in improvement turned so that more is better."""
    return gain.times(BY_NAME[REFERRED].better)


def _service(question: Question, layout: Layout) -> dict[str, Any]:
    """How the service is run: staff, weeks, referrals in each scenario, and what the arms do."""
    service, clinics = layout.scenarios[layout.scenario], [p.scenario.clinic for p in question.experiment.points]
    staff, weeks = (sorted(set(each)) for each in ([c.therapists for c in clinics], [c.weeks for c in clinics]))
    base, arms = _arms(question)
    return {
        **service._asdict(),
        "give_up": f"{setting(round(100.0 * service.give_up, 1))} %",
        "staff": staff,
        "weeks": weeks,
        "scenarios": [_scenario(name, own, service, clinics[0], layout) for name, own in layout.scenarios.items()],
        "in_common": in_common(question.experiment),
        "base": base,
        "arms": arms,
    }


def _scenario(name: str, own: Service, first: Service, clinic: Any, layout: Layout) -> dict[str, Any]:
    """How many are referred in a scenario, and what else is not as in the first."""
    follows = own._replace(referrals=0.0)
    each = own.referrals / clinic.therapists
    return {
        "name": "" if name == AS_SET else name,
        "load": setting(own.load) if own.load > 0.0 else "",
        "rate": float(rate_of(follows, layout.reference, clinic.weeks)) if own.load > 0.0 else 0.0,
        "referrals": setting(own.referrals) if own.referrals > 0.0 else "",
        "each": setting(round(each, 2)),
        "enough": setting(round(each * clinic.weeks, 1)),
        "others": [
            f"{key} {setting(getattr(own, key))}"
            for key in Service._fields
            if key not in ("load", "referrals") and getattr(own, key) != getattr(first, key)
        ],
    }


def _arms(question: Question) -> tuple[list[str], list[dict[str, Any]]]:
    """What the baseline does, and of each other arm what is not so there."""
    found = {arm.name: arm.points for arm in arms_in_words(question.experiment)}
    base = found[question.experiment.baseline]
    others = [(name, points) for name, points in found.items() if name != question.experiment.baseline]
    return base, [{"name": name, "points": [each for each in own if each not in base]} for name, own in others]


def _by_caseload(found: ServiceEstimates, spills: bool) -> Iterator[dict[str, Any]]:
    """A row a caseload: level, what spill-over changes, gains, and the year."""
    for caseload in found.layout.caseloads:
        row: dict[str, Any] = {"caseload": caseload, "level": found.one(REFERRED, caseload=caseload)}
        row |= found.gains(REFERRED, caseload=caseload) | {"year": found.one(PER_YEAR, caseload=caseload)}
        if spills:
            row["spill"] = found.one(REFERRED, BY_SPILLOVER, caseload=caseload)
            row["year_spill"] = found.one(PER_YEAR, BY_SPILLOVER, caseload=caseload)
        yield row


def _cost(found: ServiceEstimates) -> list[dict[str, Any]]:
    """What spill-over does by itself under the baseline, at the largest caseload, in every form."""
    last = found.layout.caseloads[-1]
    return [
        {"form": form, "change": found.one(REFERRED, BY_SPILLOVER, form=form, caseload=last)}
        for form in found.layout.on
    ]


def _senses(layout: Layout) -> list[str]:
    """In which senses a gain may be used up."""
    return [SAME, LIGHT] if layout.off is not None else [LIGHT]


def _forms_used_up(found: ServiceEstimates) -> dict[str, Any]:
    """Forms in which spill-over uses up the gain of some arm by the largest caseload, of none, and where it is open.

    By the intervals of the first sense: used up where one ends at a studied caseload; not where all lie above.
    """
    layout, last = found.layout, found.layout.caseloads[-1]
    groups: dict[str, list[str]] = {"yes": [], "no": [], "open": []}
    for form in layout.on:
        against = _senses(layout)[0]
        ends = [found.one(REFERRED, USED_UP, form=form, arm=arm, against=against) for arm in layout.changed]
        some, none = any(end.high <= last for end in ends), all(end.low > last for end in ends)
        groups["yes" if some else "no" if none else "open"].append(form)
    return {**groups, "most": last, "forms": len(layout.on)}


def _used_up(found: ServiceEstimates) -> Iterator[dict[str, Any]]:
    """A row a form, sense and outcome: the caseload at which the gain of each arm is used up."""
    layout = found.layout
    for against in _senses(layout):
        for form in layout.on:
            key = {"form": form, "against": against}
            yield {
                "against": against,
                "form": form,
                **{
                    f"of {arm}": caseload(found.one(REFERRED, USED_UP, arm=arm, **key), layout)
                    for arm in layout.changed
                },
            }


def caseload(at: Estimate, layout: Layout, single: bool = False) -> str:
    """A caseload with its interval, or with the middle 95 % of single services; or on which side of all it lies."""
    if at.low == -math.inf and at.high == math.inf and not single:
        return "cannot tell"
    value, low, high = (_side(end, layout.caseloads) for end in (at.value, at.low, at.high))
    return value if low == value == high else f"{value} [{low}, {high}]"


def _side(place: float, caseloads: Sequence[int]) -> str:
    if math.isinf(place):
        return f"below {caseloads[0]}" if place < 0 else f"above {caseloads[-1]}"
    return number(place, 1)


def _single(found: ServiceEstimates) -> Iterator[dict[str, Any]]:
    """For the first arm: where single services use the gain up, in how many it is never used up, other outcomes."""
    layout = found.layout
    for against in _senses(layout):
        for form in layout.on:
            key = {"form": form, "against": against, "arm": layout.changed[0]}
            never = found.one(REFERRED, "never used up", **key)
            row = {
                "against": against,
                "form": form,
                "single": caseload(found.one(REFERRED, USED_UP, MIDDLE, **key), layout, single=True),
                "never": f"{number(never.value, 0)} % ({number(never.error, 0)})",
                "treated": caseload(found.one(TREATED, USED_UP, **key), layout),
            }
            yield row | ({"year": caseload(found.one(PER_YEAR, USED_UP, **key), layout)} if against == SAME else {})


def _changed_gain(found: ServiceEstimates) -> Iterator[dict[str, Any]]:
    """A row an arm and form: its gain without spill-over at the largest caseload, and how spill-over changes it."""
    layout, last = found.layout, found.layout.caseloads[-1]
    for arm in layout.changed:
        without = found.gain(REFERRED, arm, form=str(layout.off), caseload=last)
        for form in layout.on:
            change = found.one(REFERRED, GAIN_BY_SPILLOVER, form=form, caseload=last, arm=arm)
            yield {"arm": arm, "form": form, "gain": without, "change": change}


def _times(found: ServiceEstimates) -> Iterator[dict[str, Any]]:
    """A row a form: recovered treatments and improvement at the largest caseload against those at the smallest."""
    layout = found.layout
    for form in layout.on or layout.forms:
        few, many = (found.one(PER_YEAR, form=form, caseload=layout.caseloads[k]) for k in (0, -1))
        less = found.one(REFERRED, FROM_SMALLEST, form=form, caseload=layout.caseloads[-1])
        times = found.one(PER_YEAR, TIMES, form=form)
        yield {"form": form, "few": few, "many": many, "times": times, "difference": less}


def _levels(found: ServiceEstimates, scenarios: Sequence[str], names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Levels of the baseline, a row a scenario and caseload."""
    for scenario in scenarios:
        for places in found.layout.caseloads:
            own = {name: found.one(name, scenario=scenario, caseload=places) for name in names}
            yield {"scenario": scenario, "caseload": places, **own}


def _harm(found: ServiceEstimates) -> Iterator[dict[str, Any]]:
    """Arms that do harm in another scenario at the reference, with what becomes of treatments and of the list."""
    for scenario in list(found.layout.scenarios)[1:]:
        for arm in found.layout.changed:
            gain = _better(found.gain(REFERRED, arm, scenario=scenario))
            if gain.sign < 0:
                own = {name: found.gain(name, arm, scenario=scenario) for name in ("ended_year", "gave_up_pct")}
                yield {"scenario": scenario, "arm": arm, "gain": gain, **own}


def _late(found: ServiceEstimates) -> Iterator[dict[str, Any]]:
    """Caseloads of other scenarios at which clients wait longer than to the horizon, with what the treated gain."""
    for scenario, service in list(found.layout.scenarios.items())[1:]:
        for places in found.layout.caseloads:
            waited = found.one("waited", scenario=scenario, caseload=places)
            if waited.low > service.horizon:
                key = {"scenario": scenario, "caseload": places, "horizon": service.horizon, "waited": waited}
                yield key | found.gains(TREATED, scenario=scenario, caseload=places)
