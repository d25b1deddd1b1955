"""The law is written once: its order is told in the same words everywhere, and no stale copy of it can run."""

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


def each_file(test):
    """Run a test once for every file of rules."""
    return pytest.mark.parametrize("file", RULES, ids=lambda file: file.relative_to(PACKAGE).as_posix())(test)


def numbered_lines(text: str, pattern: str) -> list[str] | list[tuple[str, ...]]:
    """Numbered headings of a text that match the pattern, in order, without decoration."""
    return re.findall(pattern, text, flags=re.MULTILINE)


def test_the_numbered_comments_of_a_session_are_its_stages_in_order():
    source = (PACKAGE / "law" / "session.py").read_text("utf-8")
    assert numbered_lines(source, r"^ +# (\d+\. .+)$") == NUMBERED


def test_the_model_description_lists_the_stages_in_order_and_in_the_same_words():
    text = (ROOT / "docs" / "model.md").read_text("utf-8")
    overview = text.partition("## 3. Process overview and scheduling")[2].partition("\n## ")[0]
    assert ["".join(found) for found in numbered_lines(overview, r"^(\d+\. )\*\*(.+?)\*\*")] == NUMBERED


def test_the_model_description_has_a_submodel_for_every_stage():
    text = (ROOT / "docs" / "model.md").read_text("utf-8")
    assert numbered_lines(text, r"^### Stage (\d+\. .+)$") == NUMBERED


def test_the_model_description_names_every_file_of_the_law():
    text = (ROOT / "docs" / "model.md").read_text("utf-8")
    files = {file.name for file in (PACKAGE / "law").glob("*.py")} - {"__init__.py"}
    assert {name for name in files if f"law/{name}" not in text} == set()


@each_file
def test_rules_write_powers_as_products(file):
    """x**2 and the compiled x**2 differ in the last bit."""
    powers = [node.lineno for node in ast.walk(ast.parse(file.read_text("utf-8")))
              if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)]  # fmt: skip
    assert powers == []


@each_file
def test_rules_call_no_function_that_machines_round_differently(file):
    calls = [
        f"{node.value.id}.{node.attr}, line {node.lineno}"
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        and node.value.id in {"np", "math"} and node.attr in ROUNDED_BY_THE_MACHINE
    ]  # fmt: skip
    assert calls == []


def imports_of(file: Path) -> set[str]:
    """Top names of everything that a file imports, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.partition(".")[0])
    return found


@each_file
def test_rules_know_no_tables_agents_pictures_or_configs(file):
    assert imports_of(file) & FOREIGN == set()


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


def test_compiled_code_is_kept_in_a_folder_named_by_every_byte_of_its_sources():
    assert compiled.CACHE.name == compiled.source_hash()
    assert compiled.law_version() == compiled.LAW_VERSION


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
    ("file", "old", "new"),
    [
        ("law/scales.py", "1.0", "1.5"),
        ("chance.py", "0x", "0x1"),
        ("arithmetic.py", "0.5", "0.25"),
        ("law/sustain.py", "start_noise", "start_luck"),
    ],
)
def test_an_edit_of_a_rule_is_another_law_and_is_compiled_anew(versions_after, file, old, new):
    assert versions_after(file, old, new) == (True, True)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("law/about.py", '"""\n', '"""\n# edited\n'),
        ("law/sustain.py", "improvement since intake", "gains since intake"),
        ("engine/loops.py", '"""\n', '"""\n# edited\n'),
        ("compiled.py", "import os", "import os, sys"),
    ],
)
def test_words_and_loops_are_compiled_anew_and_are_no_other_law(versions_after, file, old, new):
    assert versions_after(file, old, new) == (True, False)


@pytest.mark.parametrize("file", ["scenario/scenario.py", "experiment/tables.py", "__init__.py"])
def test_an_edit_above_the_law_is_neither(versions_after, file):
    assert versions_after(file, '"""\n', '"""\nedited = 1\n') == (False, False)
