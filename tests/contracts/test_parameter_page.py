"""The page of settings in the documentation says what the declarations say."""

import re
from pathlib import Path

import pytest

from alliance_sim.law.about import declared
from alliance_sim.law.world import World
from alliance_sim.scenario.registry import settings

DOCS = Path(__file__).parents[2] / "docs"
MODEL = (DOCS / "model.md").read_text("utf-8")
FINDINGS = MODEL.partition("## 2. ")[0]
CLAIMS = MODEL.partition("## 8. Claims")[2].partition("\n## ")[0]


@pytest.fixture
def maker(script):
    """The script that writes the page, as a module."""
    return script("make_parameters")


def test_the_page_of_settings_and_the_findings_in_the_model_description_are_up_to_date(maker):
    assert (DOCS / "parameters.md").read_text("utf-8") == maker.page(), "run: python docs/make_parameters.py"
    assert maker.model() == MODEL, "run: python docs/make_parameters.py"


def test_every_setting_is_on_the_page_once_under_its_group(maker):
    page = maker.page()
    for setting in settings():
        group, _, name = setting.path.rpartition(".")
        section = page.partition(f"## {group or 'experiment'}\n")[2].partition("\n## ")[0]
        assert section.count(f"| `{name}` |") == 1, setting.path


def test_every_finding_that_a_parameter_names_is_listed_in_the_model_description():
    named = {found for s in declared(World) for found in re.findall(r"\b[ABDLNOPRSTWX]\d\d\b", s.about.source)}
    assert named
    assert {found for found in named if not re.search(rf"\b{found}\b", FINDINGS)} == set()


def test_every_path_in_the_table_of_claims_is_a_setting():
    paths = {s.path for s in settings()} | {s.path.removeprefix("parameters.") for s in settings()}
    used = {path.split(":")[0] for path in re.findall(r"`([a-z_]+\.[a-z_]+(?:: [a-z_0-9]+)?)`", CLAIMS)}
    assert len(used) > 20
    assert used - paths == set()


def test_every_claim_has_a_row_of_its_own():
    assert re.findall(r"^\| \*\*(C\d+)\*\*", CLAIMS, flags=re.MULTILINE) == [f"C{k}" for k in range(1, 12)]


def test_no_setting_rests_on_a_finding_that_is_held_out():
    """A held-out finding may be named as something to compare with, never as where a value comes from."""
    rows = re.findall(r"^\| ([A-Z0-9, ]+) \|.*\| (fit|validate) \|$", FINDINGS, flags=re.MULTILINE)
    held_out = {found for ids, use in rows if use == "validate" for found in ids.split(", ")}
    assert len(held_out) > 5
    resting = {
        s.path: s.about.source
        for s in declared(World)
        if any(found in s.about.source for found in held_out) and "held out" not in s.about.source
    }
    assert resting == {}
