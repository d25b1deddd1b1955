"""The guide to power: its trial can be asked, and it explains every part of the answer."""

import re
from pathlib import Path

from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.power import __file__ as parts
from alliance_sim.questions.power.plan import plan_of

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "power.md").read_text(encoding="utf-8")


def test_the_trial_of_the_guide_can_be_asked(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GUIDE.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    plan = plan_of(load_question(file, [], "power"))
    assert (plan.control, plan.main, plan.crossed) == ("as usual", "monitoring", True)
    assert plan.draws > 0


def test_every_part_of_the_answer_is_explained_under_its_heading() -> None:
    page = Path(parts or "").with_name("page.md.j2").read_text(encoding="utf-8")
    titles = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert len(titles) >= 8
    for title in titles:
        assert f"**{title}.**" in GUIDE or title == "For a trial of your own", title
