"""Repair or selection: estimands on made-up twins, facts of the page, and mistakes in a config."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.histories import ALL, NO_TRAUMA, TRAUMA, groups_at_intake
from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.frame.run import Runs, simulate
from alliance_sim.questions.repair_or_selection.estimates import BY_TRAUMA, estimate, therapists_needed
from alliance_sim.questions.repair_or_selection.run import COLUMNS, measure, setup_of
from alliance_sim.questions.repair_or_selection.studies import (
    ALLIANCE,
    BETWEEN,
    DESCRIBED,
    LEAD,
    OBSERVED,
    OUTCOME,
    SHRUNKEN,
    TRIALS,
    TRUE,
    WITHIN,
    events,
    findings,
    truths,
)
from alliance_sim.questions.repair_or_selection.twins import (
    REPAIRED,
    RUPTURES,
    Measured,
    ReplicateClients,
    Twins,
    causal_effects,
)
from alliance_sim.questions.repair_or_selection.verdicts import (
    DISTINGUISHES,
    ERRS,
    FINDS_NOTHING,
    NEAR,
    NOTHING_THERE,
)
from alliance_sim.scenario.problem import ConfigError
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.montecarlo import percent_of

GAP, OTHERS = "repaired versus unrepaired ruptures", "repaired rupture versus all others"
R01, R03 = "correlation as in R01", "correlation as in R03"

THERAPISTS, CASELOAD, WEEKS = 12, 10, 12
CLIENTS = THERAPISTS * CASELOAD
WITH = np.arange(CLIENTS) % 3 == 0
"""Clients with a rupture, in week 4."""
HISTORY = np.arange(CLIENTS) % 2 == 0

NOISE = np.random.default_rng(1).standard_normal((CLIENTS, WEEKS))

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


def sample(after: float, symptoms: float = 10.0, rupture: bool = True, repaired: bool = True) -> ReplicateClients:
    """A replicate in which a rupture of week 4 changes the felt alliance by `after` from then on."""
    marks = np.zeros((CLIENTS, WEEKS))
    marks[WITH, 3] = 1.0 * rupture
    alliance = 0.5 + 0.01 * NOISE + after * np.cumsum(marks, axis=1)
    own = NOISE[:, 0]
    clients = {
        "symptoms_intake": 15.0 + own, "symptoms_end": symptoms + NOISE[:, 1], "wai_early": 4.0 + NOISE[:, 2],
        "alliance_end": alliance[:, -1], "trauma": 0.7 * HISTORY, "anxiety": own, "avoidance": own,
    }  # fmt: skip
    reports = dict.fromkeys(("rupture", "rupture_client", "rupture_therapist", "withdrawal"), marks)
    sessions = {"alliance": alliance, "wai_client": 1.0 + 4.0 * alliance, "repaired": marks * repaired, **reports}
    therapist = np.repeat(np.arange(1, THERAPISTS + 1), CASELOAD)
    groups = groups_at_intake(clients["trauma"], own, own)
    return ReplicateClients(1, therapist, clients, sessions, np.zeros(CLIENTS), groups)


@pytest.fixture(scope="module")
def twins() -> Twins:
    """Repaired, a rupture costs 0.05; left alone 0.20. The policy of repairing is worth 2 points of symptoms."""
    never = sample(0.0, rupture=False)
    alone = sample(-0.2, repaired=False)
    return Twins(sample(-0.05), sample(-0.2, 12.0, repaired=False), alone, never, np.full(CLIENTS, 4))


def test_the_policy_is_compared_over_everybody(twins: Twins) -> None:
    found = truths(causal_effects(twins))
    assert found["symptoms", "everybody", ALL, 0] == pytest.approx(2.0)
    assert found["alliance at the end", "everybody", ALL, 0] == pytest.approx(0.15 * WITH.mean())
    assert found["dropout", "everybody", TRAUMA, 0] == 0.0


@pytest.mark.parametrize("among", [RUPTURES, REPAIRED])
def test_one_rupture_is_compared_with_left_alone_and_with_none(twins: Twins, among: str) -> None:
    found = truths(causal_effects(twins))
    for step in (0, 3, 5):
        assert found["felt, left alone", among, ALL, step] == pytest.approx(0.15)
        assert found["felt, never", among, ALL, step] == pytest.approx(-0.05)
        assert found["rated, never", among, NO_TRAUMA, step] == pytest.approx(-0.2)
    assert found["felt, left alone", among, ALL, -1] == 0.0


def test_without_repairs_there_is_no_effect_among_repaired_ones(twins: Twins) -> None:
    found = truths(causal_effects(twins._replace(own=twins.left_alone)))
    assert np.isnan(found["felt, left alone", REPAIRED, ALL, 3])
    assert found["felt, left alone", RUPTURES, ALL, 3] == 0.0


def test_first_ruptures_count_only_where_both_twins_had_them(twins: Twins) -> None:
    shouting = dict(twins.ignoring.sessions, withdrawal=0.0 * twins.ignoring.sessions["withdrawal"])
    other = twins._replace(ignoring=twins.ignoring._replace(sessions=shouting))
    key = ("felt, policy", "first ruptures", ALL, 2)
    assert truths(causal_effects(twins))[key] == pytest.approx(0.15)
    assert np.isnan(truths(causal_effects(other))[key])


def test_effects_are_means_over_the_clients_of_each_group_that_count(twins: Twins) -> None:
    """Each against a loop over clients, in random histories with sessions that were not attended."""
    rng = np.random.default_rng(8)

    def random() -> ReplicateClients:
        gaps = np.where(rng.random((CLIENTS, WEEKS)) < 0.2, np.nan, 1.0)
        marks = {name: 1.0 * (rng.random((CLIENTS, WEEKS)) < 0.4) for name in twins.own.sessions}
        levels = {name: gaps * rng.normal(size=(CLIENTS, WEEKS)) for name in ("alliance", "wai_client")}
        return twins.own._replace(sessions=marks | levels)

    t = Twins(random(), random(), random(), random(), rng.integers(4, 7, CLIENTS))
    found = {each[:4]: each for each in causal_effects(t)}
    for step in (-3, -1, 0, 5):
        for group, members in t.own.groups.items():
            gaps = []
            for k in np.flatnonzero(members):
                at, before = t.week[k] - 1 + step, t.week[k] - 2
                own, alone, never = (each.sessions["alliance"][k, at] for each in (t.own, t.left_alone, t.never))
                known = np.isfinite([own, alone, never, t.own.sessions["alliance"][k, before]]).all()
                if known and t.own.sessions["rupture"][k, t.week[k] - 1] == 1.0:
                    gaps.append(own - never)
            effect = found["felt, never", RUPTURES, group, step]
            assert effect.events == len(gaps) > 0
            assert effect.value == pytest.approx(np.mean(gaps), rel=1e-10, abs=1e-14)


def test_a_study_sees_reports_and_no_repair(twins: Twins) -> None:
    unseen = dict(twins.own.sessions, rupture_therapist=0.0 * twins.own.sessions["rupture"])
    seen, true = (events(twins.own._replace(sessions=unseen), each) for each in (OBSERVED, TRUE))
    assert (np.nansum(seen.mended), np.nansum(seen.unmended)) == (0.0, WITH.sum())
    assert (np.nansum(true.mended), np.nansum(true.unmended)) == (WITH.sum(), 0.0)


def all_findings(t: Twins) -> dict[tuple[str, str, str], Measured]:
    made = findings(t, truths(causal_effects(t)), 3, 0.77)
    return {each[:3]: each for each in made}


def test_every_analysis_is_made_and_no_other(twins: Twins) -> None:
    names = {name for name, _, _ in all_findings(twins)}
    assert names == {*ALLIANCE, *OUTCOME, LEAD, *DESCRIBED}


def test_findings_are_compared_with_the_effect_in_their_own_people(twins: Twins) -> None:
    found = all_findings(twins)
    assert found["before and after", TRUE, ALL].truth == pytest.approx(-0.2)  # rating points, against no rupture
    assert found["repaired versus unrepaired ruptures", TRUE, ALL].truth == pytest.approx(0.6)  # against left alone
    assert found[TRIALS[1], OBSERVED, TRAUMA].truth == pytest.approx(2.0)
    assert found[LEAD, TRUE, ALL].truth == 0.0


def test_a_trial_compares_disjoint_therapists(twins: Twins) -> None:
    """What clients of trained therapists would have had without training decides nothing."""
    before = all_findings(twins)[TRIALS[1], OBSERVED, ALL]
    assert before.value == pytest.approx(2.0, abs=4.0 * before.error)
    trained = twins.own.therapist % 2 == 1
    other = dict(twins.ignoring.clients, symptoms_end=np.where(trained, 99.0, twins.ignoring.clients["symptoms_end"]))
    after = all_findings(twins._replace(ignoring=twins.ignoring._replace(clients=other)))
    assert after[TRIALS[1], OBSERVED, ALL]._replace(truth=before.truth) == before


@pytest.fixture(scope="module")
def question(tmp_path_factory: pytest.TempPathFactory) -> Question:
    """The small config; its scenarios are *teaches* and *nothing*."""
    file = tmp_path_factory.mktemp("small") / "small.yaml"
    file.write_text(CONFIG, encoding="utf-8")
    return load_question(file)


def rows(*made: tuple[str, float, float], teaches: float = 0.0) -> pd.DataFrame:
    """Measured rows of replicates: (what, value, truth); with trauma `teaches` more than without."""
    found = []
    for replicate, (what, value, truth) in enumerate(made):
        among = "everybody" if what == "symptoms" else OBSERVED
        for group, more in ((ALL, 0.0), (TRAUMA, teaches), (NO_TRAUMA, 0.0)):
            numbers = (value + more, truth, value - 0.2, value + 0.2, 0.1, 100)
            found.append(("teaches", replicate, what, among, group, 0, *numbers))
    return pd.DataFrame(found, columns=["world", *COLUMNS])


def test_interactions_are_taken_within_replicates(question: Question) -> None:
    made = [("symptoms", value, np.nan) for value in (0.1, 0.5, 0.9)] + [(OTHERS, 0.5, 0.5)]
    table = estimate(question, rows(*made, teaches=0.4)).estimates
    gap = table.one(about="effect", what="symptoms", group=BY_TRAUMA)
    assert gap.value == pytest.approx(0.4)
    assert gap.error == pytest.approx(0.0, abs=1e-12)


def test_of_ratios_the_median_over_studies_is_given(question: Question) -> None:
    """A slope on numbers that nearly coincide: one study of eleven says 1000."""
    values = [*np.linspace(0.4, 0.6, 10), 1000.0]
    made = [("symptoms", 0.5, np.nan)] + [(what, value, 0.5) for what in (SHRUNKEN, OTHERS) for value in values]
    table = estimate(question, rows(*made)).estimates.where(about="found", group=ALL)
    assert table.one(what=SHRUNKEN).value == pytest.approx(0.5, abs=0.02)
    assert table.one(what=OTHERS).value > 90


def test_the_size_of_a_trial_follows_from_its_error() -> None:
    """n = J ((z.975 + z.80) error / effect)^2: an effect of 2.8 errors needs no more therapists than there are."""
    true, error = Estimate(0.28, 0.2, 0.36, 0.028), Estimate(0.1, error=0.0)
    needed = therapists_needed(true, error, 25)
    assert needed.value == pytest.approx(25.0, rel=0.01)
    assert needed.high / needed.value == pytest.approx(np.exp(2.0 * 1.96 * 0.1), rel=0.001)  # 10 % of the effect
    assert not therapists_needed(true._replace(low=-0.1), error, 25).known


Row = tuple[dict[str, Any], Estimate]


def analysis(scenario: str, what: str, among: str = OBSERVED, group: str = ALL, **numbers: float) -> list[Row]:
    """How an analysis performs in 200 studies; by default it finds the truth, 0.5 where repair teaches, else 0."""
    true = numbers.get("true", 0.5 * (scenario == "teaches"))
    found = numbers.get("found", true)
    key = {"scenario": scenario, "what": what, "among": among, "group": group}
    around = {"found": found, "true effect": true, "bias": found - true}
    made = [({"about": about, **key}, Estimate(v, v - 0.02, v + 0.02, 0.01)) for about, v in around.items()]
    for about, name in (("concludes an advantage", "positive"), ("concludes harm", "negative")):
        made.append(({"about": about, **key}, percent_of(numbers.get(name, 0.0), 200)))
    if what == TRIALS[1]:
        needed = therapists_needed(made[1][1], Estimate(0.2, error=0.0), 12)
        made += [({"about": "therapists for 80 % power", **key}, needed)] if needed.known else []
    return made


@pytest.fixture
def facts(config: Callable[..., Path]) -> Callable[..., Mapping[str, Any]]:
    """The facts that made-up analyses give, in scenarios where repair teaches, does nothing, or is only selected."""
    skilled = "\n    selection: {mechanisms.repair_effect: none, mechanisms.skills: correlated}\nrepair_or"
    three = load_question(config(("\nrepair_or", skilled)))

    def facts(*made: list[Row]) -> Mapping[str, Any]:
        return three.kind.view(three, Tables(Estimates.of(row for each in made for row in each)))

    return facts


Facts = Callable[..., Mapping[str, Any]]


@pytest.mark.parametrize(
    ("right", "wrong", "true", "verdict"),
    [
        (0.9, 0.02, 0.5, DISTINGUISHES),
        (0.2, 0.02, 0.5, FINDS_NOTHING),
        (0.9, 0.12, 0.5, NEAR),  # 24 of 200 studies: interval from 8 %
        (0.9, 0.16, 0.5, ERRS),  # 32 of 200: from 11.6 %
        (0.0, 0.02, -0.5, NOTHING_THERE),
    ],
)
def test_an_analysis_errs_only_if_that_is_beyond_monte_carlo_error(
    facts: Facts, right: float, wrong: float, true: float, verdict: str
) -> None:
    found = facts(analysis("teaches", GAP, true=true, positive=right), analysis("nothing", GAP, positive=wrong))
    assert [each["verdict"] for each in found["verdicts"]] == [verdict]
    assert found["distinguishing"] == ([GAP] if verdict == DISTINGUISHES else [])
    assert (found["alarms"]["count"], found["alarms"]["near"]) == (int(verdict == ERRS), int(verdict == NEAR))


def test_an_alarm_is_shown_with_what_is_found_and_true_in_its_scenario(facts: Facts) -> None:
    found = facts(
        analysis("teaches", OTHERS),
        analysis("nothing", OTHERS, positive=0.3, found=0.7),
        analysis("selection", OTHERS, positive=0.2),
    )
    (worst,) = found["alarms"]["worst"]
    assert (worst["where"], worst["found"].value, worst["true"].value) == ("nothing", 0.7, 0.0)


@pytest.mark.parametrize(("known", "reported", "blind"), [(1.0, 0.03, [GAP]), (0.3, 0.03, []), (1.0, 0.9, [])])
def test_measurement_is_the_obstacle_only_if_knowing_the_events_would_answer(
    facts: Facts, known: float, reported: float, blind: list[str]
) -> None:
    found = facts(
        analysis("teaches", GAP, TRUE, positive=known),
        analysis("nothing", GAP, TRUE, positive=0.02),
        analysis("teaches", GAP, positive=reported),
        analysis("nothing", GAP),
    )
    assert [each["analysis"] for each in found["blind"]] == blind
    assert found["with_events"] == (known == 1.0)


def test_a_trial_is_proposed_unless_it_errs_where_repair_does_nothing(facts: Facts) -> None:
    def needed(wrong: float) -> Estimate | None:
        teaching = analysis("teaches", TRIALS[1])
        found: Estimate | None = facts(teaching, analysis("nothing", TRIALS[1], positive=wrong))["needed"]
        return found

    assert needed(0.02) is not None
    assert needed(0.02).value == pytest.approx(12 * (2.8016 * 0.2 / 0.5) ** 2, rel=1e-3)  # type: ignore[union-attr]
    assert needed(0.3) is None


@pytest.mark.parametrize(("harm", "named"), [(0.2, True), (0.12, False)])
def test_a_wrong_sign_is_reported_if_it_is_not_rare(facts: Facts, harm: float, named: bool) -> None:
    found = facts(analysis("teaches", OTHERS, found=-0.6, negative=harm), analysis("nothing", OTHERS))["wrong_sign"]
    assert (found is not None and found["found"].value == -0.6) == named


def test_less_than_half_counts_only_where_the_interval_lies_below_it(facts: Facts) -> None:
    nothing = [analysis("nothing", name) for name in (GAP, OTHERS)]
    found = facts(analysis("teaches", GAP, found=0.2), analysis("teaches", OTHERS, found=0.24), *nothing)
    assert (found["missed"]["all"], found["missed"]["of"]) == (1, 2)


def test_between_and_within_therapists_stand_side_by_side(facts: Facts) -> None:
    found = facts(analysis("selection", BETWEEN, found=0.5), analysis("selection", WITHIN, found=-0.2))["levels"]
    by_scenario = {each["scenario"]: each for each in found}
    assert list(by_scenario) == ["teaches", "selection"]
    assert by_scenario["selection"]["between"]["bias"].sign == 1
    assert not by_scenario["teaches"]["within"]["found"].known


def test_the_difference_by_history_is_sought_in_all_analyses(facts: Facts) -> None:
    made = [analysis("teaches", name, group=BY_TRAUMA, positive=p) for name, p in ((OTHERS, 0.1), (TRIALS[1], 0.03))]
    found = facts(*made)["concluded_by_history"]
    assert (found["analysis"], found["share"].value, found["trial"].value) == (OTHERS, 10.0, 3.0)
    assert facts(analysis("teaches", OTHERS))["concluded_by_history"] is None


def test_correlations_are_compared_with_the_published_ones(facts: Facts) -> None:
    """Published: 0.29 (R01), 0.24 (R03)."""

    def number(scenario: str, what: str, value: float, among: str = OBSERVED) -> list[Row]:
        return analysis(scenario, what, among, found=value)[:1]

    def published(r01: float, r03: float, known: float) -> list[Mapping[str, Any]]:
        both = [number(name, R03, r03) for name in ("teaches", "nothing", "selection")]
        found: list[Mapping[str, Any]] = facts(
            number("teaches", R01, r01), number("nothing", R01, 0.0), *both, number("teaches", R03, known, TRUE)
        )["published"]
        return found

    low, high = published(0.12, -0.05, 0.0), published(0.3, 0.1, 0.25)
    assert [each["short"] for each in low] == [True, True]
    assert [each["wrong_sign"] for each in low] == [False, True]
    assert [each["short"] for each in high] == [False, False]
    assert high[0]["observed"].value == 0.3
    assert facts()["published"] == []


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
def test_mistakes_are_reported_in_place(config: Callable[..., Path], change: tuple[str, str], message: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_question(config(change))
    assert message in str(error.value)
    assert "small.yaml, line" in str(error.value)


def test_a_config_needs_no_list_of_panels(config: Callable[..., Path]) -> None:
    question = load_question(config())
    assert list(question.kind.wrong(question)) == []
    assert "2 scenarios" in question.kind.size(question)[0]


@pytest.mark.slow
def test_rows_do_not_depend_on_which_replicates_are_run_together(config: Callable[..., Path]) -> None:
    question = load_question(config())
    setup, points = setup_of(question), question.experiment.points[:2]
    some = [{p.arm: simulate(p, Runs(3, r, Path())) for p in points} for r in (range(1, 3), range(3, 4))]
    parts = [measure(setup, arms) for arms in some]
    whole = measure(setup, {p.arm: simulate(p, Runs(3, range(1, 4), Path())) for p in points})
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), whole)
