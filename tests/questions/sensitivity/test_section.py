# ruff: noqa: E501 - messages are written as they are shown
"""The section `sensitivity` of a config: what may be varied, and mistakes in it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml

from alliance_sim.law.about import About
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.sensitivity.basis import basis_of, findings_in
from alliance_sim.questions.sensitivity.ranges import settings_of, varied
from alliance_sim.questions.sensitivity.section import population, wanted
from alliance_sim.scenario import ConfigError
from alliance_sim.scenario.registry import by_path

ROOT = Path(__file__).parents[3]

CONFIG = """
replicates: 3
clinic: {therapists: 2, caseload: 3, weeks: 4}
arms:
  ignore: {policy: ignore}
  repair: {policy: repair}
sensitivity:
  estimates:
    d: {estimate: pre_post_d, of: repair, minus: ignore}
"""
RANGES = "  ranges: {parameters.rupture.base: [-3, -1], parameters.change.technique: plausible}\n"

Load = Callable[..., Question]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Reads a config that is given as text."""

    def load(text: str = CONFIG + RANGES, *overrides: str) -> Question:
        file = tmp_path / "ask.yaml"
        file.write_text(text, encoding="utf-8")
        return load_question(file, overrides)

    return load


def messages(load: Load, text: str, *overrides: str) -> list[str]:
    """The messages about a config, without file and line."""
    with pytest.raises(ConfigError) as caught:
        load(text, *overrides)
    return [str(problem).partition(": ")[2] for problem in caught.value.problems]


def test_all_parameters_of_the_law_are_varied_where_nothing_is_said(load: Load) -> None:
    found = varied(load(CONFIG))
    assert {one.key for one in found} == {path for path in by_path() if path.startswith("parameters.")}


def test_near_is_half_of_the_plausible_range_around_the_default_as_far_as_it_goes(load: Load) -> None:
    text = (
        CONFIG
        + "  ranges: {parameters.rupture: near, parameters.rupture.slope: [0, 1], mechanisms.change: plausible}\n"
    )
    found = {one.key: one for one in varied(load(text))}
    about, default = by_path()["parameters.rupture.challenge"].about, by_path()["parameters.rupture.challenge"].default
    _, _, low, high, _ = found["parameters.rupture.challenge"].dimension.ends[0]
    assert (low, high) == (default - 0.25 * (about.high - about.low), default + 0.25 * (about.high - about.low))
    assert found["parameters.rupture.slope"].dimension.ends[0][2:4] == (0, 1)
    tired = by_path()["parameters.rupture.tired"].about
    assert isinstance(tired, About)
    assert found["parameters.rupture.tired"].dimension.ends[0][2] == tired.low
    assert len(found["mechanisms.change"].dimension.options) == 4


def test_whole_numbers_options_and_linked_settings_become_values_of_the_law(load: Load) -> None:
    text = CONFIG + (
        "  ranges:\n    clinic.caseload: [3, 5]\n    mechanisms.spillover: [true, false]\n"
        "    skilled: {parameters.intake.repair_mean: [-1, 1], parameters.intake.attunement_mean: [1, -1]}\n"
    )
    found = varied(load(text))
    assert [one.paths for one in found][2] == ("parameters.intake.repair_mean", "parameters.intake.attunement_mean")
    low, high, configured = settings_of(found, np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [np.nan] * 3]))
    assert low == {
        "clinic.caseload": 3,
        "mechanisms.spillover": True,
        "parameters.intake.repair_mean": -1.0,
        "parameters.intake.attunement_mean": 1.0,
    }
    assert high == {
        "clinic.caseload": 5,
        "mechanisms.spillover": False,
        "parameters.intake.repair_mean": 1.0,
        "parameters.intake.attunement_mean": -1.0,
    }
    assert configured == {}


def test_what_is_left_out_is_not_varied(load: Load) -> None:
    keys = {one.key for one in varied(load(CONFIG + "  leave_out: [parameters.rating, parameters.rupture.base]\n"))}
    assert not any(key.startswith("parameters.rating.") for key in keys)
    assert "parameters.rupture.base" not in keys
    assert "parameters.rupture.slope" in keys


def test_an_estimate_is_of_the_baseline_where_no_arm_is_named(load: Load) -> None:
    found = wanted(
        load(CONFIG.replace("{estimate: pre_post_d, of: repair, minus: ignore}", "{estimate: recovery_pct}") + RANGES)
    )
    assert (found[0].of, found[0].minus) == ("ignore", "")
    assert found[0].unit == "% of clients"
    assert found[0]._replace(minus="repair").unit == "percentage points"


def test_a_number_rests_on_findings_or_on_an_assumption(load: Load) -> None:
    text = CONFIG + (
        "  ranges: {parameters.leaving.base: [-5.5, -3], parameters.sustain.task_level: near, "
        "parameters.repair.defensive: near, mechanisms.change: plausible}\n"
    )
    asked = load(text)
    draws = population(asked)
    fitted, tied, assumed, contested = (basis_of(one, draws) for one in varied(asked))
    assert (fitted.kind, tied.kind, assumed.kind, contested.kind) == ("fitted", "tied", "assumed", "contested")
    assert 0.5 < fitted.learned < 0.95
    assert "partly" in fitted.words
    assert tied.words == "set by hand after S13, not fitted"
    assert [each.uninformed for each in (fitted, tied, assumed, contested)] == [False, False, True, True]
    assert findings_in("assumption (C10; held out: P09)") == []


def test_the_shipped_ranges_of_fitted_parameters_are_those_that_the_calibration_starts_from() -> None:
    free = yaml.safe_load((ROOT / "configs" / "calibration.yaml").read_text(encoding="utf-8"))["free"]
    found = {one.key: one for one in varied(load_question(ROOT / "configs" / "sensitivity.yaml"))}
    for path, (low, high) in free.items():
        assert found[f"parameters.{path}"].dimension.ends[0][2:4] == (low, high), path


# ---- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("  ranges: posterior\n", 'sensitivity.ranges: found the text "posterior"; allowed: all, or a mapping of paths and ranges; did you mean all?'),
        ("  ranges: {parameters.rupture.bas: plausible}\n", 'sensitivity.ranges.parameters.rupture.bas: found the unknown name "bas"; allowed: '),
        ("  ranges: {parameters.rupture: wide}\n", 'sensitivity.ranges.parameters.rupture: found the text "wide"; allowed: plausible or near, since parameters.rupture is a group of settings'),
        ("  ranges: {policy: [ignore, repair], parameters.rupture.base: plausible}\n", "sensitivity.ranges.policy: found policy, which cannot be varied by degrees; allowed: numbers and mechanisms of a world; make a named policy, treatment or base an arm of its own"),
        ("  ranges: {parameters.rupture.base: plausible}\n", "sensitivity.ranges: found a mapping; allowed: at least two settings to vary"),
        ("  leave_out: [parameters.ruptur]\n", 'sensitivity.leave_out[1]: found "parameters.ruptur", which is not varied; allowed: a path or a group of ranges; did you mean parameters.rupture?'),
        ("  levels: 5\n", "sensitivity.levels: found the number 5; allowed: an even number of levels"),
        ("  base: 100\n", "sensitivity.base: found the number 100; allowed: a power of two; did you mean 64?"),
        ("  over: [range]\n", 'sensitivity.over[1]: found the unknown thing to vary over "range"; allowed: ranges, posterior; did you mean ranges?'),
        ("  over: []\n", "sensitivity.over: found a list; allowed: ranges, posterior, or both"),
        ("  draws: posteror\n", 'sensitivity.draws: found the unknown'),
        ("  draws: calibrated\n", 'sensitivity.draws: found the text "calibrated"; allowed: posterior, or the path of a CSV file with draws of parameters; did you mean posterior?'),
        ("  trajectories: 1\n", "sensitivity.trajectories: found the number 1; allowed: a whole number from 2 to 10000 (trajectories)"),
        ("  ranges: {treatment.goal: [0, 1], treatment.task: [0, 1], treatment.bond: [0, 1], treatment.technique: [0, 1]}\n", 'sensitivity.ranges: found the text "treatment shares whose ranges all begin at 0"; allowed: at least one share that stays above 0'),
    ],
)  # fmt: skip
def test_a_mistake_in_the_section_is_named_where_it_is(load: Load, section: str, message: str) -> None:
    found = messages(load, CONFIG + section)
    assert len(found) == 1, found
    assert found[0].startswith(message), found[0]


@pytest.mark.parametrize(
    ("estimate", "message"),
    [
        ("{estimate: pre_post}", 'sensitivity.estimates.d.estimate: found the unknown estimate "pre_post"'),
        ("{estimate: pre_post_d, of: repare}", 'sensitivity.estimates.d.of: found the unknown arm "repare"; allowed: ignore, repair; did you mean repair?'),
        ("{estimate: between_d, of: repair}", "sensitivity.estimates.d.minus: found nothing; allowed: an arm, since between_d compares clients with their twins"),
        ("{estimate: pre_post_d, of: repair, minus: repair}", 'sensitivity.estimates.d.minus: found the arm "repair" minus itself; allowed: another arm'),
        ("{estimate: wai_after_repaired_null, of: repair}", "sensitivity.estimates.d.estimate: found wai_after_repaired_null, which compares with runs without consequences of ruptures; allowed: an estimate of one run, or of two arms"),
        ("{of: repair}", "sensitivity.estimates.d.estimate: found nothing; allowed: the name of an estimate, such as pre_post_d"),
    ],
)  # fmt: skip
def test_a_mistake_in_an_estimate_is_named_where_it_is(load: Load, estimate: str, message: str) -> None:
    found = messages(load, CONFIG.replace("{estimate: pre_post_d, of: repair, minus: ignore}", estimate))
    assert len(found) == 1, found
    assert found[0].startswith(message), found[0]


def test_a_setting_that_an_arm_sets_too_is_a_mistake(load: Load) -> None:
    text = CONFIG.replace("{policy: repair}", "{policy: repair, parameters: {rupture: {base: -2}}}")
    found = messages(load, text + RANGES)
    assert len(found) == 1
    assert "parameters.rupture.base, which" in found[0]


def test_factors_and_designs_are_mistakes(load: Load) -> None:
    found = messages(load, CONFIG + RANGES + "factors: {mechanisms.change: [gate, additive]}\n")
    assert found == ["factors: found factors beside sensitivity; allowed: arms alone: what varies is in ranges"]


def test_the_config_of_the_guide_can_be_asked(load: Load) -> None:
    guide = (ROOT / "docs" / "sensitivity.md").read_text(encoding="utf-8")
    asked = load(guide.partition("```yaml\n")[2].partition("```")[0])
    keys = [one.key for one in varied(asked)]
    assert "better trained" in keys
    assert "parameters.repair.time" not in keys
    for name in type(asked.section).model_fields:
        assert f"`{name}`" in guide, f"the guide lacks {name}"
