"""Therapists and clients as Mesa agents."""

import itertools
from collections.abc import Iterator
from types import FunctionType, MappingProxyType
from typing import Any, ClassVar, Protocol
from weakref import WeakKeyDictionary

from mesa import Agent, Model

from alliance_sim.agents.rules import Rules
from alliance_sim.agents.stages import Stages
from alliance_sim.chance import Luck
from alliance_sim.custom import PolicyFunction
from alliance_sim.law.change import present_distress
from alliance_sim.law.policy import Policy
from alliance_sim.law.state import (
    ClientState,
    ClientTraits,
    Events,
    Left,
    Levels,
    SessionRecord,
    TherapistState,
    TherapistTraits,
)
from alliance_sim.scenario.scenario import Scenario

NO_SESSION = SessionRecord(
    Levels(*[float("nan")] * len(Levels._fields)),
    Events(*[0] * len(Events._fields)),
)
"""The record of a week without a scheduled session: session 0, and no numbers."""


class Surroundings(Protocol):
    """What people need of their model; `AllianceModel` has it."""

    settings: Scenario
    week: int

    def luck(self, therapist: int, client: int = 0) -> Luck:
        """The address of this week's draws: of a client in the order of a caseload, or of the therapist (0)."""

    def rules_for(self, therapist: "Therapist | None", client: "Client | None" = None) -> Rules:
        """The law for a therapist, a pair, or a client without a therapist."""


class _Counters(WeakKeyDictionary[Model, Iterator[int]]):
    """A counter of `unique_id` for each model, forgotten with the model."""

    def __getitem__(self, model: Model) -> Iterator[int]:
        """The model's counter, from 1."""
        return self.setdefault(model, itertools.count(1))


class Person(Agent):  # type: ignore[misc]
    """Someone in the model.

    `stages` (name to function) replaces rules of the law for this person. A class or an instance may set it; it is
    read when the person first needs a rule.
    """

    model: Surroundings
    stages: Stages = MappingProxyType({})

    # Mesa before 3.4.2 numbers agents in a dictionary of models that is never emptied, so that no model is ever
    # freed. This one, found first because it belongs to a subclass, does not keep models alive.
    _ids: ClassVar[_Counters] = _Counters()


class Therapist(Person):
    """A therapist with a caseload.

    Attributes: `number` (from 1 within the model), `traits`, `state` (strain and learned skill), `caseload`
    (clients in order of slot), and `policy`: what this therapist does about ruptures. A policy is a function
    (policy, view) -> plan, or a `Policy` as data; None means the model's. Set it on a subclass or on a single
    therapist, at any time; on a subclass it may also be a method (self, policy, view).
    """

    policy: PolicyFunction | Policy | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Keep a policy function that is given as a class attribute from becoming a method."""
        super().__init_subclass__(**kwargs)
        own = vars(cls).get("policy")
        if isinstance(own, FunctionType) and own.__code__.co_argcount == 2:  # (policy, view), without self
            cls.policy = staticmethod(own)

    def __init__(self, model: Surroundings, number: int) -> None:
        super().__init__(model)
        self.number = number
        self.caseload: list[Client] = []
        self.traits = self.draw_traits()
        self.state = TherapistState(0.0, 0.0)

    @property
    def rules(self) -> Rules:
        """The law for this therapist when no client is there."""
        return self.model.rules_for(self)

    @property
    def luck(self) -> Luck:
        """The address of this therapist's draws this week."""
        return self.model.luck(self.number)

    def draw_traits(self) -> TherapistTraits:
        """Who this therapist is; a subclass may draw them differently."""
        return self.rules.therapist_traits(self.luck)

    def step(self) -> None:
        """One week: rest, then see the caseload in turn.

        Another client comes first each week, so that no client always meets a therapist who is fresh.
        """
        self.state = self.rules.after_week(self.luck, self.state)
        first = self.model.week % max(len(self.caseload), 1)
        for client in self.caseload[first:] + self.caseload[:first]:
            client.step()


class Client(Person):
    """A client in a therapist's caseload.

    Attributes: `therapist`, `slot` (from 1 within the caseload), `number` (from 1 within the model), `traits`,
    `state`, `left` (`Left`), `record` (this week's session, or `NO_SESSION`) and `history` (every scheduled
    session so far).
    """

    def __init__(self, model: Surroundings, therapist: Therapist, slot: int) -> None:
        super().__init__(model)
        self.therapist = therapist
        self.slot = slot
        self.number = (therapist.number - 1) * model.settings.clinic.caseload + slot
        self.left = Left.NO
        self.record = NO_SESSION
        self.history: list[SessionRecord] = []
        self.traits = self.draw_traits()
        self.state = self.first_state()
        self.symptoms_intake = self.rules.intake_score(self.luck, self.traits)

    @property
    def rules(self) -> Rules:
        """The law for this pair."""
        return self.model.rules_for(self.therapist, self)

    @property
    def luck(self) -> Luck:
        """The address of this client's draws this week."""
        return self.model.luck(self.therapist.number, self.slot)

    @property
    def in_treatment(self) -> bool:
        """Whether the client has neither dropped out nor completed."""
        return self.left == Left.NO

    @property
    def distress(self) -> float:
        """Distress now, in SD above the community mean: the truth, which no questionnaire sees."""
        return present_distress(self.state)

    @property
    def symptoms(self) -> float:
        """Symptom score of this week as a questionnaire would give it, in points; at week 0, of intake."""
        if self.model.week == 0:
            return self.symptoms_intake
        return self.rules.score(self.luck, self.state)

    def draw_traits(self) -> ClientTraits:
        """Who this client is; a subclass may draw them differently."""
        return self.rules.client_traits(self.luck)

    def first_state(self) -> ClientState:
        """How this client meets the therapist; a subclass may start differently."""
        return self.rules.first_state(self.luck, self.therapist.traits, self.traits)

    def step(self) -> None:
        """One week: the scheduled session if there is one, otherwise life outside."""
        if self.in_treatment and self.rules.is_scheduled(self.luck):
            self.attend()
        else:
            self.wait()

    def attend(self) -> None:
        """This week's scheduled session, which the client may miss."""
        luck, rules, therapist = self.luck, self.rules, self.therapist
        last = rules.is_last(luck, self.model.settings.clinic.weeks)
        hour = rules.session(luck, therapist.traits, self.traits, therapist.state, self.state, last)
        therapist.state = hour.therapist
        self.state = hour.client
        self.record = hour.record
        self.history.append(hour.record)
        self.left = Left(hour.record.events.left)

    def wait(self) -> None:
        """A week without a session."""
        self.state = self.rules.outside(self.luck, self.state)
        self.record = NO_SESSION
