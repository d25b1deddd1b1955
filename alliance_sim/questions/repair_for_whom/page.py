"""The parts of the page of "which repair policy for whom?": how to read them, and tables for readers."""

from collections.abc import Sequence

import pandas as pd

from alliance_sim.estimands.profiles import BY_NAME
from alliance_sim.estimates.found import records
from alliance_sim.figures.picture import Picture
from alliance_sim.questions.frame.question import Part
from alliance_sim.questions.repair_for_whom.world import Findings, World
from alliance_sim.stats.indifference import in_words
from alliance_sim.stats.numbers import difference, listed

WHO = (
    "Profiles were stated before anything was played. They are conditions on what could be asked at intake; they may "
    "overlap, and a client may belong to none. Their clients are found among all clients of a clinic, so that every "
    "therapist treats others too; under each policy they are the same people."
)
AT_ONCE = (
    "The effect of a policy in a profile minus its effect among all other clients. With so many contrasts some would "
    "look clear by luck. The intervals are therefore made to hold all at once: each is wide enough that in 95 of 100 "
    "repetitions of the whole simulation none of them misses (max-t, the distribution of the largest error of all; "
    "Hothorn, Bretz & Westfall, 2008). They shrink with the number of clinics that are played; how large a difference "
    "must be to matter does not. Differences are on "
    "the scale of the outcome, points or percentage points: on another scale, such as the log-odds of dropping out, a "
    "contrast can be larger or smaller. The table shows the outcome by which policies are judged, the figure all of "
    "them, and `interactions.csv` every number. *Matters*: the whole interval is beyond {zone} (no: within; else it "
    "cannot be told)."
)
ASSUMED = (
    "*Assumed*: that a history of relational trauma, anxiety and avoidance lower the security with which a client "
    "begins; that a repaired rupture teaches more where there is trauma; that time for asking is taken from everything "
    "else in the hour; what each step of repair does. *Fitted* to published findings: how strongly attachment acts on "
    "security, how often there are ruptures, who leaves. *Emerges*: the size of the effects, which profile gains more "
    "from what, and which policy is best for whom."
)
ALIKE = (
    " Clinics under the same draw of the parameters are alike, and count together: the error is that of a mean over "
    "draws."
)
DRAWS = (
    " *Draws* is the share of draws of the parameters under which the best policy beats the next best, over all "
    "clinics. Each draw is played more than once: how much its clinics differ is luck, which is taken out (analysis of "
    "variance between and within draws). The 95 % interval is that of taking other draws and doing all of this again "
    "(bootstrap over draws), so that it holds what is not known of the luck too."
)
DRAWS_AND_LUCK = (
    " *Draws* is the share of clinics, each under its own draw of the parameters, in which the best policy beats the "
    "next best, with a 95 % interval; it holds luck too, and is closer to one half than the share of draws alone would "
    "be."
)


def parts(found: Findings, people: pd.DataFrame, pictures: Sequence[Picture]) -> list[Part]:
    """The parts in order."""
    made = [
        _profiles(found.main, people),
        Part("Effects by profile", _read_effects(found), _effects(found), pictures[0].name),
    ]
    if len(pictures) > 1:
        words = AT_ONCE.format(zone=found.zoned())
        made.append(Part("Do profiles differ?", words, _contrasts(found), pictures[1].name))
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
        f"{ALIKE if found.main.measured.draw is not None else ''}"
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
    rows = [
        {
            "Profile": row["profile"],
            "Policy": row["policy"],
            f"{BY_NAME[found.decide_by].label}: there minus elsewhere": difference(row, signed=True),
            "Matters": in_words(found.matters(row)),
        }
        for row in records(table[table["estimate"] == found.decide_by])
    ]
    return pd.DataFrame(rows)


def _read_best(found: Findings) -> str:
    one = f"*{found.one}*"
    words = (
        f"Policies were chosen by {found.label} on the first half of the clinics and judged on the second: a choice "
        f"that was luck is not rewarded. *Lead* is the gain of the best policy over the next best; it *matters* when "
        f"its whole interval is beyond {found.zoned()}.{_same_draws(found)}"
    )
    if _differ(found):
        words += (
            f" *Loss* is what a profile loses when everybody gets {one}, which is best for all; below zero, its own "
            "choice was the worse one on new clinics."
        )
    elif found.main.named:
        words += f" Nothing is lost when everybody gets {one}: it is the best for every profile."
    return words + ("" if not found.main.draws else DRAWS if found.luck_out else DRAWS_AND_LUCK)


def _same_draws(found: Findings) -> str:
    """Whether clinics that choose and clinics that judge are played under the same draws."""
    main = found.main
    if main.draws < 2 or len(main.measured.replicates) < 2 * main.draws:
        return ""
    return " Both halves are played under the same draws of the parameters, with other people and other luck."


def _differ(found: Findings) -> bool:
    """Whether the best policy of some profile is not the one that is best for all."""
    return len(set(found.policies(found.main).values())) > 1


def _best(found: Findings) -> pd.DataFrame:
    loss = f"Loss with {found.one}"
    rows = [
        {
            "Clients": row["profile"],
            "Best policy": row["own"],
            "Next best": row["runner_up"],
            "Lead": difference(row, "lead_", signed=True),
            "Matters": in_words(found.matters(row, "lead_")),
            "Draws": found.share(row["profile"], row["own"], row["runner_up"]),
            loss: "–" if row["own"] == row["one"] else difference(row, signed=True),
        }
        for row in records(found.of_main(found.best))
    ]
    empty = [*([] if found.main.draws else ["Draws"]), *([] if _differ(found) else [loss])]
    return pd.DataFrame(rows).drop(columns=empty)


def _worlds(found: Findings) -> list[Part]:
    """The best policies in each world, and there the effect of the policy that is best for all in the main one."""
    best = [{"World": world.label, **_named(found, world)} for world in found.worlds]
    words = (
        "The same question in worlds where a mechanism is different. What changes between the worlds was carried by "
        f"the mechanism that differs; what stays was not. The table shows the best policy by {found.label}, and in "
        f"brackets the next best where the lead over it lies within {found.zoned()}: there the two are a tie."
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
        words = f"The effect of *{found.one}* on {found.label}, against *{found.baseline}*, in each world and group."
        made.append(Part("The gain in rival worlds", words, pd.DataFrame(effects)))
    return made


def _named(found: Findings, world: World) -> dict[str, str]:
    """The best policy of every group, and the one that does as well."""
    ties = found.as_good(world)
    return {
        group: f"{own} (or {ties[group]})" if group in ties else own for group, own in found.policies(world).items()
    }
