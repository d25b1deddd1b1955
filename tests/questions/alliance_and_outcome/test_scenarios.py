"""Which scenarios are run, and what is wrong with a config."""

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.law.world import World
from alliance_sim.questions.alliance_and_outcome.run import raises_of, run_as, wanted_of
from alliance_sim.questions.alliance_and_outcome.scenarios import NamedScenario, scenarios
from alliance_sim.questions.alliance_and_outcome.study import HALOS
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import ConfigError
from tests.questions.alliance_and_outcome.conftest import CONFIG

Ask = Callable[..., Path]

SHIPPED = Path(__file__).parents[3] / "configs" / "alliance_and_outcome.yaml"
FACTORS = CONFIG.partition("factors:")[2].partition("alliance_and_outcome:")[0]
EVERYTHING = ("calibrated", ("reverse causation", "dropout"))


@pytest.fixture
def question(config: Ask) -> Question:
    return load_question(config())


def test_every_set_of_distortions_has_every_strength_and_never_two_strengths_at_once(question: Question) -> None:
    crossed = {each[:3] for each in scenarios(question) if each.crossed}
    assert len(crossed) == 2 * (1 + 2 * 3)
    assert ("", (), "effect") in crossed
    assert ("strong", ("reverse causation", "dropout"), "no effect") in crossed


def test_other_arms_are_run_where_everything_is_as_calibrated(question: Question) -> None:
    found = [each for each in scenarios(question) if not each.crossed]
    assert [each[:3] for each in found] == [(*EVERYTHING, "double leniency"), (*EVERYTHING, "posterior")]


def test_what_takes_long_is_for_scenarios_with_none_one_or_all_of_the_distortions(question: Question) -> None:
    def main(each: NamedScenario) -> bool:
        return each.crossed and len(each.on) in (0, 1, 2)

    for each in scenarios(question):
        assert (wanted_of(question, each).cross_lagged > 0) == main(each)
        assert (len(raises_of(question, each)) > 2) == (main(each) and each.arm == "effect")


def test_halo_is_added_in_the_calibrated_scenario_only(question: Question) -> None:
    halo = [s[:3] for s in scenarios(question) if {name for name, _ in wanted_of(question, s).data} >= set(HALOS)]
    assert halo == [(*EVERYTHING, "effect")]


def test_draws_of_parameters_are_run_with_more_therapists(question: Question) -> None:
    sizes = {s.arm: run_as(s, question.section.larger).scenario.clinic.therapists for s in scenarios(question)}
    assert sizes == {"effect": 6, "no effect": 6, "double leniency": 6, "posterior": 12}


def test_everything_as_calibrated_is_the_calibrated_model_and_overrules_no_draw() -> None:
    """A level that names a fitted parameter would take it out of the draws."""
    by_arm = {each.arm: each.point.scenario for each in scenarios(load_question(SHIPPED)) if each.calibrated}
    assert by_arm["effect"].world.parameters == World().parameters
    assert by_arm["effect"].world.mechanisms == World().mechanisms
    population = by_arm["posterior"].population
    assert population is not None
    assert len(population.paths) == 53


LEVELS = "a level of every factor but the first: calibrated, strong"
ARMS = "an arm of the config: effect, no effect, double leniency, posterior"
SAME = "off, and then the strengths of reverse causation: calibrated, strong"
SOME = "at least one factor: what distorts the correlation, its first level off"
OTHER = "another arm than that of the effect"
SMALL = "small_caseload: found the number 6; allowed: at most 5, the clients of a therapist"
STRONG = "    strong: {parameters.leaving.base: -3, parameters.leaving.complete: 0.3}\n"
HERE = "  strength: calibrated"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (HERE, HERE[:-1], 29, f'strength: found the text "calibrate"; allowed: {LEVELS}; did you mean calibrated?'),
        (HERE, f"  null: nothing\n{HERE}", 29, f'null: found the text "nothing"; allowed: {ARMS}'),
        (HERE, f"  null: effect\n{HERE}", 29, f'null: found the text "effect"; allowed: {OTHER}'),
        ("[2, 4]", "[2, 8]", 30, "jolted[2]: found the number 8; allowed: a week from 1 to 7"),
        ("waves: 3", "waves: 9", 32, "waves: found the number 9; allowed: at most 8, the weeks of treatment"),
        ("small_caseload: 4", "small_caseload: 6", 35, SMALL),
        (STRONG, "", 24, f'factors.dropout: found the text "off, calibrated"; allowed: {SAME}'),
        (f"factors:{FACTORS}", "", None, f"factors: found nothing; allowed: {SOME}"),
    ],
)
def test_mistakes_are_reported_at_their_place(config: Ask, old: str, new: str, line: int | None, message: str) -> None:
    file = config((old, new))
    with pytest.raises(ConfigError) as caught:
        load_question(file)
    section = "" if message.startswith("factors") else "alliance_and_outcome."
    where = f", line {line}" if line else ""
    assert str(caught.value).replace(f"{file.parent}/", "") == f"small.yaml{where}: {section}{message}"
