"""The section `data` of a config: which column of a table holds what."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, create_model

from alliance_sim.questions.data.characters import clean
from alliance_sim.questions.data.codes import MISSING, Missing, code_list, missing_codes, missing_of, one_code
from alliance_sim.questions.data.occasions import Occasions, occasions_of
from alliance_sim.questions.data.patterns import matches
from alliance_sim.scenario.catalog import ITEM_LIST, KEY_FIELDS, ScoringKey
from alliance_sim.scenario.models import MAPPING, STRICT, Form
from alliance_sim.scenario.paths import looks_like_a_path

DEFAULT_FORM = "wai_sr"
"""The questionnaire of the alliance where none is named."""

MODEL_SCALE = (1.0, 5.0)
"""The model's scale of ratings."""

COLUMN = Form("the name of a column")
CODES = Form("a list of codes as they stand in the table, such as [1, yes]")
SCALE = Form("the lowest and the highest answer, such as [1, 5]")


class When(NamedTuple):
    """How sessions are told apart in a long table."""

    number: str | None = None  # column
    date: str | None = None  # column
    form: str = "%Y-%m-%d"
    counted: str = "weeks"  # dates become weeks since the first session, or the order of sessions; so do days
    days: str | None = None  # column: days since intake, which is day 0


class Kinds(NamedTuple):
    """A column that says what a row of a long table is."""

    column: str
    sessions: tuple[str, ...]
    client: tuple[str, ...]


class People(NamedTuple):
    """A table of clients beside that of their sessions."""

    file: str
    client: str  # column


class Codes(NamedTuple):
    """A column of codes: what each code means."""

    column: str
    meanings: Mapping[str, tuple[str, ...]]  # meaning -> codes


class Rated(NamedTuple):
    """Where ratings of the alliance are: a total, subscales, or items, and how items make the former."""

    columns: Mapping[str, str]  # total, goal, task, bond or items -> column or pattern
    scale: tuple[float, float]  # of answers, and of parts and totals that are means of them
    reversed: frozenset[int]
    form: str = DEFAULT_FORM  # name of the questionnaire
    assumed: bool = False  # the mapping names no questionnaire
    size: int = 12  # items
    parts: Mapping[str, tuple[int, ...]] = {}  # goal, task, bond -> items
    missing: int = 0  # items of a part that may be missing at most
    of_all: bool = False  # the total is the mean of all items, and not of the parts
    total_scale: tuple[float, float] | None = None  # of a column of totals, where it is another one

    @property
    def total_span(self) -> tuple[float, float]:
        """The scale of a column of totals."""
        return self.total_scale or self.scale


class Scored(NamedTuple):
    """Where symptom scores are."""

    instrument: str
    score: str | None
    intake: str | None
    end: str | None
    items: str | None = None  # patterns of items, in place of the three
    intake_items: str | None = None
    end_items: str | None = None
    key: ScoringKey | None = None  # how items become a score

    @property
    def in_sessions(self) -> str | None:
        """The column or pattern of scores in sessions."""
        return self.score or self.items

    @property
    def at_intake(self) -> str | None:
        """The column or pattern of the score at intake."""
        return self.intake or self.intake_items

    @property
    def at_end(self) -> str | None:
        """The column or pattern of the score at the planned end."""
        return self.end or self.end_items

    @property
    def names(self) -> tuple[str, ...]:
        """Every column and pattern of scores or items."""
        return tuple(name for name in (self.in_sessions, self.at_intake, self.at_end) if name)


class Plan(NamedTuple):
    """The section, as it is used once it has been checked."""

    file: str
    layout: str
    separator: str
    decimal: str
    missing: Missing
    planned: int
    client: str | None  # None: every row of a wide table is a client
    people: People | None
    rows: Kinds | None
    occasions: Occasions
    therapist: str | None
    group: str | None
    when: When | None
    attended: Codes | None
    alliance: Rated | None
    therapist_alliance: Rated | None
    symptoms: Scored | None
    left: Codes | None
    reports: Mapping[str, Codes]  # client, therapist, observer
    reference: str | None  # the group that the others are compared with; none: the first of the table

    @property
    def of_sessions(self) -> bool:
        """Whether any column says something about sessions."""
        stated = (self.attended, self.alliance, self.therapist_alliance, self.reports)
        return any(stated) or (self.symptoms is not None and self.symptoms.in_sessions is not None)

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns and patterns of numbers that may have decimals: ratings, scores and days."""
        rated = [name for own in (self.alliance, self.therapist_alliance) if own for name in own.columns.values()]
        days = (self.when.days,) if self.when is not None and self.when.days is not None else ()
        return (*rated, *(self.symptoms.names if self.symptoms is not None else ()), *days)

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column and pattern of the mapping."""
        when = (self.when.number, self.when.date) if self.when else ()  # days are among the numbers
        coded = [own.column for own in (self.attended, self.left, *self.reports.values()) if own]
        kinds = (self.rows.column,) if self.rows else ()
        named = [name for name in (self.client, self.therapist, self.group, *kinds, *when) if name]
        return (*named, *coded, *self.numbers)

    def has_occasion(self, at: int) -> bool:
        """Whether something is a planned session, or an occasion that is none."""
        return at < 0 or 1 <= at <= self.planned

    def free(self, names: Iterable[str]) -> list[str]:
        """The names of columns that no setting of clients names, so that they may belong to a pattern of sessions."""
        scores = (self.symptoms.at_intake, self.symptoms.at_end) if self.symptoms else ()
        left = (self.left.column,) if self.left else ()
        own = [name for name in (self.client, self.therapist, self.group, *scores, *left) if name]
        every = list(names)
        taken = {match.name for pattern in own for match in matches(pattern, every)}
        return [name for name in every if name not in taken]

    @property
    def wide(self) -> bool:
        """Whether every row is a client."""
        return self.layout == "wide"


def _optional(kind: Any, meaning: str = "") -> tuple[Any, Any]:
    return kind, Field(default=None, description=meaning or None)


def _section(name: str, **fields: Any) -> Any:
    """A mapping inside the section."""
    return Annotated[create_model(name, __config__=STRICT, **fields), MAPPING]


_column = Annotated[str, AfterValidator(clean), COLUMN]
_code_list = Annotated[list[str], BeforeValidator(code_list), CODES]
_occasion: tuple[Any, Any] = (_code_list, Field(default_factory=list))
_pair = Annotated[list[Annotated[float, Form("a number")]], Field(min_length=2, max_length=2), SCALE]
_truth = Annotated[bool, Form("true or false")]
_items = Annotated[str, AfterValidator(clean), Form("a pattern such as wai_{item}, one column for each item")]


def _name_or_path(value: str) -> str:
    """A name as it is compared with others; the path of a file stays as it is."""
    return value if looks_like_a_path(value) else clean(value)


def _named(form: str) -> Any:
    return Annotated[str, AfterValidator(_name_or_path), Form(form)]


def _coded(name: str, *needed: str, **defaulted: Any) -> Any:
    """A column of codes: meanings that must be stated, and meanings that have codes of their own."""
    fields: dict[str, Any] = {"column": (_column, Field())}
    fields |= {meaning: (_code_list, Field()) for meaning in needed}
    fields |= {meaning: (_code_list, Field(default=codes)) for meaning, codes in defaulted.items()}
    return _section(name, **fields)


def _rated(name: str) -> Any:
    parts = {part: _optional(_column) for part in ("total", "goal", "task", "bond")}
    return _section(
        name,
        form=_optional(
            _named("the name of a questionnaire of the alliance, or the path of a YAML file that holds one")
        ),
        **parts,
        items=_optional(_items),
        reversed=_optional(ITEM_LIST),
        scale=_optional(_pair),
        rescale=(_truth, Field(default=False)),
    )


def _group(value: Any) -> Any:
    """The short form of a group, its column alone, as the long one."""
    return {"column": value} if isinstance(value, str) else value


_GROUP: Any = Annotated[
    create_model(
        "Group",
        __config__=STRICT,
        column=(_column, Field()),
        reference=_optional(
            Annotated[
                str, BeforeValidator(one_code), Form("the group that the others are compared with, as in the table")
            ]
        ),
    ),
    BeforeValidator(_group),
    Form("the name of a column, or a mapping such as {column: arm, reference: TAU}"),
]

_report = _coded("Report", none=["0"], rupture=[], withdrawal=[], confrontation=[])


def _named_tab(value: Any) -> Any:
    return "tab" if value == "\t" else value


def _no_truth(value: Any) -> Any:
    """A number, where true and false are none."""
    return str(value) if isinstance(value, bool) else value


def _cleaned(value: Any) -> Any:
    """Names as they are compared with those of the table."""
    return {clean(str(name)): number for name, number in value.items()} if isinstance(value, dict) else value


_FIELDS: dict[str, Any] = {
    "file": (Annotated[str, Form("the path of a CSV file, seen from this one")], Field(description="your table")),
    "layout": (
        Annotated[Literal["long", "wide"], Form("long (every row is a session) or wide (every row is a client)")],
        Field(description="what a row of the table is"),
    ),
    "separator": (
        Annotated[
            Literal["auto", ",", ";", "|", "tab"], BeforeValidator(_named_tab), Form('auto, ",", ";", "|" or tab')
        ],
        Field(default="auto", description="what stands between columns"),
    ),
    "decimal": (
        Annotated[Literal["auto", ".", ","], Form('auto, "." or ","')],
        Field(default="auto", description="what stands before the decimals of a number"),
    ),
    "missing": (
        Annotated[
            Any,
            BeforeValidator(missing_codes),
            Form(
                'a list of codes, such as ["", NA, -99], or a list for each column, such as {wai: [9], "*": ["", NA]}'
            ),
        ],
        Field(default=list(MISSING), description="cells that say nothing; of a column, in addition to those of *"),
    ),
    "planned": (
        Annotated[int, Field(ge=1, le=520), Form("a whole number from 1 to 520: the planned number of sessions")],
        Field(description="how long the simulated treatments are"),
    ),
    "client": _optional(_column, "which client; none: every row of a wide table is a client"),
    "clients": _optional(
        _section(
            "Clients",
            file=(Annotated[str, Form("the path of a CSV file, seen from this one")], Field()),
            client=(_column, Field()),
        ),
        "a second table, with a row a client: its file, and its column of clients",
    ),
    "rows": _optional(
        _section(
            "Rows",
            column=(_column, Field()),
            sessions=(_code_list, Field()),
            client=(_code_list, Field(default=[""])),
        ),
        "what a row of a long table is, where not every row is a session; other rows are not read",
    ),
    "therapist": _optional(_column, "which therapist; none: not known"),
    "group": _optional(_GROUP, "groups that are compared with one of them: `reference`, else the first"),
    "session": _optional(
        _section(
            "Session",
            number=_optional(_column),
            date=_optional(_column),
            days=_optional(_column),
            form=(Annotated[str, Form("the form of dates, such as %Y-%m-%d or %d.%m.%Y")], Field(default="%Y-%m-%d")),
            counted=(
                Annotated[
                    Literal["weeks", "order"],
                    Form("weeks (since a client's first session) or order (first, second, third ...)"),
                ],
                Field(default="weeks"),
            ),
            first=(
                Annotated[Literal[0, 1], BeforeValidator(_no_truth), Form("0 or 1: the number of the first session")],
                Field(default=1, description="the number of the first session"),
            ),
            intake=_occasion,
            end=_occasion,
            follow_up=_occasion,
            named=(
                Annotated[
                    dict[str, Annotated[int, Field(ge=1, le=520), Form("a whole number from 1: a session")]],
                    BeforeValidator(_cleaned),
                    Form("a mapping of names and the numbers of their sessions, such as {mid: 6}"),
                ],
                Field(default_factory=dict),
            ),
        ),
        "how sessions are told apart, and occasions that are no session: intake, end, follow-ups",
    ),
    "attended": _optional(
        _coded("Attended", yes=["1"], no=["0"]), "whether a session was held; none: every row is one that was"
    ),
    "alliance": _optional(_rated("Alliance"), "the client's rating of the alliance: a total, subscales or items"),
    "therapist_alliance": _optional(_rated("TherapistAlliance"), "the therapist's rating, in the same way"),
    "symptoms": _optional(
        _section(
            "Symptoms",
            instrument=(
                _named("the name of a symptom scale, or the path of a YAML file that holds one"),
                Field(),
            ),
            score=_optional(_column),
            intake=_optional(_column),
            end=_optional(_column),
            items=_optional(_items),
            intake_items=_optional(_items),
            end_items=_optional(_items),
            key=_optional(_section("Key", **{name: _optional(kind) for name, kind in KEY_FIELDS.items()})),
        ),
        "the symptom scale, and its scores or items in sessions, at intake and at the planned end",
    ),
    "left": _optional(_coded("Left", "dropout", "no", completed=[]), "whether a client left early, and how"),
    "reports": _optional(
        _section("Reports", client=_optional(_report), therapist=_optional(_report), observer=_optional(_report)),
        "ruptures as client, therapist or observer report them",
    ),
    "resamples": (
        Annotated[int, Field(ge=200, le=100_000), Form("a whole number from 200 to 100000")],
        Field(default=2000, description="resamples that intervals are made from"),
    ),
    "dependability": (
        Annotated[float, Field(gt=0, lt=1), Form("a number between 0 and 1: the dependability of one rating")],
        Field(default=0.77, description="of one client rating, for drops in ratings (Crits-Christoph et al., 2011)"),
    ),
}

SECTION: type[BaseModel] = create_model("Data", __config__=STRICT, **_FIELDS)
"""The model of the section."""


def plan_of(section: Any) -> Plan:
    """The checked section as it is used."""
    reports = {
        rater: _codes_of(getattr(section.reports, rater), ("none", "rupture", "withdrawal", "confrontation"))
        for rater in ("client", "therapist", "observer")
        if section.reports is not None and getattr(section.reports, rater) is not None
    }
    when, rows = section.session, section.rows
    told_apart = when is not None and any(way is not None for way in (when.number, when.date, when.days))
    return Plan(
        section.file,
        section.layout,
        "\t" if section.separator == "tab" else section.separator,
        section.decimal,
        missing_of(section.missing),
        section.planned,
        section.client,
        None if section.clients is None else People(section.clients.file, section.clients.client),
        None if rows is None else Kinds(rows.column, tuple(rows.sessions), tuple(rows.client)),
        occasions_of(when),
        section.therapist,
        None if section.group is None else section.group.column,
        None if not told_apart else When(when.number, when.date, when.form, when.counted, when.days),
        None if section.attended is None else _codes_of(section.attended, ("yes", "no")),
        None if section.alliance is None else _rated_of(section.alliance),
        None if section.therapist_alliance is None else _rated_of(section.therapist_alliance),
        None if section.symptoms is None else Scored(**section.symptoms.model_dump(exclude={"key"})),
        None if section.left is None else _codes_of(section.left, ("dropout", "completed", "no")),
        reports,
        None if section.group is None else section.group.reference,
    )


def _codes_of(section: Any, meanings: tuple[str, ...]) -> Codes:
    return Codes(section.column, {meaning: tuple(getattr(section, meaning)) for meaning in meanings})


def _rated_of(section: Any) -> Rated:
    columns = {part: getattr(section, part) for part in ("total", "goal", "task", "bond", "items")}
    return Rated(
        {part: column for part, column in columns.items() if column is not None},
        MODEL_SCALE if section.scale is None else (float(section.scale[0]), float(section.scale[1])),
        frozenset(section.reversed or ()),
        section.form or DEFAULT_FORM,
        section.form is None,
    )
