"""Every figure draws, says in words what it shows, and can be written again to the byte."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from alliance_sim.estimates.tables import Point
from alliance_sim.figures import (
    LeftOut,
    Picture,
    Scene,
    differences,
    draw_all,
    dropout,
    rendered,
    surface,
    trajectories,
)
from alliance_sim.figures.picture import LONGEST_ALT


@pytest.fixture(scope="module")
def pictures(scene: Scene) -> dict[str, Picture]:
    made, _ = draw_all(scene)
    return {picture.name: picture for picture in made}


def alone(scene: Scene, arm: str) -> Scene:
    """The same results with one arm only, and without factors."""
    point = scene.results.of(arm)[0]
    results = replace(scene.results, points=(point._replace(factors={}),), arms=(arm,), factors=())
    own = scene.estimates[(scene.estimates["arm"] == arm) & (scene.estimates["kind"] == "level")]
    one = own.drop_duplicates("estimate").drop(columns=list(scene.results.factors))
    return Scene(results, one, arm, "PHQ-9")


def without_sessions(scene: Scene) -> Scene:
    points: tuple[Point, ...] = tuple(point._replace(sessions=()) for point in scene.results.points)
    return scene._replace(results=replace(scene.results, points=points))


def test_all_figures_that_have_data_are_drawn(pictures: dict[str, Picture]) -> None:
    assert {"outcome", "differences", "surface", "trajectories", "dropout", "repair_flow", "around_rupture"} <= set(
        pictures
    )


def test_what_they_show_is_said_with_numbers(pictures: dict[str, Picture]) -> None:
    for picture in pictures.values():
        assert len(re.findall(r"\d", picture.alt)) >= 4, picture.name
        assert "nan" not in picture.alt.split(), picture.name


def test_captions_say_how_to_read_them(pictures: dict[str, Picture]) -> None:
    for picture in pictures.values():
        assert len(picture.caption.split()) >= 25, picture.name
        assert picture.caption.endswith("."), picture.name


def test_no_panel_is_empty(pictures: dict[str, Picture]) -> None:
    for picture in pictures.values():
        for axes in picture.figure.axes:
            drawn = [*axes.lines, *axes.patches, *axes.collections, *axes.texts]
            assert drawn, f"{picture.name}: {axes.get_title(loc='left')}"


def test_axes_say_their_unit(pictures: dict[str, Picture]) -> None:
    for name in ("trajectories", "dropout", "around_rupture"):
        for axes in pictures[name].figure.axes:
            assert axes.get_xlabel(), name
            assert axes.get_ylabel(), name


@pytest.mark.parametrize("name", ["dropout", "surface"])
def test_labels_at_the_ends_of_lines_do_not_overlap(pictures: dict[str, Picture], name: str) -> None:
    figure = pictures[name].figure
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    for axes in figure.axes:
        if not axes.lines:
            continue
        boxes = [text.get_window_extent(canvas.get_renderer()) for text in axes.texts if text.get_text()]
        for k, box in enumerate(boxes):
            assert not any(box.overlaps(other) for other in boxes[k + 1 :]), axes.get_title(loc="left")


def test_writing_a_figure_twice_gives_the_same_bytes(scene: Scene, tmp_path: Path) -> None:
    first = rendered(dropout.build(scene).figure)
    again = rendered(dropout.build(scene).figure)
    assert first == again
    assert b"not dropped out, % of clients</text>" in first[".svg"]
    assert not any(word in first[".svg"].decode() for word in ("<dc:date>", "Matplotlib v"))


def test_differences_are_said_by_their_extremes(scene: Scene) -> None:
    picture = differences.build(scene)
    assert isinstance(picture, Picture)
    assert len(picture.alt) <= LONGEST_ALT


def test_a_figure_without_data_is_left_out_with_the_reason(scene: Scene) -> None:
    _, left_out = draw_all(alone(scene, "repair"))
    reasons = {each.name: each.reason for each in left_out}
    assert reasons["differences"] == "there is only one arm"
    assert "does not vary two numeric settings" in reasons["surface"]


def test_a_waiting_list_alone_has_no_treatment_to_draw(scene: Scene) -> None:
    made, left_out = draw_all(alone(scene, "waiting"))
    assert {"dropout", "repair_flow", "around_rupture"} <= {each.name for each in left_out}
    assert "outcome" in {each.name for each in made}


def test_without_sessions_only_figures_of_clients_are_drawn(scene: Scene) -> None:
    left = trajectories.build(without_sessions(scene))
    assert isinstance(left, LeftOut)
    assert "outputs.sessions" in left.reason
    assert isinstance(dropout.build(without_sessions(scene)), Picture)


def test_factors_are_called_by_their_words(scene: Scene) -> None:
    (picture,) = surface.build(scene)
    assert isinstance(picture, Picture)
    assert "mean competence" in picture.alt
    assert "attunement mean" in picture.alt  # no words given: the name without underscores
