"""Which scenarios are run, and what is wrong with a config."""

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.law.world import World
from alliance_sim.questions.alliance_and_outcome.run import raises_of, run_as, wanted_of
from alliance_sim.questions.alliance_and_outcome.scenarios import Scenario, scenarios
from alliance_sim.questions.alliance_and_outcome.study import HALOS
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.frame.question import Question
from alliance_sim.scenario import ConfigError

Ask = Callable[..., Path]

SHIPPED = Path(__file__).parents[3] / "configs" / "alliance_and_outcome.yaml"
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
    def main(each: Scenario) -> bool:
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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("  strength: calibrated", "  strength: calibrate"),
            (
                'small.yaml, line 29: alliance_and_outcome.strength: found the text "calibrate"; allowed: a level of '
                "every factor but the first: calibrated, strong; did you mean calibrated?"
            ),
        ),
        (
            ("  strength: calibrated", "  null: nothing\n  strength: calibrated"),
            (
                'small.yaml, line 29: alliance_and_outcome.null: found the text "nothing"; allowed: an arm of the '
                "config: effect, no effect, double leniency, posterior"
            ),
        ),
        (
            ("  strength: calibrated", "  null: effect\n  strength: calibrated"),
            (
                'small.yaml, line 29: alliance_and_outcome.null: found the text "effect"; allowed: another arm than '
                "that of the effect"
            ),
        ),
        (
            ("jolted: [2, 4]", "jolted: [2, 8]"),
            "small.yaml, line 30: alliance_and_outcome.jolted[2]: found the number 8; allowed: a week from 1 to 7",
        ),
        (
            ("waves: 3", "waves: 9"),
            (
                "small.yaml, line 32: alliance_and_outcome.waves: found the number 9; allowed: at most 8, the weeks of "
                "treatment"
            ),
        ),
        (
            ("small_caseload: 4", "small_caseload: 6"),
            (
                "small.yaml, line 35: alliance_and_outcome.small_caseload: found the number 6; allowed: at most 5, the "
                "clients of a therapist"
            ),
        ),
        (
            ("    strong: {parameters.leaving.base: -3, parameters.leaving.complete: 0.3}\n", ""),
            (
                'small.yaml, line 24: factors.dropout: found the text "off, calibrated"; allowed: off, and then the '
                "strengths of reverse causation: calibrated, strong"
            ),
        ),
    ],
)
def test_mistakes_are_reported_at_their_place(config: Ask, change: tuple[str, str], message: str) -> None:
    file = config(change)
    with pytest.raises(ConfigError) as caught:
        load_question(file)
    assert str(caught.value).replace(f"{file.parent}/", "").splitlines() == [message]


def test_a_config_without_distortions_is_refused(config: Ask) -> None:
    text = config().read_text()
    start, end = text.index("factors:"), text.index("alliance_and_outcome:")
    file = config((text[start:end], ""))
    with pytest.raises(ConfigError, match="factors: found nothing; allowed: at least one factor"):
        load_question(file)
