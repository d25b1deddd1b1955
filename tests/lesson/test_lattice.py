"""What is packed is what the engine played."""

import base64
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.cli import main
from alliance_sim.experiment.run import play_point
from alliance_sim.lesson.lattice import Lattice, belongs, simulate
from alliance_sim.lesson.packing import NOTHING, STEPS, ByteScale, pack, scale_of
from alliance_sim.lesson.reading import LoadedLesson, load
from alliance_sim.lesson.writing import write
from alliance_sim.scenario import ConfigError

SMALL = Path(__file__).parent / "small.yaml"


@pytest.fixture(scope="module")
def loaded() -> LoadedLesson:
    """The small lesson."""
    return load(SMALL)


@pytest.fixture(scope="module")
def lattice(loaded: LoadedLesson) -> Lattice:
    """What the engine played for it."""
    return simulate(loaded.experiments["main"], loaded.lesson.data["main"])


@given(st.lists(st.floats(0, 1) | st.just(float("nan")), min_size=1))
def test_a_packed_level_is_at_most_half_a_step_off(values: list[float]) -> None:
    packed = pack(np.array(values), ByteScale(0.0, 1 / STEPS))
    found = np.frombuffer(base64.b64decode(packed["bytes"]), np.uint8)
    back = np.where(found == NOTHING, np.nan, packed["low"] + packed["step"] * found)
    assert np.array_equal(np.isnan(back), np.isnan(values))
    assert np.nanmax(np.abs(back - values), initial=0.0) <= 0.5 / STEPS + 1e-12


def test_a_number_beyond_its_scale_is_not_packed_and_scores_lose_nothing(loaded: LoadedLesson) -> None:
    with pytest.raises(ValueError, match="beyond the scale"):
        pack(np.array([1.5]), ByteScale(0.0, 1 / STEPS))
    scale = loaded.experiments["main"].points[0].scenario.world.scale
    assert scale_of("symptoms", scale).step == scale.step


def test_a_lattice_holds_what_the_engine_played(loaded: LoadedLesson, lattice: Lattice) -> None:
    experiment, data = loaded.experiments["main"], loaded.lesson.data["main"]
    for number, point in enumerate(experiment.points):
        clients = play_point(experiment, point, range(1, 3))[1].to_pandas()
        for place, name in enumerate(data.groups):
            own = clients[belongs(data.groups[name], clients)].iloc[: data.clients]
            rows = slice(place * data.clients, (place + 1) * data.clients)
            assert np.array_equal(lattice.ends["alliance_end"][number, rows], own["alliance_end"], equal_nan=True)
            assert np.array_equal(lattice.people[rows], own[["replicate", "client"]])


def test_every_weekly_line_ends_when_treatment_does(lattice: Lattice) -> None:
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


def test_the_same_lesson_gives_the_same_page(loaded: LoadedLesson, tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        write(loaded, tmp_path / name)
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "status", "told"),
    [
        ((SMALL, "--out", "HERE/new/page.html"), 0, "Written:"),
        ((SMALL, "--out", "HERE"), 2, "a file, such as lesson.html"),
        ((), 0, "rupture-repair:"),
    ],
)
def test_the_command_writes_a_page_into_a_new_folder_or_lists_the_lessons(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[object, ...], status: int, told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["lesson", *(str(word).replace("HERE", str(tmp_path)) for word in arguments)])
    assert ended.value.code == status
    assert told in "".join(capsys.readouterr())
    for page in tmp_path.rglob("*.html"):
        assert "<title>A small lesson</title>" in page.read_text(encoding="utf-8")
