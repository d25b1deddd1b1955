"""How a rule is compiled: the one place where compiling is switched on and its cache is named."""

import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, cast

import platformdirs

from alliance_sim.sources import digest_of, said_by

F = TypeVar("F", bound=Callable[..., Any])

_HERE = Path(__file__).parent
RULE_SOURCES = ("compiled.py", "arithmetic.py", "chance.py", "law", "engine")
LAW_SOURCES = ("arithmetic.py", "chance.py", "law")


def _files(sources: Iterable[str]) -> list[Path]:
    """The Python files of some modules and folders next to this one."""
    places = [_HERE / name for name in sources]
    return [file for place in places for file in (place.rglob("*.py") if place.is_dir() else [place])]


def source_hash() -> str:
    """Hash (16 hex digits) of every source file that decides what a rule computes, byte by byte.

    It names the folder of compiled code. Numba's own cache looks only at the file of the function that was called, so
    an edit of a rule in another file would go unseen; a folder named by all of them cannot be stale.
    """
    return digest_of(_files(RULE_SOURCES), _HERE)


def law_version() -> str:
    """Hash (16 hex digits) of what the rules say: the *law version* in every manifest.

    Words do not count (docstrings, comments, what a declaration says of a parameter), nor does what plays the rules.
    """
    return said_by(_files(LAW_SOURCES), _HERE)


LAW_VERSION = law_version()
CACHE_ROOT = Path(os.environ.get("ALLIANCE_SIM_CACHE", platformdirs.user_cache_dir("alliance_sim")))
CACHE = CACHE_ROOT / source_hash()

WIDTH = "ALLIANCE_SIM_LANES"
"""The environment variable that sets how many units run together, for tests and benchmarks; no number depends on it."""

WIDTHS = ("1", "2", "4", "8")


@cache
def lanes() -> int:
    """How many units the engine runs together: as many doubles as this machine's processor works on at once.

    8 with AVX-512, else 4, by the features that numba compiles for (NUMBA_CPU_FEATURES included).
    """
    codegen: Any = import_module("numba.core.codegen")
    features = codegen.config.CPU_FEATURES
    if features is None:
        features = codegen.get_host_cpu_features()
    own = 8 if "+avx512f" in features.split(",") else 4
    asked = os.environ.get(WIDTH) or str(own)
    if asked not in WIDTHS:
        print(f"{WIDTH} is {asked}, and not 1, 2, 4 or 8: it is ignored.", file=sys.stderr)  # noqa: T201
        return own
    return int(asked)


def code_folder() -> Path:
    """Where code compiled on this machine is kept: code for so many lanes is of use for no other number of them."""
    return CACHE / f"lanes_{lanes()}"


@cache
def _compiler() -> Any:
    """Numba, configured. It is imported with the first rule, since it takes long and the law version needs none."""
    import numba
    import numba.extending

    numba.config.CACHE_DIR = str(code_folder())  # type: ignore[attr-defined]
    # Vector maths from Intel's library rounds differently from the C library's: the same draw must give the
    # same number whether it was computed alone or in a loop.
    numba.config.DISABLE_INTEL_SVML = True  # type: ignore[attr-defined]
    return numba


def rule(function: F) -> F:
    """Compile a pure function of floats, ints and NamedTuples; it stays callable from Python.

    Rules are inlined into whatever compiled code calls them, so that small rules cost nothing. Division
    by zero gives inf or nan instead of raising: a rule that divides must exclude zero by its ranges.
    """
    return cast(F, _compiler().njit(cache=True, nogil=True, forceinline=True, error_model="numpy")(function))


def loop(function: F, *, cache: bool = True, inline: bool = False) -> F:
    """Compile a driver's loop around rules: like `rule`, but a function of its own unless `inline`.

    `cache` off is for code that was linked together at run time, which the cache cannot tell apart.
    """
    compiled = _compiler().njit(cache=cache, nogil=True, forceinline=inline, error_model="numpy")
    return cast(F, compiled(function))


def instruction(function: Callable[..., Any]) -> Callable[..., Any]:
    """Code given as machine instructions (LLVM), for the few places where the compiler needs to be told more.

    `function` is a typing function of numba's `intrinsic`; what comes back is called from compiled code.
    """
    return cast(Callable[..., Any], _compiler().extending.intrinsic(prefer_literal=True)(function))


def plain(function: Callable[..., Any]) -> FunctionType:
    """The plain Python form of a compiled function (the function itself when it is already plain)."""
    return cast(FunctionType, getattr(function, "py_func", function))


def relink(function: Callable[..., Any], **replacements: Callable[..., Any]) -> FunctionType:
    """The same code with some of the names it calls bound to other functions; plain Python.

    This is how one stage of a session is replaced while the order of stages stays written once.
    Raises KeyError when the function's module has no such name.
    """
    original = plain(function)
    for name in replacements:
        if name not in original.__globals__:
            raise KeyError(name)
    linked = FunctionType(
        original.__code__,
        {**original.__globals__, **replacements},
        original.__name__,
        original.__defaults__,
    )
    linked.__doc__ = original.__doc__
    linked.__kwdefaults__ = original.__kwdefaults__
    return linked


def compiles_now(function: Callable[..., Any]) -> bool:
    """Whether calling this compiled loop will compile it first (no code for it in the cache folder)."""
    module = plain(function).__module__.rpartition(".")[2]
    return not any(code_folder().rglob(f"{module}.{function.__name__}-*.nbi"))
