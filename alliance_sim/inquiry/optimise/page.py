"""The page of a search: parts in order, with tables to read and how to read them."""

from collections.abc import Sequence
from importlib.metadata import version

import pandas as pd

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import listed, number, of_difference, with_unit
from alliance_sim.analysis.profiles import BY_NAME, Profile
from alliance_sim.figures import optimisation, regret, slices
from alliance_sim.figures.picture import Picture
from alliance_sim.inquiry.kind import Answer, Part
from alliance_sim.inquiry.optimise.findings import Findings, axis, clear, meaning, spelt
from alliance_sim.inquiry.optimise.telling import short

CURSE = (
    "All policies that a search tries meet the same people with the same luck (twins), which makes differences sharp. "
    "But the winner is then the best *for these people*, and part of its lead is their luck. Three sets of clinics are "
    "therefore used, none twice: one for the search, one on which the best finalists compete, one that judges the "
    "chosen policy. *Seemed* is the gain of the search's winner where it was chosen, *is* its gain on the clinics that "
    "judge, *luck* the difference."
)
RACE = (
    "Finalists competed clinic by clinic until all but one could be dropped (Kim & Nelson, 2001): the best of them is "
    "chosen with the stated probability whenever it leads by the declared indifference or more. Where the race ended "
    "early, at the most clinics allowed, no such probability holds."
)
ALONG = (
    "What the gain would be with one setting moved and all others as they were chosen. These lines show which settings "
    "carry the gain, and where the range of the search was too narrow to hold the best value."
)
EXCHANGE = (
    "The cost of giving one group the policy that was chosen for another. A search for each profile is worth its "
    "trouble only as far as these costs are not nothing."
)


def answer(found: Findings, profiles: Sequence[Profile]) -> Answer:
    """The short answer, the parts of the page, tables and pictures."""
    labels = {each.path: axis(each) for each in found.dimensions}
    pictures = [
        optimisation.draw(found.trials, found.confirmed, found.default, found.unit),
        slices.draw(found.slices, found.default, found.unit, labels),
        regret.draw(found.regrets, found.unit),
    ]
    tables = {
        "chosen": chosen(found),
        "confirmed": found.confirmed,
        "trials": found.trials,
        "regret": found.regrets,
        "space": found.shares,
        "map": found.map,
        "slices": found.slices,
        **({"margins": found.margins} if len(found.margins) else {}),
    }
    return Answer(short(found), parts(found, profiles, pictures), tables, pictures)


def chosen(found: Findings) -> pd.DataFrame:
    """The chosen settings of every group."""
    rows = [{"profile": won.group, **dict(won.chosen.settings)} for won in found.won]
    return pd.DataFrame(rows)


def parts(found: Findings, profiles: Sequence[Profile], pictures: Sequence[Picture]) -> list[Part]:
    """The parts of the page."""
    history, cuts, matrix = pictures
    made = [
        Part("What was chosen for whom", _read_chosen(found, profiles), _chosen(found)),
        Part("How much of it was luck", CURSE, _luck(found), history.name),
        Part("The race of the finalists", RACE, _race(found)),
        Part("How flat the optimum is", _read_flat(found), _flat(found)),
        Part("Along each setting", ALONG, None, cuts.name),
        Part("What another group's policy costs", EXCHANGE, None, matrix.name),
    ]
    if len(found.margins):
        words = "What may get worse by a margin at most, on the clinics that judge: shown where its interval is below."
        made.insert(2, Part("What must not get worse", words, _margins(found)))
    return made


def _read_chosen(found: Findings, profiles: Sequence[Profile]) -> str:
    lines = [f"- *{each.name}*: {meaning(each)}" for each in found.dimensions]
    lines += [f"- **{profile.name}**: {profile.words()}" for profile in profiles if profile.name in found.groups]
    left_out = [profile.name for profile in profiles if profile.name not in found.groups]
    words = (
        f"Gains are in {BY_NAME[found.question.objective].label.lower()} over *{found.default}*, more being better, on "
        f"{len(found.stages.confirmation)} clinics that chose nothing, with 95 % intervals. The clients of a profile "
        "are treated beside all others of a therapist's caseload, and everybody by the same policy; gains are those "
        f"of the profile's clients alone. Searched with Optuna {version('optuna')}."
    )
    if left_out:
        words += f" Left out, for want of clients in the clinics of the search: {listed(left_out)}."
    return "\n".join([words, "", *lines])


def _chosen(found: Findings) -> pd.DataFrame:
    rows = []
    for won in found.won:
        row = found.own(found.confirmed, won.group)
        values = dict(won.chosen.settings)
        rows.append(
            {
                "Clients": won.group,
                **{axis(each): spelt(each, values[each.path]) for each in found.dimensions},
                f"Gain over {found.default}": found.said(row),
                "Gain over the best shipped policy": f"{found.said(row, 'over_', True)} ({row['best_arm']})",
                "Draws": f"{100 * row['draws']:.0f} %" if found.draws else "–",
            }
        )
    table = pd.DataFrame(rows)
    return table if found.draws else table.drop(columns="Draws")


def _luck(found: Findings) -> pd.DataFrame:
    rows = [
        {
            "Clients": row["profile"],
            "Seemed": with_unit(number(row["search_chosen_on"], 3), found.unit),
            "Is": with_unit(number(row["search_new"], 3), found.unit),
            "Luck": found.said(row, "search_", signed=True),
            "Clear": clear(row, "search_"),
        }
        for row in records(found.confirmed)
    ]
    return pd.DataFrame(rows)


def _race(found: Findings) -> pd.DataFrame:
    rows = [
        {
            "Clients": won.group,
            "Finalists": len(won.finalists),
            "Place in the search of the one chosen": won.race.best + 1,
            "Clinics until decided": max(won.race.observations),
            "Decided": won.race.guaranteed,
        }
        for won in found.won
    ]
    return pd.DataFrame(rows)


def _read_flat(found: Findings) -> str:
    return (
        f"{len(found.map) // max(len(found.groups), 1)} policies spread evenly over the whole space (Sobol), on "
        f"{len(found.stages.around)} clinics that chose nothing. *As good* lose less than {found.zoned()} against the "
        "chosen one, *surely* with their whole interval. The last columns give the lowest and the highest value of "
        "each setting among those that are as good: a wide range says that the setting may be chosen for other "
        "reasons."
    )


def _flat(found: Findings) -> pd.DataFrame:
    rows = []
    for row in records(found.shares):
        reach = {
            each.name.capitalize(): f"{number(row[f'{each.path}_low'], 2)} to {number(row[f'{each.path}_high'], 2)}"
            for each in found.dimensions
        }
        share = f"{100 * row['as_good']:.0f} % ± {100 * row['error']:.0f}"
        rows.append(
            {
                "Clients": row["profile"],
                "As good": share,
                "Surely": f"{100 * row['surely']:.0f} %",
                "Surely not": f"{100 * row['surely_not']:.0f} %",
                **reach,
            }
        )
    return pd.DataFrame(rows)


def _margins(found: Findings) -> pd.DataFrame:
    rows = [
        {
            "Clients": row["profile"],
            "What": BY_NAME[row["estimate"]].label,
            "Worse by": f"{number(row['value'], 2, signed=True)} [{number(row['low'], 2)}, {number(row['high'], 2)}]",
            "At most": with_unit(number(row["margin"], 2), of_difference(row["unit"])),
            "Shown": row["holds"],
        }
        for row in records(found.margins)
    ]
    return pd.DataFrame(rows)
