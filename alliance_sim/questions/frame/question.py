"""What a kind of question is, what a config asks of it, and what it answers."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import BaseModel

from alliance_sim.experiment.kept import Stage, StageSize
from alliance_sim.experiment.parts import settings
from alliance_sim.experiment.workers import Workers
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.problem import Place, Problem
from alliance_sim.scenario.tree import Node

if TYPE_CHECKING:  # these take long to import, and a question is read without them
    import pandas as pd

    from alliance_sim.estimates.long import Estimates
    from alliance_sim.figures.picture import Picture


class Ademp(NamedTuple):
    """The plan of a simulation study, stated before it is run (Morris, White & Crowther, 2019)."""

    aims: str = ""
    data: str = ""  # data-generating mechanisms
    estimands: str = ""
    methods: str = ""
    performance: str = ""  # performance measures


PLAN = {
    "aims": "Aims",
    "data": "Data-generating mechanisms",
    "estimands": "Estimands",
    "methods": "Methods",
    "performance": "Performance measures",
}
"""What the steps of the plan are called."""


@dataclass(frozen=True)
class Question:
    """A question as a config states it, checked.

    `world` is the experiment that the rest of the config describes: its arms, factors and replicates are what is
    played; None for kinds that describe no world of their own. `section` is the checked section of the kind, and `tree`
    the whole config as it was read.
    """

    kind: "Kind"
    name: str
    path: Path
    title: str
    question: str
    ademp: Ademp
    caveats: tuple[str, ...]
    section: Any
    world: Experiment | None
    tree: Node

    @property
    def experiment(self) -> Experiment:
        """The experiment that the config describes. Raises ValueError for kinds without one."""
        if self.world is None:
            raise ValueError(f"{self.kind.key} describes no experiment")
        return self.world

    def at(self, key: str) -> Place:
        """Where a key of the config is written; the file alone where it is not."""
        node = self.tree.fields.get(key, self.tree)
        return Place(node.file or str(self.path), node.line, key)

    def place(self, path: str) -> Node:
        """The node at a path inside the kind's section, or the last one on the way to it."""
        node = self.tree.fields[self.kind.key]
        for name in path.split("."):
            node = node.fields.get(name, node)
        return node


class Tables(NamedTuple):
    """What a question computes: the long table of its estimates, and what is no estimate, such as curves."""

    estimates: "Estimates"
    more: "Mapping[str, pd.DataFrame]" = MappingProxyType({})

    def named(self) -> "dict[str, pd.DataFrame]":
        """The tables by the name of their file."""
        return {"estimates": self.estimates.frame, **self.more}


class Answer(NamedTuple):
    """What came of a question: tables, each written as NAME.csv, pictures (figures/NAME.png and .svg), and the facts
    that the template of its page is given.
    """

    tables: "Mapping[str, pd.DataFrame]"
    pictures: "Sequence[Picture]"
    view: Mapping[str, Any]


FEWEST = 20
"""Replicates from which intervals by Student's t are hardly wider than with any number (t = 2.09 against 1.96)."""


def as_stated(_section: Any, _tree: Node, rest: Node, _path: Path) -> Node:
    """The settings of the world as the config states them."""
    return rest


def one_stage(asked: Question) -> list[StageSize]:
    """One stage, of every replicate of every setting."""
    return [StageSize("", sum(1 for _ in settings(asked.experiment)) * asked.experiment.replicates)]


@dataclass(frozen=True)
class Kind:
    """A kind of question: what may be asked, and the steps from runs to a page.

    `model` is a strict pydantic model of the section `key` of a config, and `wrong` finds mistakes that the model
    cannot see. The steps are functions of modules in the kind's `package`, each imported when it is taken, so that a
    question is read and shown without what runs and draws it.

    `size` says in words how much will be run; `seen` what else `check` shows: a label and words, of what was read for
    the question. `needs` are modules of optional packages, which the extra of the kind's own name brings:
    `pip install 'alliance-sim[KEY]'`. `settle` gives the settings of the scenario where the kind decides some of them:
    from the checked section, the whole config, the settings that it states, and its path; it raises ConfigError.
    `command` is the one of the command line that answers it. `played` is the number of replicates, studies or draws
    that an answer rests on; with fewer than `fewest` of them it is a trial, and says so. `real`: a table of real
    clients is read.
    """

    key: str
    about: str
    model: type[BaseModel]
    size: Callable[[Question], Sequence[str]]
    wrong: Callable[[Question], Iterable[Problem]]
    _: KW_ONLY
    seen: Callable[[Question], Sequence[tuple[str, str]]] = lambda _: ()
    has_world: bool = True
    needs: tuple[str, ...] = ()
    settle: Callable[[Any, Node, Node, Path], Node] = as_stated
    command: str = "run"
    played: Callable[[Question], int] = lambda asked: asked.experiment.replicates
    fewest: int = FEWEST
    real: bool = False
    package: str = ""  # that of its key next to this one, where none is named

    @property
    def run(self) -> Callable[[Question, Path, Workers, Stage], Any]:
        """Run scenarios: it keeps finished pieces in a folder, uses so many workers, reports progress to the stage."""
        return self._step("run", "run")

    @property
    def stages(self) -> Callable[[Question], Sequence[StageSize]]:
        """The stages of `run`, for forecasts and progress: what its module says of them, or one of all replicates."""
        return self._step("run", "stages", one_stage)

    @property
    def estimate(self) -> Callable[[Question, Any], Tables]:
        """Make the tables from what was run."""
        return self._step("estimates", "estimate")

    @property
    def view(self) -> Callable[[Question, Tables], Mapping[str, Any]]:
        """The facts for the template `page.md.j2`, from the tables alone: a page is written again without a run."""
        return self._step("view", "view")

    @property
    def draw(self) -> Callable[[Question, Tables], "Sequence[Picture]"]:
        """Draw the figures, from the tables alone."""
        return self._step("figures", "draw")

    def _step(self, module: str, function: str, *default: Callable[..., Any]) -> Callable[..., Any]:
        package = self.package or f"alliance_sim.questions.{self.key}"
        step: Callable[..., Any] = getattr(import_module(f"{package}.{module}"), function, *default)
        return step


def take_steps(question: Question, folder: Path, workers: Workers, stage: Stage) -> Answer:
    """The steps of a question's kind, from runs to what is written."""
    kind = question.kind
    return answer_from(question, kind.estimate(question, kind.run(question, folder, workers, stage)))


def answer_from(question: Question, tables: Tables) -> Answer:
    """The answer that tables give."""
    kind = question.kind
    return Answer(tables.named(), kind.draw(question, tables), kind.view(question, tables))
