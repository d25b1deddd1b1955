"""The facts of the page."""

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from alliance_sim.estimands.observed import EVERY
from alliance_sim.estimands.resampling import FEWEST_THERAPISTS
from alliance_sim.estimands.seen import known, values
from alliance_sim.estimands.standing import FEWEST_CLINICS, percentile_words
from alliance_sim.estimates.long import Estimates, records
from alliance_sim.questions.data.check import clinic_of, reading_facts, scenario_of, size_facts
from alliance_sim.questions.data.estimates import label_of, placed
from alliance_sim.questions.data.figures import MOST_GROUPS
from alliance_sim.questions.data.intervals import THERAPISTS_SHARE
from alliance_sim.questions.data.reading.accounting import account_table
from alliance_sim.questions.data.reading.clinic import FEWEST_CLIENTS, ClinicData
from alliance_sim.questions.data.reading.sessions import DAYS
from alliance_sim.questions.data.text import numbered
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.stats.estimate import Estimate

HEADLINES = ("pre_post_d", "recovery_pct", "dropout_pct", "wai_client", "alliance_outcome_r")
"""The estimates that readers ask for first."""

USUAL = 5.0  # a number of estimates outside that fewer simulated clinics (%) reach counts as unusual

DROPS = {
    "flagged": "with a drop",
    "repaired": "… made good",
    "unrepaired": "… not made good",
    "stronger": "… made good, and higher than before",
}


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    clinic, experiment = clinic_of(question), question.experiment
    groups, units, compared = list(clinic.groups), tables.more["groups"], _comparisons(tables)
    size, reading = size_facts(clinic), reading_facts(clinic)
    population = experiment.points[0].scenario.population
    return {
        "size": size,
        "groups": groups,
        "several": len(groups) > 1,
        "shown_groups": groups[:MOST_GROUPS],
        "few": size["few"],
        "fewest_clients": FEWEST_CLIENTS,
        "fewest_clinics": FEWEST_CLINICS,
        "fewest_therapists": FEWEST_THERAPISTS,
        "headline": _headline(tables.estimates),
        "estimates": _levels(clinic, tables.estimates),
        "levels": {name if len(groups) > 1 else "The clinic": f"level {name}" for name in groups},
        "gaps": {f"{name} minus {groups[0]}": f"contrast {name}" for name in groups[1:]},
        "by_group": {"Group": "group"} if len(groups) > 1 else {},
        "by_scenario": {"Scenario": "scenario"} if len(experiment.points) > 1 else {},
        "compared": compared,
        "main": compared[0] if compared else None,
        "scenarios": [
            {"name": scenario_of(each), "treatment": each.scenario.treatment, "policy": each.scenario.policy}
            for each in experiment.points
        ],
        "replicates": experiment.replicates,
        "draws": population.label if population is not None else None,
        "places": _places(clinic, tables),
        "drops": _drops(tables),
        "follow_ups": _follow_ups(tables),
        "higher_is_better": clinic.plan.higher_is_better,
        "instrument": clinic.plan.instrument,
        "planned": clinic.planned,
        "by": units["resampled"].iloc[0],
        "units": [int(count) for count in units["units"]],
        "intervals": bool(tables.estimates.where(about="level").frame["low"].notna().any()),
        "therapists_share": 100 * THERAPISTS_SHARE,
        "reading": reading,
        "notes": len(reading["notes"]),
        "table": table_facts(clinic),
        "known": known_facts(clinic),
        "account": records(account_table(clinic)),
    }


# ---- the clinic ----------------------------------------------------------------------------------------------------


def _headline(estimates: Estimates) -> dict[str, Any] | None:
    """The estimate of the first group that readers ask for first; None where none of them is known."""
    levels = estimates.where(about="level")
    own = {row["name"]: row.estimate for row in levels.where(group=levels.options("group")[0])}
    name = next((name for name in HEADLINES if name in own and own[name].known), None)
    return {"label": EVERY[name].label, "value": own[name]} if name else None


def _levels(clinic: ClinicData, estimates: Estimates) -> list[dict[str, Any]]:
    """A row an estimate, with its value in each group and differences from the first group."""
    rows: dict[str, dict[str, Any]] = {}
    for row in estimates:
        if row["about"] in ("level", "contrast"):
            held = rows.setdefault(row["name"], {"label": label_of(clinic.plan, row["name"])})
            held[f"{row['about']} {row['group']}"] = row.estimate
    return list(rows.values())


# ---- among simulated clinics ---------------------------------------------------------------------------------------


def _comparisons(tables: Tables) -> list[dict[str, Any]]:
    """Each group and scenario: how many estimates lie outside, and how usual that is."""
    made = []
    places = tables.more["places"]
    for row in records(tables.more["comparisons"]):
        share = tables.estimates.one(about="as many outside", group=row["group"], scenario=row["scenario"])
        own = places[(places["group"] == row["group"]) & (places["scenario"] == row["scenario"]) & places["outside"]]
        excess = Estimate(share.value - USUAL, share.low - USUAL, share.high - USUAL)
        names = [EVERY[name].label.removeprefix("… ") for name in own["name"]]
        made.append({**row, "share": share, "excess": excess, "names": names})
    return made


def _places(clinic: ClinicData, tables: Tables) -> dict[str, list[dict[str, Any]]]:
    """For each group: where each estimate lies among simulated clinics."""
    made: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in placed(tables, clinic.plan):
        known = math.isfinite(row.percentile)
        made[row.group].append(
            {
                "label": row.label,
                "scenario": row.world,
                "own": Estimate(row.value, row.low, row.high, unit=row.unit),
                "simulated": Estimate(row.model, row.model_low, row.model_high, unit=row.unit),
                "percentile": percentile_words(row.percentile, row.clinics) if known else "–",
                "error": Estimate(row.mcse),
                "outside": "outside" if row.outside else "",
            }
        )
    return made


def _drops(tables: Tables) -> list[dict[str, Any]]:
    """Drops in ratings, and what the same rule finds where nothing has happened."""
    made = []
    clients = dict(zip(tables.more["groups"]["group"], tables.more["groups"]["rated_twice"], strict=True))
    for row in tables.estimates.where(about="drops"):
        null = tables.estimates.one(about="drops by chance", group=row["group"], name=row["name"])
        outside = row.estimate.known and not null.low <= row.estimate.value <= null.high and math.isfinite(null.low)
        label = f"{DROPS[row['name']]} (of {clients[row['group']]})"
        made.append({"group": row["group"], "label": label, "own": row.estimate, "null": null, "outside": outside})
    return made


def _follow_ups(tables: Tables) -> list[dict[str, Any]]:
    """Scores after the treatment."""
    rows = records(tables.more["follow_ups"])
    return [row | {name: Estimate(row[name], unit="points") for name in ("mean", "sd", "change")} for row in rows]


# ---- how the table was read ----------------------------------------------------------------------------------------

OF_SESSIONS = {
    "wai_goal": "client's rating, goal", "wai_task": "client's rating, task", "wai_bond": "client's rating, bond",
    "wai_client": "client's rating, total", "wai_therapist": "therapist's rating", "symptoms": "symptom score",
    "rupture_client": "rupture reported by the client", "rupture_therapist": "rupture reported by the therapist",
    "rupture_observer": "rupture coded by an observer",
}  # fmt: skip
OF_CLIENTS = {
    "symptoms_intake": "symptoms at intake", "symptoms_end": "symptoms at the end", "left": "how treatment ended",
}  # fmt: skip
"""What columns hold."""


def table_facts(clinic: ClinicData) -> dict[str, Any]:
    """How the table was read, and what was taken for granted."""
    section, key = clinic.section, clinic.plan.key
    cells = [(sheet.names, tuple(map(tuple, sheet.cells))) for sheet in clinic.table.sheets]
    in_sessions = bool(section.symptoms and section.symptoms.in_sessions)
    return {
        "file": section.file,
        "rows": len(clinic.sheet.lines),
        "wide": section.wide,
        "fingerprint": hashlib.sha256(repr(cells).encode()).hexdigest()[:16],
        "packed": clinic.packed,
        "says_who_came": section.attended is not None,
        "left_out": clinic.left_out,
        "last_day": DAYS - 1 if section.times.days is not None and section.times.counted == "weeks" else None,
        "intake_from_sessions": in_sessions and "symptoms_intake" not in clinic.stated,
        "end_from_sessions": in_sessions and "symptoms_end" not in clinic.stated,
        "reference": section.group is not None and section.group.reference is not None,
        "ratings": [_rating(clinic, setting) for setting in section.ratings],
        "key": None if key is None else key._asdict() | {
            "reversed": numbered(sorted(key.reversed)) if key.reversed else "",
            "printed": [] if key.reversed else sorted(key.printed),
            "printed_items": numbered(sorted(key.printed)) if key.printed else "",
        },
        "items": [
            {"setting": setting.partition(".")[2], "prorated": fate.prorated, "incomplete": fate.incomplete}
            for setting, fate in clinic.items.items()
            if setting.startswith("symptoms.")
        ],
    }  # fmt: skip


def _rating(clinic: ClinicData, setting: str) -> dict[str, Any]:
    """How ratings of the alliance were made."""
    given, form = clinic.section.ratings[setting], clinic.plan.questionnaires[setting]
    return {
        "setting": setting,
        "who": "clients" if setting == "alliance" else "therapists",
        "from_items": given.items is not None,
        "form": form.name,
        "size": form.size,
        "missing": form.missing,
        "reversed": numbered(sorted(form.reversed)) if form.reversed else "",
        "other_scales": [{"low": f"{low:g}", "high": f"{high:g}"} for low, high in form.other_scales(given)],
    }


def known_facts(clinic: ClinicData) -> list[dict[str, Any]]:
    """What is known, and how much of it is missing."""
    sessions, clients = clinic.seen.sessions, clinic.seen.clients
    came = values(sessions, "attended") == 1.0
    there = [
        ("session held", OF_SESSIONS[name], known(sessions[name])[came]) for name in OF_SESSIONS if name in sessions
    ]
    there += [("client", OF_CLIENTS[name], known(clients[name])) for name in OF_CLIENTS if name in clients]
    return [
        {"what": what, "each": each, "known": int(own.sum()), "missing": int((~own).sum())} for each, what, own in there
    ]
