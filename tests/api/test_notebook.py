"""Everything in a few lines from Python: what comes back, how it is changed, and how bad input is told."""

import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

import alliance_sim as al
from alliance_sim.api import progress
from alliance_sim.experiment.kept import StageSize
from alliance_sim.figures.picture import Picture
from alliance_sim.figures.style import canvas
from alliance_sim.scenario import screen
from alliance_sim.scenario.layers import given, is_text
from alliance_sim.scenario.problem import Named

SMALL: dict[str, Any] = {
    "title": "A small question",
    "replicates": 3,
    "clinic": {"therapists": 2, "caseload": 3, "weeks": 4},
    "arms": {"leave it": {"policy": "ignore"}, "repair": {"policy": "repair"}},
    "outputs": {"figures": False, "story": False},
}
OFF = {"sessions": False, "clients": False, "figures": False, "story": False}
TEXT = """\
title: A small question
replicates: 3
clinic: {therapists: 2, caseload: 3, weeks: 4}
arms:
  leave it: {policy: ignore}
  repair: {policy: repair}
outputs: {figures: false, story: false}
"""
DATA = Path(__file__).parents[2] / "docs" / "data"


def test_the_public_names_are_few_told_and_typed() -> None:
    assert len(al.__all__) <= 15
    assert set(al.__all__) < set(dir(al))
    assert all(getattr(al, name).__doc__ for name in al.__all__)
    stub = Path(al.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    assert {line.rpartition(" ")[2] for line in stub.splitlines() if line.startswith("from")} == set(al.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'runn'"):
        al.runn  # type: ignore[attr-defined]  # noqa: B018


def test_importing_the_package_imports_only_what_finds_the_folder_of_compiled_code() -> None:
    heavy = "('alliance_sim.', 'numpy', 'pandas', 'numba', 'typer')"
    code = f"import sys, alliance_sim; print(sorted(name for name in sys.modules if name.startswith({heavy})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['alliance_sim.compile_cache']"


def test_a_config_may_be_a_file_a_text_or_a_dict(tmp_path: Path) -> None:
    file = tmp_path / "small.yaml"
    file.write_text(TEXT, encoding="utf-8")
    loaded = [al.load(source) for source in (file, str(file), TEXT, SMALL)]
    assert len({tuple(point.address for point in each.points) for each in loaded}) == 1
    assert [each.name for each in loaded] == ["small", "small", "a_small_question", "a_small_question"]


def test_a_text_is_told_from_a_path() -> None:
    assert is_text("replicates: 3")
    assert not is_text("C:\\configs\\my study.yaml")
    assert given("title: x").name == "x"
    assert given({"replicates": 2}).name == "config"


def test_changes_are_a_dict_a_list_or_keywords() -> None:
    changed = [
        al.load(SMALL, {"parameters.rupture.base": -3, "clinic.weeks": 5}, replicates=7),
        al.load(SMALL, ["parameters.rupture.base=-3", "clinic.weeks=5", "replicates=7"]),
        al.load(SMALL, {"parameters": {"rupture": {"base": -3.0}}}, clinic={"weeks": np.int64(5)}, replicates=7),
    ]
    assert len({(each.replicates, each.points[0].address) for each in changed}) == 1
    assert changed[0].origins["parameters.rupture.base"] == "--set"
    assert al.load(SMALL, "replicates=9").replicates == 9


def test_a_dict_may_extend_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "small.yaml").write_text(TEXT, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    own = al.load({"extends": "small.yaml", "replicates": 5})
    assert (own.replicates, own.arms, own.origins["title"]) == (5, ("leave it", "repair"), "extends")


@pytest.mark.parametrize(
    ("config", "changes", "told"),
    [
        (
            "replicates: many\n",
            None,
            'config, line 1: replicates: found the text "many"; allowed: a whole number from 1',
        ),
        ({"clinic": {"week": 3}}, None, 'config: clinic.week: found the unknown name "week"'),
        (SMALL, {"policy": "ignor"}, 'changes: policy: found the unknown repair policy "ignor"'),
        (SMALL, {"clinic.weeks": 0}, "changes: clinic.weeks: found the number 0; allowed: a whole number from 1"),
        (SMALL, "weeks", 'found the text "weeks"; allowed: PATH=VALUE'),
        (SMALL, {"seed": {1, 2}}, "changes: seed: found a value of type set; allowed: a text, a number"),
        (SMALL, {"extends": "x.yaml"}, "found a change of 'extends'"),
        ("no_such.yaml", None, "no_such.yaml: found no such file"),
    ],
)
def test_bad_input_is_told_in_words(config: Any, changes: Any, told: str) -> None:
    with pytest.raises(al.ConfigError) as caught:
        al.load(config, changes)
    assert told in str(caught.value)


def test_an_arm_is_played_in_memory() -> None:
    played = al.play(SMALL, "repair", replicates=2)
    assert len(played.clients) == 2 * 6
    assert set(played.clients["arm"]) == {"repair"}
    assert {"alliance", "wai_client", "rupture"} <= set(played.sessions)
    twin = al.play(al.load(SMALL), replicates=2)
    assert set(twin.clients["arm"]) == {"leave it"}
    pd.testing.assert_series_equal(twin.clients["anxiety"], played.clients["anxiety"])
    for arm, told in ((1, '"1"; allowed: leave it, repair'), ("repeir", '"repeir"; .* did you mean repair')):
        with pytest.raises(al.ConfigError, match=f"found the arm {told}"):
            al.play(SMALL, arm)  # type: ignore[arg-type]
    levels = al.play(SMALL, "repair", changes={"factors": {"parameters.rupture.base": [-4, -1]}})
    assert levels.clients.groupby("base").size().to_dict() == {-4.0: 6, -1.0: 6}


def test_a_run_gives_estimates_tables_and_queries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = al.run(SMALL, out=tmp_path / "out", workers=1)
    assert study.estimates.level("wai_client", "repair") is not None
    assert study.estimates.contrast("alliance_end", "repair") is not None
    assert len(study.table("clients")) == 2 * 3 * 6
    assert study.query("SELECT count(*) AS n FROM replicates")["n"][0] == 6
    assert "A small question" in study._repr_markdown_()
    assert "<table" in study.estimates._repr_html_()
    assert capsys.readouterr().out == ""  # progress goes to stderr
    again = al.results(tmp_path / "out")
    assert (again.answer, again.outcome) == (study.answer, None)
    assert repr(again) == f"Study('A small question', folder={str(tmp_path / 'out')!r})"
    assert "pre_post_d" in repr(again.estimates)
    with pytest.raises(TypeError, match="load its config with the changes"):
        al.run(al.load(SMALL), replicates=2)
    with pytest.raises(al.ConfigError, match=r'unknown name "aliance_end".*did you mean alliance_end\?'):
        study.estimates.contrast("aliance_end", "repair")
    with pytest.raises(al.ConfigError, match="unknown name"):
        study.estimates.level("alliance_end", "repairx")
    with pytest.raises(al.ConfigError, match=r'figure: found the unknown name "outcom"; .* did you mean outcome'):
        study.figures["outcom"]
    with pytest.raises(al.ConfigError, match="found no run; allowed: the result folder of a run"):
        al.results(tmp_path)


def test_parameters_are_a_table() -> None:
    every, some = al.parameters(), al.parameters("rupture")
    assert len(every) > len(some) > 5
    assert some["path"].str.startswith("parameters.rupture.").all()
    policy = every.set_index("path").loc["mechanisms.repair_effect"]
    assert policy["default"] in policy["options"]
    with pytest.raises(al.ConfigError, match='found the unknown name "rupturing"'):
        al.parameters("rupturing")


def test_a_table_or_figure_that_there_is_not_is_told_with_those_that_there_are() -> None:
    held = Named("table", {"chosen": 1, "trials": 2})
    assert (held["chosen"], dict(held), held.get("nix"), "nix" in held) == (1, {"chosen": 1, "trials": 2}, None, False)
    with pytest.raises(al.ConfigError) as caught:
        held["trial"]
    assert str(caught.value) == 'table: found the unknown name "trial"; allowed: chosen, trials; did you mean trials?'


@pytest.mark.parametrize("given", [{"draws": -1}, {"draws": 9}, {"draws": 10.5}, {"draws": "x"}, {"seed": -1}], ids=str)
def test_a_comparison_with_the_literature_refuses_what_cannot_be(given: dict[str, Any]) -> None:
    (where,) = given
    with pytest.raises(al.ConfigError, match=rf"^{where}: found .*; allowed: a whole number from "):
        al.literature(**given)


def test_data_of_ones_own_are_tables_estimates_and_a_matrix() -> None:
    own = al.read_data(DATA / "long.yaml", {"data.resamples": 200})
    assert own.groups == ("clinic",)
    assert own.ratings().shape == (112, 12)
    assert np.isnan(own.ratings()).any()
    with pytest.raises(al.ConfigError, match=r'found the column "wai_clent"; allowed: .*did you mean wai_client\?'):
        own.ratings("wai_clent")
    assert {"client_id", "symptoms_end", "left"} <= set(own.clients)
    assert len(own.sessions) > 1000
    assert own.estimates["low"].le(own.estimates["high"])[own.estimates["low"].notna()].all()
    assert own.courses["week"].max() == 12
    assert "112 clients of 14 therapists" in own._repr_markdown_()
    assert repr(own) == "OwnData('A clinic of our own')"


def test_a_picture_shows_itself_in_a_notebook() -> None:
    html = Picture("dots", "Dots", "They are < 3.", "Nothing.", canvas(1, 1, 3, 2)[0])._repr_html_()
    assert html.startswith('<figure><img src="data:image/png;base64,')
    assert "<b>Dots.</b> They are &lt; 3." in html


@pytest.mark.slow
def test_a_question_is_asked_by_the_same_door(tmp_path: Path) -> None:
    answered = al.ask(DATA / "long.yaml", {"data.resamples": 200}, out=tmp_path / "out", workers=1, replicates=10)
    assert answered.short.startswith("*A trial run")
    assert "The data hold 112 clients" in answered.short
    assert {"estimates", "courses"} <= set(answered.tables)
    assert {"beside_the_model", "session_by_session"} <= set(answered.figures)
    assert str(tmp_path / "out" / "report.html") in answered._repr_markdown_()


@pytest.mark.slow
def test_a_script_without_a_guard_plays_in_processes(tmp_path: Path) -> None:
    """A script that plays when it is run is not run again by the processes that it starts."""
    config = SMALL | {"replicates": 400, "clinic": {"therapists": 10, "caseload": 10, "weeks": 16}, "outputs": OFF}
    script = tmp_path / "script.py"
    script.write_text(
        f"import alliance_sim as al\nprint('once')\nal.run({config!r}, out={str(tmp_path / 'out')!r}, workers=2)\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "once\n"


def test_progress_is_a_widget_in_a_notebook_where_widgets_are_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    monkeypatch.setattr(screen, "find_spec", lambda name: None)
    assert not screen.progress_console().is_jupyter
    monkeypatch.setattr(screen, "find_spec", lambda name: name)
    assert screen.progress_console().is_jupyter


def test_stages_are_lines_where_bars_cannot_move_and_no_widget(capsys: pytest.CaptureFixture[str]) -> None:
    for jupyter in (False, True):
        console = Console(stderr=True, force_terminal=False)
        console.is_jupyter = jupyter
        stages = progress.stages(progress.progress_bar(console), [])
        stages("Playing clinics", 3)
        assert ("Playing clinics (3)" in capsys.readouterr().err) == (not jupyter)


def test_one_bar_has_all_stages_and_drops_what_was_not_needed() -> None:
    bar = progress.progress_bar(Console(stderr=True, force_terminal=True))
    stages = progress.stages(bar, [StageSize("First", 10), StageSize("Search", 20, 2.0), StageSize("Last", 5, 4.0)])

    def shown() -> tuple[str, float, float | None]:
        return bar.tasks[0].description, bar.tasks[0].completed, bar.tasks[0].total

    stages("First", 10)(10)
    assert shown() == ("First", 10, 70)
    stages("Compiling", 1)(1)
    assert shown() == ("Compiling", 10, 70)
    for _ in range(2):
        stages("Searching", 4)(4)
    assert shown() == ("Searching", 26, 70)
    stages("Last", 5)(5)
    assert shown() == ("Last", 46, 46)


@pytest.mark.parametrize(
    "levels",
    [
        np.linspace(-4.0, -2.0, 3),
        range(-4, -1),
        pd.Index([-4.0, -3.0, -2.0]),
        pd.Series([-4, -3, -2]),
        (Decimal("-4"), Fraction(-3), np.float64(-2)),
        [np.int64(-4), np.float32(-3), -2],
    ],
    ids=lambda levels: type(levels).__name__,
)
def test_what_notebooks_hold_is_taken_for_a_list_and_a_series_with_names_for_a_mapping(levels: Any) -> None:
    experiment = al.load({**SMALL, "factors": {"parameters.rupture.base": levels}})
    assert [point.factors["base"] for point in experiment.points[::2]] == [-4.0, -3.0, -2.0]
    arms = pd.Series({"wait": {"policy": "ignore"}, "mend": {"policy": "repair"}})
    assert list(al.load({**SMALL, "arms": arms}).arms) == ["wait", "mend"]


def test_texts_and_truth_values_of_numpy_are_those_of_python(tmp_path: Path) -> None:
    changes = {"mechanisms.change": np.array(["additive"])[0], "outputs.story": np.bool_(False), "title": tmp_path}
    experiment = al.load(SMALL, changes)
    assert experiment.resolved["mechanisms"]["change"] == "additive"
    assert type(experiment.resolved["mechanisms"]["change"]) is str
    assert experiment.title == str(tmp_path)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({-3, -2}, ": found a value of type set"),
        ([pd.NA], "[1]: found a value of type NAType"),
        (np.array(["2020-01-01"], "datetime64[D]"), "[1]: found a value of type date"),
        (b"x", ": found a value of type bytes"),
    ],
)
def test_what_is_no_setting_is_refused_in_words(value: Any, found: str) -> None:
    with pytest.raises(al.ConfigError) as error:
        al.load({**SMALL, "factors": {"parameters.rupture.base": value}})
    allowed = "allowed: a text, a number, a truth value, a list or a mapping"
    assert str(error.value) == f"config: factors.parameters.rupture.base{found}; {allowed}"
    endless: dict[str, Any] = {}
    endless["arms"] = endless
    with pytest.raises(al.ConfigError, match="found mappings or lists nested hundreds deep; allowed: a few levels"):
        al.load(endless)


@pytest.mark.parametrize(
    ("workers", "found"),
    [
        *((0, "the number 0"), (-1, "the number -1"), (1.5, "the number 1.5"), ("2", 'the text "2"'), (True, "true")),
        *(([2], "a list"), (np.array([1, 2]), "a list")),
    ],
    ids=str,
)
def test_workers_are_a_whole_number_from_1(workers: Any, found: str, tmp_path: Path) -> None:
    calls = (
        lambda: al.run(SMALL, out=tmp_path / "small", workers=workers),
        lambda: al.ask({**SMALL, "power": {}}, out=tmp_path / "power", workers=workers),
        lambda: al.literature(workers=workers),
    )
    for call in calls:
        with pytest.raises(al.ConfigError) as error:
            call()
        assert str(error.value) == f"workers: found {found}; allowed: a whole number from 1"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("replicates", [0, True])
def test_replicates_are_a_whole_number_too(replicates: Any) -> None:
    with pytest.raises(al.ConfigError, match=r"replicates: found .*; allowed: a whole number from 1"):
        al.play(SMALL, replicates=replicates)


@pytest.mark.parametrize(
    ("title", "name"), [("修复 réparation / CON", "修复_réparation_con"), ("CON", "con_"), ("?!", "config")]
)
def test_a_title_in_any_script_names_the_folder(title: str, name: str) -> None:
    assert al.load({**SMALL, "title": title}).name == name


def test_a_path_begins_at_home_where_it_begins_with_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "own.yaml").write_text("extends: ~/base.yaml\nseed: 7\n", encoding="utf-8")
    experiment = al.load("~/own.yaml")
    assert (experiment.title, experiment.seed) == ("A small question", 7)
    assert al.load({"extends": "~/base.yaml"}).replicates == 3
    study = al.run(experiment, out="~/x/small", workers=1)
    assert al.results("~/x/small").folder == study.folder == tmp_path / "x" / "small"
    assert not (tmp_path / "~").exists()
    with pytest.raises(al.ConfigError) as error:
        al.load(SMALL, {"policy": "~/none.yaml"})
    assert f'no file "{tmp_path.as_posix()}/none.yaml"' in str(error.value)
