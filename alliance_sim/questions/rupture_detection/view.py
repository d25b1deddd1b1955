"""The facts of the page."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alliance_sim.estimands.criteria import BY_NAME, PUBLISHED, Published
from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.rupture_detection import estimates as e
from alliance_sim.questions.rupture_detection.excess import ABOVE, BELOW, BEYOND, BIAS, JUDGED, OVER, verdict
from alliance_sim.questions.rupture_detection.same_threshold import HOW
from alliance_sim.questions.rupture_detection.section import FactorLevels, arms_of, levels_of
from alliance_sim.stats.estimate import Estimate

SHARES = {"flagged": "a fall", "repaired": "“repaired”", "stronger": "“stronger”"}
FROM = {"previous": "the client's rating before", "so far": "the mean of the client's ratings so far"}
"""What a rating is compared with, by criteria that can be applied while treatment goes on."""

SAME_AREA = 0.002
"""Criteria whose areas under the curve clearly differ by no more than this rank sessions equally well."""

NEAR_TRUTH, OUT_OF_NOTHING = 10.0, 5.0
"""Percentage points from the truth, and % of clients where nothing happens, within which a share is a prevalence."""

FOUND = ("sensitivity_all", "sensitivity_severe", "false_alarms", "right")
SESSIONS = (*FOUND, "sensitivity_withdrawal", "sensitivity_confrontation", "specificity", "youden", "flags", "base",
            "area", "area_severe")  # fmt: skip
CLIENTS = (*(f"client_flagged_if_{who}" for who in ("severe", "no_severe", "none")),
           *(f"client_repaired_{what}" for what in ("if_repaired", "if_not", "right")))  # fmt: skip

Facts = dict[str, Any]


class ByCriterion:
    """The estimates by key: of the baseline and at the middle setting, unless another is named."""

    KEYS = ("about", "setting", "arm", "criterion", "quantity", "null", "other", "of", "factor")

    def __init__(self, question: Question, estimates: Estimates) -> None:
        without = arms_of(question, ruptures=False)
        self.levels: FactorLevels = levels_of(question)
        self.base, self.without = question.experiment.baseline, without[0] if without else ""
        self.criteria: tuple[str, ...] = tuple(question.section.criteria)
        self.null: str = question.section.nulls[0]
        self.rows = {tuple(row.key.get(name, "") for name in self.KEYS): row for row in estimates}

    def key(self, about: str, criterion: str, quantity: str, **key: str) -> tuple[str, ...]:
        """The key of a row."""
        usual = {"setting": self.levels.setting(), "arm": self.base}
        found = {"about": about, "criterion": criterion, "quantity": quantity, **usual, **key}
        return tuple(found.get(name, "") for name in self.KEYS)

    def one(self, about: str, criterion: str, quantity: str = "", **key: str) -> Estimate:
        """An estimate. Raises KeyError where there is none."""
        return self.rows[self.key(about, criterion, quantity, **key)].estimate

    def mean(self, criterion: str, quantity: str, arm: str = "", **key: str) -> Estimate:
        """A mean over clinics."""
        return self.one(e.MEAN, criterion, quantity, arm=arm or self.base, **key)

    def means(self, criterion: str, quantities: Sequence[str], **key: str) -> dict[str, Estimate]:
        """Some means by quantity."""
        return {quantity: self.mean(criterion, quantity, **key) for quantity in quantities}

    def of_null(self, criterion: str, share: str, arm: str = "") -> Estimate:
        """The mean of the null of one clinic, with its band; all three are means over clinics."""
        ends = ("mean", "low", "high")
        mean, low, high = (self.mean(criterion, f"null_{self.null}_{end}_{share}", arm).value for end in ends)
        return Estimate(mean, low, high, unit="%")

    def over(self, criterion: str, share: str, about: str = OVER) -> Estimate | None:
        """A share minus its null; None where it is not judged, or where no scenario is without ruptures."""
        row = self.rows.get(self.key(about, criterion, share))
        return row.estimate if row is not None and "looks" in row.key else None

    def verdict(self, criterion: str, share: str) -> int:
        """1 or -1 where a share is more or less than its null; 0 where the data cannot tell, or it is not judged."""
        over = self.over(criterion, share)
        return verdict(over, self.over(criterion, share, BEYOND)) if over else 0


def label(criterion: str) -> str:
    """What a criterion is called."""
    return BY_NAME[criterion].label


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    get, points = ByCriterion(question, tables.estimates), question.experiment.points
    base, without, levels = get.base, get.without, get.levels
    arms = [base, *([without] if without else [])]
    judged = list(_judged(get))
    ranked = _ranked(get, get.criteria)
    as_many = bool(without) and get.key(e.MEAN, get.criteria[0], "as_many_flagged", arm=without) in get.rows
    return {
        "base": base,
        "without": without,
        "null": get.null,
        "where": levels.setting(),
        "window": question.section.window,
        "clinics": question.experiment.replicates,
        "drawn": any(p.arm == base and p.scenario.population is not None for p in points),
        "happened": get.means("", ("true_flagged", "true_repaired")),
        "count": len(get.criteria),
        "near": NEAR_TRUTH,
        "nothing": OUT_OF_NOTHING,
        "counting": _counting(get) if without else [],
        "reported": _span(get, "flagged"),
        "reported_without": _span(get, "flagged", without) if without else None,
        "reported_as_many": _span(get, "as_many_flagged", without) if as_many else None,
        "alarms": _alarms(get),
        "first": label(get.criteria[0]),
        "shares": [
            {"criterion": label(name)}
            | {f"{share} {k}": get.mean(name, share, arm) for share in JUDGED for k, arm in enumerate(arms)}
            for name in get.criteria
        ],
        "unit": {q: [get.mean("", q, arm) for arm in reversed(arms)] for q in ("sd", "sessions")} if without else {},
        "thresholds": [
            {"criterion": label(name), **{f"threshold {k}": get.mean(name, "threshold", a) for k, a in enumerate(arms)}}
            | {f"{how}_{share}": get.mean(name, f"{how}_{share}", without)
               for share in JUDGED[:2] for how in HOW[: 1 + as_many]}
            for name in get.criteria if without
        ],
        "surplus": list(_surplus(get, as_many)),
        "best_surplus": _best_surplus(get) if as_many else None,
        "judged": judged,
        "looks": sum(row["is_judged"] for row in judged),
        "more": [row for row in judged if row["verdict"] == 1],
        "less": [row for row in judged if row["verdict"] == -1],
        "only_beyond": [row for row in judged if row["is_judged"] and without
                        and row["over"].sign == 0 and row["beyond"].sign == 1],
        "found": {quantity: _span(get, quantity) for quantity in FOUND[:3]},
        "best": label(ranked[0]),
        "types": get.one(e.TYPES, ranked[0]),
        "sessions": [{"criterion": label(name), **get.means(name, SESSIONS)} for name in get.criteria],
        "clients": [{"criterion": label(name), **get.means(name, CLIENTS)} for name in get.criteria],
        "changes": list(_changes(get)) if without else [],
        "by_criterion": [
            {"criterion": label(name)} | {factor: _change(get, name, factor) for factor in _varied(levels)}
            for name in get.criteria if without
        ],
        "change_columns": {levels.words[factor].capitalize(): factor for factor in _varied(levels)},
        "samples": [
            {**point.factors, "scenario": point.arm}
            | get.means("", e.SAMPLED, arm=point.arm, setting=levels.setting(**point.factors))
            for point in points if point.arm in arms
        ],
        "factor_columns": {words.capitalize(): name for name, words in levels.words.items()},
        "nulls": list(_nulls(question, get)),
        "correlations": [
            {"criterion": label(name)}
            | {f"{share} {what}": get.one(e.CORRELATION, name, share, of=what)
               for share in ("flagged", "unrepaired") for what in ("share", "excess")}
            for name in get.criteria
        ],
        "best_correlation": _best_correlation(get),
        "presets": [BY_NAME[name]._asdict() for name in get.criteria],
        "published": [_published(get, study) for study in PUBLISHED],
    }  # fmt: skip


def _span(get: ByCriterion, quantity: str, arm: str = "") -> dict[str, float]:
    """The least and the largest mean over all criteria."""
    values = [value for name in get.criteria if math.isfinite(value := get.mean(name, quantity, arm).value)]
    return {"low": min(values, default=math.nan), "high": max(values, default=math.nan)}


def _counting(get: ByCriterion) -> list[str]:
    """Criteria whose share can be read as a prevalence: near the truth with ruptures, and next to nothing without."""
    happened = get.mean("", "true_flagged").value
    return [
        label(name)
        for name in get.criteria
        if abs(get.mean(name, "flagged").value - happened) <= NEAR_TRUTH
        and get.mean(name, "flagged", get.without).value <= OUT_OF_NOTHING
    ]


def _ranked(get: ByCriterion, criteria: Sequence[str]) -> list[str]:
    """Criteria by the area under the curve, the largest first; unknown ones last."""
    areas = {name: get.mean(name, "area").value for name in criteria}
    return sorted(criteria, key=lambda name: -areas[name] if math.isfinite(areas[name]) else math.inf)


def _alarms(get: ByCriterion) -> Facts | None:
    """The criteria that rank sessions best by the ratings so far, by rising threshold; and the next one."""
    usable = _ranked(get, [name for name in get.criteria if BY_NAME[name].looks_back])
    if not usable:
        return None
    gaps = {name: get.one(e.GAP, usable[0], other=name) for name in usable[1:]}
    rest = [name for name, gap in gaps.items() if gap.beyond(SAME_AREA) is not False]
    best = [name for name in usable if name not in rest]
    starts = {BY_NAME[name].criterion.start for name in best}
    rows = [{"criterion": label(name), **get.means(name, ("threshold", *FOUND))} for name in best]
    return {
        "from": FROM[starts.pop()] if len(starts) == 1 else "",
        "best": sorted(rows, key=lambda row: row["threshold"].value),
        "area": get.mean(usable[0], "area"),
        "by_chance": get.mean(usable[0], "base"),
        "rest": label(rest[0]) if rest else "",
        "gap": gaps[rest[0]] if rest else None,
    }


def _surplus(get: ByCriterion, as_many: bool) -> Iterator[Facts]:
    """How many criteria report clearly more, and clearly fewer, clients without ruptures than with them."""
    compared = {"criteria as they stand": e.SURPLUS, "same threshold and number of ratings": e.SURPLUS_AS_MANY}
    for how, about in list(compared.items())[: 1 + as_many] if get.without else ():
        row: Facts = {"how": how}
        for share in JUDGED[:2]:
            signs = [get.one(about, name, share).sign for name in get.criteria]
            row |= {f"{share} more": signs.count(-1), f"{share} fewer": signs.count(1)}
        yield row


def _best_surplus(get: ByCriterion) -> Facts:
    """The criterion with the largest surplus over no ruptures, with the same threshold and as many ratings."""
    surplus = {name: get.one(e.SURPLUS_AS_MANY, name, "flagged") for name in get.criteria}
    best = max(surplus, key=lambda name: surplus[name].value if surplus[name].known else -math.inf)
    return {"criterion": label(best), "surplus": surplus[best], "share": get.mean(best, "flagged")}


def _judged(get: ByCriterion) -> Iterator[Facts]:
    """Each share with its null: on average, and clinic by clinic."""
    for name in get.criteria:
        for share in JUDGED:
            abouts = {"over": OVER, "above": ABOVE, "below": BELOW}
            abouts |= {"bias": BIAS, "beyond": BEYOND} if get.without else {}
            sign, is_judged = get.verdict(name, share), get.over(name, share) is not None
            facts: Facts = {key: get.one(about, name, share) for key, about in abouts.items()}
            facts |= {"criterion": label(name), "share": SHARES[share], "with": get.mean(name, share)}
            facts |= {"null": get.of_null(name, share), "is_judged": is_judged, "verdict": sign}
            yield facts | {"shown": {1: "more", -1: "less", 0: "–" if is_judged else "not judged"}[sign]}


def _varied(levels: FactorLevels) -> list[str]:
    """Factors with several levels."""
    return [name for name, values in levels.of.items() if len(values) > 1]


def _change(get: ByCriterion, criterion: str, factor: str) -> Estimate:
    return get.one(e.CHANGE, criterion, "flagged", factor=factor, arm=get.without, setting="")


def _changes(get: ByCriterion) -> Iterator[Facts]:
    """For each factor: what the first criterion reports without ruptures at both ends, and how many report more."""
    for factor in _varied(get.levels):
        ends = [get.levels.of[factor][k] for k in (0, -1)]
        settings = [get.levels.setting(**{factor: end}) for end in ends]
        first, last = (get.mean(get.criteria[0], "flagged", get.without, setting=setting) for setting in settings)
        signs = [_change(get, name, factor).sign for name in get.criteria]
        yield {"factor": get.levels.words[factor], "from": str(ends[0]), "to": str(ends[1])} | {
            "first": first, "last": last, "more": signs.count(1), "fewer": signs.count(-1)
        }  # fmt: skip


def _nulls(question: Question, get: ByCriterion) -> Iterator[Facts]:
    """Whether null bands contain what they should, and how far nulls are off, by setting, arm and null."""
    places = [ByCriterion.KEYS.index(name) for name in ("setting", "arm", "null")]
    for point in question.experiment.points:
        for null in question.section.nulls:
            own = [get.levels.setting(**point.factors), point.arm, null]
            found = {row["about"]: row for key, row in get.rows.items() if [key[k] for k in places] == own}
            if e.INSIDE not in found:
                continue
            counts = [found[about].estimate.value for about in e.COUNTS]
            shares, high, low = (int(count) if math.isfinite(count) else 0 for count in counts)
            middle = point.factors == get.levels.middle
            facts: Facts = {**point.factors, "scenario": point.arm, "null": null, "middle": middle}
            facts |= {"inside": found[e.INSIDE].estimate, "high": f"{high} of {shares}", "low": f"{low} of {shares}"}
            for name, about in (("worst", e.WORST), ("miss", e.MISS)):
                if about in found:
                    row = found[about]
                    facts |= {name: row.estimate, f"{name} of": f"{label(row['criterion'])}: {SHARES[row['quantity']]}"}
            yield facts


def _best_correlation(get: ByCriterion) -> Facts | None:
    """The highest correlation over clinics of clients flagged, or of their excess, with the true rate of ruptures."""
    places = [(name, what) for name in get.criteria for what in ("share", "excess")]
    found = {place: get.one(e.CORRELATION, place[0], "flagged", of=place[1]) for place in places}
    known = [place for place in places if found[place].known]
    if not known:
        return None
    best = max(known, key=lambda place: found[place].value)
    return {"criterion": label(best[0]), "excess": best[1] == "excess", "r": found[best], "several": len(known)}


def _published(get: ByCriterion, study: Published) -> Facts:
    """A published prevalence, and what the nearest criterion reports here."""
    row: Facts = study._asdict()
    for share in JUDGED[:2]:
        row[share] = Estimate(row[share], unit="%")
        if study.criterion in get.criteria:
            row[f"{share} 0"] = get.mean(study.criterion, share)
            row |= {f"{share} 1": get.mean(study.criterion, share, get.without)} if get.without else {}
    return row
