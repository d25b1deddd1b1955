"""A service agent by agent: referrals, a waiting list, and therapists whose places are filled again every week."""

from collections import deque
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from mesa import DataCollector

from alliance_sim.agents.model import DEFAULT, AllianceModel
from alliance_sim.agents.people import NO_SESSION, Client, Therapist
from alliance_sim.agents.rules import Rules
from alliance_sim.agents.stages import Stages
from alliance_sim.agents.tables import session_table, tallied
from alliance_sim.chance import Luck, Purpose, draw
from alliance_sim.custom import PolicyFunction
from alliance_sim.law.change import moved
from alliance_sim.law.policy import Policy
from alliance_sim.law.service import (
    CASE_COLUMNS,
    STAFF_COLUMNS,
    WAITING,
    Service,
    Standing,
    asked,
    at_start,
    gives_up,
    length_of,
    luck_of_case,
    on_the_list,
    rate_of,
    referred,
    standing_after,
)
from alliance_sim.law.state import Left, SessionRecord
from alliance_sim.scenario.scenario import Scenario

NAN = float("nan")

USUAL = Service()

COLLECTED = ("waiting", "in_treatment", "ruptures", "alliance", "strain", "learned")

StaffRow = tuple[float, ...]
"""A therapist's week: the numbers of STAFF_COLUMNS."""


class ReferredClient(Client):
    """A client who is referred to a service.

    More attributes than `Client`: `number` (of the referral, from 1), `standing` (`Standing`), `referred`, `started`
    and `ended` (weeks of the service; 0 while that has not happened), `waited` and `lived` (weeks on the list; weeks
    since referral, or since treatment began), distress and symptoms at four times (nan before). `therapist` exists
    once treatment has begun; `slot` is not used. When treatment begins, distress at intake in `traits` becomes what it
    is then; `at_referral` keeps the first traits.
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
        """The law for this client, with the therapist if there is one."""
        return self.model.rules_for(self.therapist if self.started else None, self)

    @property
    def luck(self) -> Luck:
        """The address of this client's draws this week; it depends on neither therapist nor date."""
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


class ServiceTherapist(Therapist):
    """A therapist of a service.

    More attributes than `Therapist`: `places` (a client or None in each), `seen` (clients of this week), `weeks` (a row
    of STAFF_COLUMNS a week).
    """

    model: "ServiceModel"

    def __init__(self, model: "ServiceModel", number: int) -> None:
        super().__init__(model, number)
        self.places: list[ReferredClient | None] = [None] * model.settings.clinic.caseload
        self.seen: list[ReferredClient] = []
        self.weeks: list[StaffRow] = []

    def take_on(self, client: ReferredClient) -> None:
        """Give a client the first free place. Raises ValueError when there is none."""
        self.places[self.places.index(None)] = client
        client.begin(self)

    def step(self) -> None:
        """One week: rest, then the clients in their places in turn, another one first each week."""
        self.state = self.rules.after_week(self.luck, self.state)
        first = self.model.week % len(self.places)
        self.seen = [client for client in self.places[first:] + self.places[:first] if client is not None]
        met = 0.0
        for client in self.seen:
            strain = self.state.strain
            client.step()
            met += strain * client.record.events.attended
        self.places = [client if client is not None and client.in_treatment else None for client in self.places]
        events = [client.record.events for client in self.seen]
        attended = sum(event.attended for event in events)
        self.weeks.append(
            (
                self.state.strain,
                met / attended if attended else NAN,
                self.state.learned,
                len(self.seen),
                attended,
                sum(event.rupture > 0 for event in events),
                sum(event.repaired for event in events if event.rupture > 0),
            )
        )


class ServiceModel(AllianceModel):
    """One replicate of a service, agent by agent.

    The same numbers, to the last bit, as `engine.service.play_service` gives for this scenario, service, seed and
    replicate. The scenario's clinic says how many therapists there are, how many places each has, and how long a
    treatment is planned for. Policies and stages are replaced as in `AllianceModel`; what a service does itself is a
    method to override (`refer`, `fill`; `gives_up` of a client). `client_class` is a subclass of `ReferredClient`,
    `therapist_class` one of `ServiceTherapist`.

    `queue` holds those who wait, in order; `client_set` everybody ever referred. `datacollector` holds a row per week.
    """

    def __init__(
        self,
        scenario: Scenario = DEFAULT,
        service: Service = USUAL,
        *,
        seed: int = 1,
        replicate: int = 1,
        policy: PolicyFunction | Policy | None = None,
        client_class: type[ReferredClient] = ReferredClient,
        therapist_class: type[ServiceTherapist] = ServiceTherapist,
        stages: Stages | None = None,
    ) -> None:
        super().__init__(
            scenario,
            seed=seed,
            replicate=replicate,
            policy=policy,
            client_class=client_class,
            therapist_class=therapist_class,
            stages=stages,
        )
        self.service = service
        self.client_class = client_class
        self.queue: list[ReferredClient] = []
        self.gone: list[ReferredClient] = []  # who have left, and are still followed
        self.followed: deque[ReferredClient] = deque()  # who have not reached the horizon, in order
        self.datacollector = DataCollector(model_reporters={name: name for name in COLLECTED})

    def populate(self, therapist_class: type[Therapist], client_class: type[Client]) -> None:  # noqa: ARG002
        """Create the therapists; clients come later."""
        for number in range(1, self.settings.clinic.therapists + 1):
            therapist_class(self, number)

    @property
    def length(self) -> int:
        """Weeks of the service."""
        return int(length_of(self.service))

    def step(self) -> None:
        """One week: referrals, places, hours, and the lives of all others. Raises RuntimeError after the last."""
        if self.week >= self.length:
            raise RuntimeError(f"The service has been followed to its last week ({self.week}); there is no next week.")
        self.week += 1
        self.refer()
        self.fill()
        self.therapist_set.do("step")
        self.live()
        while self.followed and self.followed[0].referred + self.service.horizon - 1 <= self.week:
            self.followed.popleft().follow_up()
        self.gone = [client for client in self.gone if np.isnan(client.distress_later)]
        self.datacollector.collect(self)
        self.running = self.week < self.length

    def run(self) -> "ServiceModel":
        """Step to the last week, from wherever the model is; gives the model itself."""
        while self.week < self.length:
            self.step()
        return self

    def refer(self) -> None:
        """Clients are referred, and go to the end of the list."""
        clinic = self.settings.clinic
        rate = rate_of(self.service, clinic.therapists * clinic.caseload, clinic.weeks)
        for _ in range(referred(rate, draw(self.luck(0), Purpose.REFERRALS).a)):
            client = self.client_class(self, len(self.client_set) + 1)
            self.client_set.add(client)
            self.queue.append(client)
            self.followed.append(client)

    def fill(self) -> None:
        """Free places are taken, first come first served."""
        staff: list[ServiceTherapist] = list(self.therapist_set)
        while self.queue and any(None in therapist.places for therapist in staff):
            client = self.queue.pop(0)
            turns = (staff[asked(client.number, turn, len(staff)) - 1] for turn in range(len(staff)))
            next(therapist for therapist in turns if None in therapist.places).take_on(client)

    def live(self) -> None:
        """The week of all who are not in treatment."""
        for client in self.queue + self.gone:
            client.live()
        self.gone += [client for client in self.queue if client.standing == Standing.GAVE_UP]
        self.gone += [client for client in self.present if not client.in_treatment]
        self.queue = [client for client in self.queue if client.standing == Standing.WAITING]

    @property
    def present(self) -> list[ReferredClient]:
        """Clients who had a place this week."""
        return [client for therapist in self.therapist_set for client in therapist.seen]

    @property
    def waiting(self) -> int:
        """How many wait at the end of the week."""
        return len(self.queue)

    @property
    def ruptures(self) -> int:
        """How many ruptures there were this week."""
        return sum(client.record.events.rupture > 0 for client in self.present)

    @property
    def alliance(self) -> float:
        """Mean felt alliance after this week's sessions, 0-1; nan when there was none."""
        felt = [client.record.levels.alliance for client in self.present if client.record.events.session]
        return float(np.mean(felt)) if felt else NAN

    @property
    def strain(self) -> float:
        """Mean strain of the therapists after this week's sessions."""
        return float(np.mean([therapist.state.strain for therapist in self.therapist_set]))

    @property
    def learned(self) -> float:
        """Mean repair skill that therapists have learned since the service opened, SD among therapists."""
        return float(np.mean([therapist.state.learned for therapist in self.therapist_set]))

    def clients(self) -> pd.DataFrame:
        """A row per referral so far, in order: replicate, client (number of the referral), CASE_COLUMNS."""
        return case_table(self.replicate, self.client_set)

    def staff(self) -> pd.DataFrame:
        """A row per week and therapist: replicate, week, therapist, STAFF_COLUMNS."""
        return staff_table(self.replicate, [therapist.weeks for therapist in self.therapist_set])

    def sessions(self) -> pd.DataFrame:
        """A row per scheduled session so far, by client and session (week of treatment): ids, levels, events."""
        return session_table(self.replicate, self.client_set.select(lambda client: client.started))


# ---- tables --------------------------------------------------------------------------------------------------------


def case_row(client: ReferredClient) -> tuple[float, ...]:
    """The numbers of CASE_COLUMNS of one client; one who is in treatment is measured now."""
    end = (client.distress_end, client.symptoms_end)
    if client.in_treatment:
        end = (client.distress, client.symptoms)
    return (
        client.referred,
        client.waited,
        client.therapist.number if client.started else 0,
        client.started or NAN,
        client.ended or NAN,
        client.standing,
        *client.at_referral,
        client.distress_start,
        end[0],
        client.distress_later,
        client.symptoms_intake,
        client.symptoms_start,
        end[1],
        client.symptoms_later,
        *tallied(client.history),
    )


def case_table(replicate: int, clients: Iterable[ReferredClient]) -> pd.DataFrame:
    """A row per referral, in order: replicate, client (number of the referral), CASE_COLUMNS."""
    people = list(clients)
    rows = np.array([case_row(client) for client in people], np.float64).reshape(-1, len(CASE_COLUMNS))
    frame = pd.DataFrame(rows, columns=list(CASE_COLUMNS))
    frame.insert(0, "client", np.array([client.number for client in people], np.int32))
    frame.insert(0, "replicate", np.int32(replicate))
    return frame


def staff_table(replicate: int, weeks: Sequence[Sequence[StaffRow]]) -> pd.DataFrame:
    """A row per week and therapist: replicate, week, therapist, STAFF_COLUMNS; `weeks`: rows of each therapist."""
    rows = np.array(weeks, np.float64).reshape(len(weeks), -1, len(STAFF_COLUMNS))
    therapists, length = rows.shape[:2]
    frame = pd.DataFrame(rows.swapaxes(0, 1).reshape(-1, len(STAFF_COLUMNS)), columns=list(STAFF_COLUMNS))
    frame.insert(0, "therapist", np.tile(np.arange(1, therapists + 1, dtype=np.int32), length))
    frame.insert(0, "week", np.repeat(np.arange(1, length + 1, dtype=np.int32), therapists))
    frame.insert(0, "replicate", np.int32(replicate))
    return frame
