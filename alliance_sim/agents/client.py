"""The client: comes, stays or leaves, and changes."""

from typing import TYPE_CHECKING

from alliance_sim.agents.person import Person
from alliance_sim.agents.rules import Rules
from alliance_sim.agents.therapist import Therapist
from alliance_sim.chance import Luck
from alliance_sim.law.change import present_distress
from alliance_sim.law.state import ClientState, ClientTraits, Events, Left, Levels, SessionRecord

if TYPE_CHECKING:
    from alliance_sim.agents.model import AllianceModel

NO_SESSION = SessionRecord(
    Levels(*[float("nan")] * len(Levels._fields)),
    Events(*[0] * len(Events._fields)),
)
"""What is on record of a week without a scheduled session: session 0, and no numbers."""


class Client(Person):
    """A client in a therapist's caseload.

    Attributes: `therapist`, `slot` (from 1 within the caseload), `number` (from 1 within the model), `traits`,
    `state`, `left` (`Left`), `record` (this week's session, or `NO_SESSION`) and `history` (every scheduled
    session so far).
    """

    def __init__(self, model: "AllianceModel", therapist: Therapist, slot: int) -> None:
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
        """The law as this pair plays it."""
        return self.model.rules_for(self.therapist, self)

    @property
    def luck(self) -> Luck:
        """The address of this client's luck this week."""
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
        """Play this week's scheduled session, which the client may miss."""
        luck = self.luck
        rules = self.rules
        therapist = self.therapist
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
