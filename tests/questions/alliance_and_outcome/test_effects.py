"""Causal effects from twins: nothing but what is meant is changed, and no effect is none."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.agents import AllianceModel
from alliance_sim.engine.loops import play as play_as_is
from alliance_sim.law.alliance import component
from alliance_sim.law.change import life_outside
from alliance_sim.law.state import Levels
from alliance_sim.questions.alliance_and_outcome.effects import (
    EARLY,
    LARGER,
    responses,
    session_effects,
    treatment_effects,
)
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, REVERSE, WITHIN
from alliance_sim.questions.alliance_and_outcome.jolted_engine import Jolt, jolted_play
from alliance_sim.questions.alliance_and_outcome.measure import (
    TWIN_COLUMNS,
    WAYS,
    WHOLE_ALLIANCE,
    Raise,
    compare_twins,
    shifted,
    twin_arms,
)
from alliance_sim.questions.alliance_and_outcome.scenarios import SCENARIO, scenarios
from alliance_sim.questions.alliance_and_outcome.session_twins import ALLIANCE, DISTRESS, Jolts, course, jolt_sessions
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.run import Runs, run_piece
from alliance_sim.scenario import Clinic, Scenario
from alliance_sim.scenario.library import shipped
from alliance_sim.scenario.scenario import DesignPoint

Ask = Callable[..., Path]

SMALL = Scenario(clinic=Clinic(therapists=4, caseload=5, weeks=7))
WEEK = 3
ONE = range(1, 2)


LABELS: dict[str, float | str | bool] = dict(zip(SCENARIO, ("", "", "effect"), strict=True))


def test_a_raise_lifts_goal_task_and_bond_and_nothing_else() -> None:
    before, after = SMALL.world, shifted(SMALL, WAYS[WHOLE_ALLIANCE], 0.2).world
    for name in ("goal_level", "task_level", "bond_level"):
        assert getattr(after.parameters.sustain, name) == pytest.approx(getattr(before.parameters.sustain, name) + 0.2)
    put_back = after.parameters.sustain._replace(
        **{name: getattr(before.parameters.sustain, name) for name in ("goal_level", "task_level", "bond_level")}
    )
    assert after._replace(parameters=after.parameters._replace(sustain=put_back)) == before


def test_a_raise_lifts_every_draw_of_parameters() -> None:
    drawn = SMALL._replace(population=shipped())
    for replicate in (1, 2):
        before, after = (s.world_of(replicate).parameters for s in (drawn, shifted(drawn, WAYS[WHOLE_ALLIANCE], 0.2)))
        for name in ("goal_level", "task_level", "bond_level"):
            assert getattr(after.sustain, name) == pytest.approx(getattr(before.sustain, name) + 0.2)
        assert after.rupture == before.rupture


def test_without_an_effect_twins_have_the_same_outcome_to_the_bit(config: Ask, tmp_path: Path) -> None:
    here = next(each for each in scenarios(load_question(config())) if each.arm == "no effect" and not each.on)
    raises = tuple(Raise(WHOLE_ALLIANCE, size) for size in (0.2, 0.4))
    runs = Runs(5, range(1, 4), tmp_path)
    rows = run_piece(partial(compare_twins, raises), twin_arms(here.point, raises), runs)
    assert (rows["d_outcome"] == 0.0).all()
    assert (rows["d_alliance"] > 0.0).all()
    effects = treatment_effects(rows)
    assert set(effects) == {("", "", "no effect", each) for each in (BETWEEN, EARLY, LARGER)}
    assert all(effect.value == 0.0 for effect in effects.values())


def test_the_effect_of_a_treatment_is_change_of_outcome_per_sd_of_alliance() -> None:
    """Outcome 2 points per unit of alliance, SD of the alliance .5, of the outcome 4: 2 x .5 / 4 = .25."""
    row = dict.fromkeys(TWIN_COLUMNS, 0.0) | {"way": WHOLE_ALLIANCE, **LABELS, "d_outcome": 0.2, "d_alliance": 0.1}
    row |= {"d_early": 0.05, "var_outcome": 16.0, "var_alliance": 0.25, "var_early": 0.25}
    rows = pd.DataFrame([{"replicate": k, "size": size, **row} for k in (1, 2, 3) for size in (0.2, 0.4)])
    found = {key[-1]: effect.value for key, effect in treatment_effects(rows).items()}
    assert found == pytest.approx({BETWEEN: 0.25, LARGER: 0.25, EARLY: 0.5})


@pytest.mark.slow
def test_the_jolted_engine_is_the_law_and_mesa_with_the_same_stage_replaced_gives_the_same_bits() -> None:
    """Two ways to jolt a week: compiled, and by agents whose components or life outside is replaced for that week."""
    plain, calm = course(SMALL, 3, ONE, play_as_is), course(SMALL, 3, ONE, jolted_play(Jolt(WEEK)))
    for one, other in zip(plain, calm, strict=True):
        np.testing.assert_array_equal(one, other)

    def more(p: Any, now: float, level: float, pull: float, tie: float, other: float, z: float) -> Any:
        return component(p, now, level, pull, tie, other, z) + 0.2

    def relieved(p: Any, distress: float, resting: float, z_life: float) -> Any:
        return life_outside(p, distress, resting, z_life) - 0.2

    for stages, jolt in (
        ({"component": more}, Jolt(WEEK, session=0.2)),
        ({"life_outside": relieved}, Jolt(WEEK, relief=0.2)),
    ):
        model = AllianceModel(SMALL, seed=3, replicate=1)
        found = []
        for week in range(1, SMALL.clinic.weeks + 1):
            model.client_set.set("stages", stages if week == WEEK else {})
            model.step()
            found.append([client.record.levels[:] for client in model.client_set])
        levels = np.array(found)  # (weeks, clients, levels)
        engine = course(SMALL, 3, ONE, jolted_play(jolt))
        np.testing.assert_array_equal(levels[:, :, Levels._fields.index("alliance")].T, engine.alliance)
        np.testing.assert_array_equal(levels[:, :, Levels._fields.index("distress")].T, engine.distress)


@pytest.mark.slow
def test_a_better_session_changes_no_week_before_it_and_in_its_week_only_what_follows_from_feeling_better() -> None:
    plain, better = course(SMALL, 3, ONE, play_as_is), course(SMALL, 3, ONE, jolted_play(Jolt(WEEK, session=0.3)))
    for one, other in zip(plain[1:], better[1:], strict=True):
        np.testing.assert_array_equal(one[:, : WEEK - 1], other[:, : WEEK - 1])
    now = WEEK - 1
    np.testing.assert_array_equal(plain.attended[:, now], better.attended[:, now])  # stages 1 to 5 come first
    seen = np.isfinite(plain.alliance[:, now])
    assert (better.alliance[seen, now] > plain.alliance[seen, now]).all()
    came = plain.attended[:, now]
    assert (better.distress[came, now] < plain.distress[came, now]).all()
    missed = seen & ~came
    np.testing.assert_array_equal(better.distress[missed, now], plain.distress[missed, now])  # no session, no work


@pytest.mark.slow
def test_a_better_week_takes_away_as_much_distress_as_it_says_and_moves_the_alliance_a_week_later() -> None:
    plain, better = course(SMALL, 3, ONE, play_as_is), course(SMALL, 3, ONE, jolted_play(Jolt(WEEK, relief=0.2)))
    now = WEEK - 1
    here = np.isfinite(plain.distress[:, now])
    np.testing.assert_allclose((plain.distress - better.distress)[here, now], 0.2, atol=1e-12)
    np.testing.assert_array_equal(plain.alliance[:, :WEEK], better.alliance[:, :WEEK])
    both = np.isfinite(plain.alliance[:, WEEK]) & np.isfinite(better.alliance[:, WEEK])
    came = both & plain.attended[:, WEEK] & better.attended[:, WEEK]
    assert (better.alliance[came, WEEK] > plain.alliance[came, WEEK]).all()
    missed = both & ~plain.attended[:, WEEK] & ~better.attended[:, WEEK]  # who does not come judges no work
    np.testing.assert_array_equal(better.alliance[missed, WEEK], plain.alliance[missed, WEEK])


@pytest.mark.slow
def test_twice_the_jolt_does_twice_as_much() -> None:
    point = DesignPoint(1, "effect", LABELS, SMALL, "")
    found = [
        [
            effect.value
            for effect in session_effects(jolt_sessions(point, 3, range(1, 4), Jolts((2, 4), 2, size, size))).values()
        ]
        for size in (0.05, 0.1)
    ]
    assert found[0] == pytest.approx(found[1], rel=0.02)


def test_the_effect_of_a_session_is_the_fall_of_distress_per_sd_of_alliance() -> None:
    """Distress .02 less for an alliance .1 higher, SD within clients over SD of distress .5: .1."""
    base = {"week": 2, "unit": 0.5, "reverse_unit": 2.0, "n": 4, **LABELS}
    jolted = {ALLIANCE: ((0.1, -0.02), (0.05, -0.03)), DISTRESS: ((0.0, -0.2), (0.03, -0.2))}
    rows = [
        {
            "therapist": therapist,
            "jolted": what,
            "since": since,
            "d_alliance": 4 * alliance,
            "d_distress": 4 * distress,
            **base,
        }
        for therapist in range(3)
        for what, changes in jolted.items()
        for since, (alliance, distress) in enumerate(changes)
    ]
    table = pd.DataFrame(rows)
    found = {key[-1]: effect.value for key, effect in session_effects(table).items()}
    assert found == pytest.approx({WITHIN: 0.02 / 0.1 * 0.5, REVERSE: 0.03 / 0.2 * 2.0})
    curve = responses(table, 1)
    assert curve["alliance"].tolist() == pytest.approx([1.0, 0.5])
    assert curve["distress"].tolist() == pytest.approx([0.1, 0.15])
