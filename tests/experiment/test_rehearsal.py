"""How long work in stages takes, from its first pieces, before it is run."""

from pathlib import Path

import pytest

from alliance_sim.experiment import rehearsal
from alliance_sim.experiment.kept import Stage, StageSize, size_of
from alliance_sim.experiment.rehearsal import rehearse

SIZES = (StageSize("First", 10), StageSize("Search", 20, 2.0), StageSize("Last", 5, 4.0))


class Clock:
    """A processor whose time passes as a test wants it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        monkeypatch.setattr(rehearsal, "process_time", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of a rehearsal."""
    return Clock(monkeypatch)


def test_all_steps_cost_what_the_first_do_and_loading_is_not_counted(clock: Clock) -> None:
    """Loading takes three seconds, a step one; 70 units of cost in all, of which two are done."""
    begun = []

    def work(folder: Path, stage: Stage) -> None:
        advance = stage("First of all", 10)
        for seconds in (4.0, 1.0, 1.0):
            begun.append(seconds)
            (folder / str(len(begun))).write_bytes(bytes(1_000_000))
            clock.now += seconds
            advance(1)

    assert rehearse(work, SIZES) == (70.0, 70.0)
    assert len(begun) == 2  # which took longer than a rehearsal may


def test_stages_that_were_reached_have_their_own_cost(clock: Clock) -> None:
    """First: 0.1 seconds a step; a search of 0.5 seconds a unit; the last stage costs as the search does."""

    def work(_: Path, stage: Stage) -> None:
        advance = stage("First", 10)
        for _step in range(2):
            clock.now += 0.5
            advance(5)
        advance = stage("Searching here", 20)
        clock.now += 20.0
        advance(20)

    assert rehearse(work, SIZES) == (1.0 + 20.0 + 10.0, 0.0)


def test_nothing_is_known_where_the_time_goes_into_what_is_no_stage(clock: Clock) -> None:
    def work(_: Path, stage: Stage) -> None:
        advance = stage("Compiling", 1)
        clock.now += 30.0
        advance(1)
        advance(1)

    assert rehearse(work, SIZES) is None


def test_a_stage_is_known_by_how_its_name_begins() -> None:
    assert size_of(SIZES, "Searching, 5 clients each") == SIZES[1]
    assert size_of(SIZES, "Another") is None
    waves = (StageSize("Wave 2", 1), StageSize("Wave 20", 1))
    assert [size_of(waves, name) for name in ("Wave 2", "Wave 20")] == list(waves)
