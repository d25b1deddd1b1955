"""A JSON schema of configs, with which an editor completes names and underlines mistakes while one types."""

from typing import Any

from alliance_sim.scenario.models import Config
from alliance_sim.scenario.registry import TEXTS


def json_schema() -> dict[str, Any]:
    """The schema of a config file (JSON Schema, draft 2020-12), derived from the declarations of the law.

    To use it, save it and write `# yaml-language-server: $schema=FILE` as the first line of a config.
    """
    schema: dict[str, Any] = _without_empty_defaults(Config.model_json_schema())
    schema["title"] = "alliance_sim config"
    schema["properties"]["extends"] = {"type": "string", "description": TEXTS["extends"]}
    for settings in (schema, schema["$defs"]["Arm"]):
        settings["properties"]["parameters"] = {"anyOf": [{"type": "string"}, settings["properties"]["parameters"]]}
    for name, meaning in TEXTS.items():
        if name in schema["properties"]:
            schema["properties"][name].setdefault("description", meaning)
    return schema


def _without_empty_defaults(value: Any) -> Any:
    """The schema without `default: null`, which only says that a setting may be left out."""
    if isinstance(value, list):
        return [_without_empty_defaults(child) for child in value]
    if not isinstance(value, dict):
        return value
    kept = {key: child for key, child in value.items() if key != "default" or child is not None}
    return {key: _without_empty_defaults(child) for key, child in kept.items()}
