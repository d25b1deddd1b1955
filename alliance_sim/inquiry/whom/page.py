"""The parts of the page of "which repair policy for whom?": how to read them, and tables for readers."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import difference, listed, number
from alliance_sim.analysis.profiles import BY_NAME
from alliance_sim.figures.picture import Picture
from alliance_sim.inquiry.kind import Part
from alliance_sim.inquiry.whom.world import Findings, World, sure

WHO = (
    "Profiles were stated before anything was played. They are conditions on what could be asked at intake; they may "
    "overlap, and a client may belong to none. Their clients are found among all clients of a clinic, so that every "
    "therapist treats others too; under each policy they are the same people."
)
AT_ONCE = (
    "The effect of a policy in a profile minus its effect among all other clients. With so many contrasts some would "
    "look clear by luck: the intervals are made to hold all at once (max-t; Hothorn, Bretz & Westfall, 2008), and p is "
    "adjusted in the same way. Differences are on the scale of the outcome, points or percentage points: on another "
    "scale, such as the log-odds of dropping out, a contrast can be larger or smaller. The table shows the outcome by "
    "which policies are judged, the figure all of them, and `interactions.csv` every number."
)
ASSUMED = (
    "*Assumed*: that a history of relational trauma, anxiety and avoidance lower the security with which a client "
    "begins; that a repaired rupture teaches more where there is trauma; that time for asking is taken from everything "
    "else in the hour; what each step of repair does. *Fitted* to published findings: how strongly attachment acts on "
    "security, how often there are ruptures, who leaves. *Emerges*: the size of the effects, which profile gains more "
    "from what, and which policy is best for whom."
)
DRAWS = (
    " *Draws* is the share of draws of the parameters under which the best policy beats the next best, over all "
    "clinics. Draws are played more than once, so that luck can be told from the draw and taken out."
)
DRAWS_AND_LUCK = (
    " *Draws* is the share of clinics, each under its own draw of the parameters, in which the best policy beats the "
    "next best; it holds luck too, and is closer to one half than the share of draws alone would be."
)


def parts(found: Findings, people: pd.DataFrame, pictures: Sequence[Picture]) -> list[Part]:
    """The parts in order."""
    made = [
        _profiles(found.main, people),
        Part("Effects by profile", _read_effects(found), _effects(found), pictures[0].name),
    ]
    if len(pictures) > 1:
        made.append(Part("Do profiles differ?", AT_ONCE, _contrasts(found), pictures[1].name))
    made.append(Part("Which policy for whom, and what one policy for all costs", _read_best(found), _best(found)))
    if len(found.worlds) > 1:
        made += _worlds(found)
    return [*made, Part("What is assumed, what is fitted, what emerges", ASSUMED)]


def _profiles(world: World, people: pd.DataFrame) -> Part:
    shown = people.assign(share=[f"{100 * share:.0f} %" for share in people["share"]])
    shown.columns = pd.Index(["Profile", "Who", "Share of clients", "Clients played", "Fewest in one clinic"])
    words = WHO
    if world.left_out:
        words += f" Left out, for want of clients in the clinics: {listed([each.name for each in world.left_out])}."
    return Part("Who they are", words, shown)


def _read_effects(found: Findings) -> str:
    return (
        f"Effects are differences from *{found.baseline}*, between the same people with the same luck, averaged over "
        "the clients of a profile within a clinic and then over clinics. An interval is the mean give or take two "
        "Monte-Carlo standard errors (`effects.csv` has them): it says how well this simulation knows its own number."
    )


def _effects(found: Findings) -> pd.DataFrame:
    """Rows of groups and policies, a column an outcome."""
    table = found.of_main(found.effects)
    rows = []
    for group in found.main.groups:
        for policy in dict.fromkeys(table["policy"]):
            own = table[(table["profile"] == group) & (table["policy"] == policy)]
            cells = {BY_NAME[row["estimate"]].label: difference(row, signed=True) for row in records(own)}
            rows.append({"Clients": group, "Policy": policy, **cells})
    return pd.DataFrame(rows)


def _contrasts(found: Findings) -> pd.DataFrame:
    """Contrasts between profile and rest in the outcome that decides."""
    table = found.of_main(found.interactions)
    name = found.decide_by if (table["estimate"] == found.decide_by).any() else table["estimate"].iloc[0]
    rows = [
        {
            "Profile": row["profile"],
            "Policy": row["policy"],
            f"{BY_NAME[name].label}: there minus elsewhere": difference(row, signed=True),
            "p (adjusted)": "< 0.0001" if row["p"] < 0.0001 else number(row["p"], 4),
            "Clear": "yes" if sure(row) else "no",
        }
        for row in records(table[table["estimate"] == name])
    ]
    return pd.DataFrame(rows)


def _read_best(found: Findings) -> str:
    label = BY_NAME[found.decide_by].label.lower()
    words = (
        f"Policies were chosen by {label} on the first half of the clinics and judged on the second: a choice that was "
        "luck is not rewarded. *Lead* is the gain of the best policy over the next best, *loss with one policy* what "
        "a profile loses when everybody gets the policy that is best for all; below zero, its own choice was the "
        "worse one on new clinics."
    )
    return words + ("" if not found.main.draws else DRAWS if found.luck_out else DRAWS_AND_LUCK)


def _best(found: Findings) -> pd.DataFrame:
    rows = [
        {
            "Clients": row["profile"],
            "Best policy": row["own"],
            "Next best": row["runner_up"],
            "Lead": difference(row, "lead_", signed=True),
            "Draws": f"{100 * found.chance(row['profile'], row['own'], row['runner_up']):.0f} %",
            f"Loss with one policy ({row['one']})": "–" if row["own"] == row["one"] else difference(row, signed=True),
        }
        for row in records(found.of_main(found.best))
    ]
    table = pd.DataFrame(rows)
    return table if found.main.draws else table.drop(columns="Draws")


def _worlds(found: Findings) -> list[Part]:
    """The best policies in each world, and there the effect of the policy that is best for all in the main one."""
    label = BY_NAME[found.decide_by].label.lower()
    best = [{"World": world.label, **found.policies(world)} for world in found.worlds]
    words = (
        "The same question in worlds where a mechanism is different. What changes between the worlds was carried by "
        f"the mechanism that differs; what stays was not. The table shows the best policy by {label}."
    )
    made = [Part("Does it hold in rival worlds?", words, pd.DataFrame(best))]
    if found.one != found.baseline:
        effects = [
            {
                "World": world.label,
                **{group: difference(found.effect(world, found.one, group), signed=True) for group in world.groups},
            }
            for world in found.worlds
        ]
        words = f"The effect of *{found.one}* on {label}, against *{found.baseline}*, in each world and group."
        made.append(Part("The gain in rival worlds", words, pd.DataFrame(effects)))
    return made
