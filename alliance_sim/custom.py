"""A repair policy of the user's own: found by its name "module:function", and compiled where that is possible."""

import importlib
import importlib.util
import inspect
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from types import FunctionType, ModuleType

from alliance_sim.chance import Luck, draw, key_of
from alliance_sim.compile_cache import protect
from alliance_sim.compiled import loop, plain
from alliance_sim.law.about import About, declared
from alliance_sim.law.policy import Plan, Policy, View
from alliance_sim.law.policy import plan as shipped_plan

protect()

PolicyFunction = Callable[[Policy, View], Plan]

PATIENCE = 10.0
"""Seconds that a policy may take for a decision, or for all of a sample, before it counts as one that never ends."""

IMPORT_PATIENCE = 30.0
"""Seconds that importing a policy's file may take."""

SAMPLE = 200
"""On how many made-up situations a compiled policy is compared with its plain form."""


class PolicyError(ValueError):
    """A policy that cannot be found, or is no policy; the message says which and what was expected."""


@contextmanager
def in_time(seconds: float | None = None, words: str = "it does not return within {:g} seconds") -> Iterator[None]:
    """Raise PolicyError, in these words, when the block takes longer than `seconds` (PATIENCE, if None).

    Only the main thread of a process can be interrupted so, and only on systems with signals; elsewhere nothing is
    limited.
    """
    limit = PATIENCE if seconds is None else seconds
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def late(*_: object) -> None:
        raise PolicyError(words.format(limit))

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def load_policy(name: str, folder: Path | None = None) -> PolicyFunction:
    """The function that "module:function" names, from a file in `folder` or from wherever Python looks.

    `module` may have dots. A file in the folder goes before a module of the same name elsewhere. Raises
    PolicyError when there is no such module or function, when importing it fails, or when it does not take
    (policy, view).
    """
    module_name, function_name = name_parts(name)
    with in_time(IMPORT_PATIENCE, f"importing '{module_name}' does not end within {{:g}} seconds"):
        module = _imported(module_name, folder)
    function = getattr(module, function_name, None)
    if function is None:
        raise no_function(module_name, function_name, [key for key, value in vars(module).items() if callable(value)])
    try:
        inspect.signature(plain(function)).bind("policy", "view")
    except (TypeError, ValueError) as error:
        raise PolicyError(f"'{name}' cannot be called with (policy, view): {error}.") from None
    return function  # type: ignore[no-any-return]


def no_function(module: str, function: str, others: Iterable[str]) -> PolicyError:
    """An error for a function that a module does not have; `others` are those that it has."""
    near = get_close_matches(function, others, 1)
    hint = f" Did you mean '{module}:{near[0]}'?" if near else ""
    return PolicyError(f"Module '{module}' has no function '{function}'.{hint}")


def name_parts(name: str) -> tuple[str, str]:
    """Module and function of "module:function": names, in a module with dots between them, and never a path.

    So a config can name no file outside of its own folder. Raises PolicyError.
    """
    module, _, function = name.partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), function)):
        raise PolicyError(f"'{name}' is not of the form 'module:function', such as 'my_policies:gentle'.")
    return module, function


def _imported(name: str, folder: Path | None) -> ModuleType:
    """A module by name, looked for in a folder first; one from a folder is read anew every time."""
    try:
        file = file_in(folder, name) if folder is not None else None
        return importlib.import_module(name) if file is None else _read(name, file, folder)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{name}.".startswith(f"{error.name}."):
            raise PolicyError(f"Module '{name}' needs a module that is not installed: '{error.name}'.") from error
        place = f"in {folder} or " if folder is not None else ""
        raise PolicyError(f"There is no module '{name}' {place}where Python looks for modules.") from None
    except PolicyError:
        raise
    except (Exception, SystemExit) as error:
        raise PolicyError(f"Module '{name}' cannot be imported: {type(error).__name__}: {error}") from error


def file_in(folder: Path, name: str) -> Path | None:
    """The file of a module in a folder, if there is one."""
    stem = folder.joinpath(*name.split("."))
    return next((file for file in (stem.with_suffix(".py"), stem / "__init__.py") if file.is_file()), None)


def _read(name: str, file: Path, folder: Path | None) -> ModuleType:
    """Run a module's file. It is known by its name only meanwhile: another folder may have a file of that name."""
    spec = importlib.util.spec_from_file_location(name, file.resolve())
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python module")
    module = importlib.util.module_from_spec(spec)
    path, known = sys.path.copy(), sys.modules.get(name)
    sys.path.insert(0, str(folder))
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = path
        sys.modules.pop(name, None)
        if known is not None:
            sys.modules[name] = known
    return module


def compile_policy(function: PolicyFunction) -> tuple[PolicyFunction | None, str]:
    """A policy as a compiled rule that can stand in for `law.policy.plan`, or None; and why not, in one line.

    It must compile for (Policy, View) and give a Plan; numbers that are not floats become floats. On a sample of
    situations it must give the same plan whenever it is asked, within the ranges of a plan, and the compiled
    form must agree with the plain one to the last bit. That finds policies that keep a memory, draw random numbers of
    their own or depend on how a machine rounds.
    """
    if not hasattr(shipped_plan, "py_func"):
        return None, "compiling is switched off (NUMBA_DISABLE_JIT)"
    own = plain(function)
    if not isinstance(own, FunctionType):
        return None, "it is not a plain function"
    with in_time():
        problem = _unsteady(own)
    if problem:
        return None, problem
    try:
        rule = _compiled(own)
        problem = _differs(own, rule)
    except Exception as error:  # numba has errors of many kinds, and not all of them are called so
        return None, _first_reason(error)
    return (None, problem) if problem else (rule, "")


def _compiled(function: FunctionType) -> PolicyFunction:
    """The policy compiled, with a plan of floats whatever numbers it gives; raises NumbaError."""
    own = loop(function, cache=False, inline=True)

    def plan(policy: Policy, view: View) -> Plan:
        made = own(policy, view)
        return Plan(
            float(made.acknowledge), float(made.explore), float(made.negotiate), float(made.apology), float(made.press)
        )

    rule = loop(plan, cache=False, inline=True)
    rule(*next(situations()))
    return rule


def plan_ranges(names: Iterable[str] = Plan._fields) -> dict[str, tuple[float, float]]:
    """Lowest and highest value of each field of a plan, as declared of the policy's fields of the same names."""
    abouts = {setting.path: setting.about for setting in declared(Policy) if isinstance(setting.about, About)}
    return {name: (abouts[name].low, abouts[name].high) for name in names}


def situations(number: int = SAMPLE) -> Iterator[tuple[Policy, View]]:
    """Policies and views spread over what can be met, always the same ones."""
    ranges = plan_ranges(Policy._fields)
    low, high = key_of(0)
    for k in range(number):
        u = iter([x for purpose in range(8) for x in draw(Luck(low, high, 0, 0, 0, k), purpose)])
        noticed = int(next(u) < 0.8)
        rated = next(u) < 0.8
        view = View(
            session=1 + k % 30,
            noticed=noticed,
            type=noticed * int(3 * next(u)),
            known=int(next(u) < 0.5),
            flagged=int(next(u) < 0.3),
            last_rating=1 + 4 * next(u) if rated else 0.0,
            usual_rating=1 + 4 * next(u) if rated else 0.0,
            expressed=next(u),
            strain=2 * next(u),
        )
        yield Policy(**{name: least + (most - least) * next(u) for name, (least, most) in ranges.items()}), view


def _unsteady(function: PolicyFunction) -> str:
    """What is wrong with the plans that a policy makes on the sample; empty when nothing is."""
    for policy, view in situations():
        try:
            made, again = function(policy, view), function(policy, view)
        except PolicyError:
            raise
        except Exception as error:
            return f"it raises {type(error).__name__} ({error}) for {view}"
        if not isinstance(made, Plan):
            return f"it gives {made!r} and not a Plan for {view}"
        if made != again:
            return f"it gives two different plans for the same {view}"
        for name, (low, high) in plan_ranges().items():
            if not low <= getattr(made, name) <= high:
                return f"it gives {name} = {getattr(made, name)!r}, expected {low:g} to {high:g}, for {view}"
    return ""


def _differs(function: PolicyFunction, rule: PolicyFunction) -> str:
    """Where a policy and its compiled form differ on the sample; empty when they do not."""
    for policy, view in situations():
        for name, number, expected in zip(Plan._fields, rule(policy, view), function(policy, view), strict=True):
            if number != expected:
                return f"compiled, it gives {name} = {number!r} and not {expected!r} for {view}"
    return ""


def _first_reason(error: Exception) -> str:
    """The line of numba's message that says what is wrong."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
    lines = sorted(filter(None, map(str.strip, text.splitlines())), key=lambda line: line.startswith("Failed in"))
    return lines[0] if lines else type(error).__name__
