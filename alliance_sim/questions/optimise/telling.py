"""The short answer of a search; every sentence depends on the numbers."""

from collections.abc import Iterator, Mapping
from typing import Any

from alliance_sim.estimands.profiles import BY_NAME, EVERYONE
from alliance_sim.estimates.found import records
from alliance_sim.questions.optimise.findings import Findings, at_limit, spelt
from alliance_sim.questions.optimise.fresh import CHOSEN_FOR
from alliance_sim.questions.optimise.headline import FREE, for_all, headline
from alliance_sim.questions.optimise.space import BORDER, spoken
from alliance_sim.stats.numbers import listed, number, of_difference, with_unit
from alliance_sim.stats.over_draws import share_of, share_words
from alliance_sim.stats.shares import per_cent

NO_ADVICE = "All of this follows from the model; it is no advice for treatment."


def short(found: Findings) -> str:
    """The answer in a sentence or two, and what it rests on in a list."""
    points = [
        " ".join(sentences)
        for make in (_gains, _source, _exchange, _short_of, _borders, _luck, _over_draws, _flat, _margins)
        if (sentences := list(make(found)))
    ]
    return "\n".join([headline(found), "", *(f"- {point}" for point in points), "", NO_ADVICE])


def _gains(found: Findings) -> Iterator[str]:
    """What the chosen policies gain on new clinics."""
    label = BY_NAME[found.question.objective].label.lower()
    row = found.own(found.confirmed)
    settings = dict(found.won[0].chosen.settings)
    words = listed([f"{each.name} {spelt(each, settings[each.path])}" for each in found.dimensions])
    yield (
        f"For everyone together the search chose {words}. On {len(found.stages.confirmation)} new clinics its gain "
        f"over *{found.default}* is {found.said(row)} in {label} (Monte-Carlo standard error "
        f"{number(row['mcse'], 3)}){_over_shipped(found, row)}."
    )
    if len(found.groups) > 1:
        cells = [f"{group} {found.said(found.own(found.confirmed, group))}" for group in found.groups[1:]]
        yield f"The policy chosen for each profile gains over *{found.default}*: {'; '.join(cells)}."


def _over_shipped(found: Findings, row: Mapping[str, Any]) -> str:
    """The gain for everyone over the best shipped policy, where that is another than the default, and its size."""
    if row["best_arm"] == found.default:
        return ""
    beside = {True: "more than", False: "less than", None: "which may or may not be more than"}[
        found.better(row, "over_")
    ]
    return (
        f", and over the best shipped policy, *{row['best_arm']}*, {found.said(row, 'over_', signed=True)}, {beside} "
        f"the {found.zoned()} that were declared not to matter"
    )


def _source(found: Findings) -> Iterator[str]:
    """Which settings carry the lead over the best shipped policy: those without which it is gone, for everyone."""
    best = found.own(found.confirmed)["best_arm"]
    for row in found.carrying():
        name = spoken(row["setting"])
        over = f", and over *{best}* {found.said(row, 'over_', signed=True)}" if best != found.default else ""
        free = f" {name.capitalize()} {FREE[row['setting']]}." if row["setting"] in FREE else ""
        yield (
            f"The lead over *{best}* comes from {name}: with {name} at {row['back_to']:g}, as in *{found.start}*, and "
            f"all else as chosen, the gain over *{found.default}* is {found.said(row)}{over}.{free}"
        )


def _exchange(found: Findings) -> Iterator[str]:
    """What a search for each profile brings, and the largest cost of another group's policy."""
    rows = found.exchanges()
    if not rows:
        return
    common = max(_shared(rows), key=lambda row: float(row["value"]))
    worst = max(rows, key=lambda row: float(row["value"]))
    zone = f"the {found.zoned()} that were declared not to matter"
    verdict = {
        True: f"less than {zone}: the policy for everyone does for all of these profiles",
        False: f"more than {zone}: the policy for everyone does not do for all of these profiles",
        None: f"whether that is more than {zone} cannot be told",
    }[for_all(found)]
    also = ", the dearest exchange of all" if worst is common else ""
    yield f"A search of its own brings a profile {found.said(common)} at most ({common['profile']}{also}), {verdict}."
    if worst is not common:
        yield f"The dearest exchange, {worst['profile']} under the policy {worst['policy']}, costs {found.said(worst)}."


def _short_of(found: Findings) -> Iterator[str]:
    """By how much the searches are known to have stopped short: some other policy is clearly better for a group."""
    others = [(row, "", f"under the policy {row['policy']}") for row in found.exchanges()]
    others += [
        (row, "lost_", f"with {spoken(row['setting'])} at {row['back_to']:g}, as in *{found.start}*")
        for row in records(found.back)
    ]
    better = [each for each in others if each[0][f"{each[1]}high"] < 0]
    if better:
        row, prefix, how = min(better, key=lambda each: float(each[0][f"{each[1]}value"]))
        yield (
            f"The searches stopped short of the best, by {found.said(turned(row, prefix))} or more for "
            f"{row['profile']}: so much better than under its own policy it fares {how}."
        )


def turned(row: Mapping[str, Any], prefix: str) -> dict[str, float]:
    """A difference with its interval, the other way round."""
    return {"value": -row[f"{prefix}value"], "low": -row[f"{prefix}high"], "high": -row[f"{prefix}low"]}


def _shared(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The losses under the policy for everyone."""
    return [row for row in rows if row["policy"] == f"{CHOSEN_FOR}{EVERYONE}"]


def _borders(found: Findings) -> Iterator[str]:
    """Settings that were chosen near an end of their range: of what they can be, or of what was searched."""
    possible, searched = [], []
    for each in found.dimensions:
        for border, most in (("lower", "least"), ("upper", "most")):
            groups = [won.group for won in found.won if each.at_border(dict(won.chosen.settings)[each.path]) == border]
            whole = len(groups) == len(found.won) > 1
            who = "every group" if whole else listed(groups) if groups else ""
            if groups and at_limit(each, border):
                possible.append(f"{each.name} near the {most} that it can be for {who}")
            elif groups:
                searched.append(f"{each.name} near the {border} end of what was searched for {who}")
    if not possible and not searched:
        return
    further = ": at an end of what was searched it says which way is better, not how far to go" if searched else ""
    near = f"(at it, or within {100 * BORDER:g} % of the range)"
    yield f"The search chose {listed([*possible, *searched])} {near}{further}."


def _luck(found: Findings) -> Iterator[str]:
    """How much of the winner's gain in the search was luck."""
    rows = records(found.confirmed)
    lucky = [str(row["profile"]) for row in rows if row["search_low"] > 0]
    worst = max(rows, key=lambda row: float(row["search_value"]))
    same = ", under the same draws of the parameters" if worst["search_draws"] else ""
    shown = (
        f"that for {worst['profile']}, whose winner seemed to gain {found.gained(worst, 'search_chosen_on')} in the "
        f"search and gains {found.gained(worst, 'search_new')} on new clinics (luck{same}: "
        f"{found.said(worst, 'search_', True)})"
    )
    if lucky:
        yield f"Part of the winner's apparent gain was luck, clearly so for {listed(lucky)}; the largest is {shown}."
    else:
        yield f"How much of the winners' apparent gain was luck cannot be told from none; the largest is {shown}."
    passed = [f"{row['profile']} ({found.said(turned(row, 'raced_'))})" for row in rows if row["raced_high"] < 0]
    if passed:
        yield f"The race among the finalists passed over a winner of the search that is better, for {listed(passed)}."


def _over_draws(found: Findings) -> Iterator[str]:
    """Under how many draws of the parameters the chosen policies beat the default."""
    if not found.draws:
        yield "The parameters are fixed: nothing is said of what is not known about them."
        return
    rows = records(found.confirmed)
    told = [(row["profile"], share_words(row["share"], row["share_low"], row["share_high"])) for row in rows]
    cells = "; ".join(share_of(profile, share) for profile, share in told)
    luck = "" if all(row["luck_out"] for row in rows) else " (luck included)"
    yield f"Share of draws of the parameters under which the chosen policy beats *{found.default}*{luck}: {cells}."


def _flat(found: Findings) -> Iterator[str]:
    """How much of the space is as good."""
    rows = records(found.shares)
    cells = "; ".join(f"{row['profile']} {per_cent(row['as_good'], row['points'])}" for row in rows)
    yield f"Of policies spread evenly over the space, as good as the chosen one within {found.zoned()} are: {cells}."


def _margins(found: Findings) -> Iterator[str]:
    """Whether the constraints hold on new clinics."""
    for name in dict.fromkeys(found.margins["estimate"]) if len(found.margins) else ():
        rows = records(found.margins[found.margins["estimate"] == name])
        broken = [str(row["profile"]) for row in rows if not row["holds"]]
        margin = with_unit(number(rows[0]["margin"], 1), of_difference(rows[0]["unit"]))
        label = BY_NAME[name].label.lower()
        if broken:
            yield f"That *{label}* gets worse by no more than {margin} is not shown for {listed(broken)}."
        else:
            where = "in every group" if len(rows) > 1 else f"for {rows[0]['profile']}"
            yield f"*{label.capitalize()}* gets worse by no more than {margin} {where}."
