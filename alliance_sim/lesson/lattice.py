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
from alliance_sim.stats.linear import Floats

CLIENT = ["replicate", "client"]
"""Columns that say who a client is."""

STEPS = ("noticed", "acknowledged", "explored", "negotiated", "defensive", "over_apologised", "pressed_on")
"""Steps of meeting a rupture, in the order of their bits."""

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
    weeks = experiment.points[0].scenario.clinic.weeks
    chosen = np.empty(0, np.int64)
    weekly, ended, marked = [], [], []
    for point in experiment.points:
        rows, clients = play_point(experiment, point, replicates)
        sessions = rows.to_pandas() if rows is not None else pd.DataFrame()
        table = clients.to_pandas()
        if not len(chosen):
            chosen = _chosen(experiment, data, table)
        ended.append(_ends(table, sessions, chosen, data, weeks))
        # the first clients of each group are kept week by week
        followed = chosen.reshape(len(data.groups), data.clients)[:, : data.follow].ravel()
        lines, marks = _weeks(table.iloc[followed], sessions, data, weeks)
        weekly.append(lines)
        marked.append(marks)
        progress()
    return Lattice(
        _levels(experiment),
        experiment.arms,
        weeks,
        table.iloc[chosen][CLIENT].to_numpy(np.int64),
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
    """Rows of the client table: the first clients of each group, in the order in which they were drawn.

    The first of the story's group is the client of the story, wherever in the table.
    """
    rows = []
    for name, group in data.groups.items():
        found = np.flatnonzero(belongs(group, clients))
        if len(found) < data.clients:
            place = Place(str(experiment.path), None, f"groups.{name}")
            what = f"{len(found)} such clients among {len(clients)}"
            raise ConfigError([Problem(place, what, f"{data.clients} or more: a larger clinic, or a wider group")])
        rows.append(found[: data.clients])
    if data.story is not None:
        k = list(data.groups).index(data.story.group)
        own = _client_of_story(experiment, data.groups[data.story.group], data.story, clients)
        rows[k] = np.array([own, *rows[k][rows[k] != own][: data.clients - 1]])
    return np.concatenate(rows)


def _client_of_story(experiment: Experiment, group: Group, story: StoryChoice, clients: pd.DataFrame) -> int:
    """The row of the client of the story, chosen among all clients of the group at the middle level of every factor.

    The client's first rupture must be of the wanted type, in the same week in all arms, repaired in that session in
    one and not in the other; nobody leaves early. Of these, the one with fewest other ruptures, and then with the
    largest gap at the end: the choice is made to be clear, and a lesson must say so.
    """
    middle = {name: levels[len(levels) // 2] for name, levels in _levels(experiment).items()}
    points = {p.arm: p for p in experiment.points if p.factors == middle}
    lives = {}
    for arm, point in points.items():
        rows, _ = play_point(experiment, point, range(1, experiment.replicates + 1))
        assert rows is not None
        lives[arm] = dict(iter(rows.to_pandas().groupby(CLIENT)))
    weeks = points[story.arm].scenario.clinic.weeks
    scores: dict[int, float] = {}
    for row in np.flatnonzero(belongs(group, clients)):
        key = tuple(int(number) for number in clients.iloc[row][CLIENT])
        own = [found[key] for found in lives.values() if key in found and len(found[key]) >= weeks]
        score = _score(dict(zip(lives, own, strict=True)), story) if len(own) == len(lives) else None
        if score is not None:
            scores[int(row)] = score
    if not scores:
        place = Place(str(experiment.path), None, "story")
        raise ConfigError([Problem(place, "no client whose story can be told", "another group, arm or rupture")])
    return max(scores, key=lambda row: scores[row])


def _score(lives: dict[str, pd.DataFrame], story: StoryChoice) -> float | None:
    """How clear the story of a client is who stays in all arms; None without a story."""
    broken = [life[life["rupture"] != "none"] for life in lives.values()]
    firsts = {None if each.empty else (int(each["session"].iloc[0]), str(each["rupture"].iloc[0])) for each in broken}
    first = firsts.pop()
    if firsts or first is None or first[1] != story.rupture or not EARLIEST <= first[0] <= LATEST:
        return None
    own, other = (lives[arm].iloc[[first[0] - 1, -1]] for arm in (story.arm, story.against))
    if not own["repaired"].iloc[0] or other["repaired"].iloc[0]:
        return None
    gap = float(own["alliance"].iloc[-1] - other["alliance"].iloc[-1])
    return gap - 0.2 * max(0, sum(map(len, broken)) - len(lives))


def _levels(experiment: Experiment) -> dict[str, list[Any]]:
    return {n: list(dict.fromkeys(p.factors[n] for p in experiment.points)) for n in experiment.factors}


def _ends(
    clients: pd.DataFrame, sessions: pd.DataFrame, chosen: NDArray[np.int64], data: Data, weeks: int
) -> dict[str, Floats]:
    """What is left of a treatment at its end, for each chosen client; drops are judged over the whole clinic."""
    whole: dict[str, Any] = {}
    if {"dropped", "recovered"} & set(data.ends):
        ratings = by_week(clients, sessions[sessions["attended"]], "wai_client", weeks)
        drops = reliable_drops(ratings, DEPENDABILITY)
        whole = {"dropped": drops.dropped, "recovered": drops.repaired}
    if "hidden" in data.ends:
        broken = sessions[sessions["rupture"] != "none"].drop_duplicates(CLIENT)
        kept = clients[CLIENT].merge(broken, on=CLIENT, how="left")
        whole["hidden"] = kept["expressed"] - kept["alliance"]
    last = clients[CLIENT].merge(sessions.drop_duplicates(CLIENT, keep="last"), on=CLIENT, how="left")
    whole |= {f"{part}_end": last[part] for part in ("goal", "task", "bond")}
    whole |= {
        "nod": last["expressed"] - last["alliance"],
        "symptoms_fall": clients["symptoms_intake"] - clients["symptoms_end"],
        "dropout": clients["left"] == "dropout",
    }
    return {name: np.asarray(whole[name] if name in whole else clients[name], float)[chosen] for name in data.ends}


def by_week(clients: pd.DataFrame, sessions: pd.DataFrame, column: str, weeks: int) -> Floats:
    """A column of the session table as (clients, weeks), in the order of the client table; nan where there is none."""
    index = pd.MultiIndex.from_frame(clients[CLIENT])
    wide = sessions.pivot_table(index=CLIENT, columns="session", values=column, aggfunc="first")
    return wide.reindex(index=index, columns=range(1, weeks + 1)).to_numpy(float)


def marks_of(sessions: pd.DataFrame) -> dict[str, NDArray[np.int64]]:
    """Two bytes a session: what happened, and the steps of meeting it.

    The first: 1 attended, 2-4 rupture, 8-16 source, 32 repaired, 64-128 left. The second: 1 noticed, 2 acknowledged,
    4 explored, 8 negotiated, 16 defensive, 32 over-apologised, 64 pressed on.
    """
    flag = {name: sessions[name].to_numpy(bool).astype(np.int64) for name in ("attended", "repaired", *STEPS)}
    happened = flag["attended"] + 32 * flag["repaired"]
    for unit, name, kinds in ((2, "rupture", Rupture), (8, "source", Source), (64, "left", Left)):
        codes = {kind.name.lower(): unit * int(kind) for kind in kinds}
        happened = happened + sessions[name].astype(str).map(codes).to_numpy(np.int64)
    steps = sum((flag[name] << place for place, name in enumerate(STEPS)), np.zeros(len(sessions), np.int64))
    return {"happened": happened, "steps": steps}


def _weeks(
    followed: pd.DataFrame, sessions: pd.DataFrame, data: Data, weeks: int
) -> tuple[dict[str, Floats], NDArray[np.uint8]]:
    """Weekly quantities and marks of the followed clients."""
    if followed.empty:
        return {name: np.zeros((0, weeks)) for name in data.lines}, np.zeros((0, weeks, 2), np.uint8)
    own = sessions.merge(followed[CLIENT], on=CLIENT)
    seen = own.assign(
        **marks_of(own),
        symptoms=own["symptoms"].where(own["attended"]),
        wai_client=own["wai_client"].where(own["attended"]),
    )
    lines: dict[str, Floats] = {name: by_week(followed, seen, name, weeks) for name in data.lines}
    marks = np.stack([np.nan_to_num(by_week(followed, seen, n, weeks)) for n in ("happened", "steps")], axis=-1)
    return lines, marks.astype(np.uint8)
