"""report.html: estimates, figures and words in one file that opens offline."""

from base64 import b64encode
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from alliance_sim.estimates.of_run import estimate, estimates_csv, read_estimates
from alliance_sim.estimates.tables import Results, open_results
from alliance_sim.figures.gallery import draw_all
from alliance_sim.figures.picture import LeftOut, Picture, Scene, save_all
from alliance_sim.files.record import Record, record_of
from alliance_sim.report import assumed, compared, repeat, results, telling
from alliance_sim.report.lookup import Lookup
from alliance_sim.report.markdown import html
from alliance_sim.report.naming import factor_label, short_title
from alliance_sim.report.story import Story
from alliance_sim.report.summary import answer
from alliance_sim.scenario import Experiment, describe
from alliance_sim.scenario.pages import policy


class Shown(NamedTuple):
    """The figures of a report as the page needs them, those left out with the reason, and the story."""

    figures: list[dict[str, Any]]
    left_out: list[LeftOut]
    story: Story | None
    story_figure: dict[str, Any] | None


def write(folder: Path, experiment: Experiment) -> None:
    """Write estimates.csv, figures/ and report.html into a result folder that holds the tables.

    Nothing is done where they are there, as they were written, and were made from the same. Raises FileNotFoundError
    when the folder holds no finished design point, ConfigError for files that were changed.
    """
    if repeat.is_written(folder, experiment):
        return
    found = repeat.opened(folder, experiment)
    record = record_of(folder)
    record.write("estimates.csv", estimates_csv(estimate(found, _baseline(found, experiment))))
    estimates = read_estimates(folder / "estimates.csv")
    record.write(
        "report.html", page(folder, experiment, estimates, drawn(folder, experiment, found, estimates, record))
    )
    record.close(repeat.made_from(folder, experiment, found))


def _baseline(found: Results, experiment: Experiment) -> str:
    """The baseline, or the first finished arm while the baseline is not finished."""
    return experiment.baseline if experiment.baseline in found.arms else found.arms[0]


def drawn(folder: Path, experiment: Experiment, found: Results, estimates: pd.DataFrame, record: Record) -> Shown:
    """Draw and keep the figures and the story that the experiment asks for."""
    pictures: list[Picture] = []
    left_out: list[LeftOut] = []
    if experiment.outputs.figures:
        pictures, left_out = draw_all(_scene(experiment, found, estimates))
    told = telling.from_folder(folder, experiment) if experiment.outputs.story and found.has_sessions else None
    made = save_all([*pictures, *([told.picture] if told else [])], record)
    return Shown(
        [_show(picture, made[picture.name][".svg"]) for picture in pictures],
        left_out,
        told.story if told else None,
        _show(told.picture, made[told.picture.name][".svg"]) if told else None,
    )


def pictures(folder: Path, experiment: Experiment) -> list[Picture]:
    """The figures of a result folder whose report has been written, drawn anew.

    Raises FileNotFoundError when the folder holds no finished design point.
    """
    found = repeat.opened(folder, experiment)
    return draw_all(_scene(experiment, found, read_estimates(folder / "estimates.csv")))[0]


def _scene(experiment: Experiment, found: Results, estimates: pd.DataFrame) -> Scene:
    """What figures are drawn from."""
    scale = short_title("symptoms", experiment.points[0].scenario.symptoms)
    labels = {factor: factor_label(experiment, factor) for factor in experiment.varied}
    return Scene(found, estimates, _baseline(found, experiment), scale, labels)


def _show(picture: Picture, svg: bytes) -> dict[str, Any]:
    """A picture, embedded as SVG; its width at most in CSS pixels."""
    source = "data:image/svg+xml;base64," + b64encode(svg).decode("ascii")
    return picture._asdict() | {"source": source, "width": round(96 * float(picture.figure.get_figwidth()))}


def page(folder: Path, experiment: Experiment, estimates: pd.DataFrame, pictures: Shown) -> str:
    """The page as text."""
    look = Lookup(estimates, experiment.varied)
    said = answer(estimates, experiment)
    environment = Environment(
        loader=PackageLoader("alliance_sim.report", "."),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    content: dict[str, Any] = {
        "policy": policy(),
        "experiment": experiment,
        "title": experiment.title,
        "short": Markup(html(said.short)),
        "parts": Markup(html(said.parts)),
        "common": compared.in_common(experiment),
        "arms": compared.arms_in_words(experiment),
        "sampling": describe.sampling(experiment),
        "precision": describe.precision(experiment),
        "factors": list(compared.factors(experiment)),
        "tables": results.tables(look, experiment),
        "pictures": pictures,
        "mechanisms": assumed.mechanisms(experiment),
        "settings": list(assumed.settings(experiment)),
        "emerged": assumed.emerged(look, experiment),
        "sources": assumed.sources(),
        "repeat": repeat.repeating(folder, experiment),
        "notices": repeat.manifest_of(folder).get("notices", []),
        "unfinished": len(experiment.points) - len(open_results(folder).points),
        "uncertainty": describe.uncertainty(experiment),
    }
    return environment.get_template("report.html.j2").render(content)
