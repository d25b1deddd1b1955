"""Which driver simulates a policy of the user's own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.engine.block import Buffers
from alliance_sim.experiment import players
from alliance_sim.scenario.scenario import Clinic, Scenario
from tests.experiment.conftest import Small

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


def run(small: Small, function: str) -> list[str]:
    """Run a policy function; the notices."""
    (small.home / "clinic_policies.py").write_text(POLICIES, encoding="utf-8")
    change = f"arms.mend.policy={{base: repair, custom: 'clinic_policies:{function}'}}"
    return small.run(function, change).notices


def test_a_policy_that_does_not_compile_runs_on_mesa_with_a_notice(small: Small) -> None:
    (notice,) = run(small, "in_words")
    assert notice.startswith("Policy clinic_policies:in_words runs on Mesa alone")


@pytest.mark.slow
def test_a_policy_gives_the_same_tables_from_the_engine_and_from_mesa(small: Small) -> None:
    assert [bool(run(small, function)) for function in ("after_a_drop", "in_words")] == [False, True]
    for table in ("sessions", "clients", "replicates"):
        found = []
        for function in ("after_a_drop", "in_words"):
            rows = small.rows(function, table).astype({"arm": str})
            ids = [name for name in ("arm", "trauma_prevalence", "replicate", "client", "session") if name in rows]
            found.append(rows.sort_values(ids).reset_index(drop=True))  # whose order does not depend on file names
        pd.testing.assert_frame_equal(*found, check_exact=True)


def test_where_nothing_is_compiled_mesa_is_used_and_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(players, "is_compiled", lambda: False)
    player, notice = players.player_for(None, tmp_path)
    why = "compiling is switched off (NUMBA_DISABLE_JIT)"
    assert notice == f"Mesa is used, many times slower than the engine, because {why}."
    asked = (Scenario(clinic=Clinic(2, 2, 3)), 1, range(1, 2), True, Buffers())
    engine = players.engine_player()(*asked)
    assert np.array_equal(player(*asked).clients, engine.clients, equal_nan=True)
    with pytest.raises(players.NoCompilerError, match="unset NUMBA_DISABLE_JIT"):
        players.need_compiled()
