"""What a config may ask about power; every mistake is reported at its place, with what is allowed."""

from pathlib import Path

import pytest

from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.power.people import TrialSize
from alliance_sim.questions.power.plan import plan_of
from alliance_sim.scenario import ConfigError

CONFIG = """\
clinic: {therapists: 5, caseload: 8, weeks: 4}
replicates: 30
arms:
  usual: {policy: ignore}
  training: {policy: repair}
  other: {policy: apologise}
power:
  therapists: [4, 8]
  clients: [5]
"""

COMPARED = "an arm that is compared with the control: training, other"
ARMS = "a control (the baseline) and at least one more arm"
ANALYSES = "mixed, ignoring, robust, means"
RISING = "a list of whole numbers from 2 to 5000, each larger than the one before"
ASSESSED = "assessed, since only the outcome symptoms can miss for dropouts"
PLANNED = "a planned trial of at least 2 clients of each therapist in each arm"


def mistakes(tmp_path: Path, text: str = CONFIG, *overrides: str) -> list[str]:
    """The messages about a config, without its folder."""
    file = tmp_path / "a.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_question(file, overrides, "power")
    return str(caught.value).replace(f"{file.parent}/", "").splitlines()


def test_a_plan_is_the_experiment_and_its_section(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CONFIG)
    plan = plan_of(load_question(tmp_path / "a.yaml", ["power.controls=[other]", "power.nesting=crossed"]))
    assert (plan.control, plan.compared, plan.main) == ("usual", ("training",), "training")
    assert [point.arm for point in plan.points] == ["usual", "training", "other"]
    assert (plan.planned, plan.therapists, plan.clients) == (TrialSize(5, 8), (4, 5, 8), (5, 8))
    assert (plan.all_therapists(5), plan.all_clients(5, 8)) == (5, 80)
    assert (plan.draws, plan.replicates, plan.crossed) == (0, 30, True)
    nested = plan_of(load_question(tmp_path / "a.yaml"))
    assert (nested.compared, nested.all_therapists(5), nested.all_clients(5, 8)) == (
        ("training", "other"), 15, 120,
    )  # fmt: skip


def test_size_is_given_in_trials_and_clients(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(CONFIG)
    asked = load_question(tmp_path / "a.yaml")
    found = " ".join(asked.kind.size(asked))
    assert "6 designs of 30 trials each" in found
    assert "360 trials" in found


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("power.nesting=cross", 'nesting: found the text "cross"; allowed: nested or crossed; did you mean crossed?'),
        ("power.dropouts=gone", 'dropouts: found the text "gone"; allowed: assessed or left_out or carried_forward'),
        ("power.dropouts=out", "allowed: assessed or left_out or carried_forward; did you mean left_out?"),
        ("power.alpha=2", "alpha: found the number 2; allowed: a number from 0.0001 to 0.5 (probability)"),
        ("power.sided=3", "sided: found the number 3; allowed: a whole number from 1 to 2 (sides)"),
        ("power.arm=trainin", f'arm: found the text "trainin"; allowed: {COMPARED}; did you mean training?'),
        ("power.controls=[usual]", 'controls[1]: found the unknown arm "usual"; allowed: training, other'),
        ("power.controls=[training, other]", f"arms: found 3 arms, none to compare with the control; allowed: {ARMS}"),
        ("power.analyses=[mixd]", f'found the unknown analysis "mixd"; allowed: {ANALYSES}; did you mean mixed?'),
        ("power.analyses=[]", f"analyses: found a list; allowed: at least one of {ANALYSES}"),
        ("power.therapists=[8, 4]", f"therapists: found the list [8, 4]; allowed: {RISING}"),
        ("power.clients=[1, 4]", "clients[1]: found the number 1; allowed: a whole number from 2 to 5000"),
        ("power.most_therapists=6", "therapists: found the number 8; allowed: at most most_therapists, which is 6"),
        ("clinic.caseload=1", f"caseload: found the number 1; allowed: {PLANNED}"),
        ("power={outcome: dropout, dropouts: left_out}", f'dropouts: found the text "left_out"; allowed: {ASSESSED}'),
    ],
)
def test_a_mistake_is_reported_at_its_place(tmp_path: Path, override: str, message: str) -> None:
    found = mistakes(tmp_path, CONFIG, override)
    assert len(found) == 1
    assert found[0].endswith(message)


def test_there_is_one_setting_for_all_arms(tmp_path: Path) -> None:
    found = mistakes(tmp_path, CONFIG + "factors: {parameters.rupture.base: [-2, -1]}\n")
    allowed = "one setting: a power curve varies the size of the trial"
    assert found == [f"a.yaml, line 10: factors: found settings beside the arms; allowed: {allowed}"]
