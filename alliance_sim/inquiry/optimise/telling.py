"""The short answer of a search; every sentence depends on the numbers."""

from collections.abc import Iterator

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import listed, number, of_difference, with_unit
from alliance_sim.analysis.profiles import BY_NAME, EVERYONE
from alliance_sim.inquiry.optimise.findings import Findings, at_limit, clear, spelt
from alliance_sim.inquiry.optimise.fresh import CHOSEN_FOR

NO_ADVICE = "All of this follows from the model; it is no advice for treatment."


def short(found: Findings) -> str:
    """The answer in a few sentences."""
    sentences = [
        *_gains(found), *_exchange(found), *_luck(found), *_over_draws(found), *_flat(found), *_borders(found),
        *_margins(found), NO_ADVICE,
    ]  # fmt: skip
    return " ".join(sentences)


def _gains(found: Findings) -> Iterator[str]:
    """What the chosen policies gain on new clinics."""
    label = BY_NAME[found.question.objective].label.lower()
    row = found.own(found.confirmed)
    settings = dict(found.won[0].chosen.settings)
    words = listed([f"{each.name} {spelt(each, settings[each.path])}" for each in found.dimensions])
    yield (
        f"For everyone together the search chose {words}. On {len(found.stages.confirmation)} new clinics that is "
        f"better than *{found.default}* by {found.said(row)} in {label} (Monte-Carlo standard error "
        f"{number(row['mcse'], 3)}){_over_shipped(found)}."
    )
    if len(found.groups) > 1:
        cells = [f"{group} {found.said(found.own(found.confirmed, group))}" for group in found.groups[1:]]
        yield f"The policy chosen for each profile gains there over *{found.default}*: {'; '.join(cells)}."


def _over_shipped(found: Findings) -> str:
    """The gain for everyone over the best shipped policy, where that is another than the default."""
    row = found.own(found.confirmed)
    if row["best_arm"] == found.default:
        return ""
    best = f"the best shipped policy, *{row['best_arm']}*"
    if not clear(row, "over_"):
        return f"; a difference from {best} cannot be told ({found.said(row, 'over_', signed=True)})"
    return f", and than {best}, by {found.said(row, 'over_')}"


def _luck(found: Findings) -> Iterator[str]:
    """How much of the winner's gain in the search was luck."""
    rows = records(found.confirmed)
    lucky = [row for row in rows if row["search_low"] > 0]
    worst = max(rows, key=lambda row: row["search_value"])
    shown = (
        f"for {worst['profile']} it was {with_unit(number(worst['search_chosen_on'], 3), found.unit)} where it was "
        f"chosen and {number(worst['search_new'], 3)} on new clinics, a difference of "
        f"{found.said(worst, 'search_', True)}"
    )
    if lucky:
        names = listed([str(row["profile"]) for row in lucky])
        yield f"Part of the winner's apparent gain was luck (clear for {names}): {shown}."
    else:
        yield f"How much of the winners' apparent gain was luck cannot be told from none; most {shown}."


def _over_draws(found: Findings) -> Iterator[str]:
    """Under how many draws of the parameters the chosen policies beat the default."""
    if not found.draws:
        yield "The parameters are fixed: nothing is said of what is not known about them."
        return
    rows = records(found.confirmed)
    cells = "; ".join(f"{row['profile']} {100 * row['draws']:.0f} %" for row in rows)
    luck = "" if all(row["luck_out"] for row in rows) else " (luck included)"
    yield f"Share of draws of the parameters under which the chosen policy beats {found.default}{luck}: {cells}."


def _flat(found: Findings) -> Iterator[str]:
    """How much of the space is as good."""
    rows = records(found.shares)
    cells = "; ".join(f"{row['profile']} {100 * row['as_good']:.0f} %" for row in rows)
    yield f"Of policies spread evenly over the space, as good as the chosen one within {found.zoned()} are: {cells}."


def _borders(found: Findings) -> Iterator[str]:
    """Settings that were chosen at an end of their range: of what they can be, or of what was searched."""
    possible, searched = [], []
    for each in found.dimensions:
        for border, most in (("lower", "least"), ("upper", "most")):
            groups = [won.group for won in found.won if each.at_border(dict(won.chosen.settings)[each.path]) == border]
            who = "every group" if len(groups) == len(found.won) else listed(groups) if groups else ""
            if groups and at_limit(each, border):
                possible.append(f"{each.name} at the {most} that it can be for {who}")
            elif groups:
                searched.append(f"{each.name} at the {border} end of what was searched for {who}")
    if possible:
        yield f"Chosen was {listed(possible)}."
    if searched:
        yield f"Chosen was {listed(searched)}: there the search says which way is better, not how far to go."


def _exchange(found: Findings) -> Iterator[str]:
    """What a search for each profile brings, and the largest cost of another group's policy."""
    table = found.regrets[found.regrets["policy"].str.startswith(CHOSEN_FOR) & ~found.regrets["own"]]
    if table.empty:
        return
    shared = records(table[table["policy"] == f"{CHOSEN_FOR}{EVERYONE}"])
    common, worst = (max(rows, key=lambda row: row["value"]) for rows in (shared, records(table)))
    zone = f"the {found.zoned()} that were declared not to matter"
    if common["high"] < found.zone:
        verdict = f"less than {zone}: the policy for everyone does for all of these profiles"
    elif common["low"] > found.zone:
        verdict = f"more than {zone}: the policy for everyone does not do for all of these profiles"
    else:
        verdict = f"whether that is more than {zone} cannot be told"
    yield f"A search of its own brings a profile {found.said(common)} at most ({common['profile']}), {verdict}."
    yield f"The dearest exchange, {worst['profile']} under the policy {worst['policy']}, costs {found.said(worst)}."


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
            yield f"*{label.capitalize()}* gets worse by no more than {margin} in every group."
