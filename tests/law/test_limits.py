"""For any scenario within its declared ranges, a whole treatment stays finite and within its bounds."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.about import About, Choice, Declared, declared
from alliance_sim.law.world import World
from tests.law.people import play

EVERYTHING = tuple(declared(World))
SHARES = ("goal", "task", "bond", "alliance", "expressed", "engagement", "security", "resolution")
RATINGS = ("wai_goal", "wai_task", "wai_bond", "wai_client", "wai_therapist")
FLAGS = (
    "attended", "noticed", "acknowledged", "explored", "negotiated", "repaired", "defensive", "over_apologised",
    "pressed_on",
)  # fmt: skip
TYPES = ("rupture", "rupture_client", "rupture_therapist", "rupture_observer", "left")


def values_of(setting: Declared) -> st.SearchStrategy[float | int]:
    """Values that a setting may take: any option of a choice; any number in its range, its ends often."""
    about = setting.about
    if isinstance(about, Choice):
        return st.sampled_from([int(option) for option in about.options])
    assert isinstance(about, About)
    if isinstance(setting.default, int):
        return st.sampled_from([int(about.low), 1, 2, 3, int(about.high)])
    ends = st.sampled_from([float(about.low), float(about.high), float(setting.default)])
    return ends | st.floats(about.low, about.high)


def build(kind: type[Any], values: dict[str, Any], prefix: str = "") -> Any:
    """A NamedTuple, nested groups included, from values by path."""
    made = {}
    for name in kind._fields:
        default = kind._field_defaults[name]
        nested = hasattr(type(default), "_fields")
        made[name] = build(type(default), values, f"{prefix}{name}.") if nested else values[prefix + name]
    return kind(**made)


def possible(world: World) -> bool:
    """Whether the scenario room would accept it: attention to something, and a scale with a top."""
    t, scale = world.treatment, world.scale
    return t.goal + t.task + t.bond + t.technique > 1e-3 and scale.high > scale.low


values_of_all = st.fixed_dictionaries({s.path: values_of(s) for s in EVERYTHING})
worlds = values_of_all.map(lambda values: build(World, values)).filter(possible)


def at_end(low: bool) -> World:
    """A scenario with every number at the same end of its range (where that is possible)."""
    values = {}
    for s in EVERYTHING:
        ends = (s.about.low, s.about.high) if isinstance(s.about, About) else (0, len(s.about.options) - 1)
        values[s.path] = type(s.default)(ends[0] if low else ends[1])
    values |= {"scale.low": 0.0, "scale.high": 100.0, "treatment.every": 1, "treatment.goal": 0.5}
    return build(World, values)


def farthest_week(world: World) -> float:
    """How far a week's distress can depart from its lasting part, SD: no deviate is larger than 7."""
    q = world.parameters.change
    return 7.0 * q.week * np.sqrt((1 + q.week_lasts) / (1 - q.week_lasts)) + q.impact / (1 - q.week_lasts)


def check_sessions(columns: dict[str, np.ndarray], world: World) -> None:
    """Assert that every column of the session table is finite and within its bounds."""
    came = columns["attended"] == 1
    for name in SHARES:
        assert np.all((columns[name] >= 0.0) & (columns[name] <= 1.0)), name
    for name in RATINGS:
        assert np.all((columns[name][came] >= 1.0) & (columns[name][came] <= 5.0)), name
        assert np.all(np.isnan(columns[name][~came])), name
    for name in ("unresolved", "therapist_strain"):
        assert np.all((columns[name] >= 0.0) & (columns[name] <= 10.0)), name
    departs = farthest_week(world)
    assert np.all((columns["distress"] >= -3.0 - departs) & (columns["distress"] <= 6.0 + departs))
    coded = came & (columns["rupture_observer"] > 0)
    assert np.array_equal(np.isnan(columns["resolved_observer"]), ~coded)
    assert np.isin(columns["resolved_observer"][coded], (1.0, 2.0, 3.0, 4.0, 5.0)).all()
    assert np.all((columns["challenge"] >= 0.0) & (columns["challenge"] <= 10.0))
    assert np.all((columns["severity"] >= 0.0) & (columns["severity"] <= 3.0 * world.parameters.rupture.severity))
    scores = columns["symptoms"][came]
    assert np.all((scores >= world.scale.low) & (scores <= world.scale.high))
    assert all(set(np.unique(columns[name])) <= {0, 1} for name in FLAGS)
    assert all(set(np.unique(columns[name])) <= {0, 1, 2} for name in TYPES)
    assert set(np.unique(columns["source"])) <= {0, 1, 2, 3}


def check_story(columns: dict[str, np.ndarray]) -> None:
    """Assert that what is said to have happened in a session can have happened."""
    broken = columns["rupture"] > 0
    assert np.array_equal(broken, columns["source"] > 0)
    assert np.array_equal(broken, columns["severity"] > 0.0) or not columns["severity"].any()
    assert np.all(columns["acknowledged"] <= columns["noticed"])
    assert np.all(columns["explored"] <= columns["acknowledged"])
    assert np.all(columns["negotiated"] <= columns["explored"])
    assert np.all(columns["pressed_on"] <= broken)
    absent = columns["attended"] == 0
    assert not np.any(broken & absent)
    last = np.diff(columns["client"], append=-1) != 0
    assert np.all(columns["left"][~last] == 0)


def check_clients(client: dict[str, np.ndarray], world: World) -> None:
    """Assert that client rows are finite, but for what never came, and that their counts agree."""
    never = {"wai_early", "wai_mean", "wai_last", "alliance_end", "symptoms_last", "left_week"}
    for name, values in client.items():
        assert not np.any(np.isinf(values)), name
        assert name in never or np.all(np.isfinite(values)), name
    for name in ("symptoms_intake", "symptoms_end"):
        assert np.all((client[name] >= world.scale.low) & (client[name] <= world.scale.high)), name
    assert np.all(client["sessions_attended"] <= client["sessions_scheduled"])
    assert np.all(client["repairs"] <= client["noticed"])
    assert np.all(client["noticed"] <= client["ruptures"])
    assert np.array_equal(client["ruptures"], client["withdrawals"] + client["confrontations"])
    assert np.array_equal(np.isnan(client["left_week"]), client["left"] == 0)


def check(world: World, **how: int) -> None:
    """Assert all of this of a small clinic."""
    played = play(world, **how)
    check_sessions(played.columns, world)
    check_story(played.columns)
    check_clients(played.clients, world)


@given(worlds, st.integers(0, 2**64))
def test_any_scenario_in_range_stays_within_its_bounds(world, seed):
    check(world, therapists=2, caseload=3, weeks=9, seed=seed)


@pytest.mark.parametrize("low", [True, False], ids=["low", "high"])
def test_a_scenario_at_the_ends_of_all_ranges_stays_within_its_bounds(low):
    check(at_end(low), therapists=4, caseload=5, weeks=60)


def test_every_setting_says_what_it_means_in_which_unit_range_and_where_it_comes_from():
    for s in EVERYTHING:
        assert s.about.meaning.strip(), s.path
        assert s.about.source.strip(), s.path
        if isinstance(s.about, About):
            assert s.about.unit.strip(), s.path
            assert s.about.low <= s.default <= s.about.high, s.path
            assert s.about.low < s.about.high, s.path
        else:
            assert len(s.about.words) == len(s.about.options), s.path


def test_every_field_of_the_world_is_declared():
    def leaves(kind: type[Any], prefix: str = "") -> list[str]:
        found = []
        for name in kind._fields:
            inner = type(kind._field_defaults[name])
            found += leaves(inner, f"{prefix}{name}.") if hasattr(inner, "_fields") else [prefix + name]
        return found

    assert leaves(World) == [s.path for s in EVERYTHING]
