"""Messages about what is wrong with a config: names, values, YAML, and what a config asks.

Those about designs and the files that a config names are in `design_errors`, those about result folders in
`files.errors`. A message says where (file, line, path inside it), what was found, what is allowed, and the nearest
valid name. Most are a pair of texts with braces for what is given after the place, in order or by number: `{!n}` writes
a number without useless decimals, `{!v}` a value with its kind, `{!c}` a value as in a config, `{!j}` names in a row,
and `{!l}` the first of them where they are many.
"""

import unicodedata
from collections.abc import Callable, Sequence
from string import Formatter
from typing import Any, NamedTuple

from alliance_sim.scenario.names import QUESTIONS
from alliance_sim.scenario.problem import Place, Problem, in_config, listing, nearest, number, show


class _Message(Formatter):
    """Templates with conversions of their own."""

    def convert_field(self, value: Any, conversion: Any) -> Any:
        """A value as text, by the letter after the exclamation mark."""
        convert: dict[str | None, Callable[[Any], str]] = {
            "n": number,
            "v": show,
            "c": in_config,
            "j": ", ".join,
            "l": listing,
        }
        return convert[conversion](value) if conversion in convert else super().convert_field(value, conversion)


_fill = _Message().format


def template(found: str, allowed: str) -> Callable[..., Problem]:
    """A message in which the values after the place stand in place of the braces."""
    return lambda place, *given: Problem(place, _fill(found, *given), _fill(allowed, *given))


def template_with_nearest(found: str, allowed: str) -> Callable[..., Problem]:
    """A message about a name, which is the first value, among options, which are the last; it names the nearest."""
    return lambda place, *given: Problem(
        place, _fill(found, *given), _fill(allowed, *given), nearest(given[0], given[-1])
    )


# ---- names and values ----------------------------------------------------------------------------------------------

FIRST_EDITION = "0.1.0"
"""The last version with the first edition of the law."""


class Gone(NamedTuple):
    """What became of a parameter: its successor's path, None if it has none, and why it went."""

    successor: str | None
    reason: str


GONE: dict[str, Gone] = {
    "alliance.coupling": Gone("alliance.negotiation", "now only goals and tasks pull together"),
    "alliance.drag": Gone(
        None, "a rupture's hurt is now felt as long as it lasts; alliance.healing says how fast it passes"
    ),
    "alliance.fading": Gone("alliance.healing", "hurt, unresolved load and mask now pass together"),
    "alliance.mask_decay": Gone("alliance.healing", "hurt, unresolved load and mask now pass together"),
    "alliance.reciprocity": Gone(
        "sustain.improvement", "another unit: log-odds per SD of improvement since intake, not in the last week"
    ),
    "repair.restoration": Gone(None, "a repair now takes off as much of the damage as it resolves"),
}
"""Removed parameters by their paths, such as alliance.drag."""

wrong_default = template("no value, and the default is {0!c}", "{1}; state one")
"""A default that cannot be here; the path of the place is the setting that has to be stated."""
missing = template("nothing", "{}")
"""Something that must be stated and is not."""
not_of_the_fit = template("{}, which is of tier {}", "findings of tier fit, since the fit uses no others")
"""A finding to be left out of a fit that does not use it anyway."""
whole_with_decimals = template(
    "the number {0!n} in a form that may have decimals, such as {0!n}.0 or 1e1", "{1}, written as {0!n}"
)
"""A whole number that is written as one with decimals, such as 10.0 or 1e1."""
unknown_setting = template_with_nearest(
    'the unknown name "{}"',
    "a setting, a group of settings, a catalogue name or a word in a meaning; without a name, all are listed",
)
"""A name that `alliance-sim parameters` does not know."""


def wrong_value(place: Place, value: Any, allowed: str, near: str | None = None) -> Problem:
    """A value of the wrong type, out of range, or not among the options."""
    return Problem(place, show(value), allowed, near)


def unknown_name(place: Place, name: str, options: Sequence[str], group: str, near: str | None) -> Problem:
    """A name that does not exist among the `options` of a group of settings, whose path is `group`."""
    removed = removed_parameter(place, f"{group}.{name}")
    if removed is not None:
        return removed
    more = f" (alliance-sim parameters {group}".rstrip() + " lists them)"
    own = group.partition(".")[0] in QUESTIONS  # which that command does not list
    return Problem(place, f'the unknown name "{name}"', ", ".join(options) if own else listing(options, more), near)


def removed_parameter(place: Place, path: str) -> Problem | None:
    """A parameter that the first edition of the law had; None for any other path. `parameters.` may be left out."""
    old = path.removeprefix("parameters.")
    was = GONE.get(old)
    if was is None:
        return None
    found = f'the parameter "{old}", which the second edition of the law no longer has'
    if was.successor is None:
        return Problem(place, found, f"nothing in its place ({was.reason}); alliance-sim {FIRST_EDITION} has it")
    return Problem(place, found, f"{was.successor} ({was.reason}); alliance-sim {FIRST_EDITION} has the old one")


def unknown_finding(place: Place, name: str, options: Sequence[str], near: str | None) -> Problem:
    """An id of no published finding; `options` are the ids that may be named."""
    more = " (alliance-sim evidence lists them)"
    return Problem(place, f'the unknown finding "{name}"', f"findings of tier fit: {listing(options, more)}", near)


def unknown_section(place: Place, name: str, options: Sequence[str], near: str) -> Problem:
    """A section that is spelt almost like that of a question."""
    allowed = f"settings, or a section of a question: {', '.join(options)}"
    return Problem(place, f'the unknown name "{name}"', allowed, near)


def unknown_estimate(place: Place, name: str, options: Sequence[str], near: str | None) -> Problem:
    """A name of no estimate."""
    return Problem(place, f'the unknown estimate "{name}"', listing(options), near)


def decimal_comma(place: Place, text: str, allowed: str) -> Problem:
    """A number that is written with a comma."""
    near = text.replace(",", ".")
    return Problem(place, f'the text "{text}", which has a decimal comma', f"{allowed}, with a decimal point", near)


def dotted(place: Place, path: str, value: Any) -> Problem:
    """A path as a name, which the command line takes and a file does not."""
    first, *rest = path.split(".")
    inner = "a value" if isinstance(value, dict | list) or value is None else in_config(value)
    for name in reversed(rest):
        inner = f"{{{name}: {inner}}}"
    allowed = f"one name below the other, {first}: {inner}, or on the command line --set {place.path}=..."
    return Problem(place, f'the path "{path}" as a name', allowed)


# ---- reading files -------------------------------------------------------------------------------------------------

_SETTINGS_LINES = "settings such as 'replicates: 40', one on a line"

is_folder = template('"{}", which is a folder', "the path of a YAML file")
"""A path of a folder where a file is needed."""
unreadable = template("a file that cannot be opened ({})", "a YAML file that you may read")
"""A file that cannot be opened."""
not_text = template("bytes that are no text", "a YAML file, saved as text in UTF-8")
"""A binary file, or text in another encoding."""
empty_file = template("an empty file", _SETTINGS_LINES)
"""A file with nothing but blanks and comments."""
not_a_mapping = template("{!v}", _SETTINGS_LINES)
"""A file that holds something else than settings."""
huge_number = template("a whole number of {} digits", "numbers of at most 300 digits")
"""A whole number with hundreds of digits."""
tab = template("a tab character", "blanks: YAML is indented with blanks, never with tabs")
"""A tab where YAML wants blanks."""
stray_colon = template(
    "a colon where none can be",
    "one 'name: value' on a line, all names of one mapping indented alike, "
    "and quotes around a text that has a colon and a blank in it",
)
"""A colon inside a text, or a line that is indented too far."""
nested_too_deeply = template("mappings or lists nested hundreds deep", "a few levels")
"""A document with more levels than anyone writes."""
anchor = template('the YAML anchor "&{}"', "the value written out; to share settings between files use 'extends'")
"""A YAML anchor, with which values are repeated."""
tag = template('the YAML tag "{}"', "plain values without tags")
"""A YAML tag, which would make something else than a text or number of a value."""
key_no_text = template("a list or mapping as a name", "a text as a name")
"""A list or mapping where a name must be."""
duplicate_key = template('"{}" a second time (first in line {})', "each name once")
"""The same name twice in one mapping."""
looks_the_same = template(
    '"{}", which is the same name as "{}" but for case, blanks or how accents are stored',
    "names that differ in their letters",
)
"""A name that differs from another one in nothing that counts."""
extends_in_override = template("a change of 'extends'", "'extends' inside the file only")
"""An attempt to change the parent file from the command line."""

_CONTROLS = {
    "\0": "NUL",
    "\a": "BEL",
    "\b": "backspace",
    "\t": "tab",
    "\n": "line end",
    "\r": "carriage return",
    "\x1b": "ESC",
    "\x7f": "DEL",
}


def no_such_file(place: Place, name: str, near: str | None, allowed: str = "the path of a YAML file") -> Problem:
    """A path that leads nowhere."""
    return Problem(place, "no such file" if place.file == name else f'no file "{name}"', allowed, near)


def not_an_override(text: str) -> Problem:
    """A --set that is no PATH=VALUE."""
    return Problem(Place("--set"), show(text), "PATH=VALUE, such as replicates=5 or parameters.rupture.base=-3")


def blank_name(place: Place, name: str) -> Problem:
    """A name of blanks, or of nothing."""
    found = "a name of blanks" if name else "an empty name"
    return Problem(place, found, "a name with at least one letter, digit or sign")


def hidden_character(place: Place, character: str, where: str) -> Problem:
    """A control character; `where` is "a name" or "a text"."""
    called = _CONTROLS.get(character) or unicodedata.name(character, "").lower()
    point = f"U+{ord(character):04X}"
    called = f"{called}, {point}" if called else point
    return Problem(place, f"{where} with a control character ({called})", f"{where} of characters that can be seen")


def bad_yaml(place: Place, reason: str) -> Problem:
    """Anything else that YAML does not understand, in the words of the YAML library."""
    hint = "such as 5, text or [1, 2]" if place.line is None else "look at this line and the one above it"
    return Problem(place, f"text that is not valid YAML ({reason})", f"YAML; {hint}")


def extends_cycle(place: Place, chain: Sequence[str]) -> Problem:
    """Files that extend each other in a circle."""
    return Problem(place, f"a circle of files: {' -> '.join(chain)}", "a file that does not lead back to this one")


# ---- what a config asks ----------------------------------------------------------------------------------------------

a_question = template(
    "a question ({})", "an experiment (a question is answered by: alliance-sim run CONFIG, or ask in Python)"
)
"""The config of a question where an experiment is needed."""
two_questions = template("a second question beside {}", "one question in a config")
"""Two sections that each ask a question."""
not_a_question = template("no section that asks a question", "one of {!j}")
"""A config without a section that asks a question."""
another_question = template("{1}, and no section {0}", "a config with a section {0} (for this one: {2})")
"""A config that asks something else than what its command answers: the section, what it asks, and what answers it."""


def a_calibration(place: Place) -> Problem:
    """The config of a calibration where an experiment is needed."""
    allowed = f"an experiment (a calibration is fitted with: alliance-sim calibrate {place.file})"
    return Problem(place, "a calibration", allowed)


def not_on_the_page(place: Place, near: str | None) -> Problem:
    """A setting that cannot be changed on the live page: a file, a function, or an unknown name."""
    allowed = (
        "settings that are a number or a choice (alliance-sim parameters lists them); "
        "treatment, policy and symptoms by a name in the catalogue"
    )
    return Problem(place, "no setting that can be changed here", allowed, near)
