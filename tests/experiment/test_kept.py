"""Work that is kept piece by piece: nothing is done twice, nothing is lost, and who did it does not show."""

import os
import signal
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.experiment.kept import Piece, kept, key_of, made_by
from alliance_sim.experiment.workers import WorkersDiedError
from alliance_sim.questions.frame.run import run_experiment
from alliance_sim.scenario.scenario import Clinic
from alliance_sim.stats.pooling import pool_correlations


def counted(number: int, log: Path) -> pd.DataFrame:
    """Rows of a piece; writes down that it was worked on. Ctrl-C comes at piece 3 where a file says so."""
    if number == 3 and (log.parent / "stop").exists():
        raise KeyboardInterrupt
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{number}\n")
    return pd.DataFrame({"number": [number] * 2, "third": [number / 3.0] * 2})


def killed(number: int, mark: Path | None) -> pd.DataFrame:
    """A worker that is killed when it is at piece 1: every time, or the first time where there is a mark of it."""
    if number == 1 and (mark is None or not mark.exists()):
        if mark is not None:
            mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return pd.DataFrame({"number": [number]})


def pieces(log: Path, count: int = 5) -> list[Piece]:
    """Some pieces of `counted`."""
    return [Piece(key_of(number), (number, log)) for number in range(count)]


def worked_on(log: Path) -> list[int]:
    """The pieces that were worked on, in order."""
    return [int(line) for line in log.read_text(encoding="utf-8").split()] if log.exists() else []


def silently(_: int) -> None:
    """No progress shown."""


def test_rows_come_in_the_order_of_pieces_whoever_worked_on_them(tmp_path: Path) -> None:
    alone = kept(counted, pieces(tmp_path / "log"), tmp_path / "a", 1, silently)
    together = kept(counted, pieces(tmp_path / "log"), tmp_path / "b", 2, silently)
    assert alone["number"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    pd.testing.assert_frame_equal(alone, together)


def test_what_is_finished_is_found_again_and_what_is_cut_or_more_is_done(tmp_path: Path) -> None:
    log, done = tmp_path / "log", []
    first = kept(counted, pieces(log), tmp_path / "kept", 1, silently)
    again = kept(counted, pieces(log), tmp_path / "kept", 1, done.append)
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert (worked_on(log), sum(done)) == ([0, 1, 2, 3, 4], 5)
    file = sorted((tmp_path / "kept").glob("*.parquet"))[2]
    file.write_bytes(file.read_bytes()[:100])
    pd.testing.assert_frame_equal(first, kept(counted, pieces(log), tmp_path / "kept", 1, silently))
    assert len(worked_on(log)) == 6
    kept(counted, pieces(log, 7), tmp_path / "kept", 1, silently)
    assert worked_on(log)[6:] == [5, 6]


def test_work_that_was_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    log = tmp_path / "log"
    (tmp_path / "stop").touch()
    with pytest.raises(KeyboardInterrupt):
        kept(counted, pieces(log), tmp_path / "kept", 1, silently)
    (tmp_path / "stop").unlink()
    assert worked_on(log) == [0, 1, 2]
    assert len(kept(counted, pieces(log), tmp_path / "kept", 1, silently)) == 10
    assert worked_on(log) == [0, 1, 2, 3, 4]


def test_other_code_does_everything_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = tmp_path / "log"
    kept(counted, pieces(log, 2), tmp_path / "kept", 1, silently)
    monkeypatch.setattr("alliance_sim.experiment.kept.behind", lambda *_: "another")
    kept(counted, pieces(log, 2), tmp_path / "kept", 1, silently)
    assert worked_on(log) == [0, 1, 0, 1]


@pytest.mark.slow
def test_workers_that_die_again_and_again_end_the_work(tmp_path: Path) -> None:
    given = [Piece(key_of(number), (number, None)) for number in range(3)]
    with pytest.raises(WorkersDiedError, match="the same command resumes"):
        kept(killed, given, tmp_path / "kept", 2, silently)


def test_a_worker_that_is_killed_once_is_replaced(tmp_path: Path) -> None:
    given = [Piece(key_of(number), (number, tmp_path / "mark")) for number in range(3)]
    rows = kept(killed, given, tmp_path / "kept", 2, silently)
    assert (list(rows["number"]), (tmp_path / "mark").exists()) == ([0, 1, 2], True)


def test_no_pieces_are_no_rows(tmp_path: Path) -> None:
    assert kept(counted, [], tmp_path / "kept", 2, silently).empty


def test_a_key_has_numbers_with_all_of_their_digits() -> None:
    assert key_of(0.1 + 0.2) != key_of(0.3)
    assert key_of({"b": 1, "a": 2}) == key_of({"a": 2, "b": 1})
    assert key_of(1) != key_of("1")


def test_work_rests_on_the_code_of_what_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr("alliance_sim.experiment.kept.behind", lambda *modules: str(asked.append(modules)))
    made_by(partial(run_experiment, 1), [{"a clinic": Clinic()}, pool_correlations])
    rooms = ["questions.frame.run", "scenario.scenario", "stats.pooling"]
    assert asked == [tuple(f"alliance_sim.{room}" for room in rooms)]
