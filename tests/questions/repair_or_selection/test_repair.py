"""Repair or selection: estimands on made-up twins, sentences that follow the numbers, and mistakes in a config."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.histories import ALL, NO_TRAUMA, TRAUMA, groups_at_intake
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.run import Runs, simulate
from alliance_sim.questions.repair_or_selection.catalogue import ANALYSES, DESCRIBED, LEAD, TRIALS
from alliance_sim.questions.repair_or_selection.causal import REPAIRED, RUPTURES, Twins, causal_effects
from alliance_sim.questions.repair_or_selection.conducting import setup_of
from alliance_sim.questions.repair_or_selection.measuring import COLUMNS, measure
from alliance_sim.questions.repair_or_selection.samples import Sample
from alliance_sim.questions.repair_or_selection.studies import OBSERVED, TRUE, Finding, events, findings, truths
from alliance_sim.questions.repair_or_selection.summing import BY_TRAUMA, Tables, tables_of
from alliance_sim.questions.repair_or_selection.telling import Measure, short_answer
from alliance_sim.questions.repair_or_selection.trial import therapists_needed
from alliance_sim.questions.repair_or_selection.worlds import Kind
from alliance_sim.scenario.problem import ConfigError

THERAPISTS, CASELOAD, WEEKS = 12, 10, 12
CLIENTS = THERAPISTS * CASELOAD
WITH = np.arange(CLIENTS) % 3 == 0
"""Clients with a rupture, in week 4."""
HISTORY = np.arange(CLIENTS) % 2 == 0

LUCK = np.random.default_rng(1).standard_normal((CLIENTS, WEEKS))

CONFIG = """
title: Small
question: Does it work?
replicates: 4
seed: 3
clinic: {therapists: 12, caseload: 10, weeks: 12}
arms:
  repair: {policy: repair}
  ignore: {policy: ignore}
factors:
  world:
    teaches: {mechanisms.repair_effect: corrective}
    nothing: {mechanisms.repair_effect: none}
repair_or_selection: {first: 4, last: 7}
ademp: {aims: To see.}
"""


def sample(after: float, symptoms: float = 10.0, rupture: bool = True, repaired: bool = True) -> Sample:
    """A replicate in which a rupture of week 4 changes the felt alliance by `after` from then on."""
    marks = np.zeros((CLIENTS, WEEKS))
    marks[WITH, 3] = 1.0 * rupture
    alliance = 0.5 + 0.01 * LUCK + after * np.cumsum(marks, axis=1)
    own = LUCK[:, 0]
    clients = {
        "symptoms_intake": 15.0 + own, "symptoms_end": symptoms + LUCK[:, 1], "wai_early": 4.0 + LUCK[:, 2],
        "alliance_end": alliance[:, -1], "trauma": 0.7 * HISTORY, "anxiety": own, "avoidance": own,
    }  # fmt: skip
    told = dict.fromkeys(("rupture", "rupture_client", "rupture_therapist", "withdrawal"), marks)
    sessions = {"alliance": alliance, "wai_client": 1.0 + 4.0 * alliance, "repaired": marks * repaired, **told}
    therapist = np.repeat(np.arange(1, THERAPISTS + 1), CASELOAD)
    groups = groups_at_intake(clients["trauma"], own, own)
    return Sample(1, therapist, clients, sessions, np.zeros(CLIENTS), groups)


@pytest.fixture(scope="module")
def twins() -> Twins:
    """Repaired, a rupture costs 0.05; left alone 0.20. The policy of repairing is worth 2 points of symptoms."""
    never = sample(0.0, rupture=False)
    alone = sample(-0.2, repaired=False)
    return Twins(sample(-0.05), sample(-0.2, 12.0, repaired=False), alone, never, np.full(CLIENTS, 4))


def test_the_policy_is_compared_over_everybody(twins: Twins) -> None:
    found = truths(list(causal_effects(twins)))
    assert found["symptoms", "everybody", ALL, 0] == pytest.approx(2.0)
    assert found["alliance at the end", "everybody", ALL, 0] == pytest.approx(0.15 * WITH.mean())
    assert found["dropout", "everybody", TRAUMA, 0] == 0.0


@pytest.mark.parametrize("among", [RUPTURES, REPAIRED])
def test_one_rupture_is_set_against_left_alone_and_against_none(twins: Twins, among: str) -> None:
    found = truths(list(causal_effects(twins)))
    for step in (0, 3, 5):
        assert found["felt, left alone", among, ALL, step] == pytest.approx(0.15)
        assert found["felt, never", among, ALL, step] == pytest.approx(-0.05)
        assert found["rated, never", among, NO_TRAUMA, step] == pytest.approx(-0.2)
    assert found["felt, left alone", among, ALL, -1] == 0.0


def test_without_repairs_there_is_no_effect_among_repaired_ones(twins: Twins) -> None:
    found = truths(list(causal_effects(twins._replace(own=twins.left_alone))))
    assert np.isnan(found["felt, left alone", REPAIRED, ALL, 3])
    assert found["felt, left alone", RUPTURES, ALL, 3] == 0.0


def test_first_ruptures_count_only_where_both_twins_had_them(twins: Twins) -> None:
    shouting = dict(twins.ignoring.sessions, withdrawal=0.0 * twins.ignoring.sessions["withdrawal"])
    other = twins._replace(ignoring=twins.ignoring._replace(sessions=shouting))
    key = ("felt, policy", "first ruptures", ALL, 2)
    assert truths(list(causal_effects(twins)))[key] == pytest.approx(0.15)
    assert np.isnan(truths(list(causal_effects(other)))[key])


def test_a_study_sees_reports_and_no_repair(twins: Twins) -> None:
    unseen = dict(twins.own.sessions, rupture_therapist=0.0 * twins.own.sessions["rupture"])
    seen, true = (events(twins.own._replace(sessions=unseen), each) for each in (OBSERVED, TRUE))
    assert (np.nansum(seen.mended), np.nansum(seen.unmended)) == (0.0, WITH.sum())
    assert (np.nansum(true.mended), np.nansum(true.unmended)) == (WITH.sum(), 0.0)


def all_findings(t: Twins) -> dict[tuple[str, str, str], Finding]:
    made = findings(t, truths(list(causal_effects(t))), 3, 0.77)
    return {(f.analysis, f.seen, f.group): f for f in made}


def test_every_analysis_of_the_catalogue_is_made_and_no_other(twins: Twins) -> None:
    names = {name for name, _, _ in all_findings(twins)}
    assert names == {a.name for a in ANALYSES} | {LEAD, *DESCRIBED}


def test_findings_are_held_against_the_effect_in_their_own_people(twins: Twins) -> None:
    found = all_findings(twins)
    assert found["before and after", TRUE, ALL].truth == pytest.approx(-0.2)  # rating points, against no rupture
    assert found["before and after, gap", TRUE, ALL].truth == pytest.approx(0.6)  # against left alone
    assert found["trial, symptoms", OBSERVED, TRAUMA].truth == pytest.approx(2.0)
    assert found[LEAD, TRUE, ALL].truth == 0.0


def test_a_trial_compares_disjoint_therapists(twins: Twins) -> None:
    """What clients of trained therapists would have had without training decides nothing."""
    before = all_findings(twins)["trial, symptoms", OBSERVED, ALL]
    assert before.estimate.value == pytest.approx(2.0, abs=4.0 * before.estimate.error)
    trained = twins.own.therapist % 2 == 1
    other = dict(twins.ignoring.clients, symptoms_end=np.where(trained, 99.0, twins.ignoring.clients["symptoms_end"]))
    after = all_findings(twins._replace(ignoring=twins.ignoring._replace(clients=other)))
    assert after["trial, symptoms", OBSERVED, ALL].estimate == before.estimate


def rows(symptoms: float, positive: bool) -> pd.DataFrame:
    """Measured rows of two worlds over ten replicates: effect of the policy, and one analysis that concludes or not."""
    made = []
    for world, truth in (("teaches", symptoms), ("nothing", -0.1)):
        for replicate in range(1, 11):
            noise = 0.01 * (replicate % 3 - 1)
            for group, more in ((ALL, 0.0), (TRAUMA, 0.2), (NO_TRAUMA, -0.2)):
                value = truth + noise + more * (world == "teaches")
                made.append((world, replicate, "symptoms", "everybody", group, 0, value, *[np.nan] * 4, 100))
                estimate = value if not positive else 1.0
                numbers = (estimate, truth, estimate - 0.2, estimate + 0.2, 0.1, 100)
                made += [
                    (world, replicate, a, OBSERVED, group, 3, *numbers) for a in ("episode against none", TRIALS[1])
                ]
    return pd.DataFrame(made, columns=["world", *COLUMNS])


WORLDS = {"teaches": Kind(0, 0, True), "nothing": Kind(2, 0, True)}
PHQ9 = Measure("PHQ-9", 0.0, 27.0, 5.0)


def test_interactions_are_taken_within_replicates() -> None:
    effects = tables_of(rows(0.5, False)).effects
    gap = effects[(effects["world"] == "teaches") & (effects["group"] == BY_TRAUMA)].iloc[0]
    assert gap["value"] == pytest.approx(0.4)
    assert gap["mcse"] == pytest.approx(0.0, abs=1e-12)


def told(tables: Tables) -> str:
    return short_answer(tables, WORLDS, PHQ9, 25)


def test_the_answer_follows_the_numbers() -> None:
    good, bad = told(tables_of(rows(0.5, False))), told(tables_of(rows(-0.5, False)))
    assert "(PHQ-9, 0–27; one client's change counts from 5 points)" in good
    assert "+0.500 (0.003) where repair teaches; −0.100 (0.003) where it does nothing" in good
    assert "takes time from the rest of the hour" in good
    assert "gain more (+0.700 (0.003)) than" in good
    assert "no analysis concludes that it strengthens in clearly more than 10 % of studies" in good
    assert "100 % of trials with 25 therapists find it" in good
    assert "−0.500 (0.003) where repair teaches" in bad
    assert "therapists find it; 80 %" not in bad  # there is no advantage to be found


def test_analyses_that_conclude_it_where_it_is_not_so_are_named() -> None:
    text = told(tables_of(rows(0.5, True)))
    assert "2 of 2 analyses (as a study sees it, or with true events known) still conclude" in text
    assert "as a study sees it most often “repaired rupture against all others” (100 %, nothing: " in text
    assert "on average +1.00 (0) where −0.10 is true)" in text


def test_the_size_of_a_trial_follows_from_its_error() -> None:
    """n = J ((z.975 + z.80) error / effect)^2: an effect of 2.8 errors needs no more therapists than there are."""
    row = pd.Series({"truth": 0.28, "truth_low": 0.2, "truth_mcse": 0.028, "error": 0.1, "error_mcse": 0.0})
    needed = therapists_needed(row, 25)
    assert needed.value == pytest.approx(25.0, rel=0.01)
    assert needed.high / needed.value == pytest.approx(np.exp(2.0 * 1.96 * 0.1), rel=0.001)  # 10 % of the effect
    assert np.isnan(therapists_needed(row.replace(0.2, -0.1), 25).value)


@pytest.fixture
def config(changed: Callable[..., Path]) -> Callable[..., Path]:
    """Writes the small config with some texts replaced."""
    return partial(changed, CONFIG)


WRONG = [
    (
        ("last: 7", "last: 7, repairing: repairs"),
        'repairing: found the text "repairs"; allowed: an arm: repair, ignore; ',
    ),
    (("last: 7", "last: 7, leaving: repair"), 'leaving: found the text "repair"; allowed: another arm than repairing'),
    (("  ignore:", "  press: {policy: press_on}\n  ignore:"), 'arms: found the arm "press"; allowed: the two arms'),
    (("  world:", "  place:"), "factors: found the factors place; allowed: one factor called world"),
    (("last: 7", "last: 8"), "last: found the number 8; allowed: 7 or earlier, 5 weeks before the end"),
    (("first: 4", "first: 8"), "last: found the number 7; allowed: 8 (first) or later"),
    (
        ("last: 7", "last: 7, panels: [teach]"),
        'panels[1]: found the unknown world "teach"; allowed: teaches, nothing; ',
    ),
    (("last: 7", "later: 9"), "later: found the number 9; allowed: a whole number from 1 to 5 (sessions)"),
]


@pytest.mark.parametrize(("change", "message"), WRONG, ids=[message[:40] for _, message in WRONG])
def test_mistakes_are_told_with_their_place(config: Callable[..., Path], change: tuple[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_question(config(change))
    assert message in str(error.value)
    assert "small.yaml, line" in str(error.value)


def test_a_world_needs_no_list_of_panels(config: Callable[..., Path]) -> None:
    asked = load_question(config())
    assert asked.kind.wrong(asked) == []
    assert any("2 worlds" in line for line in asked.kind.size(asked))


@pytest.mark.slow
def test_rows_do_not_depend_on_which_replicates_are_played_together(config: Callable[..., Path]) -> None:
    asked = load_question(config())
    setup, points = setup_of(asked), asked.experiment.points[:2]
    some = [{p.arm: simulate(p, Runs(3, r, Path())) for p in points} for r in (range(1, 3), range(3, 4))]
    parts = [measure(setup, arms) for arms in some]
    whole = measure(setup, {p.arm: simulate(p, Runs(3, range(1, 4), Path())) for p in points})
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)


@pytest.mark.slow
def test_a_small_config_is_answered_whole_and_nothing_is_done_twice(
    config: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = answer_question(load_question(config()), tmp_path / "out", 1, silent)
    assert {file.name for file in (tmp_path / "out" / "figures").glob("*.png")} == {
        "around_one_rupture.png", "studies_of_alliance.png", "studies_of_outcome.png",
    }  # fmt: skip
    assert not re.search(r"\bnan\b", first.text)
    monkeypatch.setattr("alliance_sim.questions.frame.run.play", None)
    again = answer_question(load_question(config()), tmp_path / "out", 1, silent)
    pd.testing.assert_frame_equal(first.answer.tables["analyses"], again.answer.tables["analyses"])
