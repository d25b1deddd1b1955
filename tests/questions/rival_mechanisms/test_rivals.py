"""Rival mechanisms: each with a calibration of its own, run, compared and distinguished."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from alliance_sim.estimates.long import Estimates
from alliance_sim.experiment.kept import silent
from alliance_sim.law.change import Change
from alliance_sim.law.repair import RepairEffect
from alliance_sim.questions.frame.answer import answer_question
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.rival_mechanisms.estimates import distances, pairs, separations
from alliance_sim.questions.rival_mechanisms.numbers import SETS, Predictions, numbers
from alliance_sim.questions.rival_mechanisms.section import rivals_of
from alliance_sim.questions.rival_mechanisms.view import alone_of, pairs_of
from alliance_sim.scenario import ConfigError

CONFIGS = Path(__file__).parents[3] / "configs"

SMALL = """
title: Two rivals
question: Which?
free:
  rupture.base: [-3, -1.5]
  change.technique: [0.2, 0.7]
effort: {points: 64, second: 0, checks: 16, sites: 4, chains: 2, steps: 50, draws: 20, recoveries: 0}
rival_mechanisms:
  draws: 20
  literatures: 200
  rivals:
    full model: {}
    technique only:
      mechanisms: {change: technique_only}
      free: {change.technique: [0.3, 0.9]}
"""


def mistakes(tmp_path: Path, text: str) -> list[str]:
    """The messages about a config, without its folder."""
    file = tmp_path / "c.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_question(file)
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


def test_every_shipped_rival_has_a_mechanism_of_its_own_and_the_same_effort() -> None:
    rivals = rivals_of(load_question(CONFIGS / "rival_mechanisms.yaml"))
    assert len(rivals) == 10
    assert len({rival.calibration.mechanisms for rival in rivals}) == 10
    assert len({rival.calibration.effort for rival in rivals}) == 1
    assert {rival.calibration.leave_out for rival in rivals} == {()}


def test_a_rival_changes_mechanisms_and_adds_ranges_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(SMALL)
    full, rival = rivals_of(load_question(tmp_path / "c.yaml"))
    assert full.calibration.mechanisms.change == Change.GATE
    assert rival.calibration.mechanisms.change == Change.TECHNIQUE_ONLY
    assert rival.calibration.prior.high.tolist() == [-1.5, 0.9]
    assert full.calibration.prior.high.tolist() == [-1.5, 0.7]
    assert rival.slug == "technique_only"


def test_selection_has_correlated_skills_and_a_repair_without_effect() -> None:
    rivals = {r.name: r.calibration for r in rivals_of(load_question(CONFIGS / "rival_mechanisms.yaml"))}
    assert rivals["selection only"].mechanisms.skills == 1
    assert rivals["selection only"].mechanisms.repair_effect == RepairEffect.NONE
    assert "intake.skill_correlation" in rivals["selection only"].prior.paths


def test_mistakes_in_rivals_are_told_at_their_lines(tmp_path: Path) -> None:
    text = SMALL.replace("technique_only}", "tecnique_only}").replace(
        "free: {change.technique", "fre: {change.technique"
    )
    told = mistakes(tmp_path, text)
    assert len(told) == 2
    assert told[0].startswith('c.yaml, line 14: mechanisms.change: found the text "tecnique_only"')
    assert told[1] == (
        'c.yaml, line 15: rival_mechanisms.rivals.technique only.fre: found the unknown name "fre"; '
        "allowed: mechanisms, free; did you mean free?"
    )


def test_one_rival_alone_is_told(tmp_path: Path) -> None:
    told = mistakes(tmp_path, SMALL[: SMALL.index("    technique only")])
    assert told == [
        "c.yaml, line 11: rival_mechanisms.rivals: found 1 rival; allowed: two rivals or more, to be compared"
    ]


def test_more_draws_than_a_calibration_keeps_are_told(tmp_path: Path) -> None:
    told = mistakes(tmp_path, SMALL.replace("  draws: 20\n", "  draws: 30\n"))
    allowed = "at most 20, the draws that a calibration keeps"
    assert told == [f"c.yaml, line 9: rival_mechanisms.draws: found the number 30; allowed: {allowed}"]


def test_no_finding_is_counted_twice_and_none_that_is_held_out_is_called_fitted() -> None:
    wanted = numbers()
    assert len({number.key for number in wanted}) == len(wanted)
    assert {n.id for n in wanted if n.group == "fitted"}.isdisjoint(n.id for n in wanted if n.group == "held out")
    assert "A05" not in {number.id for number in wanted}
    assert {"R01", "R03", "T09"} <= {n.id for n in wanted if n.group == "held out" and n.error > 0}


def test_a_literature_as_published_holds_no_finding_without_a_number_and_an_error() -> None:
    published = {n.key: n for n in numbers() if n.group in SETS["today"]}
    assert all(n.error > 0 and np.isfinite(n.value) for n in published.values())
    assert not {"W02.1", "W05.1", "P18.1", "X16.1"} & published.keys()


def test_distance_is_one_where_a_rival_predicts_the_published_numbers_with_their_errors() -> None:
    """Error rate: the mean of 400 draws of 28 squared standard normal numbers lies within 0.06 of 1 (4 MCSE)."""
    wanted = numbers()
    chance = np.random.default_rng(3)
    value, error = (np.nan_to_num(np.array([getattr(n, name) for n in wanted])) for name in ("value", "error"))
    near = value + error * chance.standard_normal((400, len(wanted)))
    found = Estimates.of(distances([Predictions("r", near)], wanted))
    assert found.one(about="distance").value == pytest.approx(1.0, abs=0.06)


def test_a_pair_is_distinguished_by_the_number_in_which_it_differs() -> None:
    wanted = numbers()
    chance = np.random.default_rng(4)
    one, other = (Predictions(name, 0.01 * chance.standard_normal((60, len(wanted)))) for name in ("one", "other"))
    k = next(k for k, number in enumerate(wanted) if number.key == "R01.1")
    other.table[:, k] += 1.0
    apart = separations([one, other], wanted)
    assert apart.sort_values("d").iloc[-1]["key"] == "R01.1"
    shares = Estimates.of(pairs([one, other], wanted, 200, 1))
    (pair,) = pairs_of(shares, apart)
    assert pair["today"].value > 99.0
    assert pair["told"]
    assert pair["published"].startswith("R01: ")


@pytest.mark.slow
def test_rivals_are_fitted_played_and_judged_and_nothing_is_done_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.yaml").write_text(SMALL)
    asked = load_question(tmp_path / "c.yaml")
    first = answer_question(asked, tmp_path / "out", 2, silent)
    assert set(first.answer.tables["findings"]["rival"]) == {"full model", "technique only"}
    monkeypatch.setattr("alliance_sim.evidence.calibration.fit.calibrate", None)
    monkeypatch.setattr("alliance_sim.experiment.kept.each", None)
    again = answer_question(asked, tmp_path / "out", 2, silent)
    for name, table in first.answer.tables.items():
        pd.testing.assert_frame_equal(table, again.answer.tables[name])


@pytest.mark.parametrize(
    ("told", "alone"),
    [
        ((False, False, False), None),
        ((True, True, False), "a"),
        ((True, False, False), None),
        ((True, True, True), None),
    ],
)
def test_one_rival_is_alone_where_it_and_no_other_pair_is_distinguished(
    told: tuple[bool, ...], alone: str | None
) -> None:
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    rows = [{"one": one, "other": other, "told": each} for (one, other), each in zip(pairs, told, strict=True)]
    assert alone_of(rows, ["a", "b", "c"]) == alone
