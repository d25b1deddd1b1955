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
from alliance_sim.scenario.names import TEXT_FORMS, TEXTS
from alliance_sim.scenario.registry import SECTIONS, Section
from alliance_sim.scenario.scenario import Clinic, Outputs, Size


def _text(name: str, kind: Any = str, **limits: Any) -> tuple[Any, Any]:
    """The field of a name in TEXTS."""
    return optional(Annotated[kind, Field(description=TEXTS[name], **limits), Form(TEXT_FORMS[name])])


def _named_section(section: Section) -> Any:
    """A section that is the name of a catalogue entry, or a mapping that amends one."""
    entry = f"the name of a {section.noun}, or the path of a YAML file that holds one"
    fields: dict[str, Any] = {section.name_key: optional(Annotated[str, Form(entry)])}
    if section.key == "policy":
        fields["custom"] = optional(Annotated[str, Form(TEXT_FORMS["policy.custom"])])
    model = make_model(section.group.__name__, section.group.__doc__, fields | fields_of(section.group))

    def named(value: Any) -> Any:
        """A bare name as the section that it stands for."""
        return {section.name_key: value} if isinstance(value, str) else nothing_set(value)

    words = entry.replace(", or the path", ", the path")
    words += f", or a mapping such as {{{section.name_key}: {section.default}}}"
    shape = WithJsonSchema({"anyOf": [{"type": "string"}, model.model_json_schema()]})
    return Annotated[model, BeforeValidator(named), shape, Form(words)]


_ParametersModel = make_model(
    "Parameters", Parameters.__doc__, {"base": _text("parameters.base")} | fields_of(Parameters)
)
_SCENARIO: dict[str, Any] = {
    **{key: optional(_named_section(section)) for key, section in SECTIONS.items()},
    "mechanisms": optional(mapping_of(group_model(Mechanisms))),
    "parameters": optional(mapping_of(_ParametersModel, TEXT_FORMS["parameters"])),
}
_CLINIC: dict[str, Any] = {"clinic": optional(mapping_of(group_model(Clinic)))}

Arm: Any = make_model("Arm", "What an arm changes.", _SCENARIO)

Settings = make_model("Settings", "Everything that may differ between design points.", _SCENARIO | _CLINIC)

_ArmSection: Any = mapping_of(Arm)

_DESIGN: dict[str, Any] = {
    "method": _text("design.method"),
    "points": _text("design.points", int, ge=2, le=99_999),
    "seed": _text("design.seed", int, ge=0, lt=2**32),
    "levels": _text("design.levels", int, ge=2, le=100),
    "second_order": _text("design.second_order", bool),
    "ranges": _text("design.ranges", dict[str, Any]),
    "factors": _text("design.factors", dict[str, Any]),
    "file": _text("design.file"),
    "settings": _text("design.settings", list[dict[str, Any]]),
}

_PRECISION: dict[str, Any] = {
    "estimate": _text("precision.estimate"),
    "mcse": _text("precision.mcse", float, gt=0, allow_inf_nan=False),
    "of": _text("precision.of", Literal["level", "contrast"]),
    "first": _text("precision.first", int, ge=2, le=1_000_000),
}

_CONFIG: dict[str, Any] = {
    **{name: _text(name) for name in ("title", "question", "hypothesis")},
    "rivals": _text("rivals", list[Text]),
    **fields_of(Size),
    **_CLINIC,
    **_SCENARIO,
    "arms": _text("arms", Annotated[dict[str, _ArmSection], BeforeValidator(nothing_set)]),
    "baseline": _text("baseline"),
    "factors": _text("factors", Annotated[dict[str, Any], BeforeValidator(nothing_set)]),
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
    return {key: _without_empty_defaults(child) for key, child in value.items() if (key, child) != ("default", None)}
