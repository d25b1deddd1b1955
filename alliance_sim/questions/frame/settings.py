"""What the section of a question may set: its settings with meaning, what is allowed, and default."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from rich.console import Console
from rich.text import Text

from alliance_sim.law.about import About, Choice
from alliance_sim.questions.frame.kinds import kind_of
from alliance_sim.questions.frame.question import Kind
from alliance_sim.scenario.models import Form, allowed, bare
from alliance_sim.scenario.names import QUESTIONS
from alliance_sim.scenario.problem import ConfigError, Place, Problem, in_config, listing, nearest, number
from alliance_sim.scenario.registry import option_name, option_names
from alliance_sim.scenario.screen import print_paragraph, print_table, table_of

if TYPE_CHECKING:
    import pandas as pd

NEEDED, NONE = "must be stated", "–"
"""A default that there is not, and one that is empty."""


class SectionSetting(NamedTuple):
    """A setting of a section: its path inside the section, and the rest in words."""

    path: str
    meaning: str
    options: tuple[tuple[str, str], ...]  # of a choice: each with what it means
    allowed: str
    default: str


def settings_of(model: type[BaseModel], inside: str = "") -> Iterator[SectionSetting]:
    """Every setting of a section: first those in words, lists and mappings, then numbers and choices.

    The settings of a mapping with names of its own follow it, with their path.
    """
    fields = sorted(
        model.model_fields.items(), key=lambda item: any(isinstance(n, About | Choice) for n in item[1].metadata)
    )
    for name, field in fields:
        kind, notes = bare(field.annotation, field.metadata)
        marker = next((note for note in notes if isinstance(note, About | Choice | Form)), None)
        if marker is None:
            raise TypeError(f"{name} is declared without what is allowed there")
        options: tuple[tuple[str, str], ...] = ()
        if isinstance(marker, Choice):
            options = tuple(zip(map(in_config, option_names(marker)), marker.words, strict=True))
        words = field.description or "" if isinstance(marker, Form) else marker.meaning
        below = kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
        may = allowed(marker, whole=kind is int)
        yield SectionSetting(f"{inside}{name}", words, options, "a mapping" if below else may, _default(field, marker))
        if below is not None:
            yield from settings_of(below, f"{inside}{name}.")


def _default(field: FieldInfo, marker: About | Choice | Form) -> str:
    """The default in words, as it would be written in a config."""
    value: Any = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined:
        return NEEDED
    if isinstance(marker, Choice):
        return in_config(option_name(marker, int(value)))
    return _written(value)


def _written(value: Any) -> str:
    """A value as text; a long list of numbers is cut short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return number(round(value, 10))
    if isinstance(value, list):
        items = [_written(item) if item != "" else "empty" for item in value]
        return ", ".join(items if len(items) <= 8 else [*items[:3], "...", items[-1]]) or NONE
    return str(value) if value else NONE


def table(model: type[BaseModel]) -> "pd.DataFrame":
    """The settings of a section as a guide shows them: setting, meaning with its options, allowed, default."""
    import pandas as pd

    rows = []
    for each in settings_of(model):
        options = "; ".join(f"*{name}* {words}" for name, words in each.options)
        meaning = each.meaning + (f": {options}" if options else "")
        rows.append({"setting": each.path, "meaning": meaning, "allowed": each.allowed, "default": each.default})
    return pd.DataFrame(rows)


def section_named(name: str) -> str | None:
    """The section of a question that a name means, alone or as the beginning of a path; None when it means none.

    >>> section_named("optimise"), section_named("optimise.trials"), section_named("rupture")
    ('optimise', 'optimise', None)
    """
    key = name.lower().strip(".").partition(".")[0]
    return key if key in QUESTIONS else None


def print_section(screen: Console, key: str, path: str = "") -> None:
    """Print the settings of a question's section: all, or those at or below a path inside it.

    Raises ConfigError for a path that there is not.
    """
    kind: Kind = kind_of(key)
    every = list(settings_of(kind.model))
    found = [each for each in every if f"{each.path}.".startswith(f"{path}.")] if path else every
    if not found:
        names = [each.path for each in every]
        place, allowed = Place("alliance-sim parameters"), f"a setting of {key}: {listing(names)}"
        raise ConfigError([Problem(place, f"{key}.{path}", allowed, nearest(path, names))])
    screen.print(Text(key, style="bold") + Text(f": {kind.about}"))
    shown = table_of("", "setting", "default", "allowed", "meaning")
    for each in found:
        options = "".join(f"\n{name}: {words}" for name, words in each.options)
        may = "one of these" if each.options else each.allowed
        shown.add_row(*map(Text, (each.path, each.default, may, each.meaning + options)))
    print_table(screen, shown)
    command = f"alliance-sim {key if key == 'data' else kind.command} CONFIG"
    print_paragraph(screen, "Answered by", f"{command}, with these below `{key}:`")
