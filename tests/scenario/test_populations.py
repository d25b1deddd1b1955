"""`parameters: calibrated | posterior | FILE.csv`: which draws a config names, and what goes before them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.about import declared
from alliance_sim.law.world import Parameters
from alliance_sim.scenario import ConfigError, Experiment, load
from alliance_sim.scenario.config import json_schema
from alliance_sim.scenario.library import read_population, shipped
from alliance_sim.scenario.scenario import Population, with_values

Write = Callable[..., Path]
Loaded = Callable[..., Experiment]
Mistakes = Callable[..., list[str]]

DRAWS = "rupture.base,change.technique\n-3,0.1\n-2,0.2\n-1,0.3\n"
OTHERS = "leaving.base\n-5\n-4\n"
TABLE = "the path of a CSV file: a line of parameter paths, and below it a draw a line"


@pytest.fixture(autouse=True)
def tables(write: Write) -> None:
    """Two files of draws beside the config of every test."""
    write(DRAWS, "mine.csv")
    write(OTHERS, "others.csv")


def played(experiment: Experiment, path: str, point: int = 0) -> list[float]:
    """A parameter in each replicate of a design point."""
    scenario = experiment.points[point].scenario
    group, _, name = path.partition(".")
    replicates = range(1, experiment.replicates + 1)
    return [getattr(getattr(scenario.world_of(r).parameters, group), name) for r in replicates]


def addresses(experiment: Experiment) -> list[str]:
    return [point.address for point in experiment.points]


# ---- what a config says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["parameters: mine.csv", "parameters: {base: mine.csv}", "parameters: {base: ./mine.csv}"]
)
def test_each_replicate_has_the_next_draw_and_after_the_last_comes_the_first(loaded: Loaded, text: str) -> None:
    experiment = loaded(f"replicates: 5\n{text}")
    assert played(experiment, "rupture.base") == [-3, -2, -1, -3, -2]
    assert played(experiment, "change.technique") == [0.1, 0.2, 0.3, 0.1, 0.2]


def test_parameters_that_are_not_drawn_have_their_defaults(loaded: Loaded) -> None:
    experiment = loaded("replicates: 2\nparameters: mine.csv")
    world = experiment.points[0].scenario.world_of(2)
    assert world.parameters == with_values(Parameters(), ("rupture.base", "change.technique"), (-2, 0.2))


def test_calibrated_is_what_a_config_without_parameters_has(loaded: Loaded) -> None:
    plain, named = loaded("seed: 1"), loaded("parameters: calibrated")
    assert named.points == plain.points
    assert named.points[0].scenario.population is None


def test_posterior_is_the_shipped_file(loaded: Loaded) -> None:
    assert loaded("parameters: posterior").points[0].scenario.population == shipped()


def test_the_shipped_draws_can_be_read_and_are_many() -> None:
    posterior = shipped()
    assert len(posterior.draws) >= 50
    assert set(posterior.paths) <= {parameter.path for parameter in declared(Parameters)}


@pytest.mark.parametrize("text", ["parameters: {base: mine.csv, rupture: {base: -2.5}}"])
def test_an_own_value_goes_before_the_draws_in_every_replicate(loaded: Loaded, text: str) -> None:
    experiment = loaded(f"replicates: 3\n{text}")
    assert played(experiment, "rupture.base") == [-2.5] * 3
    assert played(experiment, "change.technique") == [0.1, 0.2, 0.3]


def test_an_own_value_for_every_drawn_parameter_leaves_nothing_to_draw(loaded: Loaded) -> None:
    own = "rupture: {base: -2.5}, change: {technique: 0.4}"
    drawn, fixed = loaded(f"parameters: {{base: mine.csv, {own}}}"), loaded(f"parameters: {{{own}}}")
    assert drawn.points == fixed.points


def test_a_factor_goes_before_the_draws(loaded: Loaded) -> None:
    experiment = loaded("replicates: 2\nparameters: mine.csv\nfactors: {parameters.rupture.base: [-4, -1.5]}")
    assert [played(experiment, "rupture.base", k) for k in (0, 1)] == [[-4, -4], [-1.5, -1.5]]
    assert [played(experiment, "change.technique", k) for k in (0, 1)] == [[0.1, 0.2]] * 2


def test_arms_have_the_same_draw_in_the_same_replicate(loaded: Loaded) -> None:
    experiment = loaded("replicates: 4\nparameters: mine.csv\narms: {a: {policy: ignore}, b: {policy: repair}}")
    assert played(experiment, "rupture.base", 0) == played(experiment, "rupture.base", 1)


def test_an_arm_may_start_from_something_else(loaded: Loaded) -> None:
    experiment = loaded(
        """\
        replicates: 2
        parameters: mine.csv
        arms:
          a: {}
          b: {parameters: calibrated}
          c: {parameters: {base: others.csv}}
          d: {parameters: {rupture: {base: -5}}}
        """
    )
    default = Parameters().rupture.base
    assert [played(experiment, "rupture.base", k) for k in range(4)] == [
        [-3, -2],
        [default] * 2,
        [default] * 2,
        [-5, -5],
    ]
    assert played(experiment, "leaving.base", 2) == [-5, -4]
    assert played(experiment, "change.technique", 3) == [0.1, 0.2]


@pytest.mark.parametrize(
    "factors",
    ["{parameters: [calibrated, mine.csv]}", "{p: {no: {parameters: calibrated}, yes: {parameters: mine.csv}}}"],
)
def test_what_parameters_start_from_may_be_a_factor(loaded: Loaded, factors: str) -> None:
    experiment = loaded(f"replicates: 2\nfactors: {factors}")
    assert [played(experiment, "rupture.base", k) for k in (0, 1)] == [[Parameters().rupture.base] * 2, [-3, -2]]


def test_the_command_line_may_name_the_draws_as_seen_from_the_current_folder(
    loaded: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    for override in ("parameters", "parameters.base"):
        experiment = loaded("replicates: 2\nparameters: {leaving: {base: -3}}", f"{override}={tmp_path.name}/mine.csv")
        assert played(experiment, "rupture.base") == [-3, -2]
        assert played(experiment, "leaving.base") == [-3, -3]


def test_a_path_in_a_file_that_is_extended_is_seen_from_that_file(write: Write) -> None:
    write(OTHERS, "parents/others.csv")
    write("replicates: 2\nparameters: others.csv", "parents/parent.yaml")
    file = write("extends: parents/parent.yaml\nparameters: {rupture: {base: -5}}")
    experiment = load(file)
    assert played(experiment, "leaving.base") == [-5, -4]
    assert played(experiment, "rupture.base") == [-5, -5]


@pytest.mark.parametrize("text", ["parameters: mine.csv", "arms: {a: {parameters: mine.csv}, b: {}}"])
def test_a_resolved_config_names_what_parameters_start_from(loaded: Loaded, text: str) -> None:
    resolved = loaded(text).resolved
    around = resolved["arms"]["a"] if "arms" in text else resolved
    assert around["parameters"]["base"] == "mine.csv"
    assert loaded("seed: 1").resolved["parameters"]["base"] == "calibrated"


def test_a_schema_allows_a_name_at_the_top_and_in_arms() -> None:
    schema = json_schema()
    for settings in (schema, schema["$defs"]["Arm"]):
        assert {"type": "string"} in settings["properties"]["parameters"]["anyOf"]
    assert "base" in schema["$defs"]["Parameters"]["properties"]


# ---- addresses ---------------------------------------------------------------------------------------------------


def test_an_address_depends_on_every_draw_and_not_on_how_many_are_played(loaded: Loaded, write: Write) -> None:
    text = "replicates: 2\nparameters: mine.csv"
    before = addresses(loaded(text))
    assert before == addresses(loaded(text, "replicates=3"))
    assert before != addresses(loaded("replicates: 2"))
    write(DRAWS.replace("-1,0.3", "-1.5,0.35"), "mine.csv")
    assert addresses(loaded(text)) != before


def test_an_address_does_not_depend_on_the_name_of_a_file_or_the_order_of_its_columns(
    loaded: Loaded, write: Write
) -> None:
    write("change.technique,rupture.base\n0.1,-3\n0.2,-2\n0.3,-1\n", "turned.csv")
    assert addresses(loaded("parameters: turned.csv")) == addresses(loaded("parameters: mine.csv"))


def test_an_address_does_not_depend_on_draws_that_an_own_value_replaces(loaded: Loaded, write: Write) -> None:
    text = "parameters: {base: mine.csv, rupture: {base: -2.5}}"
    before = addresses(loaded(text))
    write(DRAWS.replace("-3,", "-3.5,"), "mine.csv")
    assert addresses(loaded(text)) == before


# ---- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "seed: 1\nparameters: posteror",
            (
                'config.yaml, line 2: parameters: found the unknown name "posteror"; '
                f"allowed: calibrated, posterior, or {TABLE}; did you mean posterior?"
            ),
        ),
        (
            "parameters:\n  base: nobody",
            (
                'config.yaml, line 2: parameters.base: found the unknown name "nobody"; '
                f"allowed: calibrated, posterior, or {TABLE}"
            ),
        ),
        (
            "arms: {a: {}, b: {parameters: calibrate}}",
            (
                'config.yaml, line 1: arms.b.parameters: found the unknown name "calibrate"; '
                f"allowed: calibrated, posterior, or {TABLE}; did you mean calibrated?"
            ),
        ),
        (
            "factors: {parameters: [calibrated, posteriors]}",
            (
                'config.yaml, line 1: factors.parameters: found the unknown name "posteriors"; '
                f"allowed: calibrated, posterior, or {TABLE}; did you mean posterior?"
            ),
        ),
        (
            "parameters: {base: 3}",
            (
                "config.yaml, line 1: parameters.base: found the number 3; "
                "allowed: calibrated, posterior, or the path of a CSV file with draws of parameters"
            ),
        ),
        (
            "parameters: 3",
            (
                "config.yaml, line 1: parameters: found the number 3; allowed: calibrated, posterior, or the path of a "
                "CSV file with draws of parameters; or a mapping of settings, one 'name: value' on a line"
            ),
        ),
    ],
)
def test_a_name_that_is_none_is_told_with_the_nearest(mistakes: Mistakes, text: str, message: str) -> None:
    assert mistakes(text) == [message]


def test_a_file_that_is_missing_is_told_with_its_neighbour(mistakes: Mistakes) -> None:
    assert mistakes("parameters: mime.csv") == [
        f'config.yaml, line 1: parameters: found no file "mime.csv"; allowed: {TABLE}; did you mean mine.csv?'
    ]


def test_every_mistake_in_a_file_is_told_at_once_with_those_of_the_config(mistakes: Mistakes, write: Write) -> None:
    write("rupture.base,leaving.bas,rupture.base\n-2,1,x\n-9,nan\n\n-9,1,-2\n", "wrong.csv")
    found = mistakes("parameters: wrong.csv\nreplicates: few")
    span = "allowed: a number from -6 to 0 (log-odds)"
    assert found[0].startswith("config.yaml, line 2: replicates: ")
    assert found[1].startswith('wrong.csv, line 1: found the unknown parameter "leaving.bas"; allowed: ')
    assert found[1].endswith("did you mean leaving.base?")
    assert found[2:] == [
        'wrong.csv, line 1: found the parameter "rupture.base" a second time; allowed: each parameter once',
        f'wrong.csv, line 2: rupture.base: found the text "x"; {span}',
        "wrong.csv, line 3: found 2 values; allowed: 3, one for each parameter in the first line",
        f"wrong.csv, line 5: rupture.base: found the number -9; {span}",
    ]


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "", "1e999"])
def test_a_value_that_is_no_finite_number_is_a_mistake(mistakes: Mistakes, write: Write, value: str) -> None:
    write(f"rupture.base,leaving.base\n{value},-4\n", "wrong.csv")
    (message,) = mistakes("parameters: wrong.csv")
    assert message.startswith("wrong.csv, line 2: rupture.base: found ")


@pytest.mark.parametrize("text", ["", "\n\n", "rupture.base\n", "rupture.base,leaving.base\n\n"])
def test_a_file_without_draws_is_a_mistake(mistakes: Mistakes, write: Write, text: str) -> None:
    write(text, "wrong.csv")
    (message,) = mistakes("parameters: wrong.csv")
    assert message.startswith("wrong.csv: found no draws; allowed: a line of parameter paths")


def test_a_folder_or_bytes_that_are_no_text_are_a_mistake(mistakes: Mistakes, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00\x81")
    for name in ("folder.csv", "bytes.csv"):
        (message,) = mistakes(f"parameters: {name}")
        assert message.startswith(f'config.yaml, line 1: parameters: found "{name}", which cannot be read (')


def test_a_file_that_holds_something_else_gives_no_message_for_each_of_its_lines(
    mistakes: Mistakes, write: Write
) -> None:
    write("client,score\n1,3\n2,4\n", "scores.csv")
    assert len(mistakes("parameters: scores.csv")) == 2


def test_a_mistake_in_draws_does_not_look_like_arms_that_are_the_same(mistakes: Mistakes) -> None:
    assert len(mistakes("arms: {a: {}, b: {parameters: posteror}}")) == 1


# ---- files and numbers -------------------------------------------------------------------------------------------


def test_a_file_may_be_read_without_a_config(tmp_path: Path) -> None:
    population = read_population(tmp_path / "mine.csv")
    assert population == Population("mine", ("rupture.base", "change.technique"), ((-3, 0.1), (-2, 0.2), (-1, 0.3)))
    with pytest.raises(ConfigError, match="no such file"):
        read_population(tmp_path / "nothing.csv")


def test_a_file_may_come_from_a_spreadsheet(write: Write) -> None:
    file = write("x", "sheet.csv")
    file.write_bytes(b"\xef\xbb\xbfrupture.base, leaving.base\r\n-3, -4\r\n\r\n")
    assert read_population(file) == Population("sheet", ("rupture.base", "leaving.base"), ((-3, -4),))


PATHS = [parameter.path for parameter in declared(Parameters)]


@given(st.lists(st.sampled_from(PATHS), unique=True, min_size=1, max_size=6), st.integers(1, 5), st.integers(1, 50))
def test_only_drawn_parameters_change_and_draws_come_in_turn(paths: list[str], count: int, replicate: int) -> None:
    draws = tuple(tuple(100.0 * row + column for column in range(len(paths))) for row in range(count))
    made = Population("any", tuple(paths), draws).parameters(Parameters(), replicate)
    expected = with_values(Parameters(), paths, draws[(replicate - 1) % count])
    assert made == expected
    values = {path: getattr(getattr(made, path.split(".")[0]), path.split(".")[1]) for path in PATHS}
    defaults = {p.path: p.default for p in declared(Parameters)}
    assert {path for path in PATHS if values[path] != defaults[path]} <= set(paths)


@given(st.permutations(range(4)))
def test_a_digest_does_not_depend_on_the_order_of_columns(order: list[int]) -> None:
    paths, row = PATHS[:4], (0.1, 0.2, 0.3, 0.4)
    turned = Population("b", tuple(paths[k] for k in order), (tuple(row[k] for k in order),))
    assert turned.digest == Population("a", tuple(paths), (row,)).digest
