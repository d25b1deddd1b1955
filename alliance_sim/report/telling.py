"""From a result folder, or from an experiment that has not been run, to one client's story and its picture."""

from pathlib import Path
from typing import NamedTuple, TypeAlias

import pandas as pd

from alliance_sim.estimates.tables import Point, Results, open_results, rows_of_replicate
from alliance_sim.experiment.run import play_point
from alliance_sim.figures import story as drawing
from alliance_sim.figures.picture import Picture
from alliance_sim.report.naming import short_title
from alliance_sim.report.story import Story, choose, differs, tell
from alliance_sim.scenario import DesignPoint, Experiment

Rows: TypeAlias = tuple[pd.DataFrame, pd.DataFrame]
"""Sessions and clients of one replicate of an arm."""


class Told(NamedTuple):
    """A story with its picture."""

    story: Story
    picture: Picture


def from_folder(
    folder: Path, experiment: Experiment, *, arm: str | None = None, client: int | None = None, replicate: int = 1
) -> Told | None:
    """The story of one client of a finished run; None when no client of it had a session.

    Without `arm`, the first arm in which a rupture was repaired that the baseline left alone; without `client`, an
    instructive one. Raises KeyError for an arm or a client that is not there.
    """
    results = open_results(folder)
    found = {name: _read(results, name, replicate) for name in results.arms}
    return _told({name: rows for name, rows in found.items() if rows is not None}, experiment, arm, client)


def by_playing(
    experiment: Experiment, *, arm: str | None = None, client: int | None = None, replicate: int = 1
) -> Told | None:
    """The same, playing one replicate of every arm (at the first setting of the factors) in memory."""
    first: dict[str, DesignPoint] = {}
    for point in experiment.points:
        first.setdefault(point.arm, point)
    found = {}
    for name, point in first.items():
        sessions, clients = play_point(experiment, point, range(replicate, replicate + 1))
        if sessions is not None:
            found[name] = (sessions.to_pandas(), clients.to_pandas())
    return _told(found, experiment, arm, client)


def _read(results: Results, arm: str, replicate: int) -> Rows | None:
    """One replicate of an arm, at the first setting of the factors; None when sessions or clients were not kept."""
    point: Point = results.of(arm)[0]
    if not point.sessions or not point.clients:
        return None
    return rows_of_replicate(point.sessions, replicate), rows_of_replicate(point.clients, replicate)


def _told(found: dict[str, Rows], experiment: Experiment, arm: str | None, client: int | None) -> Told | None:
    """Choose arm and client, tell and draw."""
    base = experiment.baseline
    arm = arm or _instructive(found, base)
    if arm is None:
        return None
    if arm not in found:
        raise KeyError(f"arm “{arm}”: there is no such arm; the arms are {', '.join(found)}")
    (sessions, clients), twin = found[arm], found.get(base) if arm != base else None
    who = choose(sessions, twin[0] if twin else None) if client is None else client
    mine = _of(sessions, who)
    if mine.empty:
        raise KeyError(
            f"client {who}: no session under “{arm}”; clients have numbers 1 to {int(clients['client'].max())}"
        )
    theirs, their_person = (_of(twin[0], who), _of(twin[1], who).iloc[0]) if twin else (None, None)
    scale = short_title("symptoms", experiment.points[0].scenario.symptoms)
    people = {"person": _of(clients, who).iloc[0], "twin_person": their_person}
    story = tell(mine, theirs, arm=arm, baseline=base, scale=scale, **people)
    return Told(story, drawing.draw(mine, theirs, arm, base, scale))


def _of(table: pd.DataFrame, client: int) -> pd.DataFrame:
    return table[table["client"] == client].reset_index(drop=True)


def _instructive(found: dict[str, Rows], base: str) -> str | None:
    """The first arm that repaired what the baseline left alone; else the first with sessions; None without any."""
    treated = [arm for arm, (sessions, _) in found.items() if len(sessions)]
    others = [arm for arm in treated if arm != base]
    repaired = [arm for arm in others if base in treated and differs(found[arm][0], found[base][0])]
    return next(iter(repaired or others or treated), None)
