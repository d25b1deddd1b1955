"""The section `data` of a config, the mapping: which column of a table holds what."""

from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, create_model

from alliance_sim.questions.data.characters import clean
from alliance_sim.questions.data.codes import MISSING, Missing, code_list, missing_codes, missing_of, one_code
from alliance_sim.questions.data.occasions import Occasions, plain_code
from alliance_sim.scenario.catalog import ITEM_LIST, KEY_FIELDS
from alliance_sim.scenario.models import MAPPING, STRICT, Form
from alliance_sim.scenario.paths import looks_like_a_path

RATINGS = ("alliance", "therapist_alliance")
"""Settings that hold ratings of the alliance."""

PARTS = ("goal", "task", "bond")
"""Subscales of the alliance."""

RATERS = ("client", "therapist", "observer")
"""Who may report a rupture."""


def _name_or_path(value: str) -> str:
    """A name as it is compared with others; the path of a file stays as it is."""
    return value if looks_like_a_path(value) else clean(value)


def _clean_names(value: Any) -> Any:
    return {clean(str(name)): number for name, number in value.items()} if isinstance(value, dict) else value


def _no_truth(value: Any) -> Any:
    """A number; true and false, which Python takes for 1 and 0, become texts."""
    return str(value) if isinstance(value, bool) else value


Column = Annotated[str, AfterValidator(clean), Form("the name of a column")]
Items = Annotated[str, AfterValidator(clean), Form("a pattern such as wai_{item}, one column for each item")]
CsvPath = Annotated[str, Form("the path of a CSV file, seen from this one")]
Codes = Annotated[
    list[str], BeforeValidator(code_list), Form("a list of codes as they stand in the table, such as [1, yes]")
]


class Settings(BaseModel):
    """A mapping of settings."""

    model_config = STRICT


class Clients(Settings):
    """A second table, with a row a client."""

    file: CsvPath
    client: Column


class Rows(Settings):
    """What a row of a long table is; rows with other codes are not read."""

    column: Column
    sessions: Codes
    client: Codes = Field(default=[""])


class Group(Settings):
    """Groups of clients, and the one that the others are compared with."""

    column: Column
    reference: (
        Annotated[str, BeforeValidator(one_code), Form("the group that the others are compared with, as in the table")]
        | None
    ) = None


class Session(Settings):
    """How sessions are told apart, and which occasions are no session of the treatment."""

    number: Column | None = None
    date: Column | None = None
    days: Column | None = None
    form: Annotated[str, Form("the form of dates, such as %Y-%m-%d or %d.%m.%Y")] = "%Y-%m-%d"
    counted: Annotated[
        Literal["weeks", "order"], Form("weeks (since a client's first session) or order (first, second, third ...)")
    ] = "weeks"
    first: Annotated[Literal[0, 1], BeforeValidator(_no_truth), Form("0 or 1: the number of the first session")] = (
        Field(default=1, description="the number of the first session")
    )
    intake: Codes = Field(default=[])
    end: Codes = Field(default=[])
    follow_up: Codes = Field(default=[])
    named: Annotated[
        dict[str, Annotated[int, Field(ge=1, le=520), Form("a whole number from 1: a session")]],
        BeforeValidator(_clean_names),
        Form("a mapping of names and the numbers of their sessions, such as {mid: 6}"),
    ] = Field(default={})

    @property
    def column(self) -> str:
        """The column that tells the sessions of a long table apart."""
        return str(self.number or self.date or self.days)


class Coded(Settings):
    """A column of codes; every other field is a meaning with its codes."""

    column: Column

    @property
    def meanings(self) -> dict[str, list[str]]:
        """The codes of every meaning, "no" last."""
        names = [name for name in type(self).model_fields if name != "column"]
        return {name: getattr(self, name) for name in sorted(names, key="no".__eq__)}


class Attended(Coded):
    """Whether a session was held."""

    yes: Codes = Field(default=["1"])
    no: Codes = Field(default=["0"])


class Left(Coded):
    """Whether a client left early, and how."""

    dropout: Codes
    no: Codes
    completed: Codes = Field(default=[])


class Report(Coded):
    """Ruptures as one rater reports them."""

    none: Codes = Field(default=["0"])
    rupture: Codes = Field(default=[])
    withdrawal: Codes = Field(default=[])
    confrontation: Codes = Field(default=[])


class Reports(Settings):
    """Ruptures as client, therapist or observer report them."""

    client: Annotated[Report, MAPPING] | None = None
    therapist: Annotated[Report, MAPPING] | None = None
    observer: Annotated[Report, MAPPING] | None = None


class Ratings(Settings):
    """Ratings of the alliance: a total, subscales, or items that make both."""

    form: (
        Annotated[
            str,
            AfterValidator(_name_or_path),
            Form("the name of a questionnaire of the alliance, or the path of a YAML file that holds one"),
        ]
        | None
    ) = None
    total: Column | None = None
    goal: Column | None = None
    task: Column | None = None
    bond: Column | None = None
    items: Items | None = None
    reversed: ITEM_LIST | None = None
    scale: (
        Annotated[
            list[Annotated[float, Form("a number")]],
            Field(min_length=2, max_length=2),
            Form("the lowest and the highest answer, such as [1, 5]"),
        ]
        | None
    ) = None
    rescale: Annotated[bool, Form("true or false")] = False

    @property
    def columns(self) -> dict[str, str]:
        """Every column or pattern, by what it holds."""
        return {name: own for name in ("total", *PARTS, "items") if (own := getattr(self, name)) is not None}


_FIELDS: dict[str, Any] = {name: (kind, None) for name, kind in KEY_FIELDS.items()}
_KEY: Any = create_model("Key", __config__=STRICT, **_FIELDS)


class Symptoms(Settings):
    """The symptom scale, and its scores or items in sessions, at intake and at the planned end."""

    instrument: Annotated[
        str,
        AfterValidator(_name_or_path),
        Form("the name of a symptom scale, or the path of a YAML file that holds one"),
    ]
    score: Column | None = None
    intake: Column | None = None
    end: Column | None = None
    items: Items | None = None
    intake_items: Items | None = None
    end_items: Items | None = None
    key: Annotated[_KEY, MAPPING] | None = None

    @property
    def in_sessions(self) -> str | None:
        """The column or pattern of scores in sessions."""
        return self.score or self.items

    def at(self, when: str) -> str | None:
        """The setting that holds scores at "intake" or at the "end"; None without one."""
        return next((name for name in (when, f"{when}_items") if getattr(self, name)), None)


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
        None, "how sessions are told apart, and occasions that are no session: intake, end, follow-ups"
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
        """How sessions are told apart."""
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
