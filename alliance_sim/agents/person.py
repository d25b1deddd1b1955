"""What therapists and clients have in common: a model, a number of their own, and a place in the luck."""

import itertools
from collections.abc import Iterator
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar
from weakref import WeakKeyDictionary

from mesa import Agent, Model

from alliance_sim.agents.stages import Stages

if TYPE_CHECKING:
    from alliance_sim.agents.model import AllianceModel


class _Counters(WeakKeyDictionary[Model, Iterator[int]]):
    """A counter of `unique_id` for each model, forgotten with the model."""

    def __getitem__(self, model: Model) -> Iterator[int]:
        """The model's counter, from 1."""
        return self.setdefault(model, itertools.count(1))


class Person(Agent):  # type: ignore[misc]
    """Someone in the model.

    `stages` (name to function) are rules of the law that this person plays in a way of their own; a class or
    an instance may set it. It is read when the person first plays.
    """

    model: "AllianceModel"
    stages: Stages = MappingProxyType({})

    # Mesa before 3.4.2 numbers agents in a dictionary of models that is never emptied, so that no model is ever
    # freed. This one, found first because it belongs to a subclass, does not keep models alive.
    _ids: ClassVar[_Counters] = _Counters()
