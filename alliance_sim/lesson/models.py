"""What a lesson is made of: data to be simulated, and screens that show them."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="a name of small letters, digits and _")]
Weekly = Literal["goal", "task", "bond", "alliance", "expressed", "engagement", "security", "wai_client", "symptoms"]
Lasting = Literal[
    "alliance_end",
    "symptoms_end",
    "symptoms_fall",
    "ruptures",
    "repairs",
    "dropout",
    "dropped",
    "recovered",
    "hidden",
    "nod",
    "goal_end",
    "task_end",
    "bond_end",
]
Trait = Literal["anxiety", "avoidance", "trauma", "priority", "preference", "deference", "intake_distress"]
Claim = Literal["assumed", "fitted", "emerges"]
Statistic = Literal["mean", "gap", "higher", "same", "lower", "slope"]


class LessonPart(BaseModel):
    """A part of a lesson: unknown keys are mistakes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Group(LessonPart):
    """Clients of one kind: drawn from the population by their traits, and otherwise at random."""

    label: str
    where: dict[Trait, Annotated[list[float | int | None], Field(min_length=2, max_length=2)]] = Field(
        default={}, description="a trait with its lowest and highest value; null for no limit"
    )


class StoryChoice(LessonPart):
    """How the client of the story is chosen: the same first rupture in all arms, met differently in two."""

    group: str
    arm: str
    against: str
    rupture: Literal["withdrawal", "confrontation"] = "withdrawal"


class Data(LessonPart):
    """A block of data: an experiment, whose settings are a lattice of factors and arms, and what is kept of it."""

    config: dict[str, Any] = Field(description="a config, as in the files of the folder configs")
    clients: int = Field(ge=1, le=1000, description="clients of each group: a whole number from 1 to 1000")
    follow: int = Field(default=0, ge=0, le=200, description="of these, how many are kept week by week: 0 to 200")
    groups: dict[Name, Group] = Field(min_length=1)
    lines: list[Weekly] = []
    ends: list[Lasting] = Field(min_length=1)
    story: StoryChoice | None = None


class Readout(LessonPart):
    """A number that the page computes from the data: over the clients of a group, in an arm or against another."""

    data: str
    of: Lasting
    stat: Statistic
    arm: str
    against: str | None = None
    group: str | None = Field(
        default=None, description="the name of a group, all, or shown; default: as chosen on the page"
    )
    at: dict[str, str | int | float | bool] = {}
    to: dict[str, str | int | float | bool] = Field(default={}, description="with slope: the levels of the other end")
    label: str = ""
    unit: str = ""
    digits: int = Field(default=0, ge=0, le=3, description="a whole number from 0 to 3")
    near: float | int = Field(default=0, ge=0, description="differences as small as this count as the same")
    percent: bool = Field(default=False, description="true shows a share as %, and a number in hundredths")
    minus: str | None = Field(default=None, description="the name of another readout, which is taken away")


class Option(LessonPart):
    """An answer to choose: it is what the model says when the number is from `low` to below `high`."""

    say: str
    low: float | int | None = None
    high: float | int | None = None


class Prediction(LessonPart):
    """What students commit themselves to before they see."""

    kind: Literal["choose", "amount", "draw"]
    ask: str
    of: str | None = Field(default=None, description="the name of a readout of this screen")
    options: list[Option] = []
    low: float | int = 0
    high: float | int = 100
    step: float | int = 1
    unit: str = ""
    figure: int = Field(default=0, ge=0, description="with draw: which figure of the screen, from 0")
    arm: str | None = None
    quantity: Weekly | None = None
    start: int | Literal["rupture"] = Field(default=1, description="with draw: the week that the line starts from")


class Figure(LessonPart):
    """A picture on a screen."""

    kind: Literal["lines", "draws", "means", "bars"]
    title: str
    data: str | None = None
    quantities: list[Weekly] = []
    arms: list[str] = []
    of: Lasting | None = None
    arm: str | None = None
    against: str | None = None
    near: float | int = Field(default=0, ge=0, description="differences as small as this count as the same")
    bin: float | int = Field(default=0.05, gt=0, description="with draws: the width of a pile, above 0")
    unit: str = ""
    by: str | None = Field(default=None, description="with means: the factor along the axis")
    per: str | None = Field(default=None, description="with means: a factor with a line for each level; default: arms")
    bars: list[str] = Field(default=[], description="with bars: names of readouts of this screen")
    low: float | int = 0
    high: float | int = 1
    until: int | Literal["rupture"] | None = Field(
        default=None, description="with lines: the last week shown before the reveal"
    )
    after: bool = Field(default=False, description="whether the picture is shown only after the reveal")
    at: dict[str, str | int | float | bool] = {}
    group: str | None = None


class ControlPreset(LessonPart):
    """Settings of the controls under a name."""

    label: str
    set: dict[str, str | int | float | bool]


class Screen(LessonPart):
    """One step of a lesson."""

    id: Name
    title: str
    claim: Claim
    because: str
    text: str
    predict: Prediction | None = None
    readouts: dict[Name, Readout] = {}
    figures: list[Figure] = []
    after: str = ""
    controls: list[str] = Field(default=[], max_length=5)
    presets: list[ControlPreset] = []
    redraw: bool = Field(default=False, description="true for buttons that draw another client")
    notes: str = Field(description="what to ask, what students will say, what to answer")


class Control(LessonPart):
    """How a factor, or the group of clients (`client`), is shown as a control."""

    label: str
    note: str = ""
    start: str | int | float | bool


class Lesson(LessonPart):
    """A lesson."""

    title: str
    question: str
    about: str
    data: dict[Name, Data] = Field(min_length=1)
    controls: dict[Name, Control] = {}
    arms: dict[str, str] = Field(default={}, description="arms with the words under which they are shown")
    screens: list[Screen] = Field(min_length=1)
    plans: dict[Literal["10", "20", "50"], str]
    assumed: str
    sources: list[str]
    worksheet: list[str] = Field(min_length=1)
