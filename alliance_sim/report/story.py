"""One treatment told session by session, and where the same client's life in another arm departs from it."""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import pandas as pd
from jinja2 import Environment, FileSystemLoader, Template

from alliance_sim.estimands.aligned import shared_ruptures
from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimates.long import records
from alliance_sim.stats.numbers import listed

Row: TypeAlias = Mapping[str, Any]
"""A row of a table: column to value."""

NEEDED = ("replicate", "client", "session", "rupture", "repaired")
EVENTS = ("attended", "rupture", "noticed", "acknowledged", "explored", "negotiated", "repaired", "defensive",
          "over_apologised", "pressed_on", "left")  # fmt: skip
SMALL = 0.015
"""Changes of felt alliance (0-1) below this count as none."""

PARAGRAPH = "\x1e"
"""What begins a paragraph in the text that the template makes."""


class Story(NamedTuple):
    """A story in paragraphs, the first of which says who it is about."""

    client: int
    title: str
    paragraphs: list[str]

    def text(self) -> str:
        """The story as plain text."""
        return "\n\n".join([self.title, *self.paragraphs]) + "\n"


def choose(own: pd.DataFrame, twin: pd.DataFrame | None = None) -> int:
    """An instructive client of one replicate: one whose rupture was met differently in the two arms.

    own and twin hold the session rows of one replicate. Preferred: a first rupture that both had in the same
    session, repaired in `own` and not in `twin`, early enough for the rest to be told, in a treatment with few other
    ruptures, with the largest difference afterwards. Without such a client: the one with most repaired ruptures,
    then most ruptures. Raises ValueError when nobody had a session.
    """
    if own.empty:
        raise ValueError("nobody in this arm had a session, so there is no treatment to tell")
    scored = (
        [(_score(own, twin, client, week), -client) for client, week in differs(own, twin)] if twin is not None else []
    )
    if scored:
        return -max(scored)[1]
    by = own.assign(broken=own["rupture"] != "none").groupby("client")[["repaired", "broken"]].sum()
    return int(by.sort_values(["repaired", "broken"], ascending=False, kind="stable").index[0])


def differs(own: pd.DataFrame, twin: pd.DataFrame) -> list[tuple[int, int]]:
    """Clients (with the week) whose first rupture, shared with the twin, was repaired in `own` and not in `twin`."""
    if own.empty or twin.empty:
        return []
    mine, theirs, _ = shared_ruptures(*(Clinics.from_frame(table[list(NEEDED)]) for table in (own, twin)))
    met = own["repaired"].to_numpy(bool)[mine] & ~twin["repaired"].to_numpy(bool)[theirs]
    rows = own.iloc[mine[met]]
    return list(zip(rows["client"].astype(int).tolist(), rows["session"].astype(int).tolist(), strict=True))


def _score(own: pd.DataFrame, twin: pd.DataFrame, client: int, week: int) -> float:
    """How instructive a client is whose first rupture, in `week`, was repaired here and not there."""
    mine, theirs = own[own["client"] == client], twin[twin["client"] == client]
    gap = float(mine["alliance"].to_numpy(float)[-1] - theirs["alliance"].to_numpy(float)[-1])
    told = min(len(mine) - week, 8) / 8
    busy = int((mine["rupture"] != "none").sum())
    return gap + told - 0.1 * max(0, busy - 3) - (0.5 if week < 2 else 0.0)


def departure(own: pd.DataFrame, twin: pd.DataFrame) -> int | None:
    """First week in which the two treatments visibly differ; None when they never do."""
    for row in records(own.merge(twin, on="session", suffixes=("", "_twin"))):
        gap = abs(float(row["alliance"]) - float(row["alliance_twin"]))
        if gap >= SMALL or any(row[name] != row[f"{name}_twin"] for name in EVENTS):
            return int(row["session"])
    if len(own) != len(twin):
        return int(min(own["session"].max(), twin["session"].max())) + 1
    return None


def tell(
    own: pd.DataFrame, twin: pd.DataFrame | None = None, *, arm: str, baseline: str = "", scale: str = "symptom",
    person: "Row | pd.Series[Any] | None" = None, twin_person: "Row | pd.Series[Any] | None" = None,
) -> Story:  # fmt: skip
    """One client's treatment in plain sentences, a paragraph a session, by story.txt.j2.

    own and twin: session rows of one client in an arm and in the baseline (None when there is no twin). person,
    twin_person: the client's rows of the client tables, for who the client is and how it ended. scale: name of the
    symptom measure.
    """
    rows, others = records(own), records(twin) if twin is not None else []
    apart = departure(own, twin) if twin is not None and others else None
    who, who_twin = (None if row is None else {str(k): v for k, v in row.items()} for row in (person, twin_person))
    facts = {
        "client": rows[0]["client"],
        "therapist": rows[0]["therapist"],
        "arm": arm,
        "baseline": baseline,
        "scale": scale,
        "person": who,
        "twin_person": who_twin,
        "apart": apart,
        "weeks": list(_weeks(rows, others, apart)),
        "last": rows[-1],
        "last_twin": others[-1] if others else None,
    }
    text = _template().render(facts, new=PARAGRAPH, small=SMALL, most_moved=_most_moved)
    title, *paragraphs = (" ".join(part.split()) for part in text.split(PARAGRAPH))
    return Story(int(rows[0]["client"]), title, paragraphs)


def _weeks(rows: list[dict[str, Any]], others: list[dict[str, Any]], apart: int | None) -> Iterator[dict[str, Any]]:
    """The rows of each week with those before them; the twin's from the week on in which the two runs part."""
    left = {int(row["session"]): row for row in others}
    before: Row | None = None
    before_twin: Row | None = None
    explain = True  # no withdrawal has been explained yet
    for row in rows:
        week = int(row["session"])
        there = left.pop(week, None)
        twin = there if apart is not None and week >= apart else None
        yield {"week": week, "own": row, "before": before, "explain": explain, "twin": twin, "twin_before": before_twin}
        explain = explain and row["rupture"] != "withdrawal"
        before, before_twin = row, there if there is not None else before_twin
    for week, row in sorted(left.items()):
        yield {"week": week, "own": None, "twin": row, "twin_before": before_twin}
        before_twin = row


def _most_moved(row: Row, before: Row) -> str:
    """The part of the alliance that changed most."""
    return max(("goal", "task", "bond"), key=lambda name: abs(float(row[name]) - float(before[name])))


@cache
def _template() -> Template:
    pages = Environment(loader=FileSystemLoader(Path(__file__).parent), trim_blocks=True, lstrip_blocks=True)
    pages.filters["listed"] = lambda words: listed(list(words))
    pages.tests["spoken"] = lambda words: bool(str(words).strip())
    pages.tests["silent"] = lambda who, row: row[f"rupture_{who}"] == "none"
    return pages.get_template("story.txt.j2")
