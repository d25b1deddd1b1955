"""The short answer to "which repair policy for whom?": sentences that depend on the numbers."""

from collections.abc import Iterator
from typing import Any

from alliance_sim.estimands.profiles import BY_NAME, EVERYONE
from alliance_sim.estimates.found import records
from alliance_sim.questions.repair_for_whom.world import Findings, World, sure
from alliance_sim.stats.numbers import difference, listed
from alliance_sim.stats.over_draws import UNTOLD, share_of

NO_ADVICE = (
    "This says what follows from the model; it is no advice for treatment. How many single clients a policy helps or "
    "harms is not reported: it depends on how luck is shared between two simulated worlds, which no data can show."
)


def short(found: Findings) -> str:
    """The answer in a sentence, and what it rests on in a list."""
    points = [
        " ".join(sentences)
        for make in (_who_gets_what, _who_gains_more, _how_sure, _elsewhere)
        if (sentences := list(make(found)))
    ]
    lines = [" ".join([headline(found), *_overall(found)]), "", *(f"- {point}" for point in points), "", NO_ADVICE]
    return "\n".join(lines)


def headline(found: Findings) -> str:
    """Whether one policy does for all."""
    one = f"*{found.one}*"
    _, *own = records(found.of_main(found.best))
    if not own:
        return f"**The best of {len(found.main.measured.arms)} policies is {one}.**"
    ties = [f"for {group} *{other}* does as well" for group, other in _ties(found).items()]
    other = [row for row in own if row["own"] != found.one]
    needed = [row for row in other if found.matters(row) and row["value"] > 0]
    unclear = [row for row in other if found.matters(row) is None and row["high"] > found.zone]
    if needed:
        cells = listed([f"*{row['own']}* for {row['profile']}" for row in needed])
        return f"**No policy does for all profiles: {one} is best for everyone together, but {cells}.**"
    if unclear:
        return f"**Whether one policy does for all profiles cannot be told; best for everyone together is {one}.**"
    return f"**One policy does for all profiles: {one}{'; ' if ties else ''}{listed(ties) if ties else ''}.**"


def _overall(found: Findings) -> Iterator[str]:
    """What the policy that is best for all does for everyone together."""
    if found.one != found.baseline:
        effect = difference(found.effect(found.main, found.one, EVERYONE), signed=True)
        who = " for everyone together" if found.main.named else ""
        yield f"Against *{found.baseline}* it changes {found.label} by {effect}{who}."


def _ties(found: Findings) -> dict[str, str]:
    """Profiles whose best policy is the one for all, and the next best, where that does as well."""
    main = found.policies(found.main)
    return {
        group: other
        for group, other in found.as_good(found.main).items()
        if group != EVERYONE and main[group] == found.one
    }


def _who_gets_what(found: Findings) -> Iterator[str]:
    """Which policy is best for which profile, and what one policy for all would cost."""
    _, *own = records(found.of_main(found.best))
    one = f"*{found.one}*"
    other = [row for row in own if row["own"] != found.one]
    judged = f"Judged by {found.label}, the best of {len(found.main.measured.arms)} policies"
    if not own:
        yield f"{judged} is {one}."
    elif not other:
        yield f"{judged} is the same for everyone together and for every profile: {one}."
    else:
        differ = listed([f"*{row['own']}* for {row['profile']}" for row in other])
        yield f"{judged} for everyone together is {one}; it would be {differ}."
    for row in other:
        if sure(row):
            beside = {True: "more than", False: "less than", None: "which may or may not be more than"}
            size = f", {beside[found.matters(row)]} the {found.zoned()} that do not matter"
            yield f"Giving {one} to all costs {row['profile']} {difference(row)} on new clinics{size}."
        else:
            yield (
                f"Whether {row['profile']} would do better with *{row['own']}* than with {one} cannot be told on new "
                f"clinics ({difference(row, signed=True)})."
            )
    yield from (_lead(found, row) for row in own if row["own"] == found.one and found.matters(row, "lead_") is not True)


def _lead(found: Findings, row: dict[str, Any]) -> str:
    """What is to be said of a lead that is small, or may be."""
    who, second = row["profile"], f"*{row['runner_up']}*"
    said = difference(row, "lead_", signed=True)
    if found.matters(row, "lead_") is None:
        return f"For {who} it cannot be told whether its lead over {second} matters ({said})."
    draws = ""
    if found.main.draws:
        share = found.share(who, row["own"], row["runner_up"])
        draws = f", and holds under {share} of the draws of the parameters"
        if share == UNTOLD:
            draws = f", and under how many draws of the parameters it holds {UNTOLD}"
    return (
        f"For {who} the lead over {second} is only {said}, within the {found.zoned()} that do not matter{draws}: "
        "the two are a tie."
    )


def _who_gains_more(found: Findings) -> Iterator[str]:
    """Where the policy that is best for all does more, and where less, than for everybody else."""
    one = found.one
    table = found.of_main(found.interactions)
    rows = records(table[(table["policy"] == one) & (table["estimate"] == found.decide_by)])
    if not rows or one == found.baseline:
        return
    better = BY_NAME[found.decide_by].better
    ordered = sorted(rows, key=lambda row: -better * row["value"])
    far = [row for row in ordered if found.matters(row)]
    sides = (("more", 1, far), ("less", -1, far[::-1]))
    parts = []
    for words, sign, part in sides:
        own = [row for row in part if sign * better * row["value"] > 0]
        cells = [f"{row['profile']} ({difference(row, signed=True)})" for row in own]
        parts += [f"{words} for {listed(cells)}"] if cells else []
    same = [str(row["profile"]) for row in ordered if found.matters(row) is False]
    unclear = [str(row["profile"]) for row in ordered if found.matters(row) is None]
    if parts:
        yield f"Compared with all other clients *{one}* does {', and '.join(parts)}."
    if same:
        yield f"For {listed(same)} *{one}* does the same as for all others, within {found.zoned()}."
    if unclear:
        yield f"Whether *{one}* does something else for {listed(unclear)} that matters cannot be told."
    yield f"The intervals hold for all {int(rows[0]['contrasts'])} contrasts at once."


def _how_sure(found: Findings) -> Iterator[str]:
    """For how many draws of the parameters the best policy beats the next one."""
    if not found.main.draws:
        yield "The parameters are fixed: nothing is said of what is not known about them."
        return
    rows = records(found.of_main(found.best))
    cells = [share_of(row["profile"], found.share(row["profile"], row["own"], row["runner_up"])) for row in rows]
    draws = int(found.over_draws["draws"].max())
    luck = "" if found.luck_out else " (luck included)"
    yield (
        f"Share of {draws} draws of the parameters under which the best policy beats the next best{luck}: "
        f"{', '.join(cells)}."
    )


def _elsewhere(found: Findings) -> Iterator[str]:
    """Whether the best policies are the same in the other worlds, and what the best for all would do there."""
    lines = []
    for world in found.worlds[1:]:
        does = ""
        if found.one != found.baseline:
            row = found.effect(world, found.one, EVERYONE)
            worse = ", for the worse" if sure(row) and row["value"] * BY_NAME[found.decide_by].better < 0 else ""
            does = f"; *{found.one}* changes {found.label} by {difference(row, signed=True)}{worse}"
        lines.append(f"  - *{world.label}*: {_compared(found, world)}{does}.")
    if lines:
        yield "\n".join(["In other worlds:", *lines])


def _compared(found: Findings, world: World) -> str:
    """How the best policies of a world differ from those of the main one."""
    main, own, ties = found.policies(found.main), found.policies(world), found.as_good(world)
    other = [name for name in own if own[name] != main.get(name)]
    if not other:
        return "the best policies are the same"
    if len(other) == len(own) and len(set(own.values())) == 1:
        return f"the best policy for all is *{own[EVERYONE]}*"
    cells = [f"*{own[name]}* for {name}" + (" (a tie)" if ties.get(name) == main.get(name) else "") for name in other]
    return f"the best policies are the same, except {listed(cells)}"
