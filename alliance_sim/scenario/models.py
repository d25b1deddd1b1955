"""What a config may hold, as pydantic models that are derived from the law's declarations."""

from collections.abc import Iterable
from enum import IntEnum
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_origin, get_type_hints

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from alliance_sim.law.about import About, Choice
from alliance_sim.law.switch import Switch
from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario.population import FORM
from alliance_sim.scenario.problem import span
from alliance_sim.scenario.scenario import Clinic, Outputs, Size
from alliance_sim.scenario.sections import SECTIONS, Section

STRICT = ConfigDict(extra="forbid", frozen=True, strict=True)


class Form(NamedTuple):
    """What is allowed at a place that is neither a declared number nor a choice, in words."""

    words: str


TEXT = Form("a text")
MAPPING = Form("a mapping of settings, one 'name: value' on a line")
Text = Annotated[str, TEXT]


def option_names(choice: Choice) -> tuple[str | bool, ...]:
    """The options of a choice as they are written in a config: false and true for a switch, else names."""
    if choice.options is Switch:
        return (False, True)
    return tuple(option.name.lower() for option in choice.options)


def option_name(choice: Choice, value: int) -> str | bool:
    """The option that a number of the law stands for, as it is written in a config."""
    return option_names(choice)[[int(option) for option in choice.options].index(int(value))]


def written_option(name: str | bool) -> str:
    """An option as text: true, false or its name."""
    return str(name).lower() if isinstance(name, bool) else name


def allowed(marker: About | Choice | Form, whole: bool = False) -> str:
    """What a marked field may hold, in words."""
    if isinstance(marker, About):
        return span(marker, whole)
    if isinstance(marker, Choice):
        return " or ".join(written_option(name) for name in option_names(marker))
    return marker.words


def _chosen(choice: Choice, kind: type[Any]) -> BeforeValidator:
    """A validator that turns an option's name into the law's number (or into a truth value)."""
    options: dict[Any, IntEnum] = dict(zip(option_names(choice), choice.options, strict=True))

    def number(value: Any) -> Any:
        """The law's number for an option as it is written; a truth value is no whole number here."""
        for name, option in options.items():
            if type(value) is type(name) and value == name:
                return kind(option)
        raise PydanticCustomError("choice", "not an option")

    return BeforeValidator(number)


def _empty(value: Any) -> Any:
    """An empty section is one that changes nothing."""
    return {} if value is None else value


def checked_field(hint: Any) -> Any:
    """A checked type for a declared field of the law."""
    base, *notes = get_args(hint)
    marker = notes[0]
    if isinstance(marker, Choice):
        shape = WithJsonSchema({"enum": list(option_names(marker)), "description": marker.meaning})
        return Annotated[base, _chosen(marker, base), shape, marker]
    limits = Field(ge=marker.low, le=marker.high, description=f"{marker.meaning} ({marker.unit})")
    if base is float:
        limits = Field(
            ge=marker.low, le=marker.high, allow_inf_nan=False, description=f"{marker.meaning} ({marker.unit})"
        )
    return Annotated[base, limits, marker]


def _optional(annotation: Any) -> tuple[Any, Any]:
    """A field that may be left out; what was left out is read off `model_fields_set`, not off the default."""
    return annotation, Field(default=None)


@cache
def group_model(group: type[Any]) -> type[BaseModel]:
    """The model of a NamedTuple of declared settings, nested groups included."""
    fields: dict[str, Any] = {}
    for name, hint in get_type_hints(group, include_extras=True).items():
        if hasattr(hint, "_fields"):
            fields[name] = _optional(_section(group_model(hint)))
        else:
            fields[name] = _optional(checked_field(hint))
    return create_model(group.__name__, __config__=STRICT, __doc__=group.__doc__, **fields)


def _section(model: type[BaseModel]) -> Any:
    return Annotated[model, BeforeValidator(_empty), MAPPING]


def _named_section(section: Section) -> Any:
    """A section that is the name of a catalogue entry, or a mapping that amends one."""
    entry = Form(f"the name of a {section.noun}, or the path of a YAML file that holds one")
    fields: dict[str, Any] = {section.name_key: _optional(Annotated[str, entry])}
    if section.key == "policy":
        fields["custom"] = _optional(Annotated[str, Form("module:function, a policy of your own written in Python")])
    for name, hint in get_type_hints(section.group, include_extras=True).items():
        fields[name] = _optional(checked_field(hint))
    model = create_model(section.group.__name__, __config__=STRICT, __doc__=section.group.__doc__, **fields)

    def named(value: Any) -> Any:
        """A bare name as the section that it stands for."""
        return {section.name_key: value} if isinstance(value, str) else _empty(value)

    words = Form(
        f"the name of a {section.noun}, the path of a YAML file that holds one, "
        f"or a mapping such as {{{section.name_key}: {section.default}}}"
    )
    shape = WithJsonSchema({"anyOf": [{"type": "string"}, model.model_json_schema()]})
    return Annotated[model, BeforeValidator(named), shape, words]


def _group(model: type[BaseModel]) -> tuple[Any, Any]:
    """A section of a config that may be left out or empty."""
    return _optional(_section(model))


def _noted(kind: Any, description: str, form: Form) -> tuple[Any, Any]:
    """A field that is neither a declared number nor a choice."""
    return _optional(Annotated[kind, Field(description=description), form])


def _parameters() -> Any:
    """The section of parameters: what they start from by its name alone, or a mapping that states some of them."""
    fields: dict[str, Any] = {"base": _noted(str, "what parameters start from", Form(FORM))}
    for name, hint in get_type_hints(Parameters).items():
        fields[name] = _group(group_model(hint))
    model = create_model("Parameters", __config__=STRICT, __doc__=Parameters.__doc__, **fields)
    return Annotated[
        model, BeforeValidator(_empty), Form(f"{FORM}; or a mapping of settings, one 'name: value' on a line")
    ]


_WORLD: dict[str, Any] = {
    **{key: _optional(_named_section(section)) for key, section in SECTIONS.items()},
    "mechanisms": _group(group_model(Mechanisms)),
    "parameters": _optional(_parameters()),
}
_CLINIC: dict[str, Any] = {"clinic": _group(group_model(Clinic))}


def _model(name: str, meaning: str, fields: dict[str, Any]) -> type[BaseModel]:
    return create_model(name, __config__=STRICT, __doc__=meaning, **fields)


Arm: Any = _model("Arm", "What an arm changes.", _WORLD)

Settings = _model("Settings", "Everything that may differ between design points.", _WORLD | _CLINIC)

_ArmSection: Any = _section(Arm)
_ARMS: Any = Annotated[dict[str, _ArmSection], BeforeValidator(_empty)]
_FACTORS: Any = Annotated[dict[str, Any], BeforeValidator(_empty)]

_DESIGN: dict[str, Any] = {
    "method": _noted(str, "how settings are chosen", TEXT),
    "points": _optional(
        Annotated[int, Field(ge=2, le=99_999, description="how many"), Form("a whole number from 2 to 99999")]
    ),
    "seed": _optional(
        Annotated[int, Field(ge=0, lt=2**32, description="of the sampling, not of luck"), Form("a whole number from 0")]
    ),
    "levels": _optional(
        Annotated[int, Field(ge=2, le=100, description="of a grid"), Form("an even whole number from 2 to 100")]
    ),
    "second_order": _noted(bool, "settings for second-order indices too", Form("true or false")),
    "ranges": _noted(dict[str, Any], "what is sampled", Form("a mapping: paths, and below each its range")),
    "factors": _noted(
        dict[str, Any], "what is varied", Form("a mapping: paths, and below each the list of its values")
    ),
    "file": _noted(str, "a list of settings", Form("the path of a CSV file")),
    "settings": _noted(
        list[dict[str, Any]], "a list of settings", Form("a list of settings, each a mapping of paths and values")
    ),
}

_PRECISION: dict[str, Any] = {
    "estimate": _noted(str, "the name of an estimate", TEXT),
    "mcse": _optional(
        Annotated[float, Field(gt=0, allow_inf_nan=False, description="wanted error"), Form("a number above 0")]
    ),
    "of": _optional(Annotated[Literal["level", "contrast"], Form("level or contrast")]),
    "first": _optional(
        Annotated[int, Field(ge=2, le=1_000_000, description="replicates between looks"), Form("a whole number from 2")]
    ),
}

_CONFIG: dict[str, Any] = {
    "title": _noted(str, "a short name of the experiment", TEXT),
    "question": _noted(str, "what is asked, in words", TEXT),
    "hypothesis": _noted(str, "what is expected, and why", TEXT),
    "rivals": _noted(list[Text], "other explanations of the same result", Form("a list of texts")),
    **{name: _optional(checked_field(hint)) for name, hint in get_type_hints(Size, include_extras=True).items()},
    **_CLINIC,
    **_WORLD,
    "arms": _noted(
        _ARMS,
        "the settings that are compared",
        Form("a mapping: the name of each arm, and below it what the arm changes"),
    ),
    "baseline": _noted(str, "the arm that others are compared with", TEXT),
    "factors": _noted(
        _FACTORS,
        "settings that are varied, crossed with each other and with the arms",
        Form("a mapping: the path of each setting, and below it the list of its values"),
    ),
    "design": _group(_model("Design", "Settings that are sampled, listed or varied one at a time.", _DESIGN)),
    "precision": _group(_model("Precision", "How precise an estimate must be at every setting.", _PRECISION)),
    "outputs": _group(group_model(Outputs)),
}

Config = _model("Config", "A whole config file.", _CONFIG)


class Spot(NamedTuple):
    """What a model knows of a place: the marker of what is allowed, its Python type, and names inside."""

    marker: About | Choice | Form
    kind: Any
    names: tuple[str, ...]


def spot(model: type[BaseModel], loc: Iterable[str | int]) -> Spot | None:
    """What is allowed at a location of a model; None where the model has no such place."""
    kind: Any = model
    markers: list[Any] = [MAPPING]
    for part in loc:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            info = kind.model_fields.get(str(part))
            if info is None:
                return None
            kind, markers = info.annotation, list(info.metadata)
        elif get_origin(kind) in (dict, list):
            kind = get_args(kind)[-1]
            markers = []
        else:
            return None
        if get_origin(kind) is Annotated:
            kind, *markers = get_args(kind)
    marker = next((m for m in markers if isinstance(m, About | Choice | Form)), MAPPING)
    names = tuple(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else ()
    return Spot(marker, kind, names)
