"""What a comparison of rivals says, in words and in tables for readers."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from alliance_sim.analysis.found import records
from alliance_sim.analysis.numbers import number
from alliance_sim.analysis.telling_apart import Confusion
from alliance_sim.inquiry.kind import Part
from alliance_sim.inquiry.rivals.judging import ENOUGH

WORDS_OF_SETS = {
    "fitted": "what was fitted",
    "today": "everything published",
    "new": "with the proposed studies",
}


def traced_table(traced: Mapping[str, Confusion], rivals: Sequence[str]) -> pd.DataFrame:
    """Where literatures are traced back to: a row a set of numbers and true rival, a column a verdict."""
    rows = []
    for name, found in traced.items():
        for k, rival in enumerate(rivals):
            shares = dict(zip(rivals, found.shares[k].tolist(), strict=True))
            rows.append({"numbers": name, "truth": rival, "literatures": found.literatures} | shares)
    return pd.DataFrame(rows)


def short(near: pd.DataFrame, pairs: pd.DataFrame, traced: Mapping[str, Confusion], rivals: Sequence[str]) -> str:
    """The answer in a few sentences."""
    order = near.sort_values("distance")
    first, last = order.iloc[0], order.iloc[-1]
    chance = 100.0 / len(rivals)
    same = order[order["distance_low"] <= first["distance_high"]]["rival"].tolist()
    unsettled = pairs[pairs["today"] < ENOUGH]
    sentences = [
        (
            f"Fitted to the same findings with the same effort, {_listed(same)} "
            f"{'come' if len(same) > 1 else 'comes'} nearest to what was fitted (mean squared distance "
            f"{number(first['distance'], 2)} published errors, MCSE {number(first['distance_mcse'], 3)}), "
            f"{last['rival']} stays farthest away ({number(last['distance'], 2)}, MCSE "
            f"{number(last['distance_mcse'], 3)})."
        ),
        (
            f"A literature simulated from one of the {len(rivals)} rivals is traced back to it in "
            f"{_percent(traced['today'])} by everything that is published (guessing: {number(chance, 0)} %), and in "
            f"{_percent(traced['new'])} with the proposed studies."
        ),
    ]
    if len(unsettled):
        names = [f"{row['one']} and {row['other']}" for row in records(unsettled.sort_values("today"))]
        more = f" and {len(names) - 6} more" if len(names) > 6 else ""
        sentences.append(
            f"{len(unsettled)} of {len(pairs)} pairs cannot be told apart by published findings (fewer than "
            f"{100 * ENOUGH:.0f} % right): {'; '.join(names[:6])}{more}. For these pairs no verdict is given here."
        )
    else:
        sentences.append("Every pair of rivals can be told apart by published findings.")
    settled = unsettled[unsettled["new"] >= ENOUGH]
    if len(unsettled):
        best = settled["proposed_words"].value_counts()
        most = f"; the study that helps most often: {best.index[0]}" if len(best) else ""
        sentences.append(f"The proposed studies would settle {len(settled)} of these {len(unsettled)} pairs{most}.")
    return " ".join(sentences)


def _percent(found: Confusion) -> str:
    return f"{number(100 * found.right, 0)} % (MCSE {number(100 * found.mcse, 1)})"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def parts(
    near: pd.DataFrame, pairs: pd.DataFrame, apart: pd.DataFrame, traced: Mapping[str, Confusion], rivals: Sequence[str]
) -> list[Part]:
    """The parts of the page."""
    return [
        Part("What each rival can reproduce", _READ_RIVALS, _rivals_table(near), "findings"),
        Part("Which findings separate which rivals", _READ_SEPARATION, _finding_table(apart)),
        Part("Which pairs today's findings cannot tell apart", _READ_PAIRS, _pairs_table(pairs), "told_apart"),
        Part("What a new study would have to measure", _READ_NEW, _study_table(apart, pairs), "new_studies"),
        Part("Where literatures are traced back to", _READ_TRACED, _diagonal_table(traced, rivals)),
    ]


_READ_RIVALS = (
    "Distance: mean squared distance of the fitted numbers from the published ones, in published standard errors; 1 is "
    "what a second literature of the same truth would have. Density: joint log predictive density of the held-out "
    "numbers that were published with an interval; a difference of 2 or 3 between two rivals is noteworthy, and it "
    "is no probability. R-hat and effective draws tell whether the chains of each fit have settled."
)
_READ_SEPARATION = (
    "For every published number the pair of rivals that it separates most. d': distance of the two predicted means "
    "over their spread, published error included; right: how often the number alone would point to the right one of "
    "the two."
)
_READ_PAIRS = (
    f"Pairs of which fewer than {100 * ENOUGH:.0f} % of simulated literatures are traced to the right one. A "
    "comparison of such a pair on real findings says nothing, however it comes out."
)
_READ_NEW = (
    "Studies that could be done and that nobody has published in this form, of a stated size (the interval holds the "
    "sampling of a study of that size). Settles: of the pairs that published findings cannot tell apart, those that "
    f"this study alone would in {100 * ENOUGH:.0f} % of cases."
)
_READ_TRACED = "Share of literatures simulated from each rival that are traced back to it among all rivals (% right)."


def _rivals_table(near: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "rival": near["rival"],
            "free parameters": near["free"],
            "fitted findings met": [f"{a} of {b}" for a, b in zip(near["fitted_agree"], near["fitted"], strict=True)],
            "held out met": [f"{a} of {b}" for a, b in zip(near["held_out_agree"], near["held_out"], strict=True)],
            "distance (MCSE)": _with_error(near, "distance", "distance_mcse", 2),
            "middle 95 % of draws": [
                f"{number(a, 2)} to {number(b, 2)}" for a, b in zip(near["draws_low"], near["draws_high"], strict=True)
            ],
            "density of held-out (MCSE)": _with_error(near, "density", "density_mcse", 1),
            "largest R-hat": [number(value, 2) for value in near["largest_r_hat"]],
            "fewest effective draws": [number(value, 0) for value in near["fewest_draws"]],
        }
    )


def _with_error(table: pd.DataFrame, value: str, error: str, digits: int) -> list[str]:
    return [f"{number(v, digits)} ({number(e, digits + 1)})" for v, e in zip(table[value], table[error], strict=True)]


def _finding_table(apart: pd.DataFrame, most: int = 16) -> pd.DataFrame:
    own = apart[apart["group"] != "proposed"].dropna(subset="d").sort_values("d", ascending=False)
    own = own.drop_duplicates("key").head(most)
    return pd.DataFrame(
        {
            "finding": own["key"].str.partition(".")[0] + ": " + own["words"],
            "use": own["group"],
            "separates most": own["one"] + " / " + own["other"],
            "d'": [number(value, 1) for value in own["d"]],
            "right": [f"{number(100 * value, 0)} %" for value in own["right"]],
        }
    )


def _pairs_table(pairs: pd.DataFrame) -> pd.DataFrame | None:
    """The pairs that published findings do not tell apart; None where there are none."""
    rows = [
        {
            "pair": f"{row['one']} / {row['other']}",
            "right today (MCSE)": f"{number(100 * row['today'], 0)} % ({number(100 * row['today_mcse'], 1)})",
            "best published finding": f"{row['published']}, d' {number(row['published_d'], 1)}",
            "right with proposed studies": f"{number(100 * row['new'], 0)} %",
            "best proposed study": f"{row['proposed_words']}, d' {number(row['proposed_d'], 1)}",
        }
        for row in records(pairs[pairs["today"] < ENOUGH].sort_values("today"))
    ]
    return pd.DataFrame(rows) if rows else None


def _study_table(apart: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    unsettled = {(row["one"], row["other"]) for row in records(pairs[pairs["today"] < ENOUGH])}
    rows = []
    for key, own in apart[apart["group"] == "proposed"].groupby("key", sort=False):
        best = "–"
        if own["d"].notna().any():
            top = own.sort_values("d", ascending=False).iloc[0]
            best = f"{top['one']} / {top['other']}, d' {number(top['d'], 1)}"
        settles = [
            f"{row['one']} / {row['other']}"
            for row in records(own)
            if (row["one"], row["other"]) in unsettled and np.nan_to_num(row["right"]) >= ENOUGH
        ]
        rows.append(
            {
                "study": own["words"].iloc[0],
                "separates most": best,
                "settles": "; ".join(settles) or "none of them alone",
                "order": len(settles),
                "key": key,
            }
        )
    table = pd.DataFrame(rows).sort_values("order", ascending=False, kind="stable")
    return table.drop(columns=["order", "key"])


def _diagonal_table(traced: Mapping[str, Confusion], rivals: Sequence[str]) -> pd.DataFrame:
    table = pd.DataFrame({"rival": rivals})
    for name, found in traced.items():
        table[WORDS_OF_SETS[name]] = [f"{number(100 * value, 0)} %" for value in np.diag(found.shares)]
    whole = {"rival": "all"} | {WORDS_OF_SETS[n]: _percent(found) for n, found in traced.items()}
    return pd.concat([table, pd.DataFrame([whole])], ignore_index=True)
