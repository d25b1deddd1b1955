"""One treatment of an experiment, told: which client, in which arm, beside which twin."""

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.experiment.run import play_point
from alliance_sim.figures import story as drawing
from alliance_sim.report import Story, choose, tell
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.errors import unknown_name
from alliance_sim.scenario.problem import ConfigError, Place, Problem
from alliance_sim.scenario.scenario import DesignPoint


class Told(NamedTuple):
    """A story, and what it was made of: the session rows of the client and of the twin (None without one)."""

    story: Story
    own: pd.DataFrame
    twin: pd.DataFrame | None
    arm: str
    baseline: str
    scale: str


def arm_to_tell(experiment: Experiment, name: str | None) -> str:
    """The arm to tell: the one that is named, else the first that is not the baseline. Raises ConfigError."""
    if name is None:
        others = [arm for arm in experiment.arms if arm != experiment.baseline]
        return others[0] if others else experiment.baseline
    if name not in experiment.arms:
        raise ConfigError([unknown_name(Place(str(experiment.path), None, "--arm"), name, experiment.arms)])
    return name


def _bounded(experiment: Experiment, option: str, value: int, most: int) -> int:
    """A number from the command line held against its range. Raises ConfigError."""
    if not 1 <= value <= most:
        place = Place(str(experiment.path), None, option)
        raise ConfigError([Problem(place, f"the number {value}", f"a whole number from 1 to {most}")])
    return value


def _rows(experiment: Experiment, point: DesignPoint, replicate: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Session rows and client rows of one replicate of a design point."""
    sessions, clients = play_point(experiment, point, range(replicate, replicate + 1))
    if sessions is None or sessions.num_rows == 0:
        place = Place(str(experiment.path), None, f"arms.{point.arm}")
        found = f"an arm without sessions ({point.scenario.treatment})"
        raise ConfigError([Problem(place, found, "an arm in which clients meet a therapist")])
    return sessions.to_pandas(), clients.to_pandas()


def _of(table: pd.DataFrame, client: int) -> pd.DataFrame:
    """A client's rows."""
    return table[table["client"] == client].reset_index(drop=True)


def story_of(experiment: Experiment, *, arm: str | None = None, client: int | None = None, replicate: int = 1) -> Told:
    """Tell one client's treatment in an arm, beside the same client in the baseline arm, at the first factor levels.

    Without a client, an instructive one is chosen. Raises ConfigError for an arm, client or replicate that the
    experiment does not have, and for an arm without sessions.
    """
    name = arm_to_tell(experiment, arm)
    _bounded(experiment, "--replicate", replicate, experiment.replicates)
    points = {point.arm: point for point in reversed(experiment.points)}  # the first of each arm
    sessions, clients = _rows(experiment, points[name], replicate)
    twin_sessions: pd.DataFrame | None = None
    twin_clients: pd.DataFrame | None = None
    if name != experiment.baseline and points[experiment.baseline].scenario.world.treatment.every > 0:
        twin_sessions, twin_clients = _rows(experiment, points[experiment.baseline], replicate)
    number = (
        choose(sessions, twin_sessions) if client is None else _bounded(experiment, "--client", client, len(clients))
    )
    own = _of(sessions, number)
    twin = _of(twin_sessions, number) if twin_sessions is not None else None
    scale = points[name].scenario.symptoms
    story = tell(
        own,
        twin,
        arm=name,
        baseline=experiment.baseline,
        scale=scale,
        person=_person(clients, number),
        twin_person=_person(twin_clients, number) if twin_clients is not None else None,
    )
    return Told(story, own, twin, name, experiment.baseline, scale)


def _person(clients: pd.DataFrame, number: int) -> Any:
    """A client's row of the client table."""
    return clients[clients["client"] == number].iloc[0]


def draw_story(told: Told, file: Path) -> None:
    """Draw a told story as a picture, PNG or SVG by the file's ending."""
    picture = drawing.draw(told.own, told.twin, told.arm, told.baseline, told.scale)
    file.parent.mkdir(parents=True, exist_ok=True)
    picture.figure.savefig(file)
