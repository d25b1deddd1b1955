"""Repair or selection: each sentence of the answer says what the tables say, and nothing where they do not."""

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.histories import ALL
from alliance_sim.questions.repair_or_selection.anchors import anchors
from alliance_sim.questions.repair_or_selection.catalogue import ALLIANCE, OUTCOME, R01, R03, RATIOS, TRIALS
from alliance_sim.questions.repair_or_selection.correlations import carries_over, shapes_table
from alliance_sim.questions.repair_or_selection.measuring import COLUMNS
from alliance_sim.questions.repair_or_selection.reading import analysis_table, failures, found
from alliance_sim.questions.repair_or_selection.seeing import (
    BETWEEN,
    WITHIN,
    could_answer,
    false_alarms,
    merely_both,
    seen_by_history,
    wrong_signs,
)
from alliance_sim.questions.repair_or_selection.studies import OBSERVED, TRUE
from alliance_sim.questions.repair_or_selection.summing import BY_TRAUMA, Tables, tables_of
from alliance_sim.questions.repair_or_selection.telling import Measure, short_answer
from alliance_sim.questions.repair_or_selection.verdicts import (
    ERRS,
    FINDS_NOTHING,
    NEAR,
    NOTHING_THERE,
    TELLS,
    Verdict,
    verdict_table,
    verdicts,
)
from alliance_sim.questions.repair_or_selection.worlds import Kind

WORLDS = {"teaches": Kind(0, 0, True), "nothing": Kind(2, 0, True), "selection": Kind(2, 1, True)}
PHQ9 = Measure("PHQ-9", 0.0, 27.0, 5.0)
GAP, OTHERS = "before and after, gap", "episode against none"


def row(world: str, what: str, seen: str = OBSERVED, group: str = ALL, **numbers: float) -> dict[str, object]:
    """How one analysis performs; by default it finds the truth, 0.5 where repair teaches and 0 elsewhere."""
    truth = numbers.pop("truth", 0.5 * (world == "teaches"))
    made = {
        "estimate": truth, "mcse": 0.01, "truth": truth, "truth_low": truth - 0.02, "truth_mcse": 0.01,
        "bias_mcse": 0.01, "positive": 0.0, "positive_mcse": 0.0, "negative": 0.0, "error": 0.2, "error_mcse": 0.0,
        "studies": 200, "failed": 0,
    } | numbers  # fmt: skip
    made.setdefault("bias", made["estimate"] - truth)
    return {"world": world, "what": what, "among": seen, "group": group} | made


def tables(*rows: dict[str, object], described: list[tuple[str, str, str, float]] | None = None) -> Tables:
    """Tables with these analyses; described: (world, what, seen, mean), each with an error of 0.01."""
    effects = ["world", "what", "among", "group", "step", "value", "low", "high", "mcse", "spread_low", "spread_high"]
    plain = [(w, what, seen, ALL, v, v - 0.02, v + 0.02, 0.01) for w, what, seen, v in described or []]
    columns = ["world", "what", "among", "group", "value", "low", "high", "mcse"]
    return Tables(pd.DataFrame(columns=effects), pd.DataFrame(rows), pd.DataFrame(plain, columns=columns))


def judged(t: Tables) -> list[Verdict]:
    return verdicts(t, "teaches", None, ["nothing", "selection"])


@pytest.mark.parametrize(
    ("right", "wrong", "there", "words"),
    [
        (0.9, 0.02, 0.5, TELLS),
        (0.2, 0.02, 0.5, FINDS_NOTHING),
        (0.9, 0.12, 0.5, NEAR),  # 24 of 200 studies: interval from 8 %
        (0.9, 0.16, 0.5, ERRS),  # 32 of 200: from 11.6 %
        (0.0, 0.02, -0.5, NOTHING_THERE),
    ],
)
def test_an_analysis_errs_only_if_that_is_beyond_monte_carlo_error(
    right: float, wrong: float, there: float, words: str
) -> None:
    t = tables(row("teaches", GAP, truth=there, positive=right), row("nothing", GAP, positive=wrong))
    (verdict,) = judged(t)
    assert verdict.words == words
    assert verdict_table([verdict]).iloc[0, -1] == words


def test_alarms_near_the_limit_are_counted_apart() -> None:
    t = tables(
        row("teaches", GAP), row("nothing", GAP, positive=0.12),
        row("teaches", OTHERS), row("nothing", OTHERS, positive=0.3, estimate=0.7),
    )  # fmt: skip
    text = false_alarms(t, judged(t))
    assert "1 of 2 analyses" in text
    assert "“repaired rupture against all others” (30 %, nothing: on average +0.70 (0.01) where 0.00 is true)" in text
    assert text.endswith("1 more lie too near that limit to say.")


def by_events(known: float, reported: float) -> Tables:
    """One comparison of ruptures that would answer if the events were known."""
    return tables(
        row("teaches", GAP, TRUE, positive=known), row("nothing", GAP, TRUE, positive=0.02),
        row("teaches", GAP, positive=reported), row("nothing", GAP, positive=0.0),
    )  # fmt: skip


def test_measurement_is_named_as_the_obstacle_only_if_knowing_the_events_would_answer() -> None:
    a = anchors(WORLDS)
    good, bad, seen = by_events(1.0, 0.03), by_events(0.3, 0.03), by_events(1.0, 0.9)
    text = could_answer(good, a, judged(good), 25)
    assert "“repaired against unrepaired ruptures” would answer (100 % of studies" in text
    assert "at most 2 % where it does nothing); with reports at most 3 % do" in text
    assert could_answer(bad, a, judged(bad), 25) == ""
    assert could_answer(seen, a, judged(seen), 25) == ""


def test_the_first_sentence_says_what_could_have_told() -> None:
    def lead(t: Tables) -> str:
        return short_answer(t, WORLDS, PHQ9, 25).partition("\n")[0]

    assert "no analysis tells" in lead(by_events(1.0, 0.03))
    assert "with knowledge of which ruptures truly were repaired.**" in lead(by_events(1.0, 0.03))
    assert lead(by_events(0.3, 0.03)).endswith("merely have both.**")
    assert lead(by_events(1.0, 0.9)).endswith("by “repaired against unrepaired ruptures”.**")
    trial = [row(world, TRIALS[1], positive=0.02) for world in ("teaches", "nothing")]
    assert lead(tables(*trial)).endswith("by randomising about 31 therapists.**")  # 25 (2.8 * 0.2 / 0.5)^2


def test_a_wrong_sign_is_told_if_it_is_not_rare() -> None:
    def text(harm: float, r: float) -> str:
        rows = [row("teaches", OTHERS, estimate=-0.6, negative=harm), row("nothing", OTHERS)]
        t = tables(*rows, described=[("teaches", R03, OBSERVED, r)])
        return wrong_signs(t, anchors(WORLDS), judged(t))

    assert "20 % of studies conclude *harm* where repair teaches (on average −0.60 (0.01)" in text(0.2, 0.3)
    assert "other sign" not in text(0.2, 0.3)
    assert "Published correlations of this form have the other sign" in text(0.2, -0.3)
    assert text(0.12, -0.3) == ""


def test_selection_shows_between_therapists_and_is_not_proved_by_it() -> None:
    def text(selected: float, taught: float) -> str:
        rows = [
            row("selection", BETWEEN, estimate=selected), row("selection", WITHIN, estimate=-0.2),
            row("teaches", BETWEEN, estimate=taught), row("teaches", WITHIN, estimate=0.1),
        ]  # fmt: skip
        return merely_both(tables(*rows), anchors(WORLDS))

    both = text(0.5, 0.9)
    assert "worth +0.50 (0.01) points where 0.00 is true; between clients of one therapist −0.20 (0.01)" in both
    assert "proves no selection: where repair teaches" in both
    assert "proves no selection" not in text(0.5, 0.1)
    assert text(0.0, 0.9) == ""


def test_the_difference_by_history_is_held_against_all_analyses() -> None:
    rows = [row("teaches", name, group=BY_TRAUMA, positive=p) for name, p in ((OTHERS, 0.1), (TRIALS[1], 0.03))]
    text = seen_by_history(tables(*rows), "teaches")
    assert "at most 10 % conclude so (most often with “repaired rupture against all others”, as a study sees" in text
    assert "of randomised trials at most 3 % do." in text
    assert seen_by_history(tables(row("teaches", OTHERS)), "teaches") == ""


def test_correlations_short_of_the_published_ones_are_a_warning() -> None:
    """Published: 0.29 (R01), 0.24 (R03)."""

    def text(r01: float, r03: float, known: float = 0.0) -> str:
        numbers = [("teaches", R01, OBSERVED, r01), ("nothing", R01, OBSERVED, 0.0)]
        numbers += [("teaches", R03, OBSERVED, r03), ("nothing", R03, OBSERVED, r03 - 0.01)]
        return carries_over(tables(described=[*numbers, ("teaches", R03, TRUE, known)]))

    both = text(0.12, -0.05)
    assert "No world here gives correlations of repair with outcome as high as those published" in both
    assert "by drops of ratings at most 0.12 (0.01); published 0.29 [0.10, 0.47], which holds it." in both
    assert "−0.05 (0.01), with true events known at most 0.00 (0.01); published 0.24 [0.09, 0.39]" in both
    assert "holds neither; by drops even the sign is wrong" in both
    assert "may not carry over" in both
    assert "as high as published in R03. " in text(0.3, 0.1)
    assert "sign" not in text(0.3, 0.1)
    assert text(0.3, 0.1, known=0.25).startswith("Correlations of repair with outcome are as high in some world")
    assert carries_over(tables()) == ""


def test_correlations_are_shown_with_their_errors() -> None:
    table = shapes_table(tables(described=[("teaches", R03, OBSERVED, -0.05)]), ["teaches"])
    assert table.iloc[0].to_dict() == dict.fromkeys(table.columns, "–") | {
        "world": "teaches", "r as in R03, drops": "−0.05 (0.01)",
    }  # fmt: skip


def test_analyses_that_could_not_be_made_are_grouped() -> None:
    def text(*names: str) -> str:
        rows = [row("nothing", name, failed=6, studies=194) for name in names]
        return failures(tables(*rows, row("nothing", "trial, symptoms")), ALLIANCE, ["nothing"])

    some = ["before and after", "same level before", "own other sessions"]
    assert text() == text("share repaired, shrunken") == "Every study could make all analyses that its world allows."
    assert text(some[0]).endswith("out there: “before and after” in up to 3 % (nothing).")
    assert "“against sessions as low before” and “against the client's other sessions” in up to" in text(*some)
    assert text(*some, GAP).endswith("out there: 4 of 7 analyses in up to 3 % (nothing).")


def test_of_ratios_the_median_over_studies_is_given() -> None:
    """A slope on numbers that nearly coincide: one study of eleven says 1000."""
    values = [*np.linspace(0.4, 0.6, 10), 1000.0]
    made = [
        ("teaches", replicate, what, OBSERVED, ALL, 3, value, 0.5, value - 1.0, value + 1.0, 0.5, 100)
        for what in (RATIOS[0], OTHERS)
        for replicate, value in enumerate(values)
    ]
    columns = ["world", *COLUMNS]
    effect = ("teaches", 0, "symptoms", "everybody", ALL, 0, 0.5, *[np.nan] * 4, 100)
    t = tables_of(pd.DataFrame([effect, *made], columns=columns))
    table = analysis_table(t, OUTCOME, ["teaches"], found).set_index(["analysis", "events"])["teaches"]
    assert table["Share repaired, shrunken means (median)", "as a study sees it"].startswith("+0.51 / +0.50 (")
    assert table["Repaired rupture against all others", "as a study sees it"].startswith("+91.")
