"""Steps from the effect to what studies find, and their errors: estimates and effects are of the same clinics."""

from collections.abc import Hashable, Iterable

import numpy as np
import pandas as pd
import pytest

from alliance_sim.questions.alliance_and_outcome.effects import (
    BY_ATTUNEMENT,
    Effects,
    effects_by_clinic,
    session_effects,
    treatment_effects,
    whole_treatment,
)
from alliance_sim.questions.alliance_and_outcome.estimators import BETWEEN, REVERSE, WITHIN
from alliance_sim.questions.alliance_and_outcome.measure import TWIN_COLUMNS, WHOLE, WHOLE_ALLIANCE
from alliance_sim.questions.alliance_and_outcome.performance import (
    END,
    LEFT,
    RATING_ERROR,
    START,
    STUDY,
    performances,
    steps,
)
from alliance_sim.questions.alliance_and_outcome.scenarios import SCENARIO, Names
from alliance_sim.questions.alliance_and_outcome.session_twins import ALLIANCE, DISTRESS
from alliance_sim.questions.alliance_and_outcome.study import RATED, TRUE
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.jackknife import jackknife
from alliance_sim.stats.montecarlo import mcse_mean

Shares = dict[tuple[Hashable, ...], "pd.Series[float]"]

CLINICS, JOLTED, THERAPISTS = 30, 6, 5
OFF, ON = ("", "", "effect"), ("s", "reverse", "effect")
NAMES = Names(("reverse",), ("s",), "s", "effect", "none")


def named(scenario: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(SCENARIO, scenario, strict=True))


@pytest.fixture(scope="module")
def twins() -> pd.DataFrame:
    """Clinics whose effect is .2 / .1 on average, and .3 / .1 with the distortion; each has its own draws."""
    random, rows = np.random.default_rng(3), []
    for scenario in (OFF, ON):
        for size in (0.2, 0.4):
            for replicate in range(1, CLINICS + 1):
                row = dict.fromkeys(TWIN_COLUMNS, 0.0) | {"var_outcome": 4.0, "var_alliance": 1.0, "var_early": 1.0}
                row |= {"d_outcome": 0.2 + 0.1 * (scenario == ON) + random.normal(0, 0.02)}
                row |= {"d_alliance": 0.1, "d_early": 0.1, "alliance": random.normal(0, 0.1)}
                rows.append({**named(scenario), "replicate": replicate, "way": WHOLE_ALLIANCE, "size": size, **row})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def jolts() -> pd.DataFrame:
    """Therapists of some of these clinics; therapists of a clinic have something in common."""
    random, rows = np.random.default_rng(4), []
    for scenario in (OFF, ON):
        for clinic in range(JOLTED):
            common = random.normal(0, 0.1)
            for therapist in range(clinic * THERAPISTS, (clinic + 1) * THERAPISTS):
                base = {**named(scenario), "therapist": therapist, "n": 4, "week": 2, "unit": 0.5, "reverse_unit": 2.0}
                rows += [
                    {**base, "jolted": jolted, "since": since, "d_distress": common - 0.8,
                     "d_alliance": 0.4 + random.normal(0, 0.02)}
                    for jolted in (ALLIANCE, DISTRESS)
                    for since in (0, 1)
                ]  # fmt: skip
    return pd.DataFrame(rows)


def error_of(shares: "pd.Series[float]") -> float:
    """Standard error of the mean of pseudo-values."""
    return mcse_mean(np.asarray(shares, np.float64))


def studies(values: Iterable[tuple[tuple[str, str, str], str, str, float]], replicates: int) -> pd.DataFrame:
    """Estimates of studies that agree: scenario, data, estimator and value."""
    rows = [
        {**named(scenario), "replicate": k, "data": data, "size": WHOLE, "estimator": key,
         "value": value, "low": value - 0.2, "high": value + 0.2, "error": 0.1}
        for scenario, data, key, value in values
        for k in range(1, replicates + 1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_clinics_have_the_mean_of_the_effect_and_its_error(twins: pd.DataFrame, jolts: pd.DataFrame) -> None:
    found = effects_by_clinic(twins, jolts, THERAPISTS)
    effects = treatment_effects(twins) | session_effects(jolts)
    for scenario in (OFF, ON):
        between = found[*scenario, BETWEEN]
        assert list(between.index) == list(range(1, CLINICS + 1))
        assert between.mean() == pytest.approx(effects[*scenario, BETWEEN].value)
        assert error_of(between) == pytest.approx(effects[*scenario, BETWEEN].error)
        for estimand in (WITHIN, REVERSE):
            sessions = found[*scenario, estimand]
            assert list(sessions.index) == list(range(1, JOLTED + 1))
            assert sessions.mean() == pytest.approx(effects[*scenario, estimand].value)
        within = error_of(found[*scenario, WITHIN])
        assert within > 1.5 * effects[*scenario, WITHIN].error  # therapists of a clinic are no independent units


def test_steps_lead_from_the_effect_to_what_is_found() -> None:
    """Reverse causation adds .1, rating error halves what is there."""
    values = [
        (s, data, "raw", factor * (0.4 + 0.1 * (s == ON)))
        for s in (OFF, ON)
        for data, factor in ((TRUE, 1.0), (RATED, 0.5))
    ]
    effects: Effects = {(*scenario, BETWEEN): Estimate(0.4, error=0.001) for scenario in (OFF, ON)}
    shares: Shares = {key: pd.Series(0.4, index=range(1, 6)) for key in effects}
    found = {step: numbers for _, step, numbers in steps(studies(values, 5), effects, shares, NAMES)}
    numbers = {step: each.value for step, each in found.items()}
    assert numbers == pytest.approx({START: 0.4, LEFT: 0.0, "reverse": 0.075, RATING_ERROR: -0.225, END: 0.25})
    assert found["reverse"][2:] == pytest.approx((0.05, 0.1))
    assert sum(numbers.values()) - numbers[END] == pytest.approx(numbers[END])


def test_the_error_of_what_a_distortion_adds_allows_for_that_of_the_effects(
    twins: pd.DataFrame, jolts: pd.DataFrame
) -> None:
    """Estimates are the same in all scenarios and clinics: only how the effect differs between scenarios is unsure."""
    effects = treatment_effects(twins)
    values = [(scenario, data, "raw", 0.4) for scenario in (OFF, ON) for data in (TRUE, RATED)]
    by_clinic = effects_by_clinic(twins, jolts, THERAPISTS)
    found = {step: numbers for _, step, numbers in steps(studies(values, CLINICS), effects, by_clinic, NAMES)}
    off, on = (twins[(twins["on"] == name) & (twins["size"] == 0.2)][list(TWIN_COLUMNS)] for name in ("", "reverse"))
    k = len(TWIN_COLUMNS)
    change = jackknife(lambda r: whole_treatment(r[:, k:]) - whole_treatment(r[:, :k]), np.hstack([off, on]))
    assert found["reverse"][:2] == pytest.approx((-change.value, change.error))
    assert found["reverse"].error > 0.01
    assert found[RATING_ERROR][:2] == pytest.approx((0.0, 0.0))
    assert found[LEFT].error == pytest.approx(effects[*OFF, BETWEEN].error)
    assert found[END][:2] == pytest.approx((0.4, 0.0))


def test_therapists_means_are_compared_with_more_attuned_therapists_where_those_were_run() -> None:
    effects: Effects = {
        (*OFF, BETWEEN): Estimate(0.4),
        (*ON, BETWEEN): Estimate(0.4),
        (*OFF, BY_ATTUNEMENT): Estimate(0.5),
    }
    made = studies(
        [(s, data, key, 0.5) for s in (OFF, ON) for data in (TRUE, RATED) for key in ("raw", "therapists")], 3
    )
    found = {tuple(key[name] for name in STUDY): each for key, each in performances(made, effects, NAMES)}
    assert found[*OFF, TRUE, WHOLE, "raw"].bias.value == pytest.approx(0.1)
    assert found[*OFF, TRUE, WHOLE, "therapists"].bias.value == pytest.approx(0.0)
    unknown = found[*ON, TRUE, WHOLE, "therapists"]
    assert np.isnan([unknown.bias.value, unknown.coverage.value, unknown.rmse.value]).all()
    assert unknown.rejected.value == 100.0
    shares: Shares = {(*s, BETWEEN): pd.Series(0.4, index=range(1, 4)) for s in (OFF, ON)}
    assert {key for key, _, _ in steps(made, effects, shares, NAMES)} == {"raw"}
