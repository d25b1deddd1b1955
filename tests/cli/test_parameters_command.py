"""`alliance-sim parameters`: every setting with what it means, and the catalogue."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from alliance_sim.scenario import catalog
from alliance_sim.scenario.problem import in_config
from alliance_sim.scenario.registry import by_path, option_names, settings

Said = Callable[..., Any]


def words(text: str) -> str:
    """A text without its line breaks."""
    return " ".join(text.split())


def test_without_a_name_everything_is_listed(said: Said) -> None:
    result = said("parameters")
    assert result.status == 0
    out = set(result.out.split())
    assert {setting.path.rpartition(".")[2] for setting in settings()} <= out
    assert {name for kind in catalog.KINDS for name in catalog.names(kind)} <= out


def test_a_setting_is_told_with_default_range_unit_meaning_and_source(said: Said) -> None:
    setting = by_path()["parameters.intake.trauma_prevalence"]
    out = words(said("parameters", setting.path).out)
    row = f"trauma_prevalence {setting.default} 0 to 1 {setting.about.meaning}"
    assert row in out
    assert setting.about.unit in out.partition(row)[2]
    assert setting.about.source in out.partition(row)[2]


@pytest.mark.parametrize("name", ["repair_effect", "spillover"])
def test_a_mechanism_is_told_with_its_options(said: Said, name: str) -> None:
    about = by_path()[f"mechanisms.{name}"].about
    out = set(said("parameters", f"mechanisms.{name}").out.split())
    assert {f"{in_config(option)}:" for option in option_names(about)} <= out
    assert {word for told in about.words for word in told.split()} <= out


def test_a_treatment_is_told_with_its_values_and_sources(said: Said) -> None:
    out = words(said("parameters", "cbt").out)
    assert out.startswith("cbt: Cognitive behavioural therapy (treatments)")
    assert "challenge 0.8 assumption: with technique's share of the hour" in out


def test_a_questionnaire_is_told_with_its_subscales(said: Said) -> None:
    out = words(said("parameters", "wai_sr").out)
    assert "goal: 4, 6, 8, 11; task: 1, 2, 10, 12; bond: 3, 5, 7, 9" in out


@pytest.mark.parametrize("kind", catalog.KINDS)
def test_a_kind_lists_its_entries(said: Said, kind: str) -> None:
    out = said("parameters", kind).out
    assert all(f"{name}: {catalog.entry(kind, name).title}" in out for name in catalog.names(kind))


def test_a_name_that_is_a_group_and_an_entry_shows_both(said: Said) -> None:
    out = said("parameters", "repair").out
    assert "repair: All four steps of repair" in out
    assert "parameters.repair" in out


def test_the_section_of_an_inquiry_lists_its_settings(said: Said) -> None:
    out = words(said("parameters", "optimise").out)
    assert out.startswith("optimise: a search for a good policy for each profile")
    assert "trials 80 a whole number from 4 to 10000 points that are tried for each profile" in out
    assert "Answered by alliance-sim optimise CONFIG" in out


def test_one_setting_of_an_inquiry_is_told_alone(said: Said) -> None:
    out = words(said("parameters", "power.wanted").out)
    assert "wanted 0.8 a number from 0.05 to 0.999" in out
    assert "nesting" not in out


def test_an_unknown_name_ends_with_status_2_and_the_nearest_one(said: Said) -> None:
    result = said("parameters", "atunement_mean")
    assert result.status == 2
    assert result.err.startswith(
        'alliance-sim parameters: found the unknown name "atunement_mean"; allowed: a setting, a group of settings'
    )
    assert "did you mean attunement_mean?" in result.err


def test_the_json_schema_is_printed_for_editors(said: Said) -> None:
    assert json.loads(said("parameters", "--json-schema").out)["properties"]["replicates"]["minimum"] == 1


def test_a_setting_that_a_section_does_not_have_is_told_with_the_nearest(said: Said) -> None:
    result = said("parameters", "power.analises")
    assert result.status == 2
    assert "found power.analises; allowed: a setting of power: " in result.err
    assert "did you mean analyses?" in result.err
