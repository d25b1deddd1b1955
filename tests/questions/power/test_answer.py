"""The facts of a trial whose truth is known: size, type I error, assurance, and what cannot be said."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.frame.question import Tables
from alliance_sim.questions.power.designs import shares, type_1_errors
from alliance_sim.questions.power.estimates import tables_of
from alliance_sim.questions.power.figures import pictures
from alliance_sim.questions.power.people import Known
from alliance_sim.questions.power.plan import TrialPlan
from alliance_sim.questions.power.run import SimulatedTrials, simulate_trials
from alliance_sim.questions.power.section import Outcome
from alliance_sim.questions.power.view import facts, scale_of
from alliance_sim.scenario.scenario import DesignPoint, Scenario
from alliance_sim.stats.power_search import Goal

GOAL = Goal(wanted=0.8, most=60, close=0.2, refine=300, confirm=100, batch=150)


class Answer(NamedTuple):
    """A plan, what was simulated, and what came of it."""

    plan: TrialPlan
    simulated: SimulatedTrials
    tables: Tables

    def one(self, about: str, **key: Any) -> Any:
        """An estimate by its key."""
        return self.tables.estimates.one(about=about, **key)

    def facts(self) -> Mapping[str, Any]:
        """The facts of the page."""
        return facts(self.plan, self.tables)


Finding = Callable[..., Answer]


@pytest.fixture
def finding(plan: Any, bench: Any, clinics: Any) -> Finding:
    """What comes of trials of a known truth."""

    def found(source: Any, draws: int = 0, controls: Mapping[str, float] | None = None, **changes: Any) -> Answer:
        made = plan(source, draws=draws, **{"replicates": 120, "goal": GOAL, **changes})
        more = tuple(DesignPoint(9, arm, {}, Scenario(), arm) for arm in controls or ())
        made = made._replace(points=made.points + more)
        trials = simulate_trials(made, bench(source, *made.analyses))
        simulated = SimulatedTrials(clinics(source, draws, controls), trials)
        return Answer(made, simulated, tables_of(made, simulated))

    return found


@pytest.fixture(scope="module")
def kept() -> dict[str, Answer]:
    """What was found already, so that other tests need not find it again."""
    return {}


@pytest.fixture
def likely(normal: Any, finding: Finding, kept: dict[str, Answer]) -> Answer:
    """An effect that 60 therapists of an arm show, one that differs between draws, and another control."""
    if "likely" not in kept:
        source = normal(-0.5, 0.15, differs=0.2)
        kept["likely"] = finding(source, draws=40, controls={"nothing": 0.25}, therapists=(6, 16, 40))
    return kept["likely"]


def test_effect_and_clustering_are_those_of_the_truth(likely: Answer) -> None:
    view = likely.facts()
    assert (view["effect"].value, view["part"]) == (pytest.approx(-0.5), pytest.approx(10.0))
    assert likely.one("ICC", arm="", clients=10).value == pytest.approx(15.0)
    assert view["design_effect"] == pytest.approx(2.35)
    assert (view["all_therapists"], view["all_clients"]) == (12, 120)


def test_the_smallest_design_agrees_with_the_closed_form(likely: Answer) -> None:
    best = likely.one("smallest trial", clients=10)
    closed = likely.one("closed-form smallest trial", control="usual", clients=10).value
    assert best.low - 1 <= closed <= best.high + 1
    assert likely.facts()["sizes"][0]["clients in all"] == 20 * best.value


def test_without_an_effect_no_size_is_named(normal: Any, finding: Finding) -> None:
    found = finding(normal(0.0, 0.1), therapists=(6, 30), analyses=("means",))
    view = found.facts()
    assert found.one("smallest trial", clients=10).value == np.inf
    assert found.one("closed-form smallest trial", clients=10).value == np.inf
    assert not view["size"].known
    assert (view["confirmed"], view["cheapest"]) == ([], None)
    assert not any(view[name].known for name in ("naive", "overstatement", "assurance", "assurance_beyond"))
    assert [picture.name for picture in pictures(found.plan, found.tables)] == ["power"]


def test_an_inflated_type_1_error_rate_is_found_and_corrected_for(normal: Any, finding: Finding) -> None:
    found = finding(normal(-0.5, 0.15), analyses=("ignoring", "means"), therapists=(6, 18), replicates=400)
    view = found.facts()
    ignoring, means = view["analyses"]
    assert {6, 18} <= {row["therapists"] for row in view["inflated"]}
    assert (means["inflated"], means["unknown"]) == ("–", "–")
    assert ignoring["inflated"].startswith("6, ")
    assert ignoring["adjusted"].value < ignoring["power"].value
    assert means["gain"].value == pytest.approx(means["adjusted"].value - ignoring["adjusted"].value)
    assert means["gain"].low <= means["gain"].value <= means["gain"].high


def off(likely: Answer, value: float, low: float, high: float) -> list[int]:
    """On which side of alpha the type I error of 6 therapists is, with this rate; empty where that is open."""
    frame = likely.tables.estimates.frame.copy()
    at = (frame["about"] == "type I error of all caseloads") & (frame["therapists"] == 6)
    frame.loc[at, ["value", "low", "high"]] = value, low, high
    view = facts(likely.plan, Tables(Estimates(frame), likely.tables.more))
    return [row["off"] for row in view["off"] if row["therapists"] == 6]


def test_a_type_1_error_rate_is_off_by_its_interval_and_by_a_tenth_of_alpha(likely: Answer) -> None:
    assert off(likely, 6.2, 5.4, 7.0) == [1]
    assert off(likely, 3.5, 2.9, 4.2) == [-1]
    assert off(likely, 5.4, 5.2, 5.6) == []  # certain, but less than a tenth
    assert off(likely, 7.0, 2.0, 13.0) == []  # more than a tenth, but not certain
    assert off(likely, np.nan, np.nan, np.nan) == []


@pytest.mark.parametrize(("missing", "known"), [(60, True), (61, False)])
def test_trials_that_could_not_be_analysed_are_no_ground_for_a_verdict(
    likely: Answer, missing: int, known: bool
) -> None:
    rows = likely.simulated.trials.rows
    rows = rows.assign(p=rows["p"].where(rows["trial"] > missing))
    rows = rows[rows["purpose"] == "curve"]
    for found in (type_1_errors(rows, likely.plan), shares(rows, likely.plan)):
        values = [own.known for key, own in found if key["about"] in ("power", "type I error of all caseloads")]
        assert set(values) == {known}


def test_caseloads_of_the_same_number_of_therapists_are_taken_together(likely: Answer) -> None:
    rows = likely.simulated.trials.rows
    both = pd.concat([rows, rows.assign(clients=20, p=1.0)], ignore_index=True)
    one, together = ([own.value for _, own in type_1_errors(each, likely.plan)] for each in (rows, both))
    assert together == pytest.approx([0.5 * value for value in one])


def test_an_interval_of_several_sizes_is_wider_than_of_one(likely: Answer) -> None:
    own = likely.one("type I error of all caseloads", analysis="mixed", therapists=6)
    single = likely.one("type I error", analysis="mixed", therapists=6, purpose="curve")
    assert own.value == single.value
    assert own.high > single.high


def test_another_control_changes_effect_and_size(likely: Answer) -> None:
    usual, nothing = likely.facts()["controls"]
    assert (usual["effect in SD"].value, nothing["effect in SD"].value) == (pytest.approx(-0.5), pytest.approx(-0.75))
    assert nothing["size"].value < usual["size"].value


def test_assurance_is_averaged_over_draws(likely: Answer) -> None:
    effect = likely.one("effect over draws")
    assert (effect.high - effect.low) / 3.92 == pytest.approx(0.2, abs=0.06)
    power = likely.one("power", analysis="mixed", therapists=40, purpose="curve")
    curve = likely.tables.more["curves"].query("parameters == 'posterior'")
    assert np.interp(40.0, curve["therapists"], 100 * curve["power"]) < power.value
    assert likely.one("smallest trial by assurance").value > likely.one("smallest trial", clients=10).value


def test_an_effect_is_compared_with_reliable_change_where_the_outcome_is_symptoms(likely: Answer) -> None:
    found = scale_of(likely.plan)
    assert found is not None
    assert (found.name, found.reliable) == ("phq9", 5.0)
    assert found.source.startswith("Kroenke (2012), Loewe et al. (2004)")
    assert scale_of(likely.plan._replace(known=Known(Outcome.ALLIANCE_MEAN))) is None


def test_a_changed_scale_has_no_source(likely: Answer) -> None:
    first, *rest = likely.plan.points
    world = first.scenario.world
    changed = first.scenario._replace(world=world._replace(scale=world.scale._replace(reliable=6.0)))
    assert scale_of(likely.plan._replace(points=(first._replace(scenario=changed), *rest))) == ("phq9", 6.0, "")


def test_iccs_of_caseloads_carry_their_errors(likely: Answer) -> None:
    noisy = likely.simulated.clinics
    noisy = noisy.assign(icc=noisy["icc"] + 0.01 * (noisy["replicate"] - 2))
    found = tables_of(likely.plan, likely.simulated._replace(clinics=noisy)).estimates.one(about="ICC", arm="")
    assert found.value == pytest.approx(15.0)
    assert found.error == pytest.approx(1 / np.sqrt(3))


def test_costs_decide_what_is_cheapest(normal: Any, finding: Finding) -> None:
    found = finding(normal(-0.9, 0.1), costs=(100.0, 1.0), therapists=(4, 8, 16), analyses=("means",))
    best = found.one("smallest trial").value
    assert found.one("cost").value == 2 * best * (100 + 10)
    assert found.facts()["best_clients"] == pytest.approx(np.sqrt(100 * 0.9 / 0.1))


def test_crossed_therapists_are_counted_once_and_their_effects_differ(normal: Any, finding: Finding) -> None:
    found = finding(normal(-0.5, 0.2, crossed=True, effects=0.09), therapists=(6, 16), analyses=("means",))
    view = found.facts()
    assert view["effects_differ"] == pytest.approx(0.3)
    assert (view["all_therapists"], view["all_clients"]) == (6, 120)


class Unmeasured(NamedTuple):
    """Outcomes that are known of a share of clients only."""

    source: Any
    known: float

    @property
    def key(self) -> str:
        """A text that no other source has."""
        return repr(self)

    def __getattr__(self, name: str) -> Any:
        """What the source is."""
        return getattr(self.source, name)

    def draw(self, cell: Any, numbers: range) -> Any:
        """The outcomes of the source, most of them lost."""
        drawn = self.source.draw(cell, numbers)
        seen = np.random.default_rng(numbers.start).random(drawn[0].shape) < self.known
        return drawn._replace(outcome=np.where(seen, drawn[0], np.nan))


def test_of_trials_that_nobody_could_analyse_nothing_is_said(normal: Any, finding: Finding) -> None:
    goal = GOAL._replace(refine=0, confirm=0)
    found = finding(Unmeasured(normal(-0.5, 0.1), 0.0), therapists=(6,), goal=goal)
    view = found.facts()
    assert not view["size_known"]
    assert not any(row["power"].known or row["type I error"].known for row in view["designs"])
    assert not any(row["power"].known or row["type_1"].known for row in view["analyses"])
    assert (view["type_1_known"], view["off"], view["largest"]) == (False, [], None)
    assert {row["unknown"] for row in view["analyses"]} == {"6"}
    assert pictures(found.plan, found.tables) == []
