"""When a finding agrees, and what is written about it."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from alliance_sim.evidence import agreement
from alliance_sim.evidence.agreement import Simulated, agrees, judged, look, records, table
from alliance_sim.evidence.findings import Finding, published
from alliance_sim.evidence.practice import Sites
from alliance_sim.figures.evidence import build
from alliance_sim.law.world import Parameters
from alliance_sim.report.literature import beside
from alliance_sim.scenario.population import shipped

SMALL = Sites(4, 4, 4, 4)
SPREAD = np.linspace(-1, 1, 101)


def finding(name: str) -> Finding:
    return next(one for one in published() if one.id == name)


def simulated(middle: float, wide: float = 0.01) -> Simulated:
    """A finding simulated with a mean and the half width of studies around it."""
    return Simulated(middle + 0.1 * wide * SPREAD, middle + wide * SPREAD, np.full(101, math.nan))


def test_a_mean_inside_the_published_interval_agrees() -> None:
    part = finding("A01").parts[0]
    assert judged(finding("A01"), 0, simulated(part.value)).agrees
    assert judged(finding("A01"), 0, simulated(part.low + 0.001)).agrees


def test_a_mean_outside_the_published_interval_misses_however_wide_the_simulated_one_is() -> None:
    part = finding("A01").parts[0]
    assert not judged(finding("A01"), 0, simulated(part.high + 0.001, wide=0.5)).agrees


def test_a_number_without_interval_has_to_lie_inside_the_simulated_one() -> None:
    task = finding("S09").parts[0].value
    assert judged(finding("S09"), 0, simulated(task + 0.05, wide=0.06)).agrees
    assert not judged(finding("S09"), 0, simulated(task + 0.05, wide=0.04)).agrees


def test_a_direction_agrees_when_nearly_all_draws_have_it() -> None:
    assert judged(finding("P18"), 0, simulated(0.2)).agrees
    assert not judged(finding("P18"), 0, simulated(-0.2)).agrees
    assert not judged(finding("P18"), 0, simulated(0.0005)).agrees  # a fifth of the draws is below zero


def test_no_effect_agrees_when_it_is_too_small_to_be_told() -> None:
    assert judged(finding("P09"), 0, simulated(0.05, wide=0.2)).agrees
    assert not judged(finding("P09"), 0, simulated(0.25, wide=0.2)).agrees


def test_what_is_not_defined_does_not_agree() -> None:
    nothing = Simulated(*(np.full(3, math.nan),) * 3)
    assert not judged(finding("A01"), 0, nothing).agrees


def everything(shift: float = 0.0) -> tuple[agreement.Compared, ...]:
    """All findings, simulated as published but for a shift of the last part."""
    made = []
    for one in published():
        for k, part in enumerate(one.parts):
            middle = part.value if math.isfinite(part.value) else (0.5 if part.low == 0 else -0.5)
            made.append(judged(one, k, simulated(middle + (shift if k == len(one.parts) - 1 else 0.0), wide=0.02)))
    return tuple(made)


def test_a_finding_agrees_when_all_of_its_parts_do() -> None:
    assert all(agrees(everything()).values())
    assert not agrees(everything(shift=0.1))["S09"]


def test_records_have_what_others_rely_on() -> None:
    made = records(table(everything()))
    assert [one["id"] for one in made] == [one.id for one in published()]
    names = (
        "id",
        "tier",
        "quantity",
        "published",
        "low",
        "high",
        "simulated",
        "simulated_low",
        "simulated_high",
        "agrees",
    )
    assert all(name in one for one in made for name in names)
    assert [len(one["parts"]) for one in made] == [len(one.parts) for one in published()]
    json.dumps(made, allow_nan=False)


def test_the_table_survives_being_written_and_read(tmp_path) -> None:
    table(everything()).to_csv(tmp_path / "t.csv", index=False)
    back = pd.read_csv(tmp_path / "t.csv")
    assert back["statistic"].notna().all()
    assert len(back) == sum(len(one.parts) for one in published())


def test_a_criterion_has_its_null_beside_it_in_table_figure_and_words() -> None:
    finding_ = finding("P06")
    null = np.full(101, 30.0)
    one = judged(finding_, 0, simulated(15.0)._replace(truth=np.full(101, 27.0), null=null, null_study=null + SPREAD))
    assert (one.null, one.truth) == (30.0, 27.0)
    assert (one.null_low, one.null_high) == pytest.approx((29.05, 30.95))
    rows = table([one])
    assert rows.loc[0, ["null_mean", "null_low", "null_high"]].tolist() == [one.null, one.null_low, one.null_high]
    assert records(rows)[0]["parts"][0]["null_mean"] == 30.0
    picture = build(rows)
    assert "null 30.00" in picture.alt
    assert "nothing has happened" in picture.caption
    assert beside([one])[0].endswith("finds: repaired 30.0 [29.0, 31.0]. What truly happened to them: repaired 27.0.")
    assert beside(everything()) == []


def test_notes_are_about_findings_that_there_are() -> None:
    assert set(agreement.notes()) <= {one.id for one in published()}


def test_the_figure_has_a_row_for_every_published_number() -> None:
    figure = build(table(everything())).figure
    assert sum(len(axis.get_yticks()) for axis in figure.axes) == len(everything())


def test_the_same_draws_and_seed_give_the_same_numbers_and_other_practices_others() -> None:
    draws = [shipped().parameters(Parameters(), k) for k in (1, 2)]
    both = look(5, 0, draws, SMALL)
    second = look(5, 1, draws[1:], SMALL)
    again = look(6, 1, draws[1:], SMALL)
    assert all(np.array_equal(both[1][name], second[0][name], equal_nan=True) for name in both[1])
    assert both[1]["A01"][0, 0] != again[0]["A01"][0, 0]
