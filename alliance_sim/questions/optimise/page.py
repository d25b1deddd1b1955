"""The page of a search: parts in order, with tables to read and how to read them."""

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import pandas as pd

from alliance_sim.estimands.profiles import BY_NAME, Profile
from alliance_sim.estimates.found import records
from alliance_sim.figures import optimisation, regret, slices
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Answer, Part
from alliance_sim.questions.optimise.findings import Findings, axis, clear, meaning, spelt
from alliance_sim.questions.optimise.space import spoken
from alliance_sim.questions.optimise.telling import short
from alliance_sim.stats.numbers import listed, number, of_difference, with_unit
from alliance_sim.stats.over_draws import share_words
from alliance_sim.stats.shares import per_cent

FEW = 5
"""Points of a map that are as good, below which their range says nothing."""

CURSE = (
    "All policies that a search tries meet the same people with the same luck (twins), which makes differences sharp. "
    "But the winner is then the best *for these people*, and part of its lead is their luck. Three sets of clinics are "
    "therefore used, none twice: one for the search, one on which the best finalists compete, one that judges the "
    "chosen policy. *Seemed* is the gain of the search's winner where it was chosen, *is* its gain on the clinics that "
    "judge, *luck* {luck}. The winner of the search is not always the policy that was chosen in the end: for "
    "that see the race below. The interval of *seemed* is that of a mean over the clinics of the search, and knows "
    "nothing of the choice.{alike}"
)
BY_DRAW = (
    "by how much the gain seemed too large. A draw of the parameters that suits the policy suits it in the search and "
    "on the clinics that judge; luck is therefore counted under the same draws: the gain in the search minus the mean "
    "gain on the clinics that judge under the same draw, over the {draws} draws of the search.{more}"
)
MORE_DRAWS = (
    " *Is* holds {all} draws, so that *seemed* minus *is* is luck and, beside it, that the search met some of the "
    "draws only"
)
ALIKE = (
    " Clinics under the same draw of the parameters are alike, and count together: every error on this page is that of "
    "a mean over draws."
)
RACE = (
    "Finalists competed clinic by clinic until all but one could be dropped (Kim & Nelson, 2001): the best of them is "
    "chosen with the stated probability whenever it leads by the declared indifference or more. Where the race ended "
    "early, at the most clinics allowed, no such probability holds. *Beside the winner* is what the chosen one gains "
    "more than the winner of the search on the clinics that judge: among finalists that differ by less than the "
    "indifference the race may well choose the worse one."
)
ALONG = (
    "What the gain would be with one setting moved and all others as they were chosen. These lines show which settings "
    "carry the gain, and where the range of the search was too narrow to hold the best value. The table gives the "
    "lowest and the highest of the {steps} values shown at which the loss against the chosen policy is less than "
    "{zone}: a wide range says that the setting may be chosen for other reasons."
)
BACK = (
    "What the chosen policy loses when one setting is put back to its value in *{start}* ({back}), and all others stay "
    "as chosen, on {clinics} clinics that chose nothing. Where the loss is as large as the gain over the best shipped "
    "policy, the whole of that gain comes from this setting."
)
EXCHANGE = (
    "The cost of giving one group the policy that was chosen for another. A search for each profile is worth its "
    "trouble only as far as these costs are not nothing."
)

SHIPPED = "What is lost under the default, or the best policy as shipped, against the policy that was chosen."


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
        "put_back": found.back,
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
        Part("How much of it was luck", _read_luck(found), _luck(found), history.name),
        Part("The race of the finalists", RACE, _race(found)),
        Part("Which setting brings the gain", _read_back(found), _back(found)),
        Part("How flat the optimum is", _read_flat(found), _flat(found)),
        Part("Along each setting", ALONG.format(steps=_steps(found), zone=found.zoned()), _along(found), cuts.name),
        exchanged(found, matrix),
    ]
    if len(found.margins):
        words = "What may get worse by a margin at most, on the clinics that judge: shown where its interval is below."
        made.insert(2, Part("What must not get worse", words, _margins(found)))
    return made


def exchanged(found: Findings, matrix: Picture) -> Part:
    """What policies cost that were chosen for another group, or by nobody where there is one group."""
    if len(found.groups) == 1:
        return Part("What a policy as shipped costs", SHIPPED, None, matrix.name)
    return Part("What another group's policy costs", EXCHANGE, None, matrix.name)


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
    if found.draws:
        words += (
            f" *Draws*: share of the draws of the parameters under which the policy beats *{found.default}*, luck "
            "taken out, with a 95 % interval (bootstrap over draws)."
            if found.confirmed["luck_out"].all()
            else f" *Draws*: share of clinics, each under its own draw of the parameters, in which the policy beats "
            f"*{found.default}*, with its 95 % interval; it holds luck too."
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
                "Draws": share_words(row["share"], row["share_low"], row["share_high"]) if found.draws else "–",
            }
        )
    table = pd.DataFrame(rows)
    return table if found.draws else table.drop(columns="Draws")


def _read_luck(found: Findings) -> str:
    """What the columns mean, by how luck was counted."""
    same = int(found.confirmed["search_draws"].max())
    judged = int(found.confirmed["draws"].max())
    more = MORE_DRAWS.format(all=judged) if judged > same else ""
    luck = BY_DRAW.format(draws=same, more=more).removesuffix(".") if same else "the difference"
    return CURSE.format(luck=luck, alike=ALIKE if len(found.stages.confirmation) > found.draws > 1 else "")


def _luck(found: Findings) -> pd.DataFrame:
    rows = [
        {
            "Clients": row["profile"],
            "Seemed": found.gained(row, "search_chosen_on"),
            "Is": found.gained(row, "search_new"),
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
            "Beside the winner": "the same" if won.race.best == 0 else _raced(found, won.group),
            "Clinics until decided": max(won.race.observations),
            "Decided": won.race.guaranteed,
        }
        for won in found.won
    ]
    return pd.DataFrame(rows)


def _raced(found: Findings, group: str) -> str:
    """What the chosen policy gains more than the winner of the search."""
    return found.said(found.own(found.confirmed, group), "raced_", signed=True)


def _read_back(found: Findings) -> str:
    own = found.back[found.back["profile"] == found.back["profile"].iloc[0]]
    values = [f"{spoken(row['setting'])} {row['back_to']:g}" for row in records(own)]
    return BACK.format(start=found.start, back=", ".join(values), clinics=len(found.stages.confirmation))


def _back(found: Findings) -> pd.DataFrame:
    rows = []
    for group in found.groups:
        own = records(found.back[found.back["profile"] == group])
        gain = found.said(found.own(found.confirmed, group), "over_", signed=True)
        cells = {f"Loss: {spoken(row['setting'])} back": found.said(row, "lost_", signed=True) for row in own}
        rows.append({"Clients": group, "Gain over the best shipped policy": gain, **cells})
    return pd.DataFrame(rows)


def _read_flat(found: Findings) -> str:
    words = (
        f"{int(found.shares['points'].max())} policies spread evenly over the whole space (a Sobol sequence: points "
        f"that leave no large gaps), on {len(found.stages.around)} clinics that chose nothing. *As good* lose less "
        f"than {found.zoned()} against the chosen one, *surely* with their whole interval; shares have 95 % intervals."
    )
    if _several(found):
        return words + (
            " The last columns give the lowest and the highest value of each setting among those that are as good, "
            f"where there are {FEW} or more of them."
        )
    return words + (
        f" Fewer than {FEW} are as good for any group: too few to say how far each setting may be moved. For that see "
        "the lines along each setting below."
    )


def _several(found: Findings) -> bool:
    """Whether enough points of the map are as good, for some group, to show their range."""
    return any(_good(row) >= FEW for row in records(found.shares))


def _good(row: Mapping[str, Any]) -> int:
    """How many points of the map are as good."""
    return round(row["as_good"] * row["points"]) if row["points"] else 0


def _flat(found: Findings) -> pd.DataFrame:
    rows = []
    for row in records(found.shares):
        reach = {
            each.name.capitalize(): _range(row[f"{each.path}_low"], row[f"{each.path}_high"])
            if _good(row) >= FEW
            else "–"
            for each in found.dimensions
        }
        rows.append(
            {
                "Clients": row["profile"],
                "As good": f"{_good(row)} of {row['points']}",
                "Share": per_cent(row["as_good"], row["points"]),
                "Surely": f"{100 * row['surely']:.0f} %",
                "Surely not": f"{100 * row['surely_not']:.0f} %",
                **(reach if _several(found) else {}),
            }
        )
    return pd.DataFrame(rows)


def _range(low: float, high: float) -> str:
    return number(low, 2) if low == high else f"{number(low, 2)} to {number(high, 2)}"


def _steps(found: Findings) -> int:
    """How many values a slice has at most."""
    return int(found.slices.groupby(["profile", "setting"]).size().max())


def _along(found: Findings) -> pd.DataFrame:
    """For each group and setting, between which values of a slice hardly anything is lost."""
    rows = []
    for group in found.groups:
        own = found.slices[(found.slices["profile"] == group) & (found.slices["loss"] < found.zone)]
        cells = {}
        for each in found.dimensions:
            values = own.loc[own["setting"] == each.path, "at"]
            cells[axis(each)] = _range(values.min(), values.max()) if len(values) else "none but the chosen"
        rows.append({"Clients": group, **cells})
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
