"""What is chosen on the live page is what is played, and what is saved."""

import socket
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.agents import AllianceModel
from alliance_sim.cli import main
from alliance_sim.live.controls import PageControl, changes_of, controls_of
from alliance_sim.live.model import LiveModel
from alliance_sim.live.pictures import caseloads, trajectories
from alliance_sim.live.setup import as_config, changed, setup_of
from alliance_sim.scenario import ConfigError, load

QUICKSTART = Path(__file__).parents[2] / "configs" / "quickstart.yaml"


def test_the_defaults_are_played_or_an_arm_as_in_its_experiment() -> None:
    assert LiveModel(seed=4).settings == AllianceModel(seed=4).settings
    point = next(p for p in load(QUICKSTART).points if p.arm == "press on")
    assert setup_of(QUICKSTART, arm="press on").experiment.points[0].scenario.world == point.scenario.world
    with pytest.raises(ConfigError, match="did you mean repair"):
        setup_of(QUICKSTART, arm="repare")


@pytest.mark.parametrize("control", controls_of(setup_of(None)), ids=lambda control: control.key)
def test_every_control_changes_the_world(control: PageControl) -> None:
    others = [*control.options, control.high, control.low]
    model = LiveModel(**{control.key: next(value for value in others if value != control.value)})
    assert model.mistake == ""
    assert model.settings != LiveModel().settings


def test_controls_at_their_own_values_change_nothing() -> None:
    controls = controls_of(setup_of(QUICKSTART))
    assert changes_of(controls, {control.key: control.value for control in controls}) == []


def test_a_further_setting_is_played_and_a_wrong_one_is_told() -> None:
    assert LiveModel(further="parameters.rupture.base=-5").settings.world.parameters.rupture.base == -5
    model = LiveModel(further="parameters.ruptur.base=-5")
    assert "did you mean parameters.rupture.base" in model.mistake
    assert model.settings == LiveModel().settings
    assert "seed" in LiveModel(seed="many").mistake  # type: ignore[arg-type]


def test_what_is_saved_is_what_was_played(tmp_path: Path) -> None:
    world = changed(setup_of(QUICKSTART, arm="repair"), ["policy.vigilance=1.5", "seed=7", "clinic.caseload=3"])
    file = tmp_path / "explored.yaml"
    file.write_text(as_config(world), encoding="utf-8")
    again = load(file)
    assert again.seed == 7
    assert again.points[0].scenario == world.experiment.points[0].scenario


def test_pictures_show_everybody() -> None:
    model = LiveModel(seed=2, clinic__therapists=5, clinic__caseload=4)
    for _ in range(6):
        model.step()
    picture = caseloads(model)
    assert picture.count("<title>client ") == 20
    left = sum(not client.in_treatment for client in model.client_set)
    assert picture.count(">×<") + picture.count(">✓<") == left
    assert f"{model.ruptures} ruptures this week" in picture
    assert f"alliance {model.alliance:.2f}" in trajectories(model)


def test_pictures_are_drawn_before_the_first_week_and_without_sessions() -> None:
    assert "Nothing has happened yet" in trajectories(LiveModel())
    waiting = LiveModel(treatment="waiting_list")
    waiting.step()
    assert np.isnan(waiting.alliance)
    assert "<polyline" in trajectories(waiting)
    assert "0 ruptures" in caseloads(waiting)


def test_a_bad_config_or_a_port_in_use_ends_before_anything_is_served(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.yaml").write_text("polcy: repair\n", encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        for words, told in (((str(tmp_path / "bad.yaml"),), "mean policy"), (("--port", port), "which is in use")):
            with pytest.raises(SystemExit) as ended:
                main(["explore", *words])
            assert ended.value.code == 2
            assert told in capsys.readouterr().err
