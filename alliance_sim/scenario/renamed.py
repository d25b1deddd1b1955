"""Parameters that the first edition of the law had, and what takes their place in the second."""

from typing import NamedTuple

FIRST_EDITION = "0.1.0"
"""The last version with the first edition of the law."""


class Gone(NamedTuple):
    """What became of a parameter: its successor's path, None if it has none, and why it went."""

    successor: str | None
    reason: str


GONE: dict[str, Gone] = {
    "alliance.coupling": Gone("alliance.negotiation", "now only goals and tasks pull together"),
    "alliance.drag": Gone(
        None, "a rupture's hurt is now felt as long as it lasts; alliance.healing says how fast it passes"
    ),
    "alliance.fading": Gone("alliance.healing", "hurt, unresolved load and mask now pass together"),
    "alliance.mask_decay": Gone("alliance.healing", "hurt, unresolved load and mask now pass together"),
    "alliance.reciprocity": Gone(
        "sustain.improvement", "another unit: log-odds per SD of improvement since intake, not in the last week"
    ),
    "repair.restoration": Gone(None, "a repair now takes off as much of the damage as it resolves"),
}
"""Removed parameters by their paths, such as alliance.drag."""


def gone(path: str) -> Gone | None:
    """What became of the parameter at a path, which may begin with `parameters.`; None for any other path.

    >>> gone("parameters.alliance.fading").successor
    'alliance.healing'
    """
    return GONE.get(path.removeprefix("parameters."))
