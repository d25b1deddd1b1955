"""The model: a clinic of therapists and clients, stepped week by week."""

from numbers import Integral
from operator import attrgetter
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from mesa import DataCollector, Model

from alliance_sim.agents.people import Client, Therapist
from alliance_sim.agents.rules import Rules, rules_of
from alliance_sim.agents.stages import Stages
from alliance_sim.agents.tables import client_table, session_table
from alliance_sim.chance import Luck, key_of
from alliance_sim.custom import PolicyFunction, load_policy
from alliance_sim.law.policy import Policy
from alliance_sim.law.state import Events, Levels
from alliance_sim.scenario.scenario import Scenario

DEFAULT = Scenario()
NOTHING: Stages = MappingProxyType({})

COLLECTED = {
    **{name: attrgetter(f"record.levels.{name}") for name in Levels._fields},
    **{name: attrgetter(f"record.events.{name}") for name in Events._fields},
}
"""What the data collector asks every client: the columns of the session table."""


class AllianceModel(Model):  # type: ignore[misc]
    """One replicate of a scenario, agent by agent; the same numbers, to the last bit, as the compiled engine gives.

    `seed` (whole number >= 0) and `replicate` (from 1) are the address of all random draws. This differs from Mesa's
    convention: rules take no draws from `model.random` and `model.rng`. Those are seeded with `seed`, and free for
    code of your own; using or resetting them changes no result.

    `policy` replaces the scenario's repair policy: a function (policy, view) -> plan, or a `Policy`.
    `stages` (name to function) replaces rules of the law for everybody; see `alliance_sim.agents.stages`.
    `client_class` and `therapist_class` are subclasses of your own.

    `datacollector` holds a row per week (`get_model_vars_dataframe`: in_treatment, ruptures, alliance, distress)
    and, with `get_agenttype_vars_dataframe(Client)`, a row per week and client with the columns of the session
    table. Its index is (Step, AgentID): the week, and Mesa's `unique_id`, which counts therapists too; `number` is
    the client's id in `sessions()` and `clients()`. Weeks without a scheduled session have session 0.
    """

    def __init__(
        self,
        scenario: Scenario = DEFAULT,
        *,
        seed: int = 1,
        replicate: int = 1,
        policy: PolicyFunction | Policy | None = None,
        client_class: type[Client] = Client,
        therapist_class: type[Therapist] = Therapist,
        stages: Stages | None = None,
    ) -> None:
        _check_address(seed, replicate)
        super().__init__(rng=int(seed))
        scenario = scenario._replace(world=scenario.world_of(int(replicate)), population=None)
        self.settings = scenario  # not `scenario`: that name is Mesa's own from 3.5 on
        self.replicate = int(replicate)
        self.week = 0
        self.policy = _policy_of(scenario, policy, stages)
        self.stages: Stages = dict(stages or {})
        self._key = key_of(seed)
        self._rules: dict[tuple[Any, ...], tuple[Rules, Any]] = {}
        self.populate(therapist_class, client_class)
        self.therapist_set = self.agents.select(agent_type=Therapist)
        self.client_set = self.agents.select(agent_type=Client)
        self.datacollector = DataCollector(
            model_reporters={name: name for name in ("in_treatment", "ruptures", "alliance", "distress")},
            agenttype_reporters={Client: COLLECTED},
        )

    def populate(self, therapist_class: type[Therapist], client_class: type[Client]) -> None:
        """Create everybody who is there before the first week."""
        clinic = self.settings.clinic
        for number in range(1, clinic.therapists + 1):
            therapist = therapist_class(self, number)
            therapist.caseload = [client_class(self, therapist, slot) for slot in range(1, clinic.caseload + 1)]

    def luck(self, therapist: int, client: int = 0) -> Luck:
        """The address of this week's draws: of a client in the order of a caseload, or of the therapist (0)."""
        return Luck(*self._key, self.replicate, therapist, client, self.week)

    def rules_for(self, therapist: Therapist | None, client: Client | None = None) -> Rules:
        """The law for a therapist, a pair, or a client without a therapist.

        The nearer wins: model, therapist, client, policy. Raises ValueError for a stage that does not exist or a
        function that cannot stand in for it.
        """
        policy = self.policy if therapist is None or therapist.policy is None else therapist.policy
        layers = (NOTHING if therapist is None else therapist.stages, NOTHING if client is None else client.stages)
        key = (policy, *map(id, layers))
        if key not in self._rules:
            # The key holds addresses of mappings; they are kept, so that no other mapping can get the same address.
            self._rules[key] = self._link(policy, self.stages, *layers), layers
        return self._rules[key][0]

    def _link(self, policy: PolicyFunction | Policy | None, *layers: Stages) -> Rules:
        """The law with layers of stages, later ones over earlier ones, and a policy over all."""
        world = self.settings.world
        stages = {name: function for layer in layers for name, function in layer.items()}
        if isinstance(policy, Policy):
            world = world._replace(policy=policy)
        elif policy is not None:
            stages["plan"] = policy
        return rules_of(world, stages)

    def step(self) -> None:
        """One week: each therapist rests and then sees the caseload.

        Raises RuntimeError after the planned end.
        """
        if self.week >= self.settings.clinic.weeks:
            raise RuntimeError(f"The planned end of treatment (week {self.week}) is reached; there is no next week.")
        self.week += 1
        self.therapist_set.do("step")
        self.datacollector.collect(self)
        self.running = self.week < self.settings.clinic.weeks

    def run(self) -> "AllianceModel":
        """Step to the planned end of treatment, from wherever the model is; gives the model itself."""
        while self.week < self.settings.clinic.weeks:
            self.step()
        return self

    def sessions(self) -> pd.DataFrame:
        """A row per scheduled session so far, sorted by client and session: ids, levels, events.

        Numbers are as the law has them: codes of `Rupture`, `Source` and `Left`, flags as 0 and 1.
        """
        return session_table(self.replicate, self.client_set)

    def clients(self) -> pd.DataFrame:
        """A row per client: ids, traits, symptoms at intake and now, and the tally of sessions so far."""
        return client_table(self.replicate, self.client_set)

    @property
    def in_treatment(self) -> int:
        """How many clients have not left."""
        return int(self.client_set.agg("in_treatment", sum))

    @property
    def ruptures(self) -> int:
        """How many ruptures there were this week."""
        return sum(client.record.events.rupture > 0 for client in self.client_set)

    @property
    def alliance(self) -> float:
        """Mean felt alliance after this week's sessions, 0-1; nan when there was none."""
        felt = [client.record.levels.alliance for client in self.client_set if client.record.events.session]
        return float(np.mean(felt)) if felt else float("nan")

    @property
    def distress(self) -> float:
        """Mean distress of all clients, in treatment or not, in SD above the community mean."""
        return float(self.client_set.agg("distress", np.mean))


def _check_address(seed: int, replicate: int) -> None:
    """Raise ValueError for a seed or a replicate that luck cannot have."""
    for name, value, low, high in (("seed", seed, 0, 2**63), ("replicate", replicate, 1, 2**32)):
        if not isinstance(value, Integral) or isinstance(value, bool) or not low <= value < high:
            raise ValueError(f"{name} is {value!r}, expected a whole number from {low} to {high - 1}.")


def _policy_of(
    scenario: Scenario, policy: PolicyFunction | Policy | None, stages: Stages | None
) -> PolicyFunction | Policy | None:
    """The model's policy: the one passed, else the function that the scenario names, else none (data alone)."""
    if policy is not None and stages is not None and "plan" in stages:
        raise ValueError("A policy is the stage 'plan': give one of policy= and stages={'plan': ...}, not both.")
    if policy is not None or scenario.policy_function is None:
        return policy
    return load_policy(scenario.policy_function)
