"""Every kind of estimand on small tables whose answer is known by construction."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from alliance_sim.estimands import observed, ruptures, service_year
from alliance_sim.estimands.catalogue import ALL, BY_NAME
from alliance_sim.estimands.clinics import Clinics
from alliance_sim.estimands.estimand import Estimand, words
from alliance_sim.estimands.staying import staying_curve

Make = Callable[[list[dict[str, object]]], Clinics]
NAN = float("nan")


def value(name: str, *rows: Clinics) -> float:
    """An estimand of the first clinic."""
    return float(BY_NAME[name].measure(*rows)[0])


KINDS: list[dict[str, Any]] = [
    {"reliable_change": kind, "recovered": k < 1}
    for k, kind in enumerate(["improved", "improved", "improved", "unchanged", "deteriorated"])
]
LEFT: list[dict[str, Any]] = [{"left": left} for left in ("no", "no", "dropout", "completed")]
WAITING: list[dict[str, Any]] = [{"sessions_scheduled": 0, "sessions_attended": 0}]
EARLY: list[dict[str, Any]] = [{"wai_early": a, "symptoms_end": 10.0 - a} for a in (1.0, 2.0, 3.0)]
FORETOLD = [{"wai_early": a, "symptoms_intake": 9.0 - a, "symptoms_end": 9.0 - a} for a in (1.0, 2.0, 4.0, 3.0)]


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        # intake 8, 10, 12 (SD 2), end 5, 7, 9: a fall of 3 points is 1.5 SD
        ("pre_post_d", [{"symptoms_intake": i, "symptoms_end": i - 3.0} for i in (8.0, 10.0, 12.0)], 1.5),
        ("pre_post_d", [{}, {}], NAN),  # no spread, no d
        ("symptoms_end", [{"symptoms_end": 4.0}, {"symptoms_end": 16.0, "left": "dropout", "left_week": 2.0}], 10.0),
        ("improvement_pct", KINDS, 60.0),
        ("deterioration_pct", KINDS, 20.0),
        ("recovery_pct", KINDS, 20.0),
        ("dropout_pct", LEFT, 25.0),
        ("completion_pct", LEFT, 75.0),
        ("early_completion_pct", LEFT, 25.0),
        ("dropout_pct", WAITING, NAN),  # who waits can neither drop out nor attend
        ("attendance_pct", WAITING, NAN),
        # over sessions, not over clients
        (
            "attendance_pct",
            [{"sessions_scheduled": 10, "sessions_attended": 10}, {"sessions_scheduled": 2, "sessions_attended": 0}],
            100.0 * 10 / 12,
        ),
        ("alliance_outcome_raw_r", EARLY, 1.0),  # the better the early alliance, the fewer symptoms: positive
        ("alliance_outcome_raw_r", [*EARLY, {"wai_early": NAN}], 1.0),  # who left before the first rating is left out
        ("alliance_outcome_raw_r", FORETOLD, 1.0),
    ],
)
def test_numbers_of_clients(clients: Make, name: str, rows: list[dict[str, object]], expected: float) -> None:
    assert value(name, clients(rows)) == pytest.approx(expected, nan_ok=True)


def test_adjusting_for_intake_removes_what_intake_predicts(clients: Make) -> None:
    """End = intake exactly: nothing is left for the alliance, though it is correlated with intake."""
    adjusted = value("alliance_outcome_r", clients(FORETOLD))
    assert np.isnan(adjusted) or abs(adjusted) < 1e-6


WITHDRAWAL, CONFRONTATION = {"rupture": "withdrawal"}, {"rupture": "confrontation"}
RUPTURED: list[dict[str, Any]] = [WITHDRAWAL, CONFRONTATION, {}, {}, {"attended": False}]
REPORTED: list[dict[str, Any]] = [
    {**WITHDRAWAL, "rupture_observer": "confrontation"},
    {"rupture_client": "withdrawal"},
]
STEPS: list[dict[str, Any]] = [
    {**WITHDRAWAL, "noticed": True}, WITHDRAWAL, CONFRONTATION, {"noticed": True, "repaired": True},
]  # fmt: skip
RATED: list[dict[str, Any]] = [{"session": s, "wai_therapist": 2.0} for s in range(1, 10)]


@pytest.mark.parametrize(
    ("name", "rows", "expected"),
    [
        ("ruptures_pct", RUPTURED, 50.0),  # per attended session
        ("withdrawals_pct", RUPTURED, 25.0),
        ("ruptures_client_pct", REPORTED, 50.0),
        ("ruptures_observer_pct", REPORTED, 50.0),
        ("ruptures_therapist_pct", REPORTED, 0.0),
        ("noticed_pct", STEPS, 100.0 / 3),
        ("noticed_withdrawal_pct", STEPS, 50.0),
        ("repaired_pct", STEPS, 0.0),  # what was repaired was an older load
        ("noticed_pct", [{}, {}], NAN),  # without ruptures nothing can be noticed
        ("wai_therapist", [*RATED, {"client": 2, "wai_therapist": 4.0}], 3.0),  # over a client's sessions first
    ],
)
def test_numbers_of_sessions(sessions: Make, name: str, rows: list[dict[str, object]], expected: float) -> None:
    assert value(name, sessions(rows)) == pytest.approx(expected, nan_ok=True)


def test_the_flow_of_ruptures_gives_numbers_per_hundred_sessions_and_shares(sessions: Make) -> None:
    rows = sessions([{**WITHDRAWAL, "noticed": True, "acknowledged": True}, WITHDRAWAL, {}, {}])
    flow = ruptures.flow(rows)
    assert [each[0] for each in flow["withdrawal", "noticed"]] == [25.0, 50.0]
    assert flow["withdrawal", "rupture"][0][0] == 50.0
    assert flow["confrontation", "rupture"][0][0] == 0.0
    assert np.isnan(flow["confrontation", "noticed"][1][0])


def test_agreement_takes_the_first_session_attended_in_week_three_or_later(sessions: Make) -> None:
    rows = []
    for client, (mine, theirs) in enumerate(((2.0, 3.0), (3.0, 4.0), (4.0, 5.0)), start=1):
        rows += [
            {"client": client, "session": 2, "wai_client": mine, "wai_therapist": -theirs},  # too early
            {"client": client, "session": 3, "attended": False, "wai_client": np.nan, "wai_therapist": np.nan},
            {"client": client, "session": 4, "wai_client": mine, "wai_therapist": theirs},
            {"client": client, "session": 5, "wai_client": mine, "wai_therapist": -theirs},  # too late
        ]
    stayed_in_one = sessions([*rows, {"replicate": 2, "session": 1}])
    assert BY_NAME["agreement_r"].measure(stayed_in_one) == pytest.approx([1.0, NAN], nan_ok=True)


def test_the_curve_of_staying_is_kaplan_and_meiers(clients: Make) -> None:
    """Of 4: one drops out in week 1; one finishes well in week 2; one of the 2 at risk drops out in week 3."""
    left = [("dropout", 1.0), ("completed", 2.0), ("dropout", 3.0)]
    rows = clients([*({"left": how, "left_week": week} for how, week in left), {}])
    assert staying_curve(rows, 4)[0] == pytest.approx([100.0, 75.0, 75.0, 37.5, 37.5])
    rows = clients([{"left": "dropout", "left_week": float(w)} for w in (1, 2, 2)] + [{}] * 5)
    assert staying_curve(rows, 4)[0, -1] == pytest.approx(100.0 - value("dropout_pct", rows))
    assert np.isnan(staying_curve(clients([{"sessions_scheduled": 0}]), 3)).all()


def arms(clients: Make, column: str, own: dict[int, float], base: dict[int, float]) -> tuple[Clinics, Clinics]:
    """An arm and its baseline: values of a column by number of the client."""
    one, other = (clients([{"client": c, column: v} for c, v in side.items()]) for side in (own, base))
    return one, other


def test_between_d_is_positive_when_the_arm_ends_with_fewer_symptoms(clients: Make) -> None:
    own, base = arms(clients, "symptoms_end", {1: 5.0, 2: 7.0, 3: 9.0}, {1: 8.0, 2: 10.0, 3: 12.0})
    assert value("between_d", own, base) == pytest.approx(1.5)
    assert value("between_d", base, own) == pytest.approx(-1.5)


def test_shares_of_better_worse_and_same_add_up(clients: Make) -> None:
    own = dict(enumerate((8.0, 9.0, 10.0, 10.0, 12.0), start=1))  # fewer symptoms are better
    both = arms(clients, "symptoms_end", own, dict.fromkeys(own, 10.0))
    shares = [value(f"twin_symptoms_{which}_pct", *both) for which in ("better", "same", "worse")]
    assert shares == [40.0, 40.0, 20.0]


@pytest.mark.parametrize(
    ("own", "base"),
    [
        ({1: 0.15, 2: 0.3, 3: 0.45}, {1: 0.1, 2: 0.2, 3: 0.3}),
        ({1: 0.9, 2: 0.6}, {1: NAN, 2: 0.5}),  # without an alliance in one arm
        ({2: 0.9, 3: 0.7}, {1: 0.2, 3: 0.6}),  # twins are found by their number, not by their row
    ],
)
def test_the_gain_over_the_twin_is_over_clients_who_are_known_in_both_arms(
    clients: Make, own: dict[int, float], base: dict[int, float]
) -> None:
    both = arms(clients, "alliance_end", own, base)
    assert value("twin_alliance_gain", *both) == pytest.approx(0.1)
    assert value("twin_alliance_better_pct", *both) == 100.0


def test_every_estimand_has_its_words_and_no_words_are_left_over() -> None:
    every = (*ALL, *observed.MATRIX_ESTIMANDS, *service_year.ESTIMANDS)
    assert sorted((each.of, each.name) for each in every) == sorted(words())
    assert all(each.label and each.meaning for each in every)


def test_an_estimand_without_words_names_the_row_that_is_missing() -> None:
    with pytest.raises(KeyError, match=r"estimands\.csv has no row run,new_pct"):
        _ = Estimand("new_pct", "%", 0, "clients", (), len).label
