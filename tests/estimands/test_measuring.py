"""Measuring blocks of rows in memory."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim.estimands.catalogue import ESTIMANDS
from alliance_sim.estimands.measuring import NAMES, TWIN_NAMES, measure, measure_null, measure_twins, needs_sessions
from alliance_sim.estimands.null_twin import CURVE

Rows = Sequence[Mapping[str, Any]]
Tables = tuple[pa.Table, pa.Table]
Block = Callable[..., Tables]


@pytest.fixture(scope="session")
def block(tables: Callable[[Rows, Rows], Tables]) -> Block:
    """Two therapists with three clients each and six weeks, at random; an odd replicate has no sessions."""

    def made(replicates: int, seed: int, scheduled: bool = True) -> Tables:
        rng = np.random.default_rng(seed)
        people: list[dict[str, Any]] = []
        weeks: list[dict[str, Any]] = []
        for r in range(1, replicates + 1):
            for c in range(1, 7):
                who = {"replicate": r, "therapist": (c + 2) // 3, "client": c}
                intake, end, rating = rng.random(3)
                people.append({**who, "symptoms_intake": intake, "symptoms_end": end, "wai_mean": rating})
                for week in range(1, 7) if scheduled and r % 2 == 0 else ():
                    kind = str(rng.choice(["none", "withdrawal", "confrontation"]))
                    drawn = {
                        "rupture": kind,
                        "repaired": bool(rng.integers(2)),
                        "alliance": float(rng.random()),
                        "wai_client": rng.integers(12, 61) / 12,
                    }
                    weeks.append({**who, "session": week, **drawn})
        return tables(people, weeks)

    return made


def same(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> bool:
    return list(one) == list(other) and all(np.array_equal(one[n], other[n], equal_nan=True) for n in one)


def joined(parts: Sequence[Mapping[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def of(tables: Tables, first: int, stop: int) -> Tables:
    """The rows of replicates from first up to, without, stop."""
    inside = [(t["replicate"].to_numpy() >= first) & (t["replicate"].to_numpy() < stop) for t in tables]
    return tables[0].filter(pa.array(inside[0])), tables[1].filter(pa.array(inside[1]))


def test_every_replicate_has_every_estimate(block: Block) -> None:
    found = measure(*block(5, 1))
    assert list(found) == ["replicate", *(each.name for each in ESTIMANDS if each.table != "null")]
    assert found["replicate"].tolist() == [1, 2, 3, 4, 5]
    assert {len(values) for values in found.values()} == {5}


def test_replicates_without_sessions_are_not_defined_and_shift_nobody(block: Block) -> None:
    found = measure(*block(4, 1))["ruptures_pct"]
    assert np.isnan(found).tolist() == [True, False, True, False]


def test_without_sessions_their_estimates_are_nan_and_without_a_table_of_them_left_out(block: Block) -> None:
    found = measure(*block(3, 1, scheduled=False))
    assert all(np.isnan(found[name]).all() for name in found if name != "replicate" and needs_sessions(name))
    people, _ = block(2, 1)
    assert not any(needs_sessions(name) for name in measure(people, None) if name != "replicate")
    assert not any(needs_sessions(name) for name in measure_twins((people, None), (people, None)))


@settings(max_examples=30)
@given(cut=st.integers(2, 6), seed=st.integers(0, 100))
def test_blocks_cut_anywhere_give_the_same_numbers(block: Block, cut: int, seed: int) -> None:
    own, base = block(6, seed), block(6, seed + 1)
    parts = [(1, cut), (cut, 7)]
    assert same(measure(*own), joined([measure(*of(own, *part)) for part in parts]))
    twins = [measure_twins(of(own, *part), of(base, *part)) for part in parts]
    assert same(measure_twins(own, base), joined(twins))
    assert not measure_twins(own, own)["twin_symptoms_gain"].any()  # a twin of oneself gains nothing


def test_the_null_twin_is_measured_as_the_world_itself_is(block: Block) -> None:
    people, weeks = block(5, 1)
    found = measure(people, weeks)
    null = measure_null(found["replicate"], weeks)
    assert list(null) == [*(each.name for each in ESTIMANDS if each.table == "null"), *CURVE.values()]
    assert np.array_equal(null["alliance_after_repaired_null"], found["alliance_after_repaired"], equal_nan=True)
    assert np.array_equal(null[CURVE["repaired", "alliance", 3]], found["alliance_after_repaired"], equal_nan=True)


def test_without_a_null_twin_its_numbers_are_not_defined(block: Block) -> None:
    weeks = block(3, 1)[1]
    numbers = np.array([1.0, 2.0, 3.0])
    for rows in (None, weeks.slice(0, 0)):
        found = measure_null(numbers, rows)
        assert all(len(values) == 3 and np.isnan(values).all() for values in found.values())


def test_columns_of_labels_and_their_order_never_matter(block: Block) -> None:
    people, weeks = block(4, 2)
    turned = people.select(people.column_names[::-1]).append_column("arm", pa.array(["a"] * people.num_rows))
    assert same(measure(people, weeks), measure(turned, weeks))


def test_names_tell_twins_and_session_tables_apart() -> None:
    assert set(TWIN_NAMES) < set(NAMES)
    assert needs_sessions("ruptures_pct")
    assert not needs_sessions("pre_post_d")
    with pytest.raises(KeyError):
        needs_sessions("no such estimate")
