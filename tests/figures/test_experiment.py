"""The figures of an experiment: what has data is drawn and said in words, what has none is left out with the reason."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from alliance_sim.figures import LeftOut, Picture, Scene, courses, designs, draw_all, outcomes, rendered

SAMPLED = (
    "design: {method: latin_hypercube, points: 20, ranges: {parameters.rupture.base: [-4, 0], mechanisms.change: "
    "[gate, additive], parameters.intake.repair_mean: [-1, 1]}}\n"
)
ALONE = (
    "design: {method: one_at_a_time, factors: {parameters.rupture.base: [-5, -1], parameters.intake.repair_mean: "
    "[-1, 1], mechanisms.change: [additive]}}\n"
)
OUTPUTS = "outputs: {{sessions: {sessions}, clients: {clients}, story: false}}\n"


@pytest.fixture(scope="module")
def pictures(scene: Scene) -> dict[str, Picture]:
    return {picture.name: picture for picture in draw_all(scene)[0]}


def alone(scene: Scene, arm: str) -> Scene:
    """The same results with one arm only, and without factors."""
    point = scene.results.of(arm)[0]
    results = replace(scene.results, points=(point._replace(factors={}),), arms=(arm,), factors=())
    own = scene.estimates[(scene.estimates["arm"] == arm) & (scene.estimates["kind"] == "level")]
    one = own.drop_duplicates("estimate").drop(columns=list(scene.results.factors))
    return Scene(results, one, arm, "PHQ-9")


def reasons(left_out: list[LeftOut]) -> dict[str, str]:
    return {each.name: each.reason for each in left_out}


def test_all_figures_that_have_data_are_drawn_and_complete(
    pictures: dict[str, Picture], complete: Callable[[Picture], None]
) -> None:
    assert {"outcome", "differences", "surface", "repair_flow"} <= set(pictures)
    for picture in pictures.values():
        complete(picture)
    for name in ("trajectories", "dropout", "around_rupture"):
        assert all(axes.get_xlabel() and axes.get_ylabel() for axes in pictures[name].figure.axes), name


@pytest.mark.parametrize("name", ["dropout", "surface"])
def test_labels_at_the_ends_of_lines_do_not_overlap(pictures: dict[str, Picture], name: str) -> None:
    canvas = FigureCanvasAgg(pictures[name].figure)
    canvas.draw()
    for axes in (axes for axes in pictures[name].figure.axes if axes.lines):
        boxes = [text.get_window_extent(canvas.get_renderer()) for text in axes.texts if text.get_text()]
        assert not any(a.overlaps(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :]), axes.get_title(loc="left")


def test_writing_a_figure_twice_gives_the_same_bytes_and_text_stays_text(scene: Scene) -> None:
    first, again = (rendered(made.figure) for made in (courses.dropout(scene), courses.dropout(scene)))
    assert first == again
    assert b"not dropped out, % of clients</text>" in first[".svg"]
    assert not any(word in first[".svg"].decode() for word in ("<dc:date>", "Matplotlib v"))


def test_one_arm_without_factors_has_no_differences_and_no_surface(scene: Scene) -> None:
    left_out = draw_all(alone(scene, "repair"))[1]
    assert reasons(left_out)["differences"] == "there is only one arm"
    assert "does not vary two numeric settings" in reasons(left_out)["surface"]
    assert {each.name: each.title for each in left_out}["surface"] == "Two settings against outcome"


def test_a_waiting_list_alone_has_no_treatment_to_draw(scene: Scene) -> None:
    made, left_out = draw_all(alone(scene, "waiting"))
    assert {"dropout", "repair_flow", "around_rupture"} <= set(reasons(left_out))
    assert "outcome" in {each.name for each in made}


def test_where_an_estimate_does_not_apply_to_an_arm_its_row_says_so(scene: Scene) -> None:
    texts = [text.get_text() for axes in outcomes.levels(scene).figure.axes for text in axes.texts]
    assert "does not apply" in texts  # a waiting list has no alliance


def test_factors_are_called_by_their_words(pictures: dict[str, Picture]) -> None:
    assert "mean competence" in pictures["surface"].alt
    assert "attunement mean" in pictures["surface"].alt  # no words given: the name without underscores


def test_without_sessions_only_figures_of_clients_are_drawn(scene: Scene) -> None:
    points = tuple(point._replace(sessions=()) for point in scene.results.points)
    made, left_out = draw_all(scene._replace(results=replace(scene.results, points=points)))
    assert "outputs.sessions" in reasons(left_out)["trajectories"]
    assert "dropout" in {each.name for each in made}


@pytest.fixture(scope="module")
def sampled(scene_of: Callable[[str], Scene]) -> Scene:
    return scene_of(SAMPLED + OUTPUTS.format(sessions="false", clients="true"))


@pytest.fixture(scope="module")
def one_at_a_time(scene_of: Callable[[str], Scene]) -> Scene:
    return scene_of(ALONE + OUTPUTS.format(sessions="false", clients="true"))


def test_the_outcome_is_drawn_against_each_sampled_number_the_one_that_matters_most_first(sampled: Scene) -> None:
    assert designs.by_strength(sampled, designs.at_samples(sampled, "level")) == ["base", "repair_mean"]
    picture = designs.sampled(sampled)
    assert isinstance(picture, Picture)
    labels = [axes.get_xlabel().replace("\n", " ") for axes in picture.figure.axes]
    assert labels == ["", "", "log-odds of a rupture", "repair mean"]  # outcome above, difference below
    marks = [len(each.get_offsets()) for each in picture.figure.axes[0].collections if hasattr(each, "get_offsets")]
    assert marks.count(20) == 2  # one a setting in each arm


def test_bins_have_as_many_settings_each_and_the_mean_of_their_outcome() -> None:
    x = np.arange(30.0)
    found = designs.binned(x, 2.0 * x, 6)
    assert found["x"].tolist() == [2.0, 7.0, 12.0, 17.0, 22.0, 27.0]
    assert (found["value"] == 2.0 * found["x"]).all()


def test_one_at_a_time_the_setting_that_moves_the_outcome_most_stands_on_top(one_at_a_time: Scene) -> None:
    table = one_at_a_time.estimates[one_at_a_time.estimates["kind"] == "factor"]
    rows = designs.changes(table, "pre_post_d")
    reach = rows["value"].abs().groupby(rows["factor"], sort=False).max().tolist()
    assert reach == sorted(reach, reverse=True)
    assert set(rows["factor"]) == {"base", "repair_mean", "change"}
    picture = designs.one_at_a_time(one_at_a_time)
    assert isinstance(picture, Picture)
    assert "additive" in {text.get_text() for axes in picture.figure.axes for text in axes.texts}
    assert "log-odds of a rupture −1, leave it" in picture.alt


def test_each_figure_is_left_out_for_the_other_designs(sampled: Scene, one_at_a_time: Scene, scene: Scene) -> None:
    assert all(isinstance(designs.sampled(other), str) for other in (one_at_a_time, scene))
    assert all(isinstance(designs.one_at_a_time(other), str) for other in (sampled, scene))


@pytest.mark.parametrize("sessions", ["true", "false"])
@pytest.mark.parametrize("clients", ["true", "false"])
@pytest.mark.slow
def test_all_figures_that_the_kept_tables_allow_can_be_drawn_and_written(
    scene_of: Callable[[str], Scene], complete: Callable[[Picture], None], tmp_path: Path, clients: str, sessions: str
) -> None:
    made, left_out = draw_all(scene_of(SAMPLED + OUTPUTS.format(sessions=sessions, clients=clients)))
    names = {picture.name for picture in made}
    assert {"outcome", "differences", "sampled"} <= names
    assert ("dropout" in names) == (clients == "true")
    assert ("trajectories" in names) == (clients == sessions == "true")
    assert all(reasons(left_out).values())
    if clients == "false":
        assert "outputs.clients is false" in reasons(left_out)["dropout"]
    for picture in made:
        rendered(picture.figure)
        complete(picture)
