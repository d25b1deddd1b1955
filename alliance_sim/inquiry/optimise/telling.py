"""The short answer of a search; every sentence depends on the numbers."""

from collections.abc import Iterator

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import listed, number, with_unit
from alliance_sim.analysis.profiles import BY_NAME, EVERYONE
from alliance_sim.inquiry.optimise.findings import Findings, clear, spelt

NO_ADVICE = "All of this follows from the model; it is no advice for treatment."


def short(found: Findings) -> str:
    """The answer in a few sentences."""
    sentences = [
        *_gains(found), *_luck(found), *_over_draws(found), *_flat(found), *_borders(found), *_exchange(found),
        *_margins(found), NO_ADVICE,
    ]  # fmt: skip
    return " ".join(sentences)


def _gains(found: Findings) -> Iterator[str]:
    """What the chosen policies gain on new clinics."""
    label = BY_NAME[found.question.objective].label.lower()
    row = found.own(found.confirmed)
    values = dict(found.won[0].chosen.settings)
    settings = listed([f"{each.name} {spelt(each, values[each.path])}" for each in found.dimensions])
    yield (
        f"For everyone together the search chose {settings}. On {len(found.stages.confirmation)} new clinics that is "
        f"better than {found.default} by {found.said(row)} in {label} (Monte-Carlo standard error "
        f"{number(row['mcse'], 3)}){_against(found, EVERYONE)}."
    )
    if len(found.groups) > 1:
        cells = [
            f"{group} {found.said(found.own(found.confirmed, group))}{_against(found, group)}"
            for group in found.groups[1:]
        ]
        yield f"The policies chosen for each profile gain over {found.default}: {'; '.join(cells)}."


def _against(found: Findings, group: str) -> str:
    """The gain over the best shipped policy, where that is another than the default."""
    row = found.own(found.confirmed, group)
    if row["best_arm"] == found.default:
        return ""
    if not clear(row, "over_"):
        return f", and no clear difference from {row['best_arm']}, the best shipped policy ({found.said(row, 'over_', True)})"
    return f", and over {row['best_arm']}, the best shipped policy, {found.said(row, 'over_')}"


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
    zone = with_unit(number(found.zone, 3).rstrip("0"), found.unit)
    yield f"Of the policies spread evenly over the space, as good as the chosen one within {zone} are: {cells}."


def _borders(found: Findings) -> Iterator[str]:
    """Settings that were chosen at an end of their range, and that the objective still climbs towards."""
    for each in found.dimensions:
        at = {
            border: [won.group for won in found.won if each.at_border(dict(won.chosen.settings)[each.path]) == border]
            for border in ("lower", "upper")
        }
        for border, groups in at.items():
            if groups:
                yield (
                    f"{each.name.capitalize()} was chosen at the {border} end of its range for {listed(groups)}: there "
                    "the search says which way is better, not how far to go."
                )


def _exchange(found: Findings) -> Iterator[str]:
    """The largest cost of giving a group the policy that was chosen for another."""
    table = found.regrets[found.regrets["policy"].str.startswith("chosen for ") & ~found.regrets["own"]]
    if table.empty:
        return
    worst = max(records(table), key=lambda row: row["value"])
    cost = found.said(worst)
    if not worst["low"] > 0:
        yield f"No policy that was chosen for one group clearly costs another anything (most: {cost})."
    else:
        yield (
            f"The dearest exchange: {worst['profile']} under the policy {worst['policy']} loses {cost}"
            f"{', less than what was declared not to matter' if worst['value'] < found.zone else ''}."
        )


def _margins(found: Findings) -> Iterator[str]:
    """Whether the constraints hold on new clinics."""
    for name in dict.fromkeys(found.margins["estimate"]) if len(found.margins) else ():
        rows = records(found.margins[found.margins["estimate"] == name])
        broken = [str(row["profile"]) for row in rows if not row["holds"]]
        margin = with_unit(number(rows[0]["margin"], 1), rows[0]["unit"])
        label = BY_NAME[name].label.lower()
        if broken:
            yield f"That *{label}* gets worse by no more than {margin} is not shown for {listed(broken)}."
        else:
            yield f"*{label.capitalize()}* gets worse by no more than {margin} in every group."
