"""What a comparison of rivals says, in words and in tables for readers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from alliance_sim.estimates.found import records
from alliance_sim.evidence.proposed import PROPOSALS
from alliance_sim.questions.frame.question import Part
from alliance_sim.questions.rival_mechanisms.judging import ENOUGH, SETS
from alliance_sim.stats.discrimination import Confusion
from alliance_sim.stats.numbers import listed, number

WORDS_OF_SETS = {
    "fitted": "what was fitted",
    "today": "everything published with an error",
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
    """The answer: a sentence that says it, and what it rests on."""
    unsettled = pairs[~pairs["today_told"]]
    head = f"**{_heading(pairs)}**"
    lines = [_nearness(near), _held_out(near), _tracing(traced, rivals)]
    if len(unsettled):
        names = [f"{row['one']} and {row['other']}" for row in records(unsettled.sort_values("today"))]
        more = f" and {len(names) - 6} more" if len(names) > 6 else ""
        lines.append(
            f"Not told apart (fewer than {100 * ENOUGH:.0f} % of simulated literatures traced to the right one of the "
            f"two, or too near to it): {'; '.join(names[:6])}{more}. For these pairs no verdict is given here."
        )
        lines.append(_new_studies(unsettled))
    return "\n".join([head, "", *(f"- {line}" for line in lines)])


def _heading(pairs: pd.DataFrame) -> str:
    """How many pairs published findings tell apart, and whether all of these hold one and the same rival."""
    told = pairs[pairs["today_told"]]
    if told.empty:
        return f"Published findings tell none of {len(pairs)} pairs of rival mechanisms apart."
    rivals = set(pairs["one"]) | set(pairs["other"])
    alone = [rival for rival in rivals if ((told["one"] == rival) | (told["other"] == rival)).all()]
    if len(alone) == 1 and len(told) == len(rivals) - 1 and len(told) > 1:
        best = told["published_words"].value_counts()
        return (
            f"Published findings set one of {len(rivals)} rivals apart from all others ({alone[0]}, mostly by "
            f"“{best.index[0]}”); among the other {len(rivals) - 1} they tell no pair apart."
        )
    rest = f", and {len(pairs) - len(told)} not" if len(told) < len(pairs) else ""
    return f"Published findings tell {len(told)} of {len(pairs)} pairs of rival mechanisms apart{rest}."


def _nearness(near: pd.DataFrame) -> str:
    """How near rivals come to what was fitted, and whether some stay clearly farther away than the others."""
    order = near.sort_values("distance").reset_index(drop=True)
    distance, error = order["distance"].to_numpy(), order["distance_mcse"].to_numpy()
    widest = int(np.argmax(np.diff(distance)))
    gap = distance[widest + 1] - distance[widest]
    clear = gap > 2.0 * np.hypot(error[widest], error[widest + 1]) and gap > distance[widest] - distance[0]
    far = order["rival"].tolist()[widest + 1 :] if clear else []
    last = widest if clear else len(order) - 1
    words = (
        f"Fitted to the same findings with the same effort, {last + 1} of {len(order)} rivals come about equally near "
        f"to them: mean squared distance {number(distance[0], 2)} to {number(distance[last], 2)} published errors "
        f"(MCSE up to {number(error.max(), 3)})"
    )
    away = [f"{rival} ({number(d, 2)})" for rival, d in zip(far, distance[widest + 1 :], strict=True)]
    if far:
        words += f"; farther away {'stays' if len(far) == 1 else 'stay'} {listed(away)}"
    free, numbers = int(order["free"].min()), int(order["numbers"].iloc[0])
    words += f". With {free} free parameters for {numbers} numbers, agreement was to be expected"
    if (distance - 2.0 * error > 1.0).all():
        words += "; still all of them are farther away than the truth itself would be (1)"
    return f"{words}."


def _held_out(near: pd.DataFrame) -> str:
    """How many of the held-out findings are met, at most and at least."""
    most, least = int(near["held_out_agree"].max()), int(near["held_out_agree"].min())
    total = int(near["held_out"].iloc[0])
    if most == least:
        return f"Of {total} findings that were held out, every rival meets {most}."
    best, worst = (near[near["held_out_agree"] == value]["rival"].tolist() for value in (most, least))
    return (
        f"Of {total} findings that were held out, {listed(best)} {'meets' if len(best) == 1 else 'meet'} {most}, the "
        f"most, and {listed(worst)} {least}, the fewest."
    )


def _tracing(traced: Mapping[str, Confusion], rivals: Sequence[str]) -> str:
    """How often literatures are traced back to the rival that they came from."""
    return (
        f"A literature simulated from one of the {len(rivals)} rivals is traced back to it in "
        f"{_percent(traced['today'])} by everything that is published with an error (guessing: "
        f"{number(100.0 / len(rivals), 0)} %), and in {_percent(traced['new'])} with the proposed studies."
    )


def _new_studies(unsettled: pd.DataFrame) -> str:
    """What the proposed studies would settle, which helps most often, and what is left."""
    settled, left = unsettled[unsettled["new_told"]], unsettled[~unsettled["new_told"]]
    best = settled["proposed_words"].value_counts()
    most = f"; the study that helps most often is “{best.index[0]}”" if len(best) else ""
    names = [f"{row['one']} and {row['other']}" for row in records(left.sort_values("new"))]
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    rest = f" Even all of them together leave {'; '.join(names[:4])}{more}." if names else ""
    single = int(left["proposed_told"].sum())
    if single:
        rest += (
            f" (Verdicts from so many numbers and so few draws are a lower bound: for {single} of these a single "
            "proposed study would be enough by itself.)"
        )
    return f"The proposed studies together would settle {len(settled)} of these {len(unsettled)} pairs{most}.{rest}"


def _percent(found: Confusion) -> str:
    return f"{number(100 * found.right, 0)} % (SE {number(100 * found.error, 1)})"


def parts(
    near: pd.DataFrame, pairs: pd.DataFrame, apart: pd.DataFrame, traced: Mapping[str, Confusion], rivals: Sequence[str]
) -> list[Part]:
    """The parts of the page."""
    return [
        Part("What each rival can reproduce", _READ_RIVALS, _rivals_table(near), "findings"),
        Part("Which findings separate which rivals", _READ_SEPARATION, _finding_table(apart)),
        Part("Which pairs can be told apart", _READ_PAIRS, _pairs_table(pairs), "told_apart"),
        Part("What a new study would have to measure", _READ_NEW, _study_table(apart, pairs), "new_studies"),
        Part("Where literatures are traced back to", _READ_TRACED, _diagonal_table(traced, rivals)),
    ]


_READ_RIVALS = (
    "Distance: mean squared distance of the fitted numbers from the published ones, in published standard errors; 1 is "
    "what the truth itself would have, with nothing fitted. Density: joint log predictive density of the held-out "
    "numbers that were published with an interval. Only between rivals that are told apart below, and beyond twice "
    "their joint error, does a difference of 2 or 3 say something; it is no probability. R-hat (near 1: the chains of "
    "the fit agree with each other) and effective draws tell whether the chains of each fit have settled."
)
_READ_SEPARATION = (
    "For every number that was published with an error, the pair of rivals that it separates most. d': distance of the "
    "two predicted means in units of their spread, published error included; right: how often the number alone would "
    "point to the right one of the two."
)
_READ_PAIRS = (
    "Every pair, the hardest first: the share of simulated literatures that are traced to the right one of the two (50 "
    "% is guessing; in brackets its standard error), and the number, published or proposed, that separates them most. "
    f"A pair counts as told apart when the share less two of its errors is at least {100 * ENOUGH:.0f} %. Of a pair "
    "that is not, a comparison on real findings says nothing, however it comes out."
)
_READ_NEW = (
    "Studies that could be done and that nobody has published in this form (the interval holds the sampling of a "
    "study of the size that is given: clients, in a trial in each arm). Settles: of the pairs that published findings "
    f"cannot tell apart, those for which this study alone would point to the right one in {100 * ENOUGH:.0f} % of "
    "cases, d' less two of its standard errors."
)
_READ_TRACED = (
    "Share of literatures simulated from each rival that are traced back to it among all rivals (% right; in brackets "
    "the standard error)."
)


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
    own = apart[apart["group"].isin(SETS["today"])].dropna(subset="d").sort_values("d", ascending=False)
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


def _pairs_table(pairs: pd.DataFrame) -> pd.DataFrame:
    """All pairs, the hardest first."""
    rows = [
        {
            "pair": f"{row['one']} / {row['other']}",
            "right today": _share(row, "today"),
            "best published finding": f"{row['published'].partition('.')[0]}, {row['published_words']}, "
            f"d' {number(row['published_d'], 1)}",
            "right with proposed studies": _share(row, "new"),
            "best proposed study": f"{row['proposed_words']}, d' {number(row['proposed_d'], 1)}",
        }
        for row in records(pairs.sort_values("today"))
    ]
    return pd.DataFrame(rows)


def _share(row: Mapping[str, Any], name: str) -> str:
    """A share of literatures with its error; bold where it tells the pair apart."""
    words = f"{number(100 * row[name], 0)} % ({number(100 * row[f'{name}_error'], 1)})"
    return f"**{words}**" if row[f"{name}_told"] else words


def _study_table(apart: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    unsettled = {(row["one"], row["other"]) for row in records(pairs[~pairs["today_told"]])}
    people = {proposal.name: proposal.people for proposal in PROPOSALS}
    rows = []
    for key, own in apart[apart["group"] == "proposed"].groupby("key", sort=False):
        best = "–"
        if own["d"].notna().any():
            top = own.sort_values("d", ascending=False).iloc[0]
            best = f"{top['one']} / {top['other']}, d' {number(top['d'], 1)}"
        settles = [
            f"{row['one']} / {row['other']}"
            for row in records(own)
            if (row["one"], row["other"]) in unsettled and row["told"]
        ]
        rows.append(
            {
                "study": own["words"].iloc[0],
                "clients": people[str(key)],
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
        table[WORDS_OF_SETS[name]] = [
            f"{number(100 * value, 0)} % ({number(100 * error, 1)})"
            for value, error in zip(np.diag(found.shares), found.errors, strict=True)
        ]
    whole = {"rival": "all"} | {WORDS_OF_SETS[n]: _percent(found) for n, found in traced.items()}
    return pd.concat([table, pd.DataFrame([whole])], ignore_index=True)
