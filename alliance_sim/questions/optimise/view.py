"""The facts of the page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from alliance_sim.estimands.profiles import BY_NAME, EVERYONE
from alliance_sim.estimates.long import Estimates, records
from alliance_sim.questions.frame.profiles import profiles_of
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.optimise.estimates import CHOSEN_FOR
from alliance_sim.questions.optimise.run import stages_of, start_values
from alliance_sim.questions.optimise.section import margins_of, start_arm
from alliance_sim.questions.optimise.space import BORDER, Axis, axes_of
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import number, of_difference

FEW = 5
"""Points of the map that are as good, below which their range says nothing."""

Facts = dict[str, Any]


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    section, experiment, axes = question.section, question.experiment, axes_of(question)
    objective, margin = BY_NAME[section.objective], section.indifference
    stages, start = stages_of(question), start_values(question)
    chosen = records(tables.more["chosen"])
    groups = [_group(row, tables, axes, margin) for row in chosen]
    names, profiles = [row["group"] for row in chosen], profiles_of(question)
    losses = [row for group in groups for row in group["losses"]]
    shared = [row for row in losses if row["policy"] == f"{CHOSEN_FOR}{EVERYONE}"]
    everyone, leads = groups[0], groups[0]["better"]
    several = any(row["good"] >= FEW for row in groups)
    draws = experiment.points[experiment.arms.index(experiment.baseline)].scenario.draws
    return {
        "objective": objective.label.lower(),
        "unit": of_difference(objective.unit),
        "margin": margin,
        "default": experiment.baseline,
        "start": start_arm(question),
        "clinics": {name: len(numbers) for name, numbers in stages._asdict().items()},
        "draws": draws,
        "repeated": 0 < draws < len(stages.confirmation),
        "draws_compared": max(row["draws compared"] for row in chosen),
        "judging_draws": max(row["draws"] for row in chosen),
        "sampler": chosen[0]["sampler"],
        "steps": int(tables.more["slices"].groupby(["group", "setting"]).size().max()),
        "points": section.map,
        "settings": [
            {"name": each.name, "axis": each, "start": start[each.path], "value": everyone[each.path]} for each in axes
        ],
        "chosen_columns": {"Clients": "group"} | {each.label: each.path for each in axes},
        "gain_columns": {"Clients": "group", f"Gain over {experiment.baseline}": "gain"}
        | {"Best shipped policy": "best shipped", "Gain over the best shipped": "over", "Matters": "matters"}
        | ({"Draws": "share"} if draws else {}),
        "loss_columns": {"Clients": "group", "Gain over the best shipped": "over"}
        | {f"{each.name.capitalize()} put back": f"loss of {each.path}" for each in axes},
        "along_columns": {"Clients": "group"} | {each.label: f"along {each.path}" for each in axes},
        "flat_columns": {"Clients": "group", "As good": "good", "Share": "as good", "Surely": "surely"}
        | {"Surely not": "surely not"}
        | ({each.name.capitalize(): f"reach of {each.path}" for each in axes} if several else {}),
        "profiles": [{"name": each.name, "who": each.words()} for each in profiles if each.name in names],
        "left_out": [each.name for each in profiles if each.name not in names],
        "groups": groups,
        "everyone": everyone,
        "for_all": for_all(shared, margin),
        "gaining": [row["group"] for row in groups[1:] if row["better"]],
        "undecided": [row["group"] for row in groups[1:] if row["better"] is None],
        "needed": [row["group"] for row in shared if better(row["loss"], margin)],
        "carrying": [row for row in everyone["put back"] if leads and better(row["over"], margin) is False],
        "largest_shared": largest(shared, "loss"),
        "largest_loss": largest(losses, "loss"),
        "improvable": improvable(groups),
        "optimism": largest(groups, "chance"),
        "passed_over": [row for row in groups if row["raced"].sign < 0],
        "ends": ends(chosen, axes),
        "border": 100.0 * BORDER,
        "few": FEW,
        "several": several,
        "constraints": [_constraint(name, own, tables.estimates) for name, own in margins_of(question).items()],
    }


def better(gain: Estimate, margin: float) -> bool | None:
    """Whether a gain is more than what does not matter: False where its whole interval is below; None: cannot tell."""
    return True if gain.low > margin else False if gain.high < margin else None


def for_all(shared: Sequence[Mapping[str, Any]], margin: float) -> bool | None:
    """Whether the policy for everyone costs no profile what matters; None where that is not clear."""
    verdicts = [better(row["loss"], margin) for row in shared]
    if True in verdicts:
        return False
    return None if None in verdicts or not verdicts else True


def largest(rows: Iterable[Mapping[str, Any]], name: str) -> Mapping[str, Any] | None:
    """The row with the largest estimate; None where none is known."""
    known = [row for row in rows if row[name].known]
    return max(known, key=lambda row: float(row[name].value), default=None)


def _group(row: Facts, tables: Tables, axes: Sequence[Axis], margin: float) -> Facts:
    """Everything about one group's policy. row: that of the table of chosen policies."""
    group = str(row["group"])
    own = tables.estimates.where(group=group)
    over = own.one(about="gain over the best shipped")
    raced = own.one(about="gain over the winner of the search")
    put_back = [_put_back(group, each, own) for each in axes]
    shares = list(own.where(about="share of draws"))
    points, cuts = (
        table[(table["group"] == group) & (table["loss"] < margin)]
        for table in (tables.more["map"], tables.more["slices"])
    )
    return {
        **row,
        **{each.path: int(row[each.path]) if each.whole else round(row[each.path], 2) for each in axes},
        "gain": own.one(about="gain"),
        "over": over,
        "matters": over.beyond(margin),
        "better": better(over, margin),
        **({"share": shares[0].estimate} if shares else {}),
        "seemed": own.one(about="gain of the winner in the search"),
        "new": own.one(about="gain of the winner on new clinics"),
        "chance": own.one(about="gain of the winner by chance"),
        "raced": raced,
        **({"raced shown": raced} if row["place in the search"] > 1 else {}),
        "losses": [
            {"group": group, "policy": each["policy"], "loss": each.estimate}
            for each in own.where(about="loss")
            if each["policy"].startswith(CHOSEN_FOR)
        ],
        "put back": put_back,
        **{f"loss of {each['path']}": each["loss"] for each in put_back},
        "as good": own.one(about="as good"),
        "surely": own.one(about="surely as good"),
        "surely not": own.one(about="surely not as good"),
        "good": len(points),
        **{f"reach of {each.path}": reach(points[each.path]) for each in axes if len(points) >= FEW},
        **{f"along {each.path}": reach(cuts.loc[cuts["setting"] == each.path, "at"]) for each in axes},
    }


def _put_back(group: str, axis: Axis, own: Estimates) -> Facts:
    """What becomes of a group's gain when one setting is put back to its value in the start arm."""
    gain, over, loss = (
        own.one(about=f"{about}, setting put back", setting=axis.path)
        for about in ("gain", "gain over the best shipped", "loss")
    )
    return {"group": group, "path": axis.path, "name": axis.name, "gain": gain, "over": over, "loss": loss}


def reach(values: "pd.Series[float]") -> str:
    """The lowest and the highest of some values."""
    if not len(values):
        return "–"
    low, high = (number(float(end), 2) for end in (values.min(), values.max()))
    return f"only {low}" if low == high else f"from {low} to {high}"


def improvable(groups: Sequence[Facts]) -> Facts | None:
    """The group that does best under some other policy, where one is clearly better for it than its own; else None."""
    found = [row | {"gain": row["loss"].times(-1.0)} for each in groups for row in (*each["losses"], *each["put back"])]
    return largest((row for row in found if row["gain"].sign > 0), "gain")  # type: ignore[return-value]


def ends(chosen: Sequence[Facts], axes: Sequence[Axis]) -> list[Facts]:
    """Settings that were chosen near an end of their range, for whom, and whether they could go further at all."""
    found = []
    for axis in axes:
        for end in ("lower", "upper"):
            groups = [row["group"] for row in chosen if axis.near_end(row[axis.path]) == end]
            everybody = len(groups) == len(chosen) > 1
            if groups:
                own = {"name": axis.name, "end": end, "limit": axis.at_limit(end)}
                found.append({**own, "groups": groups, "everybody": everybody})
    return found


def _constraint(name: str, margin: float, estimates: Estimates) -> Facts:
    """A constraint: how much worse each group gets, and whether that is within the margin with its whole interval."""
    rows = [
        {"group": row["group"], "lost": row.estimate, "holds": row.estimate.high <= margin}
        for row in estimates.where(about="worse by", outcome=name)
    ]
    unit = of_difference(BY_NAME[name].unit)
    broken = [row["group"] for row in rows if not row["holds"]]
    return {"label": BY_NAME[name].label, "margin": margin, "unit": unit, "rows": rows, "broken": broken}
