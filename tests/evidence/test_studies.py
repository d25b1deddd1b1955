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
CLIENT = ("symptoms_intake", "symptoms_end", "left", "left_week", "anxiety", "avoidance", "trauma")
SESSION = (
    "wai_goal", "wai_task", "wai_bond", "wai_client", "wai_therapist", "symptoms", "expressed", "attended",
    "rupture_client", "rupture_therapist", "rupture_observer",
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


def asked(finding: str, made: Made, **others: Made) -> tuple[float, ...]:
    """What the study of a finding says to a practice of which all cohorts are the same, but for those named."""
    plain = made.cohort()
    own = {name: other.cohort() for name, other in others.items()}
    twins = {name: own.get(name, plain) for name in TWINS}
    short = {name: own.get(f"short_{name}", plain) for name in SHORT}
    return STUDIES[finding].measure(Practice(0, plain, plain, plain, twins, short))


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


def test_subscales_correlate_as_they_were_made_to() -> None:
    made = Made(sessions={"wai_task": Z[0], "wai_goal": with_correlation(0.8), "wai_bond": with_correlation(0.4, 0, 2)})
    task_goal, bond = asked("S14", made)
    assert task_goal == pytest.approx(0.8, abs=0.03)
    assert bond == pytest.approx((0.4 + 0.4 * 0.8) / 2, abs=0.04)


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
    assert asked("R03", made)[0] == pytest.approx(np.sqrt(0.1875) / np.sqrt(1.1875), abs=0.05)


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
    sd = np.std(made.sessions["symptoms"][:, 1:])
    assert asked("W01", made)[0] == pytest.approx(effect * np.sqrt(1 - 1 / WEEKS) / sd, abs=0.02)


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
    assert asked("X16", treated, short_waiting_list=waiting) == (50.0, 25.0)


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


def test_deterioration_is_a_rise_by_reliable_change() -> None:
    end = np.tile([10.0, 30.0, 20.0, 20.0], N // 4)
    assert asked("O04", Made({"symptoms_intake": np.full(N, 20.0), "symptoms_end": end})) == (25.0,)


def test_the_alliance_moves_from_session_5_to_10_in_units_of_its_spread() -> None:
    ratings = Z[0][:, None] + np.zeros((N, WEEKS))
    ratings[:, 9] += 0.3
    assert asked("L03", Made(sessions={"wai_client": ratings}))[0] == pytest.approx(0.3, abs=0.02)
