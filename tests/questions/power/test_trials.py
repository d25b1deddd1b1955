"""Trials are drawn and analysed piece by piece; what is finished is not done again."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.experiment.kept import Advance
from alliance_sim.questions.power.people import ARMS, CENTRE, Cell, TrialSize
from alliance_sim.questions.power.run import Bench, analysed, data_of

CELL = Cell(ARMS, CENTRE, "curve", TrialSize(4, 5))
Benches = Callable[..., Bench]


def test_there_is_a_row_for_each_trial_and_analysis(normal: Any, bench: Benches) -> None:
    rows = bench(normal(0.5, 0.1), "mixed", "means").run([(CELL, range(1, 8))], "")
    assert len(rows) == 7 * 2
    assert list(rows.columns[:6]) == ["scenario", "parameters", "purpose", "therapists", "clients", "trial"]
    assert (rows["known"] == 1.0).all()


def test_what_was_stopped_goes_on_and_gives_the_same_rows(
    normal: Any, bench: Benches, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(analysed.__globals__, "PIECE_CLIENTS", 20 * 40)
    source = normal(0.5, 0.1)
    done: list[int] = []

    def impatient(_: str, __: int) -> Advance:
        def advance(steps: int) -> None:
            done.append(steps)
            if len(done) == 2:
                raise KeyboardInterrupt

        return advance

    with pytest.raises(KeyboardInterrupt):
        bench(source, stage=impatient).run([(CELL, range(1, 101))], "")
    drawn: list[range] = []
    draw = type(source).draw
    monkeypatch.setattr(type(source), "draw", lambda self, c, n: (drawn.append(n), draw(self, c, n))[1])
    again = bench(source).run([(CELL, range(1, 101))], "")
    assert drawn == [range(41, 61), range(61, 81), range(81, 101)]
    pd.testing.assert_frame_equal(again.drop(columns="p"), analysed(source, ("mixed",), False, CELL, range(1, 101)))


def test_other_analyses_or_another_truth_are_other_work(normal: Any, bench: Benches) -> None:
    one = bench(normal(0.5, 0.1)).run([(CELL, range(1, 5))], "")
    assert not one["estimate"].equals(bench(normal(0.6, 0.1)).run([(CELL, range(1, 5))], "")["estimate"])
    assert set(bench(normal(0.5, 0.1), "means").run([(CELL, range(1, 5))], "")["analysis"]) == {"means"}


@pytest.mark.parametrize("adjusted", [False, True])
def test_each_arm_is_compared_with_the_control(normal: Any, adjusted: bool) -> None:
    drawn = normal(0.5, 0.1).draw(CELL, range(1, 3))
    data = data_of(drawn, 1, adjusted)
    np.testing.assert_array_equal(data.outcome[1], drawn.outcome[:, 1])
    assert data.covariates.shape == (2, 2, 4, 5, int(adjusted))
    if adjusted:
        np.testing.assert_array_equal(data.covariates[1, ..., 0], drawn.intake[:, 1])
