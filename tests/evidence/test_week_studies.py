"""Studies of what goes from week to week: alliance and symptoms within clients, and symptoms alone."""

import numpy as np
import pytest

from alliance_sim.evidence.practice import Cohort
from alliance_sim.evidence.studies import STUDIES
from tests.evidence.made_practice import NAN, WEEKS, Floats, N, Z, asked, cohort, noise, practice, with_correlation

FIRST_SEVEN, FIRST_TEN = np.arange(WEEKS) < 7, np.arange(WEEKS) < 10


def series(effect: float, reverse: float = 0.0) -> dict[str, Floats]:
    """Alliance moves distress within the week by `effect`; distress that falls raises the next alliance."""
    random = np.random.default_rng(4)
    alliance, distress = np.zeros((N, WEEKS)), np.zeros((N, WEEKS))
    alliance[:, 0] = random.standard_normal(N)
    for t in range(1, WEEKS):
        fell = distress[:, t - 2] - distress[:, t - 1] if t > 1 else 0.0
        alliance[:, t] = random.standard_normal(N) + reverse * fell
        distress[:, t] = 0.5 * distress[:, t - 1] - effect * alliance[:, t] + random.standard_normal(N)
    return {"wai_client": alliance, "symptoms": distress}


@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_alliance_moves_the_next_distress_as_far_as_it_was_made_to(effect: float) -> None:
    made = series(effect)
    early = {name: np.where(FIRST_SEVEN, column, Z[5][:, None]) for name, column in made.items()}
    # six ratings about their own mean
    expected = effect * np.sqrt(1 - 1 / 6) / np.std(made["symptoms"][:, 1:7])
    assert asked("N40", cohort(**early)) == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("effect", [0.0, -0.3])
def test_distress_moves_the_next_alliance_as_far_as_it_was_made_to(effect: float) -> None:
    distress, alliance = Z[0][:, None] + noise(6), Z[1][:, None] + noise(16)
    alliance[:, 1:7] += effect * distress[:, :6]
    alliance[:, 7:] = Z[5][:, None]
    expected = effect * np.sqrt(5 / 6) / alliance[:, 1:7].std()
    assert asked("N41", cohort(wai_client=alliance, symptoms=distress)) == pytest.approx(expected, abs=0.03)


def test_alliance_in_cbt_counts_in_all_sessions() -> None:
    made = series(0.3)
    for column in made.values():
        column[1::2] = Z[5][1::2, None]
    expected = 0.3 * np.sqrt(1 - 1 / (WEEKS - 1)) / np.std(made["symptoms"][0::4, 1:])
    assert asked("N42", cohort(treatment=np.arange(N) % 4, **made)) == pytest.approx(expected, abs=0.02)


def test_three_sessions_are_seen_with_the_symptoms_that_each_begins_with() -> None:
    made = series(0.3)
    far, near = (np.std(made["symptoms"][:, weeks]) for weeks in ([1, 7, 13], [0, 2, 4]))
    assert asked("N43", cohort(**made)) == pytest.approx(0.3 * np.sqrt(2 / 3) / far, abs=0.03)
    made["symptoms"][:, 0] -= 0.3 * made["wai_client"][:, 0]
    assert asked("N44", cohort(**made)) == pytest.approx(0.3 * np.sqrt(2 / 3) / near, abs=0.05)


def test_without_intercepts_what_lasts_in_a_client_still_moves_no_centred_rating() -> None:
    level = Z[0][:, None]
    made = cohort({"symptoms_intake": Z[0]}, wai_client=-level + noise(9), symptoms=3 * level + noise(19))
    assert asked("N44", made) == pytest.approx(0.0, abs=0.03)


@pytest.mark.parametrize(("between", "within"), [(-0.5, 0.2), (-0.2, -0.5)])
def test_slopes_between_and_within_clients_are_compared_by_size(between: float, within: float) -> None:
    level, week = Z[0][:, None], noise(10)
    made = cohort(wai_client=level + week, symptoms=between * level + within * week + noise(20))
    means = abs(between + within / 16) / np.sqrt(1 + 1 / 16)  # of sixteen ratings, which err
    expected = (means - abs(within) * np.sqrt(15 / 16)) / np.sqrt(1 + between**2 + within**2)
    assert asked("N46", made) == pytest.approx(expected, abs=0.02)


def test_the_rater_whose_ratings_carry_over_less_is_reported() -> None:
    matrices = {"wai_client": noise(11), "wai_therapist": noise(12)}
    for keeps, matrix in zip((0.6, 0.3), matrices.values(), strict=True):
        for t in range(1, WEEKS):
            matrix[:, t] += keeps * matrix[:, t - 1]
        matrix += Z[0][:, None]
    assert asked("N86", cohort(**matrices)) == pytest.approx(0.3 - 1.3 / WEEKS, abs=0.03)


@pytest.mark.parametrize(("reverse", "sign"), [(0.5, 1.0), (-0.5, -1.0)])
def test_improvement_moves_the_next_alliance_the_way_it_was_made_to(reverse: float, sign: float) -> None:
    assert sign * asked("W02", cohort(**series(0.0, reverse))) > 0.1


def test_a_common_drift_is_an_effect_that_shrinks_when_detrended() -> None:
    drift = 0.15 * np.arange(WEEKS) * Z[0][:, None]
    assert asked("W05", cohort(wai_client=drift + noise(5), symptoms=-drift + noise(15))) < 0


@pytest.mark.parametrize(("late", "r", "error"), [(0, 1.0, 1e-6), (2, 0.0, 0.05)])
def test_change_before_a_late_rating_counts_beyond_the_early_one(late: int, r: float, error: float) -> None:
    early = with_correlation(0.5)
    ratings = np.where(FIRST_TEN, early[:, None], (early + Z[late])[:, None])
    made = cohort({"symptoms_intake": Z[0]}, wai_task=ratings, symptoms=np.zeros(N))
    assert asked("N45", made) == pytest.approx(r, abs=error)


def test_agreement_that_predicts_later_change_is_distinguished_from_what_earlier_change_explains() -> None:
    """Fewer symptoms already raise both; of what comes later, goal and task know and bond does not."""
    before, after = Z[0], Z[1]
    made = cohort(
        {"symptoms_end": -before - after},
        symptoms=np.where(np.arange(WEEKS) < 2, -before[:, None], 99.0),
        wai_goal=before + after + Z[2], wai_task=before + after - Z[2], wai_bond=before + Z[3],
    )  # fmt: skip
    assert asked("N53", made) == pytest.approx(1.0, abs=0.05)


def test_the_part_that_follows_earlier_change_least_is_reported() -> None:
    late = {"wai_goal": with_correlation(0.8), "wai_task": with_correlation(0.6), "wai_bond": with_correlation(0.3)}
    columns = {name: np.where(FIRST_TEN, -Z[0][:, None], column[:, None]) for name, column in late.items()}
    made = cohort({"symptoms_intake": Z[0]}, symptoms=np.zeros(N), **columns)
    assert asked("N54", made) == pytest.approx(0.3, abs=0.04)


def weekly_scores(keeps: float, level: float, slope: float) -> tuple[Floats, Floats]:
    """Symptoms at intake and later: a level, an own slope, and a departure of SD 2 that keeps so much from week to
    week.
    """
    random = np.random.default_rng(7)
    state = random.standard_normal((N, 1 + WEEKS))
    for t in range(1, 1 + WEEKS):
        state[:, t] = keeps * state[:, t - 1] + np.sqrt(1 - keeps**2) * state[:, t]
    scores = 20 + level * Z[0][:, None] + slope * Z[1][:, None] * np.arange(1 + WEEKS) + 2 * state
    return scores[:, 0], scores[:, 1:]


def scored(intake: Floats, symptoms: Floats) -> Cohort:
    return cohort({"symptoms_intake": intake}, symptoms=symptoms)


def test_weeks_go_together_by_what_lasts_and_by_what_is_kept() -> None:
    made = scored(*weekly_scores(0.5, 4.0, 0.0))
    assert asked("N60", made) == pytest.approx((16 + 0.5 * 4) / 20, abs=0.01)
    assert asked("N63", made) == pytest.approx(2 / np.sqrt(20), abs=0.01)  # 2 variance (1 - 0.5)
    assert asked("N61", made) == pytest.approx(0.5, abs=0.08)  # less by the mean of 26 scores


def test_a_line_of_ones_own_makes_weeks_alike_until_it_is_taken_out() -> None:
    made = scored(*weekly_scores(0.0, 4.0, 1.0))
    assert asked("N61", made) > 0.8
    assert asked("N62", made) == pytest.approx(-0.05, abs=0.05)
    assert asked("N64", made) == pytest.approx(2 / np.sqrt(20), abs=0.01)


def test_weeks_that_are_not_neighbours_and_clients_with_few_scores_do_not_count() -> None:
    intake, symptoms = weekly_scores(0.5, 4.0, 0.0)
    symptoms[:, 1::2] = NAN  # a session every other week
    assert asked("N60", scored(intake, symptoms)) == pytest.approx(0.9, abs=0.02)  # intake and session 1 alone
    assert np.isnan(asked("N61", scored(intake, symptoms)))
    symptoms[:, 10:] = NAN
    assert np.isnan(asked("N64", scored(intake, symptoms)))


def test_error_is_at_most_what_neighbouring_weeks_differ_by() -> None:
    assert asked("N80", scored(*weekly_scores(0.0, 4.0, 0.0))) == pytest.approx(2 / np.sqrt(20), abs=0.01)


def test_marked_changes_are_counted_in_whole_points_of_the_instrument() -> None:
    """SD at intake is 5, so that 3.5 counts as 4 (0.5 is rounded to the even neighbour)."""
    intake = np.tile([15.0, 25.0], N // 2) * np.sqrt((N - 1) / N)
    change = np.tile([4.0, 3.0, -4.0, -3.0, -5.0, 0.0, 0.0, 0.0, 0.0, 0.0], N // 10)
    symptoms = np.full((N, WEEKS), NAN)
    symptoms[:, 0] = intake + change
    made = scored(intake, symptoms)
    assert (asked("N65a", made), asked("N65b", made)) == pytest.approx((10.0, 20.0))


def test_intake_is_compared_with_week_8() -> None:
    symptoms = np.where(np.arange(WEEKS) == 7, with_correlation(0.5)[:, None], Z[5][:, None])
    assert asked("N67", scored(Z[0], symptoms)) == pytest.approx(0.5, abs=0.04)


def test_months_without_treatment_are_four_weeks_apart() -> None:
    """Symptoms keep half from month to month on top of a level; weeks between are noise that no month sees."""
    random = np.random.default_rng(8)
    months = random.standard_normal((N, 13))
    for t in range(1, 13):
        months[:, t] = 0.5 * months[:, t - 1] + np.sqrt(0.75) * months[:, t]
    symptoms = 9 * random.standard_normal((N, 52))
    symptoms[:, 3:52:4] = 2 * Z[0][:, None] + months - 0.3 * np.arange(13)
    waiting = practice(cohort(n=N), untreated=Cohort(20, np.full(N, -1), {}, {"symptoms": symptoms}, {}))

    def found(finding: str) -> float:
        return STUDIES[finding].measure(waiting)[0]

    trend = 0.09 * (11**2 - 1) / 12  # variance of eleven months of a fall that all share
    assert found("N68") == pytest.approx((4.5 + trend) / (5 + trend), abs=0.02)
    lags = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    state = 0.5**lags
    apart = state[lags > 0].mean()  # how far the state makes a client's months alike
    assert found("N69") == pytest.approx((4 + apart) / 5, abs=0.02)
    line = np.column_stack([np.ones(12), np.arange(12)])
    off_line = np.eye(12) - line @ np.linalg.pinv(line)
    left = off_line @ state @ off_line
    sizes = np.diag(left)
    expected = np.diag(left, 1).mean() / np.sqrt(sizes[:-1].mean() * sizes[1:].mean())
    assert found("N70") == pytest.approx(expected, abs=0.02)


def test_symptoms_without_treatment_are_asked_again_within_two_weeks() -> None:
    symptoms = np.full((N, WEEKS), NAN)
    symptoms[:, 0], symptoms[:, 1] = with_correlation(0.9), with_correlation(0.7, 0, 2)
    assert asked("N79", cohort(n=N), untreated=scored(Z[0], symptoms)) == pytest.approx(0.8, abs=0.02)
