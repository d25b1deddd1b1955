"""A policy of one's own: a plain Python function, named in a config as module:function."""

import hashlib
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from alliance_sim.compiled import plain
from alliance_sim.law.repair import Plan, Policy, View
from alliance_sim.scenario import errors
from alliance_sim.scenario.errors import ConfigError, Place

PolicyFunction = Callable[[Policy, View], Plan]
_EXAMPLE = View(session=3, type=1, flagged=0, last_rating=3.5, usual_rating=4.0, expressed=0.7, strain=0.2)


def policy_function(reference: str, folder: Path, place: Place = Place("policy.custom")) -> PolicyFunction:
    """The function that `module:function` names: a Python file in `folder`, or any installed module.

    It is called once, to see that it returns a Plan. Raises ConfigError when it cannot be imported or called
    with (policy, view), or returns something else.
    """
    module_name, colon, name = reference.partition(":")
    if not colon or not name.isidentifier() or not all(part.isidentifier() for part in module_name.split(".")):
        raise ConfigError([errors.not_a_reference(place, reference)])
    try:
        module = _imported(module_name, folder)
    except (Exception, SystemExit) as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        raise ConfigError([errors.not_importable(place, module_name, reason)]) from None
    function = getattr(module, name, None)
    if not callable(function):
        options = [key for key, value in vars(module).items() if callable(value)]
        raise ConfigError([errors.no_such_function(place, module_name, name, options)])
    fault = _fault(function)
    if fault is not None:
        raise ConfigError([errors.wrong_signature(place, name, fault)])
    return function


def source_hash(function: Callable[..., Any]) -> str:
    """Hash of the file that a function is written in (of its code, where there is no file)."""
    original = plain(function)
    try:
        content = Path(inspect.getsourcefile(original) or "").read_bytes()
    except (OSError, TypeError):
        content = original.__code__.co_code
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _imported(name: str, folder: Path) -> ModuleType:
    """The module; a file in the folder wins, and is read anew, since it may have changed since last time."""
    file = folder.joinpath(*name.split(".")).with_suffix(".py")
    if not file.is_file():
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(name)
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module
    sys.path.insert(0, str(folder))
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name)
        if before is not None:
            sys.modules[name] = before
        raise
    finally:
        sys.path.remove(str(folder))
    return module


def _fault(function: Callable[..., Any]) -> str | None:
    """What is wrong with a function as a policy, in words that follow "which"; None when nothing is."""
    try:
        inspect.signature(plain(function)).bind(Policy(), _EXAMPLE)
    except (TypeError, ValueError):
        return "does not take the two arguments (policy, view)"
    try:
        answer = function(Policy(), _EXAMPLE)
    except Exception as error:
        return f"fails when it is called ({type(error).__name__}: {error})"
    if not isinstance(answer, Plan):
        return f"returns {type(answer).__name__} and not a Plan"
    if not all(isinstance(value, int | float) for value in answer):
        return "returns a Plan whose values are not all numbers"
    return None
