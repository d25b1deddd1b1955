"""What counts as recovering an effect: near it, interval and all, and wherever a part of what errs is left out."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.questions.alliance_and_outcome.comparing import raters_table
from alliance_sim.questions.alliance_and_outcome.measured import Measured, Names
from alliance_sim.questions.alliance_and_outcome.measuring import RATED, TRUE, WHOLE
from alliance_sim.questions.alliance_and_outcome.performing import performances, steps
from alliance_sim.questions.alliance_and_outcome.places import ERRING, NOTHING, Place, fed_back, feedback
from alliance_sim.questions.alliance_and_outcome.reading import alarms_table, bias_table, use_table
from alliance_sim.questions.alliance_and_outcome.recovery import near, parts_of, recovered, told
from alliance_sim.questions.alliance_and_outcome.remarks import controls, left_out, loud, quiet
from alliance_sim.questions.alliance_and_outcome.telling import recovery_words
from alliance_sim.stats.performance import Accuracy, accuracy

NAMES = Names(("reverse", "dropout"), ("calibrated", "strong"), "calibrated", "effect", "none")
ALL = Place("all", "calibrated", "reverse, dropout", RATED)
WORLDS = [("", "")] + [(s, on) for s in NAMES.strengths for on in ("reverse", "dropout", "reverse, dropout")]


def own(**changes: Any) -> Accuracy:
    """An estimator that is right, of an effect of .4."""
    base = accuracy(np.full(200, 0.4), np.full(200, 0.01), np.full(200, 0.3), np.full(200, 0.5), 0.4, 0.0)
    return base._replace(**changes)


def measured(**changes: dict[str, Any]) -> Measured:
    """Every estimator right in every world; but where `changes` (a key and data, of all worlds or of one) says else."""
    rows = []
    for strength, on in WORLDS:
        for arm in ("effect", "none"):
            for data in (TRUE, RATED):
                for key, estimand in (("raw", "between clients"), ("therapists", "between therapists")):
                    name = f"{key}_{'rated' if data == RATED else 'true'}"
                    new = {**changes.get(name, {}), **changes.get(f"{name}_{'all' if ', ' in on else on or 'off'}", {})}
                    given = own(**new) if arm == "effect" else own(rejected=0.05)
                    rows.append((strength, on, arm, data, WHOLE, key, estimand, *given))
    by = ["strength", "on", "arm", "data", "size", "estimator", "estimand"]
    truths = pd.DataFrame(
        [
            (strength, on, arm, estimand, value * (arm == "effect" or estimand == "reverse path"), 0.0001)
            for strength, on in WORLDS
            for arm in ("effect", "none")
            for estimand, value in (
                ("between clients", 0.4),
                ("within clients", 0.02),
                ("reverse path", 0.1 if "reverse" in on else 0.0),
            )
        ],
        columns=["strength", "on", "arm", "estimand", "truth", "truth_mcse"],
    )
    empty = pd.DataFrame({"estimator": []})
    performance = pd.DataFrame(rows, columns=[*by, *Accuracy._fields])
    return Measured(truths, performance, empty, empty, ([], []), empty, NAMES)


def test_an_error_counts_as_small_only_with_its_interval() -> None:
    assert near(own(bias=0.05, bias_mcse=0.001), 0.15)
    assert not near(own(bias=0.055, bias_mcse=0.004), 0.15)
    assert not near(own(bias=-0.055, bias_mcse=0.004), 0.15)
    assert not near(own(bias=np.nan), 0.15)


def test_an_estimator_must_be_near_wherever_a_part_of_what_errs_is_left_out() -> None:
    places = {part[1:] for part in parts_of(ALL)}
    assert places == {NOTHING[1:], ERRING[1:], ALL._replace(data=TRUE)[1:]}
    assert parts_of(ALL._replace(data=TRUE)) == [NOTHING]
    assert parts_of(ERRING) == [NOTHING]
    assert parts_of(NOTHING) == []


@pytest.mark.parametrize("where", ["raw_true_off", "raw_rated_off", "raw_true_all"])
def test_one_that_misses_a_part_has_errors_that_cancel(where: str) -> None:
    m = measured(**{where: {"bias": 0.1}})
    assert recovered(m, ALL, "between clients", 0.15) == ([], ["raw"])
    assert told(m, ALL, "between clients", 0.15) == "none (errors cancel: “One early session, r”)"
    assert bias_table(m, "between clients", 0.15).loc[0, "all, calibrated"].startswith("≈")
    assert recovered(measured(), ALL, "between clients", 0.15) == (["raw"], [])


def test_one_that_misses_the_world_itself_is_not_near() -> None:
    assert recovered(measured(raw_rated_all={"bias": 0.1}), ALL, "between clients", 0.15) == ([], [])


def test_what_recovers_is_counted_in_words() -> None:
    assert recovery_words(0, 0) == "no analysis of ratings recovers either effect for the right reason"
    two = "2 analyses of ratings recover it and no analysis of ratings recovers that of one session"
    assert recovery_words(2, 0) == two
    assert recovery_words(1, 1).startswith("1 analysis of ratings recovers it and 1 analysis")


def test_what_feeds_improvement_back_is_found_by_the_twins_and_has_columns_of_its_own() -> None:
    m = measured()
    assert feedback(m) == "reverse"
    names = ["reverse + rating error, calibrated", "reverse + rating error, strong"]
    assert [place.name for place in fed_back(m)] == names
    assert set(names) <= set(bias_table(m, "between clients", 0.15).columns)
    assert set(names) <= set(alarms_table(m).columns)
    still = m._replace(truths=m.truths.assign(truth=m.truths["truth"].where(m.truths["estimand"] != "reverse path", 0)))
    assert (feedback(still), fed_back(still)) == ("", [])


def test_therapists_means_are_held_against_more_attuned_therapists_where_those_were_played() -> None:
    truths = pd.DataFrame(
        [("", "", "effect", name, value, 0.0) for name, value in
         (("between clients", 0.4), ("between clients, by more attuned therapists", 0.5))]
        + [("s", "a", "effect", "between clients", 0.4, 0.0)],
        columns=["strength", "on", "arm", "estimand", "truth", "truth_mcse"],
    )  # fmt: skip
    estimates = pd.DataFrame(
        [(s, on, "effect", k, TRUE, WHOLE, key, 0.5 + 0.01 * k, 0.1, 0.3, 0.7)
         for s, on in (("", ""), ("s", "a")) for k in (-1, 1) for key in ("raw", "therapists")],
        columns=["strength", "on", "arm", "replicate", "data", "size", "estimator", "value", "error", "low", "high"],
    )  # fmt: skip
    found = performances(estimates, truths, "effect").set_index(["on", "estimator"])
    assert found.loc[("", "raw"), "bias"] == pytest.approx(0.1)
    assert found.loc[("", "therapists"), "bias"] == pytest.approx(0.0)
    assert found.loc[("a", "therapists"), ["bias", "coverage", "rmse"]].isna().all()
    assert found.loc[("a", "therapists"), "rejected"] == 1.0
    rated = pd.concat([estimates, estimates.assign(data=RATED)])
    clinics = pd.DataFrame(
        [(s, on, "effect", "between clients", k, 0.4) for s, on in (("", ""), ("s", "a")) for k in (-1, 1)],
        columns=["strength", "on", "arm", "estimand", "replicate", "share"],
    )
    assert set(steps(rated, truths, clinics, ["a"], "s", "effect")["estimator"]) == {"raw"}


def test_estimators_without_steps_are_named() -> None:
    assert "“One early session, r”" in left_out(measured())
    assert "“Therapists' means”" in str(use_table(measured(), 0.15))


def test_failed_fits_are_told_where_they_are_many_and_shares_have_intervals_that_hold_near_zero() -> None:
    m = measured(raw_true={"studies": 24, "failed": 16})
    assert bias_table(m, "between clients", 0.15).loc[0, "nothing distorts"] == "✓ 0.00 (±0.00; n = 24)"
    p = m.performance
    m = m._replace(performance=p.assign(rejected=0.0, studies=22, failed=18))
    assert alarms_table(m).loc[0, "nothing distorts"] == "0 % [0, 15], n = 22"


def test_every_mean_of_the_table_of_raters_has_its_error() -> None:
    """SD .05 over 100 studies: 1.96 x .005 = .010."""
    m = measured(raw_true={"mean": 0.41, "spread": 0.05, "studies": 100}, raw_rated={"spread": 0.1, "studies": 100})
    row = raters_table(m, 0.1).set_index("estimator").loc["One early session, r"]
    assert row["true states"] == "0.41 (±0.010)"
    assert row["ratings, as calibrated"] == "0.40 (±0.020)"


def test_alarms_are_clear_beyond_their_interval() -> None:
    assert [loud(own(rejected=share)) for share in (0.2, 0.12)] == [True, False]
    assert [quiet(own(rejected=share)) for share in (0.05, 0.08)] == [True, False]
    assert "Without an effect none of 1 find one in clearly more than 10 % of studies (nominal 5 %)." in controls(
        measured(), 0.15
    )
