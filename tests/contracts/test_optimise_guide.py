"""The guide to optimise: its search can be asked, its output is what it prints, its answer has these parts."""

import re
from pathlib import Path

from alliance_sim.questions import optimise
from alliance_sim.questions.frame.config import load_question
from alliance_sim.questions.optimise.space import DEFAULT, axes_of

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "optimise.md").read_text(encoding="utf-8")


def test_the_search_of_the_guide_can_be_asked(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(GUIDE.partition("```yaml mine.yaml\n")[2].partition("```")[0], encoding="utf-8")
    asked = load_question(file, [], "optimise")
    assert [each.path for each in axes_of(asked)] == ["policy.vigilance", "policy.followup"]


def test_the_default_space_is_stated() -> None:
    for path, (low, high) in DEFAULT.items():
        assert f"{path} [{low:g}, {high:g}]" in GUIDE


def test_every_part_of_the_answer_is_explained_under_its_heading() -> None:
    template = Path(optimise.__path__[0]) / "page.md.j2"
    titles = re.findall(r"(?m)^## (.+)$", template.read_text(encoding="utf-8"))
    assert len(titles) >= 8
    for title in titles:
        assert re.search(rf"\*\*{re.escape(title)}(\.\*\*|\*\*[ )])", GUIDE), title
