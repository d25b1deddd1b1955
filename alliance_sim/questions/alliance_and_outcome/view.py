"""The facts of the page."""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from alliance_sim.estimates.long import Estimates, Row
from alliance_sim.questions.alliance_and_outcome import effects
from alliance_sim.questions.alliance_and_outcome import estimates as about
from alliance_sim.questions.alliance_and_outcome.cases import NOTHING, Case, CaseEstimates, loud, quiet
from alliance_sim.questions.alliance_and_outcome.estimates import DRAWS, MIDDLE, MINUS, REJECTED, STUDIED
from alliance_sim.questions.alliance_and_outcome.estimators import (
    BETWEEN,
    ESTIMANDS,
    LABELS,
    REVERSE,
    THERAPISTS,
    WITHIN,
)
from alliance_sim.questions.alliance_and_outcome.measure import SMALL, WHOLE
from alliance_sim.questions.alliance_and_outcome.performance import END, LEFT, RATING_ERROR, START
from alliance_sim.questions.alliance_and_outcome.scenarios import drawn_arms, names_of
from alliance_sim.questions.alliance_and_outcome.study import HALOS, RATED, TRUE
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.stats.numbers import number

Rows = list[dict[str, Any]]
Columns = dict[str, tuple[Case, str]]
"""Columns of a table of estimators: a heading, the case and the arm."""

USUAL = "adjusted"
"""The studied estimator with intake controlled."""

TABLED = {BETWEEN: (BETWEEN, THERAPISTS), WITHIN: (WITHIN,)}
"""The estimands whose estimators share a table and a figure."""

EFFECTS = (BETWEEN, effects.EARLY, effects.LARGER, effects.BY_BOND, effects.BY_ATTUNEMENT, WITHIN, REVERSE)

FEW = 0.05
"""Where more than this share of fits failed, their number is shown."""


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the templates; see page.md.j2 and appendix.md.j2 for what each fact is used for."""
    names, section, near = names_of(question), question.section, question.section.near
    found, arms = CaseEstimates(tables.estimates, names), drawn_arms(question)
    here = found.calibrated()
    studies = found.studies(here, names.effect)
    whole, session = (found.recovered(here, estimand, near) for estimand in (BETWEEN, WITHIN))
    steps = {
        row["estimator"]: {step: row[step] for step in row if step != "estimator"}
        for row in tables.estimates.wide(["estimator"], across="step", about="step")
    }
    parts = [
        {"step": step, "estimate": e} for step, e in steps.get(STUDIED, {}).items() if step not in (START, LEFT, END)
    ]
    main = [case for case in found.cases() if case.on in ("", names.everything) and case.label != RATING_ERROR]
    shown = {
        f"{words}{case.label}": (case, arm)
        for words, arm in (("", names.effect), (f"{names.null}: ", names.null))
        for case in main
    }
    errors = {case.label: (case, names.effect) for case in [*found.cases(), *found.fed_back()]}
    alarms = {case.label: (case, names.null) for case in found.alarming()}
    raters = _raters(found, section.halo)
    clinic = question.experiment.points[0].scenario.clinic
    return {
        "near": 100 * near,
        "strength": names.strength,
        "mean": studies[STUDIED].of("mean"),
        "bias": studies[STUDIED].of("bias"),
        "effect": found.effect(here, names.effect, BETWEEN),
        "session": found.effect(here, names.effect, WITHIN),
        "largest": max(parts, key=lambda row: abs(row["estimate"].value), default=None),
        "recovering": (len(whole.good), len(session.good)),
        "cancel": [LABELS[key] for key in whole.cancel],
        "effects": [
            {"effect": each} | {name: found.effect(*at, each) for name, at in shown.items()} for each in EFFECTS
        ],
        "effect_columns": _heads("effect", shown),
        "steps": [{"estimator": LABELS[key], **own} for key, own in steps.items()],
        "step_columns": {"Estimator": "estimator"}
        | {step_label(k, names.strength): k for k in next(iter(steps.values()), {})},
        "without_steps": [label for key, label in LABELS.items() if key not in steps],
        "use": _use(found, near),
        "controls": _controls(found, near),
        "therapists": [
            {"case": case.label, "effect": found.effect(case, names.effect, THERAPISTS), "bias": own.of("bias")}
            for case in (NOTHING, here)
            if (own := found.studies(case, names.effect).get("therapists")) is not None
        ],
        "errors": {each: _table(found, errors, "bias", TABLED[each]) for each in TABLED},
        "error_columns": _heads("estimator", errors),
        "failures": [
            {"estimator": LABELS[key], "case": f"{arm}: {case.label}", "fitted": own.studies, "failed": own.failed}
            for case, arm in (*errors.values(), *alarms.values())
            for key, own in found.studies(case, arm).items()
            if own.failed > FEW * (own.studies + own.failed)
        ],
        "reverse": {
            "effect": found.effect(here, names.effect, REVERSE),
            "without": found.effect(NOTHING, names.effect, REVERSE),
            "bias": studies["improvement"].of("bias"),
        },
        "alarms": _table(found, alarms, REJECTED, (BETWEEN, THERAPISTS, WITHIN)),
        "alarm_columns": _heads("estimator", alarms),
        "remaining": found.effect(here, names.null, BETWEEN),
        "null": _null(found),
        "feedback": found.feedback(),
        "quiet": _quiet(found),
        "raters": _table(found, raters, "mean", TABLED[BETWEEN]),
        "rater_columns": _heads("estimator", raters),
        "studies": [
            {"study": f"{size} ({therapists} × {caseload})", "estimator": LABELS[key], **own.measures}
            for size, therapists, caseload in (
                (WHOLE, clinic.therapists, clinic.caseload),
                (SMALL, section.small_therapists, section.small_caseload),
            )
            for key, own in found.studies(here, names.effect, size).items()
        ],
        "draws": [_draws(tables.estimates, row) for row in tables.estimates.where(about=about.ABOVE)],
        "draw_table": _draw_table(tables.estimates),
        "draw_columns": {"What": "about", "Of": "what"} | {arm: arm for arm in arms},
        "estimators": [{"key": key, "label": label, "estimand": ESTIMANDS[key]} for key, label in LABELS.items()],
    }


def _heads(first: str, columns: Iterable[str]) -> dict[str, str]:
    return {first.capitalize(): first} | {name: name for name in columns}


def _quoted(keys: Iterable[str]) -> str:
    return ", ".join(f"“{LABELS[key]}”" for key in keys) or "–"


def _table(found: CaseEstimates, columns: Columns, measure: str, estimands: Iterable[str]) -> Rows:
    """A measure of each estimator of some estimands, in some cases."""
    by_name = {name: found.studies(*at) for name, at in columns.items()}
    keys = [key for key in LABELS if ESTIMANDS[key] in estimands]
    return [
        {"estimator": LABELS[key], "estimand": ESTIMANDS[key]}
        | {name: own[key].of(measure) for name, own in by_name.items() if key in own and own[key].of(measure).known}
        for key in keys
    ]


def step_label(step: str, strength: str) -> str:
    """What a step is called in tables and figures."""
    named = {START: "effect (twins)", LEFT: "left where nothing distorts", END: "found by studies"}
    return named.get(step, step if step == RATING_ERROR else f"{step}, {strength}")


def _use(found: CaseEstimates, near: float) -> Rows:
    """Which estimators recover which effect, from true states and from ratings; without cases in which none is near."""
    cases = [case for case in (*found.cases(), *found.fed_back()[:-1]) if case.label != RATING_ERROR]
    rows = []
    for estimand in (BETWEEN, THERAPISTS, WITHIN):
        for case in cases:
            by_data = {data: found.recovered(case._replace(data=data), estimand, near) for data in (TRUE, RATED)}
            cells = {data: _quoted(own.good) for data, own in by_data.items()}
            cells |= {f"cancel, {data}": _quoted(own.cancel) for data, own in by_data.items()}
            if any(own.good or own.cancel for own in by_data.values()):
                label = case.label.replace(f" + {RATING_ERROR}", "")
                rows.append({"estimand": estimand, "case": label, **cells})
    return rows


def _controls(found: CaseEstimates, near: float) -> Rows:
    """Positive and negative control: true states, nothing distorting."""
    here, null = (found.studies(NOTHING, arm) for arm in (found.names.effect, found.names.null))
    return [
        {
            "estimand": estimand,
            "count": sum(ESTIMANDS[key] == estimand for key in here),
            "recover": _quoted(found.recovered(NOTHING, estimand, near).good),
            "alarm": _quoted(key for key, own in null.items() if ESTIMANDS[key] == estimand and loud(own)),
        }
        for estimand in (BETWEEN, THERAPISTS, WITHIN)
    ]


def _null(found: CaseEstimates) -> Rows:
    """The usual estimators without an effect on change: as calibrated, and at the strongest where nothing else acts."""
    names, on, strongest = found.names, ", ".join(found.without_effect()), found.names.strengths[-1]
    cases = [found.calibrated(), *[Case(f"{on}, {strongest}", strongest, on, RATED)] * bool(on)]
    return [
        {"estimator": LABELS[key], "case": case.label, "mean": own[key].of("mean"), "alarms": own[key].of(REJECTED)}
        for case in cases
        for own in [found.studies(case, names.null)]
        for key in (STUDIED, USUAL)
        if key in own
    ]


def _quiet(found: CaseEstimates) -> Rows:
    """Models of sessions with few false alarms where improvement feeds back and ratings err, and their price."""
    null = [found.studies(case, found.names.null) for case in found.fed_back()]
    return [
        {"estimator": LABELS[key], "mean": own.of("mean"), "power": own.of(REJECTED)}
        for key, own in found.studies(found.calibrated(), found.names.effect).items()
        if ESTIMANDS[key] == WITHIN and null and all(key in each and quiet(each[key]) for each in null)
    ]


def _raters(found: CaseEstimates, halo: float) -> Columns:
    """True states, and other ratings of the same clients, all as calibrated."""
    names, here = found.names, found.calibrated()
    columns = {TRUE: (found.calibrated(TRUE), names.effect), f"ratings, {names.strength}": (here, names.effect)}
    columns |= {arm: (here, arm) for arm in found.rated_arms()}
    halos = {f"halo {number(halo * size, 2)}": name for size, name in enumerate(HALOS, 1)}
    return columns | {label: (found.calibrated(name), names.effect) for label, name in halos.items()}


def _draws(estimates: Estimates, share: Row) -> dict[str, Any]:
    """Of an arm with draws: effect between clients, r, their difference, and how often the effect is larger."""
    own = partial(estimates.one, arm=share["arm"])
    return {
        "arm": share["arm"],
        "draws": int(share["studies"]),
        "effect": own(about=DRAWS, estimand=BETWEEN),
        "middle": own(about=MIDDLE, estimand=BETWEEN),
        "r": own(about=DRAWS, estimator=STUDIED),
        "minus": own(about=DRAWS, estimand=MINUS),
        "above": share.estimate,
    }


def _draw_table(estimates: Estimates) -> Rows:
    """Means over draws and the middle 90 % of draws, a column an arm."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for which in (DRAWS, MIDDLE):
        for row in estimates.where(about=which):
            what = LABELS.get(row.key.get("estimator", ""), row.key.get("estimand", ""))
            rows.setdefault((which, what), {"about": which, "what": what})[row["arm"]] = row.estimate
    return list(rows.values())
