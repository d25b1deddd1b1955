"""Rupture detection: what may be asked, what is measured of a clinic, what is estimated, and the facts of the page."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.criteria import BY_NAME, NAMES, PUBLISHED
from alliance_sim.estimates.long import Estimates
from alliance_sim.evidence.findings import published
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Tables
from alliance_sim.questions.frame.run import Runs, simulate
from alliance_sim.questions.rupture_detection.estimates import changes, correlations
from alliance_sim.questions.rupture_detection.measure import measure
from alliance_sim.questions.rupture_detection.section import FactorLevels, levels_of, plan_of
from alliance_sim.scenario import ConfigError
from tests.questions.golden import read

CONFIG = """
title: Small
seed: 4
replicates: 3
clinic: {therapists: 3, caseload: 8, weeks: 10}
arms:
  with: {}
  without: {mechanisms: {ruptures: false}}
factors:
  clinic.weeks: [6, 12]
rupture_detection: {samples: 39, criteria: [reliable_drop, chart_2, usual_so_far, sudden_loss], thresholds: [0.5, 1, 2]}
"""

Changed = Callable[..., Path]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("rupture_detection.criteria=[reliable_drop, relable_drop]", 'the unknown criterion "relable_drop"'),
        ("rupture_detection.criteria=[]", "an empty list"),
        ("rupture_detection.nulls=[drift, drift]", 'the null "drift" a second time'),
        ("rupture_detection.thresholds=[1, -1]", "the number -1"),
        ("rupture_detection.samples=10", "a whole number from 39 to 9999"),
        ("rupture_detection.window=9", "a whole number from 0 to 5"),
        ("rupture_detection.reliability=1.5", "a number from 0 to 1"),
        ("rupture_detection.criterias=[chart_2]", "did you mean criteria?"),
        ("baseline=without", "baseline: found a world without ruptures; allowed: an arm with mechanisms.rupt"),
        ("arms.with.mechanisms.ruptures=false", "arms: found no world with ruptures; allowed: an arm with mechanisms."),
        ("arms.with.treatment=waiting_list",
         "treatment: found a treatment without sessions; allowed: treatments in which clients are rated"),
    ],
)  # fmt: skip
def test_mistakes_are_reported_with_what_is_allowed(changed: Changed, given: str, message: str) -> None:
    overrides = [given, "arms.with.policy=ignore"] if "mechanisms" in given else [given]
    with pytest.raises(ConfigError) as caught:
        load_question(changed(CONFIG), overrides)
    (found,) = str(caught.value).splitlines()
    assert message in found


def test_what_is_left_out_is_every_criterion_and_the_null_that_drifts(changed: Changed) -> None:
    plan = plan_of(load_question(changed(CONFIG.rpartition("rupture_detection")[0] + "rupture_detection: {}\n")))
    assert plan.criteria == NAMES
    assert plan.nulls[0] == "drift"
    assert (plan.window, plan.reliability) == (1, 0.0)


def test_a_setting_that_is_not_named_is_the_middle_level_of_every_factor(changed: Changed) -> None:
    levels = levels_of(load_question(changed(CONFIG, ("[6, 12]", "[6, 9, 12]"))))
    assert levels.middle == {"weeks": 9}
    assert (levels.setting(), levels.setting(weeks=6)) == ("planned sessions: 9", "planned sessions: 6")


def test_a_replicate_is_measured_the_same_alone_and_among_others(changed: Changed, tmp_path: Path) -> None:
    question = load_question(changed(CONFIG))
    points = {p.arm: p for p in question.experiment.points if p.factors["weeks"] == 6}
    both, second = (
        measure(plan_of(question), "with", {arm: simulate(p, Runs(4, some, tmp_path)) for arm, p in points.items()})
        for some in (range(1, 3), range(2, 3))
    )
    pd.testing.assert_frame_equal(both[both["replicate"] == 2].reset_index(drop=True), second)


def test_with_its_own_threshold_and_number_of_ratings_a_scenario_reports_what_it_does(
    changed: Changed, tmp_path: Path
) -> None:
    question = load_question(changed(CONFIG))
    point = next(p for p in question.experiment.points if p.arm == "with")
    simulated = simulate(point, Runs(4, range(1, 3), tmp_path))
    rows = measure(plan_of(question), "with", {"with": simulated, "without": simulated})
    own = rows[rows["size"].isna()].set_index(["replicate", "arm", "criterion", "quantity"])["value"]
    there = [key for key in own.index if str(key[3]).startswith(("same_", "as_many_"))]
    assert {key[1] for key in there} == {"without"}
    for replicate, arm, criterion, quantity in there:
        share = quantity.removeprefix("same_").removeprefix("as_many_")
        assert own[replicate, arm, criterion, quantity] == pytest.approx(own[replicate, arm, criterion, share])


@pytest.fixture(scope="module")
def kept() -> Estimates:
    """The estimates of the golden page at its middle setting."""
    return read("rupture_detection").tables.estimates.where(setting="planned sessions: 12")


def mean(kept: Estimates, criterion: str, quantity: str, arm: str = "fitted") -> float:
    """A mean over clinics."""
    return kept.one(about="mean", arm=arm, criterion=criterion, quantity=quantity).value


def test_a_share_minus_its_null_is_the_mean_of_both(kept: Estimates) -> None:
    over = list(kept.where(about="minus null"))
    assert len(over) == 4 * 3
    for row in over:
        share, null = (mean(kept, row["criterion"], f"{of}{row['quantity']}") for of in ("", "null_drift_mean_"))
        assert row.estimate.value == pytest.approx(share - null, abs=1e-4)


def test_accuracy_is_that_of_the_scenario_with_ruptures(kept: Estimates) -> None:
    for name in ("reliable_drop", "chart_2", "usual_so_far", "sudden_loss"):
        assert mean(kept, name, "sensitivity_severe") >= mean(kept, name, "sensitivity_all")
        assert mean(kept, name, "specificity") + mean(kept, name, "false_alarms") == pytest.approx(100.0)
        assert 0.45 < mean(kept, name, "area") < 0.9
    assert kept.where(about="mean", quantity="area").options("arm") == ["fitted"]


def test_a_curve_falls_with_the_threshold_and_passes_through_its_own_criterion(kept: Estimates) -> None:
    curve = read("rupture_detection").tables.more["curves"]
    own = curve[curve["family"] == "reliable drop"].sort_values("size")
    assert (own["sensitivity"].diff().dropna() <= 0).all()
    at_one = own[own["size"] == 1.0].iloc[0]
    for column, quantity in (("sensitivity", "sensitivity_all"), ("false_alarms", "false_alarms")):
        assert at_one[column] == pytest.approx(mean(kept, "reliable_drop", quantity), abs=1e-4)


def test_with_the_same_threshold_a_laxer_criterion_flags_no_more_clients(kept: Estimates) -> None:
    there = {"criterion": "reliable_drop", "arm": "no ruptures"}
    assert mean(kept, quantity="threshold", **there) < mean(kept, "reliable_drop", "threshold")
    assert mean(kept, quantity="same_flagged", **there) <= mean(kept, quantity="flagged", **there)


def test_bands_are_judged_without_ruptures_alone(kept: Estimates) -> None:
    inside = kept.where(about="inside band")
    assert (inside.options("arm"), inside.options("null")) == (["no ruptures"], ["drift", "stable"])


def test_published_marks_are_the_published_numbers() -> None:
    finding = next(one for one in published() if one.id == "P06")
    larsson = PUBLISHED[0]
    assert larsson.repaired == finding.parts[0].value
    assert larsson.flagged == pytest.approx(finding.parts[0].value + finding.parts[1].value)
    assert all(not mark.criterion or mark.criterion in BY_NAME for mark in PUBLISHED)


def test_correlations_of_clinics_are_those_of_their_numbers() -> None:
    truth, zero = np.random.default_rng(1).random(30), np.zeros(30)
    clinics = {("a", "", "true_sessions"): truth, ("a", "", "true_unrepaired"): truth}
    clinics |= {("a", "chart_2", "flagged"): truth, ("a", "chart_2", "unrepaired"): -truth}
    clinics |= {("a", "chart_2", f"null_drift_mean_{share}"): zero for share in ("flagged", "unrepaired")}
    assert [number.value for _, number in correlations(clinics, "a", "drift")] == pytest.approx([1, 1, -1, -1])


@pytest.mark.parametrize(("last", "sign"), [(40.0, 1), (20.0, -1), (31.0, 0)])
def test_criteria_report_more_or_fewer_where_the_change_is_beyond_twice_its_error(last: float, sign: int) -> None:
    noise = np.random.default_rng(2).standard_normal(20)
    settings = {f"planned sessions: {weeks}": {("none", "chart_2", "flagged"): level + 3.0 * noise}
                for weeks, level in ((6, 30.0), (9, 0.0), (12, last))}  # fmt: skip
    ((_, change),) = changes(settings, FactorLevels({"weeks": [6, 9, 12]}), "none")
    assert change.value == pytest.approx(last - 30.0)
    assert change.error == pytest.approx(np.sqrt(2) * 3.0 * noise.std(ddof=1) / np.sqrt(20))
    assert change.sign == sign


def facts(numbers: Mapping[tuple[str, str, str, str], tuple[float, float, float]]) -> Mapping[str, Any]:
    """The facts of the golden page with other numbers: by about, arm, criterion and quantity."""
    golden = read("rupture_detection")
    frame = golden.tables.estimates.frame.copy()
    for key, values in numbers.items():
        own = frame["setting"] == "planned sessions: 12"
        for name, value in zip(("about", "arm", "criterion", "quantity"), key, strict=True):
            own &= frame[name] == value
        assert own.sum() == 1
        frame.loc[own, ["value", "low", "high"]] = values
    return golden.question.kind.view(golden.question, Tables(Estimates(frame), golden.tables.more))


@pytest.mark.parametrize(
    ("over", "beyond", "verdict"),
    [
        ((4.0, 2.0, 6.0), (3.0, 1.0, 5.0), "more"),
        ((4.0, 2.0, 6.0), (1.0, -1.0, 3.0), "–"),
        ((1.0, -1.0, 3.0), (3.0, 1.0, 5.0), "–"),
        ((-4.0, -6.0, -2.0), (-3.0, -5.0, -1.0), "less"),
    ],
)
def test_a_share_is_more_than_its_null_only_if_the_null_is_not_off_by_as_much(
    over: tuple[float, float, float], beyond: tuple[float, float, float], verdict: str
) -> None:
    place = ("fitted", "chart_2", "flagged")
    view = facts({("minus null", *place): over, ("minus null, with minus without", *place): beyond})
    row = next(
        row for row in view["judged"] if (row["criterion"], row["share"]) == (BY_NAME["chart_2"].label, "a fall")
    )
    assert row["shown"] == verdict
    assert (row in view["more"], row in view["less"]) == (verdict == "more", verdict == "less")
    assert (row in view["only_beyond"]) == (over[1] < 0 < beyond[1])


@pytest.mark.parametrize(("with_", "without", "counts"), [(85.0, 3.0, True), (75.0, 3.0, False), (85.0, 30.0, False)])
def test_a_criterion_counts_ruptures_if_it_is_near_the_truth_and_reports_next_to_nothing_without_any(
    with_: float, without: float, counts: bool
) -> None:
    """In the golden tables 88.6 % of clients have a rupture."""
    shares = {"fitted": with_, "no ruptures": without}
    view = facts({("mean", arm, "chart_2", "flagged"): (value,) * 3 for arm, value in shares.items()})
    assert view["counting"] == ([BY_NAME["chart_2"].label] if counts else [])


def test_criteria_that_rank_sessions_equally_well_stand_together() -> None:
    golden = read("rupture_detection")
    frame = golden.tables.estimates.frame.copy()
    own = (frame["about"] == "difference of areas") & (frame["criterion"] == "usual_so_far")
    for ends, best, rest in (((0.0, -0.001, 0.001), 2, ""), ((0.0, -0.003, 0.003), 1, BY_NAME["reliable_drop"].label)):
        frame.loc[own, ["value", "low", "high"]] = ends
        alarms = golden.question.kind.view(golden.question, Tables(Estimates(frame), golden.tables.more))["alarms"]
        assert (len(alarms["best"]), alarms["rest"]) == (best, rest)


def test_without_a_scenario_without_ruptures_the_answer_says_less(changed: Changed, tmp_path: Path) -> None:
    few = ["replicates=2", "clinic.weeks=8", "rupture_detection.criteria=[chart_3]", "rupture_detection.nulls=[drift]"]
    text = CONFIG.replace("  without: {mechanisms: {ruptures: false}}\n", "")
    file = changed(text, ("factors:\n  clinic.weeks: [6, 12]\n", ""))
    done = answer_question(load_question(file, few), tmp_path / "out", 1, silent)
    view = done.answer.view
    assert view is not None
    assert (view["without"], view["where"], view["nulls"], view["counting"], view["alarms"]) == ("", "", [], [], None)
    assert {picture.name for picture in done.answer.pictures} == {"shares", "curves"}
    assert "nan" not in done.text.replace("nan where there is none", "")


@pytest.mark.slow
def test_the_shipped_question_is_answered_small(tmp_path: Path) -> None:
    config = Path(__file__).parents[3] / "configs" / "rupture_detection.yaml"
    small = ["replicates=2", "clinic.therapists=3", "rupture_detection.samples=39"]
    done = answer_question(load_question(config, small), tmp_path / "out", 1, silent)
    table = Estimates(done.tables["estimates"])
    assert len(table.where(about="inside band")) == 9 * 2
    assert len(table.where(about="minus null")) == len(NAMES) * 3
