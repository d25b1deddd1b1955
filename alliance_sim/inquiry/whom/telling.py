"""The short answer to "which repair policy for whom?": sentences that depend on the numbers."""

from collections.abc import Iterator

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import difference, listed
from alliance_sim.analysis.profiles import BY_NAME, EVERYONE
from alliance_sim.inquiry.whom.world import Findings, sure

NO_ADVICE = (
    "This says what follows from the model; it is no advice for treatment. How many single clients a policy helps or "
    "harms is not reported: it depends on how luck is shared between two simulated worlds, which no data can show."
)


def short(found: Findings) -> str:
    """The answer in a few sentences."""
    sentences = [*_who_gets_what(found), *_who_gains_more(found), *_how_sure(found), *_elsewhere(found), NO_ADVICE]
    return " ".join(sentences)


def _who_gets_what(found: Findings) -> Iterator[str]:
    """Which policy is best for which profile, and what one policy for all would cost."""
    everyone, *own = records(found.of_main(found.best))
    label = BY_NAME[found.decide_by].label.lower()
    one = f"**{everyone['own']}**"
    other = [row for row in own if row["own"] != everyone["own"]]
    judged = f"Judged by {label}, the best of {len(found.main.measured.arms)} policies"
    if not own:
        yield f"{judged} is {one}."
    elif not other:
        yield f"{judged} is the same for everyone together and for every profile: {one}."
    else:
        differ = listed([f"**{row['own']}** for {row['profile']}" for row in other])
        yield f"{judged} for everyone together is {one}; it would be {differ}."
    for row in other:
        if sure(row):
            yield f"Giving {one} to all costs {row['profile']} {difference(row)} on new clinics."
        else:
            yield (
                f"Whether {row['profile']} would do better with {row['own']} than with {everyone['own']} cannot be "
                f"told on new clinics ({difference(row, signed=True)})."
            )
    for row in (each for each in own if each["own"] == everyone["own"] and not sure(each, "lead_")):
        yield (
            f"For {row['profile']} its lead over {row['runner_up']} cannot be told from none "
            f"({difference(row, 'lead_', signed=True)})."
        )


def _who_gains_more(found: Findings) -> Iterator[str]:
    """Where the policy that is best for all does more, and where less, than for everybody else."""
    one = found.one
    table = found.of_main(found.interactions)
    rows = records(table[(table["policy"] == one) & (table["estimate"] == found.decide_by)])
    if not rows or one == found.baseline:
        return
    better = BY_NAME[found.decide_by].better
    overall = found.effect(found.main, one, EVERYONE)
    label = BY_NAME[found.decide_by].label.lower()
    yield f"Against *{found.baseline}* it changes {label} by {difference(overall, signed=True)}."
    clear = sorted((row for row in rows if sure(row)), key=lambda row: -better * row["value"])
    more = [row for row in clear if better * row["value"] > 0]
    less = [row for row in reversed(clear) if better * row["value"] < 0]
    parts = [
        f"{words} for " + listed([f"{row['profile']} ({difference(row, signed=True)})" for row in part])
        for words, part in (("more", more), ("less", less))
        if part
    ]
    count = int(rows[0]["contrasts"])
    if parts:
        words = ", and ".join(parts)
        yield f"Compared with everybody else it does {words}; intervals hold for all {count} contrasts at once."
    else:
        yield "That it does more for one profile than for everybody else cannot be told."


def _how_sure(found: Findings) -> Iterator[str]:
    """For how many draws of the parameters the best policy beats the next one."""
    if not found.main.draws:
        yield "The parameters are fixed: nothing is said of what is not known about them."
        return
    rows = records(found.of_main(found.best))
    cells = [
        f"{row['profile']} {100 * found.chance(row['profile'], row['own'], row['runner_up']):.0f} %" for row in rows
    ]
    draws = int(found.over_draws["draws"].max())
    luck = "" if found.luck_out else " (luck included)"
    yield (
        f"Share of {draws} draws of the parameters under which the best policy beats the next best{luck}: "
        f"{', '.join(cells)}."
    )


def _elsewhere(found: Findings) -> Iterator[str]:
    """Whether the best policies are the same in the other worlds."""
    main = found.policies(found.main)
    for world in found.worlds[1:]:
        own = found.policies(world)
        other = [name for name in own if own[name] != main.get(name)]
        if not other:
            yield f"In the world *{world.label}* the best policies are the same."
        elif len(other) == len(own) and len(set(own.values())) == 1:
            yield f"In the world *{world.label}* the best policy for all is {own[EVERYONE]}."
        else:
            yield f"In the world *{world.label}* it is {listed([f'{own[name]} for {name}' for name in other])}."
