"""The answer in one or two sentences: which arms did better, how large that is, and whether a study would see it."""

import pandas as pd

from alliance_sim.estimates.found import Found
from alliance_sim.report.lookup import Lookup
from alliance_sim.scenario import Experiment
from alliance_sim.stats.numbers import listed

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
    """Which arms have more, which less, of which that cannot be told, and which are exactly the same."""
    unclear = f"neither clearly {more} nor clearly {less}"
    found: dict[str, list[str]] = {word: [] for word in (more, less, unclear, "exactly the same")}
    for arm, row in rows.items():
        if row.sure:
            found[more if row.value > 0 else less].append(f"“{arm}”")
        else:
            found["exactly the same" if row.low == row.high == 0.0 else unclear].append(f"“{arm}”")
    return listed([f"{word} under {listed(arms)}" for word, arms in found.items() if arms])


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
