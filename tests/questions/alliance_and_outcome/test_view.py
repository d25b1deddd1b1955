"""What counts as recovering an effect, and further facts of the page; the whole question, small."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from alliance_sim.estimates.long import Estimates
from alliance_sim.experiment.kept import silent
from alliance_sim.questions.alliance_and_outcome.cases import (
    ERRING,
    NOTHING,
    Case,
    CaseEstimates,
    EstimatorPerformance,
    loud,
    quiet,
)
from alliance_sim.questions.alliance_and_outcome.estimates import REJECTED, in_sd
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, REVERSE
from alliance_sim.questions.alliance_and_outcome.scenarios import Names
from alliance_sim.questions.alliance_and_outcome.study import HALOS, RATED, TRUE
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.stats.estimate import Estimate
from tests.questions.golden import read

Ask = Callable[..., Path]

NAMES = Names(("reverse", "dropout"), ("calibrated", "strong"), "calibrated", "effect", "none")
ALL = Case("all, calibrated", "calibrated", "reverse, dropout", RATED)
SCENARIOS = [("", "")] + [(s, on) for s in NAMES.strengths for on in ("reverse", "dropout", "reverse, dropout")]


def found(*wrong: tuple[Case, str], feedback: float = 0.1, alarms: float = 5.0) -> CaseEstimates:
    """Two estimators that are right in every scenario, but for a bias of .1 in the cases and of the keys of `wrong`."""

    def rows() -> Iterator[tuple[dict[str, Any], Estimate]]:
        for strength, on in SCENARIOS:
            for arm in ("effect", "none"):
                key = {"strength": strength, "on": on, "arm": arm}
                reverse = feedback * ("reverse" in on)
                for estimand, value in ((BETWEEN, 0.4 * (arm == "effect")), (REVERSE, reverse)):
                    yield {"about": "effect", **key, "estimand": estimand}, in_sd(value, 0.0001)
                for data in (TRUE, RATED):
                    own = {**key, "data": data, "size": "whole", "estimator": "raw", "studies": 200, "failed": 0}
                    off = any(case[1:] == (strength, on, data) for case, each in wrong if each == "raw")
                    yield {"about": "bias", **own}, in_sd(0.1 * off, 0.001)
                    yield {"about": REJECTED, **own}, Estimate(alarms, alarms - 2, alarms + 2, unit="%")

    return CaseEstimates(Estimates.of(rows()), NAMES)


def test_an_error_counts_as_small_only_with_its_interval() -> None:
    for bias, error, near in (
        (0.05, 0.001, True),
        (0.055, 0.004, False),
        (-0.055, 0.004, False),
        (float("nan"), 1, False),
    ):
        own = found()
        own.studies(ALL, "effect")["raw"].measures["bias"] = in_sd(bias, error)
        assert own.near(ALL, "raw", 0.15) is near


@pytest.mark.parametrize("missed", [NOTHING, ERRING, ALL._replace(data=TRUE)])
def test_one_that_misses_where_a_part_of_what_errs_is_left_out_has_errors_that_cancel(missed: Case) -> None:
    assert found().recovered(ALL, BETWEEN, 0.15) == (["raw"], [])
    assert found((missed, "raw")).recovered(ALL, BETWEEN, 0.15) == ([], ["raw"])
    assert found((ALL, "raw")).recovered(ALL, BETWEEN, 0.15) == ([], [])


def test_with_true_states_only_the_case_where_nothing_distorts_must_be_near_too() -> None:
    true = ALL._replace(data=TRUE)
    assert found((ERRING, "raw"), (ALL, "raw")).recovered(true, BETWEEN, 0.15).good == ["raw"]
    assert found((NOTHING, "raw")).recovered(true, BETWEEN, 0.15).cancel == ["raw"]


def test_what_feeds_improvement_back_is_found_by_twins_and_has_cases_of_its_own() -> None:
    assert found().feedback() == "reverse"
    assert [case.strength for case in found().fed_back()] == ["calibrated", "strong"]
    assert (found(feedback=0.0).feedback(), found(feedback=0.0).fed_back()) == ("", [])


def test_false_alarms_are_counted_where_twins_show_no_effect() -> None:
    assert found().without_effect() == ["reverse", "dropout"]
    labels = [case.label for case in found().alarming()]
    assert "reverse + dropout + rating error, strong" in labels
    assert labels[-1] == "all, calibrated"


def test_alarms_are_clear_beyond_their_interval() -> None:
    def own(low: float, high: float) -> EstimatorPerformance:
        return EstimatorPerformance({REJECTED: Estimate((low + high) / 2, low, high)}, 200, 0)

    assert [loud(own(14, 26)), loud(own(8, 17))] == [True, False]
    assert [quiet(own(3, 9)), quiet(own(5, 13))] == [True, False]


def test_the_view_has_what_each_part_of_the_page_needs() -> None:
    kept = read("alliance_and_outcome")
    view = kept.question.kind.view(kept.question, kept.tables)
    assert view["largest"]["step"] in ("reverse causation", "rating error")
    assert [row["count"] for row in view["controls"]] == [3, 1, 4]
    assert all("“" in row[TRUE] + row[f"cancel, {TRUE}"] + row[RATED] + row[f"cancel, {RATED}"] for row in view["use"])
    assert "Cross-lagged, random intercepts" in view["without_steps"]
    assert [row["arm"] for row in view["draws"]] == ["posterior"]
    assert {row["study"] for row in view["studies"]} == {"whole (6 × 5)", "small (4 × 4)"}
    assert list(view["rater_columns"])[1:] == [TRUE, "ratings, as calibrated", "halo 0.10", "halo 0.20"]


def test_many_failed_fits_are_listed() -> None:
    kept = read("alliance_and_outcome")
    frame = kept.tables.estimates.frame
    frame.loc[(frame["estimator"] == "raw") & (frame["data"] == TRUE), ["studies", "failed"]] = [18, 6]
    failures = kept.question.kind.view(kept.question, kept.tables)["failures"]
    row = {"estimator": "One early session, r", "case": "effect: nothing distorts", "fitted": 18, "failed": 6}
    assert row in failures


@pytest.mark.slow
def test_a_small_question_is_answered_and_goes_on_where_it_stopped(config: Ask, tmp_path: Path) -> None:
    done = 0

    class StoppedError(Exception):
        pass

    def stopping(_: str, __: int) -> Callable[[int], None]:
        def advance(steps: int) -> None:
            nonlocal done
            done += steps
            if done > 60:
                raise StoppedError

        return advance

    question = load_question(config())
    with pytest.raises(StoppedError):
        answer_question(question, tmp_path / "out", 1, stopping)
    answered = answer_question(question, tmp_path / "out", 1, silent)
    estimates = Estimates(answered.tables["estimates"])
    assert set(estimates.where(about="bias").options("data")) == {TRUE, RATED, *HALOS}
    assert set(estimates.where(about="bias").options("size")) == {"whole", "small"}
    nothing = estimates.where(about="effect", arm="no effect", on="")
    assert all(abs(row.estimate.value) < 1e-12 for row in nothing if row["estimand"] != REVERSE)
    steps = {row["step"]: row.estimate.value for row in estimates.where(about="step", estimator="raw")}
    assert sum(steps.values()) == pytest.approx(2 * steps["found"])
    again = answer_question(question, tmp_path / "out", 1, silent)
    assert again.text == answered.text
