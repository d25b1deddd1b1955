"""The law is written once: its order is stated in the same words everywhere, and no stale copy of it can run."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alliance_sim import compiled
from alliance_sim.law.session import STAGES

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "alliance_sim"
RULES = [PACKAGE / "arithmetic.py", PACKAGE / "chance.py", *sorted((PACKAGE / "law").glob("*.py"))]
FOREIGN = {"pandas", "mesa", "matplotlib", "seaborn", "ruamel", "yaml", "pydantic", "pyarrow", "scipy", "typer", "rich"}
ROUNDED_BY_THE_MACHINE = {"exp", "log", "log2", "log10", "pow", "power", "expm1", "log1p", "tanh", "sin", "cos", "erf"}
NUMBERED = [f"{number}. {stage}" for number, stage in enumerate(STAGES, 1)]


SOURCES = {file.relative_to(PACKAGE).as_posix(): ast.parse(file.read_text("utf-8")) for file in RULES}
MODEL = (ROOT / "docs" / "model.md").read_text("utf-8")
each_file = pytest.mark.parametrize("tree", SOURCES.values(), ids=SOURCES)


def numbered_lines(text: str, pattern: str) -> list[str]:
    """Numbered headings of a text that match the pattern, in order, without decoration."""
    return ["".join(found) for found in re.findall(pattern, text, flags=re.MULTILINE)]


def test_the_stages_stand_in_the_same_words_and_order_in_the_session_and_in_the_model_description():
    source = (PACKAGE / "law" / "session.py").read_text("utf-8")
    assert numbered_lines(source, r"^ +# (\d+\. .+)$") == NUMBERED
    overview = MODEL.partition("## 3. Process overview and scheduling")[2].partition("\n## ")[0]
    assert numbered_lines(overview, r"^(\d+\. )\*\*(.+?)\*\*") == NUMBERED
    assert numbered_lines(MODEL, r"^### Stage (\d+\. .+)$") == NUMBERED


def test_the_model_description_names_every_file_of_the_law():
    files = {file.name for file in (PACKAGE / "law").glob("*.py")} - {"__init__.py"}
    assert {name for name in files if f"law/{name}" not in MODEL} == set()


@each_file
def test_rules_write_powers_as_products_and_call_no_function_that_machines_round_differently(tree):
    """x**2 and the compiled x**2 differ in the last bit."""
    for node in ast.walk(tree):
        assert not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)), f"a power in line {node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in {"np", "math"}:
            assert node.attr not in ROUNDED_BY_THE_MACHINE, f"{node.value.id}.{node.attr}, line {node.lineno}"


@each_file
def test_rules_know_no_tables_agents_pictures_or_configs(tree):
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    assert found & FOREIGN == set()


def test_the_law_can_be_imported_without_anything_but_numbers():
    code = "import sys, alliance_sim.law.session; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "alliance_sim" in loaded
    assert loaded & (FOREIGN - {"scipy", "yaml"}) == set()


class Copy:
    """A copy of the rules that may be edited, with a cache folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cache = folder, folder / "cache"
        shutil.copytree(PACKAGE, folder / "alliance_sim", ignore=shutil.ignore_patterns("__pycache__"))

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a piece of a source file that must be there."""
        path = self.folder / "alliance_sim" / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def run(self, code: str) -> str:
        """Run code against the copy, in a process of its own."""
        env = {**os.environ, "PYTHONPATH": str(self.folder), "ALLIANCE_SIM_CACHE": str(self.cache)}
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, cwd=self.folder, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


HALF = "from alliance_sim.law.scales import hill; print(hill(0.5, 0.5, 3.0), sum(hill.stats.cache_hits.values()))"


def test_an_edited_rule_is_never_answered_from_the_cache_of_the_old_one(tmp_path):
    """`hill` calls `expit`, which takes its exponential from another file; that file is the one that is edited:
    with exponentials three times too large, the half that passes becomes 3 / (3 + 1)."""
    copy = Copy(tmp_path)
    copy.run(HALF)
    warm = copy.run(HALF).split()
    copy.edit("arithmetic.py", "return Ratio((q + p)", "return Ratio(3.0 * (q + p)")
    edited = copy.run(HALF).split()
    assert warm == ["0.5", "1"]
    assert edited == ["0.75", "0"]


@pytest.fixture
def versions_after(tmp_path, monkeypatch):
    """A function that edits a file of a copy of the package and says whether its compiled code and law are others."""
    copy = Copy(tmp_path)
    monkeypatch.setattr(compiled, "_HERE", copy.folder / "alliance_sim")
    assert (compiled.source_hash(), compiled.law_version()) == (compiled.CACHE.name, compiled.LAW_VERSION)

    def of(file: str, old: str, new: str) -> tuple[bool, bool]:
        copy.edit(file, old, new)
        return compiled.source_hash() != compiled.CACHE.name, compiled.law_version() != compiled.LAW_VERSION

    return of


@pytest.mark.parametrize(
    ("file", "old", "new", "others"),
    [
        ("law/scales.py", "1.0", "1.5", (True, True)),
        ("chance.py", "0x", "0x1", (True, True)),
        ("arithmetic.py", "0.5", "0.25", (True, True)),
        ("law/sustain.py", "start_noise", "start_luck", (True, True)),
        # words and loops are compiled anew and are no other law
        ("law/about.py", '"""\n', '"""\n# edited\n', (True, False)),
        ("law/sustain.py", "improvement since intake", "gains since intake", (True, False)),
        ("engine/loops.py", '"""\n', '"""\n# edited\n', (True, False)),
        ("compiled.py", "import os", "import os, sys", (True, False)),
        # above the law
        ("scenario/scenario.py", '"""\n', '"""\nedited = 1\n', (False, False)),
        ("experiment/tables.py", '"""\n', '"""\nedited = 1\n', (False, False)),
        ("__init__.py", '"""\n', '"""\nedited = 1\n', (False, False)),
    ],
)
def test_an_edit_is_compiled_anew_or_another_law_as_far_as_it_reaches(versions_after, file, old, new, others):
    assert versions_after(file, old, new) == others
