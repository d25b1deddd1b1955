"""One treatment told session by session, and where the same client's life in another arm departs from it."""

from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.estimands.aligned import shared_ruptures
from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimates.found import records
from alliance_sim.report.hour import Row, hour_in_words, hour_of_twin_in_words, parted, state_in_words
from alliance_sim.report.people import ending_in_words, person_in_words

NEEDED = ("replicate", "client", "session", "rupture", "repaired")


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
        if parted(row):
            return int(row["session"])
    if len(own) != len(twin):
        return int(min(own["session"].max(), twin["session"].max())) + 1
    return None


def tell(
    own: pd.DataFrame,
    twin: pd.DataFrame | None = None,
    *,
    arm: str,
    baseline: str = "",
    scale: str = "symptom",
    person: "Row | pd.Series[Any] | None" = None,
    twin_person: "Row | pd.Series[Any] | None" = None,
) -> Story:
    """Tell one client's treatment in plain sentences, a paragraph a session.

    own and twin: session rows of one client in an arm and in the baseline (None when there is no twin). person,
    twin_person: the client's rows of the client tables, for who the client is and how it ended. scale: name of the
    symptom measure.
    """
    rows, others = records(own), records(twin) if twin is not None else []
    who, who_twin = (None if row is None else {str(k): v for k, v in row.items()} for row in (person, twin_person))
    title = f"Client {rows[0]['client']} with therapist {rows[0]['therapist']}, treated under “{arm}”"
    paragraphs = [person_in_words(who, scale)] if who is not None else []
    apart: int | None = None
    if twin is not None and others:
        apart = departure(own, twin)
        title += f", and the same client under “{baseline}”"
        paragraphs.append(_how_to_read(apart, arm, baseline))
    paragraphs += _weeks(rows, others, apart, baseline)
    paragraphs.append(_end(rows[-1], others[-1] if others else None, (arm, baseline), scale, (who, who_twin)))
    return Story(int(rows[0]["client"]), title, paragraphs)


def _weeks(rows: list[dict[str, Any]], others: list[dict[str, Any]], apart: int | None, baseline: str) -> list[str]:
    """A paragraph for each week; the twin's beside it from the week on in which the worlds part."""
    left = {int(row["session"]): row for row in others}
    before: Row | None = None
    before_twin: Row | None = None
    paragraphs = []
    new = True  # no withdrawal has been explained yet
    for row in rows:
        week = int(row["session"])
        there = left.pop(week, None)
        words = f"Week {week}. {'Here the two runs part. ' if week == apart else ''}{hour_in_words(row, before, new)}"
        new = new and str(row["rupture"]) != "withdrawal"
        if there is not None and apart is not None and week >= apart:
            words += f" — Under “{baseline}”: " + hour_of_twin_in_words(there, row, before_twin)
        paragraphs.append(words)
        before, before_twin = row, there if there is not None else before_twin
    for week, row in sorted(left.items()):
        paragraphs.append(f"Week {week}. Under “{baseline}” only: " + hour_of_twin_in_words(row, None, before_twin))
        before_twin = row
    return paragraphs


def _how_to_read(apart: int | None, arm: str, baseline: str) -> str:
    """What twins are, and when they part."""
    words = (
        f"The same client is followed in two runs that differ only in “{arm}” against “{baseline}”: the same "
        "traits, the same therapist, the same random draws in every decision that both runs share."
    )
    if apart is None:
        return words + " For this client the two never visibly differ."
    if apart <= 1:
        return words + " They differ from the first week on."
    if apart == 2:
        return words + " In the first week nothing visible differs, so it is shown once."
    return words + f" Up to week {apart - 1} nothing visible differs, so those weeks are shown once."


def _end(
    last: Row, last_twin: Row | None, worlds: tuple[str, str], scale: str, who: tuple[Row | None, Row | None]
) -> str:
    """How it ended here and there."""
    words = f"In the end. Under “{worlds[0]}”: {state_in_words(last)}{ending_in_words(last, who[0], scale)}"
    if last_twin is not None:
        words += f" Under “{worlds[1]}”: {state_in_words(last_twin)}{ending_in_words(last_twin, who[1], scale)}"
        gap = abs(float(last["alliance"]) - float(last_twin["alliance"]))
        words += (
            f" One client is an illustration, not evidence: the gap of {gap:.2f} in felt alliance here says "
            "nothing about the average client; the tables of the report do."
        )
    return words
