"""Words that people read are those of the glossary (docs/glossary.md): its banned words stand nowhere."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "alliance_sim"

BANNED = re.compile(
    r"\b(?:luck(?:y|ily)?|inquir(?:y|ies)|(?:held|laid|stands?|shown) beside|is told|are told|cannot be told from"
    r"|told apart|finds? more than it promises|forgets? therapists|no other than"
    r"|(?:simulated|rival|other|both|two|all|these|main) worlds?|(?:was|were|is|are|been|being) played|has played"
    r"|play(?:s|ing)? (?:a|the|an|every|each) (?:clinic|replicate|arm|config|experiment)|alike|hold(?:s|ing)? zero)\b",
    re.IGNORECASE,
)
READ = ("figures", "cli", "api", "report", "lesson", "live", "questions", "evidence")
"""Rooms whose strings people read: docstrings, labels, captions, help."""


def texts() -> Iterator[tuple[str, str]]:
    """Every text that people read, by the name of its file; pages that a command makes are those of templates."""
    docs = ROOT / "docs"
    files = [*PACKAGE.rglob("*.j2"), *ROOT.glob("*.md"), *docs.glob("*.md"), *(docs / "decisions").glob("*.md")]
    files += [
        *(ROOT / "configs").glob("*.yaml"),
        *PACKAGE.rglob("lesson/**/*.yaml"),
        *PACKAGE.rglob("catalog/**/*.yaml"),
    ]
    for file in sorted(files):
        if file.name not in ("glossary.md", "CHANGELOG.md"):
            yield file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8")
    for file in sorted(file for room in READ for file in (PACKAGE / room).rglob("*.py")):
        yield file.relative_to(ROOT).as_posix(), "\n".join(strings(file))


def strings(file: Path) -> Iterator[str]:
    """The strings of a module, its docstrings among them."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value.isidentifier():
            yield node.value


CODE = re.compile(r"`[^`]*`|(?m:^ *[\w-]+:)")
"""What is no text: code, and keys of YAML."""

TEXTS = {name: CODE.sub("", text) for name, text in texts()}


@pytest.mark.parametrize("name", TEXTS)
def test_banned_words_stand_nowhere(name: str) -> None:
    assert [match[0] for match in BANNED.finditer(TEXTS[name])] == []
