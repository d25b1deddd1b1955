"""Shares minus their nulls: a mean over clinics by its own error, a clinic by its own band, the null by itself."""

import numpy as np
import pytest
from scipy.special import stdtrit
from scipy.stats import binom

from alliance_sim.estimands.clinics import Floats
from alliance_sim.estimates.long import Estimates
from alliance_sim.questions.rupture_detection.estimates import nulls
from alliance_sim.questions.rupture_detection.excess import BEYOND, BIAS, JUDGED, OVER, excess, together, verdict

CLINICS, NULL = 40, 30.0
BAND = 7.0
"""Half width of the band of one clinic, points: two standard deviations of a share of 170 clients."""
PLACES = [(name, share) for name in ("reliable_drop", "v_own_1", "chart_2") for share in JUDGED]
LOOKS = len(PLACES)
FAMILIES = 300

Numbers = dict[tuple[str, str, str], Floats]


def over(lifts: tuple[float, ...], random: np.random.Generator, deviation: float = BAND / 2) -> list[Floats]:
    """Shares minus their null in the clinics of some scenarios, on average so many points: (clinics, shares).

    A clinic has random draws of its own, some of which all its shares have in common, and some of which are the same in
    all scenarios (twins).
    """
    shared, twin = random.standard_normal((CLINICS, 1)), random.standard_normal((CLINICS, LOOKS))
    own = [random.standard_normal((CLINICS, LOOKS)) for _ in lifts]
    return [
        lift + deviation * (shared / 2 + twin / 2 + each) / np.sqrt(1.5) for lift, each in zip(lifts, own, strict=True)
    ]


def clinics(with_: float, without: float, random: np.random.Generator, deviation: float = BAND / 2) -> Numbers:
    """The same as numbers of clinics, with a null that has the same mean and band in every clinic."""
    made: Numbers = {}
    ends = {"mean": 0.0, "low": -BAND, "high": BAND}
    for arm, values in zip(("with", "without"), over((with_, without), random, deviation), strict=True):
        for k, (name, share) in enumerate(PLACES):
            made[arm, name, share] = NULL + values[:, k]
            made |= {(arm, name, f"null_drift_{end}_{share}"): np.full(CLINICS, NULL + at) for end, at in ends.items()}
    return made


def judged(numbers: Numbers, without: str = "without") -> Estimates:
    """The estimates of all shares."""
    return Estimates.of(excess(numbers, "with", without, "drift"))


def verdicts(with_: Floats, without: Floats) -> list[int]:
    """All shares compared with their nulls."""
    pairs = ((with_[:, k], without[:, k]) for k in range(LOOKS))
    return [verdict(together(one, LOOKS), together(one - other, LOOKS)) for one, other in pairs]


def test_a_mean_inside_the_band_of_one_clinic_yet_above_its_null_is_more() -> None:
    table = judged(clinics(4.0, -1.0, np.random.default_rng(1)))
    for about, lift in ((OVER, 4.0), (BIAS, -1.0), (BEYOND, 5.0)):
        rows = list(table.where(about=about))
        assert [(row["criterion"], row["quantity"], row["looks"]) for row in rows] == [(*p, LOOKS) for p in PLACES]
        assert np.mean([row.estimate.value for row in rows]) == pytest.approx(lift, abs=1.0)
        assert {row.estimate.sign for row in rows} == {np.sign(lift)} or about == BIAS


@pytest.mark.parametrize(("with_", "without", "expected"), [(-6.0, -1.0, {-1}), (4.0, -1.0, {1})])
def test_a_mean_off_its_null_by_more_than_the_null_misses_is_more_or_less(
    with_: float, without: float, expected: set[int]
) -> None:
    assert set(verdicts(*over((with_, without), np.random.default_rng(2)))) == expected


@pytest.mark.parametrize(
    ("with_", "without", "wrong"),
    [
        (0.0, 0.0, (1, -1)),  # nothing anywhere
        (0.0, -5.0, (1,)),  # the null is right with ruptures, and too high without
        (5.0, 5.0, (1,)),  # the null is too low by as much in both scenarios
    ],
)
def test_a_share_that_is_no_more_is_called_more_in_one_of_twenty_families_at_most(
    with_: float, without: float, wrong: tuple[int, ...]
) -> None:
    """300 families of 9 shares over 40 clinics; fails with a chance of 1 in 1000 if the rate is 5 %."""
    random = np.random.default_rng(3)
    errors = sum(bool(set(wrong) & set(verdicts(*over((with_, without), random)))) for _ in range(FAMILIES))
    assert errors <= binom.ppf(0.999, FAMILIES, 0.05)


def test_intervals_hold_together_in_nineteen_of_twenty_families() -> None:
    """The same families; each interval by itself would leave the truth out in every fourth family or more."""
    random = np.random.default_rng(4)
    missed = dict.fromkeys((LOOKS, 1), 0)
    for _ in range(FAMILIES):
        (values,) = over((1.0,), random)
        for looks in missed:
            found = [together(values[:, k], looks) for k in range(LOOKS)]
            missed[looks] += any(each.low > 1.0 or each.high < 1.0 for each in found)
    assert missed[LOOKS] <= binom.ppf(0.999, FAMILIES, 0.05) < missed[1]


@pytest.mark.parametrize(("looks", "quantile"), [(1, 2.0227), (10, float(stdtrit(39, 1 - 0.0025)))])
def test_the_interval_of_one_look_is_t_and_that_of_many_is_bonferroni(looks: int, quantile: float) -> None:
    values = np.random.default_rng(5).standard_normal(40)
    found = together(values, looks)
    assert found.error == pytest.approx(values.std(ddof=1) / np.sqrt(40))
    assert found.high - found.value == pytest.approx(quantile * found.error, rel=1e-4)
    assert np.isnan(together(values[:1], looks).low)


def test_shares_of_next_to_nothing_are_reported_and_not_judged() -> None:
    numbers = clinics(4.0, 0.0, np.random.default_rng(5))
    for key in numbers:
        if key[1] == "chart_2" and key[2].endswith("stronger"):
            numbers[key] = 0.01 * numbers[key]
    rows = list(judged(numbers).where(about=OVER))
    assert {row.key.get("looks") for row in rows[:-1]} == {LOOKS - 1}
    assert "looks" not in rows[-1].key


def test_without_a_scenario_without_ruptures_a_share_is_judged_by_its_null_alone() -> None:
    numbers = clinics(4.0, 4.0, np.random.default_rng(6))
    table = judged({key: own for key, own in numbers.items() if key[0] == "with"}, "")
    assert {verdict(row.estimate, None) for row in table.where(about=OVER)} == {1}
    assert not {BIAS, BEYOND} & set(table.options("about"))


def test_clinics_are_counted_outside_their_own_band_with_a_wilson_interval() -> None:
    numbers = clinics(0.0, 0.0, np.random.default_rng(7), deviation=0.0)
    own = numbers["with", "chart_2", "flagged"]
    own[:4], own[9], own[10] = NULL + BAND + 1.0, NULL - BAND - 1.0, NULL + BAND  # the last: on its end, inside
    table = judged(numbers).where(criterion="chart_2", quantity="flagged")
    above = table.one(about="clinics above their band", arm="with")
    assert above[:3] == pytest.approx((10.0, 3.96, 23.05), abs=0.01)
    assert table.one(about="clinics below their band", arm="with").value == 2.5
    assert table.one(about="clinics above their band", arm="without").value == 0.0


def test_a_null_that_is_off_is_reported_even_where_its_bands_hold() -> None:
    numbers = clinics(0.0, -4.0, np.random.default_rng(9))
    numbers |= {("without", name, f"null_drift_inside_{share}"): np.ones(CLINICS) for name, share in PLACES}
    table = Estimates.of(nulls(numbers, ["without"], ["drift"]))
    assert table.one(about="inside band").value == 100.0
    counts = [table.one(about=about).value for about in ("shares judged", "null too high", "null too low")]
    assert counts == [LOOKS, LOOKS, 0]
    (farthest,) = table.where(about="null farthest off")
    assert -6.0 < farthest.estimate.value < -4.0
    assert (farthest["criterion"], farthest["quantity"]) in PLACES
