"""Whatever is in a file, it is loaded or told to be wrong; it never ends in an error of our own."""

import tempfile
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from alliance_sim.scenario import ConfigError, load

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))
TEXTS = [file.read_bytes() for file in CONFIGS]
DATA = [YAML(typ="safe", pure=True).load(text) for text in TEXTS]
NAMES = ("treatment", "policy", "symptoms", "arms", "factors", "clinic", "profile", "base", "custom", "seed", "x", "")
SCRAPS = (
    b"\t",
    b"\n",
    b": ",
    b"- ",
    b"{",
    b"[",
    b"'",
    b"&a ",
    b"*a",
    b"!!x ",
    b"---\n",
    b"\x00",
    b"\xff",
    b"<<: ",
    b"? ",
)

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(("x", "", "a.yaml", "a:b", "cbt", "repair")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=5,
)


def is_loaded_or_told(content: bytes, overrides: tuple[str, ...] = ()) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "a.yaml"
        file.write_bytes(content)
        problems = []
        try:
            load(file, overrides)
        except ConfigError as error:
            problems = [str(problem) for problem in error.problems] or ["nothing"]
    assert all(" found " in problem and "; allowed: " in problem for problem in problems)


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    is_loaded_or_told(content)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(TEXTS), st.integers(0, 2000), st.integers(0, 30), st.sampled_from(SCRAPS))
def test_a_config_with_a_piece_cut_out_and_another_put_in(text: bytes, at: int, cut: int, scrap: bytes) -> None:
    is_loaded_or_told(text[:at] + scrap + text[at + cut :])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_config_with_any_value_at_any_place(data: st.DataObject) -> None:
    config = deepcopy(data.draw(st.sampled_from(DATA)))
    place: Any = config
    while True:
        name = data.draw(st.sampled_from([*place, "new"]))
        if not isinstance(place.get(name), dict) or not place[name] or data.draw(st.booleans()):
            break
        place = place[name]
    place[name] = data.draw(values)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dump.yaml"
        YAML(typ="safe", pure=True).dump(config, file)
        is_loaded_or_told(file.read_bytes())


@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), st.sampled_from(("1", "x", "[1", "{a: b}", "", "a: b: c"))
)
def test_any_override(path: list[str], value: str) -> None:
    with suppress(ConfigError):
        is_loaded_or_told(TEXTS[0], (f"{'.'.join(path)}={value}",))
