"""A calibration's config: mistakes are told with their place, and what is kept of it repeats it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from alliance_sim.evidence.calibration.config import load_calibration
from alliance_sim.evidence.calibration.fit import address
from alliance_sim.evidence.findings import published
from alliance_sim.law.change import Change
from alliance_sim.law.world import Mechanisms
from alliance_sim.scenario import ConfigError

CONFIGS = Path(__file__).parents[2] / "configs"
Mistakes = Callable[..., list[str]]


@pytest.fixture
def mistakes(tmp_path: Path) -> Mistakes:
    """The messages about a config that is given as text, without the file's folder."""

    def mistakes(text: str, *overrides: str, quick: bool = False) -> list[str]:
        file = tmp_path / "c.yaml"
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ConfigError) as caught:
            load_calibration(file, overrides, quick=quick)
        return str(caught.value).replace(f"{tmp_path}/", "").splitlines()

    return mistakes


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("[0.3, 0.1]", "[0.3, 0.1]"),
        ("[0.1, 0.9]", "[0.1, 0.9]"),  # above what is plausible
        ("[0.1]", "[0.1]"),
        ("[0.1, oops]", "[0.1, oops]"),
        ("[1, 2, 3, 4, 5]", "[1, 2, 3, 4, ...]"),
        ("0.2", "the number 0.2"),
        ("{low: 0}", "a mapping"),
        ("", "nothing"),
    ],
)
def test_a_range_that_is_none_is_told_once_with_what_it_may_be(mistakes: Mistakes, written: str, told: str) -> None:
    allowed = "two numbers [low, high], low below high, each a number from 0 to 0.6 (SD)"
    assert mistakes(f"title: x\nfree:\n  change.life: {written}\n") == [
        f"c.yaml, line 3: free.change.life: found {told}; allowed: {allowed}"
    ]


def test_every_mistake_is_told_at_its_line_with_the_nearest_name(mistakes: Mistakes) -> None:
    told = mistakes(
        "free:\n  rupture.bas: [-3, -1]\n  change.life: [0.3, 0.1]\nleave_out: [A01, A111]\n"
        "effort: {points: 3, stepz: 9}\n",
        "effort.draws=many",
    )
    assert len(told) == 6
    assert told[0].startswith("--set effort.draws=many: effort.draws")
    assert told[1].startswith("c.yaml, line 2: free.rupture.bas")
    assert told[1].endswith("did you mean rupture.base?")
    assert told[2].startswith("c.yaml, line 3: free.change.life")
    assert told[3].startswith('c.yaml, line 4: leave_out[2]: found the unknown finding "A111"')
    assert told[4].startswith("c.yaml, line 5: effort.points")
    assert told[5].endswith("did you mean steps?")


def test_a_second_wave_of_a_few_points_is_told(mistakes: Mistakes) -> None:
    told = mistakes("free: {change.life: [0.1, 0.2]}\neffort: {second: 7}\n")
    assert told == ["c.yaml, line 2: effort.second: found the number 7; allowed: 0, for none, or at least 64"]


def test_leaving_out_everything_is_told(mistakes: Mistakes) -> None:
    names = ", ".join(finding.id for finding in published("fit"))
    told = mistakes(f"free: {{change.life: [0.1, 0.2]}}\nleave_out: [{names}]\n")
    assert told == ["c.yaml, line 2: leave_out: found all findings; allowed: ids of some of them"]


@pytest.mark.parametrize(("name", "tier"), [("A05", "validate"), ("N05", "context"), ("S14", "retired")])
def test_a_finding_that_the_fit_does_not_use_cannot_be_left_out(mistakes: Mistakes, name: str, tier: str) -> None:
    assert mistakes(f"free: {{change.life: [0.1, 0.2]}}\nleave_out: [A01, {name}]\n") == [
        (
            f"c.yaml, line 2: leave_out[2]: found {name}, which is of tier {tier}; "
            "allowed: findings of tier fit, since the fit uses no others"
        )
    ]


def test_an_unknown_finding_is_told_with_the_nearest_one_and_one_listing(mistakes: Mistakes) -> None:
    assert mistakes("free: {change.life: [0.1, 0.2]}\nleave_out: [N50a]\n") == [
        (
            'c.yaml, line 2: leave_out[1]: found the unknown finding "N50a"; allowed: findings of tier fit: A01, A03, '
            "A18, A19, A20, P01, P02, P06, D01, D05, T02, S01 and 29 more (alliance-sim evidence lists them); "
            "did you mean N50?"
        )
    ]


def test_an_unknown_parameter_is_told_once_with_the_nearest_one(mistakes: Mistakes) -> None:
    (told,) = mistakes("free:\n  rupture.bas: [-3, -1]\n")
    assert told.startswith('c.yaml, line 2: free.rupture.bas: found the unknown name "rupture.bas"; allowed: ')
    assert told.endswith("did you mean rupture.base?")


def test_what_is_stated_in_full_is_the_same_calibration(tmp_path: Path) -> None:
    import json

    first = load_calibration(CONFIGS / "calibration.yaml", ["effort.draws=30", "leave_out=[A01]"])
    (tmp_path / "again.yaml").write_text(json.dumps(first.stated()))
    again = load_calibration(tmp_path / "again.yaml")
    assert (again.title, again.question, again.leave_out) == (first.title, first.question, ("A01",))
    assert (again.effort, again.prior.paths) == (first.effort, first.prior.paths)
    assert np.array_equal(again.prior.low, first.prior.low)
    assert np.array_equal(again.prior.high, first.prior.high)


def test_a_calibration_may_be_that_of_a_rival_mechanism(tmp_path: Path) -> None:
    text = "free: {change.life: [0.1, 0.2]}\nmechanisms: {change: additive, spillover: false}\n"
    (tmp_path / "c.yaml").write_text(text)
    rival = load_calibration(tmp_path / "c.yaml")
    assert rival.mechanisms == Mechanisms(change=Change.ADDITIVE, spillover=0)
    assert rival.stated()["mechanisms"]["change"] == "additive"
    assert address(rival) != address(load_calibration(tmp_path / "c.yaml", ["mechanisms.spillover=true"]))


def test_an_unknown_mechanism_is_told(mistakes: Mistakes) -> None:
    told = mistakes("free: {change.life: [0.1, 0.2]}\nmechanisms: {change: aditive}\n")
    assert told == [
        (
            'c.yaml, line 2: mechanisms.change: found the text "aditive"; '
            "allowed: gate or additive or technique_only or relationship_only; did you mean additive?"
        )
    ]
