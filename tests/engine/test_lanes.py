"""What the compiled loop promises beyond the numbers: it does several units at once, and refuses nobody."""

import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numba.core import codegen, config

from alliance_sim import compiled
from alliance_sim.engine import block as blocks
from alliance_sim.engine.block import Buffers, play_block
from alliance_sim.engine.memory import LANES
from alliance_sim.scenario.scenario import Clinic, Scenario


def table(scenario: Scenario, replicates: range, **how: object) -> list[np.ndarray]:
    """Copies of all arrays that a block gives."""
    block = play_block(scenario, 3, replicates, **how)  # type: ignore[arg-type]
    return [block.clients.copy(), *(part.copy() for rows in block.sessions for part in rows)]


@pytest.mark.parametrize("therapists", [1, LANES - 1, LANES, LANES + 1, 2 * LANES + 3])
def test_units_are_the_same_alone_and_with_others(therapists: int) -> None:
    together = play_block(Scenario(clinic=Clinic(therapists, 3, 7)), 3, range(1, 3)).clients
    alone = play_block(Scenario(clinic=Clinic(1, 3, 7)), 3, range(1, 3)).clients
    rows = [replicate * therapists * 3 + slot for replicate in range(2) for slot in range(3)]
    assert np.array_equal(together[rows], alone, equal_nan=True)


def test_threads_change_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = Scenario(clinic=Clinic(5, 4, 6))
    monkeypatch.setattr(blocks, "PART_ROWS", 100)
    with ThreadPoolExecutor(2) as pool:
        shared = table(scenario, range(1, 9), pool=pool)
    alone = table(scenario, range(1, 9))
    assert len(shared) == len(alone) > 4
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(shared, alone, strict=True))


def test_a_block_does_not_depend_on_what_its_buffers_held() -> None:
    scenario = Scenario(clinic=Clinic(3, 4, 6))
    buffers = Buffers()
    play_block(Scenario(clinic=Clinic(6, 5, 9)), 1, range(1, 6), buffers=buffers)
    used = table(scenario, range(1, 4), buffers=buffers)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(used, table(scenario, range(1, 4)), strict=True))


def test_replicates_do_not_depend_on_the_block_they_are_run_in() -> None:
    scenario = Scenario(clinic=Clinic(3, 4, 6))
    whole = play_block(scenario, 3, range(1, 6)).clients
    last = play_block(scenario, 3, range(5, 6)).clients
    assert np.array_equal(whole[-len(last) :], last, equal_nan=True)


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="reads the machine code of x86 processors")
def test_the_session_is_compiled_for_several_units_at_once() -> None:
    """A call or an inner loop in a rule would silently undo this, and double the time."""
    play_block(Scenario(clinic=Clinic(1, 1, 1)), 0, range(1, 2))
    code = max(compiled.code_folder().rglob("loops.play-*.nbc"), key=lambda file: file.stat().st_size).read_bytes()
    # VEX-coded multiplications of packed doubles (vmulpd): C5 or C4 prefix, opcode 59, packed-double prefix 66
    packed = sum(code.count(bytes([0xC5, second, 0x59])) for second in range(0x01, 0x100, 2) if second & 0b111 == 0b101)
    assert packed > 200


DIGESTS = """
import hashlib
from alliance_sim.engine.block import play_block
from alliance_sim.engine.memory import LANES
from alliance_sim.law.attention import Treatment
from alliance_sim.law.policy import Policy
from alliance_sim.law.world import Mechanisms, World
from alliance_sim.scenario.scenario import Clinic, Scenario
print(LANES)
for world, clinic in (
    (World(), Clinic(11, 4, 12)),
    (World(policy=Policy(checkin=0.05, monitor=1.0)), Clinic(1, 1, 30)),
    (World(treatment=Treatment(every=2)), Clinic(5, 7, 9)),
    (World(treatment=Treatment(every=0)), Clinic(3, 2, 6)),
    (World(mechanisms=Mechanisms(ruptures=0, spillover=0)), Clinic(9, 3, 8)),
):
    block = play_block(Scenario(world, clinic), 3, range(1, 4))
    tables = [block.clients, *(part for rows in block.sessions for part in rows)]
    print(*(hashlib.blake2b(table.tobytes(), digest_size=8).hexdigest() for table in tables))
"""


def printed_with(lanes: str) -> list[str]:
    """What a process with so many lanes prints: their number, then a line of digests for each scenario's tables."""
    own = os.environ | {compiled.WIDTH: lanes}
    done = subprocess.run([sys.executable, "-c", DIGESTS], capture_output=True, text=True, check=True, env=own)
    assert not done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
def test_the_number_of_lanes_changes_no_bit_of_any_table() -> None:
    (one, *tables), *others = [printed_with(lanes) for lanes in compiled.WIDTHS]
    assert [one, *(other[0] for other in others)] == list(compiled.WIDTHS)
    assert all(other[1:] == tables for other in others)
    assert len(set(tables)) == 5


@pytest.fixture
def lanes(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """What decides the number of lanes may be changed, which is then found anew."""
    monkeypatch.delenv(compiled.WIDTH, raising=False)
    compiled.lanes.cache_clear()
    yield monkeypatch
    compiled.lanes.cache_clear()


@pytest.mark.parametrize(("features", "width"), [("+avx2,+avx512f", 8), ("+avx2,-avx512f", 4), ("", 4)])
def test_processors_with_avx_512_take_eight_units_and_others_four(lanes, features: str, width: int) -> None:
    lanes.setattr(config, "CPU_FEATURES", None)
    lanes.setattr(codegen, "get_host_cpu_features", lambda: features)
    assert compiled.lanes() == width


def test_features_that_numba_may_not_use_do_not_count(lanes) -> None:
    lanes.setattr(codegen, "get_host_cpu_features", lambda: "+avx512f")
    lanes.setattr(config, "CPU_FEATURES", "+avx2")
    assert compiled.lanes() == 4


def test_each_number_of_lanes_has_compiled_code_of_its_own(lanes) -> None:
    folders = set()
    for width in compiled.WIDTHS:
        lanes.setenv(compiled.WIDTH, width)
        compiled.lanes.cache_clear()
        folders.add(compiled.code_folder())
    assert len(folders) == 4


def test_a_number_of_lanes_that_there_is_not_is_ignored_with_a_line(lanes, capsys) -> None:
    usual = compiled.lanes()
    compiled.lanes.cache_clear()
    lanes.setenv(compiled.WIDTH, "3")
    assert compiled.lanes() == usual
    assert capsys.readouterr().err == "ALLIANCE_SIM_LANES is 3, and not 1, 2, 4 or 8: it is ignored.\n"
