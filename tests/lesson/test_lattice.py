"""What is packed is what the engine played."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.cli import main
from alliance_sim.experiment.run import play_point
from alliance_sim.lesson.lattice import belongs, simulate
from alliance_sim.lesson.packing import NOTHING, STEPS, ByteScale, pack, scale_of
from alliance_sim.lesson.reading import load
from alliance_sim.lesson.writing import write
from alliance_sim.scenario import ConfigError

SMALL = Path(__file__).parent / "small.yaml"


@given(st.lists(st.floats(0, 1) | st.just(float("nan")), min_size=1))
def test_a_packed_level_is_at_most_half_a_step_off(values: list[float]) -> None:
    import base64

    packed = pack(np.array(values), ByteScale(0.0, 1 / STEPS))
    found = np.frombuffer(base64.b64decode(packed["bytes"]), np.uint8)
    back = np.where(found == NOTHING, np.nan, packed["low"] + packed["step"] * found)
    assert np.array_equal(np.isnan(back), np.isnan(values))
    assert np.nanmax(np.abs(back - values), initial=0.0) <= 0.5 / STEPS + 1e-12


def test_a_number_beyond_its_scale_is_not_packed() -> None:
    with pytest.raises(ValueError, match="beyond the scale"):
        pack(np.array([1.5]), ByteScale(0.0, 1 / STEPS))


def test_scores_are_packed_without_loss() -> None:
    loaded = load(SMALL)
    scale = loaded.experiments["main"].points[0].scenario.world.scale
    assert scale_of("symptoms", scale).step == scale.step


def test_a_lattice_holds_what_the_engine_played() -> None:
    loaded = load(SMALL)
    experiment, data = loaded.experiments["main"], loaded.lesson.data["main"]
    lattice = simulate(experiment, data)
    for number, point in enumerate(experiment.points):
        clients = play_point(experiment, point, range(1, 3))[1].to_pandas()
        for place, name in enumerate(data.groups):
            own = clients[belongs(data.groups[name], clients)].iloc[: data.clients]
            rows = slice(place * data.clients, (place + 1) * data.clients)
            assert np.array_equal(lattice.ends["alliance_end"][number, rows], own["alliance_end"], equal_nan=True)
            assert np.array_equal(lattice.people[rows], own[["replicate", "client"]])


def test_every_weekly_line_ends_when_treatment_does() -> None:
    loaded = load(SMALL)
    data = loaded.lesson.data["main"]
    lattice = simulate(loaded.experiments["main"], data)
    lengths = np.isfinite(lattice.lines["alliance"]).sum(axis=2)
    left = (lattice.marks[..., 0] >> 6).max(axis=2) > 0
    assert (lengths[~left] == lattice.weeks).all()
    assert left.any()


def test_too_few_clients_of_a_kind_are_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(SMALL.read_text(encoding="utf-8").replace("clients: 12", "clients: 70"), encoding="utf-8")
    loaded = load(file)
    with pytest.raises(ConfigError, match=r"groups\.calm: found \d+ such clients among 80; allowed: 70 or more"):
        simulate(loaded.experiments["main"], loaded.lesson.data["main"])


def test_the_same_lesson_gives_the_same_page(tmp_path: Path) -> None:
    loaded = load(SMALL)
    for name in ("one.html", "two.html"):
        write(loaded, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


def test_the_command_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "page.html"
    with pytest.raises(SystemExit) as ended:
        main(["lesson", str(SMALL), "--out", str(out)])
    assert ended.value.code == 0
    assert "Written:" in capsys.readouterr().out
    assert "<title>A small lesson</title>" in out.read_text(encoding="utf-8")


def test_a_page_is_written_into_a_new_folder_but_not_over_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["lesson", str(SMALL), "--out", str(tmp_path / "new" / "page.html")])
    assert ended.value.code == 0
    with pytest.raises(SystemExit) as ended:
        main(["lesson", str(SMALL), "--out", str(tmp_path)])
    assert ended.value.code == 2
    assert "a file, such as lesson.html" in capsys.readouterr().err


def test_without_a_name_the_lessons_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["lesson"])
    assert ended.value.code == 0
    assert "rupture-repair:" in capsys.readouterr().out
