"""When a finding agrees, and what is written about it."""

import io
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from alliance_sim.evidence.agreement import (
    GROUPS,
    NO_EFFECT,
    Compared,
    Simulated,
    agrees,
    asked_of,
    compared_findings,
    counts,
    group_of,
    judged,
    look,
    records,
    table,
    uncompared,
)
from alliance_sim.evidence.findings import ONLY_DIRECTION, Finding, Part, published
from alliance_sim.evidence.practice import Practice, Sites, play_practice
from alliance_sim.evidence.studies import STUDIES
from alliance_sim.figures.evidence import PANELS, build
from alliance_sim.law.world import Parameters
from alliance_sim.report.literature import beside, missed, print_comparison, summary
from alliance_sim.scenario.library import shipped

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


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Finding]:
    """A finding that differs in some fields from A01, whose study stands for its own."""

    def made_up(name: str = "Z01", **fields: Any) -> Finding:
        monkeypatch.setitem(STUDIES, name, STUDIES["A01"]._replace(finding=name))
        return finding("A01")._replace(id=name, **fields)

    return made_up


def test_no_effect_with_a_printed_interval_is_judged_by_it(made_up: Callable[..., Finding]) -> None:
    null = made_up(statistic="null", parts=(Part(0.0, -0.1, 0.1),))
    assert judged(null, 0, simulated(0.09, wide=0.02)).agrees  # farther from zero than a study could tell
    assert not judged(null, 0, simulated(0.11, wide=0.5)).agrees


def test_a_number_of_which_only_the_sign_was_verified_is_judged_by_the_printed_interval(
    made_up: Callable[..., Finding],
) -> None:
    one = judged(made_up(status="direction only", parts=(Part(0.07, 0.03, 0.12),)), 0, simulated(0.11))
    assert one.agrees
    assert one.finding.verified == ONLY_DIRECTION
    assert not judged(one.finding, 0, simulated(0.13)).agrees


def test_a_finding_of_tier_context_gets_no_verdict_and_is_in_no_count(made_up: Callable[..., Finding]) -> None:
    context = judged(made_up(tier="context"), 0, simulated(5.0))
    assert context.agrees is None
    assert group_of(context.finding) is None
    assert agrees([context]) == {}
    assert all(count.of == 0 for count in counts([context]))


def test_seen_and_unseen_findings_are_counted_apart(made_up: Callable[..., Finding]) -> None:
    right, wrong = simulated(0.278), simulated(0.9)
    compared = [
        judged(made_up("Z01"), 0, right),
        judged(made_up("Z02", tier="validate"), 0, wrong),
        judged(made_up("Z03", tier="validate"), 0, right),
        judged(made_up("Z04", tier="validate", seen=True), 0, wrong),
        judged(made_up("Z05", tier="context"), 0, wrong),
    ]
    assert [(count.group, count.agree, count.of, count.missed) for count in counts(compared)] == [
        (GROUPS[0], 1, 1, ()),
        (GROUPS[1], 1, 2, ("Z02",)),
        (GROUPS[2], 0, 1, ("Z04",)),
    ]
    assert summary(compared) == [
        "Fitted: 1 of 1 findings agree.",
        "Held out, not seen before: 1 of 2 findings agree; missed: Z02.",
        "Held out, seen while rules were chosen: 0 of 1 findings agree; missed: Z04.",
    ]
    assert [one.id for one in missed(compared)] == ["Z02", "Z04"]


def test_what_is_not_defined_does_not_agree() -> None:
    nothing = Simulated(*(np.full(3, math.nan),) * 3)
    assert not judged(finding("A01"), 0, nothing).agrees


def everything(shift: float = 0.0) -> tuple[Compared, ...]:
    """All findings, simulated as published but for a shift of the last part."""
    made = []
    for one in compared_findings():
        for k, part in enumerate(one.parts):
            middle = part.value if math.isfinite(part.value) else (0.5 if part.low == 0 else -0.5)
            if middle == part.high:  # an upper bound
                middle = (part.low + part.high) / 2.0
            made.append(judged(one, k, simulated(middle + (shift if k == len(one.parts) - 1 else 0.0), wide=0.02)))
    return tuple(made)


def test_a_finding_agrees_when_all_of_its_parts_do() -> None:
    assert all(agrees(everything()).values())
    assert not agrees(everything(shift=0.1))["S09"]


def test_records_have_what_others_rely_on() -> None:
    made = records(table(everything(), uncompared()))
    assert [one["id"] for one in made] == [one.id for one in published()]
    names = (
        "id",
        "tier",
        "seen",
        "verified",
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
    retired = next(one for one in made if one["id"] == "N85")
    assert (retired["agrees"], retired["simulated"]) == (None, None)
    assert retired["reason"] == "the same number as A20"


def test_the_table_survives_being_written_and_read(tmp_path) -> None:
    table(everything(), uncompared()).to_csv(tmp_path / "t.csv", index=False)
    back = pd.read_csv(tmp_path / "t.csv")
    assert back["statistic"].notna().all()
    assert len(back) == sum(len(one.parts) for one in published())
    assert set(back.loc[back["statistic"] == NO_EFFECT, "id"]) == {"P09", "N43", "N44"}
    assert back.loc[back["tier"].isin(["retired"]), "agrees"].isna().all()
    assert set(back.loc[back["seen"], "id"]) == {one.id for one in published() if one.seen}


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


def test_an_earlier_estimand_is_shown_beside_and_is_in_no_count(made_up: Callable[..., Finding]) -> None:
    one = judged(made_up(), 0, simulated(0.278)._replace(earlier=np.full(101, -0.05)))
    assert one.agrees
    assert beside([one]) == [
        "Z01 was asked in another way by an earlier edition, which finds -0.05; that is in no count."
    ]


def test_the_figure_has_a_row_for_every_number_that_is_counted() -> None:
    picture = build(table(everything(), uncompared()))
    counted = [one for one in everything() if one.agrees is not None]
    assert sum(len(axis.get_yticks()) for axis in picture.figure.axes) == len(counted)
    assert picture.alt.startswith("Fitted: ")
    assert "Held out, seen: " in picture.alt


def test_every_statistic_of_a_finding_that_is_counted_has_a_panel() -> None:
    shown = {kind for kinds in PANELS.values() for kind in kinds}
    wanted = {one.statistic for one in published() if group_of(one)} - {"null"}
    assert wanted <= shown


def test_what_is_printed_begins_with_the_answer_and_ends_with_what_is_not_compared() -> None:
    screen = Console(width=110, record=True, file=io.StringIO())
    print_comparison(screen, everything(), 100, "posterior")
    text = screen.export_text()
    assert text.startswith("Fitted: ")
    assert all(one.id in text for one in published())
    assert "N85 within-client share" in text.partition("Not compared")[2]
    assert "the same number as A20" in " ".join(text.split())


def test_a_practice_is_asked_for_every_finding_but_retired_ones_and_samples_are_made_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    practice = play_practice(Parameters(), 3, 0, SMALL)
    sizes: list[int] = []
    first = Practice.first
    monkeypatch.setattr(Practice, "first", lambda self, people: (sizes.append(people), first(self, people))[1])
    found = asked_of(practice)
    assert list(found) == [one.id for one in compared_findings()]
    assert all(numbers.shape == (len(STUDIES[name].parts), 6) for name, numbers in found.items())
    assert len(sizes) == len(set(sizes))
    assert max(sizes) < len(practice.routine)
    assert np.array_equal(found["P06"][:, 1], STUDIES["P06"].measure(first(practice, 605)))


def test_the_same_draws_and_seed_give_the_same_numbers_and_other_practices_others() -> None:
    draws = [shipped().parameters(Parameters(), k) for k in (1, 2)]
    both = look(5, 0, draws, SMALL)
    second = look(5, 1, draws[1:], SMALL)
    again = look(6, 1, draws[1:], SMALL)
    assert all(np.array_equal(both[1][name], second[0][name], equal_nan=True) for name in both[1])
    assert both[1]["A01"][0, 0] != again[0]["A01"][0, 0]
