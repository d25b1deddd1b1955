"""The form of a whole config file: every section, with what it may hold."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from alliance_sim.law.world import Mechanisms, Parameters
from alliance_sim.scenario.models import (
    Form,
    Text,
    fields_of,
    group_model,
    make_model,
    mapping_of,
    nothing_set,
    optional,
)
from alliance_sim.scenario.names import CALIBRATED, POSTERIOR, TEXTS
from alliance_sim.scenario.registry import SECTIONS, Section
from alliance_sim.scenario.scenario import Clinic, Outputs, Size

_DRAWS = f"{CALIBRATED}, {POSTERIOR}, or the path of a CSV file with draws of parameters"


def _named_section(section: Section) -> Any:
    """A section that is the name of a catalogue entry, or a mapping that amends one."""
    entry = Form(f"the name of a {section.noun}, or the path of a YAML file that holds one")
    fields: dict[str, Any] = {section.name_key: optional(Annotated[str, entry])}
    if section.key == "policy":
        fields["custom"] = optional(Annotated[str, Form("module:function, a policy of your own written in Python")])
    model = make_model(section.group.__name__, section.group.__doc__, fields | fields_of(section.group))

    def named(value: Any) -> Any:
        """A bare name as the section that it stands for."""
        return {section.name_key: value} if isinstance(value, str) else nothing_set(value)

    words = Form(
        f"the name of a {section.noun}, the path of a YAML file that holds one, "
        f"or a mapping such as {{{section.name_key}: {section.default}}}"
    )
    shape = WithJsonSchema({"anyOf": [{"type": "string"}, model.model_json_schema()]})
    return Annotated[model, BeforeValidator(named), shape, words]


def _noted(kind: Any, name: str, words: str, **limits: Any) -> tuple[Any, Any]:
    """The field of a name in TEXTS, which is neither a declared number nor a choice; `words` say what it may hold."""
    return optional(Annotated[kind, Field(description=TEXTS[name], **limits), Form(words)])


def _parameters() -> Any:
    """The section of parameters: what they start from by its name alone, or a mapping that states some of them."""
    fields: dict[str, Any] = {"base": _noted(str, "parameters.base", _DRAWS)}
    model = make_model("Parameters", Parameters.__doc__, fields | fields_of(Parameters))
    words = Form(f"{_DRAWS}; or a mapping of settings, one 'name: value' on a line")
    return Annotated[model, BeforeValidator(nothing_set), words]


_SCENARIO: dict[str, Any] = {
    **{key: optional(_named_section(section)) for key, section in SECTIONS.items()},
    "mechanisms": optional(mapping_of(group_model(Mechanisms))),
    "parameters": optional(_parameters()),
}
_CLINIC: dict[str, Any] = {"clinic": optional(mapping_of(group_model(Clinic)))}

Arm: Any = make_model("Arm", "What an arm changes.", _SCENARIO)

Settings = make_model("Settings", "Everything that may differ between design points.", _SCENARIO | _CLINIC)

_ArmSection: Any = mapping_of(Arm)
_ARMS: Any = Annotated[dict[str, _ArmSection], BeforeValidator(nothing_set)]
_FACTORS: Any = Annotated[dict[str, Any], BeforeValidator(nothing_set)]

_DESIGN: dict[str, Any] = {
    "method": _noted(str, "design.method", "a text"),
    "points": _noted(int, "design.points", "a whole number from 2 to 99999", ge=2, le=99_999),
    "seed": _noted(int, "design.seed", "a whole number from 0", ge=0, lt=2**32),
    "levels": _noted(int, "design.levels", "an even whole number from 2 to 100", ge=2, le=100),
    "second_order": _noted(bool, "design.second_order", "true or false"),
    "ranges": _noted(dict[str, Any], "design.ranges", "a mapping: paths, and below each its range"),
    "factors": _noted(dict[str, Any], "design.factors", "a mapping: paths, and below each the list of its values"),
    "file": _noted(str, "design.file", "the path of a CSV file"),
    "settings": _noted(
        list[dict[str, Any]], "design.settings", "a list of settings, each a mapping of paths and values"
    ),
}

_PRECISION: dict[str, Any] = {
    "estimate": _noted(str, "precision.estimate", "a text"),
    "mcse": _noted(float, "precision.mcse", "a number above 0", gt=0, allow_inf_nan=False),
    "of": _noted(Literal["level", "contrast"], "precision.of", "level or contrast"),
    "first": _noted(int, "precision.first", "a whole number from 2", ge=2, le=1_000_000),
}

_CONFIG: dict[str, Any] = {
    **{name: _noted(str, name, "a text") for name in ("title", "question", "hypothesis")},
    "rivals": _noted(list[Text], "rivals", "a list of texts"),
    **fields_of(Size),
    **_CLINIC,
    **_SCENARIO,
    "arms": _noted(_ARMS, "arms", "a mapping: the name of each arm, and below it what the arm changes"),
    "baseline": _noted(str, "baseline", "a text"),
    "factors": _noted(_FACTORS, "factors", "a mapping: the path of each setting, and below it the list of its values"),
    "design": optional(mapping_of(make_model("Design", TEXTS["design"], _DESIGN))),
    "precision": optional(mapping_of(make_model("Precision", TEXTS["precision"], _PRECISION))),
    "outputs": optional(mapping_of(group_model(Outputs))),
}

Config = make_model("Config", "A whole config file.", _CONFIG)


def json_schema() -> dict[str, Any]:
    """The schema of a config file (JSON Schema, draft 2020-12), derived from the declarations of the law.

    To use it, save it and write `# yaml-language-server: $schema=FILE` as the first line of a config.
    """
    schema: dict[str, Any] = _without_empty_defaults(Config.model_json_schema())
    schema["title"] = "alliance_sim config"
    schema["properties"]["extends"] = {"type": "string"}
    for part in (schema, schema["$defs"]["Arm"]):  # which may also name what parameters start from
        part["properties"]["parameters"] = {"anyOf": [{"type": "string"}, part["properties"]["parameters"]]}
    for name, field in schema["properties"].items():
        if name in TEXTS:
            field.setdefault("description", TEXTS[name])
    return schema


def _without_empty_defaults(value: Any) -> Any:
    """The schema without `default: null`, which only says that a setting may be left out."""
    if isinstance(value, list):
        return [_without_empty_defaults(child) for child in value]
    if not isinstance(value, dict):
        return value
    kept = {key: child for key, child in value.items() if key != "default" or child is not None}
    return {key: _without_empty_defaults(child) for key, child in kept.items()}
