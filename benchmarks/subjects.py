"""What is measured: each subject plays one round of the same scenario and says how many client-sessions it played."""

import gc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import mesa
from peers.mesa_model import PlainModel
from peers.numpy_model import NumpyModel

from alliance_sim.agents import AllianceModel
from alliance_sim.engine.block import Buffers, play_block
from alliance_sim.experiment.size import replicates_per_block
from alliance_sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Size:
    """How much each subject plays in one round: blocks of the engine, replicates of NumPy, models of Mesa."""

    engine_blocks: int
    numpy_replicates: int
    mesa_models: int


QUICK = Size(engine_blocks=1, numpy_replicates=100, mesa_models=1)
FULL = Size(engine_blocks=4, numpy_replicates=100, mesa_models=2)


@dataclass(frozen=True)
class Subject:
    """A competitor: its key in the results, what it is in words, and one round of its play.

    `play` takes the number of the round and returns client-sessions played; `tidy` runs outside the clock.
    """

    key: str
    words: str
    play: Callable[[int], int]
    tidy: Callable[[], None] = lambda: None


def engine(scenario: Scenario, size: Size, threads: int, table: bool) -> Subject:
    """Our engine: blocks of the size that a run takes, into buffers that are used again, as a run does it."""
    buffers = Buffers()
    many = replicates_per_block(scenario)
    pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def play(round_number: int) -> int:
        sessions = 0
        for block in range(size.engine_blocks):
            first = 1 + (round_number * size.engine_blocks + block) * many
            replicates = range(first, first + many)
            played = play_block(scenario, 1, replicates, sessions=table, pool=pool, buffers=buffers)
            sessions += played.client_sessions
        return sessions

    kept = "full session table" if table else "client table only"
    on = f"{threads} thread{'s' if threads > 1 else ''}"
    return Subject(f"engine_{'table' if table else 'summary'}_{threads}", f"our engine, {kept}, {on}", play)


class Models:
    """Mesa models of one round. They are let go outside the clock, or the next subject would pay for them."""

    def __init__(self) -> None:
        self.held: list[Any] = []

    def let_go(self) -> None:
        """Forget the models; Mesa before 3.4 keeps every model alive in a class attribute unless told."""
        ids = getattr(mesa.Agent, "_ids", None)
        for model in self.held:
            if isinstance(ids, dict):
                ids.pop(model, None)
        self.held.clear()
        gc.collect()


def mesa_driver(scenario: Scenario, size: Size) -> Subject:
    """Our Mesa driver, which plays the same rules as the engine to the bit, with its data collector."""
    models = Models()

    def play(round_number: int) -> int:
        sessions = 0
        for number in range(size.mesa_models):
            model = AllianceModel(scenario, seed=1 + round_number * size.mesa_models + number)
            model.run()
            models.held.append(model)
            sessions += sum(len(client.history) for client in model.client_set)
        return sessions

    return Subject("mesa_driver", "our Mesa driver, with its data collector", play, models.let_go)


def plain_mesa(scenario: Scenario, size: Size, collect: bool, frame: bool = False) -> Subject:
    """A plain Mesa model of the same law: with its data collector or without, and with the frame made of it."""
    models = Models()

    def play(round_number: int) -> int:
        sessions = 0
        for number in range(size.mesa_models):
            model = PlainModel(scenario, 1 + round_number * size.mesa_models + number, collect)
            model.run()
            models.held.append(model)
            sessions += model.client_sessions
            if frame:
                model.session_table()
        return sessions

    ways = {(False, False): "mesa_bare", (True, False): "mesa", (True, True): "mesa_frame"}
    words = {
        "mesa_bare": "plain Mesa, nothing collected",
        "mesa": "plain Mesa, with its data collector",
        "mesa_frame": "plain Mesa, with its data collector and a frame",
    }
    key = ways[collect, frame]
    return Subject(key, words[key], play, models.let_go)


def numpy_arrays(scenario: Scenario, size: Size) -> Subject:
    """NumPy over replicates times therapists, with the table in memory that is used again."""
    model = NumpyModel(scenario, size.numpy_replicates)
    return Subject("numpy", f"NumPy over {size.numpy_replicates} replicates, full session table", model.run)


def subjects(scenario: Scenario, size: Size) -> list[Subject]:
    """Everybody, in the order in which they play within a round."""
    return [
        engine(scenario, size, threads=1, table=False),
        engine(scenario, size, threads=1, table=True),
        engine(scenario, size, threads=2, table=False),
        engine(scenario, size, threads=2, table=True),
        plain_mesa(scenario, size, collect=True),
        mesa_driver(scenario, size),
        plain_mesa(scenario, size, collect=False),
        plain_mesa(scenario, size, collect=True, frame=True),
        numpy_arrays(scenario, size),
    ]
