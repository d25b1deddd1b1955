"""The catalogue: what comes with the package, each value with its source, scoring keys, and files of one's own."""

from itertools import chain

import pytest

from alliance_sim.law.attention import Treatment
from alliance_sim.law.policy import Policy
from alliance_sim.scenario import catalog
from alliance_sim.scenario.registry import SECTIONS
from tests.scenario.conftest import Loaded, Write

ALL = [(kind, name) for kind in catalog.KINDS for name in catalog.names(kind)]
BONA_FIDE = ("cbt", "psychodynamic", "humanistic", "integrative")


def test_the_catalogue_holds_what_it_promises() -> None:
    assert " ".join(catalog.names("treatments")) == "cbt humanistic integrative psychodynamic usual_care waiting_list"
    assert " ".join(catalog.names("policies")) == "apologise ignore monitor_and_repair press_on repair usual_care"
    assert " ".join(catalog.measures()) == "core_om oq45 ors phq9 who5 who5_raw"
    assert " ".join(catalog.forms()) == "srs wai_12 wai_36 wai_sr"
    assert " ".join(catalog.scales()) == "core_om oq45 phq9"


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_every_entry_has_a_title_a_description_and_a_source_for_each_value(kind: str, name: str) -> None:
    entry = catalog.entry(kind, name)
    assert entry.title
    assert entry.about
    assert entry.values.keys() == entry.sources.keys()
    assert all(entry.sources.values())
    with pytest.raises(KeyError):
        catalog.entry(kind, "nope")


@pytest.mark.parametrize("section", SECTIONS.values(), ids=lambda section: section.key)
def test_the_default_entry_is_the_default_of_the_law(section: object) -> None:
    values = catalog.entry(section.kind, section.default).values
    assert section.group(**values) == section.group()


def test_bona_fide_treatments_differ_in_profile_and_not_in_quality() -> None:
    profiles = [Treatment(**catalog.entry("treatments", name).values) for name in BONA_FIDE]
    assert {profile.efficacy for profile in profiles} == {1.0}
    assert {profile.every for profile in profiles} == {1}
    assert len({profile[:4] for profile in profiles}) == len({profile.target for profile in profiles}) == 4
    asked = [p.challenge * p.technique / (p.goal + p.task + p.bond + p.technique) for p in profiles]
    assert max(asked) - min(asked) < 0.01


def test_usual_care_is_seldom_and_a_waiting_list_has_no_sessions() -> None:
    assert catalog.entry("treatments", "usual_care").values["every"] == 4
    assert catalog.entry("treatments", "waiting_list").values["every"] == 0


def test_policies_are_what_they_are_called() -> None:
    named = {name: Policy(**catalog.entry("policies", name).values) for name in catalog.names("policies")}
    assert named["ignore"][1:] == (0, 0, 0, 0, 0, 0, 0, 0, 0.4)
    assert named["press_on"] == named["ignore"]._replace(press=1.0)
    assert named["apologise"] == named["ignore"]._replace(acknowledge=1.0, apology=2.0)
    assert named["repair"] == Policy()
    assert named["monitor_and_repair"]._replace(monitor=0.0, checkin=0.0, followup=0.0) == Policy()
    assert named["usual_care"] == Policy()._replace(acknowledge=0.5, explore=0.5, negotiate=0.5)


@pytest.mark.parametrize(
    ("name", "items", "span", "missing", "cutoff", "reliable"),
    [
        ("phq9", 9, (0, 27), 2, 10, 5),
        ("oq45", 45, (0, 180), 4, 64, 14),
        ("core_om", 34, (0, 40), 3, 10, 5),
        ("ors", 4, (0, 40), 0, 25, 5),
        ("who5", 5, (0, 100), 0, 50, 10),
    ],
)
def test_scales_have_their_published_key_cut_off_and_reliable_change(
    name: str, items: int, span: tuple[float, float], missing: int, cutoff: float, reliable: float
) -> None:
    """Kroenke (2001); Lambert (2004); Evans (2002), Connell (2007); Miller (2003), Miller (2004); Topp (2015)."""
    entry = catalog.entry("instruments", name)
    values = entry.values
    assert entry.key is not None
    assert (entry.key.size, entry.key.span, entry.key.missing) == (items, span, missing)
    assert [values[each] for each in ("low", "high", "cutoff", "reliable")] == [*span, cutoff, reliable]
    assert entry.details["licence"]
    assert entry.higher_is_better == (name in ("ors", "who5"))
    intake = values["community_mean"] + (-2 if entry.higher_is_better else 2) * values["unit"]
    assert sorted((values["community_mean"], cutoff, intake))[1] == cutoff  # an average client is a case at intake
    steps = (span[1] - span[0]) / values["step"]
    assert steps == pytest.approx(round(steps))


def test_the_law_has_a_scale_on_which_higher_is_better_turned_round() -> None:
    ors, phq9 = (catalog.entry("instruments", name) for name in ("ors", "phq9"))
    assert ors.law_values == {**ors.values, "community_mean": 12.0, "cutoff": 15.0}
    assert phq9.law_values == phq9.values


def test_the_full_wai_has_its_published_key_and_the_short_form_that_of_its_items() -> None:
    """Horvath & Greenberg (1989); Tracey & Kokotovic (1989): items 1 to 12 are these of the full form."""
    full, short = (catalog.entry("instruments", name).details for name in ("wai_36", "wai_12"))
    parts = full["subscales"]
    assert parts["goal"] == [3, 6, 9, 10, 12, 14, 22, 25, 27, 30, 32, 34]
    assert parts["task"] == [2, 4, 7, 11, 13, 15, 16, 18, 24, 31, 33, 35]
    assert parts["bond"] == [1, 5, 8, 17, 19, 20, 21, 23, 26, 28, 29, 36]
    assert full["reversed"] == [1, 3, 7, 9, 10, 11, 12, 15, 20, 27, 29, 31, 33, 34]
    of_full = dict(enumerate((2, 4, 8, 12, 21, 22, 23, 24, 26, 27, 32, 35), 1))
    for part, items in short["subscales"].items():
        assert {of_full[item] for item in items} == set(parts[part]) & set(of_full.values())
    assert {of_full[item] for item in short["reversed"]} == set(full["reversed"]) & set(of_full.values())


@pytest.mark.parametrize("name", ["wai_sr", "wai_12", "wai_36"])
def test_every_item_of_a_wai_belongs_to_one_part(name: str) -> None:
    details = catalog.entry("instruments", name).details
    assert sorted(chain(*details["subscales"].values())) == list(range(1, details["items"] + 1))


def test_a_file_of_ones_own_is_used_by_its_path_amended_and_varied(write: Write, loaded: Loaded) -> None:
    values = Policy(explore=0.5)._asdict().items()
    write(
        "\n".join(["title: Own", "about: t", *(f"{k}: {{value: {v}, source: s}}" for k, v in values)]), "mine/own.yaml"
    )
    scenario = loaded("policy: mine/own.yaml").points[0].scenario
    assert (scenario.policy, scenario.world.policy.explore) == ("own", 0.5)
    assert all(type(value) is float for value in scenario.world.policy)
    assert loaded("policy: {base: mine/own.yaml, press: 1}").points[0].scenario.world.policy.press == 1.0
    varied = loaded("factors: {policy: [repair, mine/own.yaml]}")
    assert [point.factors["policy"] for point in varied.points] == ["repair", "own"]


def test_a_section_that_states_every_value_needs_no_entry(loaded: Loaded) -> None:
    values = ", ".join(f"{name}: {value}" for name, value in Treatment()._asdict().items())
    scenario = loaded(f"treatment: {{profile: my own, {values}}}").points[0].scenario
    assert (scenario.treatment, scenario.world.treatment) == ("my own", Treatment())
