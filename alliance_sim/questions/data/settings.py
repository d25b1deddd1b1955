"""Mappings of settings inside the section `data`: sessions, codes, ratings, symptoms and others."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, create_model

from alliance_sim.questions.data.names import code_list, one_code
from alliance_sim.questions.data.text import clean
from alliance_sim.scenario.catalog import ITEM_LIST, KEY_FIELDS
from alliance_sim.scenario.models import MAPPING, STRICT, Form
from alliance_sim.scenario.paths import looks_like_a_path

RATINGS = ("alliance", "therapist_alliance")  # settings that hold ratings of the alliance

PARTS = ("goal", "task", "bond")  # subscales of the alliance

RATERS = ("client", "therapist", "observer")  # who may report a rupture


def _clean_names(value: Any) -> Any:
    return {clean(str(name)): number for name, number in value.items()} if isinstance(value, dict) else value


_CLEAN_NAME = AfterValidator(lambda name: name if looks_like_a_path(name) else clean(name))
"""A name as it is compared with others; the path of a file stays as it is."""

_NO_TRUTH = BeforeValidator(lambda value: str(value) if isinstance(value, bool) else value)
"""A number; true and false, which Python takes for 1 and 0, become texts."""

Column = Annotated[str, AfterValidator(clean), Form("the name of a column")]
Items = Annotated[str, AfterValidator(clean), Form("a pattern such as wai_{item}, one column for each item")]
CsvPath = Annotated[str, Form("the path of a CSV file, seen from this one")]
Codes = Annotated[
    list[str], BeforeValidator(code_list), Form("a list of codes as they stand in the table, such as [1, yes]")
]


class MappingSettings(BaseModel):
    """A mapping of settings."""

    model_config = STRICT


class Clients(MappingSettings):
    """A second table, with a row a client."""

    file: CsvPath
    client: Column


class RowsMapping(MappingSettings):
    """What a row of a long table is; rows with other codes are not read."""

    column: Column
    sessions: Codes
    client: Codes = Field(default=[""])


class GroupMapping(MappingSettings):
    """Groups of clients, and the one that the others are compared with."""

    column: Column
    reference: (
        Annotated[str, BeforeValidator(one_code), Form("the group that the others are compared with, as in the table")]
        | None
    ) = None


class Session(MappingSettings):
    """How sessions are distinguished, and which occasions are no session of the treatment."""

    number: Column | None = None
    date: Column | None = None
    days: Column | None = None
    form: Annotated[str, Form("the form of dates, such as %Y-%m-%d or %d.%m.%Y")] = "%Y-%m-%d"
    counted: Annotated[
        Literal["weeks", "order"], Form("weeks (since a client's first session) or order (first, second, third ...)")
    ] = "weeks"
    first: Annotated[Literal[0, 1], _NO_TRUTH, Form("0 or 1: the number of the first session")] = Field(
        default=1, description="the number of the first session"
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
        """The column that distinguishes the sessions of a long table."""
        return str(self.number or self.date or self.days)


class Coded(MappingSettings):
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


class LeftMapping(Coded):
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


_Report: TypeAlias = Annotated[Report, MAPPING] | None


class ReportsMapping(MappingSettings):
    """Ruptures as client, therapist or observer report them."""

    client: _Report = None
    therapist: _Report = None
    observer: _Report = None


class RatingsMapping(MappingSettings):
    """Ratings of the alliance: a total, subscales, or items that make both."""

    form: (
        Annotated[
            str,
            _CLEAN_NAME,
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


class Symptoms(MappingSettings):
    """The symptom scale, and its scores or items in sessions, at intake and at the planned end."""

    instrument: Annotated[
        str,
        _CLEAN_NAME,
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
