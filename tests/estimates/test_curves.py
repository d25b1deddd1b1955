"""Curves and counts for figures."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.estimates import curves
from alliance_sim.estimates.of_run import estimate
from alliance_sim.estimates.tables import open_results

Write = Callable[..., None]


def test_weekly_means_hold_only_who_is_there(tmp_path: Path, write_point: Write) -> None:
    sessions = [{"session": 1, "goal": 0.4}, {"session": 2, "goal": 0.8}, {"client": 2, "session": 1, "goal": 0.2}]
    write_point(tmp_path, "00001", {"arm": "a"}, [{}, {"client": 2}], sessions)
    table = curves.trajectories(open_results(tmp_path))
    goal = table[table["quantity"] == "goal"].set_index("week")["value"]
    assert goal.to_dict() == pytest.approx({1: 0.3, 2: 0.8})


def test_symptoms_of_all_count_who_left(tmp_path: Path, write_point: Write) -> None:
    clients = [{"symptoms_end": 4.0}, {"client": 2, "symptoms_end": 16.0, "left": "dropout", "left_week": 1.0}]
    write_point(tmp_path, "00001", {"arm": "a"}, clients, [{"session": 1}, {"session": 2}])
    table = curves.trajectories(open_results(tmp_path))
    ends = table[table["quantity"] == "symptoms_all"].set_index("week")["value"]
    assert ends.to_dict() == {0: 10.0, 2: 10.0}


def test_clinics_of_one_draw_count_together_in_figures_and_estimates(tmp_path: Path, write_point: Write) -> None:
    """Four clinics under two draws, whose clients end at 4 and 8: the mean is 6, its error 2 (taken for four: 1.15)."""
    clients = [{"replicate": r, "symptoms_end": 4.0 if r % 2 else 8.0} for r in (1, 2, 3, 4)]
    write_point(tmp_path, "00001", {"arm": "a"}, clients, [{"replicate": r} for r in (1, 2, 3, 4)])
    found = open_results(tmp_path)
    drawn = replace(found, draws={1: 2})
    assert found.shared([1], np.arange(1, 5)) is None
    assert replace(found, draws={1: 4}).shared([1], np.arange(1, 5)) is None
    for results, error in ((found, np.sqrt(4 / 3)), (drawn, 2.0)):
        table = curves.trajectories(results)
        ends = table[(table["quantity"] == "symptoms_all") & (table["week"] > 0)]
        assert (ends["value"].item(), ends["mcse"].item()) == (6.0, pytest.approx(error))
        own = estimate(results, "a").set_index("estimate").loc["symptoms_end"]
        assert (own["value"], own["mcse"]) == (6.0, pytest.approx(error))


def test_settings_of_factors_are_averaged_with_equal_weight(tmp_path: Path, write_point: Write) -> None:
    for part, x, goals in (("00001", 0.0, [0.2]), ("00002", 1.0, [0.6, 0.6, 0.6])):
        rows = [{"client": k, "goal": goal} for k, goal in enumerate(goals, start=1)]
        write_point(tmp_path, part, {"arm": "a", "x": x}, [{}], rows)
    table = curves.trajectories(open_results(tmp_path))
    assert table.loc[table["quantity"] == "goal", "value"].tolist() == pytest.approx([0.4])


def test_the_curve_of_staying_begins_at_all(tmp_path: Path, write_point: Write) -> None:
    clients = [{"left": "dropout", "left_week": 1.0}, {"client": 2}]
    write_point(
        tmp_path,
        "00001",
        {"arm": "a"},
        clients,
        [{"session": 1}, {"client": 2, "session": 1}, {"client": 2, "session": 2}],
    )
    table = curves.staying(open_results(tmp_path))
    assert table["value"].tolist() == [100.0, 50.0, 50.0]


def test_an_arm_that_waits_is_not_in_the_curve(tmp_path: Path, write_point: Write) -> None:
    write_point(tmp_path, "00001", {"arm": "wait"}, [{"sessions_scheduled": 0}], [])
    write_point(tmp_path, "00002", {"arm": "treat"}, [{}], [{"session": 1}])
    assert set(curves.staying(open_results(tmp_path))["arm"]) == {"treat"}


def test_the_flow_is_summed_up_by_arm(tmp_path: Path, write_point: Write) -> None:
    sessions = [
        {"rupture": "withdrawal", "noticed": True},
        {"session": 2, "rupture": "withdrawal"},
        {"session": 3},
        {"session": 4},
    ]
    write_point(tmp_path, "00001", {"arm": "a"}, [{}], sessions)
    table = curves.rupture_flow(open_results(tmp_path)).set_index(["type", "step"])
    assert table.loc[("withdrawal", "rupture"), "value"] == 50.0
    assert table.loc[("withdrawal", "noticed"), "value"] == 25.0
    assert table.loc[("withdrawal", "noticed"), "percent"] == 50.0


def test_twins_around_a_rupture_come_with_the_share_they_have_in_common(tmp_path: Path, write_point: Write) -> None:
    def weeks(low: float, repaired: bool) -> list[dict[str, object]]:
        return [
            {"session": w, "alliance": 0.6 if w < 3 else low, "rupture": "withdrawal" if w == 3 else "none",
             "repaired": repaired and w == 3}
            for w in range(1, 8)
        ]  # fmt: skip

    write_point(tmp_path, "00001", {"arm": "base"}, [{}], weeks(0.2, False))
    write_point(tmp_path, "00002", {"arm": "new"}, [{}], weeks(0.5, True))
    table, shares = curves.around_ruptures_of_twins(open_results(tmp_path), "base")
    assert shares == {"new": 1.0}
    value = table.set_index(["group", "step"])["value"]
    assert value["own", 3] == pytest.approx(-0.1)
    assert value["twin", 3] == pytest.approx(-0.4)
