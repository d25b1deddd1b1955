"""The section `data` of a config, the mapping: which column of a table holds what."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field

from alliance_sim.questions.data import settings as s
from alliance_sim.questions.data.names import EVERYWHERE, MISSING, Occasions, form_of, matches, missing_codes
from alliance_sim.questions.data.text import plain_code
from alliance_sim.scenario.models import MAPPING, Form
from alliance_sim.scenario.tree import Loc, written


def _setting(default: Any, meaning: str) -> Any:
    return Field(default=default, description=meaning)


class DataMapping(s.MappingSettings):
    """The section."""

    file: s.CsvPath = Field(description="your table")
    layout: Annotated[
        Literal["long", "wide"], Form("long (every row is a session) or wide (every row is a client)")
    ] = Field(description="what a row of the table is")
    separator: Annotated[
        Literal["auto", ",", ";", "|", "tab"],
        BeforeValidator(lambda value: "tab" if value == "\t" else value),
        Form('auto, ",", ";", "|" or tab'),
    ] = _setting("auto", "what stands between columns")
    decimal: Annotated[Literal["auto", ".", ","], Form('auto, "." or ","')] = _setting(
        "auto", "what stands before the decimals of a number"
    )
    missing: Annotated[
        Any,
        BeforeValidator(missing_codes),
        Form('a list of codes, such as ["", NA, -99], or a list for each column, such as {wai: [9], "*": ["", NA]}'),
    ] = _setting(list(MISSING), "cells that say nothing; of a column, in addition to those of *")
    planned: Annotated[
        int, Field(ge=1, le=520), Form("a whole number from 1 to 520: the planned number of sessions")
    ] = Field(description="how long the simulated treatments are")
    client: s.Column | None = _setting(None, "which client; none: every row of a wide table is a client")
    clients: Annotated[s.Clients, MAPPING] | None = _setting(
        None, "a second table, with a row a client: its file, and its column of clients"
    )
    rows: Annotated[s.RowsMapping, MAPPING] | None = _setting(
        None, "what a row of a long table is, where not every row is a session; other rows are not read"
    )
    therapist: s.Column | None = _setting(None, "which therapist; none: not known")
    group: (
        Annotated[
            s.GroupMapping,
            BeforeValidator(lambda value: {"column": value} if isinstance(value, str) else value),
            Form("the name of a column, or a mapping such as {column: arm, reference: TAU}"),
        ]
        | None
    ) = _setting(None, "groups that are compared with one of them: `reference`, else the first")
    session: Annotated[s.Session, MAPPING] | None = _setting(
        None, "how sessions are distinguished, and occasions that are no session: intake, end, follow-ups"
    )
    attended: Annotated[s.Attended, MAPPING] | None = _setting(
        None, "whether a session was held; none: every row is one that was"
    )
    alliance: Annotated[s.RatingsMapping, MAPPING] | None = _setting(
        None, "the client's rating of the alliance: a total, subscales or items"
    )
    therapist_alliance: Annotated[s.RatingsMapping, MAPPING] | None = _setting(
        None, "the therapist's rating, in the same way"
    )
    symptoms: Annotated[s.Symptoms, MAPPING] | None = _setting(
        None, "the symptom scale, and its scores or items in sessions, at intake and at the planned end"
    )
    left: Annotated[s.LeftMapping, MAPPING] | None = _setting(None, "whether a client left early, and how")
    reports: Annotated[s.ReportsMapping, MAPPING] | None = _setting(
        None, "ruptures as client, therapist or observer report them"
    )
    resamples: Annotated[int, Field(ge=200, le=100_000), Form("a whole number from 200 to 100000")] = _setting(
        2000, "resamples that intervals are made from"
    )
    dependability: Annotated[
        float, Field(gt=0, lt=1), Form("a number between 0 and 1: the dependability of one rating")
    ] = _setting(0.77, "of one client rating, for drops in ratings (Crits-Christoph et al., 2011)")

    @property
    def wide(self) -> bool:
        """Whether every row is a client."""
        return self.layout == "wide"

    @property
    def ratings(self) -> dict[str, s.RatingsMapping]:
        """Ratings of the alliance by the name of their setting."""
        return {name: own for name in s.RATINGS if (own := getattr(self, name)) is not None}

    @property
    def reported(self) -> dict[str, s.Report]:
        """Reports of ruptures by rater."""
        return {rater: own for rater in s.RATERS if (own := getattr(self.reports, rater, None)) is not None}

    @property
    def times(self) -> s.Session:
        """How sessions are distinguished."""
        return self.session or s.Session()

    @cached_property
    def missing_by_column(self) -> dict[str, frozenset[str]]:
        """Codes that stand for an empty cell, by column or pattern; those of every column by `*`."""
        given = self.missing if isinstance(self.missing, dict) else {EVERYWHERE: self.missing}
        return {name: frozenset(codes) for name, codes in ({EVERYWHERE: MISSING} | given).items()}

    def missing_of(self, column: str) -> frozenset[str]:
        """The codes of a column that stand for an empty cell. A cell that is empty always does."""
        given = self.missing_by_column.items()
        own = [codes for name, codes in given if name in (EVERYWHERE, column) or re.fullmatch(form_of(name), column)]
        return frozenset().union(*own)

    @cached_property
    def occasions(self) -> Occasions:
        """The numbers and names of sessions, and occasions that are none."""
        given = self.times
        codes = {name: tuple(map(plain_code, getattr(given, name))) for name in ("intake", "end", "follow_up")}
        named = {plain_code(name): number for name, number in given.named.items()}
        return Occasions(self.planned, given.first, **codes, named=named)

    @property
    def of_sessions(self) -> bool:
        """Whether any column says something about sessions."""
        return any(column.of_sessions for column in self.columns)

    @cached_property
    def columns(self) -> "list[MappedColumn]":
        """Every column and pattern that is named, those of clients first; but for the clients of a second table."""
        made: list[MappedColumn] = []
        for path in (*_OF_CLIENTS, *_OF_SESSIONS):
            loc = tuple(path.split("."))
            held: Any = self
            for name in loc:
                held = getattr(held, name, None)
            if isinstance(held, str):
                made.append(MappedColumn(("group",) if loc[0] == "group" else loc, held, path in _OF_SESSIONS))
        return made

    @property
    def labels(self) -> dict[str, str]:
        """The columns that hold labels, by what they are of."""
        columns = {
            "client": self.client,
            "therapist": self.therapist,
            "group": self.group.column if self.group else None,
        }
        return {noun: column for noun, column in columns.items() if column is not None}

    def free(self, names: Iterable[str]) -> list[str]:
        """The names of columns that no setting of clients names, so that they may belong to a pattern of sessions."""
        every = list(names)
        own = [each for each in self.columns if not (each.of_sessions or each.loc[0] in ("session", "rows"))]
        taken = {match.name for each in own for match in matches(each.name, every)}
        return [name for name in every if name not in taken]


# ---- columns -------------------------------------------------------------------------------------------------------

_OF_CLIENTS = (
    "client", "rows.column", "therapist", "group.column", "session.number", "session.date", "session.days",
    "symptoms.intake", "symptoms.intake_items", "symptoms.end", "symptoms.end_items", "left.column",
)  # fmt: skip
_OF_SESSIONS = (
    "attended.column",
    *(f"{key}.{part}" for key in s.RATINGS for part in ("total", *s.PARTS, "items")),
    *("symptoms.score", "symptoms.items"),
    *(f"reports.{rater}.column" for rater in s.RATERS),
)


class MappedColumn(NamedTuple):
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
        """Whether it says what a row is: it must be in the table itself, not in that of clients."""
        return self.loc[0] in ("client", "session", "rows")

    @property
    def of_numbers(self) -> bool:
        """Whether it holds numbers that may have decimals: ratings, scores and days."""
        return self.loc[0] in (*s.RATINGS, "symptoms") or self.loc == ("session", "days")
