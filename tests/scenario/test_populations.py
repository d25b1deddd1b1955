"""`parameters: calibrated | posterior | FILE.csv`: which draws a config names, and what replaces them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.about import declared
from alliance_sim.law.world import Parameters
from alliance_sim.scenario import ConfigError, Experiment
from alliance_sim.scenario.library import read_population, shipped
from alliance_sim.scenario.scenario import Population, with_values
from tests.scenario.conftest import Loaded, Mistakes, Write, addresses

DRAWS = "rupture.base,change.technique\n-3,0.1\n-2,0.2\n-1,0.3\n"
OTHERS = "leaving.base\n-5\n-4\n"
BASE, TECHNIQUE = "rupture.base", "change.technique"
DEFAULT = Parameters().rupture.base
PATHS = [parameter.path for parameter in declared(Parameters)]


@pytest.fixture(autouse=True)
def tables(write: Write) -> None:
    """Two files of draws next to the config of every test."""
    write(DRAWS, "mine.csv")
    write(OTHERS, "others.csv")


def value(parameters: Parameters, path: str) -> float:
    """A parameter by its path."""
    group, _, name = path.partition(".")
    return float(getattr(getattr(parameters, group), name))


def drawn(experiment: Experiment, path: str) -> list[list[float]]:
    """A parameter in each replicate of every design point."""
    replicates = range(1, experiment.replicates + 1)
    return [[value(p.scenario.world_of(r).parameters, path) for r in replicates] for p in experiment.points]


@pytest.mark.parametrize(
    ("text", "base", "technique"),
    [
        ("parameters: mine.csv", [[-3, -2, -1, -3, -2]], [[0.1, 0.2, 0.3, 0.1, 0.2]]),
        ("parameters: {base: mine.csv}", [[-3, -2, -1, -3, -2]], [[0.1, 0.2, 0.3, 0.1, 0.2]]),
        ("parameters: {base: ./mine.csv, rupture: {base: -2.5}}", [[-2.5] * 5], [[0.1, 0.2, 0.3, 0.1, 0.2]]),
        (
            "parameters: mine.csv\nfactors: {parameters.rupture.base: [-4, -1.5]}",
            [[-4] * 5, [-1.5] * 5],
            [[0.1, 0.2, 0.3, 0.1, 0.2]] * 2,
        ),
        (
            "parameters: mine.csv\narms: {a: {policy: ignore}, b: {policy: repair}}",
            [[-3, -2, -1, -3, -2]] * 2,
            [[0.1, 0.2, 0.3, 0.1, 0.2]] * 2,
        ),
    ],
)
def test_replicates_take_draws_in_turn_and_stated_values_replace_them(
    loaded: Loaded, text: str, base: list[list[float]], technique: list[list[float]]
) -> None:
    experiment = loaded(f"replicates: 5\n{text}")
    assert (drawn(experiment, BASE), drawn(experiment, TECHNIQUE)) == (base, technique)


def test_parameters_that_are_not_drawn_have_their_defaults(loaded: Loaded) -> None:
    world = loaded("replicates: 2\nparameters: mine.csv").points[0].scenario.world_of(2)
    assert world.parameters == with_values(Parameters(), (BASE, TECHNIQUE), (-2, 0.2))
    own = "rupture: {base: -2.5}, change: {technique: 0.4}"
    assert loaded(f"parameters: {{base: mine.csv, {own}}}").points == loaded(f"parameters: {{{own}}}").points


def test_calibrated_is_the_default_and_posterior_the_shipped_file(loaded: Loaded) -> None:
    named = loaded("parameters: calibrated")
    assert named.points == loaded("seed: 1").points
    assert named.points[0].scenario.population is None
    assert loaded("parameters: posterior").points[0].scenario.population == shipped()
    assert len(shipped().draws) >= 50
    assert set(shipped().paths) <= set(PATHS)


def test_an_arm_may_start_from_something_else(loaded: Loaded) -> None:
    arms = "a: {}, b: {parameters: calibrated}, c: {parameters: {base: others.csv}}, "
    arms += "d: {parameters: {rupture: {base: -5}}}"
    experiment = loaded(f"replicates: 2\nparameters: mine.csv\narms: {{{arms}}}")
    assert drawn(experiment, BASE) == [[-3, -2], [DEFAULT] * 2, [DEFAULT] * 2, [-5, -5]]
    assert drawn(experiment, "leaving.base")[2] == [-5, -4]
    assert drawn(experiment, TECHNIQUE)[3] == [0.1, 0.2]


@pytest.mark.parametrize(
    "factors",
    ["{parameters: [calibrated, mine.csv]}", "{p: {no: {parameters: calibrated}, yes: {parameters: mine.csv}}}"],
)
def test_what_parameters_start_from_may_be_a_factor(loaded: Loaded, factors: str) -> None:
    assert drawn(loaded(f"replicates: 2\nfactors: {factors}"), BASE) == [[DEFAULT] * 2, [-3, -2]]


@pytest.mark.parametrize("path", ["parameters", "parameters.base"])
def test_the_command_line_names_draws_as_seen_from_the_current_folder(
    loaded: Loaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    experiment = loaded("replicates: 2\nparameters: {leaving: {base: -3}}", f"{path}={tmp_path.name}/mine.csv")
    assert (drawn(experiment, BASE), drawn(experiment, "leaving.base")) == ([[-3, -2]], [[-3, -3]])


def test_a_resolved_config_names_what_parameters_start_from(loaded: Loaded) -> None:
    assert loaded("seed: 1").resolved["parameters"]["base"] == "calibrated"
    assert loaded("parameters: mine.csv").resolved["parameters"]["base"] == "mine.csv"
    arms = loaded("arms: {a: {parameters: mine.csv}, b: {}}").resolved["arms"]
    assert arms["a"]["parameters"]["base"] == "mine.csv"


# ---- addresses ---------------------------------------------------------------------------------------------------


def test_an_address_depends_on_every_draw_and_on_nothing_else_of_a_file(loaded: Loaded, write: Write) -> None:
    text = "replicates: 2\nparameters: mine.csv"
    before = addresses(loaded(text))
    assert before == addresses(loaded(text, "replicates=3"))
    assert before != addresses(loaded("replicates: 2"))
    stated = "parameters: {base: mine.csv, rupture: {base: -2.5}, change: {technique: 0.1}}"
    replaced = addresses(loaded(stated))
    write(DRAWS.replace("-1,0.3", "-1.5,0.35"), "mine.csv")
    assert addresses(loaded(text)) != before
    assert addresses(loaded(stated)) == replaced


# ---- files and numbers -------------------------------------------------------------------------------------------


def test_a_folder_or_bytes_that_are_no_text_are_refused(mistakes: Mistakes, tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00\x81")
    for name in ("folder.csv", "bytes.csv"):
        (message,) = mistakes(f"parameters: {name}")
        assert message.startswith(f'config.yaml, line 1: parameters: found "{name}", which cannot be read (')


def test_a_file_may_be_read_without_a_config_and_come_from_a_spreadsheet(write: Write, tmp_path: Path) -> None:
    population = read_population(tmp_path / "mine.csv")
    assert population == Population("mine", (BASE, TECHNIQUE), ((-3, 0.1), (-2, 0.2), (-1, 0.3)))
    with pytest.raises(ConfigError, match="no such file"):
        read_population(tmp_path / "nothing.csv")
    file = write("x", "sheet.csv")
    file.write_bytes(b"\xef\xbb\xbfrupture.base, leaving.base\r\n-3, -4\r\n\r\n")
    assert read_population(file) == Population("sheet", ("rupture.base", "leaving.base"), ((-3, -4),))


@given(st.lists(st.sampled_from(PATHS), unique=True, min_size=1, max_size=6), st.integers(1, 5), st.integers(1, 50))
def test_only_drawn_parameters_change_and_draws_come_in_turn(paths: list[str], count: int, replicate: int) -> None:
    draws = tuple(tuple(100.0 * row + column for column in range(len(paths))) for row in range(count))
    made = Population("any", tuple(paths), draws).parameters(Parameters(), replicate)
    assert made == with_values(Parameters(), paths, draws[(replicate - 1) % count])
    defaults = {p.path: p.default for p in declared(Parameters)}
    assert {path for path in PATHS if value(made, path) != defaults[path]} <= set(paths)


@given(st.permutations(range(4)))
def test_a_digest_does_not_depend_on_the_order_of_columns(order: list[int]) -> None:
    paths, row = PATHS[:4], (0.1, 0.2, 0.3, 0.4)
    turned = Population("b", tuple(paths[k] for k in order), (tuple(row[k] for k in order),))
    assert turned.digest == Population("a", tuple(paths), (row,)).digest
