"""Power: how large a trial must be, what one of the planned size finds, and whether its analysis keeps its promise."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from alliance_sim.experiment.kept import Stage
from alliance_sim.questions.frame.question import Answer, Kind, Part, Question
from alliance_sim.questions.power import assured, tables, telling
from alliance_sim.questions.power.conduct import bench_of, goal_of, simulate
from alliance_sim.questions.power.found import Found
from alliance_sim.questions.power.pictures import assurance_picture, curve_table, power_picture, smallest_table
from alliance_sim.questions.power.plan import Plan, plan_of
from alliance_sim.questions.power.section import MODEL, wrong
from alliance_sim.questions.power.truth import play_truth
from alliance_sim.questions.power.words import short


def conduct(asked: Question, folder: Path, workers: int, stage: Stage) -> Answer:
    """Measure what is true, simulate trials of every size, search the smallest, and tell."""
    plan, section = plan_of(asked), asked.section
    worlds = play_truth(
        plan.points, plan.measured, plan.worlds(), plan.seed, plan.home, folder, workers, stage
    )  # fmt: skip
    goal, costs = goal_of(section, plan.replicates), (section.cost_therapist, section.cost_client)
    simulated = simulate(plan, goal, costs, bench_of(plan, plan.people(), folder, workers, stage))
    return answer(Found(plan, goal, costs, worlds, simulated))


def answer(found: Found) -> Answer:
    """The answer to what was found."""
    pictures = [picture for picture in (power_picture(found), assurance_picture(found)) if picture is not None]
    drawn = {picture.name: picture.name for picture in pictures}
    parts = [
        Part("The trial, and what is true in its world", telling.trial(found), tables.truths(found)),
        Part("Power by size", telling.sizes(found), tables.sizes(found), drawn.get("power", "")),
        Part("Which analysis keeps its promise", telling.promises(found), tables.promises(found)),
        Part("The planned trial, analysed in several ways", telling.analyses(found), tables.analyses(found)),
        Part("The smallest trial that suffices", telling.smallest(found), tables.smallest_trials(found)),
    ]
    confirmed = tables.confirmed(found)
    if len(confirmed):
        parts.append(Part("Fresh trials of the size that was found", telling.CONFIRMED, confirmed))
    if found.plan.draws:
        parts.append(
            Part("When the parameters are uncertain", assured.assurance(found), None, drawn.get("assurance", ""))
        )
    parts.append(Part("Against the closed form", telling.agreement(found)))
    if len(found.plan.points) > 1 + len(found.plan.compared):
        parts.append(Part("What the size hinges on: the control", telling.CONTROLS, tables.controls(found)))
    parts.append(Part("For a trial of your own", telling.OWN))
    return Answer(short(found), parts, _kept(found), pictures)


def _kept(found: Found) -> dict[str, pd.DataFrame]:
    """The tables that are written as CSV."""
    rounds = [
        (clients, number, *each.smallest, each.at, each.trials, each.significant)
        for clients, searched in found.simulated.searched.items()
        for number, each in enumerate(searched.rounds, 1)
    ]
    names = ["clients", "round", "smallest", "low", "high", "therapists", "trials", "significant"]
    return {
        "designs": found.simulated.designs,
        "curves": curve_table(found),
        "smallest": smallest_table(found),
        "search": pd.DataFrame(rounds, columns=names),
        "worlds": found.worlds,
    }


def size(asked: Question) -> Sequence[str]:
    """How much will be simulated."""
    plan, section = plan_of(asked), asked.section
    cells = plan.coarse()
    clients = sum(plan.all_clients(cell.design) for cell in cells) * plan.replicates
    draws = ", and under draws of the posterior" if plan.draws else ""
    sizes = (
        f"{len(plan.designs())} designs of {plan.replicates:,} trials each, with and without something to find{draws}"
    )
    more = f"at most {section.refine:,} more trials for each of {len(plan.clients)} caseloads"
    return [
        *_added(plan, section),
        f"{sizes}: {len(cells) * plan.replicates:,} trials and {clients:,} clients.",
        f"Search: {more}; then {section.confirm:,} fresh trials of each kind to confirm.",
    ]


def _added(plan: Plan, section: Any) -> Sequence[str]:
    """That the planned trial is played beside the designs that are stated, where it is none of them."""
    added = [
        f"{own} {noun} (`{name}`)"
        for noun, own, sizes, name in (
            ("therapists of an arm", plan.planned.therapists, section.therapists, "clinic.therapists"),
            ("clients of each therapist", plan.planned.clients, section.clients, "clinic.caseload"),
        )
        if own not in sizes
    ]
    if not added:
        return []
    stated = f"{len(section.therapists)} x {len(section.clients)} designs are stated"
    return [f"{stated}; the planned trial is played too, which adds {' and '.join(added)}."]


KIND = Kind(
    "power",
    "power of a planned trial at every size, false positives where nothing is to be found, the smallest that suffices",
    MODEL,
    conduct,
    size,
    wrong,
    command="power",
    fewest=100,  # a share of fewer trials is known to ten points at best
)
