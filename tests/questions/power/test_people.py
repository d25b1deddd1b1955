"""The people of simulated trials: nobody is in two arms or two trials; crossed therapists are, with other clients."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alliance_sim.engine.block import Buffers
from alliance_sim.law.tally import CLIENT_COLUMNS
from alliance_sim.questions.power import people
from alliance_sim.questions.power.people import ARMS, CENTRE, NULL, POSTERIOR, Cell, Known, People, TrialSize, seed_of
from alliance_sim.questions.power.section import Dropouts, Outcome
from alliance_sim.scenario import load
from alliance_sim.scenario.scenario import Scenario

CONFIG = """
arms:
  usual: {policy: ignore}
  training: {policy: repair, parameters: {intake: {repair_mean: 1.0}}}
parameters: posterior
clinic: {therapists: 3, caseload: 4, weeks: 3}
seed: 5
"""
DESIGN = TrialSize(3, 4)
TRAITS = ("therapist_attunement", "anxiety", "resting")
Taking = Callable[..., People]


@pytest.fixture
def taking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Taking:
    """People of two arms; traits are kept too, by which persons can be recognised."""
    monkeypatch.setattr(people, "KEPT", (*people.KEPT, *TRAITS))
    (tmp_path / "a.yaml").write_text(CONFIG)
    experiment = load(tmp_path / "a.yaml")

    def made(crossed: bool = False, **changes: Any) -> People:
        return People(experiment.points, 5, tmp_path, crossed, Known(Outcome.SYMPTOMS))._replace(**changes)

    return made


def trait(who: People, cell: Cell, arm: int, name: str, numbers: range = range(1, 4)) -> np.ndarray:
    """A trait of the clients of an arm, (trials, therapists, clients)."""
    return who.of_arm(cell, arm, numbers)[name]


def cell(scenario: str = ARMS, parameters: str = CENTRE, purpose: str = "curve", design: TrialSize = DESIGN) -> Cell:
    """Trials of one kind."""
    return Cell(scenario, parameters, purpose, design)


def test_no_two_arms_or_trials_share_a_therapist_or_a_client(taking: Taking) -> None:
    who = taking()
    cells = [
        cell(), cell(NULL), cell(purpose="search"), cell(purpose="confirm"), cell(design=TrialSize(4, 4)),
        cell(parameters=POSTERIOR),
    ]  # fmt: skip
    for name, of_one in (("therapist_attunement", 4), ("anxiety", 1)):
        found = np.concatenate([trait(who, each, arm, name).ravel() for each in cells for arm in (0, 1)])
        assert len(np.unique(found)) == len(found) / of_one


def test_trials_are_the_same_however_they_are_divided(taking: Taking) -> None:
    who = taking()
    for each in (cell(), cell(parameters=POSTERIOR)):
        whole = who.draw(each, range(1, 7)).outcome
        parts = [who.draw(each, part).outcome for part in (range(1, 3), range(3, 7))]
        np.testing.assert_array_equal(whole, np.concatenate(parts, axis=1))


def test_crossed_therapists_treat_other_clients_in_each_arm(taking: Taking) -> None:
    who = taking(crossed=True)
    one, other = (trait(who, cell(), arm, "therapist_attunement") for arm in (0, 1))
    assert one.shape == (3, 3, 4)
    np.testing.assert_array_equal(one, other)
    clients = np.concatenate([trait(who, cell(), arm, "anxiety").ravel() for arm in (0, 1)])
    assert len(np.unique(clients)) == 2 * 3 * 3 * 4


def test_in_the_null_scenario_everybody_is_treated_as_in_the_control_arm(taking: Taking) -> None:
    """So that each arm is what the control would be with these people."""
    who = taking()
    alone = who._replace(points=(who.points[0], who.points[0]))
    np.testing.assert_array_equal(who.draw(cell(NULL), range(1, 4)), alone.draw(cell(NULL), range(1, 4)))
    assert not np.array_equal(who.draw(cell(), range(1, 30)).outcome[1], alone.draw(cell(), range(1, 30)).outcome[1])


def test_both_arms_of_a_trial_have_the_same_draw(taking: Taking, monkeypatch: Any) -> None:
    seen: list[float] = []

    def player_for(*_: Any) -> Any:
        def play(scenario: Scenario, _: int, replicates: range, __: bool, ___: Buffers) -> Any:
            assert scenario.population is None
            seen.append(scenario.world.parameters.rupture.base)
            return type("Block", (), {"clients": np.zeros((12 * len(replicates), len(CLIENT_COLUMNS)))})

        return play, ""

    monkeypatch.setattr(people, "player_for", player_for)
    who = taking()
    who.draw(cell(parameters=POSTERIOR), range(1, 4))
    draws = who.points[0].scenario.population
    assert draws is not None
    own = [row[draws.paths.index("rupture.base")] for row in draws.draws]
    assert seen == own[:3] * 2
    seen.clear()
    who.draw(cell(), range(1, 4))
    assert seen == [pytest.approx(np.mean(own))] * 2


def test_each_cell_has_a_seed_of_its_own() -> None:
    cells = [cell(w, p, q, TrialSize(j, m)) for w in (ARMS, NULL) for p in (CENTRE, POSTERIOR)
             for q in ("curve", "search", "confirm") for j in range(2, 12) for m in range(2, 7)]  # fmt: skip
    seeds = {seed_of(seed, each) for each in cells for seed in (0, 1)}
    assert len(seeds) == 2 * len(cells)
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_seeds_are_those_of_the_published_trials() -> None:
    assert [seed_of(20261123, cell(scenario)) for scenario in (ARMS, NULL)] == [
        8385814263701665511,
        6067443004268457423,
    ]


def test_what_is_known_of_dropouts_is_as_asked(taking: Taking) -> None:
    numbers = range(1, 60)
    rows = taking().of_arm(cell(), 0, numbers)
    left = rows["left"] == 1
    assert left.any()
    found = {way: people.outcome_of(rows, Known(Outcome.SYMPTOMS, way)) for way in Dropouts}
    np.testing.assert_array_equal(np.isnan(found[Dropouts.LEFT_OUT]), left)
    for way in Dropouts:
        np.testing.assert_array_equal(found[way][~left], rows["symptoms_end"][~left])
    seen = rows["symptoms_last"][left]
    carried = found[Dropouts.CARRIED_FORWARD][left]
    np.testing.assert_array_equal(carried[~np.isnan(seen)], seen[~np.isnan(seen)])
    np.testing.assert_array_equal(people.outcome_of(rows, Known(Outcome.DROPOUT)), left.astype(float))
    assert np.nanmax(people.outcome_of(rows, Known(Outcome.ALLIANCE_MEAN))) <= 5.0


def test_clients_are_lost_to_follow_up_at_the_stated_rate_whatever_the_pieces(taking: Taking) -> None:
    """Of 2,400 clients 30 % are lost, give or take 3.3 standard errors (3.1 %)."""
    who = taking(known=Known(Outcome.SYMPTOMS, lost=0.3))
    outcome = who.draw(cell(), range(1, 101)).outcome
    assert np.isnan(outcome).mean() == pytest.approx(0.3, abs=0.031)
    later = who.draw(cell(), range(51, 101)).outcome
    np.testing.assert_array_equal(outcome[:, 50:], later)
