"""A policy of one's own that a config names: whether it can be used, and what it is made of."""

import hashlib
import inspect
from pathlib import Path

from alliance_sim.compiled import plain
from alliance_sim.custom import PolicyError, in_time, load_policy, situations
from alliance_sim.law.policy import Plan
from alliance_sim.scenario import errors
from alliance_sim.scenario.problem import ConfigError, Place


def policy_source(reference: str, folder: Path, place: Place) -> str:
    """A hash of the file that holds the function `module:function`, found in `folder` or among installed modules.

    The function is called once. Raises ConfigError when it cannot be imported or called with (policy, view), or
    does not return a Plan.
    """
    try:
        function = load_policy(reference, folder)
        with in_time():
            answer = function(*next(situations(1)))
    except PolicyError as error:
        raise ConfigError([errors.bad_policy(place, reference, str(error))]) from None
    except (Exception, SystemExit) as error:
        reason = f"it stops with {type(error).__name__}: {error}"
        raise ConfigError([errors.bad_policy(place, reference, reason)]) from None
    if not isinstance(answer, Plan):
        raise ConfigError([errors.bad_policy(place, reference, f"it returns {type(answer).__name__} and not a Plan")])
    return hashlib.blake2b(_source(plain(function)), digest_size=16).hexdigest()


def _source(function: object) -> bytes:
    """The file that a function is written in; its own text where the file cannot be read."""
    try:
        return Path(inspect.getsourcefile(function) or "").read_bytes()  # type: ignore[arg-type]
    except (OSError, TypeError):
        return repr(function).encode()
