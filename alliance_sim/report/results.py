"""Tables of results for readers: chosen estimates with intervals, differences, and what separate groups would find."""

from typing import NamedTuple

from alliance_sim.estimands.catalogue import BY_NAME
from alliance_sim.estimates.found import records
from alliance_sim.estimates.notation import digits_for, shown
from alliance_sim.estimates.result import Result, result
from alliance_sim.report.lookup import Lookup
from alliance_sim.report.naming import factor_label, varied_in
from alliance_sim.scenario import Experiment
from alliance_sim.stats.numbers import interval, number, setting

OUTCOMES = (
    "pre_post_d", "symptoms_intake", "symptoms_end", "recovery_pct", "improvement_pct", "deterioration_pct",
    "dropout_pct", "early_completion_pct", "attendance_pct", "alliance_end", "wai_client", "wai_therapist",
    "agreement_r", "alliance_outcome_r", "alliance_outcome_raw_r", "therapist_outcome_pct", "therapist_alliance_pct",
)  # fmt: skip
RUPTURES = (
    "ruptures_pct", "withdrawals_pct", "confrontations_pct", "ruptures_client_pct", "ruptures_therapist_pct",
    "ruptures_observer_pct", "noticed_pct", "noticed_withdrawal_pct", "noticed_confrontation_pct", "repaired_pct",
    "repaired_withdrawal_pct", "repaired_confrontation_pct", "defensive_pct", "alliance_after_repaired",
    "alliance_after_repaired_null", "alliance_after_unrepaired", "alliance_after_unrepaired_null",
    "wai_after_repaired", "wai_after_repaired_null",
)  # fmt: skip
FALLS = ("falls_pct", "falls_repaired_pct", "falls_unrepaired_pct", "falls_stronger_pct")
"""What a criterion finds in ratings, each shown with its null band."""
NULL_BAND = "… null band"
DIFFERENCES = ("pre_post_d", "recovery_pct", "dropout_pct", "alliance_end", "wai_client", "alliance_outcome_r")
BETTER = (
    "between_d", "alliance_after_rupture_twin", "twin_alliance_better_pct", "twin_alliance_same_pct",
    "twin_alliance_worse_pct", "twin_symptoms_better_pct", "twin_symptoms_same_pct", "twin_symptoms_worse_pct",
)  # fmt: skip


class Table(NamedTuple):
    """A table: its caption, the head of each column, rows (head of the row first), and how to read it."""

    caption: str
    head: list[str]
    rows: list[list[str]]
    note: str


def tables(look: Lookup, experiment: Experiment) -> list[Table]:
    """All tables that have a row."""
    arms = [arm for arm in experiment.arms if arm in set(look.table["arm"])]
    base = experiment.baseline
    others = [arm for arm in arms if arm != base]
    over = " Averaged over all settings of the factors." if experiment.varied else ""
    made = [
        _by_arm("Outcome by arm", look, OUTCOMES, arms, "Mean over simulated clinics with its 95 % interval." + over),
        _by_arm(
            "Ruptures and repair by arm", look, RUPTURES, arms,
            "Mean over simulated clinics with its 95 % interval. Changes of the alliance after a rupture are what a "
            "clinic sees and no causal effects. Null: matched twins with ruptures by the same rule that have no "
            "consequences; what is left is that low points are followed by a rise." + over,
        ),
        _falls(look, arms, over),
        _differences(look, others, base, over),
        _by_arm(
            f"The same clients under “{base}”", look, BETTER, others,
            "Every client is compared with the same client under the baseline. How many are better or worse off "
            "depends on how chance is paired across the two runs, which no study can observe; the means do not." + over,
            kind="contrast",
        ),
        _interactions(look, experiment),
        _over_ranges(look, arms, experiment),
    ]  # fmt: skip
    return [table for table in made if table.rows]


def _by_arm(
    caption: str, look: Lookup, names: tuple[str, ...], arms: list[str], note: str, kind: str = "level"
) -> Table:
    """A row per estimate, a column per arm."""
    rows = []
    for name in names:
        cells = [look.overall(kind, name, arm) for arm in arms]
        if any(cell and cell.estimate.known for cell in cells):
            rows.append([_head(name), *(_cell(cell) for cell in cells)])
    return Table(caption, ["", *arms], rows if arms else [], note)


def _falls(look: Lookup, arms: list[str], over: str) -> Table:
    """What a criterion takes for ruptures, beside the band that it would find if nothing had happened."""
    rows = []
    for name in FALLS:
        null = [look.overall("level", name.replace("_pct", "_null_pct"), arm) for arm in arms]
        found = [look.overall("level", name, arm) for arm in arms]
        if any(cell and cell.estimate.known for cell in found):
            rows.append([_head(name), *(_cell(cell) for cell in found)])
            rows.append([NULL_BAND, *(_band(cell) for cell in null)])
    note = (
        "The criterion: a fall of the client's rating from one session to the next by more than reliable change "
        "(Jacobson & Truax, 1991; in the manner of Larsson et al., 2018). Below each share: its null, which is what "
        "the criterion finds in ratings of the same clients that only drift and err (mean with its interval, and the "
        "middle 95 % of single clinics: the null band). Compare one clinic with the band, and a mean over clinics with "
        "the mean of the null. This null may be some points too high where nothing happens, so a small difference "
        "does not show ruptures." + (f"{over} Bands at a single setting are wider." if over else "")
    )
    return Table("What a criterion would take for ruptures, and its null band", ["", *arms], rows, note)


def _band(row: Result | None) -> str:
    """A null with the interval of its mean and the middle 95 % of single clinics."""
    if row is None or not row.estimate.known:
        return "–"
    return f"{_cell(row)} ({number(row.single[0], 0)} to {number(row.single[1], 0)})"


def _head(name: str) -> str:
    """An estimate with its unit."""
    each = BY_NAME[name]
    return each.label if each.unit == "r" else f"{each.label}, {each.unit}"


def _cell(row: Result | None) -> str:
    """Value and interval; the unit is in the head of the row."""
    if row is None or not row.estimate.known:
        return "–"
    return shown(row.estimate, unit=False)


def _differences(look: Lookup, arms: list[str], base: str, over: str) -> Table:
    """Arms minus the baseline, with every kind of error beside."""
    rows = []
    for arm in arms:
        for name in DIFFERENCES:
            row = look.overall("contrast", name, arm)
            if row and row.estimate.known:
                apart, digits = look.apart(name, arm, base), digits_for(row.estimate)
                rows.append(
                    [
                        f"{arm}: {_head(name)}",
                        shown(row.estimate, signed=True, unit=False),
                        number(row.estimate.error, digits + 1),
                        interval(*row.single, digits),
                        interval(apart.low, apart.high, digits),
                        number(row.variance_ratio, 1 if row.variance_ratio < 10 else 0),
                    ]
                )
    head = [
        "",
        "difference",
        "Monte-Carlo error",
        "single clinics, with twins",
        "two separate clinics",
        "gain by twins",
    ]
    note = (
        "Difference: mean over simulated clinics. The interval and the Monte-Carlo standard error (MCSE) tell how "
        "well the simulation knows that mean. Single clinics, with twins: middle 95 % of clinics, each compared with "
        "its own twins. Two separate clinics: what 95 % of comparisons of two clinics of this size without twins "
        "would find, which is what "
        "real studies can do. Gain by twins: how many times smaller the variance is because of them." + over
    )
    return Table(f"Differences from “{base}”", head, rows, note)


def _interactions(look: Lookup, experiment: Experiment) -> Table:
    """How differences depend on the settings of factors."""
    rows = []
    for name in ("pre_post_d", "alliance_end"):
        for row in records(look.rows("interaction", name)):
            factor = varied_in(row, experiment)
            one = result(row).estimate
            if one.known:
                first = str(row["baseline"]).rpartition("=")[2]
                rows.append(
                    [
                        f"{row['arm']}: {BY_NAME[name].label}",
                        f"{factor_label(experiment, factor)} {setting(row[factor])} against {first}",
                        shown(one, signed=True, unit=False),
                        number(one.error, digits_for(one) + 1),
                    ]
                )
    note = (
        f"How much larger the difference from “{experiment.baseline}” is at one setting of a factor than at its first."
    )
    return Table(
        "Does the difference depend on the setting?",
        ["", "setting", "how much larger", "Monte-Carlo error"],
        rows[:60],
        note,
    )


def _over_ranges(look: Lookup, arms: list[str], experiment: Experiment) -> Table:
    """What sampled numbers bring, per unit and from the lowest to the highest that was sampled."""
    rows = []
    for name in ("pre_post_d", "alliance_end") if experiment.sampled else ():
        for arm in arms:
            for row in records(look.rows("slope", name, arm)):
                column = str(row["baseline"]).removeprefix("per unit of ")
                one = result(row).estimate
                if column not in experiment.sampled or not one.known:
                    continue
                values = [float(point.sampled[column]) for point in experiment.points]
                width = max(values) - min(values)
                rows.append(
                    [
                        f"{arm}: {BY_NAME[name].label}",
                        factor_label(experiment, column),
                        shown(one, signed=True, digits=3, unit=False),
                        shown(one.times(width), signed=True, unit=False),
                        f"{setting(min(values))} to {setting(max(values))}",
                    ]
                )
    note = (
        "Slopes of a plane through all sampled settings (least squares, all numbers together), taken within each "
        "simulated clinic and averaged. Where the outcome bends, a slope is only its general direction."
    )
    head = ["", "setting", "per unit", "from lowest to highest", "sampled"]
    return Table("What the sampled settings bring", head, rows, note)
