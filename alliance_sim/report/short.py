"""The answer in one or two sentences: which arms did better, how large that is, and whether a study would see it."""

import pandas as pd

from alliance_sim.analysis.found import Found
from alliance_sim.analysis.numbers import listed
from alliance_sim.report.lookup import Lookup
from alliance_sim.scenario import Experiment

HEADLINE = "pre_post_d"
"""The outcome that the answer is about first."""


def in_short(estimates: pd.DataFrame, experiment: Experiment) -> list[str]:
    """The answer in one or two sentences without brackets; empty where only one arm was played."""
    look = Lookup(estimates, experiment.varied)
    base = experiment.baseline
    arms = [arm for arm in experiment.arms if arm in set(estimates["arm"]) and arm != base]
    said = []
    for name, noun, more, less in (
        (HEADLINE, "clients improved", "more", "less"),
        ("alliance_end", "the felt alliance at the end was", "higher", "lower"),
        ("dropout_pct", "dropout was", "higher", "lower"),
    ):
        rows = {
            arm: row for arm in arms if (row := look.overall("contrast", name, arm)) and row.known and row.has_error
        }
        if rows:
            said.append(f"{noun} {_sorted_by_sign(rows, more, less)}")
    if not said:
        return []
    overall = " on average over all settings" if experiment.varied else ""
    return [f"In this simulation, compared with “{base}”{overall}, {'; '.join(said)}.", *_sizes(look, arms, base)]


def _sorted_by_sign(rows: dict[str, Found], more: str, less: str) -> str:
    """Which arms have more, which less, and which the same, as far as the simulation can tell."""
    words = []
    for word, sign in ((more, 1), (less, -1), ("the same", 0)):
        arms = [
            f"“{arm}”" for arm, row in rows.items() if (0 if not row.sure else (1 if row.value > 0 else -1)) == sign
        ]
        if arms:
            words.append(f"{word} under {listed(arms)}")
    return listed(words)


def _sizes(look: Lookup, arms: list[str], base: str) -> list[str]:
    """How large the differences in improvement are, and whether single studies would see them."""
    rows = {arm: row for arm in arms if (row := look.overall("contrast", HEADLINE, arm)) and row.known and row.sure}
    if not rows:
        return []
    sizes = sorted(abs(row.value) for row in rows.values())
    span = f"{sizes[0]:.2f}" if len(sizes) == 1 else f"{sizes[0]:.2f} to {sizes[-1]:.2f}"
    unseen = [f"“{arm}”" for arm in rows if (ends := look.apart(HEADLINE, arm, base))[0] <= 0 <= ends[1]]
    words = (
        f"The differences in improvement that are not zero amount to {span} standard deviations (0.2 is usually called "
        "small, 0.5 medium, 0.8 large)."
    )
    if unseen:
        which = "them" if len(unseen) == len(rows) else f"those of {listed(unseen)}"
        words += f" Single studies of this size with two separate groups might well miss {which}."
    return [words]
