"""The answer follows the numbers: what is found, what is out of reach, what is no power."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import pytest

from alliance_sim.questions.power import answer, assured, tables, telling
from alliance_sim.questions.power.conduct import simulate
from alliance_sim.questions.power.found import Found
from alliance_sim.questions.power.people import ARMS, CENTRE, POSTERIOR, Design
from alliance_sim.questions.power.search import Goal
from alliance_sim.questions.power.section import Outcome
from alliance_sim.questions.power.summary import designs
from alliance_sim.questions.power.words import short
from alliance_sim.scenario.scenario import DesignPoint, Scenario
from alliance_sim.stats.montecarlo import summarise

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
    lead = words.partition("\n\n")[0]
    assert "by −0.50 points (−0.50 SD) against *usual*, 10 % of the 5 points by which one client's score must" in lead
    assert f"needs **{best.therapists} therapists and {10 * best.therapists:,} clients in each arm**" in lead
    assert "a trial of that size is significant with probability 0." in lead
    assert "that is not power" not in lead
    assert "They account for 15.0 % of the variance, so that" in words
    assert "10 clients of one therapist tell as much as 4.3 who share none (design effect 2.35)" in words
    assert "- **The planned trial.** 12 therapists and 120 clients (therapists as a random effect): " in words
    assert f"needs **{best.therapists} therapists in each arm** (95 % interval {best.low} to {best.high})" in words
    assert f"{2 * best.therapists} therapists and {20 * best.therapists:,} clients in all; of fresh trials" in words
    assert "Other analyses find too many: therapists ignored at every size (at most " in words
    assert "- **Uncertain parameters.** The planned trial has an assurance of" in words
    assert "against *nothing* the effect is −0.75 points, which needs " in words


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
    assert "- **Uncertain parameters.** What they do to this was not asked" in words
    assert "The control" not in words
    assert "overstate" not in words
    assert found.simulated.cheapest is None
    assert tables.confirmed(found).empty
    assert "more than 60" in str(tables.smallest_trials(found)["therapists of an arm"][0])
    assert len(answer(found).pictures) == 1


def test_the_power_of_an_analysis_that_breaks_its_promise_is_not_called_power(normal: Any, finding: Finding) -> None:
    found = finding(normal(-0.5, 0.15), analyses=("ignoring", "means"), therapists=(6, 18), replicates=400)
    lead = short(found).partition("\n\n")[0]
    assert "But at every size this analysis finds more than it promises where there is nothing to find" in lead
    assert "and 5.0 % are promised: too many at every size." in short(found)
    table = tables.analyses(found)
    assert list(table["is that power?"]) == ["no, too many false positives at every size", "yes"]
    assert table["analysis"][0] == "therapists ignored (planned)"
    own = [float(cell.split()[0]) for cell in table["power at a level that keeps its promise, %"]]
    told = [float(cell.split()[0]) for cell in table["significant, %"]]
    assert own[0] < told[0]
    beside = table["more of it than the planned, percentage points"]
    assert beside[0] == "–"
    assert float(beside[1].split()[0].replace("−", "-")) == pytest.approx(own[1] - own[0], abs=0.11)
    assert "for t test of therapists' means a difference from it cannot be told." in telling.analyses(found)


def test_an_analysis_that_is_the_same_in_every_trial_has_no_other_power(likely: Found) -> None:
    """A difference of nothing, with an interval of a point: the trials that are taken anew are the same ones."""
    assert likely.beside_planned("mixed") == (0.0, 0.0, 0.0)
    own = likely.adjusted("mixed")
    assert own is not None
    assert own.low < own.share < own.high
    row = likely.rows(world=ARMS, parameters=CENTRE, purpose="curve", therapists=6, clients=10).iloc[0]
    assert (row["adjusted"], row["adjusted_low"], row["adjusted_high"]) == (own.share, own.low, own.high)


def test_every_part_of_the_answer_has_its_table_and_its_words(likely: Found) -> None:
    made = answer(likely)
    titles = [part.title for part in made.parts]
    assert titles == [
        "The trial, and what is true in its world", "Power by size", "Which analysis keeps its promise",
        "The planned trial, analysed in several ways",
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


def test_an_effect_is_held_against_the_change_of_one_client_where_it_is_one_of_symptoms(likely: Found) -> None:
    told = telling.trial(likely)
    assert "How large is 0.50 points? One client's score must change by 5 to exceed its error of measurement" in told
    assert "reliable change of phq9; Kroenke (2012), Loewe et al. (2004)" in told
    plan = likely.plan
    other = likely._replace(plan=plan._replace(measured=plan.measured._replace(outcome=Outcome.ALLIANCE_MEAN)))
    assert other.scale() is None
    assert "How large" not in telling.trial(other)
    assert "one client's score" not in short(other)


def test_a_changed_scale_has_no_source(likely: Found) -> None:
    first, *rest = likely.plan.points
    world = first.scenario.world
    changed = first.scenario._replace(world=world._replace(scale=world.scale._replace(reliable=6.0)))
    found = likely._replace(plan=likely.plan._replace(points=(first._replace(scenario=changed), *rest)))
    assert found.scale() == ("phq9", 6.0, "")


def test_how_trials_share_the_draws_is_told(likely: Found) -> None:
    def told(replicates: int, in_turn: int) -> str:
        return assured.assurance(likely._replace(plan=likely.plan._replace(replicates=replicates, in_turn=in_turn)))

    assert "each of 40 draws of the parameters plays as many trials of a size as any other (3 of 120)" in told(120, 40)
    assert "50 draws of the parameters take turns, and each plays 2 or 3 of 120 trials of a size" in told(120, 50)
    assert "every trial of a size is played under a draw of the parameters of its own, of 400" in told(120, 400)
    assert "Where all arms are alike, " in told(120, 40)


def test_draws_that_play_several_trials_make_the_interval_of_assurance_wider(likely: Found, finding: Finding) -> None:
    """Were there but four draws, trials of their worlds would tell little of others."""
    plan = likely.plan
    rows = likely.simulated.trials
    few, many = (designs(rows, plan._replace(in_turn=n)) for n in (4, 1_000))
    widths = [(table["high"] - table["low"])[table["parameters"] == POSTERIOR] for table in (few, many)]
    assert widths[0].mean() > 1.1 * widths[1].mean()
    same = few["parameters"] == CENTRE
    assert (few["low"][same] == many["low"][same]).all()


def test_an_interval_has_digits_enough_to_be_seen() -> None:
    assert tables.with_interval(summarise(np.array([0.149, 0.151, 0.150])), 2, signed=True) == "+0.150 [0.148, 0.152]"
    assert tables.with_interval(summarise(np.array([0.1, 0.2, 0.3])), 2) == "0.20 [−0.05, 0.45]"
    assert tables.with_interval(summarise(np.ones(3)), 1) == "1.0"


def test_shares_of_caseloads_carry_their_errors(likely: Found) -> None:
    noisy = likely.worlds.assign(icc=likely.worlds["icc"] + 0.01 * (likely.worlds["number"] - 2))
    found = likely._replace(worlds=noisy)
    share = found.shares()[10]
    assert share.value == pytest.approx(0.15)
    assert share.mcse == pytest.approx(0.01 / np.sqrt(3))
    assert tables.smallest_trials(found)["therapists' share, %"][0] == "15.0 [12.5, 17.5]"


def test_costs_decide_what_is_cheapest(normal: Any, finding: Finding, worlds: Any) -> None:
    found = finding(normal(-0.9, 0.1), costs=(100.0, 1.0), therapists=(4, 8, 16), analyses=("means",))
    best = found.simulated.cheapest
    assert best is not None
    row = tables.smallest_trials(found).iloc[0]
    assert row["cost"] == f"{2 * best.therapists * (100 + best.clients):,}"


def test_a_crossed_trial_tells_how_effects_differ(normal: Any, finding: Finding) -> None:
    found = finding(normal(-0.5, 0.2, crossed=True, effects=0.09), therapists=(6, 16), analyses=("means",))
    words = short(found)
    assert "The effect differs between therapists by an SD of 0.30" in words
    assert "6 therapists and 120 clients (t test of therapists' means)" in words
    assert "therapists with 10 clients each in every arm**" in words
    assert "design effect" not in words


def test_reports_of_the_planned_trial_are_those_of_its_significant_trials(likely: Found) -> None:
    reported = likely.reports()
    assert reported.exaggeration > 1.0
    assert 0.0 <= reported.wrong_sign.share < 0.2
    assert np.isfinite(reported.exaggeration_mcse)


class Unmeasured(NamedTuple):
    """Outcomes that are known of a share of clients only."""

    source: Any
    known: float

    @property
    def key(self) -> str:
        """Tells this truth from others."""
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
    found = finding(Unmeasured(normal(-0.5, 0.1), 0.0), GOAL._replace(refine=0, confirm=0), therapists=(6,))
    lead, _, rest = short(found).partition("\n\n")
    assert lead.startswith(
        "None of 120 simulated trials of 12 therapists and 120 clients could be analysed as planned: too few clients "
        "have an outcome. What such a trial would find cannot be said. In this world"
    )
    assert "0.0 %" not in rest
    assert "is that power" not in rest
    verdicts = tables.analyses(found)["is that power?"]
    assert set(verdicts) == {"cannot tell at every size: most trials could not be analysed"}
    assert "so that no share here says anything of power" in telling.sizes(found)
    assert telling.agreement(found) == (
        "Of no design could most trials be analysed, so that there is nothing to compare with the closed form."
    )
    assert [picture.name for picture in answer(found).pictures] == []
