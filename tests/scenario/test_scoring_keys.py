"""Scoring keys and directions in the files of instruments: what is shipped, and what a file may state."""

import pytest

from alliance_sim.scenario import catalog
from tests.scenario.conftest import Mistakes, Write, entry_text

SCALE = {
    "community_mean": 30,
    "unit": 6,
    "reliability": 0.9,
    "low": 0,
    "high": 40,
    "step": 1,
    "cutoff": 25,
    "reliable": 5,
}


def test_the_full_wai_has_its_published_key() -> None:
    """Horvath & Greenberg (1989): twelve items a part, fourteen of them turned round."""
    details = catalog.entry("instruments", "wai_36").details
    parts = details["subscales"]
    assert parts["goal"] == [3, 6, 9, 10, 12, 14, 22, 25, 27, 30, 32, 34]
    assert parts["task"] == [2, 4, 7, 11, 13, 15, 16, 18, 24, 31, 33, 35]
    assert parts["bond"] == [1, 5, 8, 17, 19, 20, 21, 23, 26, 28, 29, 36]
    assert details["reversed"] == [1, 3, 7, 9, 10, 11, 12, 15, 20, 27, 29, 31, 33, 34]


def test_the_short_form_has_the_key_of_those_items_in_the_full_form() -> None:
    """Tracey & Kokotovic (1989): items 1 to 12 are these of the full form."""
    of_full = dict(enumerate((2, 4, 8, 12, 21, 22, 23, 24, 26, 27, 32, 35), 1))
    short, full = (catalog.entry("instruments", name).details for name in ("wai_12", "wai_36"))
    for part, items in short["subscales"].items():
        assert {of_full[item] for item in items} == set(full["subscales"][part]) & set(of_full.values())
    assert {of_full[item] for item in short["reversed"]} == set(full["reversed"]) & set(of_full.values())


@pytest.mark.parametrize("name", ["wai_sr", "wai_12", "wai_36"])
def test_every_item_of_a_wai_belongs_to_one_part(name: str) -> None:
    details = catalog.entry("instruments", name).details
    assert sorted(item for part in details["subscales"].values() for item in part) == list(
        range(1, details["items"] + 1)
    )


@pytest.mark.parametrize(
    ("name", "items", "span", "missing"),
    [
        ("phq9", 9, (0, 27), 2),
        ("oq45", 45, (0, 180), 4),
        ("core_om", 34, (0, 40), 3),
        ("ors", 4, (0, 40), 0),
        ("who5", 5, (0, 100), 0),
    ],
)
def test_the_items_of_a_scale_fill_it(name: str, items: int, span: tuple[float, float], missing: int) -> None:
    entry = catalog.entry("instruments", name)
    assert entry.key is not None
    assert (entry.key.size, entry.key.span, entry.key.missing) == (items, span, missing)
    assert (entry.values["low"], entry.values["high"]) == span
    assert entry.details["licence"]


@pytest.mark.parametrize(("name", "cutoff", "reliable"), [("ors", 25, 5), ("who5", 50, 10)])
def test_scales_on_which_higher_is_better_have_their_published_limits(
    name: str, cutoff: float, reliable: float
) -> None:
    """Miller et al. (2003), Miller & Duncan (2004); Topp et al. (2015)."""
    entry = catalog.entry("instruments", name)
    assert entry.higher_is_better
    assert (entry.values["cutoff"], entry.values["reliable"]) == (cutoff, reliable)
    assert entry.values["community_mean"] - 2 * entry.values["unit"] < cutoff < entry.values["community_mean"]


def test_the_law_has_a_scale_on_which_higher_is_better_turned_round() -> None:
    entry = catalog.entry("instruments", "ors")
    assert entry.law_values == {**entry.values, "community_mean": 12.0, "cutoff": 15.0}
    assert catalog.entry("instruments", "phq9").law_values == catalog.entry("instruments", "phq9").values


def test_a_simulation_cannot_use_a_scale_on_which_higher_is_better(write: Write, mistakes: Mistakes) -> None:
    found = "on which higher is better; allowed: core_om, oq45, phq9"
    assert mistakes("symptoms: ors") == [
        (
            f'config.yaml, line 1: symptoms: found "ors", {found}: in a simulation higher scores are worse; data of '
            "your own may be on a scale on which higher is better (data.symptoms.instrument)"
        )
    ]
    write(entry_text(SCALE) + "better: higher\n", "own.yaml")
    assert mistakes("symptoms: own.yaml")[0].startswith(f'config.yaml, line 1: symptoms: found "own.yaml", {found}')


KEY = "key: {count: 4, answers: [0, 10], score: sum, source: test}"
BELOW = "found a cut-off of 25 below the community's mean of 30; allowed: a cut-off above the community's mean, since"


@pytest.mark.parametrize(
    ("values", "last", "message"),
    [
        (
            {"unit": -6},
            "",
            (
                "line 4: unit.value: found the number -6; allowed: the size of one SD of distress, above 0; if higher "
                "scores are better: unit 6, and a line better: higher"
            ),
        ),
        (
            {"unit": -6},
            "better: higher",
            "line 4: unit.value: found the number -6; allowed: the size of one SD of distress, above 0, such as 6",
        ),
        ({}, "", f"line 9: cutoff.value: {BELOW} higher is worse; if higher is better, a line better: higher"),
        (
            {"cutoff": 35},
            "better: higher",
            (
                "line 9: cutoff.value: found a cut-off of 35 above the community's mean of 30, with better: higher; "
                "allowed: a cut-off below the community's mean, since higher is better; or better: lower"
            ),
        ),
        (
            {},
            "better: more",
            (
                'line 11: better: found the text "more"; allowed: lower (higher scores are worse, the default) or '
                "higher (higher scores are better)"
            ),
        ),
    ],
)
def test_a_unit_a_cut_off_and_a_direction_that_disagree_are_told(
    values: dict[str, float], last: str, message: str, write: Write, mistakes: Mistakes
) -> None:
    write(entry_text(SCALE | values) + last, "own.yaml")
    assert mistakes("symptoms: own.yaml")[-1] == f"own.yaml, {message}"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("count: 4, ", "", "count: found nothing; allowed: a whole number from 1: how many items there are"),
        ("sum", "som", 'score: found the text "som"; allowed: sum or mean (of the items)'),
        ("[0, 10]", "[10, 0]", "answers: found answers from 10 to 0; allowed: the lowest answer first, such as [0, 3]"),
        ("sum", "sum, reversed: [2, 2]", "reversed: found the item 2 a second time; allowed: each item"),
        ("sum", "sum, reversed: [5]", "reversed: found the item 5; allowed: items 1 to 4"),
        ("sum", "sum, missing: 4", "missing: found 4 items that may be missing; allowed: fewer than the 4"),
        ("count", "counts", 'counts: found the unknown name "counts"'),
    ],
)
def test_a_mistake_in_a_key_is_told(old: str, new: str, message: str, write: Write, mistakes: Mistakes) -> None:
    write(entry_text(SCALE | {"cutoff": 35}) + KEY.replace(old, new), "own.yaml")
    assert any(line.startswith(f"own.yaml, line 11: key.{message}") for line in mistakes("symptoms: own.yaml"))
