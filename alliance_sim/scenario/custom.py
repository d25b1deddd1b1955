"""A policy of one's own that a config names: whether it can be used, and what it is made of."""

import ast
import hashlib
import importlib.util
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from alliance_sim.compiled import plain
from alliance_sim.custom import PolicyError, file_in, in_time, load_policy, name_parts, no_function, situations
from alliance_sim.law.policy import Plan
from alliance_sim.scenario import errors
from alliance_sim.scenario.problem import ConfigError, Place

_seen: ContextVar[dict[str, Path | None] | None] = ContextVar("seen", default=None)


@contextmanager
def only_looking() -> Iterator[dict[str, Path | None]]:
    """Let configs be read meanwhile without running the code of policies that they name.

    Gives the policies that are met with the files that hold them (None for a module without a file).
    """
    seen: dict[str, Path | None] = {}
    before = _seen.set(seen)
    try:
        yield seen
    finally:
        _seen.reset(before)


def policy_source(reference: str, folder: Path, place: Place) -> str:
    """A hash of the file that holds the function `module:function`, found in `folder` or among installed modules.

    The function is called once, except when `only_looking`. Raises ConfigError when it cannot be imported or called
    with (policy, view), or does not return a Plan.
    """
    seen = _seen.get()
    try:
        if seen is not None:
            seen[reference] = _looked_at(reference, folder)
            return _hash(seen[reference], reference)
        function = load_policy(reference, folder)
        with in_time():
            answer = function(*next(situations(1)))
        if isinstance(answer, Plan):
            return _hash(_file_of(plain(function)), repr(function))
        reason = f"it returns {type(answer).__name__} and not a Plan"
    except PolicyError as error:
        reason = str(error)
    except (Exception, SystemExit) as error:
        reason = f"it stops with {type(error).__name__}: {error}"
    raise ConfigError([errors.bad_policy(place, reference, " ".join(reason.split()).rstrip("."))])


def _file_of(function: object) -> Path | None:
    """The file that a function is written in."""
    try:
        return Path(inspect.getsourcefile(function) or "")  # type: ignore[arg-type]
    except TypeError:
        return None


def _hash(file: Path | None, instead: str) -> str:
    """A hash of a file; of another text where it cannot be read."""
    try:
        content = file.read_bytes() if file is not None else instead.encode()
    except OSError:
        content = instead.encode()
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _looked_at(reference: str, folder: Path) -> Path | None:
    """The file that holds a policy, which must have a function of that name at its top. Raises PolicyError."""
    module, function = name_parts(reference)
    file = file_in(folder, module) or _installed(module, folder)
    if file is None:
        return None
    try:
        names = _names(ast.parse(file.read_bytes()))
    except (SyntaxError, ValueError, OSError, RecursionError, MemoryError) as error:
        raise PolicyError(f"Module '{module}' cannot be imported: {type(error).__name__}: {error}") from None
    if not names.keys() & {function, "*", "__getattr__"}:
        raise no_function(module, function, names)
    wanted = names.get(function)
    if wanted is not None:
        most = len(wanted.posonlyargs) + len(wanted.args)
        least = most - len(wanted.defaults)
        if least > 2 or (most < 2 and wanted.vararg is None) or None in wanted.kw_defaults:
            raise PolicyError(f"'{reference}' cannot be called with (policy, view).")
    return file


def _installed(module: str, folder: Path) -> Path | None:
    """The file of an installed module, found without importing it; None for one that is part of Python itself."""
    first, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(first)
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        raise PolicyError(f"There is no module '{module}' in {folder} or where Python looks for modules.")
    if not rest:
        return Path(spec.origin) if spec.origin is not None and spec.origin.endswith(".py") else None
    inside = (file_in(Path(place), ".".join(rest)) for place in spec.submodule_search_locations or ())
    return next((file for file in inside if file is not None), None)


def _names(tree: ast.Module) -> dict[str, ast.arguments | None]:
    """What a module defines at its top: for a function its arguments, for anything else None."""
    found: dict[str, ast.arguments | None] = {}
    waiting: list[ast.AST] = [tree]
    while waiting:
        for node in ast.iter_child_nodes(waiting.pop(0)):
            if isinstance(node, ast.FunctionDef):
                found[node.name] = None if node.decorator_list else node.args
            elif isinstance(node, ast.ClassDef | ast.AsyncFunctionDef):
                found[node.name] = None
            elif isinstance(node, ast.Import | ast.ImportFrom):
                found |= {alias.asname or alias.name.partition(".")[0]: None for alias in node.names}
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                found |= {name.id: None for name in ast.walk(node) if isinstance(name, ast.Name)}
            elif isinstance(node, ast.If | ast.Try | ast.With | ast.ExceptHandler):  # functions may stand in these
                waiting.append(node)
    return found
