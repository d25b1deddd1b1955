"""Simulating a lesson's data: a lattice of settings × arms × clients, with the numbers that the page shows."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from alliance_sim.engine.block import Buffers
from alliance_sim.estimands.detection import reliable_drops
from alliance_sim.estimands.falls import DEPENDABILITY
from alliance_sim.estimands.histories import at_week, first_week
from alliance_sim.experiment.players import player_for
from alliance_sim.experiment.weeks import by_week
from alliance_sim.law.state import Events, Left, Levels, Rupture
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.lesson.models import Data, Group, StoryChoice
from alliance_sim.scenario import ConfigError, Experiment, Problem
from alliance_sim.scenario.combinations import check_memory, needed
from alliance_sim.scenario.problem import Place
from alliance_sim.scenario.scenario import DesignPoint
from alliance_sim.stats.linear import Floats

Rows = NDArray[np.int64]

STEPS = ("noticed", "acknowledged", "explored", "negotiated", "defensive", "over_apologised", "pressed_on")
"""Steps of meeting a rupture, in the order of their bits."""

EARLIEST, LATEST = 4, 9
"""Weeks in which the rupture of a story may come: late enough for a before, early enough for an after."""


class Lattice(NamedTuple):
    """A block of data, simulated.

    Settings are in the order of `factors` (the last varies fastest), arms innermost. lines: quantity -> (settings,
    followed, weeks); marks: (settings, followed, weeks, 2) bytes of `_marks`; ends: quantity -> (settings, clients).
    Clients are in the order of groups. nan where there is nothing.
    """

    factors: dict[str, list[Any]]
    arms: tuple[str, ...]
    weeks: int
    people: NDArray[np.int64]  # (clients, 2): replicate and number of each client
    lines: dict[str, Floats]
    marks: NDArray[np.uint8]
    ends: dict[str, Floats]


class RunSetting(NamedTuple):
    """The clients of one setting and arm: columns of the client table, and of the session table by week.

    Clients are in order of replicate and number; matrices are (clients, weeks), nan without a scheduled session.
    """

    clients: Mapping[str, Floats]
    sessions: Mapping[str, Floats]

    @property
    def ruptured(self) -> Floats:
        """1 in sessions with a rupture, 0 elsewhere (clients, weeks)."""
        return (self.sessions["rupture"] > 0).astype(np.float64)

    @property
    def scheduled(self) -> Rows:
        """How many sessions each client had, or missed, before leaving."""
        return np.asarray(np.isfinite(self.sessions["attended"]).sum(axis=1))

    def came(self, name: str) -> Floats:
        """A session column where the client was there, nan elsewhere."""
        return np.where(self.sessions["attended"] == 1, self.sessions[name], np.nan)

    def last(self, name: str) -> Floats:
        """A session column in each client's last scheduled session; nan without any."""
        return at_week(self.sessions[name], self.scheduled, 0)


def simulate(experiment: Experiment, data: Data, progress: Callable[[], None] = lambda: None) -> Lattice:
    """Simulate all settings of a block. Raises ConfigError when a group has too few clients, or no client a story."""
    clinic = experiment.points[0].scenario.clinic
    chosen = np.empty(0, np.int64)
    weekly, ended, marked = [], [], []
    for point in experiment.points:
        run = _play(experiment, point)
        if not len(chosen):
            chosen = _chosen(experiment, data, run.clients)
        # the first clients of each group are kept week by week
        followed = chosen.reshape(len(data.groups), data.clients)[:, : data.follow].ravel()
        ended.append({name: _end(run, name)[chosen] for name in data.ends})
        weekly.append({name: _line(run, name)[followed] for name in data.lines})
        marked.append(_marks(run.sessions)[followed])
        progress()
    replicate, client = np.divmod(chosen, clinic.therapists * clinic.caseload)
    return Lattice(
        _levels(experiment),
        experiment.arms,
        clinic.weeks,
        np.column_stack([replicate + 1, client + 1]),
        {name: np.stack([lines[name] for lines in weekly]) for name in data.lines},
        np.stack(marked),
        {name: np.stack([ends[name] for ends in ended]) for name in data.ends},
    )


def _play(experiment: Experiment, point: DesignPoint) -> RunSetting:
    """Simulate one setting and arm. Raises ConfigError where it does not fit into memory."""
    clinic, replicates = point.scenario.clinic, range(1, experiment.replicates + 1)
    check_memory(str(experiment.path), clinic, len(replicates) * needed(clinic, sessions=True))
    player, _ = player_for(point.scenario.policy_function, experiment.path.resolve().parent)
    block = player(point.scenario, experiment.seed, replicates, True, Buffers())
    clients = dict(zip(CLIENT_COLUMNS, block.clients.T, strict=True))
    names = (*Levels._fields, *Events._fields)
    return RunSetting(clients, by_week(block, clinic.therapists * clinic.caseload, clinic.weeks, names))


def belongs(group: Group, clients: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Which clients of a table, or of its columns, are clients of a group."""
    inside = np.ones(len(clients["anxiety"]), bool)
    for trait, (low, high) in group.where.items():
        values = np.asarray(clients[trait], float)
        inside &= (values >= (-np.inf if low is None else low)) & (values <= (np.inf if high is None else high))
    return inside


def _chosen(experiment: Experiment, data: Data, clients: Mapping[str, Floats]) -> Rows:
    """Rows of the client table: the first clients of each group, in the order in which they were drawn.

    The first of the story's group is the client of the story, wherever in the table.
    """
    rows = []
    for name, group in data.groups.items():
        inside = belongs(group, clients)
        found = np.flatnonzero(inside)
        if len(found) < data.clients:
            place = Place(str(experiment.path), None, f"groups.{name}")
            what = f"{len(found)} such clients among {len(inside)}"
            raise ConfigError([Problem(place, what, f"{data.clients} or more: a larger clinic, or a wider group")])
        rows.append(found[: data.clients])
    if data.story is not None:
        k = list(data.groups).index(data.story.group)
        own = _client_of_story(experiment, data.story, belongs(data.groups[data.story.group], clients))
        rows[k] = np.array([own, *rows[k][rows[k] != own][: data.clients - 1]])
    return np.concatenate(rows)


def _client_of_story(experiment: Experiment, story: StoryChoice, group: NDArray[np.bool_]) -> int:
    """The row of the client of the story, chosen among all clients of a group at the middle level of every factor.

    The client's first rupture must be of the wanted type, in the same week in all arms, repaired in that session in
    one and not in the other; nobody leaves early. Of these, the one with fewest other ruptures, and then with the
    largest gap at the end: the choice is made to be clear, and a lesson must say so.
    """
    middle = {name: levels[len(levels) // 2] for name, levels in _levels(experiment).items()}
    lives = {p.arm: _play(experiment, p) for p in experiment.points if p.factors == middle}
    own, other = lives[story.arm], lives[story.against]
    week = first_week(own.ruptured)
    fits = group & (week >= EARLIEST) & (week <= LATEST)
    ruptures = np.zeros(len(group))
    for life in lives.values():
        kind = at_week(life.sessions["rupture"], week, 0)
        fits &= (first_week(life.ruptured) == week) & (kind == Rupture[story.rupture.upper()])
        fits &= life.scheduled == life.ruptured.shape[1]
        ruptures += life.ruptured.sum(axis=1)
    repaired, left_alone = (at_week(life.sessions["repaired"], week, 0) for life in (own, other))
    fits &= (repaired == 1) & (left_alone == 0)
    if not fits.any():
        place = Place(str(experiment.path), None, "story")
        raise ConfigError([Problem(place, "no client whose story can be told", "another group, arm or rupture")])
    clear = own.last("alliance") - other.last("alliance") - 0.2 * np.maximum(0, ruptures - len(lives))
    return int(np.argmax(np.where(fits, clear, -np.inf)))


def _levels(experiment: Experiment) -> dict[str, list[Any]]:
    return {n: list(dict.fromkeys(p.factors[n] for p in experiment.points)) for n in experiment.factors}


def _end(run: RunSetting, name: str) -> Floats:
    """What is left of a treatment at its end, for each client; drops are judged over the whole clinic."""
    clients, sessions = run.clients, run.sessions
    if name in ("dropped", "recovered"):
        drops = reliable_drops(run.came("wai_client"), DEPENDABILITY)
        return np.asarray(drops.dropped if name == "dropped" else drops.repaired, float)
    if name == "hidden":  # at the first rupture
        first = first_week(run.ruptured)
        return at_week(sessions["expressed"] - sessions["alliance"], first, 0)
    if name == "nod":
        return run.last("expressed") - run.last("alliance")
    if name == "symptoms_fall":
        return clients["symptoms_intake"] - clients["symptoms_end"]
    if name == "dropout":
        return np.asarray(clients["left"] == Left.DROPOUT, float)
    return clients[name] if name in clients else run.last(name.removesuffix("_end"))


def _line(run: RunSetting, name: str) -> Floats:
    """A weekly quantity of each client; what the client answers is known where the client was there."""
    return run.came(name) if name in ("symptoms", "wai_client") else run.sessions[name]


def _marks(sessions: Mapping[str, Floats]) -> NDArray[np.uint8]:
    """Two bytes a session (clients, weeks, 2): what happened, and the steps of meeting it.

    The first: 1 attended, 2-4 rupture, 8-16 source, 32 repaired, 64-128 left. The second: 1 noticed, 2 acknowledged,
    4 explored, 8 negotiated, 16 defensive, 32 over-apologised, 64 pressed on.
    """
    units = {"attended": 1, "rupture": 2, "source": 8, "repaired": 32, "left": 64}
    happened = sum(unit * sessions[name] for name, unit in units.items())
    steps = sum(2**place * sessions[name] for place, name in enumerate(STEPS))
    return np.asarray(np.nan_to_num(np.stack([happened, steps], axis=-1)), np.uint8)
