"""A calibration's config: mistakes are told with their place, and what is kept of it repeats it."""

import json
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


def mistakes(folder: Path, text: str, *overrides: str) -> list[str]:
    """The messages about a config that is given as text, without the file's folder."""
    (folder / "c.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_calibration(folder / "c.yaml", overrides)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


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
def test_a_range_that_is_none_is_told_once_with_what_it_may_be(tmp_path: Path, written: str, told: str) -> None:
    allowed = "two numbers [low, high], low below high, each a number from 0 to 0.6 (SD)"
    assert mistakes(tmp_path, f"title: x\nfree:\n  change.life: {written}\n") == [
        f"c.yaml, line 3: free.change.life: found {told}; allowed: {allowed}"
    ]


def test_every_mistake_is_told_at_its_line_with_the_nearest_name(tmp_path: Path) -> None:
    text = (
        "free:\n  rupture.bas: [-3, -1]\n  change.life: [0.3, 0.1]\nleave_out: [A01, A111]\n"
        "effort: {points: 3, stepz: 9}\n"
    )
    told = mistakes(tmp_path, text, "effort.draws=many")
    begins = (
        "--set effort.draws=many: effort.draws",
        'c.yaml, line 2: free.rupture.bas: found the unknown name "rupture.bas"; allowed: ',
        "c.yaml, line 3: free.change.life",
        'c.yaml, line 4: leave_out[2]: found the unknown finding "A111"',
        "c.yaml, line 5: effort.points",
        "c.yaml, line 5: effort.stepz",
    )
    assert len(told) == len(begins)
    assert all(line.startswith(words) for line, words in zip(told, begins, strict=True))
    assert told[1].endswith("did you mean rupture.base?")
    assert told[5].endswith("did you mean steps?")


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("effort: {second: 7}", "effort.second: found the number 7; allowed: 0, for none, or at least 64"),
        (
            f"leave_out: [{', '.join(finding.id for finding in published('fit'))}]",
            "leave_out: found all findings; allowed: ids of some of them",
        ),
        *(
            (
                f"leave_out: [A01, {name}]",
                (
                    f"leave_out[2]: found {name}, which is of tier {tier}; "
                    "allowed: findings of tier fit, since the fit uses no others"
                ),
            )
            for name, tier in (("A05", "validate"), ("N05", "context"), ("S14", "retired"))
        ),
        (
            "leave_out: [N50a]",
            (
                'leave_out[1]: found the unknown finding "N50a"; allowed: findings of tier fit: A01, A03, '
                "A18, A19, A20, P01, P02, P06, D01, D05, T02, S01 and 29 more (alliance-sim evidence lists them); "
                "did you mean N50?"
            ),
        ),
        (
            "mechanisms: {change: aditive}",
            (
                'mechanisms.change: found the text "aditive"; '
                "allowed: gate or additive or technique_only or relationship_only; did you mean additive?"
            ),
        ),
    ],
)
def test_what_cannot_be_fitted_is_told(tmp_path: Path, more: str, told: str) -> None:
    assert mistakes(tmp_path, f"free: {{change.life: [0.1, 0.2]}}\n{more}\n") == [f"c.yaml, line 2: {told}"]


def test_what_is_stated_in_full_is_the_same_calibration(tmp_path: Path) -> None:
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
