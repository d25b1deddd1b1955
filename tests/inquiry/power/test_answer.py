"""The answer follows the numbers: what is found, what is out of reach, what is no power."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from alliance_sim.inquiry.power import answer, tables
from alliance_sim.inquiry.power.conduct import simulate
from alliance_sim.inquiry.power.found import Found
from alliance_sim.inquiry.power.people import ARMS, CENTRE, Design
from alliance_sim.inquiry.power.search import Goal
from alliance_sim.inquiry.power.section import MODEL
from alliance_sim.inquiry.power.words import short
from alliance_sim.scenario.scenario import DesignPoint, Scenario

GOAL = Goal(wanted=0.8, most=60, close=0.2, refine=300, confirm=100, batch=150)
Finding = Callable[..., Found]


@pytest.fixture
def finding(plan: Any, bench: Any, worlds: Any) -> Finding:
    """What comes of trials of a known truth."""

    def found(
        source: Any, goal: Goal = GOAL, draws: int = 0, controls: Mapping[str, float] | None = None,
        costs: tuple[float, float] = (0.0, 1.0), **changes: Any,
    ) -> Found:  # fmt: skip
        made = plan(source, draws=draws, **{"replicates": 120, **changes})
        more = tuple(DesignPoint(9, arm, {}, Scenario(), arm) for arm in controls or ())
        made = made._replace(points=made.points + more)
        simulated = simulate(made, goal, costs, bench(source, *made.analyses))
        return Found(made, goal, costs, worlds(source, draws, controls), simulated)

    return found


@pytest.fixture(scope="module")
def kept() -> dict[str, Found]:
    """What was found already, so that tests of its words need not find it again."""
    return {}


@pytest.fixture
def likely(normal: Any, finding: Finding, kept: dict[str, Found]) -> Found:
    """An effect that 60 therapists of an arm show, one that differs between worlds, and another control."""
    if "likely" not in kept:
        source = normal(-0.5, 0.15, differs=0.2)
        kept["likely"] = finding(source, draws=40, controls={"nothing": 0.25}, therapists=(6, 16, 40))
    return kept["likely"]


def test_the_short_answer_tells_size_promise_and_assurance(likely: Found) -> None:
    words = short(likely)
    best = likely.simulated.searched[10].smallest
    assert "by −0.50 points, −0.50 SD, against *usual*; therapists account for 15.0 % of the variance" in words
    assert "10 clients of one therapist tell as much as 4.3 who share none (design effect 2.35)" in words
    assert "A trial of 12 therapists and 120 clients (therapists as a random effect)" in words
    assert f"needs **{best.therapists} therapists in each arm** (95 % interval {best.low} to {best.high})" in words
    assert f"{2 * best.therapists} therapists and {20 * best.therapists:,} clients; of fresh trials" in words
    assert "not so other analyses (therapists ignored: " in words
    assert "the planned trial has an assurance of" in words


def test_the_smallest_design_agrees_with_the_closed_form(likely: Found) -> None:
    best, closed = likely.simulated.searched[10].smallest, likely.closed_form(10)
    assert closed is not None
    assert best.low - 1 <= closed <= best.high + 1


def test_without_an_effect_no_size_is_named(normal: Any, finding: Finding) -> None:
    found = finding(normal(0.0, 0.1), therapists=(6, 30), analyses=("means",))
    words = short(found)
    assert "no trial of up to 60 therapists in each arm has 80 % power" in words
    assert "The closed form says more than 60 in each arm." in words
    assert "one that forgets therapists" not in words
    assert "What uncertain parameters do to this was not asked" in words
    assert "overstate" not in words
    assert found.simulated.cheapest is None
    assert tables.confirmed(found).empty
    assert "more than 60" in str(tables.smallest_trials(found)["therapists of an arm"][0])
    assert len(answer(found).pictures) == 1


def test_the_power_of_an_analysis_that_breaks_its_promise_is_not_called_power(normal: Any, finding: Finding) -> None:
    found = finding(normal(-0.5, 0.15), analyses=("ignoring", "means"), therapists=(6, 18), replicates=400)
    assert "more than the 5.0 % that it promises, so that its significant trials are not power" in short(found)
    table = tables.analyses(found)
    assert list(table["is that power?"]) == ["no, too many false positives", "yes"]
    assert table["analysis"][0] == "therapists ignored (planned)"
    own = table["power at a level that keeps its promise, %"].astype(float)
    told = [float(cell.split()[0]) for cell in table["significant, %"]]
    assert own[0] < told[0]


def test_every_part_of_the_answer_has_its_table_and_its_words(likely: Found) -> None:
    made = answer(likely)
    titles = [part.title for part in made.parts]
    assert titles == [
        "The trial, and what is true in its world", "Power by size", "The planned trial, analysed in several ways",
        "The smallest trial that suffices", "Fresh trials of the size that was found",
        "When the parameters are uncertain", "Against the closed form", "What the size hinges on: the control",
        "For a trial of your own",
    ]  # fmt: skip
    assert all(part.words for part in made.parts)
    assert [picture.name for picture in made.pictures] == ["power", "assurance"]
    assert set(made.tables) == {"designs", "curves", "smallest", "search", "worlds"}


def test_another_control_changes_effect_and_size(likely: Found) -> None:
    table = tables.controls(likely)
    assert list(table["effect, SD"]) == ["−0.500", "−0.750"]
    assert int(table["therapists of an arm"][1]) < int(table["therapists of an arm"][0])


def test_assurance_is_averaged_over_worlds(likely: Found) -> None:
    curve = likely.assurance()
    assert curve is not None
    assert curve.spread > 0.0
    assert likely.effects().std() == pytest.approx(0.2, abs=0.06)
    power = likely.rate(Design(40, 10), world=ARMS, parameters=CENTRE)
    assert power is not None
    assert float(curve.power(40.0)) < power.share


def test_every_setting_is_told_with_its_meaning() -> None:
    table = tables.settings().set_index("setting")
    assert set(table.index) == set(MODEL.model_fields)
    assert table.loc["nesting", "allowed"] == "nested or crossed"
    assert table.loc["nesting", "default"] == "nested"
    assert table.loc["adjusted", "default"] == "true"
    assert "*left_out* nothing; they are left out" in table.loc["dropouts", "meaning"]
    assert table.loc["wanted", "default"] == "0.8"


def test_costs_decide_what_is_cheapest(normal: Any, finding: Finding, worlds: Any) -> None:
    found = finding(normal(-0.9, 0.1), costs=(100.0, 1.0), therapists=(4, 8, 16), analyses=("means",))
    best = found.simulated.cheapest
    assert best is not None
    row = tables.smallest_trials(found).iloc[0]
    assert row["cost"] == f"{2 * best.therapists * (100 + best.clients):,}"


def test_a_crossed_trial_tells_how_effects_differ(normal: Any, finding: Finding) -> None:
    found = finding(normal(-0.5, 0.2, crossed=True, effects=0.09), therapists=(6, 16), analyses=("means",))
    words = short(found)
    assert "the effect differs between therapists by an SD of 0.30" in words
    assert "A trial of 6 therapists and 120 clients (t test of therapists' means)" in words
    assert "design effect" not in words


def test_reports_of_the_planned_trial_are_those_of_its_significant_trials(likely: Found) -> None:
    reported = likely.reports()
    assert reported.exaggeration > 1.0
    assert 0.0 <= reported.wrong_sign.share < 0.2
    assert np.isfinite(reported.exaggeration_mcse)
