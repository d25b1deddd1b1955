"""A run in which every replicate has its own draw of the parameters: simulated, kept, resumed and repeated."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.engine.block import Buffers, play_block
from alliance_sim.estimates.combination import all_combinations
from alliance_sim.estimates.of_run import combine, read_estimates, read_measured
from alliance_sim.estimates.tables import open_results
from alliance_sim.experiment.players import mesa_player
from alliance_sim.experiment.run import play_point, run
from alliance_sim.report.page import write
from alliance_sim.scenario import Experiment, load
from alliance_sim.scenario.describe import uncertainty
from alliance_sim.stats.draws import draw_of
from tests.experiment.conftest import Small, bytes_of

Loader = Callable[..., Experiment]

DRAWS = "rupture.base,change.technique\n-5,0.1\n-2,0.3\n-0.5,0.6\n-3,0.2\n"
QUIET = "outputs={figures: false, story: false}"


@pytest.fixture
def drawn(small: Small) -> Loader:
    """Load the small experiment with draws from a file next to it, and changes ("PATH=VALUE")."""
    (small.home / "draws.csv").write_text(DRAWS, encoding="utf-8")
    return lambda *changes: small(f"parameters={small.home}/draws.csv", *changes)


def clients_of(experiment: Experiment, replicates: range, point: int = 0) -> pd.DataFrame:
    """The client table of some replicates of a design point."""
    return play_point(experiment, experiment.points[point], replicates, sessions=False)[1].to_pandas()


@pytest.mark.parametrize(("replicate", "base", "technique"), [(1, -5, 0.1), (2, -2, 0.3), (5, -5, 0.1), (6, -2, 0.3)])
def test_a_replicate_is_as_if_its_draw_were_written_into_the_config(
    drawn: Loader, small: Small, replicate: int, base: float, technique: float
) -> None:
    written = small(f"parameters.rupture.base={base}", f"parameters.change.technique={technique}")
    alone = range(replicate, replicate + 1)
    pd.testing.assert_frame_equal(clients_of(drawn(), alone), clients_of(written, alone))


def test_a_replicate_does_not_depend_on_its_block(drawn: Loader) -> None:
    apart = pd.concat([clients_of(drawn(), range(r, r + 1)) for r in range(1, 7)], ignore_index=True)
    pd.testing.assert_frame_equal(clients_of(drawn(), range(1, 7)), apart)


def test_mesa_and_the_engine_have_the_same_draw(drawn: Loader) -> None:
    for point in drawn().points:
        ours = play_block(point.scenario, 7, range(2, 5))
        theirs = mesa_player()(point.scenario, 7, range(2, 5), True, Buffers())
        assert np.array_equal(ours.clients, theirs.clients, equal_nan=True)
        for field in ("ids", "levels", "events"):
            mine, other = (np.concatenate([getattr(p, field) for p in b.sessions], axis=1) for b in (ours, theirs))
            assert np.array_equal(mine, other, equal_nan=True)


def test_arms_meet_the_same_clients_and_draws_decide_how_many_ruptures(drawn: Loader) -> None:
    traits = ["replicate", "client", "anxiety", "avoidance", "symptoms_intake"]
    leave, mend = (clients_of(drawn(), range(1, 7), point) for point in (0, 1))
    pd.testing.assert_frame_equal(leave[traits], mend[traits])
    ruptures = leave.groupby("replicate")["ruptures"].sum()
    assert ruptures[1] < ruptures[2] < ruptures[3]


def test_tables_do_not_depend_on_the_number_of_workers(drawn: Loader, tmp_path: Path) -> None:
    for workers in (1, 3):
        run(drawn(), tmp_path / str(workers), workers=workers)
    assert bytes_of(tmp_path / "1") == bytes_of(tmp_path / "3")


def test_a_run_is_repeated_only_where_draws_have_changed(drawn: Loader, tmp_path: Path) -> None:
    changes = ("arms.fixed={parameters: calibrated}", "baseline=fixed")
    assert [run(drawn(*changes), tmp_path / "out").played for _ in range(2)] == [6, 0]
    (tmp_path / "draws.csv").write_text(DRAWS.replace("0.6", "0.5"), encoding="utf-8")
    overrides = (f"parameters={tmp_path}/draws.csv", *changes)
    assert run(load(tmp_path / "small.yaml", overrides), tmp_path / "out").played == 4


@pytest.mark.parametrize(
    "changes",
    [
        (),
        ("parameters=posterior",),
        ("parameters.rupture.base=-1",),
        ("arms.mend.parameters=calibrated",),
        ("arms.mend.parameters.rupture.base=-1",),
        ("parameters=calibrated", "factors.parameters=[calibrated, posterior]"),
        ("parameters=calibrated", "factors.known={no: {parameters: posterior}, yes: {parameters: calibrated}}"),
    ],
)
def test_a_manifest_repeats_the_run_when_the_file_of_draws_is_gone(
    drawn: Loader, tmp_path: Path, changes: tuple[str, ...]
) -> None:
    experiment = drawn(*changes)
    run(experiment, tmp_path / "first")
    (tmp_path / "draws.csv").unlink()
    again = load(tmp_path / "first" / "manifest.json")
    run(again, tmp_path / "second")
    assert bytes_of(tmp_path / "second") == bytes_of(tmp_path / "first")
    third = load(tmp_path / "second" / "manifest.json")
    addresses = [[point.address for point in each.points] for each in (experiment, again, third)]
    assert addresses[0] == addresses[1] == addresses[2]


def test_a_manifest_names_the_draws_with_their_digest_and_keeps_their_file(drawn: Loader, small: Small) -> None:
    experiment = drawn()
    run(experiment, small.home / "out")
    small.run("without")
    with_draws, without = (
        json.loads((small.home / name / "manifest.json").read_text("utf-8"))["parameters"]
        for name in ("out", "without")
    )
    (about,) = with_draws.values()
    population = experiment.points[0].scenario.population
    assert population is not None
    assert (about["draws"], about["digest"]) == (4, population.digest)
    assert (small.home / "out" / about["file"]).read_text("utf-8") == DRAWS
    assert (without, (small.home / "without" / "parameters").exists()) == ({}, False)


def test_what_is_drawn_is_described(drawn: Loader, small: Small) -> None:
    assert uncertainty(small()) == uncertainty(small("parameters=calibrated")) == ""
    words = uncertainty(drawn())
    assert words.startswith("draws: each of the 6 simulated clinics has its own draw of 2 parameters")
    assert "(there are 4 draws, used in turn), the same in every arm." in words
    assert "the same in leave." in uncertainty(drawn("arms.mend.parameters=calibrated"))
    assert "its own draw of 1 parameter " in uncertainty(drawn("parameters.rupture.base=-1"))


def test_a_report_says_whether_and_where_parameters_are_drawn(drawn: Loader, small: Small) -> None:
    one = drawn(QUIET, "arms.mend.parameters=calibrated")
    pages = {}
    for name, experiment in (("drawn", drawn(QUIET)), ("fixed", small(QUIET)), ("one arm", one)):
        run(experiment, small.home / name)
        write(small.home / name, experiment)
        pages[name] = " ".join((small.home / name / "report.html").read_text("utf-8").split())
    assert uncertainty(drawn()) in pages["drawn"]
    assert "includes the uncertainty about parameters that the fitted findings leave open" in pages["drawn"]
    assert "Intervals hold Monte-Carlo error only" in pages["fixed"]
    assert "Parameters: a draw of draws for every clinic." in pages["one arm"]
    assert "Parameters: the defaults, the same in every clinic." in pages["one arm"]


@pytest.mark.slow
def test_clinics_of_one_draw_count_together_in_the_estimates(drawn: Loader, tmp_path: Path) -> None:
    """Nine clinics under four draws: levels and contrasts have errors of draws, and say of how many clinics."""
    experiment = drawn("replicates=9")
    run(experiment, tmp_path / "out")
    write(tmp_path / "out", experiment)
    found = open_results(tmp_path / "out")
    values = read_measured(found, ["symptoms_end"])["symptoms_end"]
    table = read_estimates(tmp_path / "out" / "estimates.csv")
    table = table[table["estimate"] == "symptoms_end"]
    comparisons = all_combinations(found, experiment.baseline)
    errors = [combine(values, each, fisher=False, draw=draw_of(np.arange(1, 10), 4)).mcse for each in comparisons]
    assert len(errors) > 2
    assert table["mcse"].to_numpy() == pytest.approx(errors, rel=1e-4)
    assert set(table["replicates"]) == {9}
    assert "clinics with the same draw count as one" in uncertainty(experiment)
    assert "count as one" not in uncertainty(drawn("replicates=4"))
