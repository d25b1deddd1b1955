"""The whole inquiry, small: everything adds up, sentences follow the numbers, and stopping loses nothing."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.experiment.kept import silent
from alliance_sim.questions.alliance_and_outcome import playing
from alliance_sim.questions.alliance_and_outcome.performing import steps
from alliance_sim.questions.alliance_and_outcome.telling import compared
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question

Ask = Callable[..., Path]


def test_a_difference_within_its_error_cannot_be_told() -> None:
    assert compared(0.01, 0.01) == "and cannot be told from the effect"
    assert compared(-0.12, 0.01) == "0.12 below the effect"
    assert compared(0.12, 0.01) == "0.12 above the effect"


def test_steps_lead_from_the_effect_to_what_is_found() -> None:
    """Reverse causation adds .1, rating error halves what is there."""
    rows, truths, clinics = [], [], []
    for on in ("", "reverse"):
        truths.append((on and "s", on, "effect", "between clients", 0.4, 0.001))
        clinics += [(on and "s", on, "effect", "between clients", replicate, 0.4) for replicate in range(1, 6)]
        for data, factor in (("true states", 1.0), ("ratings", 0.5)):
            for replicate in range(1, 6):
                value = factor * (0.4 + 0.1 * bool(on))
                rows.append((on and "s", on, "effect", replicate, data, "whole", "raw", value))
    estimates = pd.DataFrame(rows, columns=["strength", "on", "arm", "replicate", "data", "size", "estimator", "value"])
    truth = pd.DataFrame(truths, columns=["strength", "on", "arm", "estimand", "truth", "truth_mcse"])
    shares = pd.DataFrame(clinics, columns=["strength", "on", "arm", "estimand", "replicate", "share"])
    found = steps(estimates, truth, shares, ["reverse"], "s", "effect").set_index("step")
    assert found["value"].to_dict() == pytest.approx(
        {"effect": 0.4, "no distortion": 0.0, "reverse": 0.075, "rating error": -0.225, "found": 0.25}
    )
    assert (found.loc["reverse", "least"], found.loc["reverse", "most"]) == pytest.approx((0.05, 0.1))
    parts = found.drop(["found"])["value"].sum()
    assert parts == pytest.approx(found.loc["found", "value"])


@pytest.mark.slow
def test_a_small_inquiry_answers_and_goes_on_where_it_stopped(
    config: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = 0

    class StoppedError(Exception):
        pass

    def stopping(words: str, steps: int) -> Callable[[int], None]:
        def advance(steps: int) -> None:
            nonlocal done
            done += steps
            if done > 20:
                raise StoppedError

        return advance

    asked = load_question(config())
    with pytest.raises(StoppedError):
        answer_question(asked, tmp_path / "out", 1, stopping)
    found = answer_question(asked, tmp_path / "out", 1, silent)
    for name in ("estimated", "twins", "jolted"):
        monkeypatch.setattr(playing, name, None)
    again = answer_question(asked, tmp_path / "out", 1, silent)
    assert again.text == found.text
    tables = found.answer.tables
    performance = tables["performance"]
    assert set(performance["size"]) == {"whole", "small"}
    assert set(performance["data"]) == {"true states", "ratings", *playing.HALOS}
    assert ((performance["studies"] + performance["failed"]).isin([1, 3])).all()
    off = tables["truths"]
    nothing = off[(off["arm"] == "no effect") & (off["on"] == "")]
    assert (nothing[nothing["estimand"] != "reverse path"]["truth"].abs() < 1e-12).all()
    own = tables["steps"][tables["steps"]["estimator"] == "raw"].set_index("step")["value"]
    assert own.drop("found").sum() == pytest.approx(own["found"])
    assert np.isfinite(tables["draws"]["value"]).any()
    assert found.answer.short.startswith("**In the calibrated model the observed correlation of one early rating")
    assert "- In the calibrated model studies find r = " in found.answer.short
    for words in ("## Three causal questions", "| nothing", "!["):
        assert words in found.text
