"""Scores and ratings from the items of questionnaires: keys, missing items, and what is said about them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimands.seen import ratings, values
from alliance_sim.questions.data import Clinic
from alliance_sim.questions.data.reading.items import against_the_rest
from alliance_sim.questions.data.view import table_facts
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import catalog
from tests.questions.data.shown import mapping, notes_of

Ask = Callable[..., Question]

LONG, WIDE = mapping("items"), mapping("wide items")


def table(rows: list[list[object]], names: list[str]) -> str:
    """A table as text."""
    return "\n".join(",".join(map(str, row)) for row in [names, *rows]) + "\n"


def named(pattern: str, count: int) -> list[str]:
    """Columns of items."""
    return [pattern.format(item=item) for item in range(1, count + 1)]


def phq(*rows: list[object]) -> str:
    """A long table of nine items."""
    return table([list(row) for row in rows], ["id", "nr", *named("phq_{item}", 9)])


def scores(clinic: Clinic) -> list[float]:
    """The scores in sessions."""
    return values(clinic.seen.sessions, "symptoms").tolist()


def test_nine_items_make_their_sum(read: Any) -> None:
    clinic = read(LONG, phq(["a", 1, 3, 3, 3, 0, 0, 0, 1, 1, 1], ["a", 2, 1, 0, 0, 0, 0, 0, 0, 0, 2]))
    assert scores(clinic) == [12, 3]
    key = table_facts(clinic)["key"]
    assert (key["times"], key["score"], key["size"], key["reversed"]) == (1, "sum", 9, "")


def test_up_to_two_missing_items_stand_for_the_mean_of_the_others_three_make_no_score(read: Any) -> None:
    clinic = read(
        LONG,
        phq(
            ["a", 1, 2, 2, 2, 2, 2, 2, 2, "", ""],
            ["a", 2, 2, 2, 2, 2, 2, 2, "", "", ""],
            ["a", 3, "", "", "", "", "", "", "", "", ""],
        ),
    )
    assert scores(clinic) == pytest.approx([18, np.nan], nan_ok=True)  # of the third nothing is known
    assert table_facts(clinic)["items"] == [{"setting": "items", "prorated": 1, "incomplete": 1}]


def test_a_mapping_states_another_rule_for_missing_items(read: Any) -> None:
    mapping = LONG.replace("instrument: phq9,", "instrument: phq9, key: {missing: 0},")
    assert np.isnan(scores(read(mapping, phq(["a", 1, 2, 2, 2, 2, 2, 2, 2, 2, ""])))).all()


@pytest.mark.parametrize(
    ("pattern", "name"), [("phq_{session}_{item}", "phq_{s}_{i:02d}"), ("q{item}.s{session}", "q{i}.s{s}")]
)
def test_item_and_session_stand_in_any_order_and_01_is_1(pattern: str, name: str, read: Any) -> None:
    names = [name.format(s=session, i=item) for item in range(1, 10) for session in (1, 2)]
    row = [session for _ in range(1, 10) for session in (1, 2)]
    clinic = read(WIDE.replace("phq_{session}_{item}", pattern), table([["a", *row]], ["id", *names]))
    assert scores(clinic) == [9, 18]


def test_intake_and_end_come_from_items_too(read: Any) -> None:
    mapping = WIDE.replace('items: "phq_{session}_{item}"', 'intake_items: "pre_{item}", end_items: "post_{item}"')
    names = ["id", *named("pre_{item}", 9), *named("post_{item}", 9)]
    clinic = read(mapping, table([["a", *[2] * 9, *[1] * 9], ["b", *[3] * 9, *[""] * 9]], names))
    assert values(clinic.seen.clients, "symptoms_intake").tolist() == [18, 27]
    assert values(clinic.seen.clients, "symptoms_end").tolist() == pytest.approx([9, np.nan], nan_ok=True)


def test_items_of_intake_stand_in_one_row_of_a_client_or_in_all(read: Any) -> None:
    mapping = LONG.replace('items: "phq_{item}"', 'score: now, intake_items: "phq_{item}"')
    rows = phq(["a", 1, *[2] * 9], ["a", 2, *[""] * 9], ["b", 1, *[1] * 9], ["b", 2, *[1] * 9]).splitlines()
    clinic = read(mapping, "\n".join([f"{rows[0]},now", *(f"{row},5" for row in rows[1:])]))
    assert values(clinic.seen.clients, "symptoms_intake").tolist() == [18, 9]


def core(read: Any, setting: str, items: list[object]) -> list[float]:
    """The score of one CORE-OM."""
    mapping = LONG.replace(
        'instrument: phq9, items: "phq_{item}"', f'instrument: core_om, items: "core_{{item}}"{setting}'
    )
    return scores(read(mapping, table([["a", 1, *items]], ["id", "nr", *named("core_{item}", 34)])))


def test_the_core_om_is_ten_times_the_mean_with_up_to_three_items_missing(read: Any) -> None:
    assert core(read, "", [1] * 17 + [2] * 17) == pytest.approx([15])
    assert core(read, "", [1] * 31 + [""] * 3) == pytest.approx([10])
    assert np.isnan(core(read, "", [1] * 30 + [""] * 4)).all()


def test_items_are_taken_as_printed_unless_they_are_said_to_be_reversed(read: Any) -> None:
    """Eight items of 4 and 26 of 0: 10 x 32 / 34 as printed, 0 with the eight turned round."""
    positive = [3, 4, 7, 12, 19, 21, 31, 32]
    items: list[object] = [4 if item in positive else 0 for item in range(1, 35)]
    assert core(read, "", items) == pytest.approx([320 / 34])
    assert core(read, f", key: {{reversed: {positive}}}", items) == [0]


def test_a_report_says_which_items_were_taken_as_printed(read: Any) -> None:
    mapping = LONG.replace('phq9, items: "phq_{item}"', 'core_om, items: "core_{item}"')
    clinic = read(mapping, table([["a", 1, *[1] * 34]], ["id", "nr", *named("core_{item}", 34)]))
    key = table_facts(clinic)["key"]
    assert (key["times"], key["score"], key["printed"]) == (10, "mean", [3, 4, 7, 12, 19, 21, 31, 32])


BDI = """\
title: Twenty-one items
about: test
community_mean: {value: 7, source: "assumption: test"}
unit: {value: 10, source: "assumption: test"}
reliability: {value: 0.9, source: "assumption: test"}
low: {value: 0, source: "assumption: test"}
high: {value: 63, source: "assumption: test"}
step: {value: 1, source: "assumption: test"}
cutoff: {value: 14, source: "assumption: test"}
reliable: {value: 8, source: "assumption: test"}
"""


def test_an_instrument_of_ones_own_has_its_key_in_its_file_or_in_the_mapping(read: Any, tmp_path: Path) -> None:
    rows = table([["a", 1, *[1] * 20, ""]], ["id", "nr", *named("bdi_{item}", 21)])
    mapping = LONG.replace('phq9, items: "phq_{item}"', 'bdi.yaml, items: "bdi_{item}"')
    (tmp_path / "bdi.yaml").write_text(BDI, encoding="utf-8")
    stated = mapping.replace("bdi.yaml,", "bdi.yaml, key: {count: 21, answers: [0, 3], score: sum, missing: 1},")
    assert scores(read(stated, rows)) == [21]
    key = "key: {count: 21, answers: [0, 3], score: sum, missing: 1, source: test}\n"
    (tmp_path / "bdi.yaml").write_text(BDI + key, encoding="utf-8")
    assert scores(read(mapping, rows)) == [21]


def test_items_that_are_not_read_are_named(read: Any) -> None:
    rows = table([["a", 1, *[1] * 11]], ["id", "nr", *named("phq_{item}", 11)])
    assert notes_of(read(LONG, rows)) == [
        "items 10 and 11 of data.symptoms.items (phq_10 to phq_11) were not read: phq9 has 9 items."
    ]


# ---- the alliance --------------------------------------------------------------------------------------------------

ALLIANCE = LONG.replace('symptoms: {instrument: phq9, items: "phq_{item}"}', 'alliance: {FORM, items: "wai_{item}"}')


def wai(count: int, *rows: list[object]) -> str:
    """A long table of an alliance questionnaire."""
    return table([list(row) for row in rows], ["id", "nr", *named("wai_{item}", count)])


def rated(clinic: Clinic, name: str) -> float:
    """The one rating of a clinic."""
    return float(ratings(clinic.seen, 3, name)[0, 0])


def answers_of(form: str, goal: int, task: int, bond: int) -> list[object]:
    """Raw answers on 1-7 that give these parts."""
    details = catalog.entry("instruments", form).details
    part_of = {item: part for part, items in details["subscales"].items() for item in items}
    wanted = {"goal": goal, "task": task, "bond": bond}
    return [
        8 - wanted[part_of[item]] if item in details["reversed"] else wanted[part_of[item]]
        for item in range(1, details["items"] + 1)
    ]


@pytest.mark.parametrize("form", ["wai_36", "wai_12"])
@pytest.mark.parametrize("key", ["alliance", "therapist_alliance"])
def test_items_of_a_wai_of_seven_answers_are_turned_round_and_put_on_1_to_5(form: str, key: str, read: Any) -> None:
    """Parts of 7, 4 and 1 on 1-7 are 5, 3 and 1 on 1-5."""
    mapping = ALLIANCE.replace("alliance:", f"{key}:").replace("FORM", f"form: {form}, rescale: true")
    items = answers_of(form, 7, 4, 1)
    clinic = read(
        f'{mapping}  left: {{column: end, dropout: d, no: ""}}\n',
        wai(len(items), ["a", 1, *items]).replace("\na,", ",end\na,").rstrip("\n") + ",\n",
    )
    if key == "alliance":
        assert [rated(clinic, f"wai_{part}") for part in ("goal", "task", "bond")] == [5, 3, 1]
        assert rated(clinic, "wai_client") == 3
    else:
        assert rated(clinic, "wai_therapist") == 3


def test_the_report_says_how_parts_are_made(read: Any) -> None:
    mapping = ALLIANCE.replace("FORM", "form: wai_12, rescale: true")
    (made,) = table_facts(read(mapping, wai(12, ["a", 1, *[7] * 12])))["ratings"]
    assert (made["form"], made["size"], made["reversed"], made["missing"]) == ("wai_12", 12, "items 4 and 10", 1)
    assert made["other_scales"] == [{"low": "1", "high": "7"}]


def test_reversed_items_that_are_turned_round_already_are_said_to_be_none(read: Any) -> None:
    mapping = ALLIANCE.replace("FORM", "form: wai_12, rescale: true, reversed: []")
    assert rated(read(mapping, wai(12, ["a", 1, *[7] * 12])), "wai_goal") == 5
    assert rated(read(mapping.replace(", reversed: []", ""), wai(12, ["a", 1, *[7] * 12])), "wai_goal") == 3


def test_a_part_of_the_full_wai_counts_with_nine_of_its_twelve_items(read: Any) -> None:
    mapping = ALLIANCE.replace("FORM", "form: wai_36, rescale: true")
    items = answers_of("wai_36", 7, 7, 7)
    for item in (1, 5, 8):  # of bond
        items[item - 1] = ""
    for item in (3, 6, 9, 10):  # of goal
        items[item - 1] = ""
    clinic = read(mapping, wai(36, ["a", 1, *items]))
    assert rated(clinic, "wai_bond") == 5
    assert np.isnan([rated(clinic, "wai_goal"), rated(clinic, "wai_client")]).all()


def test_the_srs_is_read_as_a_total_or_as_four_lines(read: Any) -> None:
    """30 of 40 is three quarters of the way from 1 to 5; the line for the whole session counts in the total alone."""
    total = ALLIANCE.replace('FORM, items: "wai_{item}"', "form: srs, total: srs, rescale: true")
    assert rated(read(total, "id,nr,srs\na,1,30\n"), "wai_client") == 4
    lines = ALLIANCE.replace("FORM", "form: srs, rescale: true")
    clinic = read(lines, wai(4, ["a", 1, 10, 5, 0, 9]))
    assert [rated(clinic, f"wai_{part}") for part in ("bond", "goal", "task")] == [5, 3, 1]
    assert rated(clinic, "wai_client") == pytest.approx(1 + 4 * 24 / 40)


def test_items_after_the_twelfth_are_another_questionnaire_than_the_one_that_is_taken_by_default(read: Any) -> None:
    rows = wai(36, ["a", 1, *[3] * 36])
    assert notes_of(read(ALLIANCE.replace("FORM", "form: wai_sr"), rows)) == [
        "items 13 to 36 of data.alliance.items (wai_13 to wai_36) were not read: wai_sr has 12 items."
    ]


def test_items_that_run_against_the_others_are_named(read: Any) -> None:
    """Sixty answers that follow one latent score, one item of twelve the other way."""
    score = np.tile(np.arange(1, 6), 12)
    frame = pd.DataFrame({f"wai_{item}": 6 - score if item == 4 else score for item in range(1, 13)})
    frame.insert(0, "nr", [1, 2, 3] * 20)
    frame.insert(0, "id", np.repeat(np.arange(20), 3))
    assert notes_of(read(ALLIANCE.replace("FORM, ", ""), frame.to_csv(index=False))) == [
        (
            "item 4 of data.alliance.items runs against the others: answers fall where those to the "
            "others rise. Do "
            "they have to be turned round, or are they turned round already (data.alliance.reversed)?"
        )
    ]


def test_few_or_random_answers_are_not_said_to_run_against_the_others() -> None:
    random = np.random.default_rng(1).integers(1, 6, (12, 400)).astype(float)
    assert against_the_rest(random) == ()
    assert against_the_rest(np.array([[1.0, 5.0], [1.0, 5.0], [5.0, 1.0]])) == ()


def test_a_questionnaire_of_ones_own_is_a_file_with_goal_task_and_bond(read: Any, tmp_path: Path) -> None:
    text = """\
title: Three items
about: test
items: 3
subscales: {goal: [1], task: [2], bond: [3]}
reversed: [2]
span: [0, 8]
answers: {"0": never, "8": always}
scoring: test
versions: {client: three}
source: test
"""
    mapping = ALLIANCE.replace("FORM", "form: three.yaml, rescale: true")
    (tmp_path / "three.yaml").write_text(text, encoding="utf-8")
    clinic = read(mapping, wai(3, ["a", 1, 8, 8, 4]))
    assert [rated(clinic, f"wai_{part}") for part in ("goal", "task", "bond")] == [5, 1, 3]
