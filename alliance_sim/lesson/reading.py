"""Reading a lesson: every mistake with its file, its line, what was found and what is allowed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from alliance_sim.lesson.models import Data, Figure, Lesson, Prediction, Readout, Screen
from alliance_sim.scenario import ConfigError, Experiment, Problem
from alliance_sim.scenario.experiment import experiment_of
from alliance_sim.scenario.models import spot
from alliance_sim.scenario.problem import Place, collected, nearest, refuse, show
from alliance_sim.scenario.reading import read
from alliance_sim.scenario.tree import Loc, Node, at, plain, written

READOUT = re.compile(r"\{([a-z][a-z0-9_]*)\}")
"""The place of a readout in a text: `{name}`."""

CLIENT = "client"
"""The control that chooses among the groups of clients."""

ALL, SHOWN = "all", "shown"
"""The group that holds everybody, and the one that holds only the client who is shown."""


@dataclass(frozen=True)
class LoadedLesson:
    """A lesson with the experiments of its blocks of data; `path` is its file."""

    path: Path
    lesson: Lesson
    experiments: dict[str, Experiment]


def load(path: Path) -> LoadedLesson:
    """Read a lesson. Raises ConfigError with every mistake that can be found at once."""
    tree = read(path, str(path), "file")
    try:
        lesson = Lesson.model_validate(_texts(plain(tree)))
    except ValidationError as error:
        raise ConfigError(_problem(tree, mistake) for mistake in error.errors(include_url=False)) from None
    experiments: dict[str, Experiment] = {}
    problems: list[Problem] = []
    for name in lesson.data:
        with collected(problems):
            experiments[name] = experiment_of(path, at(tree, ("data", name, "config")), f"{path.stem}-{name}")
    refuse(problems)
    refuse(list(_Names(lesson, experiments, tree).problems()))
    return LoadedLesson(path, lesson, experiments)


def _texts(whole: dict[str, Any]) -> dict[str, Any]:
    """Keys that YAML reads as numbers are texts here."""
    plans = whole.get("plans")
    return whole | {"plans": {str(key): value for key, value in plans.items()}} if isinstance(plans, dict) else whole


def _problem(tree: Node, mistake: Any) -> Problem:
    """The message for a mistake that pydantic found."""
    loc: Loc = tuple(part for part in mistake["loc"] if part != "[key]")
    node = at(tree, loc)
    place = Place(node.file, node.line, written(loc))
    if mistake["type"] == "extra_forbidden":
        around = spot(Lesson, loc[:-1])
        names = around.names if around is not None else ()
        return Problem(place, f'"{loc[-1]}"', ", ".join(names), nearest(str(loc[-1]), names))
    if mistake["type"] == "missing":
        return Problem(place, "nothing", "a value: it is needed")
    words = mistake["msg"][:1].lower() + mistake["msg"][1:]
    expected = mistake.get("ctx", {}).get("expected")
    near = None
    if expected is not None and isinstance(node.value, str):
        near = nearest(node.value, [word.strip("' ") for word in expected.replace(" or ", ",").split(",")])
    return Problem(place, show(plain(node)), words, near)


class _Names:
    """Whether everything that a lesson names is there."""

    def __init__(self, lesson: Lesson, experiments: dict[str, Experiment], tree: Node) -> None:
        self._lesson, self._experiments, self._tree = lesson, experiments, tree
        self._levels: dict[str, list[Any]] = {}  # of every factor, of all blocks
        for experiment in experiments.values():
            for name in experiment.factors:
                levels = self._levels.setdefault(name, [])
                levels += [p.factors[name] for p in experiment.points if p.factors[name] not in levels]
        self._levels[CLIENT] = [name for data in lesson.data.values() for name in data.groups] + [ALL]

    def problems(self) -> Iterator[Problem]:
        """Every name that is not there."""
        lesson = self._lesson
        for name, data in lesson.data.items():
            yield from self._story(name, data)
        for control, shown in lesson.controls.items():
            yield from self._among(("controls", control), control, self._levels)
            if control in self._levels:
                yield from self._among(("controls", control, "start"), shown.start, self._levels[control])
        ids = [screen.id for screen in lesson.screens]
        for number, screen in enumerate(lesson.screens):
            if ids.index(screen.id) != number:
                yield self._wrong(("screens", number, "id"), screen.id, "an id that no other screen has")
            for name in set(READOUT.findall(screen.text + screen.after)) - set(screen.readouts):
                yield self._wrong(("screens", number), f"{{{name}}}", "names of readouts of this screen in {}")
            yield from self._screen(("screens", number), screen)

    def _story(self, name: str, data: Data) -> Iterator[Problem]:
        if data.story is None:
            return
        loc: Loc = ("data", name, "story")
        yield from self._among((*loc, "group"), data.story.group, data.groups)
        yield from self._arms(loc, name, arm=data.story.arm, against=data.story.against)
        if data.follow == 0 or "alliance" not in data.lines:
            allowed = "follow above 0 and lines with alliance"
            yield self._wrong(("data", name), "a story without weekly data", allowed)

    def _screen(self, loc: Loc, screen: Screen) -> Iterator[Problem]:
        for control in screen.controls:
            yield from self._among((*loc, "controls"), control, self._lesson.controls)
        for number, preset in enumerate(screen.presets):
            here = (*loc, "presets", number, "set")
            for control, level in preset.set.items():
                yield from self._among(here, control, self._lesson.controls)
                if control in self._lesson.controls and self._levels.get(control):
                    yield from self._among((*here, control), level, self._levels[control])
        for name, readout in screen.readouts.items():
            here = (*loc, "readouts", name)
            yield from self._readout(here, readout)
            if readout.minus is not None:
                others = [other for other, one in screen.readouts.items() if one.minus is None and other != name]
                yield from self._among((*here, "minus"), readout.minus, others)
                if readout.stat not in ("mean", "gap", "slope"):
                    yield self._wrong(here, "minus with a share", "minus with mean, gap or slope")
        for number, figure in enumerate(screen.figures):
            yield from self._figure((*loc, "figures", number), figure, screen)
        if screen.predict is not None:
            yield from self._predict((*loc, "predict"), screen, screen.predict)

    def _predict(self, loc: Loc, screen: Screen, predict: Prediction) -> Iterator[Problem]:
        if predict.kind != "draw":
            yield from self._among((*loc, "of"), predict.of, screen.readouts)
            if predict.kind == "choose" and len(predict.options) < 2:
                yield self._wrong((*loc, "options"), f"{len(predict.options)} options", "two or more options")
        elif predict.figure >= len(screen.figures) or screen.figures[predict.figure].kind != "lines":
            yield self._wrong((*loc, "figure"), predict.figure, "the number of a figure of the kind lines")
        elif predict.arm is None or predict.quantity is None:
            yield self._wrong(loc, "a line without arm or quantity", "arm and quantity of the line to be drawn")
        else:
            figure = screen.figures[predict.figure]
            yield from self._among((*loc, "arm"), predict.arm, figure.arms)
            yield from self._among((*loc, "quantity"), predict.quantity, figure.quantities)

    def _readout(self, loc: Loc, readout: Readout) -> Iterator[Problem]:
        yield from self._among((*loc, "data"), readout.data, self._lesson.data)
        if readout.data not in self._lesson.data:
            return
        data = self._lesson.data[readout.data]
        yield from self._among((*loc, "of"), readout.of, data.ends)
        yield from self._arms(loc, readout.data, arm=readout.arm)
        if readout.stat in ("gap", "higher", "same", "lower"):
            if readout.against is None:
                yield self._wrong(loc, f"{readout.stat} without against", "against: the arm that is compared with")
            else:
                yield from self._arms(loc, readout.data, against=readout.against)
        if readout.stat == "slope" and not readout.to:
            yield self._wrong(loc, "slope without to", "to: the levels at the other end")
        if readout.group is not None:
            yield from self._among((*loc, "group"), readout.group, [*data.groups, ALL, SHOWN])
        yield from self._at((*loc, "at"), readout.data, readout.at)
        yield from self._at((*loc, "to"), readout.data, readout.to)

    def _figure(self, loc: Loc, figure: Figure, screen: Screen) -> Iterator[Problem]:
        if figure.kind == "bars":
            for name in figure.bars:
                yield from self._among((*loc, "bars"), name, screen.readouts)
            if not figure.bars:
                yield self._wrong((*loc, "bars"), "no bars", "names of readouts of this screen")
            return
        yield from self._among((*loc, "data"), figure.data, self._lesson.data)
        if figure.data not in self._lesson.data:
            return
        data, factors = self._lesson.data[figure.data], self._experiments[figure.data].factors
        for arm in figure.arms:
            yield from self._arms(loc, figure.data, arms=arm)
        yield from self._at((*loc, "at"), figure.data, figure.at)
        if figure.group is not None:
            yield from self._among((*loc, "group"), figure.group, [*data.groups, ALL])
        if figure.kind == "lines":
            if not figure.quantities or not figure.arms or data.follow == 0:
                yield self._wrong(loc, "lines without quantities, arms or followed clients", "all three")
            for quantity in figure.quantities:
                yield from self._among((*loc, "quantities"), quantity, data.lines)
            return
        yield from self._among((*loc, "of"), figure.of, data.ends)
        if figure.kind == "draws":
            yield from self._arms(loc, figure.data, arm=figure.arm, against=figure.against)
            return
        yield from self._among((*loc, "by"), figure.by, factors)
        if figure.per is not None:
            yield from self._among((*loc, "per"), figure.per, factors)
        if not figure.arms:
            yield self._wrong((*loc, "arms"), "no arms", "at least one arm")

    def _at(self, loc: Loc, block: str, levels: dict[str, Any]) -> Iterator[Problem]:
        factors = self._experiments[block].factors
        for factor, level in levels.items():
            yield from self._among(loc, factor, factors)
            if factor in factors:
                yield from self._among((*loc, factor), level, self._levels[factor])

    def _arms(self, loc: Loc, block: str, **arms: str | None) -> Iterator[Problem]:
        """Arms of a block, by the key that names each."""
        for key, arm in arms.items():
            yield from self._among((*loc, key), arm, self._experiments[block].arms)

    def _among(self, loc: Loc, name: Any, names: Iterable[Any]) -> Iterator[Problem]:
        options = [str(option) for option in names]
        if str(name) not in options:
            allowed = ", ".join(dict.fromkeys(options)) or "none, for the data have none"
            yield self._wrong(loc, name, allowed, nearest(str(name), options))

    def _wrong(self, loc: Loc, found: Any, allowed: str, near: str | None = None) -> Problem:
        node = at(self._tree, loc)
        return Problem(Place(node.file, node.line, written(loc)), f'"{found}"', allowed, near)
