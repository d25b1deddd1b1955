"""The settings of a mapping that name a column or a pattern, each with its place in the section."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from alliance_sim.questions.data.patterns import matches
from alliance_sim.questions.data.section import DataMapping
from alliance_sim.questions.data.settings import PARTS, RATERS, RATINGS
from alliance_sim.scenario.tree import Loc, written

_OF_CLIENTS = (
    "client", "rows.column", "therapist", "group.column", "session.number", "session.date", "session.days",
    "symptoms.intake", "symptoms.intake_items", "symptoms.end", "symptoms.end_items", "left.column",
)  # fmt: skip
_OF_SESSIONS = (
    "attended.column",
    *(f"{key}.{part}" for key in RATINGS for part in ("total", *PARTS, "items")),
    "symptoms.score",
    "symptoms.items",
    *(f"reports.{rater}.column" for rater in RATERS),
)
_OF_ROWS = ("client", "session", "rows")
"""Settings whose columns must be in the table itself; other columns of clients may be in the table of clients."""


class Named(NamedTuple):
    """A column or pattern that a setting names."""

    loc: Loc
    name: str
    of_sessions: bool

    @property
    def setting(self) -> str:
        """The path of the setting."""
        return written(self.loc)

    @property
    def of_items(self) -> bool:
        """Whether it is a pattern of items."""
        return str(self.loc[-1]).endswith("items")

    @property
    def of_rows(self) -> bool:
        """Whether it must be in the table itself, for it says what a row is."""
        return self.loc[0] in _OF_ROWS

    @property
    def of_numbers(self) -> bool:
        """Whether it holds numbers that may have decimals: ratings, scores and days."""
        return self.loc[0] in (*RATINGS, "symptoms") or self.loc == ("session", "days")


def named_columns(section: DataMapping) -> list[Named]:
    """Every column and pattern of a mapping, those of clients first; but for the clients of a second table."""
    made: list[Named] = []
    for paths, of_sessions in ((_OF_CLIENTS, False), (_OF_SESSIONS, True)):
        for path in paths:
            loc = tuple(path.split("."))
            held: Any = section
            for name in loc:
                held = getattr(held, name, None)
            if isinstance(held, str):
                made.append(Named(("group",) if loc[0] == "group" else loc, held, of_sessions))
    return made


def group_column(section: DataMapping) -> str | None:
    """The column of groups."""
    return section.group.column if section.group is not None else None


def free(section: DataMapping, names: Iterable[str]) -> list[str]:
    """The names of columns that no setting of clients names, so that they may belong to a pattern of sessions."""
    every = list(names)
    own = [each.name for each in named_columns(section) if not (each.of_sessions or each.loc[0] in ("session", "rows"))]
    taken = {match.name for pattern in own for match in matches(pattern, every)}
    return [name for name in every if name not in taken]
