"""The section `data` of a config, the mapping: which column of a table holds what."""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from alliance_sim.questions.data.codes import MISSING, Missing, missing_codes, missing_of
from alliance_sim.questions.data.occasions import Occasions, plain_code
from alliance_sim.questions.data.settings import (
    RATERS,
    RATINGS,
    Attended,
    Clients,
    Column,
    CsvPath,
    Group,
    Left,
    Ratings,
    Report,
    Reports,
    Rows,
    Session,
    Settings,
    Symptoms,
)
from alliance_sim.scenario.models import MAPPING, Form


def _group(value: Any) -> Any:
    """The short form of a group, its column alone, as the long one."""
    return {"column": value} if isinstance(value, str) else value


def _setting(default: Any, meaning: str) -> Any:
    return Field(default=default, description=meaning)


class DataMapping(Settings):
    """The section: which column of a table holds what."""

    file: CsvPath = Field(description="your table")
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
    client: Column | None = _setting(None, "which client; none: every row of a wide table is a client")
    clients: Annotated[Clients, MAPPING] | None = _setting(
        None, "a second table, with a row a client: its file, and its column of clients"
    )
    rows: Annotated[Rows, MAPPING] | None = _setting(
        None, "what a row of a long table is, where not every row is a session; other rows are not read"
    )
    therapist: Column | None = _setting(None, "which therapist; none: not known")
    group: (
        Annotated[
            Group,
            BeforeValidator(_group),
            Form("the name of a column, or a mapping such as {column: arm, reference: TAU}"),
        ]
        | None
    ) = _setting(None, "groups that are compared with one of them: `reference`, else the first")
    session: Annotated[Session, MAPPING] | None = _setting(
        None, "how sessions are distinguished, and occasions that are no session: intake, end, follow-ups"
    )
    attended: Annotated[Attended, MAPPING] | None = _setting(
        None, "whether a session was held; none: every row is one that was"
    )
    alliance: Annotated[Ratings, MAPPING] | None = _setting(
        None, "the client's rating of the alliance: a total, subscales or items"
    )
    therapist_alliance: Annotated[Ratings, MAPPING] | None = _setting(None, "the therapist's rating, in the same way")
    symptoms: Annotated[Symptoms, MAPPING] | None = _setting(
        None, "the symptom scale, and its scores or items in sessions, at intake and at the planned end"
    )
    left: Annotated[Left, MAPPING] | None = _setting(None, "whether a client left early, and how")
    reports: Annotated[Reports, MAPPING] | None = _setting(
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
    def sign(self) -> str:
        """What separates columns; "auto" where it is to be found."""
        return "\t" if self.separator == "tab" else self.separator

    @property
    def ratings(self) -> dict[str, Ratings]:
        """Ratings of the alliance by the name of their setting."""
        return {name: own for name in RATINGS if (own := getattr(self, name)) is not None}

    @property
    def reported(self) -> dict[str, Report]:
        """Reports of ruptures by rater."""
        return {rater: own for rater in RATERS if (own := getattr(self.reports, rater, None)) is not None}

    @property
    def times(self) -> Session:
        """How sessions are distinguished."""
        return self.session or Session()

    @cached_property
    def missing_by_column(self) -> Missing:
        """Codes that stand for nothing."""
        return missing_of(self.missing)

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
        scores = self.symptoms is not None and self.symptoms.in_sessions is not None
        return self.attended is not None or bool(self.ratings) or bool(self.reported) or scores
