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
    SimulatedNumber,
    agrees,
    asked_of,
    compared_findings,
    counts,
    group_of,
    judged,
    look,
    notes,
    uncompared,
)
from alliance_sim.evidence.findings import Finding, PublishedNumber, finding, published
from alliance_sim.evidence.practice import Practice, Sites, play_practice
from alliance_sim.evidence.studies import STUDIES
from alliance_sim.evidence.tables import NO_EFFECT, records, table
from alliance_sim.figures.evidence import PANELS, build
from alliance_sim.law.world import Parameters
from alliance_sim.report.literature import criteria, missed, print_comparison, say, with_earlier
from alliance_sim.scenario.library import shipped
from tests.evidence.simulated import SPREAD, everything, simulated

SMALL = Sites(4, 4, 4, 4)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Finding]:
    """A finding that differs in some fields from A01, whose study stands for its own."""

    def made_up(name: str = "Z01", **fields: Any) -> Finding:
        monkeypatch.setitem(STUDIES, name, STUDIES["A01"]._replace(finding=name))
        return finding("A01")._replace(id=name, **fields)

    return made_up


@pytest.mark.parametrize(
    ("name", "middle", "wide", "agree"),
    [
        ("A01", 0.278, 0.01, True),  # .278 [.256, .299]
        ("A01", 0.257, 0.01, True),
        ("A01", 0.300, 0.5, False),  # however wide the simulated interval is
        ("S09", 0.28 + 0.05, 0.06, True),  # a number without an interval lies inside the simulated one
        ("S09", 0.28 + 0.05, 0.04, False),
        ("P18", 0.2, 0.01, True),  # a direction
        ("P18", -0.2, 0.01, False),
        ("P18", 0.0005, 0.01, False),  # a fifth of the draws is below zero
        ("P09", 0.05, 0.2, True),  # no effect: smaller than a study could detect
        ("P09", 0.25, 0.2, False),
        ("A01", math.nan, 0.01, False),
    ],
)
def test_when_a_number_agrees(name: str, middle: float, wide: float, agree: bool) -> None:
    assert judged(finding(name), 0, simulated(middle, wide)).agrees is agree


@pytest.mark.parametrize(
    ("fields", "inside", "outside"),
    [
        (
            {"statistic": "null", "parts": (PublishedNumber(0.0, -0.1, 0.1),)},
            simulated(0.09, 0.02),
            simulated(0.11, 0.5),
        ),
        ({"status": "direction only", "parts": (PublishedNumber(0.07, 0.03, 0.12),)}, simulated(0.11), simulated(0.13)),
    ],
    ids=["no effect", "only the direction was verified"],
)
def test_a_printed_interval_counts(
    made_up: Callable[..., Finding], fields: dict[str, Any], inside: SimulatedNumber, outside: SimulatedNumber
) -> None:
    one = made_up(**fields)
    assert judged(one, 0, inside).agrees
    assert not judged(one, 0, outside).agrees


def test_groups_are_counted_apart_and_context_in_none(made_up: Callable[..., Finding]) -> None:
    right, wrong = simulated(0.278), simulated(0.9)
    compared = [
        judged(made_up("Z01"), 0, right),
        judged(made_up("Z02", tier="validate"), 0, wrong),
        judged(made_up("Z03", tier="validate"), 0, right),
        judged(made_up("Z04", tier="validate", seen=True), 0, wrong),
        judged(made_up("Z05", tier="context"), 0, wrong),
    ]
    assert [tuple(count) for count in counts(compared)] == [
        (GROUPS[0], 1, 1, ()),
        (GROUPS[1], 1, 2, ("Z02",)),
        (GROUPS[2], 0, 1, ("Z04",)),
    ]
    assert compared[-1].agrees is None
    assert group_of(compared[-1].finding) is None
    assert list(agrees(compared)) == ["Z01", "Z02", "Z03", "Z04"]
    assert [one.id for one in missed(compared)] == ["Z02", "Z04"]
    assert say.agreement(counts(compared)[1]) == "Held out, not seen before: 1 of 2 findings agree; missed: Z02."
    assert say.agreement(counts(compared)[0]) == "Fitted: 1 of 1 findings agree."


def test_a_finding_agrees_when_all_of_its_parts_do() -> None:
    assert all(agrees(everything()).values())
    assert not agrees(everything(S09=0.1))["S09"]


def test_every_finding_is_compared_or_has_a_reason_and_notes_are_of_findings_in_use() -> None:
    compared = [one.id for one in compared_findings()]
    others = {one.finding.id: one.reason for one in uncompared()}
    retired = {one.id for one in published("retired")}
    assert sorted([*compared, *others]) == sorted(one.id for one in published())
    assert all(others.values())
    assert retired <= set(others)
    assert set(notes()) <= {one.id for one in published()} - retired


def test_records_have_what_others_rely_on() -> None:
    made = records(table(everything(), uncompared()))
    names = {
        "id", "tier", "seen", "verified", "quantity", "published", "low", "high", "simulated", "simulated_low",
        "simulated_high", "agrees", "parts",
    }  # fmt: skip
    assert [(one["id"], len(one["parts"])) for one in made] == [(one.id, len(one.parts)) for one in published()]
    assert all(names <= set(one) for one in made)
    json.dumps(made, allow_nan=False)
    retired = next(one for one in made if one["id"] == "N85")
    assert [retired[key] for key in ("agrees", "simulated", "reason")] == [None, None, "the same number as A20"]


def test_the_table_survives_being_written_and_read(tmp_path) -> None:
    table(everything(), uncompared()).to_csv(tmp_path / "t.csv", index=False)
    back = pd.read_csv(tmp_path / "t.csv")
    assert back["statistic"].notna().all()
    assert set(back.loc[back["statistic"] == NO_EFFECT, "id"]) == {"P09", "N43", "N44"}
    assert back.loc[back["tier"].isin(["retired"]), "agrees"].isna().all()
    assert set(back.loc[back["seen"], "id"]) == {one.id for one in published() if one.seen}


def test_the_null_of_a_criterion_is_in_table_figure_and_words() -> None:
    null = np.full(101, 30.0)
    beside = simulated(15.0)._replace(truth=np.full(101, 27.0), null=null, null_study=null + SPREAD)
    one = judged(finding("P06"), 0, beside)
    assert (one.null, one.truth) == (30.0, 27.0)
    assert (one.null_low, one.null_high) == pytest.approx((29.05, 30.95))
    rows = table([one])
    assert rows.loc[0, ["null_mean", "null_low", "null_high"]].tolist() == [one.null, one.null_low, one.null_high]
    assert records(rows)[0]["parts"][0]["null_mean"] == 30.0
    assert "null 30.00" in build(rows).alt
    assert criteria([*everything(), one]) == [[*(x for x in everything() if x.finding.id == "P06"), one]]
    assert "repaired 30.0 [29.0, 31.0]" in say.criterion([one])
    assert "repaired 27.0" in say.criterion([one])


def test_an_earlier_estimand_is_shown_and_is_in_no_count(made_up: Callable[..., Finding]) -> None:
    one = judged(made_up(), 0, simulated(0.278)._replace(earlier=np.full(101, -0.05)))
    assert one.agrees
    assert with_earlier([*everything(), one]) == [one]
    assert "-0.05" in say.earlier(one)


def test_the_figure_has_a_row_for_every_number_that_is_counted_and_a_panel_for_every_statistic() -> None:
    picture = build(table(everything(), uncompared()))
    counted = [one for one in everything() if one.agrees is not None]
    assert sum(len(axis.get_yticks()) for axis in picture.figure.axes) == len(counted)
    assert {one.finding.statistic for one in counted} - {"null"} <= {
        kind for kinds in PANELS.values() for kind in kinds.split(", ")
    }
    assert picture.alt.startswith("Fitted: ")
    assert "Held out, seen: " in picture.alt


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
    both, second, again = look(5, 0, draws, SMALL), look(5, 1, draws[1:], SMALL), look(6, 1, draws[1:], SMALL)
    assert all(np.array_equal(both[1][name], second[0][name], equal_nan=True) for name in both[1])
    assert both[1]["A01"][0, 0] != again[0]["A01"][0, 0]
