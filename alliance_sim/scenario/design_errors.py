"""Messages about designs, and about the files that a config names: catalogue entries, policies, tables."""

from collections.abc import Sequence

from alliance_sim.law.about import About
from alliance_sim.scenario.errors import removed_parameter, template, template_with_nearest
from alliance_sim.scenario.problem import Place, Problem, counted, listing, nearest, number, span

# ---- catalogue, policies of one's own ------------------------------------------------------------------------------

item_twice = template("the item {} a second time", "each item once")
"""An item that stands in two places."""
unknown_entry = template_with_nearest('the unknown {1} "{0}"', "{2!j}, or the path of a YAML file")
"""A name that is neither in the catalogue nor the path of a file: the name, the noun, the names in the catalogue."""
not_a_scale = template('"{}", which does not measure symptoms', "{1!j}")
"""An instrument that does not measure symptoms."""
better_is_higher = template(
    '"{}", on which higher is better',
    "{1!j}: in a simulation higher scores are worse; data of your own may be on a scale on which "
    "higher is better (data.symptoms.instrument)",
)
"""An instrument on which higher is better, where scores of a simulation go the other way."""
answers_out_of_order = template("answers from {!n} to {!n}", "the lowest answer first, such as [0, 3]")
"""Answers to an item whose lowest is not below the highest."""
no_such_item = template("the item {}", "items 1 to {1}")
"""The number of an item that a questionnaire does not have."""
all_items_missing = template("{} items that may be missing", "fewer than the {1} items that there are")
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

no_draws = template("no draws", "a line of parameter paths, and below it a draw a line")
"""A table without any draw."""
no_settings = template("no settings", SETTINGS_TABLE)
"""A list of settings without any."""
column_twice = template('the parameter "{}" a second time', "each parameter once")
"""The same parameter in two columns."""
unknown_population = template_with_nearest('the unknown name "{}"', "{1!j}, or " + DRAWS_TABLE)
"""A name of parameters that is none of those that there are, nor the path of a file."""
no_table = template('"{}", which cannot be read ({})', DRAWS_TABLE)
"""Something that cannot be read as a table."""
setting_twice = template("setting {}, which is the same as setting {}", "each setting once")
"""The same setting twice in a list."""


def unknown_column(place: Place, name: str, options: Sequence[str]) -> Problem:
    """A column that is no parameter."""
    removed = removed_parameter(place, name)
    if removed is not None:
        return removed
    more = " (alliance-sim parameters parameters lists them)"
    near = nearest(name.removeprefix("parameters."), options)
    return Problem(place, f'the unknown parameter "{name}"', listing(options, more), near)


def wrong_width(place: Place, found: int, wanted: int) -> Problem:
    """A line with too few or too many values."""
    return Problem(place, counted(found, "value"), f"{wanted}, one for each parameter in the first line")


# ---- designs -------------------------------------------------------------------------------------------------------

factor_empty = template("no values", "at least one value")
"""A factor without any value."""
factor_no_list = template("{!v}", "a list of values, such as [-1, 0, 1], or labels with the settings of each")
"""A factor without a list of values."""
factor_repeats = template("{!v} a second time", "each value once")
"""The same value twice in a factor."""
factor_mapping_value = template(
    "a mapping as a value", "single values; to vary settings together, give the factor a name and its levels labels"
)
"""Several settings as one value of a factor that is a path."""
factor_column = template('the name "{}", which is a column of the tables already', "another name")
"""A linked factor whose name is a column of the tables already."""
factor_estimate = template('the name "{}", which is the name of an estimate', "another name")
"""A linked factor whose name is that of an estimate."""
set_twice = template("a factor that sets {}, which {} sets too", "one of the two")
"""A setting that a factor varies and that something else sets too."""
too_many_points = template("a design of {} points", "at most {1}; leave out values or factors")
"""A grid that is too large."""
does_nothing = template("{}, which does nothing for {}", "{2!l}")
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

no_attention = template(
    "a treatment whose attention shares are all 0", "goal, task, bond or technique above 0, or every: 0 (no sessions)"
)
"""A treatment that gives its hour to nothing."""
baseline_no_arm = template_with_nearest('"{}", which is no arm', "{1!l}")
"""A baseline that is no arm."""
same_arms = template('"{1}", which is the same as "{0}" in every setting', "arms that differ")
"""Two arms that are one."""
same_levels = template("{1}, which is the same as {0} in every setting", "levels that differ")
"""Two settings of the factors that are one."""
never_used = template("a value that is never used, since {1} another {0}", "the value where the entry is named")
"""A value inside a section that is replaced wherever it could count."""
half_monitor = template("monitor: {!n}", "1 (the client's last rating is used) or 0 (it is not)")
"""Monitoring that is neither on nor off."""


def story_needs_tables(place: Place, lacking: Sequence[str]) -> Problem:
    """A story without the tables that it is made from."""
    found = f"{' and '.join(f'{name}: false' for name in lacking)} with story: true"
    wanted = " and ".join(f"{name}: true" for name in lacking)
    return Problem(place, found, f"{wanted}, or also story: false (it is told from these tables)")
