"""The catalogue: what comes with the package, each value beside its source, and files of one's own."""

import pytest

from alliance_sim.law.attention import Treatment
from alliance_sim.law.policy import Policy
from alliance_sim.law.rating import SymptomScale
from alliance_sim.scenario import catalog
from alliance_sim.scenario.registry import SECTIONS
from tests.scenario.conftest import Loaded, Mistakes, Write, entry_text

ALL = [(kind, name) for kind in catalog.KINDS for name in catalog.names(kind)]
BONA_FIDE = ("cbt", "psychodynamic", "humanistic", "integrative")

OWN = Policy(followup=0.0, vigilance=1.0, explore=0.5)._asdict()


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


def test_an_unknown_entry_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalog.entry("treatments", "nope")


@pytest.mark.parametrize("section", SECTIONS.values(), ids=lambda section: section.key)
def test_the_default_entry_is_the_default_of_the_law(section: object) -> None:
    values = catalog.entry(section.kind, section.default).values
    assert section.group(**values) == section.group()


def test_bona_fide_treatments_differ_in_profile_and_not_in_quality() -> None:
    profiles = [Treatment(**catalog.entry("treatments", name).values) for name in BONA_FIDE]
    assert {profile.efficacy for profile in profiles} == {1.0}
    assert {profile.every for profile in profiles} == {1}
    assert len({profile[:4] for profile in profiles}) == len({profile.target for profile in profiles}) == 4


def test_an_hour_of_a_bona_fide_treatment_asks_about_as_much_in_each() -> None:
    profiles = [Treatment(**catalog.entry("treatments", name).values) for name in BONA_FIDE]
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
    ("name", "low", "high", "cutoff", "reliable"),
    [("phq9", 0, 27, 10, 5), ("oq45", 0, 180, 64, 14), ("core_om", 0, 40, 10, 5)],
)
def test_symptom_scales_have_their_published_range_cut_off_and_reliable_change(
    name: str, low: float, high: float, cutoff: float, reliable: float
) -> None:
    """Kroenke et al. (2001); Lambert et al. (2004); Evans et al. (2002), Connell et al. (2007)."""
    scale = SymptomScale(**catalog.entry("instruments", name).values)
    assert (scale.low, scale.high, scale.cutoff, scale.reliable) == (low, high, cutoff, reliable)


@pytest.mark.parametrize("name", catalog.scales())
def test_an_average_client_is_a_case_at_intake_and_scores_are_whole_steps_of_the_scale(name: str) -> None:
    scale = SymptomScale(**catalog.entry("instruments", name).values)
    assert scale.cutoff < scale.community_mean + 2.0 * scale.unit < scale.high
    steps = (scale.high - scale.low) / scale.step
    assert steps == pytest.approx(round(steps))


def test_a_file_of_ones_own_is_used_by_its_path_amended_and_varied(write: Write, loaded: Loaded) -> None:
    write(entry_text(OWN), "mine/gentle.yaml")
    scenario = loaded("policy: mine/gentle.yaml").points[0].scenario
    assert (scenario.policy, scenario.world.policy.explore) == ("gentle", 0.5)
    assert all(type(value) is float for value in scenario.world.policy)
    assert loaded("policy: {base: mine/gentle.yaml, press: 1}").points[0].scenario.world.policy.press == 1.0
    varied = loaded("factors: {policy: [repair, mine/gentle.yaml]}")
    assert [point.factors["policy"] for point in varied.points] == ["repair", "gentle"]


def test_every_mistake_in_a_file_of_ones_own_is_told_with_its_own_line(write: Write, mistakes: Mistakes) -> None:
    text = (
        entry_text(OWN | {"explore": 5})
        .replace("press:", "pres:")
        .replace('{value: 0.4, source: "assumption: test"}', "0.4")
    )
    write(text, "gentle.yaml")
    assert mistakes("policy: gentle.yaml") == [
        (
            "gentle.yaml, line 1: press: found nothing; "
            'allowed: {value: a number from 0 to 1 (0 not, 1 fully), source: "where it comes from"}'
        ),
        "gentle.yaml, line 5: explore.value: found the number 5; allowed: a number from 0 to 1 (probability)",
        (
            'gentle.yaml, line 8: pres: found the unknown name "pres"; allowed: title, about, vigilance, acknowledge, '
            "explore, negotiate, apology, press, checkin, followup, monitor, threshold; did you mean press?"
        ),
        (
            "gentle.yaml, line 12: threshold: found the number 0.4; "
            'allowed: {value: a number from 0 to 2 (WAI points), source: "where it comes from"}'
        ),
    ]


def test_a_value_without_a_source_is_refused(write: Write, mistakes: Mistakes) -> None:
    write(entry_text(OWN).replace('0.4, source: "assumption: test"', '0.4, source: ""'), "gentle.yaml")
    assert mistakes("policy: gentle.yaml") == [
        (
            'gentle.yaml, line 12: threshold.source: found the text ""; allowed: where the value comes from, or '
            '"assumption: why"'
        )
    ]


def test_a_section_that_states_every_value_needs_no_entry(loaded: Loaded) -> None:
    values = ", ".join(f"{name}: {value}" for name, value in Treatment()._asdict().items())
    scenario = loaded(f"treatment: {{profile: my own, {values}}}").points[0].scenario
    assert (scenario.treatment, scenario.world.treatment) == ("my own", Treatment())
