"""Every study in silico, on a practice that is made by hand so that its answer is known."""

from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from alliance_sim.evidence.agreement import compared_findings
from alliance_sim.evidence.practice import BONA_FIDE, SHORT, TWINS, Cohort, Practice
from alliance_sim.evidence.studies import STUDIES

N, WEEKS = 4800, 26
LUCK = np.random.default_rng(20261124)
Z = LUCK.standard_normal((6, N))
CLIENT = (
    "symptoms_intake", "symptoms_end", "left", "left_week", "anxiety", "avoidance", "trauma", "sessions_attended",
)  # fmt: skip
SESSION = (
    "wai_goal", "wai_task", "wai_bond", "wai_client", "wai_therapist", "symptoms", "expressed", "attended",
    "rupture_client", "rupture_therapist", "rupture_observer",
    "resolved_observer",
)  # fmt: skip


@dataclass
class Made:
    """A cohort by hand: client columns (n,), session columns (n, weeks) or (n,) for the same in every week."""

    clients: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    sessions: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    hidden: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    treatment: NDArray[np.int64] | None = None

    def cohort(self) -> Cohort:
        given = [*self.clients.values(), *self.sessions.values()]
        n = len(given[0]) if given else N

        def weekly(column: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.broadcast_to(column[:, None] if column.ndim == 1 else column, (n, WEEKS)).astype(float)

        return Cohort(
            20,
            np.zeros(n, np.int64) if self.treatment is None else self.treatment,
            {name: self.clients.get(name, np.zeros(n)) for name in CLIENT},
            {name: weekly(self.sessions.get(name, np.full(n, np.nan))) for name in SESSION},
            {name: weekly(self.hidden.get(name, np.zeros(n))) for name in ("rupture", "repaired")},
        )


def made_practice(made: Made, **others: Made) -> Practice:
    """A practice of which all cohorts are the same, but for those named."""
    plain = made.cohort()
    own = {name: other.cohort() for name, other in others.items()}
    twins = {name: own.get(name, plain) for name in TWINS}
    short = {name: own.get(f"short_{name}", plain) for name in SHORT}
    untreated, calm = own.get("untreated", plain), own.get("calm", plain)
    return Practice(0, plain, plain, plain, twins, short, lambda: untreated, lambda: calm)


def asked(finding: str, made: Made, **others: Made) -> tuple[float, ...]:
    """What the study of a finding says to a practice of which all cohorts are the same, but for those named."""
    return STUDIES[finding].measure(made_practice(made, **others))


def with_correlation(r: float, of: int = 0, other: int = 1) -> NDArray[np.float64]:
    """Numbers that correlate about r with Z[of]."""
    return r * Z[of] + np.sqrt(1 - r * r) * Z[other]


@pytest.mark.parametrize("finding", compared_findings(), ids=lambda finding: finding.id)
def test_a_study_gives_as_many_numbers_as_were_published(finding) -> None:
    assert len(STUDIES[finding.id].parts) == len(finding.parts)


@pytest.mark.parametrize("finding", sorted(STUDIES))
def test_a_practice_without_sessions_gives_no_error(finding: str) -> None:
    small = Made(clients={"symptoms_end": np.zeros(40)})
    numbers = asked(finding, small)
    assert len(numbers) == len(STUDIES[finding].parts)


@pytest.mark.parametrize("finding", sorted(STUDIES))
@pytest.mark.filterwarnings("error")
def test_a_sample_of_twenty_clients_gives_numbers_or_nan_without_warning(finding: str) -> None:
    luck = np.random.default_rng(14)
    clients = {name: luck.standard_normal(20) for name in CLIENT} | {"left": np.tile([0.0, 1.0], 10)}
    sessions = {name: luck.standard_normal((20, WEEKS)) for name in SESSION}
    for column in sessions.values():
        column[:, 5:] = np.nan  # few sessions, none at which late ratings are asked for
    numbers = asked(finding, Made(clients, sessions))
    assert all(isinstance(number, float) for number in numbers)


@pytest.mark.parametrize(
    ("finding", "column"),
    [("A01", "wai_client"), ("A05", "wai_client"), ("S01", "wai_goal"), ("S02", "wai_task")],
)
def test_alliance_and_outcome_correlate_as_they_were_made_to(finding: str, column: str) -> None:
    made = Made({"symptoms_end": -with_correlation(0.5)}, {column: Z[0]})
    assert asked(finding, made)[0] == pytest.approx(0.5, abs=0.05)


def test_task_and_bond_are_told_apart() -> None:
    outcome = 0.5 * Z[0] + 0.2 * Z[1] + np.sqrt(1 - 0.29) * Z[2]
    task, bond = asked("S09", Made({"symptoms_end": -outcome}, {"wai_task": Z[0], "wai_bond": Z[1]}))
    assert (task, bond) == (pytest.approx(0.5, abs=0.05), pytest.approx(0.2, abs=0.05))


@pytest.mark.parametrize(("sign", "share"), [(1.0, 0.0), (-1.0, 100.0)])
def test_negative_studies_are_those_in_which_a_better_alliance_goes_with_a_worse_end(sign: float, share: float) -> None:
    made = Made({"symptoms_end": -sign * with_correlation(0.9)}, {"wai_client": Z[0]})
    assert asked("A03", made)[0] == pytest.approx(share)


def test_one_rating_explains_its_squared_correlation() -> None:
    ratings = Z[1][:, None] + np.zeros((N, WEEKS))
    ratings[:, 2] = Z[0]
    made = Made({"symptoms_end": -with_correlation(0.6, 0, 2)}, {"wai_client": ratings})
    assert asked("A18", made)[0] == pytest.approx(36, abs=4)


def test_seven_ratings_explain_more_than_one_when_ratings_err() -> None:
    ratings = Z[0][:, None] + np.random.default_rng(1).standard_normal((N, WEEKS))
    made = Made({"symptoms_end": -with_correlation(0.6, 0, 2)}, {"wai_client": ratings})
    assert asked("A18", made)[0] == pytest.approx(18, abs=4)
    assert asked("A19", made)[0] == pytest.approx(36 / (1 + 1 / 7), abs=4)


def test_observers_in_cbt_see_what_is_shown_with_their_error_and_only_in_cbt() -> None:
    cbt = np.arange(N) % 2
    shown = np.where(cbt == 1, Z[0], 0.0)
    end = np.where(cbt == 1, -with_correlation(0.6), -10 * Z[0])
    made = Made({"symptoms_end": end}, {"expressed": shown, "symptoms": Z[3]})
    made.treatment = np.where(cbt == 1, BONA_FIDE.index("cbt"), BONA_FIDE.index("humanistic"))
    assert asked("A21", made)[0] == pytest.approx(0.6 * np.sqrt(0.75), abs=0.05)


def test_a_rating_that_never_changes_is_wholly_dependable() -> None:
    assert asked("A20", Made(sessions={"wai_client": Z[0]}))[0] == pytest.approx(1)


def test_dependability_is_the_share_of_variance_between_clients() -> None:
    ratings = np.sqrt(0.7) * Z[0][:, None] + np.sqrt(0.3) * np.random.default_rng(2).standard_normal((N, WEEKS))
    assert asked("A20", Made(sessions={"wai_client": ratings}))[0] == pytest.approx(0.7, abs=0.02)


def test_level_and_spread_are_those_of_single_ratings() -> None:
    mean, sd = asked("S13", Made(sessions={"wai_client": 4 + 0.7 * Z[0]}))
    assert (mean, sd) == (pytest.approx(4, abs=0.05), pytest.approx(0.7, abs=0.03))


def test_subscales_correlate_as_they_were_made_to_in_one_session() -> None:
    def only_in_session_3(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(np.arange(WEEKS) == 2, values[:, None], Z[5][:, None])

    columns = {"wai_task": Z[0], "wai_goal": with_correlation(0.8), "wai_bond": with_correlation(0.4, 0, 2)}
    made = Made(sessions={name: only_in_session_3(values) for name, values in columns.items()})
    assert asked("N50", made)[0] == pytest.approx(0.8, abs=0.03)
    # covariance of bond with the mean of goal and task, over that mean's SD
    assert asked("N51", made)[0] == pytest.approx((0.4 + 0.4 * 0.8) / 2 / np.sqrt((1 + 0.8) / 2), abs=0.05)


def test_client_and_therapist_agree_as_they_were_made_to() -> None:
    made = Made(sessions={"wai_client": Z[0], "wai_therapist": with_correlation(0.4)})
    assert asked("S15", made)[0] == pytest.approx(0.4, abs=0.04)


def test_insecurity_is_seen_through_a_questionnaire_of_reliability_point_nine() -> None:
    made = Made({"anxiety": Z[0], "avoidance": Z[1]}, {"wai_client": -0.3 * Z[0] - 0.4 * Z[1] + np.sqrt(0.75) * Z[2]})
    assert asked("B02", made)[0] == pytest.approx(-0.3 * np.sqrt(0.9), abs=0.05)
    assert asked("B03", made)[0] == pytest.approx(-0.4 * np.sqrt(0.9), abs=0.05)
    assert asked("B01", made)[0] == pytest.approx(0.7 / np.sqrt(2) * np.sqrt(0.9), abs=0.05)


def test_reports_of_ruptures_are_counted_among_rated_sessions() -> None:
    reports = np.full((N, WEEKS), np.nan)
    reports[:, :4] = [0, 1, 2, 0]
    made = Made(sessions={"rupture_client": reports, "rupture_observer": reports})
    assert asked("P01", made) == (50.0,)
    assert asked("P02", made) == (50.0,)


def test_withdrawals_are_set_against_confrontations() -> None:
    codes = np.zeros((N, WEEKS))
    codes[:, :4] = [1, 1, 1, 2]
    assert asked("P18", Made(sessions={"rupture_observer": codes})) == (0.5,)


def ratings_with_drops() -> NDArray[np.float64]:
    """A quarter drops and recovers, a quarter drops for good, half is steady."""
    ratings = 4 + 0.05 * LUCK.standard_normal((N, WEEKS))
    ratings[0::4, 9] -= 3
    ratings[1::4, 9:] -= 3
    return ratings


def test_drops_are_found_and_judged_by_what_follows() -> None:
    assert asked("P06", Made(sessions={"wai_client": ratings_with_drops()})) == (25.0, 25.0, 50.0)


def test_trauma_is_compared_by_shares() -> None:
    history = (np.arange(N) % 4 == 1).astype(float)  # all of those who drop for good
    made = Made({"trauma": history}, {"wai_client": ratings_with_drops()})
    assert abs(asked("P09", made)[0]) == pytest.approx(1)


def test_repair_goes_with_outcome_where_the_repaired_end_better() -> None:
    end = np.where(np.arange(N) % 4 == 0, -1.0, 0.0) + Z[0]
    made = Made({"symptoms_end": end}, {"wai_client": ratings_with_drops()})
    assert asked("R01", made)[0] == pytest.approx(0.5 / np.sqrt(1.25), abs=0.05)
    earlier = STUDIES["R03"].earlier
    assert earlier is not None
    assert earlier.measure(made_practice(made))[0] == pytest.approx(np.sqrt(0.1875) / np.sqrt(1.1875), abs=0.05)


def test_resolution_that_an_observer_rates_goes_with_outcome_in_clients_who_were_rated() -> None:
    rated = np.full((N, WEEKS), np.nan)
    rated[::2, 3:9] = 3 + 0.3 * Z[0][::2, None]
    end = np.where(np.arange(N) % 2 == 0, -with_correlation(0.4), 10 * Z[2])
    assert asked("R03", Made({"symptoms_end": end}, {"resolved_observer": rated}))[0] == pytest.approx(0.4, abs=0.05)


def test_dropouts_are_not_those_who_leave_because_they_are_well() -> None:
    left = np.tile([1.0, 2.0, 0.0, 0.0], N // 4)
    assert asked("D01", Made({"left": left})) == (25.0,)


def test_completers_are_compared_with_dropouts_on_an_early_rating() -> None:
    left = np.tile([1.0, 0.0], N // 2)
    ratings = (Z[0] + np.where(left == 0, 0.6, 0.0))[:, None] + np.zeros((N, WEEKS))
    ratings[:, 3:] = 99.0  # what is rated later does not count
    assert asked("D05", Made({"left": left}, {"wai_client": ratings}))[0] == pytest.approx(0.6, abs=0.06)


@pytest.mark.parametrize(("finding", "column"), [("T02", "symptoms_end"), ("T09", "wai_client")])
def test_the_therapists_share_is_that_of_the_variance_between_caseloads(finding: str, column: str) -> None:
    therapist = np.repeat(np.random.default_rng(3).standard_normal(N // 20), 20)
    score = np.sqrt(0.3) * therapist + np.sqrt(0.7) * Z[0]
    made = Made({column: score, "symptoms_intake": Z[1]}) if finding == "T02" else Made(sessions={column: score})
    assert asked(finding, made)[0] == pytest.approx(30, abs=5)


def series(effect: float, reverse: float) -> Made:
    """Alliance moves distress within the week by `effect`; distress that falls raises the next alliance."""
    luck = np.random.default_rng(4)
    alliance, distress = np.zeros((N, WEEKS)), np.zeros((N, WEEKS))
    alliance[:, 0] = luck.standard_normal(N)
    for t in range(1, WEEKS):
        fell = distress[:, t - 2] - distress[:, t - 1] if t > 1 else 0.0
        alliance[:, t] = luck.standard_normal(N) + reverse * fell
        distress[:, t] = 0.5 * distress[:, t - 1] - effect * alliance[:, t] + luck.standard_normal(N)
    return Made(sessions={"wai_client": alliance, "symptoms": distress})


@pytest.mark.parametrize("effect", [0.0, 0.3])
def test_alliance_moves_the_next_distress_as_far_as_it_was_made_to(effect: float) -> None:
    made = series(effect, 0.0)
    late = {name: np.where(np.arange(WEEKS) < 7, column, Z[5][:, None]) for name, column in made.sessions.items()}
    sd = np.std(made.sessions["symptoms"][:, 1:7])
    # six ratings about their own mean
    assert asked("N40", Made(sessions=late))[0] == pytest.approx(effect * np.sqrt(1 - 1 / 6) / sd, abs=0.02)


@pytest.mark.parametrize("effect", [0.0, -0.3])
def test_distress_moves_the_next_alliance_as_far_as_it_was_made_to(effect: float) -> None:
    luck = np.random.default_rng(6)
    distress = Z[0][:, None] + luck.standard_normal((N, WEEKS))
    alliance = Z[1][:, None] + luck.standard_normal((N, WEEKS))
    alliance[:, 1:7] += effect * distress[:, :6]
    alliance[:, 7:] = Z[5][:, None]
    found = asked("N41", Made(sessions={"wai_client": alliance, "symptoms": distress}))[0]
    assert found == pytest.approx(effect * np.sqrt(5 / 6) / alliance[:, 1:7].std(), abs=0.03)


def test_alliance_in_cbt_counts_in_all_sessions() -> None:
    made = series(0.3, 0.0)
    made.treatment = np.arange(N) % 4
    for column in made.sessions.values():
        column[1::2] = Z[5][1::2, None]
    sd = np.std(made.sessions["symptoms"][0::4, 1:])
    assert asked("N42", made)[0] == pytest.approx(0.3 * np.sqrt(1 - 1 / (WEEKS - 1)) / sd, abs=0.02)


def test_three_sessions_are_seen_with_the_symptoms_that_each_begins_with() -> None:
    made = series(0.3, 0.0)
    made.clients["symptoms_intake"] = np.zeros(N)
    far = np.std(made.sessions["symptoms"][:, [1, 7, 13]])
    assert asked("N43", made)[0] == pytest.approx(0.3 * np.sqrt(2 / 3) / far, abs=0.03)
    near = np.std(made.sessions["symptoms"][:, [0, 2, 4]])
    made.sessions["symptoms"][:, 0] -= 0.3 * made.sessions["wai_client"][:, 0]
    assert asked("N44", made)[0] == pytest.approx(0.3 * np.sqrt(2 / 3) / near, abs=0.05)


def test_without_intercepts_what_lasts_in_a_client_still_moves_no_centred_rating() -> None:
    luck = np.random.default_rng(9)
    symptoms = 3 * Z[0][:, None] + luck.standard_normal((N, WEEKS))
    ratings = -Z[0][:, None] + luck.standard_normal((N, WEEKS))
    made = Made({"symptoms_intake": Z[0]}, {"wai_client": ratings, "symptoms": symptoms})
    assert asked("N44", made)[0] == pytest.approx(0.0, abs=0.03)


@pytest.mark.parametrize(("between", "within"), [(-0.5, 0.2), (-0.2, -0.5)])
def test_slopes_between_and_within_clients_are_compared_by_size(between: float, within: float) -> None:
    luck = np.random.default_rng(10)
    level, week = Z[0][:, None], luck.standard_normal((N, WEEKS))
    symptoms = between * level + within * week + luck.standard_normal((N, WEEKS))
    made = Made(sessions={"wai_client": level + week, "symptoms": symptoms})
    expected = (abs(between) - abs(within)) / np.sqrt(1 + between**2 + within**2)
    assert asked("N46", made)[0] == pytest.approx(expected, abs=0.03)


def test_the_rater_whose_ratings_carry_over_less_is_told() -> None:
    luck = np.random.default_rng(11)
    matrices = {"wai_client": np.zeros((N, WEEKS)), "wai_therapist": np.zeros((N, WEEKS))}
    for keeps, matrix in zip((0.6, 0.3), matrices.values(), strict=True):
        for t in range(1, WEEKS):
            matrix[:, t] = keeps * matrix[:, t - 1] + luck.standard_normal(N)
        matrix += Z[0][:, None]
    assert asked("N86", Made(sessions=matrices))[0] == pytest.approx(0.3 - 1.3 / WEEKS, abs=0.03)


def test_change_before_a_late_rating_counts_beyond_the_early_one() -> None:
    change, early = Z[0], with_correlation(0.5, 0, 1)
    ratings = np.where(np.arange(WEEKS) < 10, early[:, None], (early + change)[:, None])
    made = Made({"symptoms_intake": change}, {"wai_task": ratings, "symptoms": np.zeros(N)})
    assert asked("N45", made)[0] == pytest.approx(1.0)
    made.sessions["wai_task"] = np.where(np.arange(WEEKS) < 10, early[:, None], (early + Z[2])[:, None])
    assert asked("N45", made)[0] == pytest.approx(0.0, abs=0.05)


def test_agreement_that_foretells_later_change_is_told_from_what_earlier_change_explains() -> None:
    """Fewer symptoms already raise both; of what comes later, goal and task know and bond does not."""
    before, after = Z[0], Z[1]
    symptoms = np.where(np.arange(WEEKS) < 2, -before[:, None], 99.0)
    columns = {"wai_goal": before + after + Z[2], "wai_task": before + after - Z[2], "wai_bond": before + Z[3]}
    made = Made({"symptoms_intake": np.zeros(N), "symptoms_end": -before - after}, columns | {"symptoms": symptoms})
    assert asked("N53", made)[0] == pytest.approx(1.0, abs=0.05)


def test_the_part_that_follows_earlier_change_least_is_told() -> None:
    late = {"wai_goal": with_correlation(0.8), "wai_task": with_correlation(0.6), "wai_bond": with_correlation(0.3)}
    columns = {name: np.where(np.arange(WEEKS) < 10, -Z[0][:, None], column[:, None]) for name, column in late.items()}
    made = Made({"symptoms_intake": Z[0]}, columns | {"symptoms": np.zeros(N)})
    assert asked("N54", made)[0] == pytest.approx(0.3, abs=0.04)


def test_variance_between_therapists_is_set_against_that_between_their_clients() -> None:
    therapist = np.repeat(np.random.default_rng(12).standard_normal(N // 20), 20)
    week = np.random.default_rng(13).standard_normal((N, WEEKS))
    ratings = (np.sqrt(0.2) * therapist + np.sqrt(0.5) * Z[0])[:, None] + week
    assert asked("N87", Made(sessions={"wai_client": ratings}))[0] == pytest.approx(0.2 - 0.5, abs=0.07)


def test_perfect_ratings_are_those_at_the_top_of_the_scale() -> None:
    ratings = np.full((N, WEEKS), np.nan)
    ratings[:, :4] = [5.0, 4.9, 4.8, 3.0]
    assert asked("N05", Made(sessions={"wai_client": ratings})) == (50.0,)


@pytest.mark.parametrize(("reverse", "sign"), [(0.5, 1.0), (-0.5, -1.0)])
def test_improvement_moves_the_next_alliance_the_way_it_was_made_to(reverse: float, sign: float) -> None:
    assert sign * asked("W02", series(0.0, reverse))[0] > 0.1


def test_a_common_drift_is_an_effect_that_shrinks_when_detrended() -> None:
    drift = 0.15 * np.arange(WEEKS) * Z[0][:, None]
    luck = np.random.default_rng(5)
    made = Made(sessions={
        "wai_client": drift + luck.standard_normal((N, WEEKS)), "symptoms": -drift + luck.standard_normal((N, WEEKS)),
    })  # fmt: skip
    assert asked("W05", made)[0] < 0


def test_the_pair_of_treatments_that_differs_most_counts_with_its_sign() -> None:
    base, better = Made({"symptoms_end": Z[0]}), Made({"symptoms_end": Z[0] - 0.5})
    assert asked("X01", base, cbt=better)[0] == pytest.approx(0.5, abs=0.03)
    assert asked("X01", base, psychodynamic=better)[0] == pytest.approx(-0.5, abs=0.03)


def test_change_is_in_units_of_the_spread_at_intake() -> None:
    treated = Made({"symptoms_intake": 20 + 2 * Z[0], "symptoms_end": 18 + 5 * Z[1]})
    waiting = Made({"symptoms_intake": 20 + 2 * Z[0], "symptoms_end": 19 + 2 * Z[1]})
    assert asked("X12", treated)[0] == pytest.approx(1.0, abs=0.05)
    assert asked("X13", treated, waiting_list=waiting) == (pytest.approx(0.5, abs=0.05), pytest.approx(1.0, abs=0.06))


def test_response_is_half_of_the_symptoms() -> None:
    treated = Made({"symptoms_intake": np.full(N, 20.0), "symptoms_end": np.tile([10.0, 11.0], N // 2)})
    waiting = Made({"symptoms_intake": np.full(N, 20.0), "symptoms_end": np.tile([10.0, 20, 20, 20], N // 4)})
    assert asked("X16", treated, short_waiting_list=waiting) == (50.0,)
    assert asked("N71", treated, short_waiting_list=waiting) == (25.0,)


def test_deterioration_is_a_rise_of_six_points() -> None:
    treated = Made({"symptoms_intake": np.full(N, 12.0), "symptoms_end": np.tile([18.0, 17.0, 12.0, 0.0], N // 4)})
    waiting = Made({"symptoms_intake": np.full(N, 12.0), "symptoms_end": np.tile([18.0, 20.0, 12.0, 0.0], N // 4)})
    assert asked("N72", treated, short_waiting_list=waiting) == (25.0,)
    assert asked("N73", treated, short_waiting_list=waiting) == (50.0,)


def test_outcomes_spread_among_clients_who_came_twice() -> None:
    came = np.tile([2.0, 1.0], N // 2)
    end = np.where(came == 2, 10 + 3 * Z[1], 10 + 30 * Z[1])
    made = Made({"symptoms_intake": 14 + 2 * Z[0], "symptoms_end": end, "sessions_attended": came})
    assert asked("N76", made)[0] == pytest.approx(1.5, abs=0.07)


def weekly_scores(keeps: float, level: float, slope: float) -> Made:
    """Symptoms as a level, an own slope, and a weekly departure of SD 2 that keeps so much from week to week."""
    luck = np.random.default_rng(7)
    state = np.zeros((N, 1 + WEEKS))
    state[:, 0] = luck.standard_normal(N)
    for t in range(1, 1 + WEEKS):
        state[:, t] = keeps * state[:, t - 1] + np.sqrt(1 - keeps**2) * luck.standard_normal(N)
    scores = 20 + level * Z[0][:, None] + slope * Z[1][:, None] * np.arange(1 + WEEKS) + 2 * state
    return Made({"symptoms_intake": scores[:, 0]}, {"symptoms": scores[:, 1:]})


def test_weeks_go_together_by_what_lasts_and_by_what_is_kept() -> None:
    made = weekly_scores(0.5, 4.0, 0.0)
    assert asked("N60", made)[0] == pytest.approx((16 + 0.5 * 4) / 20, abs=0.01)
    assert asked("N63", made)[0] == pytest.approx(2 / np.sqrt(20), abs=0.01)  # 2 variance (1 - 0.5)
    assert asked("N61", made)[0] == pytest.approx(0.5, abs=0.08)  # less by the mean of 26 scores


def test_a_line_of_ones_own_makes_weeks_alike_until_it_is_taken_out() -> None:
    made = weekly_scores(0.0, 4.0, 1.0)
    assert asked("N61", made)[0] > 0.8
    assert asked("N62", made)[0] == pytest.approx(-0.05, abs=0.05)
    assert asked("N64", made)[0] == pytest.approx(2 / np.sqrt(20), abs=0.01)


def test_marked_changes_are_counted_in_whole_points_of_the_instrument() -> None:
    """SD at intake is 5, so that 3.5 counts as 4 (0.5 is rounded to the even neighbour)."""
    intake = np.tile([15.0, 25.0], N // 2) * np.sqrt((N - 1) / N)
    change = np.tile([4.0, 3.0, -4.0, -3.0, -5.0, 0.0, 0.0, 0.0, 0.0, 0.0], N // 10)
    symptoms = np.full((N, WEEKS), np.nan)
    symptoms[:, 0] = intake + change
    made = Made({"symptoms_intake": intake}, {"symptoms": symptoms})
    assert asked("N65a", made) == (pytest.approx(10.0),)
    assert asked("N65b", made) == (pytest.approx(20.0),)


def test_error_is_at_most_what_neighbouring_weeks_differ_by() -> None:
    made = weekly_scores(0.0, 4.0, 0.0)
    assert asked("N80", made)[0] == pytest.approx(2 / np.sqrt(20), abs=0.01)


def test_intake_is_compared_with_week_8() -> None:
    symptoms = np.where(np.arange(WEEKS) == 7, with_correlation(0.5)[:, None], Z[5][:, None])
    assert asked("N67", Made({"symptoms_intake": Z[0]}, {"symptoms": symptoms}))[0] == pytest.approx(0.5, abs=0.04)


def test_months_without_treatment_are_four_weeks_apart() -> None:
    """Symptoms keep half from month to month beside a level; weeks between are noise that no month sees."""
    luck = np.random.default_rng(8)
    months = np.zeros((N, 13))
    months[:, 0] = luck.standard_normal(N)
    for t in range(1, 13):
        months[:, t] = 0.5 * months[:, t - 1] + np.sqrt(0.75) * luck.standard_normal(N)
    symptoms = 9 * luck.standard_normal((N, 52))
    symptoms[:, 3:52:4] = 2 * Z[0][:, None] + months - 0.3 * np.arange(13)
    waiting = Cohort(20, np.full(N, -1), {}, {"symptoms": symptoms}, {})
    practice = made_practice(Made())._replace(untreated=lambda: waiting)
    trend = 0.09 * (11**2 - 1) / 12  # variance of eleven months of a fall that all share
    assert STUDIES["N68"].measure(practice)[0] == pytest.approx((4.5 + trend) / (5 + trend), abs=0.02)
    lags = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    state = 0.5**lags
    apart = state[lags > 0].mean()  # how far the state makes a client's months alike
    assert STUDIES["N69"].measure(practice)[0] == pytest.approx((4 + apart) / 5, abs=0.02)
    line = np.column_stack([np.ones(12), np.arange(12)])
    off_line = np.eye(12) - line @ np.linalg.pinv(line)
    left = off_line @ state @ off_line
    sizes = np.diag(left)
    expected = np.diag(left, 1).mean() / np.sqrt(sizes[:-1].mean() * sizes[1:].mean())
    assert STUDIES["N70"].measure(practice)[0] == pytest.approx(expected, abs=0.02)


def test_symptoms_without_treatment_are_asked_again_within_two_weeks() -> None:
    symptoms = np.full((N, WEEKS), np.nan)
    symptoms[:, 0], symptoms[:, 1] = with_correlation(0.9), with_correlation(0.7, 0, 2)
    waiting = Made({"symptoms_intake": Z[0]}, {"symptoms": symptoms})
    assert asked("N79", Made(), untreated=waiting)[0] == pytest.approx(0.8, abs=0.02)


def test_routine_change_is_that_of_one_treatment_and_of_clients_who_came_twice() -> None:
    place = np.arange(N) % 4
    came = np.where(np.arange(N) < N // 2, 2.0, 1.0)
    end = 20 - place - np.where(came == 2, 0.0, 99.0) + Z[1]
    made = Made({"symptoms_intake": 20 + 2 * Z[0], "symptoms_end": end, "sessions_attended": came}, treatment=place)
    for finding, treatment in (("N77a", "cbt"), ("N77b", "humanistic"), ("N77c", "psychodynamic")):
        assert asked(finding, made)[0] == pytest.approx(BONA_FIDE.index(treatment) / 2, abs=0.15)


def test_weeks_that_are_not_neighbours_and_clients_with_few_scores_do_not_count() -> None:
    made = weekly_scores(0.5, 4.0, 0.0)
    other = made.sessions["symptoms"]
    other[:, 1::2] = np.nan  # a session every other week
    assert asked("N60", made)[0] == pytest.approx((16 + 0.5 * 4) / 20, abs=0.02)  # intake and session 1 alone
    assert np.isnan(asked("N61", made)[0])
    other[:, 10:] = np.nan
    assert np.isnan(asked("N64", made)[0])


def test_improvement_by_a_week_leaves_out_who_had_dropped_out_and_keeps_who_finished() -> None:
    symptoms = np.full((N, WEEKS), 20.0)
    symptoms[0::4, 3:] = 5.0  # improved
    symptoms[1::4, 4:] = np.nan  # dropped out in week 4
    symptoms[2::4, 2:] = 5.0
    symptoms[2::4, 5:] = np.nan  # well, and finished
    left = np.tile([0.0, 1.0, 2.0, 0.0], N // 4)
    week = np.tile([26.0, 4.0, 5.0, 26.0], N // 4)
    clients = {"symptoms_intake": np.full(N, 20.0), "left": left, "left_week": week}
    assert asked("O01", Made(clients, {"symptoms": symptoms})) == (pytest.approx(200 / 3), pytest.approx(200 / 3))
