"""A client of a service: referred, on the list, in treatment or not, and followed to the horizon."""

from typing import TYPE_CHECKING

from alliance_sim.agents.client import NO_SESSION, Client
from alliance_sim.agents.rules import Rules
from alliance_sim.agents.therapist import Therapist
from alliance_sim.chance import Luck, Purpose, draw
from alliance_sim.law.change import moved
from alliance_sim.law.service import WAITING, Standing, at_start, gives_up, luck_of_case, on_the_list, standing_after
from alliance_sim.law.state import Left, SessionRecord

if TYPE_CHECKING:
    from alliance_sim.agents.service import ServiceModel

NAN = float("nan")


class ReferredClient(Client):
    """A client who is referred to a service.

    Attributes beside those of `Client`: `number` (of the referral, from 1), `standing` (`Standing`), `referred`,
    `started` and `ended` (weeks of the service; 0 while that has not happened), `waited` and `lived` (weeks on the
    list; weeks since referral, or since treatment began), distress and symptoms at four times (nan before).
    `therapist` is there once treatment has begun; `slot` is not used. `traits` are those at intake: when treatment
    begins, distress at intake becomes what waiting has left of it. `at_referral` keeps the first.
    """

    model: "ServiceModel"

    def __init__(self, model: "ServiceModel", number: int) -> None:
        super(Client, self).__init__(model)  # not as a client of a caseload, who has a therapist from the beginning
        self.number = number
        self.standing = Standing.WAITING
        self.referred, self.started, self.ended, self.waited, self.lived = model.week, 0, 0, 0, 0
        self.left = Left.NO
        self.record = NO_SESSION
        self.history: list[SessionRecord] = []
        self.traits = self.at_referral = self.draw_traits()
        self.state = on_the_list(self.traits, self.rules.first_week(self.luck))
        self.symptoms_intake = self.rules.intake_score(self.luck, self.traits)
        self.distress_start = self.distress_end = self.distress_later = NAN
        self.symptoms_start = self.symptoms_end = self.symptoms_later = NAN

    @property
    def rules(self) -> Rules:
        """The law as this client plays it, with the therapist if there is one."""
        return self.model.rules_for(self.therapist if self.started else None, self)

    @property
    def luck(self) -> Luck:
        """The address of this client's luck this week: it knows neither therapist nor date."""
        week = self.lived if self.started or not self.lived else WAITING + self.lived
        return luck_of_case(self.model.luck(0), self.number, week)

    @property
    def in_treatment(self) -> bool:
        """Whether the client has a place."""
        return self.standing == Standing.IN_TREATMENT

    @property
    def symptoms(self) -> float:
        """Symptom score of this week, in points; before the first week that of the referral."""
        return self.rules.score(self.luck, self.state) if self.lived else self.symptoms_intake

    def begin(self, therapist: Therapist) -> None:
        """Take the place that a therapist has free."""
        self.distress_start, self.symptoms_start = self.distress, self.symptoms
        self.therapist = therapist
        self.standing = Standing.IN_TREATMENT
        self.started, self.lived = self.model.week, 0
        waiting = self.state
        self.traits = at_start(self.traits, waiting.distress)
        self.state = moved(self.first_state(), waiting.distress, waiting.week, waiting.resting)

    def step(self) -> None:
        """A week in treatment: the scheduled session if there is one, otherwise life outside."""
        self.lived += 1
        super().step()
        weeks = self.model.settings.clinic.weeks
        self.standing = Standing(standing_after(self.left, self.lived, weeks))
        if not self.in_treatment:
            self.ended = self.model.week
            self.distress_end, self.symptoms_end = self.distress, self.symptoms

    def live(self) -> None:
        """A week on the list, or after treatment or waiting has ended."""
        self.lived += 1
        self.wait()
        if self.standing == Standing.WAITING:
            self.waited += 1
            if self.gives_up():
                self.standing = Standing.GAVE_UP
                self.ended = self.model.week

    def gives_up(self) -> bool:
        """Whether this week was one of waiting too many; a subclass may decide otherwise."""
        return bool(gives_up(self.model.service, draw(self.luck, Purpose.LIST).a))

    def follow_up(self) -> None:
        """Be measured, at the horizon."""
        self.distress_later, self.symptoms_later = self.distress, self.symptoms
