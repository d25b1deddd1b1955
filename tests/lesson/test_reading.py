"""A lesson that is wrong says where, what was found and what is allowed."""

from pathlib import Path

import pytest

from alliance_sim.lesson.library import find, shipped
from alliance_sim.lesson.reading import load
from alliance_sim.scenario import ConfigError

SMALL = Path(__file__).parent / "small.yaml"
SKILL = """\
      factors:
        skill:
          low: {parameters.intake.repair_mean: -1.5}
          high: {parameters.intake.repair_mean: 1.5}
"""


def test_shipped_lessons_can_be_read() -> None:
    assert set(shipped()) == {"rupture-repair", "technique-and-relationship", "three-parts"}
    for name in shipped():
        assert load(find(name)).lesson.title


def test_an_unknown_lesson_names_the_nearest() -> None:
    with pytest.raises(ConfigError, match="did you mean rupture-repair"):
        find("rupture-repare")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("question: Does", "questoin: Does", 'line 2: questoin: found "questoin".*did you mean question'),
        ("claim: emerges", "claim: emerge", r"screens\[1\].claim.*did you mean emerges"),
        ("kind: lines", "kind: line", "did you mean lines"),
        ("policy: press_on", "policy: press_in", "did you mean press_on"),
        ("arms: [press on, repair], until", "arms: [press on, repare], until", r"figures\[1\].arms.*mean repair"),
        ("stat: gap, arm: repair, against: press on", "stat: gap, arm: repair", "gap without against"),
        ("A gap of {gap}", "A gap of {gab}", "{gab}"),
        ("controls: [skill, client]", "controls: [skil, client]", "did you mean skill"),
        (SKILL, "", 'controls.skill: found "skill"; allowed: client$'),
        ("start: low}", "start: lower}", "controls.skill.start.*did you mean low"),
        ("of: alliance_end, stat", "of: ruptures, stat", "readouts.gap.of"),
        ("{anxiety: [null, 0]}", "{anxiety: [0]}", "at least 2 items"),
        ("{anxiety: [null, 0]}", "{anxious: [null, 0]}", "where"),
        ("clients: 12", "clients: 0", "data.main.clients"),
        ("arm: repair, quantity: alliance", "arm: repair, quantity: bond", "predict.quantity"),
        ("    notes: Ask.\n", "", "notes: found nothing"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = SMALL.read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError, match=words) as error:
        load(tmp_path / "mine.yaml")
    assert "mine.yaml, line " in str(error.value)
