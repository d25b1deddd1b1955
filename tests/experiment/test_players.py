"""Which driver plays a policy of the user's own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.engine.block import Buffers
from alliance_sim.experiment import players
from alliance_sim.experiment.run import run
from alliance_sim.scenario import Experiment
from alliance_sim.scenario.scenario import Clinic, Scenario

Loader = Callable[..., Experiment]

POLICIES = '''\
from alliance_sim.law.policy import Plan, Policy, View


def after_a_drop(policy: Policy, view: View) -> Plan:
    """Repairs only when the last rating fell."""
    fell = view.usual_rating - view.last_rating > 0.2
    return Plan(1.0 if fell else 0.0, 1.0, 1.0, 1.0, 0.0)


def in_words(policy: Policy, view: View) -> Plan:
    """The same, by way of an object that does not compile."""
    fell = {"fell": view.usual_rating - view.last_rating > 0.2, "words": object()}
    return Plan(1.0 if fell["fell"] else 0.0, 1.0, 1.0, 1.0, 0.0)
'''


@pytest.fixture
def policies(tmp_path: Path) -> None:
    """A file of policies beside the config."""
    (tmp_path / "clinic_policies.py").write_text(POLICIES, encoding="utf-8")


@pytest.mark.usefixtures("policies")
def test_a_policy_that_does_not_compile_is_played_by_mesa_with_a_notice(small: Loader, tmp_path: Path) -> None:
    change = "arms.mend.policy={base: repair, custom: 'clinic_policies:in_words'}"
    notices = run(small(change), tmp_path / "out").notices
    assert len(notices) == 1
    assert notices[0].startswith("Policy clinic_policies:in_words runs on Mesa alone")


@pytest.mark.slow
@pytest.mark.usefixtures("policies")
def test_a_policy_gives_the_same_tables_from_the_engine_and_from_mesa(small: Loader, tmp_path: Path) -> None:
    for name in ("after_a_drop", "in_words"):
        change = f"arms.mend.policy={{base: repair, custom: 'clinic_policies:{name}'}}"
        outcome = run(small(change), tmp_path / name)
        assert bool(outcome.notices) == (name == "in_words")
    for table in ("sessions", "clients", "replicates"):
        first, second = (table_of(tmp_path / name, table) for name in ("after_a_drop", "in_words"))
        pd.testing.assert_frame_equal(first, second, check_exact=True)


def table_of(folder: Path, table: str) -> pd.DataFrame:
    """A table in an order that does not depend on the names of its files."""
    rows = pd.read_parquet(folder / f"{table}.parquet").astype({"arm": str})
    ids = [name for name in ("arm", "trauma_prevalence", "replicate", "client", "session") if name in rows]
    return rows.sort_values(ids).reset_index(drop=True)


def test_where_nothing_is_compiled_mesa_plays_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(players, "is_compiled", lambda: False)
    player, notice = players.player_for(None, tmp_path)
    assert notice == (
        "Mesa is used, many times slower than the engine, because compiling is switched off (NUMBA_DISABLE_JIT)."
    )
    scenario = Scenario(clinic=Clinic(2, 2, 3))
    engine = players.engine_player()(scenario, 1, range(1, 2), True, Buffers())
    assert np.array_equal(player(scenario, 1, range(1, 2), True, Buffers()).clients, engine.clients, equal_nan=True)
    with pytest.raises(players.NoCompilerError, match="unset NUMBA_DISABLE_JIT"):
        players.need_compiled()
