"""The lesson in the guide is a whole lesson: who copies it gets a page."""

import re
from pathlib import Path

from alliance_sim.lesson.library import find, shipped
from alliance_sim.lesson.models import Figure, Readout
from alliance_sim.lesson.reading import load
from alliance_sim.lesson.writing import write

GUIDE = (Path(__file__).parents[2] / "docs" / "lessons.md").read_text(encoding="utf-8")


def test_the_lesson_of_the_guide_becomes_a_page(tmp_path: Path) -> None:
    file = tmp_path / "my-lesson.yaml"
    file.write_text(GUIDE.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    size = write(load(file), tmp_path / "my-lesson.html")
    assert 0 < size < 3_000_000


def test_the_guide_lists_every_shipped_lesson_with_its_question() -> None:
    for name in shipped():
        assert f"| `{name}` | {load(find(name)).lesson.question} |" in GUIDE


def test_the_guide_names_every_kind_and_every_quantity() -> None:
    def options(model: type, field: str) -> list[str]:
        return re.findall(r"'(\w+)'", str(model.model_fields[field].annotation))

    for name in [
        *options(Figure, "kind"),
        *options(Figure, "of"),
        *options(Figure, "quantities"),
        *options(Readout, "stat"),
    ]:
        assert name in GUIDE, name
