"""The law as a Mesa user would write it without our engine: agents with attributes, stages as methods.

Plain Python floats, `math` and the model's own `random`; numbers that do not change are worked out once; no
compiled rule is called. It plays the mechanisms that are on by default, with a session every week. It does
less than the engine: it keeps no client table, and its chance is not addressable.
"""

import math

import mesa
import pandas as pd
from mesa.datacollection import DataCollector

from alliance_sim.law.state import Events, Levels
from alliance_sim.law.world import Mechanisms
from alliance_sim.scenario.scenario import Scenario
from peers.mesa_client import Client
from peers.mesa_ratings import STAYS
from peers.mesa_repair import CONFRONTATION, expit

COLUMNS = (*Levels._fields, *Events._fields)
"""What the data collector keeps of a client in every week of treatment: the columns of the session table."""


class Therapist(mesa.Agent):  # type: ignore[misc]
    """A therapist with a caseload; strain and learned skill go from one client to the next."""

    def __init__(self, model: "PlainModel") -> None:
        """Draw the traits, and take on as many clients as the clinic gives to each."""
        super().__init__(model)
        p, gauss = model.law.intake, self.random.gauss
        self.attunement = gauss(p.attunement_mean, p.attunement_sd)
        self.repair_skill = gauss(p.repair_mean, p.repair_sd)
        self.competence = gauss(p.competence_mean, p.competence_sd)
        self.defensiveness = gauss(p.defensiveness_mean, p.defensiveness_sd)
        self.modesty = gauss(0.0, 1.0)
        self.strain = 0.0
        self.learned = 0.0
        work, rating = model.law.technique, model.law.rating
        self.quality = expit(work.quality_base + work.quality_competence * self.competence)
        self.blind = 1.0 - expit(rating.therapist_weight + rating.therapist_attunement * self.attunement)
        self.style = -rating.therapist_style * self.modesty - rating.therapist_shift
        self.caseload = [Client(model, self) for _ in range(model.clinic.caseload)]

    def work_a_week(self) -> None:
        """Rest, then see the caseload in turn, another client first each week."""
        week = self.model.steps
        self.strain *= 1.0 - self.model.law.strain.week
        first = week % len(self.caseload)
        for client in self.caseload[first:] + self.caseload[:first]:
            if client.left == STAYS:
                client.have_session(week)
            else:
                client.live_outside()

    def end_hour(self, client: Client) -> None:
        """Carry over what the hour left: strain, and what a repair taught."""
        p = self.model.law.strain
        self.strain *= 1.0 - p.hour
        if client.severity > 0.0:
            weight = p.confrontation if client.rupture == CONFRONTATION else 1.0
            self.strain += p.rupture * weight * client.severity * (1.0 - p.relief * client.resolution)
            self.strain = min(self.strain, 10.0)
        if client.repaired:
            self.learned += p.learning * max(p.ceiling - self.learned, 0.0)


class PlainModel(mesa.Model):  # type: ignore[misc]
    """One replicate of a scenario: therapists with their caseloads over the weeks of treatment.

    Clients who have left are no longer agents of the model, so that the collector keeps rows of clients in
    treatment alone; their therapist still follows what becomes of them. Raises ValueError for a scenario with
    rival mechanisms or without weekly sessions.
    """

    def __init__(self, scenario: Scenario, seed: int = 1, collect: bool = True) -> None:
        """Set up the clinic; `collect` says whether the session table is kept."""
        super().__init__(rng=seed)
        world = scenario.world
        if world.mechanisms != Mechanisms() or world.treatment.every != 1:
            raise ValueError("the plain Mesa model plays the default mechanisms with a session every week")
        self.clinic = scenario.clinic
        self.law, self.treatment, self.policy, self.scale = world.parameters, world.treatment, world.policy, world.scale
        t = world.treatment
        given = t.goal + t.task + t.bond + t.technique
        self.for_goal, self.for_task, self.for_bond = t.goal / given, t.task / given, t.bond / given
        self.for_technique = t.technique / given
        self.item_steps = tuple(math.exp((2.5 - k) * self.law.rating.spread) for k in (1, 2, 3, 4))
        self.symptom_error = self.scale.unit * math.sqrt(1.0 / self.scale.reliability - 1.0)
        Therapist.create_agents(self, self.clinic.therapists)
        self.datacollector = DataCollector(agenttype_reporters={Client: {name: name for name in COLUMNS}})
        self.collect = collect
        self.running = True

    def step(self) -> None:
        """A week: those who left last week go, therapists see their clients, the table is kept."""
        for client in self.agents_by_type[Client].select(lambda client: client.left != STAYS):
            client.remove()
        self.agents_by_type[Therapist].shuffle_do("work_a_week")
        if self.collect:
            self.datacollector.collect(self)

    def run(self) -> None:
        """Play every week of the planned treatment."""
        for _ in range(self.clinic.weeks):
            self.step()

    @property
    def client_sessions(self) -> int:
        """How many sessions were scheduled so far for clients who were in treatment."""
        return sum(client.session for therapist in self.agents_by_type[Therapist] for client in therapist.caseload)

    def session_table(self) -> pd.DataFrame:
        """The session table: a row per client in treatment and week."""
        table: pd.DataFrame = self.datacollector.get_agenttype_vars_dataframe(Client)
        return table
