"""What source code says, as a hash: another hash when it says something else, the same when only words were edited.

Docstrings, comments, layout and what a parameter's declaration says of it (`Annotated`) do not count.
"""

import ast
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

PACKAGE = Path(__file__).parent
_DIGITS = 16
"""Hexadecimal digits of a hash."""

WORDS = {".py", ".pyi", ".j2", ".md", ".toml", ".js", ".css", ".pyc"}
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


def digest_of(files: Iterable[Path], root: Path = PACKAGE, read: Callable[[Path], bytes] = Path.read_bytes) -> str:
    """Hash (16 hexadecimal digits) of some files below `root`, by their names and by what `read` gives of each."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + read(file))
    return digest.hexdigest()[:_DIGITS]


def said_by(files: Iterable[Path], root: Path = PACKAGE) -> str:
    """Hash of what some Python files below `root` say, and of data files byte by byte."""
    files = sorted(files)
    return _noted(files, root, lambda: digest_of(files, root, _content))


def _noted(files: Iterable[Path], root: Path, make: Callable[[], str], *about: str) -> str:
    """A hash that is made from some files. Parsing takes long, so it is kept next to the compiled code, under what it
    is about, the bytes of these files, those of this one and the version of Python.
    """
    own = digest_of([Path(__file__)], Path(__file__).parent)
    key = f"{digest_of(files, root)}-{own}-{sys.hexversion:x}"
    if about:
        key += f"-{hashlib.sha256(' '.join(about).encode()).hexdigest()[:_DIGITS]}"
    note = Path(os.environ["ALLIANCE_SIM_CACHE"], "sources", key) if "ALLIANCE_SIM_CACHE" in os.environ else None
    with suppress(OSError, ValueError):
        if note is not None and len(known := note.read_text(encoding="ascii")) == _DIGITS:
            return known
    found = make()
    with suppress(OSError):
        if note is not None:
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(found, encoding="ascii")
    return found


def _content(file: Path) -> bytes:
    return _read(file.read_text(encoding="utf-8")).said if file.suffix == ".py" else file.read_bytes()


class _Source(NamedTuple):
    """What one module says."""

    said: bytes  # the code without words
    imports: tuple[tuple[str, str], ...]  # module, and the name that is taken from it ("" for the module itself)
    used: frozenset[str]  # names that stand elsewhere than in annotations


@cache
def _read(source: str) -> _Source:
    """A module, parsed once for what it says and for what it imports."""
    tree = _Unworded().visit(ast.parse(source))
    nodes = list(_run(tree))
    used = frozenset(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    imports: list[tuple[str, str]] = []
    taken: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            imports += [(each.name, "") for each in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            imports += [(node.module, each.name) for each in node.names]
            taken |= {each.name for each in node.names if (each.asname or each.name) in used}
    return _Source(ast.unparse(tree).encode(), tuple(imports), used | taken)


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """All nodes below one but those of annotations."""
    for field, value in ast.iter_fields(node):
        if field not in ("annotation", "returns"):
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, ast.AST):
                    yield each
                    yield from _run(each)


@cache
def installed() -> str:
    """Hash of the program as it is installed, byte by byte: two machines with the same one do the same."""
    return digest_of(PACKAGE.rglob("*.py"))


@cache
def behind(*modules: str, root: Path = PACKAGE) -> str:
    """Hash of the code that decides what some modules of the package compute: theirs, and that of all they import.

    Imports inside functions count; a name that stands in annotations alone decides nothing. Data files next to the
    modules that are found (tables of findings, the catalogue) count too. Modules of other packages do not: a policy of
    one's own is identified by its scenario, and a library by its version in the manifest.
    """
    every = {file for file in root.rglob("*") if file.suffix == ".py" or (file.suffix not in WORDS and file.is_file())}

    def make() -> str:
        found = closure(modules, root)
        folders = {file.parent for file in found} - {root}
        data = {file for file in every if file.suffix != ".py" and file.parent in folders}
        return digest_of(found | data, root, _content)

    return _noted(every, root, make, *modules)


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
    source = _read(file.read_text(encoding="utf-8"))
    door = file.name == "__init__.py"
    names: list[str] = []
    if door and source.used & {"iter_modules", "import_module"}:
        package = ".".join([root.name, *file.parent.relative_to(root).parts])
        names += [f"{package}.{each.stem}" for each in sorted(file.parent.glob("*.py"))]
    for module, name in source.imports:
        if not name:
            names.append(module)
        elif door or name in source.used:
            part = f"{module}.{name}"
            names.append(part if _file_of(part, root) else module)
    return tuple(found for name in dict.fromkeys(names) for found in _file_of(name, root))


@cache
def _file_of(name: str, root: Path) -> tuple[Path, ...]:
    """The file of a module of the package; none where it is no module of ours."""
    first, *parts = name.split(".")
    own = root.joinpath(*parts)
    file = own / "__init__.py" if own.is_dir() else own.with_suffix(".py")
    return (file,) if first == root.name and file.is_file() else ()
