"""The correlations of repair with outcome in the form in which they are published, here and there."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from alliance_sim.estimands.histories import ALL
from alliance_sim.evidence.findings import Part, published
from alliance_sim.questions.repair_or_selection.catalogue import R01, R03, UNREPAIRED, V_SHAPE
from alliance_sim.questions.repair_or_selection.cells import with_error
from alliance_sim.questions.repair_or_selection.reading import Row
from alliance_sim.questions.repair_or_selection.studies import OBSERVED, TRUE
from alliance_sim.questions.repair_or_selection.summing import Tables
from alliance_sim.stats.numbers import interval, listed, number

FORMS = (("R01", R01, "Repaired against unrepaired ruptures"), ("R03", R03, "Repaired rupture against all others"))
"""Finding, what it is called among the numbers of a study, and what it compares."""


class Beside(NamedTuple):
    """A published correlation beside the highest that any world gives, on average over studies."""

    finding: str
    what: str
    compares: str
    published: Part
    highest: Row  # as studies see it
    known: "Row | None"  # with true events known
    all_below_zero: bool  # whether what studies see is negative in every world, beyond Monte-Carlo error

    @property
    def short(self) -> bool:
        """Whether the highest is below what is published, beyond Monte-Carlo error, however events are seen."""
        return all(bool(row["high"] < self.published.value) for row in (self.highest, self.known) if row is not None)

    @property
    def wrong_sign(self) -> bool:
        """Whether what studies see has another sign than what is published, in every world."""
        return self.published.value > 0 and self.all_below_zero

    @property
    def words(self) -> str:
        """All numbers in a sentence, and whether the published interval holds what studies see."""
        p = self.published
        rows = [self.highest] if self.known is None else [self.highest, self.known]
        ways = ("by drops of ratings at most", "with true events known at most")
        said = ", ".join(f"{way} {_said(row)}" for way, row in zip(ways, rows, strict=False))
        within = f" {interval(p.low, p.high, 2)}{_held(p, rows)}" if p.bounded else ""
        sign = "; by drops even the sign is wrong, in every world" if self.wrong_sign else ""
        return f"{self.compares} ({self.finding}): {said}; published {number(p.value, 2)}{within}{sign}."


def _said(row: Row) -> str:
    return with_error(row["value"], row["mcse"], 2, signed=False)


def _held(p: Part, rows: Sequence[Row]) -> str:
    """Which of the correlations the published interval holds."""
    inside = tuple(bool(p.low <= row["value"] <= p.high) for row in rows)
    held = {
        (True,): "holds it", (False,): "leaves it out", (True, True): "holds both",
        (True, False): "holds the former alone", (False, True): "holds the latter alone",
        (False, False): "holds neither",
    }  # fmt: skip
    return f", which {held[inside]}"


def beside_published(tables: Tables) -> list[Beside]:
    """Each published form with the world that comes highest, as studies see it; none where no study could make it."""
    parts = {finding.id: finding.parts[0] for finding in published()}
    made = []
    for finding, what, compares in FORMS:
        observed, known = (_by_size(tables, what, seen) for seen in (OBSERVED, TRUE))
        if len(observed):
            worlds = tables.described["world"].nunique()
            below = len(observed) == worlds and bool((observed["high"] < 0).all())
            best = known.iloc[-1] if len(known) else None
            made.append(Beside(finding, what, compares, parts[finding], observed.iloc[-1], best, below))
    return made


def _by_size(tables: Tables, what: str, seen: str) -> pd.DataFrame:
    """A correlation in all worlds that have one, the highest last."""
    d = tables.described
    own = d[(d["what"] == what) & (d["among"] == seen) & (d["group"] == ALL)]
    return own[own["high"].notna()].sort_values("value")


def carries_over(tables: Tables) -> str:
    """Whether worlds give correlations as high as the published ones, and what follows where they do not."""
    found = beside_published(tables)
    if not found:
        return ""
    short = [b.finding for b in found if b.short]
    numbers = " ".join(b.words for b in found)
    if not short:
        return f"Correlations of repair with outcome are as high in some world here as published. {numbers}"
    which = "those published" if len(short) == len(found) else f"published in {listed(short)}"
    return (
        f"No world here gives correlations of repair with outcome as high as {which}. {numbers} So what is said of "
        f"{'this form' if len(short) == 1 else 'these forms'} of analysis may not carry over to the data behind the "
        "published numbers."
    )


SHAPES = ((V_SHAPE, OBSERVED, "drop, recovered (%)"), (UNREPAIRED, OBSERVED, "drop, not recovered (%)"),
          (V_SHAPE, TRUE, "truly repaired (%)"))  # fmt: skip
SEEN = ((OBSERVED, "drops"), (TRUE, "true events"))


def shapes_table(tables: Tables, worlds: Sequence[str]) -> pd.DataFrame:
    """Clients with a drop of ratings that recovers, and without; and the correlations of repair with outcome."""
    d = tables.described
    columns = [(what, seen, words, 1) for what, seen, words in SHAPES]
    columns += [(what, seen, f"r as in {finding}, {how}", 2) for finding, what, _ in FORMS for seen, how in SEEN]
    rows = []
    for world in worlds:
        own = d[(d["world"] == world) & (d["group"] == ALL)].set_index(["what", "among"])[["value", "mcse"]]
        numbers = own.to_dict("index")
        cells = []
        for what, seen, _, digits in columns:
            known = numbers.get((what, seen), {})
            cells.append(with_error(known.get("value", math.nan), known.get("mcse", math.nan), digits, signed=False))
        rows.append([world, *cells])
    return pd.DataFrame(rows, columns=["world", *(words for _, _, words, _ in columns)])
