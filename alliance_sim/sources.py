"""What source code says, as a hash: another hash when it says something else, the same when only words were edited.

Docstrings, comments, layout and what a parameter's declaration says of it (`Annotated`) do not count.
"""

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parent
WORDS = {".py", ".pyi", ".j2", ".md", ".js", ".css", ".pyc"}
"""Endings of files that are no data: modules are followed by their imports, templates hold words."""


class _Unworded(ast.NodeTransformer):
    """A tree without docstrings, and with the bare type where it was annotated."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        body = getattr(node, "body", None)
        if isinstance(body, list):
            said = [each for each in body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
            node.body = said or [ast.Pass()]  # type: ignore[attr-defined]
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        annotated = isinstance(node.value, ast.Name) and node.value.id == "Annotated"
        return node.slice.elts[0] if annotated and isinstance(node.slice, ast.Tuple) else node


def said_by(files: Iterable[Path], root: Path = PACKAGE) -> str:
    """Hash (16 hexadecimal digits) of what some Python files below `root` say, and of data files byte by byte."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + _content(file))
    return digest.hexdigest()[:16]


def _content(file: Path) -> bytes:
    return _said(file.read_text(encoding="utf-8")) if file.suffix == ".py" else file.read_bytes()


@cache
def _said(source: str) -> bytes:
    return ast.unparse(_Unworded().visit(ast.parse(source))).encode()


@cache
def installed() -> str:
    """Hash of the program as it is installed, byte by byte: two machines with the same one do the same."""
    digest = hashlib.sha256()
    for file in sorted(PACKAGE.rglob("*.py")):
        digest.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


@cache
def behind(*modules: str, root: Path = PACKAGE) -> str:
    """Hash of the code that decides what some modules of the package compute: theirs, and that of all they import.

    Imports inside functions count; a name that stands in annotations alone decides nothing. Data files beside the
    modules that are found (tables of findings, the catalogue) count too. Modules of other packages do not: a policy of
    one's own is told by its scenario, and a library by its version in the manifest.
    """
    found = closure(modules, root)
    folders = {file.parent for file in found} - {root}
    data = {each for folder in folders for each in folder.iterdir() if each.is_file() and each.suffix not in WORDS}
    return said_by(found | data, root)


def closure(modules: Iterable[str], root: Path = PACKAGE) -> set[Path]:
    """The files of some modules of the package and of all modules of it that they import, directly or not."""
    found: set[Path] = set()
    waiting = [file for name in modules for file in _file_of(name, root)]
    while waiting:
        file = waiting.pop()
        if file not in found:
            found.add(file)
            waiting += _imported(file, root)
    return found


@cache
def _imported(file: Path, root: Path) -> tuple[Path, ...]:
    """The modules of the package that one of them uses.

    A package that looks for its modules while the program runs is taken to use all of them.
    """
    nodes = list(ast.walk(_Unannotated().visit(ast.parse(file.read_text(encoding="utf-8")))))
    used = {node.id for node in nodes if isinstance(node, ast.Name)}
    door = file.name == "__init__.py"
    names: list[str] = []
    if door and used & {"iter_modules", "import_module"}:
        package = ".".join([root.name, *file.parent.relative_to(root).parts])
        names += [f"{package}.{each.stem}" for each in sorted(file.parent.glob("*.py"))]
    for node in nodes:
        if isinstance(node, ast.Import):
            names += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                if door or (each.asname or each.name) in used:
                    part = f"{node.module}.{each.name}"
                    names.append(part if _file_of(part, root) else node.module)
    return tuple(found for name in dict.fromkeys(names) for found in _file_of(name, root))


class _Unannotated(ast.NodeTransformer):
    """A tree without annotations."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return self.generic_visit(ast.Expr(node.value)) if node.value is not None else None


@cache
def _file_of(name: str, root: Path) -> tuple[Path, ...]:
    """The file of a module of the package; none where it is no module of ours."""
    first, *parts = name.split(".")
    own = root.joinpath(*parts)
    file = own / "__init__.py" if own.is_dir() else own.with_suffix(".py")
    return (file,) if first == root.name and file.is_file() else ()
