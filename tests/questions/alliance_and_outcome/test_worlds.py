"""Which worlds are played, and what is wrong with a config."""

from collections.abc import Callable
from pathlib import Path

import pytest

from alliance_sim.law.world import World as Law
from alliance_sim.questions.alliance_and_outcome.playing import HALOS, played_as, wanted_of, worlds_of
from alliance_sim.questions.alliance_and_outcome.worlds import is_main
from alliance_sim.questions.frame.config import load_question
from alliance_sim.scenario import ConfigError

Ask = Callable[..., Path]

SHIPPED = Path(__file__).parents[3] / "configs" / "alliance_and_outcome.yaml"


def test_every_set_of_distortions_is_played_at_every_strength_and_never_two_strengths_at_once(config: Ask) -> None:
    found = worlds_of(load_question(config()))
    crossed = {(world.strength, world.on, world.arm) for world in found if world.arm in ("effect", "no effect")}
    assert len(crossed) == 2 * (1 + 2 * 3)
    assert ("", (), "effect") in crossed
    assert ("strong", ("reverse causation", "dropout"), "no effect") in crossed


def test_other_arms_are_played_where_everything_is_as_calibrated(config: Ask) -> None:
    found = [world for world in worlds_of(load_question(config())) if world.arm not in ("effect", "no effect")]
    everything = ("calibrated", ("reverse causation", "dropout"))
    assert [(world.arm, world.strength, world.on) for world in found] == [
        ("double leniency", *everything), ("posterior", *everything),
    ]  # fmt: skip


def test_the_cross_lagged_model_is_for_worlds_with_none_one_or_all_of_the_distortions(config: Ask) -> None:
    asked = load_question(config())
    for world in worlds_of(asked):
        main = is_main(world, 2) and world.arm in ("effect", "no effect")
        assert (wanted_of(asked, world).cross_lagged > 0) == main


def test_halo_is_added_in_the_calibrated_world_alone(config: Ask) -> None:
    asked = load_question(config())
    with_halo = [w for w in worlds_of(asked) if {name for name, _, _ in wanted_of(asked, w).data} >= set(HALOS)]
    assert [(w.strength, len(w.on), w.arm) for w in with_halo] == [("calibrated", 2, "effect")]


def test_draws_of_parameters_are_played_with_more_therapists(config: Ask) -> None:
    asked = load_question(config())
    sizes = {w.arm: played_as(w, asked.section.larger).scenario.clinic.therapists for w in worlds_of(asked)}
    assert sizes == {"effect": 6, "no effect": 6, "double leniency": 6, "posterior": 12}


def test_everything_as_calibrated_is_the_calibrated_model() -> None:
    asked = load_question(SHIPPED)
    whole = [w for w in worlds_of(asked) if w.strength == asked.section.strength and len(w.on) == 4]
    world = next(w for w in whole if w.arm == asked.section.effect).point.scenario.world
    assert world.parameters == Law().parameters
    assert world.mechanisms == Law().mechanisms


def test_draws_are_not_overruled_by_what_is_as_calibrated() -> None:
    """A level that names a fitted parameter would take it out of the draws."""
    asked = load_question(SHIPPED)
    world = next(w for w in worlds_of(asked) if w.arm == "posterior")
    population = world.point.scenario.population
    assert population is not None
    assert len(population.paths) == 53


@pytest.mark.parametrize(
    ("change", "told"),
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
def test_mistakes_are_told_at_their_place(config: Ask, change: tuple[str, str], told: str) -> None:
    file = config(change)
    with pytest.raises(ConfigError) as caught:
        load_question(file)
    assert str(caught.value).replace(f"{file.parent}/", "").splitlines() == [told]


def test_a_config_without_distortions_is_told(config: Ask) -> None:
    text = config().read_text()
    start, end = text.index("factors:"), text.index("alliance_and_outcome:")
    file = config((text[start:end], ""))
    with pytest.raises(ConfigError, match="factors: found nothing; allowed: at least one factor"):
        load_question(file)
