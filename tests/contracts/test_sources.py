"""Kept work is never stale: what code computes is named by what it says, and by what all code says that it uses."""

import shutil
from pathlib import Path

import pytest

from alliance_sim import sources

PACKAGE = Path(sources.__file__).parent

MODULES = {
    "work.py": "from toy.deep.inner import f\nfrom toy.shape import Shape\ndef g(x: Shape): return f(x)\n",
    "deep/__init__.py": "from toy.words import SAID\n",
    "deep/inner.py": "from toy import last\ndef f(x):\n    from toy.late import h\n    return h(last.y)\n",
    "last.py": "y = 1\n",
    "late.py": "def h(x): return x\n",
    "shape.py": "class Shape: pass\n",
    "words.py": "SAID = 'something'\n",
    "deep/table.csv": "a\n1\n",
    "deep/page.j2": "words\n",
    "alone.py": "z = 1\n",
}


@pytest.fixture
def toy(tmp_path):
    """A small package; a function that edits one of its files and says whether what `work` rests on is another."""
    root = tmp_path / "toy"
    for name, text in MODULES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def another_after(name: str, text: str) -> bool:
        before = forget(root)
        (root / name).write_text(text, encoding="utf-8")
        return forget(root) != before

    def forget(root: Path) -> str:
        for each in (sources.behind, sources._imported, sources._file_of):
            each.cache_clear()
        return sources.behind("toy.work", root=root)

    return another_after


@pytest.mark.parametrize("name", ["work.py", "deep/inner.py", "last.py", "late.py"])
def test_an_edit_at_any_depth_is_seen(toy, name):
    assert toy(name, MODULES[name] + "new = 2\n")


def test_an_edit_of_a_table_beside_a_module_is_seen(toy):
    assert toy("deep/table.csv", "a\n2\n")


@pytest.mark.parametrize("name", ["alone.py", "deep/page.j2", "words.py", "shape.py"])
def test_what_decides_nothing_is_not(toy, name):
    """A module that nobody uses, a template, what only the package around a module uses, what only annotations name."""
    assert not toy(name, "new = 2\n")


def test_words_do_not_count(toy):
    assert not toy("late.py", '"""A module."""\n\n\ndef h(x):\n    """A rule."""\n    # why\n    return x\n')


def test_an_annotation_that_holds_a_default_keeps_it(toy):
    assert toy("last.py", "y: int = 2\n")


@pytest.mark.parametrize(
    "file",
    [
        "questions/frame/run.py", "questions/repair_or_selection/studies.py", "experiment/tables.py",
        "estimands/detection.py", "estimands/clinics.py", "engine/loops.py", "agents/stages.py",
        "law/alliance.py", "chance.py",
    ],
)  # fmt: skip
def test_an_edit_of_the_package_is_seen_by_the_question_that_uses_it(tmp_path, file):
    root = tmp_path / "alliance_sim"
    shutil.copytree(PACKAGE, root, ignore=shutil.ignore_patterns("__pycache__"))
    modules = ("alliance_sim.questions.frame.run", "alliance_sim.questions.repair_or_selection.run")
    before = sources.behind(*modules, root=root)
    (root / file).write_text((root / file).read_text(encoding="utf-8") + "\nEDITED = 1\n", encoding="utf-8")
    sources.behind.cache_clear()
    assert sources.behind(*modules, root=root) != before
