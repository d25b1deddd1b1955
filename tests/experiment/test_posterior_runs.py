"""A run in which every replicate has its own draw of the parameters: played, kept, resumed and repeated."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim import report
from alliance_sim.engine.block import Buffers, play_block
from alliance_sim.estimates.combination import all_combinations
from alliance_sim.estimates.of_run import combine, read_estimates, read_measured
from alliance_sim.estimates.tables import open_results
from alliance_sim.experiment.players import mesa_player
from alliance_sim.experiment.run import play_point, run
from alliance_sim.scenario import Experiment, load
from alliance_sim.scenario.describe import uncertainty
from alliance_sim.stats.draws import draw_of

Loader = Callable[..., Experiment]
Bytes = Callable[[Path], dict[str, bytes]]

DRAWS = "rupture.base,change.technique\n-5,0.1\n-2,0.3\n-0.5,0.6\n-3,0.2\n"


@pytest.fixture
def drawn(small: Loader, tmp_path: Path) -> Loader:
    """Load the small experiment with draws from a file beside it, and changes ("PATH=VALUE")."""
    (tmp_path / "draws.csv").write_text(DRAWS, encoding="utf-8")
    return lambda *changes: small(f"parameters={tmp_path}/draws.csv", *changes)


def clients_of(experiment: Experiment, replicates: range, point: int = 0) -> pd.DataFrame:
    """The client table of some replicates of a design point."""
    return play_point(experiment, experiment.points[point], replicates, sessions=False)[1].to_pandas()


def test_a_replicate_is_played_as_if_its_draw_were_written_into_the_config(drawn: Loader, small: Loader) -> None:
    for replicate, base, technique in ((1, -5, 0.1), (2, -2, 0.3), (5, -5, 0.1), (6, -2, 0.3)):
        written = small(f"parameters.rupture.base={base}", f"parameters.change.technique={technique}")
        alone = range(replicate, replicate + 1)
        pd.testing.assert_frame_equal(clients_of(drawn(), alone), clients_of(written, alone))


def test_a_replicate_does_not_depend_on_the_block_that_it_is_played_in(drawn: Loader) -> None:
    together = clients_of(drawn(), range(1, 7))
    apart = pd.concat([clients_of(drawn(), range(r, r + 1)) for r in range(1, 7)], ignore_index=True)
    pd.testing.assert_frame_equal(together, apart)


def test_mesa_and_the_engine_play_the_same_draw(drawn: Loader) -> None:
    for point in drawn().points:
        ours = play_block(point.scenario, 7, range(2, 5))
        theirs = mesa_player()(point.scenario, 7, range(2, 5), True, Buffers())
        assert np.array_equal(ours.clients, theirs.clients, equal_nan=True)
        for field in ("ids", "levels", "events"):
            mine, other = (np.concatenate([getattr(p, field) for p in b.sessions], axis=1) for b in (ours, theirs))
            assert np.array_equal(mine, other, equal_nan=True)


def test_arms_meet_the_same_people_whatever_is_drawn(drawn: Loader) -> None:
    traits = ["replicate", "client", "anxiety", "avoidance", "symptoms_intake"]
    leave, mend = (clients_of(drawn(), range(1, 7), point)[traits] for point in (0, 1))
    pd.testing.assert_frame_equal(leave, mend)


def test_more_ruptures_are_drawn_more_ruptures_are_played(drawn: Loader) -> None:
    ruptures = clients_of(drawn(), range(1, 4)).groupby("replicate")["ruptures"].sum()
    assert ruptures[1] < ruptures[2] < ruptures[3]


def test_tables_do_not_depend_on_the_number_of_workers(drawn: Loader, tmp_path: Path, tables_of: Bytes) -> None:
    for workers in (1, 3):
        run(drawn(), tmp_path / str(workers), workers=workers)
    assert tables_of(tmp_path / "1") == tables_of(tmp_path / "3")


def test_a_run_is_played_again_only_where_draws_have_changed(drawn: Loader, tmp_path: Path) -> None:
    experiment = drawn("arms.fixed={parameters: calibrated}", "baseline=fixed")
    assert run(experiment, tmp_path / "out").played == 6
    assert run(experiment, tmp_path / "out").played == 0
    (tmp_path / "draws.csv").write_text(DRAWS.replace("0.6", "0.5"), encoding="utf-8")
    overrides = (f"parameters={tmp_path}/draws.csv", "arms.fixed={parameters: calibrated}", "baseline=fixed")
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
    drawn: Loader, tmp_path: Path, tables_of: Bytes, changes: tuple[str, ...]
) -> None:
    experiment = drawn(*changes)
    run(experiment, tmp_path / "first")
    (tmp_path / "draws.csv").unlink()
    again = load(tmp_path / "first" / "manifest.json")
    assert [point.address for point in again.points] == [point.address for point in experiment.points]
    run(again, tmp_path / "second")
    assert tables_of(tmp_path / "second") == tables_of(tmp_path / "first")
    third = load(tmp_path / "second" / "manifest.json")
    assert [point.address for point in third.points] == [point.address for point in experiment.points]


def test_a_manifest_names_the_draws_with_their_digest(drawn: Loader, tmp_path: Path) -> None:
    experiment = drawn()
    run(experiment, tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    (about,) = manifest["parameters"].values()
    population = experiment.points[0].scenario.population
    assert population is not None
    assert (about["draws"], about["digest"]) == (4, population.digest)
    assert (tmp_path / "out" / about["file"]).read_text("utf-8") == DRAWS


def test_a_manifest_of_a_run_without_draws_keeps_no_file(small: Loader, tmp_path: Path) -> None:
    run(small(), tmp_path / "out")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))["parameters"] == {}
    assert not (tmp_path / "out" / "parameters").exists()


def test_what_is_drawn_is_told_in_words(drawn: Loader, small: Loader) -> None:
    assert uncertainty(small()) == ""
    assert uncertainty(small("parameters=calibrated")) == ""
    words = uncertainty(drawn())
    assert words.startswith("draws: each of the 6 simulated clinics has its own draw of 2 parameters")
    assert "(there are 4 draws, used in turn), the same in every arm." in words
    assert "the same in leave." in uncertainty(drawn("arms.mend.parameters=calibrated"))
    assert "its own draw of 1 parameter " in uncertainty(drawn("parameters.rupture.base=-1"))


def test_a_report_says_that_the_spread_holds_what_is_not_known(drawn: Loader, small: Loader, tmp_path: Path) -> None:
    outputs = "outputs={figures: false, story: false}"
    pages = {}
    for name, experiment in (("drawn", drawn(outputs)), ("fixed", small(outputs))):
        run(experiment, tmp_path / name)
        report.write(tmp_path / name, experiment)
        pages[name] = " ".join((tmp_path / name / "report.html").read_text("utf-8").split())
    told = uncertainty(drawn())
    assert told in pages["drawn"]
    assert "includes the uncertainty about parameters that the fitted findings leave open" in pages["drawn"]
    assert "Intervals hold Monte-Carlo error only" in pages["fixed"]
    assert "own draw of the parameters, so that" not in pages["fixed"]


def test_a_report_says_which_arm_has_draws(drawn: Loader, tmp_path: Path) -> None:
    experiment = drawn("outputs={figures: false, story: false}", "arms.mend.parameters=calibrated")
    run(experiment, tmp_path / "out")
    report.write(tmp_path / "out", experiment)
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "Parameters: a draw of draws for every clinic." in page
    assert "Parameters: the defaults, the same in every clinic." in page


@pytest.mark.slow
def test_clinics_of_one_draw_count_together_in_the_estimates(drawn: Loader, tmp_path: Path) -> None:
    """Nine clinics under four draws: levels and contrasts have errors of draws, and say of how many clinics."""
    experiment = drawn("replicates=9")
    run(experiment, tmp_path / "out")
    report.write(tmp_path / "out", experiment)
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
