"""What the compiled loop promises beyond the numbers: it does several units at once, and refuses nobody."""

import platform
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from alliance_sim.compiled import CACHE
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
    code = max(CACHE.rglob("loops.play-*.nbc"), key=lambda file: file.stat().st_size).read_bytes()
    # VEX-coded multiplications of packed doubles (vmulpd): C5 or C4 prefix, opcode 59, packed-double prefix 66
    packed = sum(code.count(bytes([0xC5, second, 0x59])) for second in range(0x01, 0x100, 2) if second & 0b111 == 0b101)
    assert packed > 200
