"""Rupture detection: what may be asked, what is measured of a clinic, and what the answer says."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.criteria import BY_NAME, NAMES, PUBLISHED
from alliance_sim.estimands.null_band import SHARES
from alliance_sim.evidence.findings import published
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.frame.answer import Answered, answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.run import Runs, simulate
from alliance_sim.questions.rupture_detection import robust, saying, tables
from alliance_sim.questions.rupture_detection.alike import measure_alike
from alliance_sim.questions.rupture_detection.kind import plan_of
from alliance_sim.questions.rupture_detection.measuring import measure
from alliance_sim.questions.rupture_detection.saying import span
from alliance_sim.scenario import ConfigError

CONFIG = """
title: Small
question: Are ruptures found?
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

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a config and gives its path."""

    def write(text: str = CONFIG) -> Path:
        (tmp_path / "small.yaml").write_text(text, encoding="utf-8")
        return tmp_path / "small.yaml"

    return write


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Answered:
    """The small question, answered."""
    folder = tmp_path_factory.mktemp("detection")
    (folder / "small.yaml").write_text(CONFIG, encoding="utf-8")
    return answer_question(load_question(folder / "small.yaml"), folder / "out", 1, silent)


def mistakes(file: Path, *overrides: str) -> list[str]:
    """The messages about a config, without file and line."""
    with pytest.raises(ConfigError) as caught:
        load_question(file, overrides)
    return [line.partition(": ")[2] for line in str(caught.value).splitlines()]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("criteria=[reliable_drop, relable_drop]", 'the unknown criterion "relable_drop"'),
        ("criteria=[]", "an empty list"),
        ("nulls=[drift, drift]", 'the null "drift" a second time'),
        ("thresholds=[1, -1]", "the number -1"),
        ("samples=10", "a whole number from 39 to 9999"),
        ("window=9", "a whole number from 0 to 5"),
        ("reliability=1.5", "a number from 0 to 1"),
        ("criterias=[chart_2]", "did you mean criteria?"),
    ],
)
def test_mistakes_are_told_with_what_is_allowed(write: Write, given: str, told: str) -> None:
    found = mistakes(write(), f"rupture_detection.{given}")
    assert len(found) == 1
    assert told in found[0]


def test_the_world_that_is_told_of_must_have_ruptures(write: Write) -> None:
    assert mistakes(write(), "baseline=without")[0].startswith("baseline: found a world without ruptures; allowed: ")
    none = ["arms.with.mechanisms.ruptures=false", "arms.with.policy=ignore"]
    assert mistakes(write(), *none)[0].startswith("arms: found no world with ruptures; allowed: ")
    waiting = mistakes(write(), "arms.with.treatment=waiting_list")
    assert waiting == ["treatment: found a treatment without sessions; allowed: treatments in which clients are rated"]


def test_what_is_left_out_is_every_criterion_and_the_null_that_drifts(write: Write) -> None:
    plan = plan_of(load_question(write(CONFIG.rpartition("rupture_detection")[0] + "rupture_detection: {}\n")))
    assert plan.criteria == NAMES
    assert plan.nulls[0] == "drift"
    assert (plan.window, plan.reliability) == (1, 0.0)


def test_a_replicate_is_measured_the_same_alone_and_among_others(write: Write, tmp_path: Path) -> None:
    asked = load_question(write())
    points = {p.arm: p for p in asked.experiment.points if p.factors["weeks"] == 6}
    plan = plan_of(asked)._replace(samples=39)
    both = measure(plan, {arm: simulate(p, Runs(4, range(1, 3), tmp_path)) for arm, p in points.items()})
    second = measure(plan, {arm: simulate(p, Runs(4, range(2, 3), tmp_path)) for arm, p in points.items()})
    pd.testing.assert_frame_equal(both[both["replicate"] == 2].reset_index(drop=True), second)


def test_every_share_stands_beside_its_band(answered: Answered) -> None:
    table = answered.answer.tables["prevalence"]
    assert set(table["arm"]) == {"with", "without"}
    assert len(table) == 4 * len(SHARES) * 2
    assert table[["null_mean", "null_low", "null_high"]].notna().all(axis=None)
    assert (table["null_low"] <= table["null_high"]).all()


def test_every_share_stands_beside_its_difference_from_the_null(answered: Answered) -> None:
    table = answered.answer.tables["excess"]
    assert len(table) == 4 * 3
    assert table[["null", "excess", "bias", "beyond", "above", "below"]].notna().all(axis=None)
    shares = answered.answer.tables["prevalence"].set_index(["criterion", "share", "arm"])
    for row in table.itertuples():
        own = shares.loc[(row.criterion, row.share, "with")]
        assert row.excess == pytest.approx(own["mean"] - own["null_mean"])
    assert "## More than ratings without events would give?" in answered.text
    assert "A null band is for one clinic." in answered.answer.short


def test_accuracy_is_that_of_the_world_with_ruptures_and_has_its_errors(answered: Answered) -> None:
    table = answered.answer.tables["accuracy"].set_index("criterion")
    assert list(table.index) == ["reliable_drop", "chart_2", "usual_so_far", "sudden_loss"]
    assert (table["sensitivity_severe"] >= table["sensitivity_all"]).all()
    assert table["area"].between(0.45, 0.9).all()
    assert (table["area_mcse"] > 0).all()
    curve = answered.answer.tables["curves"]
    own = curve[curve["family"] == "reliable drop"].sort_values("size")
    assert (own["sensitivity"].diff().dropna() <= 0).all()
    at_one = own[own["size"] == 1.0].iloc[0]
    assert at_one["sensitivity"] == pytest.approx(table.loc["reliable_drop", "sensitivity_all"])
    assert at_one["false_alarms"] == pytest.approx(table.loc["reliable_drop", "false_alarms"])


def test_specificity_is_what_false_alarms_leave(answered: Answered) -> None:
    table = answered.answer.tables["accuracy"]
    assert (table["specificity"] + table["false_alarms"]).tolist() == pytest.approx([100.0] * 4)
    assert "| specificity |" in answered.text


def test_by_one_yardstick_a_lower_threshold_is_raised_and_fewer_clients_are_flagged(answered: Answered) -> None:
    table = answered.answer.tables["yardstick"].set_index("criterion")
    laxer = table[table["threshold_other"] < table["threshold_base"]]
    assert "reliable_drop" in laxer.index
    assert (laxer["flagged_same"] <= laxer["flagged_own"]).all()
    assert table[["flagged_alike", "repaired_alike", "threshold_base"]].notna().all(axis=None)
    assert "## The same by one yardstick" in answered.text


def test_a_world_is_its_own_yardstick(write: Write, tmp_path: Path) -> None:
    asked = load_question(write())
    played = simulate(next(p for p in asked.experiment.points if p.arm == "with"), Runs(4, range(1, 3), tmp_path))
    plan, arms = plan_of(asked)._replace(samples=39), {"with": played, "without": played}
    own = measure(plan, arms).set_index(["replicate", "arm", "criterion", "quantity"])["value"]
    fair = measure_alike(plan, "with", arms)
    moved = fair[fair["quantity"] != "threshold"]
    assert set(moved["arm"]) == {"without"}
    for row in moved.itertuples():
        share = str(row.quantity).split("_")[1]
        assert row.value == pytest.approx(own[row.replicate, "without", row.criterion, share])


def test_the_answer_begins_with_one_plain_sentence_and_goes_on_in_points(answered: Answered) -> None:
    first, _, points = answered.answer.short.partition("\n\n")
    assert first.startswith("**No criterion here can count ruptures; ")
    assert "\n" not in first
    assert all(line.startswith("- **") for line in points.split("\n"))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([0.83, 1.13], "laxer (0.83 against 1.13 points)"),
        ([2.0, 1.0], "stricter (2.00 against 1.00 points)"),
        ([0.4, 0.4], "the same (0.40 points)"),
    ],
)
def test_a_number_is_told_beside_that_with_ruptures(values: list[float], told: str) -> None:
    assert saying.compared(values, 2, ("laxer", "stricter"), "{} points") == told


def test_criteria_go_up_or_down_where_the_change_is_beyond_twice_its_error() -> None:
    ends = pd.DataFrame(
        [
            {"criterion": name, "place": place, "mean": mean, "mcse": 1.0}
            for name, means in {"chart_2": (60, 40), "chart_3": (20, 30), "usual_so_far": (20, 22)}.items()
            for place, mean in zip((0, 2), means, strict=True)
        ]
    )
    told = robust.directions(ends)
    assert told == "1 of 3 criteria report more, 1 fewer (most of all “control chart, 2 sigma”, from 60 to 40 %)"


def test_bands_are_judged_in_the_world_without_ruptures_alone(answered: Answered) -> None:
    table = answered.answer.tables["nulls"]
    assert set(table["arm"]) == {"without"}
    assert set(table["null"]) == {"drift", "stable"}
    assert table["inside"].between(0, 100).all()


def test_the_answer_tells_numbers_with_errors_and_every_part_is_there(answered: Answered) -> None:
    text = answered.text
    assert "Where there is no rupture at all, it still reports" in text
    assert "(MCSE" in answered.answer.short
    for heading in ("What to use for what", "Client by client", "Is the null band right?", "Your own ratings"):
        assert f"## {heading}" in text
    assert {picture.name for picture in answered.answer.pictures} == {"shares", "curves", "settings"}
    assert "nan" not in text.replace("nan where there is none", "")


def test_without_a_world_without_ruptures_the_answer_says_less(write: Write, tmp_path: Path) -> None:
    overrides = [
        "replicates=2",
        "clinic.weeks=8",
        "rupture_detection.criteria=[chart_3]",
        "rupture_detection.nulls=[drift]",
    ]
    text = CONFIG.replace("  without: {mechanisms: {ruptures: false}}\n", "").replace(
        "factors:\n  clinic.weeks: [6, 12]\n", ""
    )
    done = answer_question(load_question(write(text), overrides), tmp_path / "out", 1, silent)
    assert "no rupture at all" not in done.text
    assert "## Is the null band right?" not in done.text
    assert {picture.name for picture in done.answer.pictures} == {"shares", "curves"}


def test_the_middle_setting_is_the_middle_level_of_every_factor(write: Write) -> None:
    found = tables.settings_of(load_question(write(CONFIG.replace("[6, 12]", "[6, 9, 12]"))))
    assert found.middle == {"weeks": 9}


def test_published_marks_are_the_published_numbers() -> None:
    finding = next(one for one in published() if one.id == "P06")
    larsson = PUBLISHED[0]
    assert larsson.repaired == finding.parts[0].value
    assert larsson.flagged == pytest.approx(finding.parts[0].value + finding.parts[1].value)
    assert all(not mark.criterion or mark.criterion in BY_NAME for mark in PUBLISHED)


def test_correlations_of_clinics_are_those_of_their_numbers() -> None:
    luck = np.random.default_rng(1)
    truth = luck.random(30)
    rows = []
    for k, value in enumerate(truth):
        numbers = {
            "flagged": value,
            "unrepaired": -value,
            "null_drift_mean_flagged": 0.0,
            "null_drift_mean_unrepaired": 0.0,
        }
        rows += [{"replicate": k, "criterion": "chart_2", "quantity": q, "value": v} for q, v in numbers.items()]
        rows += [
            {"replicate": k, "criterion": "", "quantity": q, "value": value}
            for q in ("true_sessions", "true_unrepaired")
        ]
    found = tables.clinics(pd.DataFrame(rows).assign(arm="a", size=np.nan), "a", "drift")
    assert found["r"].tolist() == pytest.approx([1, 1, -1, -1])


@pytest.mark.slow
def test_the_shipped_question_is_answered_small(tmp_path: Path) -> None:
    config = Path(__file__).parents[3] / "configs" / "rupture_detection.yaml"
    small = ["replicates=2", "clinic.therapists=3", "rupture_detection.samples=39"]
    done = answer_question(load_question(config, small), tmp_path / "out", 1, silent)
    assert len(done.answer.tables["nulls"]) == 9 * 2
    assert len(done.answer.tables["prevalence"]) == len(NAMES) * len(SHARES) * 3


def test_a_span_of_one_number_is_one_number() -> None:
    assert span([66.7, 67.2]) == "67 %"
    assert span([10.0, 67.2]) == "10 to 67 %"
