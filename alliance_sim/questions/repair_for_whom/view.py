"""The facts of the page."""

from collections.abc import Mapping, Sequence
from typing import Any

from alliance_sim.estimands.profiles import BY_NAME, EVERYONE
from alliance_sim.estimates.long import Estimates, Row
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.repair_for_whom.run import scenarios
from alliance_sim.questions.repair_for_whom.section import outcomes
from alliance_sim.stats.numbers import of_difference


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    section, experiment = question.section, question.experiment
    decides = BY_NAME[section.decide_by]
    there = list(scenarios(experiment))
    draws = scenarios(experiment)[there[0]][0].scenario.draws
    best = {name: best_policies(tables.estimates, name, section.indifference) for name in there}
    main = best[there[0]]
    changed = {name: _changed(best[name], main) for name in there[1:]}
    one = main[0]["policy"]
    others = [row for row in main if row["policy"] != one]
    effects = tables.estimates.where(about="effect")
    of_one = {"policy": one, "outcome": decides.name}
    overall = effects.one(scenario=there[0], group=EVERYONE, **of_one) if one != experiment.baseline else None
    contrasts = tables.estimates.where(about="contrast", scenario=there[0])
    own = [row for row in contrasts if row["policy"] == one and row["outcome"] == decides.name]
    people = tables.more["profiles"].to_dict("records")
    return {
        "baseline": experiment.baseline,
        "policies": len(experiment.arms),
        "outcome": decides.label.lower(),
        "unit": of_difference(decides.unit),
        "margin": section.indifference,
        "draws": draws,
        "repeated": 0 < draws < experiment.replicates,
        "profiles": [row for row in people if row["judged"]],
        "left_out": [row["profile"] for row in people if not row["judged"]],
        "one": one,
        "best": main,
        "others": others,
        "needed": [row for row in others if row["loss_matters"] and row["loss"].sign > 0],
        "unclear": [row for row in others if row["loss_matters"] is None],
        "gains": sorted((_gain(row, decides.better) for row in own), key=lambda row: -row["gain"].value),
        "contrasts": [
            {**row.key, "estimate": row.estimate, "matters": row.estimate.beyond(section.indifference)}
            for row in contrasts
            if row["outcome"] == decides.name
        ],
        "contrast_count": len(contrasts),
        "effects": [
            {"policy": row["policy"], "group": row["group"], **_outcomes(effects, there[0], row, outcomes(question))}
            for row in effects.where(scenario=there[0], outcome=decides.name)
        ],
        "effect_columns": {"Clients": "group", "Policy": "policy"}
        | {BY_NAME[name].label: name for name in outcomes(question)},
        "overall": overall,
        "overall_gain": overall.times(decides.better) if overall else None,
        "changed": list(changed),
        "elsewhere": {name: groups for name, groups in changed.items() if groups},
        "rival_columns": {"Scenario": "scenario"} | {row["group"]: row["group"] for row in main},
        "rival_best": [{"scenario": name} | {row["group"]: _named(row) for row in best[name]} for name in there],
        "rival_effects": [
            {"scenario": name} | {row["group"]: row.estimate for row in effects.where(scenario=name, **of_one)}
            for name in there
        ],
    }


def best_policies(estimates: Estimates, scenario: str, margin: float) -> list[dict[str, Any]]:
    """For everyone and each profile of a scenario: the best policy, the next best, what it gains and under how many."""
    losses = estimates.where(about="loss", scenario=scenario)
    shares = estimates.where(about="share of draws", scenario=scenario)
    rows = []
    for lead in estimates.where(about="lead", scenario=scenario):
        key = {"policy": lead["policy"], "group": lead["group"]}
        share = list(shares.where(**key, other=lead["other"]))
        (loss,) = losses.where(**key)
        rows.append(
            {
                **key,
                "next": lead["other"],
                "lead": lead.estimate,
                "matters": lead.estimate.beyond(margin),
                "tie": lead.estimate.beyond(margin) is False,
                "loss": loss.estimate,
                "loss_matters": loss.estimate.beyond(margin),
                "share": share[0].estimate if share else None,
            }
        )
    return rows


def _changed(best: Sequence[Mapping[str, Any]], main: Sequence[Mapping[str, Any]]) -> list[str]:
    """The groups that have another best policy than in the main scenario, and no tie with that one."""
    usual = {row["group"]: row["policy"] for row in main}
    return [
        row["group"]
        for row in best
        if usual.get(row["group"], row["policy"]) not in (row["policy"], row["next"] if row["tie"] else "")
    ]


def _named(row: Mapping[str, Any]) -> str:
    """The best policy of a group, and the next best where it is as good."""
    return f"{row['policy']} (or {row['next']})" if row["tie"] else str(row["policy"])


def _gain(row: Row, better: int) -> dict[str, Any]:
    """A contrast turned so that more is better for the client."""
    return {"group": row["group"], "estimate": row.estimate, "gain": row.estimate.times(better)}


def _outcomes(effects: Estimates, scenario: str, row: Row, names: tuple[str, ...]) -> dict[str, Any]:
    key = {"scenario": scenario, "policy": row["policy"], "group": row["group"]}
    return {name: effects.one(**key, outcome=name) for name in names}
