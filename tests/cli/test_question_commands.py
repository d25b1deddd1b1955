"""Commands that answer a question of one kind: what is in their way, and what they print."""

import json
import sys
from pathlib import Path

import pandas as pd
import pytest

from alliance_sim.evidence.findings import published
from tests.cli.conftest import Command

CONFIGS = Path(__file__).parents[2] / "configs"

MAPPING = """\
title: Ours
replicates: 10
data:
  file: clinic.csv
  layout: wide
  planned: 6
  client: id
  symptoms: {instrument: oq45, intake: pre, end: post}
  resamples: 200
"""


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("run calibration.yaml", "alliance-sim calibrate"),
        ("story calibration.yaml", "alliance-sim calibrate"),
        ("calibrate quickstart.yaml", "alliance-sim run"),
        ("optimise repair_for_whom.yaml", "no section optimise; allowed: a config with a section optimise"),
    ],
)
def test_a_config_of_another_kind_names_the_command_for_it(command: Command, given: str, message: str) -> None:
    name, config = given.split()
    shown = command(name, CONFIGS / config)
    assert (shown.status, message in shown.err, "1 mistake" in shown.err) == (2, True, True)


@pytest.mark.parametrize(
    ("given", "package", "message"),
    [
        ("optimise optimise.yaml", "optuna", "optimise needs the optional package optuna: pip install"),
        ("run optimise.yaml", "optuna", "optimise needs the optional package optuna: pip install"),
        ("calibrate calibration.yaml", "numpyro", "calibrate needs the optional package numpyro: pip install"),
    ],
)
def test_a_missing_optional_package_is_named_with_what_to_install(
    command: Command, monkeypatch: pytest.MonkeyPatch, given: str, package: str, message: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    name, config = given.split()
    shown = command(name, CONFIGS / config)
    assert shown.status == 2
    assert shown.err == f"{message} 'alliance-sim[{message.split(maxsplit=1)[0]}]'\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("free: {rupture.bas: [-3, -1]}", "did you mean rupture.base?"),
        ("free: {change.life: [0.3, 0.1]}", "two numbers [low, high], low below high"),
        ("free: {change.life: [0.1, 0.2]}\nleave_out: [A05]", "found A05, which is of tier validate"),
        ("free: {change.life: [0.1, 0.2]}\nleave_out: [A0]", 'found the unknown finding "A0"'),
    ],
)
def test_one_mistake_of_a_calibration_is_one_message(command: Command, project: Path, text: str, message: str) -> None:
    (project / "c.yaml").write_text(text, encoding="utf-8")
    shown = command("calibrate", "c.yaml")
    assert (shown.status, message in shown.err, "1 mistake" in shown.err) == (2, True, True)


def test_check_shows_the_size_of_a_question(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("alliance_sim.api.reading.noted_forecast", lambda *_: None)
    shown = command("check", CONFIGS / "optimise.yaml")
    assert shown.status == 0
    assert "80 points of policy.vigilance" in shown.out
    assert "Profile avoidant: attachment avoidance 1 or more" in shown.words


# ---- evidence ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_every_finding_is_printed_and_written(command: Command, tmp_path: Path) -> None:
    shown = command("evidence", "--draws", 10, "--out", tmp_path / "o")
    assert shown.status == 0
    assert all(finding.id in shown.out for finding in published())
    assert "findings agree" in shown.out
    written = json.loads((tmp_path / "o" / "evidence.json").read_text(encoding="utf-8"))
    assert [one["id"] for one in written] == [finding.id for finding in published()]
    assert len(pd.read_csv(tmp_path / "o" / "evidence.csv")) == sum(len(finding.parts) for finding in published())
    assert (tmp_path / "o" / "evidence.png").stat().st_size > 10_000


def test_unknown_parameters_are_refused_with_the_nearest(command: Command) -> None:
    shown = command("evidence", "--parameters", "posteriour")
    assert (shown.status, "did you mean posterior?" in shown.err) == (2, True)


# ---- data of one's own -----------------------------------------------------------------------------------------------


@pytest.fixture
def mapping(project: Path) -> Path:
    """A mapping and its table in the current folder."""
    (project / "ours.yaml").write_text(MAPPING, encoding="utf-8")
    people = "".join(f"c{k},{70 + 3 * k},{50 + 2 * k}\n" for k in range(12))
    (project / "clinic.csv").write_text("id,pre,post\n" + people, encoding="utf-8")
    return project


def test_a_table_is_read_and_the_work_is_forecast_before_it_begins(command: Command, mapping: Path) -> None:
    shown = command("check", "ours.yaml")
    assert (shown.status, "12 clients, in clinic.csv" in shown.out) == (0, True)
    assert "Cost time on one worker: " in shown.words
    assert not (mapping / "results").exists()


def test_mistakes_in_a_table_end_with_status_2_and_nothing_is_written(command: Command, mapping: Path) -> None:
    (mapping / "clinic.csv").write_text("id,pre,post\na,999,x\n", encoding="utf-8")
    shown = command("data", "ours.yaml")
    assert shown.status == 2
    assert shown.err.splitlines()[:2] == [
        (
            "clinic.csv, line 2: pre: found the number 999; allowed: a number from 0 to 180; if such a cell is empty, "
            'the mapping says so, beside what it lists: missing: ["", NA, NaN, nan, ".", 999]'
        ),
        'clinic.csv, line 2: post: found the text "x"; allowed: a number written with "." before its decimals',
    ]
    assert not (mapping / "results").exists()


def test_the_answer_is_printed_and_its_folder_can_be_queried(command: Command, mapping: Path) -> None:
    (mapping / "worlds.yaml").write_text("arms: {one: {policy: ignore}, two: {}}\n", encoding="utf-8")
    shown = command("data", "ours.yaml", "--beside", "worlds.yaml", "--workers", 1)
    assert shown.status == 0
    assert shown.words.count("10 simulated clinics are too few to say whether an estimate lies outside") == 1
    page = (mapping / "results" / "ours" / "appendix.md").read_text(encoding="utf-8")
    assert "treatment integrative, policy ignore" in page
    assert "The whole answer: results/ours/report.html" in shown.out
    assert "103" in command("results", "results/ours", "--sql", "SELECT max(symptoms_intake) AS most FROM clients").out


def test_a_config_to_compare_with_must_be_there(command: Command, mapping: Path) -> None:
    shown = command("data", "ours.yaml", "--beside", "none.yaml")
    assert (shown.status, "none.yaml: found no such file" in shown.err) == (2, True)
