"""What a search comes to: whether one policy does for all, whether it is better than what is there, and by what."""

from collections.abc import Mapping
from typing import Any

from alliance_sim.estimands.profiles import EVERYONE
from alliance_sim.estimates.found import records
from alliance_sim.questions.optimise.findings import Findings
from alliance_sim.questions.optimise.fresh import CHOSEN_FOR
from alliance_sim.questions.optimise.space import spoken
from alliance_sim.stats.numbers import interval, listed, number, with_unit

FREE = {"policy.vigilance": "has no price of its own in the model"}
"""Settings without a price of their own in the law, and what is to be said of that."""


def headline(found: Findings) -> str:
    """These sentences, in bold."""
    profiles = {
        True: "One policy does for all profiles. ",
        False: "One policy does not do for all profiles. ",
        None: "Whether one policy does for all profiles cannot be told. " if found.exchanges() else "",
    }[for_all(found)]
    return f"**{profiles}{_beside_shipped(found)}{_carried(found)}**"


def _carried(found: Findings) -> str:
    """Which settings carry the lead, and whether they have a price."""
    paths = [str(row["setting"]) for row in found.carrying()]
    if not paths:
        return ""
    free = f", which {FREE[paths[0]]}" if len(paths) == 1 and paths[0] in FREE else ""
    return f" That lead comes from {' and from '.join(spoken(path) for path in paths)}{free}."


def for_all(found: Findings) -> bool | None:
    """Whether the policy for everyone costs no profile what matters; None where that cannot be told."""
    rows = [row for row in found.exchanges() if row["policy"] == f"{CHOSEN_FOR}{EVERYONE}"]
    verdicts = [found.better(row) for row in rows]  # a loss is what the profile's own policy gains more
    if True in verdicts:
        return False
    return None if None in verdicts or not rows else True


def shipped_name(found: Findings) -> str:
    """The best policy as shipped, by its name where it is the same for all groups."""
    names = set(found.confirmed["best_arm"])
    return f"*{names.pop()}*" if len(names) == 1 else "the best policy"


def _beside_shipped(found: Findings) -> str:
    """Whether what was found is better than the best policy as shipped, by more than the zone."""
    rows: list[dict[str, Any]] = records(found.confirmed)
    groups: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for row in rows:
        groups[found.better(row, "over_")].append(str(row["profile"]))
    if not rows:
        return "Whether what the search found is better than what is shipped cannot be told: nothing could be judged."
    name = shipped_name(found)
    zone = f"within {found.zoned()}"
    if len(groups[True]) == len(rows):
        return f"What the search found is better than {name} as shipped."
    if len(groups[False]) == len(rows):
        return f"What the search found is no better than {name} as shipped, {zone}."
    parts = []
    if groups[False]:
        parts.append(f"{name} as shipped does as well, {zone}, for {listed(groups[False])}")
    if groups[True]:
        rows = [found.own(found.confirmed, group) for group in groups[True]]
        cells = [f"{row['profile']} (by {_by(found, row)})" for row in rows]
        parts.append(f"what the search found is better than {name} for {listed(cells)}")
    if groups[None]:
        parts.append(f"whether it is better for {listed(groups[None])} cannot be told")
    return _capital("; ".join(parts)) + "."


def _by(found: Findings, row: Mapping[str, Any]) -> str:
    """A gain over the best policy as shipped, with its interval, and digits enough to see it beyond the zone."""
    ends = interval(row["over_low"], row["over_high"], 3)
    return f"{with_unit(number(row['over_value'], 3), found.unit)} {ends}"


def _capital(words: str) -> str:
    """With a capital at the first letter."""
    at = next((k for k, letter in enumerate(words) if letter.isalpha()), 0)
    return words[:at] + words[at].upper() + words[at + 1 :]
