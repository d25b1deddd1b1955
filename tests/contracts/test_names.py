"""Names in the package: a class is found by its name alone."""

import ast
from collections import Counter
from pathlib import Path

import alliance_sim

PACKAGE = Path(alliance_sim.__file__).parent


def test_no_name_of_a_class_stands_twice() -> None:
    trees = (ast.parse(file.read_text(encoding="utf-8")) for file in PACKAGE.rglob("*.py"))
    names = Counter(node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef))
    assert [name for name, count in names.items() if count > 1] == []
