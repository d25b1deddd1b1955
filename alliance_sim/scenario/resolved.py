"""A config written out in full: every default and catalogue value in place, and where each comes from."""

from typing import Any

from alliance_sim.law.about import Choice
from alliance_sim.scenario.library import Library
from alliance_sim.scenario.models import option_name
from alliance_sim.scenario.points import arms_of
from alliance_sim.scenario.registry import settings
from alliance_sim.scenario.sections import CALIBRATED, SECTIONS, Section
from alliance_sim.scenario.tree import Node, leaves, plain


def resolve(tree: Node, library: Library, name: str) -> dict[str, Any]:
    """The whole config as plain data that JSON can hold; written to a file, it describes the same design.

    `tree` is a checked config, `name` its title where it has none. Arms that name a catalogue entry have its values
    written out too.
    """
    given = plain(tree)
    whole: dict[str, Any] = {key: given.get(key, "") for key in ("title", "question", "hypothesis")}
    whole["title"] = whole["title"] or name
    whole["rivals"] = given.get("rivals", [])
    arms = arms_of(tree)
    whole["baseline"] = given.get("baseline", next(iter(arms)))
    whole["parameters"] = {"base": CALIBRATED}
    for setting in settings():
        _put(whole, setting.path, _default(setting.about, setting.default))
    for key in ("seed", "replicates"):
        whole[key] = given.get(key, whole[key])
    for key in ("clinic", "outputs", "mechanisms", "parameters"):
        _update(whole[key], given.get(key) or {})
    for key, section in SECTIONS.items():
        whole[key] = _section(section, given.get(key) or {}, library)
    named = arms if given.get("arms") else {}
    whole["arms"] = {arm: _arm(plain(node), library) for arm, node in named.items()}
    whole["factors"] = given.get("factors") or {}
    for key in ("design", "precision"):
        if given.get(key):
            whole[key] = given[key]
    return whole


def origins_of(resolved: dict[str, Any], tree: Node) -> dict[str, str]:
    """Where each value of a resolved config comes from, by its path."""
    written = {".".join(path): node for path, node in leaves(tree)}
    named = {path for path in written if path.rpartition(".")[2] in SECTIONS}
    origins: dict[str, str] = {}
    for path in _paths(resolved):
        if path in written:
            origins[path] = written[path].origin
            continue
        section, _, last = path.rpartition(".")
        if section.rpartition(".")[2] in SECTIONS:
            is_name = last == SECTIONS[section.rpartition(".")[2]].name_key
            origins[path] = (
                written[section].origin if is_name and section in named else "default" if is_name else "catalogue"
            )
        else:
            origins[path] = "default"
    return origins


def _default(about: Any, default: Any) -> Any:
    """A default as it is written in a config."""
    return option_name(about, default) if isinstance(about, Choice) else default


def _section(section: Section, given: dict[str, Any] | str, library: Library) -> dict[str, Any]:
    """A catalogue section with the name of its entry and every value."""
    stated = {section.name_key: given} if isinstance(given, str) else given
    name = stated.get(section.name_key, section.default)
    values = library.values(section, {**stated, section.name_key: name}).values
    extra = {key: value for key, value in stated.items() if key not in values}
    return {section.name_key: name, **extra, **{key: values[key] for key in section.group._fields}}


def _arm(given: dict[str, Any], library: Library) -> dict[str, Any]:
    """What an arm changes, with the values of entries that it names."""
    changed = {}
    for key, value in given.items():
        section = SECTIONS.get(key)
        names_entry = section is not None and (isinstance(value, str) or section.name_key in value)
        changed[key] = _section(section, value, library) if section is not None and names_entry else value
    return changed


def _put(whole: dict[str, Any], path: str, value: Any) -> None:
    *around, last = path.split(".")
    for key in around:
        whole = whole.setdefault(key, {})
    whole[last] = value


def _update(whole: dict[str, Any], given: dict[str, Any]) -> None:
    """Lay checked values on a group of defaults; whole numbers become floats where the default is one."""
    for key, value in given.items():
        if isinstance(value, dict):
            _update(whole[key], value)
        elif value is not None:
            whole[key] = float(value) if isinstance(whole[key], float) else value


def _paths(value: Any, path: str = "") -> list[str]:
    """Dotted paths of everything in plain data that is no mapping."""
    if not isinstance(value, dict):
        return [path]
    return [inner for key, child in value.items() for inner in _paths(child, f"{path}.{key}" if path else key)]
