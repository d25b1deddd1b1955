"""`alliance-sim parameters`: every setting with what it means, and the catalogue."""

import json

import pytest

from alliance_sim.scenario import catalog
from alliance_sim.scenario.problem import in_config
from alliance_sim.scenario.registry import by_path, option_names, settings
from tests.cli.conftest import Command


def test_without_a_name_everything_is_listed(command: Command) -> None:
    shown = command("parameters")
    assert shown.status == 0
    assert {setting.path.rpartition(".")[2] for setting in settings()} <= set(shown.out.split())
    assert all(f"{n} {catalog.entry(k, n).title}" in shown.words for k in catalog.KINDS for n in catalog.names(k))


def test_a_setting_is_shown_with_default_range_unit_meaning_and_source(command: Command) -> None:
    setting = by_path()["parameters.intake.trauma_prevalence"]
    row = f"trauma_prevalence {setting.default} 0 to 1 {setting.about.meaning}"
    _, found, after = command("parameters", setting.path).words.partition(row)
    assert found
    assert {setting.about.unit, *setting.about.source.split()} <= set(after.split())


@pytest.mark.parametrize("name", ["repair_effect", "spillover"])
def test_a_mechanism_is_shown_with_its_options(command: Command, name: str) -> None:
    about = by_path()[f"mechanisms.{name}"].about
    out = set(command("parameters", f"mechanisms.{name}").out.split())
    assert {f"{in_config(option)}:" for option in option_names(about)} <= out
    assert {word for meaning in about.words for word in meaning.split()} <= out


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("cbt", "cbt: Cognitive behavioural therapy (treatments)"),
        ("cbt", "challenge 0.8 assumption: with technique's share of the hour"),
        ("wai_sr", "goal: 4, 6, 8, 11; task: 1, 2, 10, 12; bond: 3, 5, 7, 9"),
        ("repair", "repair: All four steps of repair"),
        ("repair", "parameters.repair"),
        ("optimise", "optimise: a search for a good policy for each profile"),
        ("optimise", "trials 80 a whole number from 4 to 10000 points that are tried for each profile"),
        ("optimise", "Answered by alliance-sim optimise CONFIG"),
        ("power.wanted", "wanted 0.8 a number from 0.05 to 0.999"),
    ],
)
def test_a_name_shows_an_entry_a_group_or_the_section_of_a_question(command: Command, name: str, shown: str) -> None:
    assert shown in command("parameters", name).words


def test_one_setting_of_a_question_is_shown_alone(command: Command) -> None:
    assert "nesting" not in command("parameters", "power.wanted").out


@pytest.mark.parametrize("kind", catalog.KINDS)
def test_a_kind_lists_its_entries(command: Command, kind: str) -> None:
    out = command("parameters", kind).out
    assert all(f"{name}: {catalog.entry(kind, name).title}" in out for name in catalog.names(kind))


@pytest.mark.parametrize(
    ("name", "found", "near"),
    [
        ("atunement_mean", 'the unknown name "atunement_mean"; allowed: a setting, a group', "attunement_mean"),
        ("power.analises", "power.analises; allowed: a setting of power: ", "analyses"),
    ],
)
def test_an_unknown_name_is_refused_with_the_nearest(command: Command, name: str, found: str, near: str) -> None:
    shown = command("parameters", name)
    assert shown.status == 2
    assert shown.err.startswith(f"alliance-sim parameters: found {found}")
    assert f"did you mean {near}?" in shown.err


def test_the_json_schema_is_printed_for_editors(command: Command) -> None:
    assert json.loads(command("parameters", "--json-schema").out)["properties"]["replicates"]["minimum"] == 1
