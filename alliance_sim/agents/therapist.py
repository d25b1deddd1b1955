"""The therapist: what an hour leaves in a person, and carries to the next client."""

from types import FunctionType
from typing import TYPE_CHECKING, Any

from alliance_sim.agents.person import Person
from alliance_sim.agents.rules import Rules
from alliance_sim.chance import Luck
from alliance_sim.custom import PolicyFunction
from alliance_sim.law.policy import Policy
from alliance_sim.law.state import TherapistState, TherapistTraits

if TYPE_CHECKING:
    from alliance_sim.agents.client import Client
    from alliance_sim.agents.model import AllianceModel


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

    def __init__(self, model: "AllianceModel", number: int) -> None:
        super().__init__(model)
        self.number = number
        self.caseload: list[Client] = []
        self.traits = self.draw_traits()
        self.state = TherapistState(0.0, 0.0)

    @property
    def rules(self) -> Rules:
        """The law as this therapist plays it when no client is there."""
        return self.model.rules_for(self)

    @property
    def luck(self) -> Luck:
        """The address of this therapist's luck this week."""
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
