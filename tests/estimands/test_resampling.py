"""The bootstrap of one clinic: what is drawn, which intervals come of it, and how often they hold the truth."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim.estimands.clinics import Words
from alliance_sim.estimands.observed import measure_seen
from alliance_sim.estimands.resampling import expanded_level, interval, intervals, resamples_of, units_of
from alliance_sim.estimands.seen import ClinicRows, part, ranges_of, ratings, session_ranges, values

Clinic = Callable[..., ClinicRows]


def clinic(means: np.ndarray, caseload: int, rng: np.random.Generator, sessions: int = 3) -> ClinicRows:
    """Clients whose ratings are their therapist's mean plus noise of SD 1."""
    n = len(means) * caseload
    therapist = np.repeat(np.arange(1, len(means) + 1), caseload)
    own = means[therapist - 1] + rng.standard_normal(n)
    clients = {
        "replicate": np.ones(n, np.int64), "therapist": therapist, "client": np.arange(1, n + 1), "wai_mean": own,
        "left": Words(np.zeros(n, np.int64), ["no", "dropout"]), "sessions_scheduled": np.full(n, sessions),
    }  # fmt: skip
    rows = np.repeat(np.arange(n), sessions)
    weeks = {name: clients[name][rows] for name in ("replicate", "therapist", "client")}
    weeks |= {"session": np.tile(np.arange(1, sessions + 1), n), "wai_client": own[rows]}
    return ClinicRows(clients, weeks)


def test_a_therapist_brings_all_clients_and_a_client_all_sessions() -> None:
    seen = clinic(np.arange(8.0), 4, np.random.default_rng(1))
    units = units_of(seen, np.zeros(seen.people, np.int64))
    assert (units.by, units.number) == ("therapists", 8)
    for sample, source in resamples_of(seen, units, 20, seed=1):
        assert sample.people == len(source) == 20 * 32
        assert (session_ranges(sample)[1] == 3).all()
        np.testing.assert_array_equal(ratings(sample, 3)[:, 0], values(seen.clients, "wai_mean")[source])
        drawn = source.reshape(20, 8, 4)
        assert (drawn // 4 == drawn[:, :, :1] // 4).all()
        assert (np.bincount(values(sample.clients, "therapist").astype(int), minlength=9)[1:] == 80).all()


def test_the_same_seed_draws_the_same_and_another_draws_others() -> None:
    seen = clinic(np.arange(8.0), 4, np.random.default_rng(1))
    units = units_of(seen, np.zeros(seen.people, np.int64))
    drawn = [np.concatenate([source for _, source in resamples_of(seen, units, 5, seed)]) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(drawn[0], drawn[1])
    assert (drawn[0] != drawn[2]).any()


def test_few_or_unknown_therapists_mean_that_clients_are_drawn() -> None:
    seen = clinic(np.arange(5.0), 4, np.random.default_rng(1))
    assert units_of(seen, np.zeros(20, np.int64)).by == "clients"
    unknown = ClinicRows({name: c for name, c in seen.clients.items() if name != "therapist"}, seen.sessions)
    assert units_of(unknown, np.zeros(20, np.int64)).by == "clients"
    found = intervals({"therapist_alliance_pct": np.arange(100.0)}, 20, "clients")
    assert np.isnan(found["therapist_alliance_pct"].low)


def test_groups_keep_their_therapists_and_shared_therapists_bring_both() -> None:
    seen = clinic(np.arange(12.0), 4, np.random.default_rng(1))
    group = np.where(np.arange(48) < 16, 0, 1)
    group[40:48] = np.tile([0, 1], 4)  # the last two therapists see clients of both groups
    units = units_of(seen, group)
    assert sorted(len(own) for own in units.strata) == [2, 4, 6]
    for _, source in resamples_of(seen, units, 30, seed=3):
        assert (np.bincount(group[source]) == 30 * np.bincount(group)).all()


@given(st.lists(st.integers(0, 4), min_size=1, max_size=6), st.data())
@settings(max_examples=50)
def test_ranges_are_read_one_after_the_other(sizes: list[int], data: st.DataObject) -> None:
    starts = [data.draw(st.integers(0, 20)) for _ in sizes]
    wanted = [start + k for start, size in zip(starts, sizes, strict=True) for k in range(size)]
    assert ranges_of(np.array(starts), np.array(sizes)).tolist() == wanted


def test_a_part_of_a_clinic_keeps_its_sessions() -> None:
    seen = clinic(np.arange(3.0), 2, np.random.default_rng(1))
    own = part(seen, np.array([1, 4]))
    assert values(own.sessions, "client").tolist() == [2, 2, 2, 5, 5, 5]


def test_fewer_units_take_more_extreme_quantiles() -> None:
    levels = [expanded_level(n) for n in (6, 10, 30, 10_000)]
    assert levels == sorted(levels)
    assert levels[-1] == pytest.approx(0.025, abs=1e-4)
    assert levels[1] == pytest.approx(0.0085, abs=1e-4)  # Hesterberg (2015): t with 9 degrees of freedom


def test_there_is_no_interval_where_resamples_agree_or_do_not_define_it() -> None:
    assert np.isnan(interval(np.zeros(100), 20).low)
    assert np.isnan(interval(np.append(np.arange(80.0), np.full(20, np.nan)), 20).low)
    assert np.isnan(interval(np.arange(100.0), 1).low)
    assert interval(np.append(np.arange(95.0), np.full(5, np.nan)), 20, 47.0).low < 47.0


@pytest.mark.parametrize(
    ("clinics", "least", "most"), [(40, 0.85, 1.0), pytest.param(400, 0.915, 0.985, marks=pytest.mark.slow)]
)
def test_intervals_hold_the_truth_as_often_as_they_say(clinics: int, least: float, most: float) -> None:
    """A mean of 0 in clinics of 8 therapists who differ by an SD of 1/2: 95 % within some three errors."""
    rng = np.random.default_rng(7)
    held = 0
    for k in range(clinics):
        seen = clinic(0.5 * rng.standard_normal(8), 6, rng, sessions=1)
        units = units_of(seen, np.zeros(seen.people, np.int64))
        samples = [measure_seen(s, 1)["wai_client"] for s, _ in resamples_of(seen, units, 300, k)]
        found = interval(np.concatenate(samples), units.number)
        held += found.low <= 0.0 <= found.high
    assert least <= held / clinics <= most
