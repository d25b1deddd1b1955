"""How we say that a config is wrong: every message is written here, once.

A message says where (file, line, path inside it), what was found, what is allowed, and the nearest valid name. Most are
a pair of texts with braces for what is given after the place, in order or by number: `{!n}` writes a number without
useless decimals, `{!v}` a value with its kind, `{!c}` a value as in a config, `{!j}` names in a row, and `{!l}` the
first of them where they are many.
"""

import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

from alliance_sim.law.about import About
from alliance_sim.scenario.names import QUESTIONS
from alliance_sim.scenario.problem import Place, Problem, counted, in_config, listing, nearest, number, show, span


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


def _said(found: str, allowed: str) -> Callable[..., Problem]:
    """A message in which the values after the place stand in place of the braces."""
    return lambda place, *given: Problem(place, _fill(found, *given), _fill(allowed, *given))


def _near(found: str, allowed: str) -> Callable[..., Problem]:
    """A message about a name, which is the first value, among options, which are the last; it names the nearest."""
    return lambda place, *given: Problem(
        place, _fill(found, *given), _fill(allowed, *given), nearest(given[0], given[-1])
    )


def _instead(found: str, allowed: str) -> Callable[[Path], Problem]:
    """A message about a file of a result folder; where a folder is in its place, that is what was found."""
    return lambda path: Problem(Place(str(path)), in_its_place(path, found), allowed)


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

wrong_default = _said("no value, and the default is {0!c}", "{1}; state one")
"""A default that cannot be here; the path of the place is the setting that has to be stated."""
missing = _said("nothing", "{}")
"""Something that must be stated and is not."""
not_of_the_fit = _said("{}, which is of tier {}", "findings of tier fit, since the fit uses no others")
"""A finding to be left out of a fit that does not use it anyway."""
whole_with_decimals = _said(
    "the number {0!n} in a form that may have decimals, such as {0!n}.0 or 1e1", "{1}, written as {0!n}"
)
"""A whole number that is written as one with decimals, such as 10.0 or 1e1."""
unknown_setting = _near(
    'the unknown name "{}"',
    "a setting, a group of settings, a catalogue name or a word in a meaning; without a name, all are listed",
)
"""A name that `alliance-sim parameters` does not know."""


def wrong_value(place: Place, value: Any, allowed: str, near: str | None = None) -> Problem:
    """A value of the wrong type, out of range, or not among the options."""
    return Problem(place, show(value), allowed, near)


def unknown_name(place: Place, name: str, options: Sequence[str], group: str, near: str | None) -> Problem:
    """A name that does not exist among the `options` of a group of settings, whose path is `group`."""
    removed = _removed_parameter(place, f"{group}.{name}")
    if removed is not None:
        return removed
    more = f" (alliance-sim parameters {group}".rstrip() + " lists them)"
    own = group.partition(".")[0] in QUESTIONS  # which that command does not list
    return Problem(place, f'the unknown name "{name}"', ", ".join(options) if own else listing(options, more), near)


def _removed_parameter(place: Place, path: str) -> Problem | None:
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

is_folder = _said('"{}", which is a folder', "the path of a YAML file")
"""A path of a folder where a file is needed."""
unreadable = _said("a file that cannot be opened ({})", "a YAML file that you may read")
"""A file that cannot be opened."""
not_text = _said("bytes that are no text", "a YAML file, saved as text in UTF-8")
"""A binary file, or text in another encoding."""
empty_file = _said("an empty file", _SETTINGS_LINES)
"""A file with nothing but blanks and comments."""
not_a_mapping = _said("{!v}", _SETTINGS_LINES)
"""A file that holds something else than settings."""
huge_number = _said("a whole number of {} digits", "numbers of at most 300 digits")
"""A whole number with hundreds of digits."""
tab = _said("a tab character", "blanks: YAML is indented with blanks, never with tabs")
"""A tab where YAML wants blanks."""
stray_colon = _said(
    "a colon where none can be",
    "one 'name: value' on a line, all names of one mapping indented alike, "
    "and quotes around a text that has a colon and a blank in it",
)
"""A colon inside a text, or a line that is indented too far."""
nested_too_deeply = _said("mappings or lists nested hundreds deep", "a few levels")
"""A document with more levels than anyone writes."""
anchor = _said('the YAML anchor "&{}"', "the value written out; to share settings between files use 'extends'")
"""A YAML anchor, with which values are repeated."""
tag = _said('the YAML tag "{}"', "plain values without tags")
"""A YAML tag, which would make something else than a text or number of a value."""
key_no_text = _said("a list or mapping as a name", "a text as a name")
"""A list or mapping where a name must be."""
duplicate_key = _said('"{}" a second time (first in line {})', "each name once")
"""The same name twice in one mapping."""
looks_the_same = _said(
    '"{}", which is the same name as "{}" but for case, blanks or how accents are stored',
    "names that differ in their letters",
)
"""A name that differs from another one in nothing that counts."""
extends_in_override = _said("a change of 'extends'", "'extends' inside the file only")
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

a_question = _said(
    "a question ({})", "an experiment (a question is answered by: alliance-sim run CONFIG, or ask in Python)"
)
"""The config of a question where an experiment is needed."""
two_questions = _said("a second question beside {}", "one question in a config")
"""Two sections that each ask a question."""
not_a_question = _said("no section that asks a question", "one of {!j}")
"""A config without a section that asks a question."""
another_question = _said("{1}, and no section {0}", "a config with a section {0} (for this one: {2})")
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


# ---- catalogue, policies of one's own ------------------------------------------------------------------------------

item_twice = _said("the item {} a second time", "each item once")
"""An item that stands in two places."""
unknown_entry = _near('the unknown {1} "{0}"', "{2!j}, or the path of a YAML file")
"""A name that is neither in the catalogue nor the path of a file: the name, the noun, the names in the catalogue."""
not_a_scale = _said('"{}", which does not measure symptoms', "{1!j}")
"""An instrument that does not measure symptoms."""
better_is_higher = _said(
    '"{}", on which higher is better',
    "{1!j}: in a simulation higher scores are worse; data of your own may be on a scale on which "
    "higher is better (data.symptoms.instrument)",
)
"""An instrument on which higher is better, where scores of a simulation go the other way."""
answers_out_of_order = _said("answers from {!n} to {!n}", "the lowest answer first, such as [0, 3]")
"""Answers to an item whose lowest is not below the highest."""
no_such_item = _said("the item {}", "items 1 to {1}")
"""The number of an item that a questionnaire does not have."""
all_items_missing = _said("{} items that may be missing", "fewer than the {1} items that there are")
"""A rule by which a score could come from no answer at all."""


def stated_form(about: About, whole: bool) -> str:
    """How a value of a catalogue file is written."""
    return f'{{value: {span(about, whole)}, source: "where it comes from"}}'


def negative_unit(place: Place, value: float, higher: bool) -> Problem:
    """A unit below zero, by which somebody meant that higher scores are better."""
    size = "the size of one SD of distress, above 0"
    right = number(-value)
    better = (
        f", such as {right}" if higher else f"; if higher scores are better: unit {right}, and a line better: higher"
    )
    return Problem(place, f"the number {number(value)}", size + better)


def direction_contradicted(place: Place, cutoff: float, mean: float, higher: bool) -> Problem:
    """A cut-off on the other side of the community's mean than the direction of the scale has it."""
    if higher:
        found = f"a cut-off of {number(cutoff)} above the community's mean of {number(mean)}, with better: higher"
        return Problem(place, found, "a cut-off below the community's mean, since higher is better; or better: lower")
    found = f"a cut-off of {number(cutoff)} below the community's mean of {number(mean)}"
    allowed = "a cut-off above the community's mean, since higher is worse; if higher is better, a line better: higher"
    return Problem(place, found, allowed)


def bad_policy(place: Place, reference: str, reason: str) -> Problem:
    """A custom policy that cannot be imported or called, or is no policy."""
    found = f'the policy "{reference}" ({" ".join(reason.split()).rstrip(".")})'
    allowed = (
        "module:function, such as my_policy:respond, a function of (policy, view) that returns a Plan, "
        "in a Python file beside the config"
    )
    return Problem(place, found, allowed)


# ---- tables: draws of parameters, lists of settings ----------------------------------------------------------------

DRAWS_TABLE = "the path of a CSV file: a line of parameter paths, and below it a draw a line"
SETTINGS_TABLE = "the path of a CSV file: a line of paths, and below it a setting a line"

no_draws = _said("no draws", "a line of parameter paths, and below it a draw a line")
"""A table without any draw."""
no_settings = _said("no settings", SETTINGS_TABLE)
"""A list of settings without any."""
column_twice = _said('the parameter "{}" a second time', "each parameter once")
"""The same parameter in two columns."""
unknown_population = _near('the unknown name "{}"', "{1!j}, or " + DRAWS_TABLE)
"""A name of parameters that is none of those that there are, nor the path of a file."""
no_table = _said('"{}", which cannot be read ({})', DRAWS_TABLE)
"""Something that cannot be read as a table."""
setting_twice = _said("setting {}, which is the same as setting {}", "each setting once")
"""The same setting twice in a list."""


def unknown_column(place: Place, name: str, options: Sequence[str]) -> Problem:
    """A column that is no parameter."""
    removed = _removed_parameter(place, name)
    if removed is not None:
        return removed
    more = " (alliance-sim parameters parameters lists them)"
    near = nearest(name.removeprefix("parameters."), options)
    return Problem(place, f'the unknown parameter "{name}"', listing(options, more), near)


def wrong_width(place: Place, found: int, wanted: int) -> Problem:
    """A line with too few or too many values."""
    return Problem(place, counted(found, "value"), f"{wanted}, one for each parameter in the first line")


# ---- designs -------------------------------------------------------------------------------------------------------

factor_empty = _said("no values", "at least one value")
"""A factor without any value."""
factor_no_list = _said("{!v}", "a list of values, such as [-1, 0, 1], or labels with the settings of each")
"""A factor without a list of values."""
factor_repeats = _said("{!v} a second time", "each value once")
"""The same value twice in a factor."""
factor_mapping_value = _said(
    "a mapping as a value", "single values; to vary settings together, give the factor a name and its levels labels"
)
"""Several settings as one value of a factor that is a path."""
factor_column = _said('the name "{}", which is a column of the tables already', "another name")
"""A linked factor whose name is a column of the tables already."""
factor_estimate = _said('the name "{}", which is the name of an estimate', "another name")
"""A linked factor whose name is that of an estimate."""
set_twice = _said("a factor that sets {}, which {} sets too", "one of the two")
"""A setting that a factor varies and that something else sets too."""
too_many_points = _said("a design of {} points", "at most {1}; leave out values or factors")
"""A grid that is too large."""
does_nothing = _said("{}, which does nothing for {}", "{2!l}")
"""A setting of a design that its method does not use."""


def too_large(place: Place, size: tuple[int, int, int], needs: float, has: float) -> Problem:
    """A clinic (therapists, caseload, weeks) that needs more GB of memory than there are."""
    therapists, caseload, weeks = size
    found = (
        f"a clinic of {therapists:,} therapists with {caseload:,} clients each over {counted(weeks, 'week')}, "
        f"which needs about {needs:,.0f} GB of memory"
    )
    allowed = (
        f"one that fits into the {has:,.0f} GB of this machine: fewer therapists, clients or weeks, "
        "and more replicates in their place"
    )
    return Problem(place, found, allowed)


# ---- combinations that cannot be -----------------------------------------------------------------------------------

no_attention = _said(
    "a treatment whose attention shares are all 0", "goal, task, bond or technique above 0, or every: 0 (no sessions)"
)
"""A treatment that gives its hour to nothing."""
baseline_no_arm = _near('"{}", which is no arm', "{1!l}")
"""A baseline that is no arm."""
same_arms = _said('"{1}", which is the same as "{0}" in every setting', "arms that differ")
"""Two arms that are one."""
same_levels = _said("{1}, which is the same as {0} in every setting", "levels that differ")
"""Two settings of the factors that are one."""
never_used = _said("a value that is never used, since {1} another {0}", "the value where the entry is named")
"""A value inside a section that is replaced wherever it could count."""
half_monitor = _said("monitor: {!n}", "1 (the client's last rating is used) or 0 (it is not)")
"""Monitoring that is neither on nor off."""


def story_needs_tables(place: Place, lacking: Sequence[str]) -> Problem:
    """A story without the tables that it is made from."""
    found = f"{' and '.join(f'{name}: false' for name in lacking)} with story: true"
    wanted = " and ".join(f"{name}: true" for name in lacking)
    return Problem(place, found, f"{wanted}, or also story: false (it is told from these tables)")


# ---- result folders ------------------------------------------------------------------------------------------------

OTHER_FOLDER = "an empty folder, a new one, or the result folder of this study (--out DIR)"

no_folder = _instead("a file", "a folder, or a new name (--out DIR)")
"""A path that should be a folder."""
file_for_folder = _instead("a file", "a folder: move the file away, and run again")
"""A file that has the name of a folder of ours."""
in_the_way = _instead(
    "a file that alliance-sim did not write, or that was changed since",
    "a new name; or --overwrite, which replaces the file",
)
"""A file that would be written over, and that alliance-sim did not write."""
damaged_record = _instead(
    "a record of the folder that is damaged",
    "the record as it was written: restore it, or delete it and run the config again",
)
"""A record of a result folder that cannot be read, or that was changed."""
damaged_part = _instead(
    "bytes that are not those that were written",
    "the file as it was written; run the config again, and it is made anew",
)
"""A finished piece of work whose bytes are not those that were written."""
folder_for_part = _instead("a file", "a file: move the folder away, and run again")
"""A folder that has the name of a finished piece of work."""


def foreign_folder(folder: Path, held: Sequence[str]) -> Problem:
    """A folder that is not empty, and that no run has written."""
    few = ", ".join(held[:3]) + (f" and {len(held) - 3} more" if len(held) > 3 else "")
    return Problem(Place(str(folder)), f"a folder with files that alliance-sim did not write ({few})", OTHER_FOLDER)


def another_study(folder: Path, kind: str, title: str, wanted: str) -> Problem:
    """The result folder of another study."""
    what = {"experiment": "the results of an experiment", "calibration": "a calibration"}
    found = f"the results of another {kind}" if kind == wanted else what.get(kind, f"the answer of a question ({kind})")
    return Problem(Place(str(folder)), f'{found}, "{title}"' if title else found, OTHER_FOLDER)


def kept_no_record(name: str) -> str:
    """A note on a folder that was written before there were records."""
    return (
        f"This folder was written by a version that kept no record of its files ({name}). Files that have the names of "
        "ours count as ours."
    )


def unreadable_folder(folder: Path, reason: OSError) -> Problem:
    """A folder that cannot be looked into."""
    found = f"a folder that cannot be read ({reason.strerror or reason})"
    return Problem(Place(str(folder)), found, "a folder that can be (--out DIR)")


def changed_file(file: Path) -> Problem:
    """A file that was written into a result folder, and is another one now."""
    allowed = "the file as it was written: restore it, or move it away and run again; or run again with --overwrite"
    if file.is_dir():
        allowed = "a file: move the folder away, and run again"
    found = in_its_place(file, "a file that was changed after it was written")
    return Problem(Place(str(file)), found, allowed)


def damaged_design(file: Path, reason: object) -> Problem:
    """A design.csv that cannot be read, of a folder without a record."""
    allowed = "the design as a run writes it; run the config again, and it is written anew"
    return Problem(Place(str(file)), f"no design ({reason})", allowed)


def unreadable_table(file: Path, reason: object) -> Problem:
    """A table of results that cannot be read, of a folder without a record."""
    words = " ".join(str(reason).split()) or type(reason).__name__
    found = in_its_place(file, f"no table ({words})")
    return Problem(Place(str(file)), found, "the table as it was written; run the config again")


def in_its_place(path: Path, otherwise: str = "a file") -> str:
    """What stands at a path, where it is no file; `otherwise` where it is one."""
    if path.is_dir():
        return "a folder"
    return "a link that leads nowhere" if path.is_symlink() and not path.exists() else otherwise
