"""Simulating a lesson's data: a lattice of settings × arms × clients, with the numbers that the page shows."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from alliance_sim.estimands.detection import reliable_drops
from alliance_sim.estimands.falls import DEPENDABILITY
from alliance_sim.experiment.run import play_point
from alliance_sim.law.state import Left, Rupture, Source
from alliance_sim.lesson.models import Data, Group, StoryChoice
from alliance_sim.scenario import ConfigError, Experiment, Problem
from alliance_sim.scenario.problem import Place

Floats = NDArray[np.float64]

EARLIEST, LATEST = 4, 9
"""Weeks in which the rupture of a story may come: late enough for a before, early enough for an after."""


class Lattice(NamedTuple):
    """A block of data, simulated.

    Settings are in the order of `factors` (the last varies fastest), arms innermost. lines: quantity -> (settings,
    followed, weeks); marks: (settings, followed, weeks, 2) bytes of `marks_of`; ends: quantity -> (settings, clients).
    Clients are in the order of groups. nan where there is nothing.
    """

    factors: dict[str, list[Any]]
    arms: tuple[str, ...]
    weeks: int
    people: NDArray[np.int64]  # (clients, 2): replicate and number of each client
    lines: dict[str, Floats]
    marks: NDArray[np.uint8]
    ends: dict[str, Floats]


def simulate(experiment: Experiment, data: Data, progress: Callable[[], None] = lambda: None) -> Lattice:
    """Simulate all settings of a block. Raises ConfigError when a group has too few clients, or no client a story."""
    replicates = range(1, experiment.replicates + 1)
    chosen: NDArray[np.int64] | None = None
    weekly, ended, marked = [], [], []
    for point in experiment.points:
        rows, clients = play_point(experiment, point, replicates)
        sessions = rows.to_pandas() if rows is not None else pd.DataFrame()
        table = clients.to_pandas()
        if chosen is None:
            chosen = _chosen(experiment, data, table)
            if data.story is not None:
                chosen = _story_first(experiment, data, data.story, table, chosen)
        ended.append(_ends(table, sessions, chosen, data, point.scenario.clinic.weeks))
        followed = _followed(chosen, data)
        lines, marks = _weeks(table.iloc[followed], sessions, data, point.scenario.clinic.weeks)
        weekly.append(lines)
        marked.append(marks)
        progress()
    assert chosen is not None
    first = experiment.points[0]
    return Lattice(
        {name: list(dict.fromkeys(point.factors[name] for point in experiment.points)) for name in experiment.factors},
        experiment.arms,
        first.scenario.clinic.weeks,
        table.iloc[chosen][["replicate", "client"]].to_numpy(np.int64),
        {name: np.stack([lines[name] for lines in weekly]) for name in data.lines},
        np.stack(marked),
        {name: np.stack([ends[name] for ends in ended]) for name in data.ends},
    )


def belongs(group: Group, clients: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows of a client table are clients of a group."""
    inside = np.ones(len(clients), bool)
    for trait, (low, high) in group.where.items():
        values = clients[trait].to_numpy(float)
        inside &= (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
    return inside


def _chosen(experiment: Experiment, data: Data, clients: pd.DataFrame) -> NDArray[np.int64]:
    """Rows of the client table: the first clients of each group, in the order in which they were drawn."""
    rows = []
    for name, group in data.groups.items():
        found = np.flatnonzero(belongs(group, clients))
        if len(found) < data.clients:
            place = Place(str(experiment.path), None, f"groups.{name}")
            what = f"{len(found)} such clients among {len(clients)}"
            raise ConfigError([Problem(place, what, f"{data.clients} or more: a larger clinic, or a wider group")])
        rows.append(found[: data.clients])
    return np.concatenate(rows)


def _story_first(
    experiment: Experiment, data: Data, story: StoryChoice, clients: pd.DataFrame, chosen: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The same clients, but the first of the group is the one of the story, chosen among all clients of the clinic.

    At the middle level of every factor. The client's first rupture must be of the wanted type, in the same week in all
    arms, repaired in that session in one and not in the other; nobody leaves early. Of these, the one with fewest other
    ruptures, and then with the largest gap at the end: the choice is made to be clear, and a lesson must say so.
    """
    middle = {name: levels[len(levels) // 2] for name, levels in _levels(experiment).items()}
    points = {p.arm: p for p in experiment.points if p.factors == middle}
    tables = {}
    for arm, point in points.items():
        rows, _ = play_point(experiment, point, range(1, experiment.replicates + 1))
        assert rows is not None
        tables[arm] = dict(iter(rows.to_pandas().groupby(["replicate", "client"])))
    start = list(data.groups).index(story.group) * data.clients
    best: tuple[float, int] | None = None
    weeks = points[story.arm].scenario.clinic.weeks
    for row in np.flatnonzero(belongs(data.groups[story.group], clients)):
        key = tuple(int(number) for number in clients.iloc[row][["replicate", "client"]])
        score = _score({arm: found.get(key) for arm, found in tables.items()}, story, weeks)
        if score is not None and (best is None or score > best[0]):
            best = score, int(row)
    if best is None:
        place = Place(str(experiment.path), None, "story")
        raise ConfigError([Problem(place, "no client whose story can be told", "another group, arm or rupture")])
    group = chosen[start : start + data.clients]
    others = group[group != best[1]][: data.clients - 1]
    order = chosen.copy()
    order[start : start + data.clients] = [best[1], *others]
    return order


def _score(lives: "dict[str, pd.DataFrame | None]", story: StoryChoice, weeks: int) -> float | None:
    """How clear the story of a client is who lives in all arms; None without a story."""
    firsts = set()
    for life in lives.values():
        if life is None or len(life) < weeks:
            return None
        broken = life[life["rupture"] != "none"]
        if broken.empty:
            return None
        firsts.add((int(broken["session"].iloc[0]), str(broken["rupture"].iloc[0])))
    if len(firsts) > 1:
        return None
    week, kind = firsts.pop()
    own, other = lives[story.arm], lives[story.against]
    assert own is not None
    assert other is not None
    met = bool(own["repaired"].iloc[week - 1]) and not bool(other["repaired"].iloc[week - 1])
    if kind != story.rupture or not EARLIEST <= week <= LATEST or not met:
        return None
    ruptures = sum(int((life["rupture"] != "none").sum()) for life in lives.values() if life is not None)
    return float(own["alliance"].iloc[-1] - other["alliance"].iloc[-1]) - 0.2 * max(0, ruptures - len(lives))


def _levels(experiment: Experiment) -> dict[str, list[Any]]:
    return {n: list(dict.fromkeys(p.factors[n] for p in experiment.points)) for n in experiment.factors}


def _followed(chosen: NDArray[np.int64], data: Data) -> NDArray[np.int64]:
    """Rows of the clients that are kept week by week: the first of each group."""
    return chosen.reshape(len(data.groups), data.clients)[:, : data.follow].ravel()


def _ends(
    clients: pd.DataFrame, sessions: pd.DataFrame, chosen: NDArray[np.int64], data: Data, weeks: int
) -> dict[str, Floats]:
    """What is left of a treatment at its end, for each chosen client; drops are judged over the whole clinic."""
    whole: dict[str, Any] = {}
    if {"dropped", "recovered"} & set(data.ends):
        ratings = by_week(clients, sessions[sessions["attended"]], "wai_client", weeks)
        drops = reliable_drops(ratings, DEPENDABILITY)
        whole = {"dropped": drops.dropped.astype(float), "recovered": drops.repaired.astype(float)}
    if "hidden" in data.ends:
        broken = sessions[sessions["rupture"] != "none"].drop_duplicates(["replicate", "client"])
        kept = clients[["replicate", "client"]].merge(broken, on=["replicate", "client"], how="left")
        whole["hidden"] = (kept["expressed"] - kept["alliance"]).to_numpy(float)
    last = clients[["replicate", "client"]].merge(
        sessions.drop_duplicates(["replicate", "client"], keep="last"), on=["replicate", "client"], how="left"
    )
    whole |= {f"{part}_end": last[part].to_numpy(float) for part in ("goal", "task", "bond")}
    whole |= {
        "nod": (last["expressed"] - last["alliance"]).to_numpy(float),
        "symptoms_fall": (clients["symptoms_intake"] - clients["symptoms_end"]).to_numpy(float),
        "dropout": (clients["left"] == "dropout").to_numpy(float),
    }
    return {name: (whole[name] if name in whole else clients[name].to_numpy(float))[chosen] for name in data.ends}


def by_week(clients: pd.DataFrame, sessions: pd.DataFrame, column: str, weeks: int) -> Floats:
    """A column of the session table as (clients, weeks), in the order of the client table; nan where there is none."""
    index = pd.MultiIndex.from_frame(clients[["replicate", "client"]])
    wide = sessions.pivot_table(index=["replicate", "client"], columns="session", values=column, aggfunc="first")
    return wide.reindex(index=index, columns=range(1, weeks + 1)).to_numpy(float)


def marks_of(sessions: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
    """Two bytes a session: what happened, and the steps of meeting it.

    The first: 1 attended, 2-4 rupture, 8-16 source, 32 repaired, 64-128 left. The second: 1 noticed, 2 acknowledged,
    4 explored, 8 negotiated, 16 defensive, 32 over-apologised, 64 pressed on.
    """
    code = {
        "rupture": {kind.name.lower(): int(kind) for kind in Rupture},
        "source": {kind.name.lower(): int(kind) for kind in Source},
        "left": {kind.name.lower(): int(kind) for kind in Left},
    }
    number = {name: sessions[name].astype(str).map(codes).to_numpy(np.int64) for name, codes in code.items()}
    flag = {name: sessions[name].to_numpy(bool).astype(np.int64) for name in (*FIRST, *STEPS)}
    happened = flag["attended"] + 2 * number["rupture"] + 8 * number["source"] + 32 * flag["repaired"]
    steps = sum((flag[name] << place for place, name in enumerate(STEPS)), np.zeros(len(sessions), np.int64))
    return {"happened": happened + 64 * number["left"], "steps": steps}


FIRST = ("attended", "repaired")
STEPS = ("noticed", "acknowledged", "explored", "negotiated", "defensive", "over_apologised", "pressed_on")


def _weeks(
    followed: pd.DataFrame, sessions: pd.DataFrame, data: Data, weeks: int
) -> tuple[dict[str, Floats], NDArray[np.uint8]]:
    """Weekly quantities and marks of the followed clients."""
    if followed.empty:
        return {name: np.zeros((0, weeks)) for name in data.lines}, np.zeros((0, weeks, 2), np.uint8)
    own = sessions.merge(followed[["replicate", "client"]], on=["replicate", "client"])
    seen = own.assign(
        **marks_of(own),
        symptoms=own["symptoms"].where(own["attended"]),
        wai_client=own["wai_client"].where(own["attended"]),
    )
    lines: dict[str, Floats] = {name: by_week(followed, seen, name, weeks) for name in data.lines}
    marks = np.stack([np.nan_to_num(by_week(followed, seen, n, weeks)) for n in ("happened", "steps")], axis=-1)
    return lines, marks.astype(np.uint8)
